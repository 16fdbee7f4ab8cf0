/** What two hosts agree on by the options of their SYNs: segment size, window scale, selective acknowledgments. */
import type { TcpOption } from '../../../protocols/tcp/codec.ts';
import type { TcpSettings } from '../types.ts';

/** What the other side's SYN says, as far as it can be used with our own settings. */
export interface SynAgreement {
  /** Bytes of data that the other side takes in a segment. */
  readonly peerMss: number;
  /** Scales of the windows that come in and of those that go out; both 0 unless both sides have offered it. */
  readonly peerShift: number;
  readonly ownShift: number;
  readonly isScaled: boolean;
  readonly useSack: boolean;
}

/** RFC 9293 §3.7.1: what is assumed when the other side says nothing. */
const DEFAULT_MSS = 536;
/** A size that leaves no room for data would be no connection at all. */
const MIN_MSS = 64;
/** RFC 7323 §2.3. */
const MAX_WINDOW_SHIFT = 14;

/** The least scale by which the receive window fits in 16 bits (RFC 7323 §2.2). */
function shiftFor(receiveWindow: number): number {
  let shift = 0;
  while (shift < MAX_WINDOW_SHIFT && receiveWindow >> shift > 0xffff) shift++;
  return shift;
}

/** What the options of the other side's SYN mean beside our own settings. */
export function readSynOptions(options: readonly TcpOption[], settings: Required<TcpSettings>): SynAgreement {
  let peerMss = DEFAULT_MSS;
  let shift: number | undefined;
  let useSack = false;
  for (const option of options) {
    if (option.kind === 'mss') peerMss = Math.max(option.size, MIN_MSS);
    if (option.kind === 'window-scale') shift = Math.min(option.shift, MAX_WINDOW_SHIFT);
    if (option.kind === 'sack-permitted') useSack = settings.sack;
  }
  // Both sides must have offered it (RFC 7323 §2.2).
  const isScaled = shift !== undefined && settings.windowScale;
  return {
    peerMss,
    peerShift: isScaled ? (shift ?? 0) : 0,
    ownShift: isScaled ? shiftFor(settings.receiveWindow) : 0,
    isScaled,
    useSack,
  };
}

/** The options of our own SYN; `answered` holds the other side's options, when ours answers its SYN. */
export function synOptions(
  mss: number,
  settings: Required<TcpSettings>,
  answered: SynAgreement | undefined,
): readonly TcpOption[] {
  const options: TcpOption[] = [{ kind: 'mss', size: mss }];
  // An option is only answered with when it was offered (RFC 7323 §2.2, RFC 2018 §2).
  if (settings.sack && answered?.useSack !== false)
    options.push({ kind: 'nop' }, { kind: 'nop' }, { kind: 'sack-permitted' });
  if (settings.windowScale && answered?.isScaled !== false)
    options.push({ kind: 'nop' }, { kind: 'window-scale', shift: shiftFor(settings.receiveWindow) });
  return options;
}
