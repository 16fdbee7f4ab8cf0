/** Boot stages on the virtual clock: a lane for each machine, from power-on to the operating system. A click shows the cause. */
import { useMemo, type ReactNode } from 'react';
import type { StageId } from '../../base/event-log.ts';
import { useDocument, useLive, useView, type StageEvent } from '../../app/store.ts';
import { formatSeconds } from '../format.ts';
import { useText } from '../hooks.ts';
import { Empty } from '../parts/empty.tsx';
import styles from './timeline.module.css';

interface Span {
  readonly event: StageEvent;
  readonly fromNs: number;
  readonly toNs: number;
}

const GROUPS: Readonly<Record<StageId, string>> = {
  'power-on': 'bios',
  post: 'bios',
  'rom-init': 'rom',
  'rom-boot': 'rom',
  'dhcp-discover': 'dhcp',
  'dhcp-offer': 'dhcp',
  'dhcp-request': 'dhcp',
  'dhcp-ack': 'dhcp',
  'proxy-dhcp': 'dhcp',
  'boot-menu': 'menu',
  'boot-server': 'dhcp',
  'file-request': 'file',
  'file-done': 'file',
  'nbp-entry': 'program',
  'nbp-exit': 'program',
  menu: 'menu',
  script: 'program',
  'kernel-loaded': 'kernel',
  'kernel-entry': 'kernel',
  'os-dhcp': 'dhcp',
  'os-address': 'kernel',
  'boot-failed': 'failed',
  'next-device': 'bios',
  'power-off': 'bios',
  halted: 'bios',
};

function lanes(events: readonly StageEvent[], nowNs: number): ReadonlyMap<string, readonly Span[]> {
  const byNode = new Map<string, StageEvent[]>();
  for (const event of events) {
    const list = byNode.get(event.node) ?? [];
    list.push(event);
    byNode.set(event.node, list);
  }
  return new Map(
    [...byNode].map(([node, stages]) => [
      node,
      // What the CPU did within a slice is told after the slice: the log's order is not always that of time.
      stages
        .sort((a, b) => a.timeNs - b.timeNs || a.id - b.id)
        .map((event, i) => ({
          event,
          fromNs: event.timeNs,
          toNs: stages[i + 1]?.timeNs ?? Math.max(nowNs, event.timeNs),
        })),
    ]),
  );
}

/** A boot storm has hundreds; the lane of the machine that is looked at is always among them. */
const MAX_LANES = 24;
/** What every stage gets, so that its name can be read. */
const SHORTEST = 8;

/**
 * Boots are quick at first and then long: a stage gets room by the square root of its time, so that DHCP stays in
 * sight beside a minute of kernel.
 */
function positions(spans: readonly Span[]): readonly { readonly left: number; readonly width: number }[] {
  const weights = spans.map(({ fromNs, toNs }) => Math.sqrt((toNs - fromNs) / 1e6) + SHORTEST);
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  let left = 0;
  return weights.map((weight) => {
    const at = { left: (100 * left) / total, width: (100 * weight) / total };
    left += weight;
    return at;
  });
}

export function Timeline(): ReactNode {
  const text = useText();
  const stages = useLive((state) => state.stages);
  const machine = useView((state) => state.machine);
  const nowNs = useLive((state) => state.update?.timeNs ?? 0);
  const scenario = useDocument((state) => state.scenario);
  const selection = useView((state) => state.selection);
  const byNode = useMemo(() => lanes(stages, nowNs), [stages, nowNs]);
  if (byNode.size === 0) return <Empty title={text('timeline.empty')} />;
  const order = (scenario?.nodes ?? []).map(({ name }) => name);
  const rank = (node: string): number => (node === machine ? -1 : order.indexOf(node));
  const all = [...byNode.keys()].sort((a, b) => rank(a) - rank(b));
  const nodes = all.slice(0, MAX_LANES);
  return (
    <div className={styles['timeline']} data-testid="timeline">
      {nodes.map((node) => {
        const spans = byNode.get(node) ?? [];
        const places = positions(spans);
        return (
          <div key={node} className={styles['lane']}>
            <span className={styles['name']}>{node}</span>
            <ol className={styles['spans']} aria-label={text('timeline.stagesOf', { machine: node })}>
              {spans.map(({ event, fromNs, toNs }, i) => (
                <li key={event.id} style={{ left: `${places[i].left}%`, width: `${places[i].width}%` }}>
                  <button
                    type="button"
                    data-group={GROUPS[event.stage]}
                    data-stage={event.stage}
                    aria-pressed={
                      selection.kind === 'event' && (selection.id === event.id || selection.id === event.cause)
                    }
                    title={`${event.text}\n${formatSeconds(fromNs)} s, ${formatSeconds(toNs - fromNs)} s${event.rule === undefined ? '' : `\n${event.rule}`}`}
                    onClick={() => useView.setState({ selection: { kind: 'event', id: event.id } })}
                  >
                    {text(`stage.${event.stage}`)}
                  </button>
                </li>
              ))}
            </ol>
          </div>
        );
      })}
      {all.length > nodes.length ? <p>{text('timeline.more', { count: all.length - nodes.length })}</p> : null}
    </div>
  );
}
