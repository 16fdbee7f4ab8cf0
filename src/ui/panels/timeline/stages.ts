/** Boot stages as spans of time, a lane for each machine. */
import type { StageId } from '../../../base/event-log.ts';
import type { StageEvent } from '../../../page/time/stage-lanes.ts';

export interface Span {
  readonly event: StageEvent;
  readonly fromNs: number;
  readonly toNs: number;
  /** Where it is drawn: at least a nanosecond long, and after the one before. The axis gives that room. */
  readonly drawFromNs: number;
  readonly drawToNs: number;
}

/** Determines the colour of a stage. */
export const STAGE_GROUPS: Readonly<Record<StageId, string>> = {
  'power-on': 'bios',
  post: 'bios',
  'uefi-sec': 'bios',
  'uefi-pei': 'bios',
  'uefi-dxe': 'bios',
  'uefi-bds': 'bios',
  'boot-option': 'rom',
  'exit-boot-services': 'kernel',
  'rom-init': 'rom',
  'rom-boot': 'rom',
  'rarp-request': 'dhcp',
  'rarp-reply': 'dhcp',
  'bootp-request': 'dhcp',
  'bootp-reply': 'dhcp',
  bootparams: 'dhcp',
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
  'boot-sector': 'program',
  'boot-loader': 'program',
  'no-device': 'failed',
  'power-off': 'bios',
  halted: 'bios',
};

/** Stages of a lane that are drawn one by one; more could not be told apart. */
const MOST_SPANS = 200;

export interface Lane {
  readonly spans: readonly Span[];
  /** Stages before them, which are not drawn. */
  readonly earlier: number;
}

/** The drawn stages of one machine, given in the order of time. */
export function laneOf(stages: readonly StageEvent[], nowNs: number): Lane {
  const earlier = Math.max(0, stages.length - MOST_SPANS);
  let drawnNs = 0;
  const spans = stages.slice(earlier).map((event, i): Span => {
    const toNs = stages[earlier + i + 1]?.timeNs ?? Math.max(nowNs, event.timeNs);
    const drawFromNs = Math.max(event.timeNs, drawnNs);
    drawnNs = Math.max(toNs, drawFromNs + 1);
    return { event, fromNs: event.timeNs, toNs, drawFromNs, drawToNs: drawnNs };
  });
  return { spans, earlier };
}
