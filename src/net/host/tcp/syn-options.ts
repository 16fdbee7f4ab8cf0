/**
 * What two hosts agree on by the options of their SYNs: segment size, window scale, selective acknowledgments,
 * timestamps.
 */
import { unreachable } from '../../../base/result.ts';
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
  /** Every segment from now on has a timestamp (RFC 7323 §3.2). */
  readonly useTimestamps: boolean;
}

/** RFC 9293 §3.7.1: what is assumed when the other side says nothing. */
const DEFAULT_MSS = 536;
/** A size that leaves no room for data would be no connection at all. */
const MIN_MSS = 64;
/** RFC 7323 §2.3. */
const MAX_WINDOW_SHIFT = 14;

/** The scale that is offered (RFC 7323 §2.2). */
function ownShift({ receiveWindow, windowShift }: Required<TcpSettings>): number {
  if (windowShift !== 'least') return windowShift;
  let shift = 0;
  while (shift < MAX_WINDOW_SHIFT && receiveWindow >> shift > 0xffff) shift++;
  return shift;
}

/** What the options of the other side's SYN mean beside our own settings. */
export function readSynOptions(options: readonly TcpOption[], settings: Required<TcpSettings>): SynAgreement {
  let peerMss = DEFAULT_MSS;
  let shift: number | undefined;
  let useSack = false;
  let useTimestamps = false;
  for (const option of options) {
    if (option.kind === 'mss') peerMss = Math.max(option.size, MIN_MSS);
    if (option.kind === 'window-scale') shift = Math.min(option.shift, MAX_WINDOW_SHIFT);
    if (option.kind === 'sack-permitted') useSack = settings.sack;
    if (option.kind === 'timestamps') useTimestamps = settings.timestamps;
  }
  // Both sides must have offered it (RFC 7323 §2.2).
  const isScaled = shift !== undefined && settings.windowScale;
  return {
    peerMss,
    peerShift: isScaled ? (shift ?? 0) : 0,
    ownShift: isScaled ? ownShift(settings) : 0,
    isScaled,
    useSack,
    useTimestamps,
  };
}

/** What the options of our own SYN depend on beside the settings. */
interface SynContext {
  /** The other side's options, when our SYN answers its own. */
  readonly answered: SynAgreement | undefined;
  readonly timestamp: TcpOption;
}

/** The options of our own SYN. One is only answered with when it was offered (RFC 7323 §2.2, RFC 2018 §2). */
export function synOptions(
  mss: number,
  settings: Required<TcpSettings>,
  { answered, timestamp }: SynContext,
): readonly TcpOption[] {
  const nop = { kind: 'nop' } as const;
  // Who does not offer timestamps has them where Linux puts them: right behind the permission to acknowledge selectively.
  const isBehindSack = answered?.useTimestamps === true && !settings.synOptions.includes('timestamps');
  return settings.synOptions.flatMap((kind): readonly TcpOption[] => {
    switch (kind) {
      case 'mss':
        return [{ kind: 'mss', size: mss }];
      case 'sack':
        if (!settings.sack || answered?.useSack === false) return isBehindSack ? [nop, nop, timestamp] : [];
        return isBehindSack ? [{ kind: 'sack-permitted' }, timestamp] : [nop, nop, { kind: 'sack-permitted' }];
      case 'scale':
        return settings.windowScale && answered?.isScaled !== false
          ? [nop, { kind: 'window-scale', shift: ownShift(settings) }]
          : [];
      case 'timestamps':
        return answered?.useTimestamps === false ? [] : [nop, nop, timestamp];
      default:
        return unreachable(kind);
    }
  });
}
