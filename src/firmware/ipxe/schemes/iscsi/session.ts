/** A session in its full feature phase: one command at a time, answers to what the target asks in between. */
import { err, ok } from '../../../../base/result.ts';
import { Inbox, startTask, type RunningTask, type Task } from '../../../../base/time/task.ts';
import { ASYNC_EVENT, NO_TAG, TASK_ATTRIBUTE } from '../../../../protocols/iscsi/fields.ts';
import type { DataIn, IscsiPdu, NopIn, ReadyToTransfer, ScsiResponse } from '../../../../protocols/iscsi/pdu.ts';
import { SCSI_STATUS } from '../../../../protocols/scsi/fields.ts';
import { Err, type Status } from '../../errors.ts';
import type { SanDescription } from '../../san/path.ts';
import type { ScsiData, ScsiTransport } from '../../san/scsi-disk.ts';
import type { Outcome } from '../../settings/types.ts';
import type { PduConnection } from './connection.ts';

/** Data of a write goes in pieces that every target takes. */
const MAX_DATA_OUT_BYTES = 8192;
const NO_SENSE_KEY = 0x1d70_4039;

export interface SessionOptions {
  readonly connection: PduConnection;
  readonly lun: Uint8Array;
  readonly expStatSn: number;
  /** The target's `MaxRecvDataSegmentLength`. */
  readonly maxSendBytes: number;
  /** Tags are counted through all sessions. */
  readonly nextTag: () => number;
  readonly description: SanDescription;
}

type Answer =
  | { readonly kind: 'pdu'; readonly pdu: DataIn | ReadyToTransfer | ScsiResponse }
  | { readonly kind: 'lost'; readonly status: Status };

export class IscsiSession implements ScsiTransport {
  private readonly options: SessionOptions;
  private readonly receiver: RunningTask<void>;
  private current: { readonly tag: number; readonly answers: Inbox<Answer> } | undefined;
  private lost: Status | undefined;
  private cmdSn = 0;
  private expStatSn: number;

  constructor(options: SessionOptions) {
    this.options = options;
    this.expStatSn = options.expStatSn;
    this.receiver = startTask(this.receive());
  }

  get isOpen(): boolean {
    return this.lost === undefined && this.options.connection.isOpen;
  }

  describe(): SanDescription {
    return this.options.description;
  }

  close(): void {
    this.lost ??= Err.iscsiReset;
    this.receiver.cancel();
    this.options.connection.close();
  }

  *command(cdb: Uint8Array, data: ScsiData): Task<Outcome<Uint8Array>> {
    if (this.lost !== undefined) return err(this.lost);
    const tag = this.options.nextTag();
    const answers = new Inbox<Answer>();
    this.current = { tag, answers };
    let isFinished = false;
    try {
      this.options.connection.send({
        kind: 'scsi-command',
        tag,
        isImmediate: false,
        cmdSn: this.cmdSn,
        expStatSn: this.expStatSn,
        isFinal: true,
        isRead: data.kind === 'in',
        isWrite: data.kind === 'out',
        attribute: TASK_ATTRIBUTE.simple,
        lun: this.options.lun,
        expectedLength: data.kind === 'in' ? data.bytes : data.kind === 'out' ? data.data.length : 0,
        cdb,
        additionalHeaders: new Uint8Array(0),
        data: new Uint8Array(0),
      });
      this.cmdSn = (this.cmdSn + 1) >>> 0;
      const outcome = yield* this.finish(data, answers);
      isFinished = true;
      return outcome;
    } finally {
      this.current = undefined;
      // Given up: what is left of the answer could come in the middle of the next one. Another session is to be opened.
      if (!isFinished) this.give(Err.iscsiReset);
    }
  }

