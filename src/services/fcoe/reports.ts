/** What the log of a server says about its fabric: once for each machine and kind of news, where these would be many. */
import type { BlockDevice } from '../../base/disks/block-device.ts';
import type { EventSink, Severity } from '../../base/event-log.ts';
import type { Message } from '../../base/sentence.ts';
import { hexNumber } from '../../base/bytes.ts';
import { formatWwn, type Wwn } from '../../protocols/fc/wwn.ts';
import type { CdbProblem, ScsiCommand } from '../../protocols/scsi/cdb.ts';
import { SENSE_CODE, SENSE_KEY } from '../../protocols/scsi/fields.ts';
import type { Sense } from '../../protocols/scsi/sense.ts';
import { fcoeMessage } from './messages.ts';

/** Kinds of news about machines that are remembered, at most. */
const MAX_REPORTED = 400;

export class FcoeReports {
  private readonly log: EventSink;
  private readonly reported = new Set<string>();
  private readonly writers = new Map<BlockDevice, Set<Wwn>>();

  constructor(log: EventSink) {
    this.log = log;
  }

  say(code: string, severity: Severity, message: Message, rule?: string): void {
    const options = rule === undefined ? {} : { rule };
    this.log.emit({ kind: 'server', service: 'fcoe', code: `fcoe.${code}`, severity, ...message, lines: [] }, options);
  }

  once(code: string, severity: Severity, who: string, message: Message, rule?: string): void {
    const key = `${code} ${who}`;
    if (this.reported.has(key) || this.reported.size >= MAX_REPORTED) return;
    this.reported.add(key);
    this.say(code, severity, message, rule);
  }

  written(initiator: Wwn, port: string, lun: number, device: BlockDevice): void {
    const known = this.writers.get(device) ?? new Set<Wwn>();
    this.writers.set(device, known);
    if (known.has(initiator)) return;
    const [other] = known;
    known.add(initiator);
    if (other === undefined) return;
    const who = { initiator: formatWwn(initiator), other: formatWwn(other) };
    this.say('two-writers', 'warn', fcoeMessage('fcoe.two-writers', { ...who, port, lun }));
  }

  failed(
    initiator: string,
    port: string,
    lun: number,
    command: (ScsiCommand | CdbProblem)['kind'],
    { key, code }: Sense,
  ): void {
    // Commands that a disk may lack are asked for to find out; a reset is told to everybody once.
    if (key === SENSE_KEY.unitAttention || code === SENSE_CODE.invalidOpcode || command === 'inquiry') return;
    const what = { command, lun, key: `0x${hexNumber(key, 1)}`, code: `0x${hexNumber(code, 4)}` };
    const message = fcoeMessage('fcoe.failed', { initiator, port, ...what });
    this.once('failed', 'warn', `${initiator} ${port} ${lun} ${command} ${code}`, message, 'SPC-4 §4.5');
  }
}
