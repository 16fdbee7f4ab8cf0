/** Keys of login and text negotiation (RFC 7143 §6, §13): their text form, and what two offers come to. */
import { concatBytes, fromUtf8, utf8 } from '../../base/bytes.ts';
import { fromBase64 } from '../../base/data/base64.ts';
import { decodeError, ok, type DecodeError, type Result } from '../../base/result.ts';

/** Keys in the order in which they came. */
export type TextKeys = readonly (readonly [key: string, value: string])[];

/** RFC 7143 §6.1: a key has at most 63 characters, a value 8192 bytes. */
const MAX_KEY_CHARACTERS = 63;
const MAX_VALUE_CHARACTERS = 8192;
const MAX_KEYS = 256;

export function encodeKeys(keys: TextKeys): Uint8Array {
  return concatBytes(keys.map(([key, value]) => utf8(`${key}=${value}\0`)));
}

/** Fails when a pair has no `=`, or is too long. */
export function decodeKeys(data: Uint8Array): Result<TextKeys, DecodeError> {
  const keys: (readonly [string, string])[] = [];
  let at = 0;
  while (at < data.length) {
    const nul = data.indexOf(0, at);
    const end = nul < 0 ? data.length : nul;
    const text = fromUtf8(data.subarray(at, end));
    const equals = text.indexOf('=');
    if (text !== '') {
      const isBad = equals <= 0 || equals > MAX_KEY_CHARACTERS || text.length - equals - 1 > MAX_VALUE_CHARACTERS;
      if (isBad || keys.length >= MAX_KEYS) {
        return decodeError('malformed', at, 'RFC 7143 §6.1');
      }
      keys.push([text.slice(0, equals), text.slice(equals + 1)]);
    }
    at = end + 1;
  }
  return ok(keys);
}

/** How the value of a key is found from the two sides (RFC 7143 §6.2, §13). */
export type KeyRule =
  /** Yes when both (`and`) or one (`or`) say so. */
  | { readonly kind: 'and' | 'or' }
  | { readonly kind: 'min' | 'max'; readonly from: number; readonly to: number }
  /** The first in the offer that the other side takes. */
  | { readonly kind: 'list' }
  /** Said by one side, not answered; a number with a range where one is given. */
  | { readonly kind: 'declared'; readonly from?: number; readonly to?: number };

const BURST = { from: 512, to: 0xff_ffff };

export const OPERATIONAL_KEYS = {
  HeaderDigest: { kind: 'list' },
  DataDigest: { kind: 'list' },
  MaxConnections: { kind: 'min', from: 1, to: 65_535 },
  InitialR2T: { kind: 'or' },
  ImmediateData: { kind: 'and' },
  MaxRecvDataSegmentLength: { kind: 'declared', ...BURST },
  MaxBurstLength: { kind: 'min', ...BURST },
  FirstBurstLength: { kind: 'min', ...BURST },
  DefaultTime2Wait: { kind: 'max', from: 0, to: 3600 },
  DefaultTime2Retain: { kind: 'min', from: 0, to: 3600 },
  MaxOutstandingR2T: { kind: 'min', from: 1, to: 65_535 },
  DataPDUInOrder: { kind: 'or' },
  DataSequenceInOrder: { kind: 'or' },
  ErrorRecoveryLevel: { kind: 'min', from: 0, to: 2 },
  OFMarker: { kind: 'and' },
  IFMarker: { kind: 'and' },
} as const satisfies Readonly<Record<string, KeyRule>>;

export type OperationalKey = keyof typeof OPERATIONAL_KEYS;
export type KeyValues = Readonly<Record<OperationalKey, string>>;

/** What holds without negotiation (RFC 7143 §13). */
export const DEFAULT_KEYS: KeyValues = {
  HeaderDigest: 'None',
  DataDigest: 'None',
  MaxConnections: '1',
  InitialR2T: 'Yes',
  ImmediateData: 'Yes',
  MaxRecvDataSegmentLength: '8192',
  MaxBurstLength: '262144',
  FirstBurstLength: '65536',
  DefaultTime2Wait: '2',
  DefaultTime2Retain: '20',
  MaxOutstandingR2T: '1',
  DataPDUInOrder: 'Yes',
  DataSequenceInOrder: 'Yes',
  ErrorRecoveryLevel: '0',
  OFMarker: 'No',
  IFMarker: 'No',
};

export function isOperationalKey(key: string): key is OperationalKey {
  return Object.hasOwn(OPERATIONAL_KEYS, key);
}

/** A number as iSCSI writes it, decimal or `0x...`; undefined when it is none. */
export function keyNumber(text: string): number | undefined {
  return /^(\d{1,10}|0[xX][0-9a-fA-F]{1,8})$/.test(text) ? Number(text) : undefined;
}

/** The value that an offer and one's own wish come to; undefined when the offer breaks the rule: `Reject`. */
export function negotiate(rule: KeyRule, offer: string, own: string): string | undefined {
  switch (rule.kind) {
    case 'and':
    case 'or': {
      if (offer !== 'Yes' && offer !== 'No') return undefined;
      const isYes = rule.kind === 'and' ? offer === 'Yes' && own === 'Yes' : offer === 'Yes' || own === 'Yes';
      return isYes ? 'Yes' : 'No';
    }
    case 'min':
    case 'max': {
      const value = keyNumber(offer);
      if (value === undefined || value < rule.from || value > rule.to) return undefined;
      return String(rule.kind === 'min' ? Math.min(value, Number(own)) : Math.max(value, Number(own)));
    }
    case 'list': {
      const taken = own.split(',');
      return offer.split(',').find((one) => taken.includes(one));
    }
    case 'declared': {
      if (rule.from === undefined || rule.to === undefined) return offer;
      const value = keyNumber(offer);
      return value === undefined || value < rule.from || value > rule.to ? undefined : offer;
    }
  }
}

/** Binary values of keys, `0x...` or `0b...` (RFC 7143 §6.1); undefined when it is neither. */
export function binaryValue(text: string): Uint8Array | undefined {
  if (/^0[bB]/.test(text)) return fromBase64(text.slice(2));
  if (!/^0[xX][0-9a-fA-F]+$/.test(text)) return undefined;
  const digits = text.length % 2 === 0 ? text.slice(2) : `0${text.slice(2)}`;
  return Uint8Array.from({ length: digits.length / 2 }, (_, i) => Number.parseInt(digits.slice(2 * i, 2 * i + 2), 16));
}
