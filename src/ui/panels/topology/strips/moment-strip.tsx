/**
 * The sentence of the moment: in slow motion, and frame by frame, what happens now stands under the drawing, and what is
 * waited for while no frame is on a cable.
 */
import { useEffect, useState, type ReactNode } from 'react';
import type { LabEvent } from '../../../../base/event-log.ts';
import type { EventExplanation } from '../../../../analysis/story/explain/explain.ts';
import { useOpening } from '../../../../page/opening.ts';
import { useShown, type ShownState } from '../../../../page/time/displayed-lab.ts';
import { useLive, useView } from '../../../../page/store.ts';
import { useCommands, usePageQueries, useMessage, useText } from '../../../hooks.ts';
import { Button, CommandButton } from '../../../parts/button.tsx';
import { Icon } from '../../../parts/icon.tsx';
import { OPENING_TEXTS as TEXTS } from './opening-texts.ts';
import styles from './opening.module.css';

/** Faster runs leave no time to read. */
const READABLE_PACE = 0.01;

const SHOWN: ReadonlySet<LabEvent['kind']> = new Set(['stage', 'decision', 'fault', 'menu']);

/** The event that a sentence is about; undefined before the first. */
function eventOf({ update, history, count, pastNs }: ShownState): number | undefined {
  const flying = update?.flights.map(({ event }) => event) ?? [];
  if (flying.length > 0) return Math.max(...flying);
  if (update?.stopped?.kind === 'step' && pastNs === undefined) return update.stopped.event;
  for (const event of history.backwards({ history, count, pastNs })) if (SHOWN.has(event.kind)) return event.id;
  return undefined;
}

/** The explanation of what happens now. A frame stays until something that came after it is reported. */
function useNow(): EventExplanation | undefined {
  const controller = usePageQueries();
  const found = useShown(eventOf);
  const generation = useShown((state) => state.history);
  const isPast = useShown((state) => state.pastNs !== undefined);
  const [latest, setLatest] = useState({ generation, event: found });
  // The stage that a frame leads to comes with the frame's arrival, and has a larger number.
  const isOlder = !isPast && latest.generation === generation && (found === undefined || found < (latest.event ?? -1));
  if (!isOlder && (latest.event !== found || latest.generation !== generation)) setLatest({ generation, event: found });
  const event = isOlder ? latest.event : found;
  const [explained, setExplained] = useState<EventExplanation | undefined>();
  useEffect(() => {
    if (event === undefined) {
      setExplained(undefined);
      return undefined;
    }
    let live = true;
    void controller.client.lab.explain(event).then((explanation) => {
      if (live && explanation !== undefined) setExplained(explanation);
    });
    return () => {
      live = false;
    };
  }, [controller, event, generation]);
  return explained;
}

export function MomentStrip(): ReactNode {
  const isOpening = useOpening((state) => state.isOn);
  const isSlow = useView(
    ({ pace }) => pace === 'frames' || (typeof pace === 'number' && pace > 0 && pace < READABLE_PACE),
  );
  return isOpening || isSlow ? <Strip isOpening={isOpening} /> : null;
}

function Strip({ isOpening }: { readonly isOpening: boolean }): ReactNode {
  const text = useText();
  const message = useMessage();
  const commands = useCommands();
  const now = useNow();
  const mode = useLive((state) => state.update?.mode.kind ?? 'paused');
  const isRunning = mode !== 'paused';
  const isReady = useLive((state) => state.progress?.kind === 'ready');
  const isAtStart = useShown((state) => (state.update?.timeNs ?? 0) === 0);
  const isOver = useShown((state) => state.pastNs === undefined && state.update?.stopped?.kind === 'idle');
  const isQuiet = useShown((state) => (state.update?.flights.length ?? 0) === 0);
  const waits = isQuiet ? now?.parts.find(({ role }) => role === 'waits') : undefined;
  const words =
    isAtStart || now === undefined
      ? text(isOpening ? TEXTS.start : TEXTS.atStart)
      : isOpening && isOver
        ? text(TEXTS.end)
        : message(now.says);
  const frame = !isAtStart && !(isOpening && isOver) && now?.event.kind === 'frame' ? now : undefined;
  return (
    <div className={styles['moment']} data-testid="moment">
      {/* While it runs, a screen reader would have to read without end. */}
      <p className={styles['sentence']} aria-live={isRunning ? 'off' : 'polite'}>
        {frame?.number === undefined ? null : (
          <button
            type="button"
            className={styles['number']}
            title={text(TEXTS.select)}
            onClick={() => void commands.run('select', { kind: 'event', id: frame.event.id })}
          >
            {text(TEXTS.frame, { number: frame.number })}
          </button>
        )}{' '}
        {words}
        {waits === undefined || isAtStart || isOver ? null : (
          <span className={styles['waits']}> {message(waits.says)}</span>
        )}
      </p>
      <span className={styles['buttons']}>
        <Button
          label={text(isRunning ? 'time.pause' : TEXTS.play)}
          kind={isOpening && !isRunning ? 'primary' : 'plain'}
          isDisabled={!isReady}
          onPress={() => void commands.run(isRunning ? 'time.pause' : isOpening ? 'opening.play' : 'time.run')}
        >
          <Icon name={isRunning ? 'pause' : 'run'} />
          {text(isRunning ? 'time.pause' : isOpening && isOver ? TEXTS.again : TEXTS.play)}
        </Button>
        <CommandButton id="time.step-frame">
          <Icon name="step" />
          {text(TEXTS.step)}
        </CommandButton>
      </span>
    </div>
  );
}
