/**
 * Domain names on the wire (RFC 1035 §3.1, §4.1.4) and as text. Text has no final dot; the root is ''. Bytes that
 * would be mistaken in text are escaped as in master files (RFC 1035 §5.1: `\.`, `\\`, `\DDD`), so that text and
 * wire form stand for one another exactly.
 */
import { byteAt } from '../../base/bytes.ts';
import { decodeError, err, ok } from '../../base/result.ts';
import type { DecodeError, Result } from '../../base/result.ts';

/** RFC 1035 §2.3.4. */
export const MAX_LABEL_BYTES = 63;
/** RFC 1035 §2.3.4: with its length bytes and the root's. */
export const MAX_NAME_BYTES = 255;

export interface DecodedName {
  readonly name: string;
  /** Offset after the name where it stood, that is after its first pointer. */
  readonly next: number;
}

/** Reads the name at `offset`. Pointers count from the start of `bytes`. */
export function decodeName(
  bytes: Uint8Array,
  offset: number,
  end: number = bytes.length,
): Result<DecodedName, DecodeError> {
  const labels: string[] = [];
  let at = offset;
  let limit = end;
  let next: number | undefined;
  // A pointer goes to a prior occurrence (RFC 1035 §4.1.4). Each must go before the last, so there is no loop.
  let lowest = offset;
  let wireBytes = 1;
  for (;;) {
    if (at >= limit) return decodeError('truncated', at, 'RFC 1035 §3.1');
    const length = byteAt(bytes, at);
    if (length === 0) return ok({ name: labels.join('.'), next: next ?? at + 1 });
    if ((length & 0xc0) === 0xc0) {
      if (at + 1 >= limit) return decodeError('truncated', at, 'RFC 1035 §4.1.4');
      const target = ((length & 0x3f) << 8) | byteAt(bytes, at + 1);
      if (target >= lowest) {
        return decodeError('malformed', at, 'RFC 1035 §4.1.4');
      }
      next ??= at + 2;
      lowest = target;
      at = target;
      limit = bytes.length;
      continue;
    }
    if ((length & 0xc0) !== 0) return decodeError('unsupported', at, 'RFC 6891 §5');
    if (at + 1 + length > limit) return decodeError('truncated', at, 'RFC 1035 §3.1');
    wireBytes += 1 + length;
    if (wireBytes > MAX_NAME_BYTES) {
      return decodeError('malformed', at, 'RFC 1035 §2.3.4');
    }
    labels.push(escapeLabel(bytes, at + 1, at + 1 + length));
    at += 1 + length;
  }
}

function escapeLabel(bytes: Uint8Array, start: number, end: number): string {
  let text = '';
  for (let i = start; i < end; i++) {
    const byte = byteAt(bytes, i);
    if (byte === 0x2e || byte === 0x5c) text += `\\${String.fromCharCode(byte)}`;
    else if (byte <= 0x20 || byte >= 0x7f) text += `\\${byte.toString().padStart(3, '0')}`;
    else text += String.fromCharCode(byte);
  }
  return text;
}

/** The labels of a name in text, as bytes. A final dot is allowed. The error's offset counts characters. */
export function nameLabels(name: string): Result<readonly Uint8Array[], DecodeError> {
  const labels: Uint8Array[] = [];
  let label: number[] = [];
  let wireBytes = 1;
  const close = (at: number): DecodeError | undefined => {
    const rule = 'RFC 1035 §2.3.4';
    if (label.length === 0) return { code: 'malformed', offset: at, rule };
    if (label.length > MAX_LABEL_BYTES) {
      return { code: 'malformed', offset: at, rule };
    }
    wireBytes += 1 + label.length;
    if (wireBytes > MAX_NAME_BYTES) {
      return { code: 'malformed', offset: at, rule };
    }
    labels.push(Uint8Array.from(label));
    label = [];
    return undefined;
  };
  if (name === '' || name === '.') return ok(labels);
  for (let i = 0; i < name.length; i++) {
    const char = name[i];
    if (char === '.') {
      const error = close(i);
      if (error !== undefined) return err(error);
    } else if (char === '\\') {
      const decimal = /^\d{3}/.exec(name.slice(i + 1, i + 4));
      if (decimal !== null && Number(decimal[0]) <= 255) {
        label.push(Number(decimal[0]));
        i += 3;
      } else if (i + 1 < name.length) label.push(name.charCodeAt(++i) & 255);
      else return decodeError('malformed', i, 'RFC 1035 §5.1');
    } else label.push(name.charCodeAt(i) & 255);
  }
  if (label.length > 0) {
    const error = close(name.length);
    if (error !== undefined) return err(error);
  }
  return ok(labels);
}

/** Appends names to growing bytes, pointing back to what was written before (RFC 1035 §4.1.4). */
export class NameCompressor {
  /** Wire form of a name's tail, upper and lower case apart, to the offset where it stands. */
  private readonly offsets = new Map<string, number>();

  /** Writes `labels` at the end of `out`; offsets count from its start. `compress` false: remember, but point nowhere. */
  write(out: number[], labels: readonly Uint8Array[], compress = true): void {
    for (const [i, label] of labels.entries()) {
      const key = labels.slice(i).map(labelKey).join('.');
      const known = this.offsets.get(key);
      if (compress && known !== undefined) {
        out.push(0xc0 | (known >>> 8), known & 255);
        return;
      }
      if (known === undefined && out.length < 0x4000) this.offsets.set(key, out.length);
      out.push(label.length, ...label);
    }
    out.push(0);
  }
}

/** Only exact repetitions are pointed to: case is kept as it was given (RFC 4343 §4.1). */
function labelKey(label: Uint8Array): string {
  return escapeLabel(label, 0, label.length);
}

/** Lower case for ASCII letters: names compare without case (RFC 4343 §3). */
export function canonicalName(name: string): string {
  const bare = name.endsWith('.') && !name.endsWith('\\.') ? name.slice(0, -1) : name;
  return bare.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
}
