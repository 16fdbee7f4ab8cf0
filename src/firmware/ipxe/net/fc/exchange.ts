/** An exchange of Fibre Channel as iPXE has one: sequences in turn, and a second of patience (FC-FS-3 §9.7). */
import { Inbox, takeWithin, type Task } from '../../../../base/time/task.ts';
import type { Clock } from '../../../../base/time/clock.ts';
import type { FcFrame } from '../../../../protocols/fc/codec.ts';
import { FC_F_CTL, FC_NO_ID } from '../../../../protocols/fc/fields.ts';
import { ticksNs } from '../ticks.ts';

const PATIENCE = 1024;

export interface SendOptions {
  readonly rCtl: number;
  readonly payload: Uint8Array;
  /** The sequence ends, and it is the other side's turn. */
  readonly isOver: boolean;
  /** The exchange ends. */
  readonly isLast?: boolean;
  /** Where in the data the payload lies. */
  readonly offset?: number;
}

export interface ExchangeOptions {
  readonly clock: Clock;
  readonly id: number;
  readonly type: number;
  readonly source: number;
  readonly peer: number;
  /** The exchange of the other side that is answered; undefined for one that begins here. */
  readonly answers: FcFrame | undefined;
  nextSequence(): number;
  send(frame: FcFrame): void;
}

export class FcExchange {
  private readonly options: ExchangeOptions;
  private readonly received = new Inbox<FcFrame>();
  private peerId: number;
  private hasInitiative = true;
  private isFirst: boolean;
  private sequence: number;
  private count = 0;

  constructor(options: ExchangeOptions) {
    this.options = options;
    this.isFirst = options.answers === undefined;
    this.peerId = options.answers?.oxId ?? FC_NO_ID;
    this.sequence = options.nextSequence();
  }

  send({ rCtl, payload, isOver, isLast = false, offset }: SendOptions): void {
    const { id, type, source, peer, answers } = this.options;
    const isAnswer = answers !== undefined;
    let fCtl = isAnswer ? FC_F_CTL.fromResponder : 0;
    if (this.isFirst) fCtl |= FC_F_CTL.firstSequence;
    if (isLast) fCtl |= FC_F_CTL.endOfSequence | FC_F_CTL.lastSequence;
    if (isOver) fCtl |= FC_F_CTL.endOfSequence | FC_F_CTL.transferInitiative;
    if (offset !== undefined) fCtl |= FC_F_CTL.relativeOffset;
    this.options.send({
      rCtl,
      destination: peer,
      source,
      csCtl: 0,
      type,
      fCtl,
      seqId: this.sequence,
      dfCtl: 0,
      seqCnt: this.count++,
      oxId: isAnswer ? this.peerId : id,
      rxId: isAnswer ? id : this.peerId,
      parameter: offset ?? 0,
      payload,
    });
    if (!isOver) return;
    this.hasInitiative = false;
    this.isFirst = false;
    this.count = 0;
  }

  /** A frame of the other side. What does not come in its turn is dropped. */
  receive(frame: FcFrame): void {
    const isFromResponder = (frame.fCtl & FC_F_CTL.fromResponder) !== 0;
    this.peerId = isFromResponder ? frame.rxId : frame.oxId;
    if (this.hasInitiative || frame.seqCnt !== this.count) return;
    if (this.count === 0) this.sequence = frame.seqId;
    this.count++;
    if (frame.seqId !== this.sequence) return;
    if ((frame.fCtl & FC_F_CTL.endOfSequence) !== 0) {
      this.count = 0;
      if ((frame.fCtl & FC_F_CTL.transferInitiative) !== 0) {
        this.hasInitiative = true;
        this.sequence = this.options.nextSequence();
      }
    }
    this.received.push(frame);
  }

  /** The next frame; undefined when none came for a second. */
  *take(): Task<FcFrame | undefined> {
    return yield* takeWithin(this.options.clock, this.received, ticksNs(PATIENCE));
  }
}