  private *finish(data: ScsiData, answers: Inbox<Answer>): Task<Outcome<Uint8Array>> {
    const bytes = new Uint8Array(data.kind === 'in' ? data.bytes : 0);
    for (;;) {
      const answer = yield* answers.take();
      if (answer.kind === 'lost') return err(answer.status);
      const { pdu } = answer;
      switch (pdu.kind) {
        case 'data-in':
          // A target that sends more than it was asked for is not believed.
          if (pdu.bufferOffset + pdu.data.length > bytes.length) return err(this.give(Err.iscsiProtocol));
          bytes.set(pdu.data, pdu.bufferOffset);
          if (pdu.status === SCSI_STATUS.good) return ok(bytes);
          if (pdu.status !== undefined) return err(Err.scsiNoSense);
          break;
        case 'ready-to-transfer':
          if (data.kind === 'out') this.sendData(pdu, data.data);
          break;
        case 'scsi-response':
          if (pdu.response !== 0 || pdu.status !== SCSI_STATUS.good) return err(senseStatus(pdu.data));
          return ok(bytes);
      }
    }
  }

  /** The piece of a write that the target has room for. */
  private sendData(ready: ReadyToTransfer, data: Uint8Array): void {
    const end = Math.min(data.length, ready.bufferOffset + ready.desiredLength);
    const step = Math.max(512, Math.min(MAX_DATA_OUT_BYTES, this.options.maxSendBytes));
    for (let at = ready.bufferOffset, dataSn = 0; at < end; at += step, dataSn++) {
      const to = Math.min(end, at + step);
      this.options.connection.send({
        kind: 'data-out',
        tag: ready.tag,
        isFinal: to === end,
        lun: this.options.lun,
        transferTag: ready.transferTag,
        expStatSn: this.expStatSn,
        dataSn,
        bufferOffset: at,
        data: data.subarray(at, to),
      });
    }
  }

  /** Reads as long as the connection lasts, also while nobody waits for an answer. */
  private *receive(): Task<void> {
    for (;;) {
      const received = yield* this.options.connection.receive();
      if (!received.ok) {
        this.give(received.error);
        return;
      }
      this.take(received.value);
      if (this.lost !== undefined) return;
    }
  }

  private take(pdu: IscsiPdu): void {
    if ('statSn' in pdu && pdu.kind !== 'ready-to-transfer' && (pdu.kind !== 'data-in' || pdu.status !== undefined)) {
      this.expStatSn = (pdu.statSn + 1) >>> 0;
    }
    if (pdu.kind === 'data-in' || pdu.kind === 'ready-to-transfer' || pdu.kind === 'scsi-response') {
      // Nobody waits for the answer to a command that was given up.
      if (pdu.tag === this.current?.tag) this.current.answers.push({ kind: 'pdu', pdu });
    } else if (pdu.kind === 'nop-in') {
      if (pdu.transferTag !== NO_TAG) this.answerNop(pdu);
    } else if (pdu.kind === 'async-message') {
      // The target ends the session, or is about to.
      if (pdu.event !== ASYNC_EVENT.scsi) this.give(Err.iscsiReset);
    } else this.give(Err.iscsiOpcode);
  }

  private answerNop(nop: NopIn): void {
    // What is immediate does not count: the number stays (RFC 7143 §4.2.2.1).
    this.options.connection.send({
      kind: 'nop-out',
      tag: NO_TAG,
      isImmediate: true,
      cmdSn: this.cmdSn,
      expStatSn: this.expStatSn,
      lun: nop.lun,
      transferTag: nop.transferTag,
      data: nop.data,
    });
  }

  /** The session is over. */
  private give(status: Status): Status {
    this.lost ??= status;
    this.options.connection.close();
    this.current?.answers.push({ kind: 'lost', status });
    return status;
  }
}

/**
 * The status of a command that the target has refused. iPXE looks for the sense data at the beginning of the data
 * segment, where its length is (RFC 7143 §11.4.7.2): it mostly finds no key.
 */
function senseStatus(data: Uint8Array): Status {
  return NO_SENSE_KEY | (((data[2] ?? 0) & 0x0f) << 8);
}
