/** SCSI commands of a session: data that is asked for or comes by itself, execution, data and status on the way back. */
import { writeU16 } from '../../base/bytes.ts';
import { NO_TAG } from '../../protocols/iscsi/fields.ts';
import type { DataOut, Residual, ScsiCommandPdu } from '../../protocols/iscsi/pdu.ts';
import { decodeCdb, type CdbProblem, type ScsiCommand } from '../../protocols/scsi/cdb.ts';
import { SCSI_STATUS, SENSE_CODE, SENSE_KEY } from '../../protocols/scsi/fields.ts';
import { lunNumber } from '../../protocols/scsi/lun.ts';
import { encodeSense, type Sense } from '../../protocols/scsi/sense.ts';
import type { LogicalUnit } from '../scsi/logical-unit.ts';
import { failed, type ScsiOutcome } from '../scsi/outcome.ts';
import { executeOn } from '../scsi/units.ts';
import type { LoginResult } from './login.ts';
import type { Reply } from './reply.ts';
import type { SessionReport } from './session-report.ts';
import type { IscsiTarget } from './targets.ts';
import { toHex } from '../../base/bytes.ts';

const NOTHING = new Uint8Array(0);

/** A command that waits for its data. */
interface Task {
  readonly pdu: ScsiCommandPdu;
  readonly command: ScsiCommand | CdbProblem;
  readonly lun: number | undefined;
  /** What is collected, of the length that the command takes and the initiator has. */
  readonly data: Uint8Array;
  received: number;
  /** Unsolicited data still comes. */
  isUnsolicited: boolean;
  /** Number that the next data PDU of the sequence has. */
  nextDataSn: number;
  /** Of the R2T that is being answered. */
  transferTag: number;
  r2tSn: number;
  /** Where the sequence ends that is being answered. */
  sequenceEnd: number;
}

export interface TaskContext {
  readonly login: LoginResult;
  readonly target: IscsiTarget;
  readonly nexus: string;
  readonly report: SessionReport;
  reply(pdu: Reply): void;
}

export class TaskRunner {
  private readonly context: TaskContext;
  private readonly tasks = new Map<number, Task>();
  private readonly maxBurst: number;
  private readonly firstBurst: number;
  private readonly takesImmediate: boolean;
  private readonly takesUnsolicited: boolean;
  private nextTransferTag = 1;

  constructor(context: TaskContext) {
    this.context = context;
    const { values } = context.login;
    this.maxBurst = Number(values.MaxBurstLength);
    this.firstBurst = Math.min(Number(values.FirstBurstLength), this.maxBurst);
    this.takesImmediate = values.ImmediateData === 'Yes';
    this.takesUnsolicited = values.InitialR2T === 'No';
  }

  /** Commands that wait for data. */
  get waiting(): number {
    return this.tasks.size;
  }

  has(tag: number): boolean {
    return this.tasks.has(tag);
  }

  /** False when the command brings data that was not agreed on. */
  begin(pdu: ScsiCommandPdu): boolean {
    const immediate = pdu.data.length;
    if (immediate > 0 && (!this.takesImmediate || immediate > this.firstBurst)) return false;
    const isUnsolicited = pdu.isWrite && !pdu.isFinal;
    if (isUnsolicited && !this.takesUnsolicited) return false;
    const command = decodeCdb(pdu.cdb);
    const lun = lunNumber(pdu.lun);
    const unit = lun === undefined ? undefined : this.context.target.units.get(lun);
    const isKnown = command.kind !== 'opcode' && command.kind !== 'field';
    const takes = unit === undefined || !isKnown || !pdu.isWrite ? 0 : unit.bytesToWrite(command);
    const data = new Uint8Array(Math.min(takes, pdu.expectedLength));
    const task: Task = {
      pdu,
      command,
      lun,
      data,
      received: 0,
      isUnsolicited,
      nextDataSn: 0,
      transferTag: NO_TAG,
      r2tSn: 0,
      sequenceEnd: 0,
    };
    data.set(pdu.data.subarray(0, data.length));
    task.received = immediate;
    this.tasks.set(pdu.tag, task);
    this.proceed(task);
    return true;
  }

