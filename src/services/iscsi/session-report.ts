/** What the log of a server says about a session: its beginning and end, failures, two writers to one disk. */
import type { BlockDevice } from '../../base/disks/block-device.ts';
import type { EventSink, Severity } from '../../base/event-log.ts';
import type { Message } from '../../base/sentence.ts';
import type { ScsiCommand } from '../../protocols/scsi/cdb.ts';
import { SENSE_CODE, SENSE_KEY } from '../../protocols/scsi/fields.ts';
import type { Sense } from '../../protocols/scsi/sense.ts';
import { iscsiMessage } from './messages.ts';

export function report(log: EventSink, code: string, severity: Severity, message: Message, rule?: string): void {
  const options = rule === undefined ? {} : { rule };
  log.emit({ kind: 'server', service: 'iscsi', code: `iscsi.${code}`, severity, ...message, lines: [] }, options);
}

/** Failures of one session that are reported: a client that goes on trying says nothing new. */
const MAX_FAILURES = 50;

/** Who has written to a disk, for all targets of a server. */
export type Writers = Map<BlockDevice, Set<string>>;

export class SessionReport {
  private readonly log: EventSink;
  private readonly writers: Writers;
  private readonly initiator: string;
  private readonly target: string;
  private readBytes = 0;
  private reads = 0;
  private writtenBytes = 0;
  private writes = 0;
  private failures = 0;
  private readonly reportedLuns = new Set<string>();

  constructor(log: EventSink, writers: Writers, initiator: string, target: string) {
    this.log = log;
    this.writers = writers;
    this.initiator = initiator;
    this.target = target;
  }

  private get names(): { readonly initiator: string; readonly target: string } {
    return { initiator: this.initiator, target: this.target };
  }

  read(bytes: number): void {
    this.reads++;
    this.readBytes += bytes;
  }

  written(device: BlockDevice, lun: number, bytes: number): void {
    this.writes++;
    this.writtenBytes += bytes;
    const known = this.writers.get(device) ?? new Set<string>();
    this.writers.set(device, known);
    if (known.has(this.initiator)) return;
    const [other] = known;
    known.add(this.initiator);
    if (other === undefined) return;
    report(this.log, 'two-writers', 'warn', iscsiMessage('iscsi.two-writers', { ...this.names, lun, other }));
  }

  noLun(lun: string): void {
    if (this.reportedLuns.has(lun) || this.reportedLuns.size >= MAX_FAILURES) return;
    this.reportedLuns.add(lun);
    report(this.log, 'no-lun', 'warn', iscsiMessage('iscsi.no-lun', { ...this.names, lun }));
  }

  failed(command: ScsiCommand['kind'] | 'opcode' | 'field', lun: number, { key, code }: Sense): void {
    // Commands that a disk may lack are asked for to find out; a reset is told to everybody once.
    const isRoutine = key === SENSE_KEY.unitAttention || code === SENSE_CODE.invalidOpcode || command === 'inquiry';
    if (isRoutine || this.failures++ >= MAX_FAILURES) return;
    const hex = (value: number, digits: number): string => `0x${value.toString(16).padStart(digits, '0')}`;
    const what = { command, lun, key: hex(key, 1), code: hex(code, 4) };
    report(this.log, 'failed', 'warn', iscsiMessage('iscsi.failed', { ...this.names, ...what }), 'SPC-4 §4.5');
  }

  ended(how: 'logout' | 'lost' | 'reinstated'): void {
    const { reads, writes } = this;
    const done = {
      reads,
      readKiB: Math.ceil(this.readBytes / 1024),
      writes,
      writtenKiB: Math.ceil(this.writtenBytes / 1024),
    };
    if (how === 'reinstated') {
      report(this.log, how, 'note', iscsiMessage('iscsi.reinstated', this.names), 'RFC 7143 §6.3.5');
    } else {
      const severity = how === 'logout' ? 'info' : 'note';
      report(this.log, how, severity, iscsiMessage(`iscsi.${how}`, { ...this.names, ...done }));
    }
  }
}
