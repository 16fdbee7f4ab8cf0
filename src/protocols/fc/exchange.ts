/** Exchanges of Fibre Channel as the dissection follows them: which request an answer belongs to. */
import { frameKey, StateKey } from '../core/conversation.ts';
import type { Dissection } from '../core/dissect.ts';
import type { ScsiExchange } from '../scsi/dissect-fields.ts';
import { FC, FC_F_CTL, FC_ID } from './fields.ts';

export interface FcExchange {
  readonly firstFrame: number;
  readonly firstNs: number;
  lastFrame: number | undefined;
  /** Of what it began with: the command of a link service or of the name server. */
  command: number | undefined;
  scsi: ScsiExchange | undefined;
}

/** Takes the protocol that has just been called off the frame's list, as Wireshark does with those inside Fibre Channel. */
export function unlisted(d: Dissection): void {
  d.truncateLayers(d.layers.length - 1);
}

/** By both ports and the number that the originator chose; a number that is used again is another exchange. */
const EXCHANGES = new StateKey(() => new Map<string, FcExchange>());
const SEEN = frameKey<FcExchange>();

/** What the frame that is being read belongs to. */
export interface CurrentExchange {
  readonly exchange: FcExchange;
  readonly isFromResponder: boolean;
}

const CURRENT = new StateKey((): { frame: number; current: CurrentExchange | undefined } => ({
  frame: -1,
  current: undefined,
}));

/** The exchange that the frame at `start` belongs to; what is inside the frame asks for it by `currentExchange`. */
export function exchangeOf(d: Dissection, start: number): FcExchange {
  const exchange = d.remember(SEEN, () => follow(d, start), start);
  const isFromResponder = (d.u8(start + FC.fCtl) & 0x80) !== 0;
  Object.assign(d.state(CURRENT), { frame: d.index, current: { exchange, isFromResponder } });
  return exchange;
}

/** That of the Fibre Channel frame around the bytes; one about which nothing is known when there is none. */
export function currentExchange(d: Dissection): CurrentExchange {
  const { frame, current } = d.state(CURRENT);
  if (current !== undefined && frame === d.index) return current;
  const firstNs = d.context.frames.timeNs(d.index);
  const exchange = { firstFrame: d.number, firstNs, lastFrame: undefined, command: undefined, scsi: undefined };
  return { exchange, isFromResponder: false };
}

function follow(d: Dissection, start: number): FcExchange {
  const exchanges = d.state(EXCHANGES);
  const control = d.u32(start + FC.fCtl - 1) & 0xff_ffff;
  const to = d.u32(start + FC.destination - 1) & 0xff_ffff;
  const from = d.u32(start + FC.source - 1) & 0xff_ffff;
  const isAnswer = (control & FC_F_CTL.fromResponder) !== 0;
  const [originator, responder] = isAnswer ? [to, from] : [from, to];
  const number = d.u16(start + FC.oxId);
  const key = (id: number): string => `${id} ${responder} ${number}`;
  // A port that logs in to the fabric has no address before it is answered.
  let found = exchanges.get(key(originator)) ?? (isAnswer ? exchanges.get(key(FC_ID.none)) : undefined);
  if (found === undefined || (!isAnswer && (control & FC_F_CTL.firstSequence) !== 0)) {
    const firstNs = d.context.frames.timeNs(d.index);
    found = { firstFrame: d.number, firstNs, lastFrame: undefined, command: undefined, scsi: undefined };
    exchanges.set(key(originator), found);
  }
  if ((control & FC_F_CTL.lastSequence) !== 0) found.lastFrame = d.number;
  return found;
}