  /** Data of a command. What belongs to none is forgotten: its command has failed or was aborted. */
  take(pdu: DataOut): void {
    const task = this.tasks.get(pdu.tag);
    if (task === undefined) return;
    const isExpected =
      pdu.transferTag === (task.isUnsolicited ? NO_TAG : task.transferTag) &&
      pdu.dataSn === task.nextDataSn &&
      pdu.bufferOffset === task.received;
    const end = pdu.bufferOffset + pdu.data.length;
    const limit = task.isUnsolicited ? this.firstBurst : task.sequenceEnd;
    if (!isExpected || end > Math.max(limit, task.pdu.data.length)) {
      this.spoil(pdu.tag, SENSE_CODE.incorrectAmountOfData);
      return;
    }
    if (pdu.bufferOffset < task.data.length) {
      task.data.set(pdu.data.subarray(0, task.data.length - pdu.bufferOffset), pdu.bufferOffset);
    }
    task.received = end;
    task.nextDataSn++;
    if (!pdu.isFinal) return;
    if (!task.isUnsolicited && end < task.sequenceEnd) {
      this.spoil(pdu.tag, SENSE_CODE.incorrectAmountOfData);
      return;
    }
    task.isUnsolicited = false;
    this.proceed(task);
  }

  /** Ends a command whose data cannot be trusted (RFC 7143 §11.4.7.2). */
  spoil(tag: number, code: number = SENSE_CODE.protocolServiceCrc): void {
    const task = this.tasks.get(tag);
    if (task === undefined) return;
    this.tasks.delete(tag);
    this.finish(task, failed({ key: SENSE_KEY.abortedCommand, code }));
  }

  /** False when no such command waits. */
  abort(tag: number): boolean {
    return this.tasks.delete(tag);
  }

  /** All commands of a LUN, or of all. */
  abortAll(lun: number | undefined): void {
    for (const [tag, task] of this.tasks) if (lun === undefined || task.lun === lun) this.tasks.delete(tag);
  }

  /** Asks for the next piece of data, or carries the command out. */
  private proceed(task: Task): void {
    if (task.isUnsolicited) return;
    const { pdu, data } = task;
    if (task.received < data.length) {
      const length = Math.min(this.maxBurst, data.length - task.received);
      task.transferTag = this.nextTransferTag;
      this.nextTransferTag = this.nextTransferTag >= NO_TAG - 1 ? 1 : this.nextTransferTag + 1;
      task.nextDataSn = 0;
      task.sequenceEnd = task.received + length;
      this.context.reply({
        kind: 'ready-to-transfer',
        tag: pdu.tag,
        lun: pdu.lun,
        transferTag: task.transferTag,
        r2tSn: task.r2tSn++,
        bufferOffset: task.received,
        desiredLength: length,
      });
      return;
    }
    this.tasks.delete(pdu.tag);
    this.finish(task, this.execute(task));
  }

  private execute({ command, lun, data, pdu }: Task): ScsiOutcome {
    const { target, nexus, report } = this.context;
    const { unit, outcome, isLost } = executeOn(target.units, pdu.lun, nexus, command, data);
    if (unit !== undefined) this.account(unit, lun ?? 0, command, outcome);
    if (isLost) report.noLun(lun === undefined ? `0x${toHex(pdu.lun)}` : String(lun));
    return outcome;
  }

  private account(unit: LogicalUnit, lun: number, command: ScsiCommand | CdbProblem, outcome: ScsiOutcome): void {
    const { report } = this.context;
    if (outcome.kind === 'check-condition') {
      report.failed(command.kind, lun, outcome.sense);
      return;
    }
    if (outcome.kind !== 'good') return;
    if (command.kind === 'read') report.read(outcome.data?.length ?? 0);
    if (command.kind === 'write' || command.kind === 'write-and-verify') {
      report.written(unit.device, lun, command.blocks * unit.device.blockSizeBytes);
    }
  }

