/** Boot stages as spans of time, a lane for each machine. */
import type { LabEvent, StageId } from '../../base/event-log.ts';

type StageEvent = LabEvent & { readonly kind: 'stage' };

export interface Span {
  readonly event: StageEvent;
  readonly fromNs: number;
  readonly toNs: number;
  /** Where it is drawn: at least a nanosecond long, and after the one before. The axis gives that room. */
  readonly drawFromNs: number;
  readonly drawToNs: number;
}

/** What colours a stage. */
export const STAGE_GROUPS: Readonly<Record<StageId, string>> = {
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
  'disk-boot': 'program',
  'no-device': 'failed',
  'power-off': 'bios',
  halted: 'bios',
};

export function lanesOf(events: readonly StageEvent[], nowNs: number): ReadonlyMap<string, readonly Span[]> {
  const byNode = new Map<string, StageEvent[]>();
  for (const event of events) {
    const list = byNode.get(event.node) ?? [];
    list.push(event);
    byNode.set(event.node, list);
  }
  return new Map([...byNode].map(([node, stages]) => [node, spansOf(stages, nowNs)]));
}

function spansOf(stages: StageEvent[], nowNs: number): readonly Span[] {
  // What the CPU did within a slice is told after the slice: the log's order is not always that of time.
  stages.sort((a, b) => a.timeNs - b.timeNs || a.id - b.id);
  let drawnNs = 0;
  return stages.map((event, i) => {
    const toNs = stages[i + 1]?.timeNs ?? Math.max(nowNs, event.timeNs);
    const drawFromNs = Math.max(event.timeNs, drawnNs);
    drawnNs = Math.max(toNs, drawFromNs + 1);
    return { event, fromNs: event.timeNs, toNs, drawFromNs, drawToNs: drawnNs };
  });
}
