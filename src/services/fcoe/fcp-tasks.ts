/** SCSI commands of a machine: data that it is asked for, execution, data and status on the way back (FCP-4). */
import type { FcFrame } from '../../protocols/fc/codec.ts';
import { FC_F_CTL, FC_R_CTL } from '../../protocols/fc/fields.ts';
import { answerTo, sequenceFrames } from '../../protocols/fc/sequence.ts';
import { formatWwn, type Wwn } from '../../protocols/fc/wwn.ts';
import {
  decodeFcpCommand,
  encodeFcpResponse,
  encodeFcpTransferReady,
  type FcpCommand,
  type FcpResponse,
} from '../../protocols/fcp/codec.ts';
import { FCP_MANAGEMENT, FCP_RSP_CODE } from '../../protocols/fcp/fields.ts';
import { toHex } from '../../base/bytes.ts';
import { decodeCdb, type CdbProblem, type ScsiCommand } from '../../protocols/scsi/cdb.ts';
import { SCSI_STATUS, SENSE_KEY } from '../../protocols/scsi/fields.ts';
import { lunNumber } from '../../protocols/scsi/lun.ts';
import { encodeSense } from '../../protocols/scsi/sense.ts';
import type { LogicalUnit } from '../scsi/logical-unit.ts';
import type { ScsiOutcome } from '../scsi/outcome.ts';
import { executeOn, unitAt, type Units } from '../scsi/units.ts';
import { fcoeMessage } from './messages.ts';
import type { FcoeReports } from './reports.ts';

const NOTHING = new Uint8Array(0);
/** Data of a write that is asked for at a time. */
const BURST_BYTES = 64 * 1024;
/** Commands that wait for data, at most. */
const MAX_WAITING = 256;

/** A command that waits for its data. */
interface Task {
  readonly request: FcFrame;
  readonly command: FcpCommand;
  readonly scsi: ScsiCommand | CdbProblem;
  readonly rxId: number;
  readonly data: Uint8Array;
  received: number;
  /** Where the piece ends that was asked for. */
  burstEnd: number;
  sequence: number;
}

export interface FcpContext {
  readonly units: Units;
  readonly nexus: string;
  readonly initiator: Wwn;
  /** Of the disk. */
  readonly port: string;
  readonly frameBytes: number;
  readonly reports: FcoeReports;
  nextXid(): number;
  send(frame: FcFrame): void;
}

export class FcpTasks {
  private readonly context: FcpContext;
  /** By the number that the machine gave the exchange. */
  private readonly waiting = new Map<number, Task>();
  /** The last exchanges that are done: an ABTS may still come for them. */
  private readonly recent = new Map<number, number>();
  private readBytes = 0;
  private reads = 0;
  private writtenBytes = 0;
  private writes = 0;

  constructor(context: FcpContext) {
    this.context = context;
  }

  /** What has been moved. */
  get done(): {
    readonly reads: number;
    readonly readKiB: number;
    readonly writes: number;
    readonly writtenKiB: number;
  } {
    const { reads, writes } = this;
    return {
      reads,
      readKiB: Math.ceil(this.readBytes / 1024),
      writes,
      writtenKiB: Math.ceil(this.writtenBytes / 1024),
    };
  }

  receive(frame: FcFrame): void {
    if (frame.rCtl === FC_R_CTL.unsolicitedCommand) this.begin(frame);
    else if (frame.rCtl === FC_R_CTL.data) this.take(frame);
  }

  /** The number that the target gave the exchange; undefined when it knows none. */
  abort(oxId: number): number | undefined {
    const task = this.waiting.get(oxId);
    this.waiting.delete(oxId);
    return task?.rxId ?? this.recent.get(oxId);
  }

  abortAll(): void {
    this.waiting.clear();
  }

  private begin(request: FcFrame): void {
    const decoded = decodeFcpCommand(request.payload);
    if (!decoded.ok || this.waiting.size >= MAX_WAITING) return;
    const command = decoded.value;
    const rxId = this.context.nextXid();
    this.remember(request.oxId, rxId);
    if (command.management !== 0) {
      this.manage(request, rxId, command);
      return;
    }
    const scsi = decodeCdb(command.cdb);
    const unit = unitAt(this.context.units, command.lun);
    const isKnown = scsi.kind !== 'opcode' && scsi.kind !== 'field';
    const takes = unit === undefined || !isKnown || !command.isWrite ? 0 : unit.bytesToWrite(scsi);
    const data = new Uint8Array(Math.min(takes, command.dataLength));
    const task: Task = { request, command, scsi, rxId, data, received: 0, burstEnd: 0, sequence: 0 };
    this.waiting.set(request.oxId, task);
    this.proceed(task);
  }

  private remember(oxId: number, rxId: number): void {
    this.recent.delete(oxId);
    this.recent.set(oxId, rxId);
    const [oldest] = this.recent.keys();
    if (this.recent.size > MAX_WAITING && oldest !== undefined) this.recent.delete(oldest);
  }

  /** Data comes in order; a piece that was lost leaves a gap, and the command is given up by the machine. */
  private take(frame: FcFrame): void {
    const task = this.waiting.get(frame.oxId);
    if (task === undefined || task.rxId !== frame.rxId || frame.parameter !== task.received) return;
    const end = task.received + frame.payload.length;
    if (end > task.burstEnd) return;
    task.data.set(frame.payload, task.received);
    task.received = end;
    if (end === task.burstEnd) this.proceed(task);
  }

