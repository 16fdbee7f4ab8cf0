/** The target's side of a login by CHAP, in one or both directions (RFC 7143 §12.1.3). */
import { equalBytes, toHex } from '../../base/bytes.ts';
import type { Rng } from '../../base/rng.ts';
import { chapResponse, CHAP_MD5 } from '../../protocols/iscsi/chap.ts';
import { binaryValue, keyNumber, type TextKeys } from '../../protocols/iscsi/keys.ts';
import type { TargetSetting } from './service.ts';

const CHALLENGE_BYTES = 16;

/** What the keys of one request lead to. */
export type ChapStep =
  | { readonly kind: 'answer'; readonly keys: TextKeys; readonly isDone: boolean }
  /** The login is refused; `reason` is for the log of the server. */
  | { readonly kind: 'refused'; readonly reason: ChapRefusal };

export type ChapRefusal =
  | 'chap-algorithm'
  | 'chap-unexpected'
  | 'chap-username'
  | 'chap-password'
  | 'chap-reflected'
  | 'chap-no-mutual';

function binary(bytes: Uint8Array): string {
  return `0x${toHex(bytes)}`;
}

export class ChapExchange {
  private readonly identifier: number;
  private readonly challenge: Uint8Array;
  private readonly setting: TargetSetting;
  private isChallenged = false;

  constructor(setting: TargetSetting, rng: Rng) {
    this.setting = setting;
    this.identifier = rng.below(256);
    this.challenge = Uint8Array.from({ length: CHALLENGE_BYTES }, () => rng.below(256));
  }

  step(keys: ReadonlyMap<string, string>): ChapStep {
    const algorithms = keys.get('CHAP_A');
    if (!this.isChallenged) {
      if (algorithms === undefined) return { kind: 'answer', keys: [], isDone: false };
      if (!algorithms.split(',').includes(String(CHAP_MD5))) return { kind: 'refused', reason: 'chap-algorithm' };
      this.isChallenged = true;
      return {
        kind: 'answer',
        keys: [
          ['CHAP_A', String(CHAP_MD5)],
          ['CHAP_I', String(this.identifier)],
          ['CHAP_C', binary(this.challenge)],
        ],
        isDone: false,
      };
    }
    const username = keys.get('CHAP_N');
    const response = binaryValue(keys.get('CHAP_R') ?? '');
    const { chap, mutualChap } = this.setting;
    if (username === undefined || response === undefined) return { kind: 'refused', reason: 'chap-unexpected' };
    if (username !== chap?.username) return { kind: 'refused', reason: 'chap-username' };
    const expected = chapResponse(this.identifier, chap.password, this.challenge);
    if (!equalBytes(response, expected)) return { kind: 'refused', reason: 'chap-password' };
    const identifier = keyNumber(keys.get('CHAP_I') ?? '');
    const challenge = binaryValue(keys.get('CHAP_C') ?? '');
    if (identifier === undefined || challenge === undefined) return { kind: 'answer', keys: [], isDone: true };
    // RFC 7143 §12.1.3: who sends the challenge back wants the answer from the one who asked.
    if (equalBytes(challenge, this.challenge)) return { kind: 'refused', reason: 'chap-reflected' };
    if (mutualChap === undefined) return { kind: 'refused', reason: 'chap-no-mutual' };
    return {
      kind: 'answer',
      keys: [
        ['CHAP_N', mutualChap.username],
        ['CHAP_R', binary(chapResponse(identifier, mutualChap.password, challenge))],
      ],
      isDone: true,
    };
  }
}
