/**
 * Boot stages that can only be seen from outside: the BIOS's own text, a kernel that has taken over, and DHCP by an
 * operating system that drives the network card itself.
 */
import { readU16 } from '../base/bytes.ts';
import type { EventSink, StageId } from '../base/event-log.ts';

const ETHERTYPE_IPV4 = 0x0800;
const IP_PROTOCOL_UDP = 17;
const DHCP_CLIENT_PORT = 68;

export class BootObserver {
  private readonly log: EventSink;
  private readonly seen = new Set<StageId>();

  constructor(log: EventSink) {
    this.log = log;
  }

  /** A boot begins: every stage can be seen again. */
  start(): void {
    this.seen.clear();
  }

  /** A line that may scroll away before the screen settles is still to come. */
  get awaitsText(): boolean {
    return !this.seen.has('post') || !this.seen.has('kernel-entry');
  }

  /** No kernel has been seen yet. */
  get awaitsKernel(): boolean {
    return !this.seen.has('kernel-entry');
  }

  /**
   * The CPU translates addresses. BIOS, boot ROMs and boot loaders leave paging off, so this is a kernel, also one that
   * prints nothing (`quiet`).
   */
  pagingOn(timeNs: number): void {
    this.report('kernel-entry', 'A kernel has taken over (paging is on)', timeNs);
  }

  consoleText(line: string, timeNs: number): void {
    if (line.startsWith('SeaBIOS (version')) this.report('post', line, timeNs);
    if (/\bLinux version \d/.test(line)) this.report('kernel-entry', line, timeNs);
  }

  /** A frame by the network card. Before the kernel runs, the card is the firmware's, which reports for itself. */
  frameSent(frame: Uint8Array, timeNs: number): void {
    if (!this.seen.has('kernel-entry') || this.seen.has('os-dhcp')) return;
    if (frame.length < 42 || readU16(frame, 12) !== ETHERTYPE_IPV4 || frame[23] !== IP_PROTOCOL_UDP) return;
    const udpAt = 14 + 4 * (frame[14] & 15);
    if (readU16(frame, udpAt) !== DHCP_CLIENT_PORT) return;
    this.report('os-dhcp', 'The operating system asks for an address by DHCP', timeNs);
  }

  private report(stage: StageId, text: string, timeNs: number): void {
    if (this.seen.has(stage)) return;
    this.seen.add(stage);
    this.log.emit({ kind: 'stage', stage, text }, { timeNs });
  }
}