  /** Sends data and status (RFC 7143 §11.4, §11.7). */
  private finish(task: Task, outcome: ScsiOutcome): void {
    const { pdu } = task;
    switch (outcome.kind) {
      case 'good':
        if (outcome.data === undefined || !pdu.isRead)
          this.status(task, SCSI_STATUS.good, this.residual(task, outcome));
        else this.sendData(task, outcome.data);
        break;
      case 'condition-met':
        this.status(task, SCSI_STATUS.conditionMet, this.residual(task, outcome));
        break;
      case 'reservation-conflict':
        this.status(task, SCSI_STATUS.reservationConflict, residualOf(pdu.expectedLength, 0));
        break;
      case 'check-condition': {
        // Data that was compared has been moved, whatever it turned out to be.
        const isMoved = outcome.sense.key === SENSE_KEY.miscompare;
        const residual = isMoved ? this.residual(task, outcome) : residualOf(pdu.expectedLength, 0);
        this.status(task, SCSI_STATUS.checkCondition, residual, outcome.sense);
        break;
      }
    }
  }

  /** What the command would have moved, against what the initiator expects. */
  private residual({ pdu, command, lun }: Task, outcome: ScsiOutcome): Residual {
    if (outcome.kind === 'good' && outcome.data !== undefined)
      return residualOf(pdu.expectedLength, outcome.data.length);
    const unit = lun === undefined ? undefined : this.context.target.units.get(lun);
    const isKnown = command.kind !== 'opcode' && command.kind !== 'field';
    return residualOf(pdu.expectedLength, unit === undefined || !isKnown ? 0 : unit.bytesToWrite(command));
  }

  private sendData({ pdu }: Task, whole: Uint8Array): void {
    const { tag, lun, expectedLength } = pdu;
    const residual = residualOf(expectedLength, whole.length);
    const data = whole.subarray(0, expectedLength);
    const segment = Math.min(this.context.login.initiatorSegmentBytes, this.maxBurst);
    if (data.length === 0) {
      this.status({ pdu }, SCSI_STATUS.good, residual);
      return;
    }
    let sequenceStart = 0;
    let dataSn = 0;
    for (let at = 0; at < data.length;) {
      const end = Math.min(at + segment, sequenceStart + this.maxBurst, data.length);
      const isLast = end === data.length;
      const isFinal = isLast || end === sequenceStart + this.maxBurst;
      this.context.reply({
        kind: 'data-in',
        tag,
        isFinal,
        wantsAcknowledgement: false,
        status: isLast ? SCSI_STATUS.good : undefined,
        residual: isLast ? residual : { kind: 'none' },
        lun: isLast ? lun : new Uint8Array(8),
        transferTag: NO_TAG,
        dataSn: dataSn++,
        bufferOffset: at,
        data: data.subarray(at, end),
      });
      if (isFinal) sequenceStart = end;
      at = end;
    }
  }

  private status({ pdu }: Pick<Task, 'pdu'>, status: number, residual: Residual, sense?: Sense): void {
    const rest = { response: 0, snackTag: 0, expDataSn: 0 };
    const data = sense === undefined ? NOTHING : senseSegment(sense);
    this.context.reply({ kind: 'scsi-response', tag: pdu.tag, ...rest, status, residual, data });
  }
}

function residualOf(expected: number, moved: number): Residual {
  if (expected > moved) return { kind: 'underflow', bytes: expected - moved };
  return expected < moved ? { kind: 'overflow', bytes: moved - expected } : { kind: 'none' };
}

/** RFC 7143 §11.4.7: two bytes of length, then the sense data. */
function senseSegment(sense: Sense): Uint8Array {
  const bytes = encodeSense(sense);
  const out = new Uint8Array(2 + bytes.length);
  writeU16(out, 0, bytes.length);
  out.set(bytes, 2);
  return out;
}
