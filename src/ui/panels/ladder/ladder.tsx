/**
 * The frames as a sequence diagram that follows the capture and the filter, with the same content as a table, and an
 * SVG export.
 */
import { useEffect, useMemo, useRef, useState, type ReactNode } from 'react';
import type { LadderWords } from '../../../analysis/ladder/svg.ts';
import type { LadderView } from '../../../threads/api/analysis-api.ts';
import { useRecord } from '../../../page/captures/capture-store.ts';
import { useView } from '../../../page/store.ts';
import { formatSeconds } from '../../format.ts';
import { panelTitle } from '../../../page/panels.ts';
import { usePageQueries, useText, useWidthPx } from '../../hooks.ts';
import { waitMs } from '../../../threads/api/host.ts';
import { useSelectFrame, useSelectedFrame } from '../packets/detail/use-selected-frame.ts';
import { Button } from '../../parts/button.tsx';
import { FrameMarks, MARK_SIGNS, MARK_WORDS } from '../../parts/marks/frame-marks.tsx';
import { Empty } from '../../parts/states/empty.tsx';
import { Loading } from '../../parts/states/lazy-part.tsx';
import { saveFile } from '../../../page/document/files/save-file.ts';
import { ladderWords } from './texts.ts';
import tables from '../../parts/table.module.css';
import styles from '../story/story.module.css';

const LIMIT = 400;
const COLUMN_PX = 190;
const CHAR_PX = 6.7;
const LEFT_PX = 130;
const MAX_LABEL = 64;
const ROW_PX = 24;
/** In a pane that is narrower than this, the columns share what there is, and labels are cut. */
const NARROW_PX = 640;
const NARROW_LEFT_PX = 96;
const NARROW_MIN_PX = 84;
const NARROW_END_PX = 28;
/** Of a mark before a label. */
const MARK_CHARS = 16;
const AGAIN_MS = 300;

export function Ladder(): ReactNode {
  const text = useText();
  const { client } = usePageQueries();
  const selectFrame = useSelectFrame();
  const frames = useRecord((state) => state.update?.frames ?? 0);
  const generation = useRecord((state) => state.update?.generation ?? -1);
  const filter = useView((state) => state.filter);
  const pastNs = useView((state) => state.pastNs);
  const capture = useView((state) => state.capture);
  const [follows, setFollows] = useState(true);
  const [asTable, setAsTable] = useState(false);
  const side = follows ? 'last' : 'first';
  const words = useMemo(() => ladderWords(text), [text]);
  const given = useLadder(`${frames}/${generation}/${filter}/${pastNs ?? ''}/${capture?.name ?? ''}`, side);
  const ladder = useMemo(() => given && inWords(given, words), [given, words]);
  const row = useSelectedFrame()?.row;
  const selected = useMemo(() => arrowOf(ladder, row), [ladder, row]);
  const drawing = useRef<HTMLDivElement>(null);
  useEffect(() => {
    drawing.current?.querySelector('[data-selected="true"]')?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  }, [selected, asTable]);
  const last = ladder?.arrows.at(-1)?.index;
  useEffect(() => {
    const { current } = drawing;
    if (follows && selected === undefined && current !== null) current.scrollTop = current.scrollHeight;
  }, [follows, selected, last, asTable]);
  if (ladder === undefined) return <Loading />;
  if (ladder.arrows.length === 0) return <Empty title={text('ladder.empty')} />;
  const select = async (index: number): Promise<void> => {
    const detail = await client.analysis.detail(index);
    if (detail !== undefined) selectFrame(detail.row);
  };
  return (
    <div className={styles['panel']}>
      <div className={styles['bar']}>
        <Button label={text('ladder.follow')} isPressed={follows} onPress={() => setFollows(!follows)} />
        <Button label={text('ladder.table')} isPressed={asTable} onPress={() => setAsTable(!asTable)} />
        <Button
          label={text('ladder.svg')}
          onPress={() =>
            void client.analysis.ladderSvg(LIMIT, words).then((svg) => saveFile('ladder.svg', svg, 'image/svg+xml'))
          }
        />
        {ladder.isPart ? <span>{text(follows ? 'ladder.latest' : 'ladder.limited', { count: LIMIT })}</span> : null}
      </div>
      <div
        ref={drawing}
        className={styles['scroll']}
        tabIndex={0}
        role="region"
        aria-label={text(panelTitle('ladder'))}
        data-testid="ladder"
      >
        {asTable ? (
          <LadderTable ladder={ladder} selected={selected} onSelect={select} />
        ) : (
          <LadderDrawing ladder={ladder} selected={selected} onSelect={select} />
        )}
      </div>
    </div>
  );
}

