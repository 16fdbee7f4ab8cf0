/**
 * Frames that were lost, sent again and the like, as signs at their times on the ruler. A click selects the frame. Several
 * that are close are one sign, of a lost frame if there is one, with their number.
 */
import { useEffect, useRef, useState, type ReactNode } from 'react';
import type { MarkKind } from '../../../analysis/story/marks.ts';
import type { AnyText } from '../../../page/i18n/index.ts';
import { useRecord } from '../../../page/captures/capture-store.ts';
import { useView } from '../../../page/store.ts';
import type { MarkedFrame } from '../../../threads/api/analysis-api.ts';
import { useCommands, usePageQueries, useText } from '../../hooks.ts';
import { MARK_SIGNS, MARK_WORDS } from '../../parts/marks/frame-marks.tsx';
import type { Axis } from './time-axis.ts';
import styles from './timeline.module.css';

const MOST = 300;
const ASK_MS = 250;
/** Signs that would lie on each other are one. */
const APART_PX = 34;
const FRAME: AnyText = { en: 'Frame {number}: {word}', fr: 'Trame {number} : {word}' };

function useMarkedFrames(): readonly MarkedFrame[] {
  const { client } = usePageQueries();
  const [frames, setFrames] = useState<readonly MarkedFrame[]>([]);
  const sent = useRecord((state) => state.update?.frames ?? 0);
  const nowNs = useRecord((state) => state.update?.timeNs ?? 0);
  const generation = useRecord((state) => state.update?.generation);
  const pastNs = useView((state) => state.pastNs);
  const waiting = useRef(false);
  useEffect(() => {
    if (waiting.current) return;
    waiting.current = true;
    setTimeout(() => {
      waiting.current = false;
      void client.analysis.markedFrames(MOST).then(setFrames);
    }, ASK_MS);
  }, [client, sent, nowNs, generation, pastNs]);
  return frames;
}

interface Sign {
  readonly px: number;
  readonly frames: MarkedFrame[];
}

function signsOf(frames: readonly MarkedFrame[], axis: Axis): readonly Sign[] {
  const signs: Sign[] = [];
  for (const frame of frames) {
    const px = axis.place(frame.timeNs);
    const last = signs.at(-1);
    if (last !== undefined && px - last.px < APART_PX) last.frames.push(frame);
    else signs.push({ px, frames: [frame] });
  }
  return signs;
}

const MOST_WORDS = 12;

export function TimeMarks({ axis }: { readonly axis: Axis }): ReactNode {
  const text = useText();
  const commands = useCommands();
  const signs = signsOf(useMarkedFrames(), axis);
  return signs.map(({ px, frames }) => {
    const [first] = frames;
    if (first === undefined) return null;
    const kinds: readonly MarkKind[] = [...new Set(frames.flatMap(({ marks }) => marks))];
    const words = frames
      .slice(0, MOST_WORDS)
      .map(({ number, marks }) =>
        text(FRAME, { number, word: marks.map((kind) => text(MARK_WORDS[kind])).join(', ') }),
      );
    return (
      <button
        key={first.event}
        type="button"
        className={styles['timeMark']}
        style={{ left: `${(100 * px) / axis.widthPx}%` }}
        data-bad={kinds.includes('lost')}
        data-testid="time-mark"
        title={words.join('\n')}
        aria-label={words.join('; ')}
        onClick={() => void commands.run('select', { kind: 'event', id: first.event })}
      >
        {MARK_SIGNS[kinds.includes('lost') ? 'lost' : (kinds[0] ?? 'again')]}
        {frames.length > 1 ? frames.length : ''}
      </button>
    );
  });
}
