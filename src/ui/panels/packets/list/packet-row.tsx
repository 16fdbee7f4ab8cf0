/** A row of the packet list: a cell for each column, in the colours of its rule. */
import { memo, type CSSProperties, type ReactNode } from 'react';
import type { PacketRow } from '../../../../threads/api/analysis-api.ts';
import type { ScenarioColourRule } from '../../../../scenario/schema.ts';
import { darkPair, lightPair } from '../../../../page/packets/colour-rules.ts';
import type { TimeDisplay } from '../../../../page/packets/packet-store.ts';
import { formatSeconds } from '../../../format.ts';
import { useText } from '../../../hooks.ts';
import { FrameMarks } from '../../../parts/marks/frame-marks.tsx';
import { fits, type ShownColumn, type ShownColumns } from './use-columns.ts';
import styles from '../packets.module.css';

/** `2026-11-29 13:43:29.164588`. */
function dateAndTime(epochMs: number, timeNs: number): string {
  const date = new Date(epochMs + Math.floor(timeNs / 1e6)).toISOString();
  const micros = String(Math.floor(timeNs / 1000) % 1_000_000).padStart(6, '0');
  return `${date.slice(0, 10)} ${date.slice(11, 19)}.${micros}`;
}

function timeText(packet: PacketRow, display: TimeDisplay): string {
  const { timeNs, referenceNs, previousNs, listedBeforeNs, epochNs } = packet;
  switch (display) {
    case 'start':
      return formatSeconds(timeNs);
    case 'reference':
      return formatSeconds(timeNs - referenceNs);
    case 'previous':
      return formatSeconds(timeNs - (previousNs ?? timeNs));
    case 'displayed':
      return formatSeconds(timeNs - (listedBeforeNs ?? timeNs));
    case 'absolute':
      return dateAndTime(epochNs / 1e6, timeNs);
  }
}

const styleOfRule = new WeakMap<ScenarioColourRule, CSSProperties>();

/** The same pair for both themes: the browser picks by the page's colour scheme. */
function ruleStyle(rule: ScenarioColourRule): CSSProperties {
  const known = styleOfRule.get(rule);
  if (known !== undefined) return known;
  const [light, dark] = [lightPair(rule), darkPair(rule)];
  const style = {
    color: `light-dark(${light.text}, ${dark.text})`,
    backgroundColor: `light-dark(${light.ground}, ${dark.ground})`,
  };
  styleOfRule.set(rule, style);
  return style;
}

/** What a cell says, but for the marks and the comment of a frame. */
function cellText(packet: PacketRow, { column, cell }: ShownColumn, time: TimeDisplay): string {
  if (cell >= 0) return packet.cells[cell] ?? '';
  switch (column.field) {
    case 'no':
      return String(packet.number);
    case 'time':
      return timeText(packet, time);
    case 'port':
      return packet.port;
    case 'source':
      return packet.source;
    case 'destination':
      return packet.destination;
    case 'protocol':
      return packet.protocol;
    case 'length':
      return String(packet.length);
    default:
      return packet.info;
  }
}

/** What stands before the text of a cell. */
function prefixOf(packet: PacketRow, { column, cell }: ShownColumn): ReactNode {
  const { marks, notes } = packet;
  if (cell >= 0 || column.field !== 'info' || (marks.length === 0 && notes.comment === undefined)) return undefined;
  return (
    <>
      <FrameMarks kinds={marks} />
      {notes.comment === undefined ? null : (
        <span title={notes.comment} className={styles['comment']}>
          ✎ {notes.comment}{' '}
        </span>
      )}
    </>
  );
}

export const Row = memo(function Row({
  packet,
  index,
  top,
  isSelected,
  activeField,
  columns,
  rule,
  time,
}: {
  readonly packet: PacketRow | undefined;
  readonly index: number;
  readonly top: number;
  readonly isSelected: boolean;
  /** The column that commands are about. */
  readonly activeField: string | undefined;
  readonly columns: ShownColumns;
  readonly rule: ScenarioColourRule | undefined;
  readonly time: TimeDisplay;
}): ReactNode {
  const text = useText();
  const colours = rule === undefined || isSelected ? undefined : ruleStyle(rule);
  return (
    <div
      id={`packet-${index}`}
      role="row"
      aria-rowindex={index + 1}
      aria-selected={isSelected}
      className={styles['row']}
      data-index={index}
      data-colour={rule === undefined ? packet?.colour : undefined}
      data-rule={colours === undefined ? undefined : rule?.name}
      data-marked={packet?.notes.isMarked}
      style={{ top, gridTemplateColumns: columns.template, ...colours }}
    >
      {packet === undefined ? (
        <span role="gridcell">…</span>
      ) : (
        columns.shown.map((shown) => {
          const { column, place, widthPx } = shown;
          const isReference = column.field === 'time' && packet.notes.isReference;
          const content = isReference ? `*${text('packets.isReference')}*` : cellText(packet, shown, time);
          const isMarked = column.field === 'no' && packet.notes.isMarked;
          const prefix = prefixOf(packet, shown);
          const isClipped = isMarked || prefix !== undefined || !fits(content, widthPx);
          return (
            <span
              key={place}
              id={isSelected ? `packet-${index}-${place}` : undefined}
              role="gridcell"
              data-column={column.field}
              data-active={column.field === activeField}
              data-clipped={isClipped}
              className={column.field === 'protocol' ? styles['protocol'] : undefined}
              title={column.field === 'info' ? packet.info : undefined}
            >
              {isMarked ? (
                <span role="img" aria-label={text('packets.marked')}>
                  ◆
                </span>
              ) : null}
              {prefix}
              {content}
            </span>
          );
        })
      )}
    </div>
  );
});
