/**
 * A cable: straight between its ends; colour and pattern show its VLAN, a badge its faults, a glow that frames pass.
 */
import { BaseEdge, EdgeLabelRenderer, getStraightPath, useStore, type Edge, type EdgeProps } from '@xyflow/react';
import { useEffect, useRef, useState, type ReactNode } from 'react';
import { nodeOf, parseEndpoint } from '../../../../scenario/endpoint.ts';
import type { ScenarioLink } from '../../../../scenario/schema.ts';
import { useSelected } from '../../../../page/time/selection-details.ts';
import { useShown } from '../../../../page/time/displayed-lab.ts';
import { useView } from '../../../../page/store.ts';
import { useCommands, useText } from '../../../hooks.ts';
import { useFold } from '../../../use-events.ts';
import { MARK_SIGNS } from '../../../parts/marks/frame-marks.tsx';
import type { Fold } from '../../../../page/time/event-history.ts';
import type { AnyText } from '../../../../page/i18n/index.ts';
import type { LabEvent } from '../../../../base/event-log.ts';
import { faultMarkOf } from '../../../../analysis/story/marks.ts';
import { useFaultText } from '../faults/fault-text.ts';
import { FlightMarks } from './flight-marks.tsx';
import styles from '../topology.module.css';

export interface CableData extends Record<string, unknown> {
  readonly index: number;
  readonly link: ScenarioLink;
  /** `10`, `trunk`, or empty for the VLAN that nobody configured. */
  readonly vlan: string;
}

export type Cable = Edge<CableData, 'cable'>;

/** Colours and dash patterns repeat after so many VLANs. */
const VLAN_STYLES = 6;
const GLOW_MS = 250;
/** Half of a label, and of an envelope on the cable (which is as large at any zoom). */
const LABEL = { width: 32, height: 9 };
const ENVELOPE_PX = 11;

/** A label is as wide as its cable at most: nodes lie over what is longer. */
const MIN_LABEL_PX = 60;
const LABEL_MARGIN_PX = 16;
const LOST: AnyText = { en: 'lost', fr: 'perdu' };

/** By cable, how many frames the faults of the lab have taken. */
class LostFrames implements Fold<ReadonlyMap<string, number>> {
  result: ReadonlyMap<string, number> = new Map();

  add(event: LabEvent): void {
    if (faultMarkOf(event)?.kind !== 'lost') return;
    this.result = new Map(this.result).set(event.node, (this.result.get(event.node) ?? 0) + 1);
  }
}

const makeLost = (): Fold<ReadonlyMap<string, number>> => new LostFrames();

/** Sums over the cables of a link. */
function useTraffic(index: number): {
  readonly up: boolean;
  readonly frames: number;
  readonly dropped: number;
  /** By faults of the lab. */
  readonly lost: number;
} {
  const links = useShown((state) => state.update?.links);
  const own = (links ?? []).filter(({ link }) => link === index);
  const lostByFaults = useFold(makeLost);
  return {
    lost: own.reduce((sum, { a, b }) => sum + (lostByFaults.get(`${a} – ${b}`) ?? 0), 0),
    up: own.every(({ up }) => up),
    frames: own.reduce((sum, { framesAToB, framesBToA }) => sum + framesAToB + framesBToA, 0),
    dropped: own.reduce((sum, { dropped }) => sum + dropped, 0),
  };
}

/** From a cable to the middle of its label, which leaves room for frames. */
function besideCable(dx: number, dy: number, roomPx: number): { readonly x: number; readonly y: number } {
  const length = Math.max(1, Math.hypot(dx, dy));
  // Straight above a flat cable, between the nodes at its ends.
  if (Math.abs(dx) >= Math.abs(dy)) {
    const slope = Math.abs(dy) / Math.max(1, Math.abs(dx));
    return { x: 0, y: -(LABEL.height + slope * LABEL.width + (roomPx * length) / Math.max(1, Math.abs(dx))) };
  }
  // To the right of a steep one, where no card is that it comes from.
  const [x, y] = [Math.abs(dy) / length, (-Math.sign(dy) * dx) / length];
  const away = Math.abs(x) * LABEL.width + Math.abs(y) * LABEL.height + roomPx;
  return { x: x * away, y: y * away };
}