  /** Asks for the next piece of data, or carries the command out. */
  private proceed(task: Task): void {
    const { data, request, rxId } = task;
    if (task.received < data.length) {
      const length = Math.min(BURST_BYTES, data.length - task.received);
      task.burstEnd = task.received + length;
      const answer = answerTo(
        request,
        FC_R_CTL.dataDescriptor,
        rxId,
        encodeFcpTransferReady({ offset: task.received, length }),
      );
      this.context.send({ ...answer, fCtl: answer.fCtl & ~FC_F_CTL.lastSequence, seqId: task.sequence++ });
      return;
    }
    this.waiting.delete(request.oxId);
    this.finish(task, this.execute(task));
  }

  private execute({ command, scsi, data }: Task): ScsiOutcome {
    const { units, nexus, initiator, port, reports } = this.context;
    const lun = lunNumber(command.lun);
    const { unit, outcome, isLost } = executeOn(units, command.lun, nexus, scsi, data);
    if (unit !== undefined) this.account(unit, lun ?? 0, scsi, outcome);
    if (isLost) {
      const what = {
        initiator: formatWwn(initiator),
        port,
        lun: lun === undefined ? `0x${toHex(command.lun)}` : String(lun),
      };
      reports.once('no-lun', 'warn', `${what.initiator} ${port} ${what.lun}`, fcoeMessage('fcoe.no-lun', what));
    }
    return outcome;
  }

  private account(unit: LogicalUnit, lun: number, scsi: ScsiCommand | CdbProblem, outcome: ScsiOutcome): void {
    const { initiator, port, reports } = this.context;
    if (outcome.kind === 'check-condition') reports.failed(formatWwn(initiator), port, lun, scsi.kind, outcome.sense);
    if (outcome.kind !== 'good') return;
    if (scsi.kind === 'read') {
      this.reads++;
      this.readBytes += outcome.data?.length ?? 0;
    }
    if (scsi.kind === 'write' || scsi.kind === 'write-and-verify') {
      this.writes++;
      this.writtenBytes += scsi.blocks * unit.device.blockSizeBytes;
      reports.written(initiator, port, lun, unit.device);
    }
  }

  /** Sends data and status (FCP-4 §9.4, §9.5). */
  private finish(task: Task, outcome: ScsiOutcome): void {
    const { command } = task;
    switch (outcome.kind) {
      case 'good': {
        const data = command.isRead ? (outcome.data ?? NOTHING) : NOTHING;
        const moved = command.isRead ? data.length : task.data.length;
        this.sendData(task, data.subarray(0, command.dataLength));
        this.status(task, SCSI_STATUS.good, residualOf(command.dataLength, moved));
        return;
      }
      case 'condition-met':
        this.status(task, SCSI_STATUS.conditionMet, residualOf(command.dataLength, task.data.length));
        return;
      case 'reservation-conflict':
        this.status(task, SCSI_STATUS.reservationConflict, residualOf(command.dataLength, 0));
        return;
      case 'check-condition': {
        // Data that was compared has been moved, whatever it turned out to be.
        const moved = outcome.sense.key === SENSE_KEY.miscompare ? task.data.length : 0;
        const residual = residualOf(command.dataLength, moved);
        this.status(task, SCSI_STATUS.checkCondition, residual, encodeSense(outcome.sense));
      }
    }
  }

  private sendData(task: Task, data: Uint8Array): void {
    if (data.length === 0) return;
    const head = { ...answerTo(task.request, FC_R_CTL.data, task.rxId, NOTHING), fCtl: FC_F_CTL.fromResponder };
    const options = { frameBytes: this.context.frameBytes, lastBits: 0, offset: 0 };
    for (const frame of sequenceFrames({ ...head, seqId: task.sequence++ }, data, options)) this.context.send(frame);
  }

  private status(task: Task, status: number, residual: FcpResponse['residual'], sense: Uint8Array = NOTHING): void {
    const payload = encodeFcpResponse({ status, residual, sense, code: undefined });
    this.context.send({ ...answerTo(task.request, FC_R_CTL.commandStatus, task.rxId, payload), seqId: task.sequence });
  }

  private manage(request: FcFrame, rxId: number, command: FcpCommand): void {
    const code = this.manageTasks(command);
    const payload = encodeFcpResponse({ status: 0, residual: { kind: 'none' }, sense: NOTHING, code });
    this.context.send(answerTo(request, FC_R_CTL.commandStatus, rxId, payload));
  }

  private manageTasks({ management, lun }: FcpCommand): number {
    const { units } = this.context;
    const unit = unitAt(units, lun);
    switch (management) {
      case FCP_MANAGEMENT.targetReset:
        this.abortAll();
        for (const one of units.values()) one.reset();
        return FCP_RSP_CODE.complete;
      case FCP_MANAGEMENT.lunReset:
      case FCP_MANAGEMENT.abortTaskSet:
      case FCP_MANAGEMENT.clearTaskSet:
        if (unit === undefined) return FCP_RSP_CODE.noLun;
        for (const [id, { command }] of this.waiting) if (toHex(command.lun) === toHex(lun)) this.waiting.delete(id);
        if (management === FCP_MANAGEMENT.lunReset) unit.reset();
        return FCP_RSP_CODE.complete;
      case FCP_MANAGEMENT.clearAca:
        return FCP_RSP_CODE.complete;
      default:
        return FCP_RSP_CODE.rejected;
    }
  }
}

function residualOf(expected: number, moved: number): FcpResponse['residual'] {
  if (expected > moved) return { kind: 'under', bytes: expected - moved };
  return expected < moved ? { kind: 'over', bytes: moved - expected } : { kind: 'none' };
}