/** Folded transfers get their label in the reader's language. */
function inWords(ladder: LadderView, { folded }: LadderWords): LadderView {
  const arrows = ladder.arrows.map((arrow) =>
    arrow.folded === undefined ? arrow : { ...arrow, label: folded[arrow.folded] },
  );
  return { ...ladder, arrows };
}

/** A running capture changes many times a second: the next request waits for the previous answer, and a pause. */
function useLadder(version: string, side: 'first' | 'last'): LadderView | undefined {
  const { client } = usePageQueries();
  const [ladder, setLadder] = useState<LadderView | undefined>();
  const wanted = useRef('');
  const isAsking = useRef(false);
  useEffect(() => {
    wanted.current = `${side} ${version}`;
    if (isAsking.current) return;
    isAsking.current = true;
    const ask = async (): Promise<void> => {
      let shown: string | undefined;
      try {
        while (shown !== wanted.current) {
          if (shown !== undefined) await waitMs(AGAIN_MS);
          shown = wanted.current;
          const found = await client.analysis.ladder(LIMIT, shown.startsWith('last') ? 'last' : 'first');
          setLadder(found);
          // The analysis may have got fewer frames than the lab has told the page of.
          const isLive = useView.getState().capture === undefined;
          if (isLive && found.total < (useRecord.getState().update?.frames ?? 0)) shown = '';
        }
      } finally {
        isAsking.current = false;
      }
    };
    void ask();
  }, [client, version, side]);
  return ladder;
}

/** The arrow of a row: its own, or the shortest that it is folded into. */
function arrowOf(ladder: LadderView | undefined, row: number | undefined): number | undefined {
  if (ladder === undefined || row === undefined) return undefined;
  const around = ladder.arrows
    .filter(({ index, lastIndex }) => index <= row && row <= lastIndex)
    .sort((a, b) => a.lastIndex - a.index - (b.lastIndex - b.index));
  return (around.find(({ index }) => index === row) ?? around.at(0))?.index;
}

interface Drawn {
  readonly ladder: LadderView;
  /** Row of the first frame of the arrow that the selected frame is in. */
  readonly selected: number | undefined;
  readonly onSelect: (index: number) => Promise<void>;
}

