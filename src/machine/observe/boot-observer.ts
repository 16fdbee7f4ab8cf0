/**
 * Boot stages that can only be seen from outside: the BIOS's messages about itself and the devices that it tries, a
 * kernel that has taken over, and DHCP by an operating system that drives the network card itself.
 */
import { byteAt, readU16 } from '../../base/bytes.ts';
import type { EventSink, StageId } from '../../base/event-log.ts';
import type { GuestObserver } from './guest-observer.ts';
import { DRIVE_MESSAGES, type DiskBoot, type DriveKind } from './disk-boot.ts';
import { machineMessage } from '../messages.ts';
import { verbatim, type Message } from '../../base/sentence.ts';

const ETHERTYPE_IPV4 = 0x0800;
const IP_PROTOCOL_UDP = 17;
const DHCP_CLIENT_PORT = 68;

/** How SeaBIOS calls the devices whose first sector it loads and runs. A ROM reports by itself that it boots. */
const DEVICES: ReadonlyMap<string, DriveKind> = new Map([
  ['Floppy', 'floppy'],
  ['Hard Disk', 'disk'],
  ['DVD/CD', 'cdrom'],
]);

/** What boot programs print when a part of them is missing, and they give up. */
const MISSING_MODULES: readonly (readonly [pattern: RegExp, program: string])[] = [
  [/^Failed to load (?:COM32 file )?(\S+\.c32)/, 'Syslinux'],
  [/^error: file `(\S+\.mod)' not found\.$/, 'GRUB'],
];
const GRUB_RESCUE = 'grub rescue>';

export class BootObserver implements GuestObserver {
  private readonly log: EventSink;
  private readonly disks: DiskBoot;
  private readonly seen = new Set<StageId>();
  /** BIOS lines already reported: they stay on the screen. */
  private readonly reported = new Set<string>();

  constructor(log: EventSink, disks: DiskBoot) {
    this.log = log;
    this.disks = disks;
  }

  /** A boot begins: every stage can be seen again. */
  start(): void {
    this.seen.clear();
    this.reported.clear();
    this.disks.start();
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
    this.report('kernel-entry', machineMessage('machine.kernel-runs'), timeNs);
  }

  consoleText(line: string, timeNs: number): void {
    if (line.startsWith('SeaBIOS (version')) this.report('post', verbatim(line), timeNs);
    if (/\bLinux version \d/.test(line)) this.report('kernel-entry', verbatim(line), timeNs);
  }

  /** All rows of the screen, from the top. */
  screenText(rows: readonly string[], timeNs: number): void {
    let device: Message | undefined;
    const last = rows.findLastIndex((row) => row !== '');
    rows.forEach((row, index) => {
      this.consoleText(row, timeNs);
      const name = /^Booting from (.+)\.\.\.$/.exec(row)?.[1];
      if (name !== undefined) {
        const drive = DEVICES.get(name);
        device = drive === undefined ? undefined : DRIVE_MESSAGES[drive];
        if (drive !== undefined && device !== undefined) {
          const isNew = this.reportOnce(row, 'disk-boot', machineMessage('machine.disk-boot', { device }), timeNs);
          if (isNew) this.disks.tries(drive, timeNs);
        } else if (name === 'ROM') this.disks.end();
      } else if (device !== undefined && row.startsWith('Boot failed: ') && index < last) {
        // The last line may still be in the middle of being printed.
        const reason = row.slice('Boot failed: '.length);
        const message = machineMessage('machine.cannot-boot', { device, reason });
        this.reportOnce(message.text, 'next-device', message, timeNs);
      } else if (row.startsWith('No bootable device.'))
        this.reportOnce('no-device', 'no-device', machineMessage('machine.no-device'), timeNs, 'no-device');
      this.programText(row, timeNs);
    });
  }

  /** A line of a boot program that gives up. */
  private programText(row: string, timeNs: number): void {
    if (this.seen.has('kernel-entry')) return;
    if (row.startsWith(GRUB_RESCUE))
      this.reportOnce(
        GRUB_RESCUE,
        'boot-failed',
        machineMessage('machine.grub-rescue'),
        timeNs,
        'program/module-missing',
      );
    for (const [pattern, program] of MISSING_MODULES) {
      const module = pattern.exec(row)?.[1];
      if (module === undefined) continue;
      const message = machineMessage('machine.module-missing', { program, module });
      this.reportOnce(message.text, 'boot-failed', message, timeNs, 'program/module-missing');
    }
  }

  /** A frame by the network card. Before the kernel runs, the card is the firmware's, which reports for itself. */
  frameSent(frame: Uint8Array, timeNs: number): void {
    if (!this.seen.has('kernel-entry') || this.seen.has('os-dhcp')) return;
    if (frame.length < 42 || readU16(frame, 12) !== ETHERTYPE_IPV4 || frame[23] !== IP_PROTOCOL_UDP) return;
    const udpAt = 14 + 4 * (byteAt(frame, 14) & 15);
    if (readU16(frame, udpAt) !== DHCP_CLIENT_PORT) return;
    this.report('os-dhcp', machineMessage('machine.os-dhcp'), timeNs);
  }

  /** False when it was reported before. */
  private reportOnce(line: string, stage: StageId, message: Message, timeNs: number, trouble?: string): boolean {
    if (this.reported.has(line)) return false;
    this.reported.add(line);
    this.log.emit({ kind: 'stage', stage, ...message, ...(trouble === undefined ? {} : { trouble }) }, { timeNs });
    return true;
  }

  private report(stage: StageId, message: Message, timeNs: number): void {
    if (this.seen.has(stage)) return;
    this.seen.add(stage);
    if (stage === 'kernel-entry') this.disks.end();
    this.log.emit({ kind: 'stage', stage, ...message }, { timeNs });
  }
}