/** True for a moment after frames passed. */
function useGlow(frames: number): boolean {
  const before = useRef(frames);
  const [glow, setGlow] = useState(false);
  useEffect(() => {
    const passed = frames > before.current;
    before.current = frames;
    if (!passed) return undefined;
    setGlow(true);
    const timer = setTimeout(() => setGlow(false), GLOW_MS);
    return () => clearTimeout(timer);
  }, [frames]);
  return glow;
}

export function CableEdge({
  id,
  source,
  sourceX,
  sourceY,
  targetX,
  targetY,
  data,
  selected,
}: EdgeProps<Cable>): ReactNode {
  const commands = useCommands();
  const faultText = useFaultText();
  const index = data?.index ?? -1;
  const { up, frames, dropped, lost } = useTraffic(index);
  const text = useText();
  const glow = useGlow(frames);
  const zoom = useStore(({ transform }) => transform[2]);
  const shownNs = useView((state) => state.pastNs ?? Number.POSITIVE_INFINITY);
  const onWay = useSelected((state) => state.way.some(({ link, sentNs }) => link === index && sentNs <= shownNs));
  if (data === undefined) return null;
  const [path, labelX, labelY] = getStraightPath({ sourceX, sourceY, targetX, targetY });
  const { link, vlan } = data;
  const aside = besideCable(targetX - sourceX, targetY - sourceY, ENVELOPE_PX / zoom);
  const ends =
    nodeOf(link.a) === source
      ? { ax: sourceX, ay: sourceY, bx: targetX, by: targetY }
      : { ax: targetX, ay: targetY, bx: sourceX, by: sourceY };
  const faults = link.faults.map(faultText).join('\n');
  const vlanStyle = vlan === '' || vlan === '1' ? '' : vlan === 'trunk' ? 'trunk' : String(Number(vlan) % VLAN_STYLES);
  return (
    <>
      <g
        className={styles['cable']}
        data-vlan={vlanStyle}
        data-down={!up}
        data-glow={glow}
        data-selected={selected === true}
        data-way={onWay}
      >
        <BaseEdge id={id} path={path} interactionWidth={18} />
      </g>
      <FlightMarks link={index} ends={ends} />
      <EdgeLabelRenderer>
        <button
          type="button"
          tabIndex={-1}
          className={`nodrag nopan ${styles['cableLabel']}`}
          style={{
            maxWidth: Math.max(MIN_LABEL_PX, Math.hypot(targetX - sourceX, targetY - sourceY) - LABEL_MARGIN_PX),
            transform: `translate(-50%, -50%) translate(${labelX + aside.x}px, ${labelY + aside.y}px)`,
          }}
          data-down={!up}
          title={`${link.a} – ${link.b}${faults === '' ? '' : `\n${faults}`}`}
          onClick={() => void commands.run('select', { kind: 'link', index })}
        >
          {vlan === '' ? '' : <span data-vlan={vlanStyle}>{vlan === 'trunk' ? 'trunk' : `VLAN ${vlan}`}</span>}
          {link.faults.length > 0 ? <span data-fault>⚠ {link.faults.length}</span> : ''}
          {up ? '' : <span data-fault>✕</span>}
          {frames > 0 ? <span>{frames}</span> : <span>{parseEndpoint(link.a)?.port}</span>}
          {dropped > 0 ? <span data-fault>−{dropped}</span> : ''}
          {lost > 0 ? (
            <span data-fault data-testid="cable-lost">
              {MARK_SIGNS.lost} {lost} {text(LOST)}
            </span>
          ) : (
            ''
          )}
        </button>
      </EdgeLabelRenderer>
    </>
  );
}