function LadderTable({ ladder, selected, onSelect }: Drawn): ReactNode {
  const text = useText();
  return (
    <table className={tables['table']}>
      <thead>
        <tr>
          {(['time', 'source', 'destination', 'protocol', 'info'] as const).map((column) => (
            <th key={column}>{text(`packets.${column}`)}</th>
          ))}
        </tr>
      </thead>
      <tbody>
        {ladder.arrows.map((arrow) => (
          <tr key={arrow.index} data-selected={arrow.index === selected}>
            <td>
              <button type="button" onClick={() => void onSelect(arrow.index)}>
                {formatSeconds(arrow.timeNs)}
              </button>
            </td>
            <td>{arrow.from}</td>
            <td>{arrow.to === '*' ? text('ladder.everybody') : arrow.to}</td>
            <td>{arrow.protocol}</td>
            <td>
              <FrameMarks kinds={arrow.marks} />
              {arrow.label}
              {arrow.count > 1 ? ` × ${arrow.count}` : ''}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function shortLabel(arrow: LadderView['arrows'][number]): string {
  const label = arrow.label.length > MAX_LABEL ? `${arrow.label.slice(0, MAX_LABEL - 1)}…` : arrow.label;
  return arrow.count > 1 ? `${label} × ${arrow.count}` : label;
}

/** Of the participants, and of the whole drawing. */
interface Columns {
  readonly at: readonly number[];
  readonly widthPx: number;
  readonly isNarrow: boolean;
}

/** The columns are wide enough for the text of each arrow between neighbours. */
function columnsOf({ participants, arrows }: LadderView, paneWidthPx: number): Columns {
  if (paneWidthPx < NARROW_PX) {
    const gaps = Math.max(1, participants.length - 1);
    const gap = Math.max(NARROW_MIN_PX, (paneWidthPx - NARROW_LEFT_PX - NARROW_END_PX) / gaps);
    const at = participants.map((_, i) => NARROW_LEFT_PX + i * gap);
    return { at, widthPx: NARROW_LEFT_PX + gaps * gap + NARROW_END_PX, isNarrow: true };
  }
  const gaps = participants.map(() => COLUMN_PX);
  for (const arrow of arrows) {
    const from = participants.indexOf(arrow.from);
    const last = participants.length - 1;
    const to = arrow.to === '*' ? (from * 2 > last ? 0 : last) : participants.indexOf(arrow.to);
    const left = Math.min(from, to);
    const right = Math.max(from, to);
    if (left < 0 || right === left) continue;
    const marks = arrow.marks.length * MARK_CHARS;
    const needed = ((shortLabel(arrow).length + marks) * CHAR_PX + 24) / (right - left);
    for (let gap = left; gap < right; gap++) gaps[gap] = Math.max(gaps[gap] ?? 0, needed);
  }
  let x = LEFT_PX;
  const at = gaps.map((gap) => {
    const column = x;
    x += gap;
    return column;
  });
  return { at, widthPx: (at.at(-1) ?? LEFT_PX) + COLUMN_PX, isNarrow: false };
}

/** Share of its way that a lost frame is drawn to come. */
const LOST_SHARE = 0.7;
const STUB_PX = 40;

/** Where an arrow ends, and the farthest of these: a frame to everybody ends at every other column. */
function waysOf(
  from: number,
  { from: sender, to }: LadderView['arrows'][number],
  participants: readonly string[],
  x: (name: string) => number,
): { readonly ends: readonly number[]; readonly reach: number } {
  const ends = to === '*' ? participants.filter((name) => name !== sender).map(x) : [x(to)];
  const reach = ends.reduce((far, end) => (Math.abs(end - from) > Math.abs(far - from) ? end : far), from);
  return reach === from ? { ends: [from + STUB_PX], reach: from + STUB_PX } : { ends, reach };
}

function LadderDrawing({ ladder, selected, onSelect }: Drawn): ReactNode {
  const text = useText();
  const pane = useRef<HTMLDivElement>(null);
  const paneWidthPx = useWidthPx(pane);
  const columns = useMemo(() => columnsOf(ladder, paneWidthPx), [ladder, paneWidthPx]);
  const x = (name: string): number => columns.at[Math.max(0, ladder.participants.indexOf(name))] ?? LEFT_PX;
  const width = columns.widthPx;
  const height = 16 + ROW_PX * ladder.arrows.length;
  return (
    <div ref={pane}>
      <svg width={width} height={24} className={styles['participants']} aria-hidden="true">
        {ladder.participants.map((name) => (
          <text key={name} x={x(name)} y={16} textAnchor="middle" className={styles['participant']}>
            {name}
          </text>
        ))}
      </svg>
      <svg width={width} height={height} className={styles['ladder']} aria-hidden="true">
        {ladder.participants.map((name) => (
          <g key={name}>
            <line x1={x(name)} x2={x(name)} y1={0} y2={height} className={styles['life']} />
          </g>
        ))}
        {ladder.arrows.map((arrow, i) => {
          const y = 24 + ROW_PX * i;
          const from = x(arrow.from);
          const { ends, reach } = waysOf(from, arrow, ladder.participants, x);
          const colour = `var(--p-${arrow.protocol.toLowerCase()}, var(--p-other))`;
          const isLost = arrow.marks.includes('lost');
          // A frame that was lost does not reach its column.
          const broken = from + (reach - from) * LOST_SHARE;
          const signs = arrow.marks
            .map((mark) => (columns.isNarrow ? MARK_SIGNS[mark] : `${MARK_SIGNS[mark]} ${text(MARK_WORDS[mark])}`))
            .join(columns.isNarrow ? ' ' : ', ');
          const label = shortLabel(arrow);
          const room = columns.isNarrow ? Math.floor(Math.abs(reach - from) / CHAR_PX) - signs.length - 2 : MAX_LABEL;
          return (
            <g
              key={arrow.index}
              onClick={() => void onSelect(arrow.index)}
              className={styles['arrow']}
              data-selected={arrow.index === selected}
              data-marks={arrow.marks.join(' ')}
            >
              <rect x={0} y={y - 16} width={width} height={ROW_PX} fill="transparent" />
              <text x={4} y={y} className={styles['arrowTime']}>
                {formatSeconds(arrow.timeNs)}
              </text>
              {isLost ? (
                <>
                  <line x1={from} x2={broken} y1={y} y2={y} stroke={colour} />
                  <path d={`M${broken - 4} ${y - 4}l8 8m0 -8l-8 8`} className={styles['broken']} />
                </>
              ) : (
                <line x1={Math.min(from, ...ends)} x2={Math.max(from, ...ends)} y1={y} y2={y} stroke={colour} />
              )}
              {(isLost ? [] : ends).map((end) => (
                <path key={end} d={`M${end} ${y}l${end >= from ? -7 : 7} -4v8z`} fill={colour} />
              ))}
              <text x={(from + reach) / 2} y={y - 4} textAnchor="middle">
                {signs === '' ? null : (
                  <tspan className={styles['markText']} data-lost={isLost}>
                    {signs}
                    {columns.isNarrow ? ' ' : ': '}
                  </tspan>
                )}
                {label.length > room && columns.isNarrow ? `${label.slice(0, Math.max(1, room - 1))}…` : label}
              </text>
            </g>
          );
        })}
      </svg>
    </div>
  );
}
