/** Base64, RFC 4648 §4. */
import { byteAt } from '../bytes.ts';
import { itemAt } from '../lists/list.ts';

const DIGITS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

/** With padding. */
export function toBase64(bytes: Uint8Array): string {
  let out = '';
  for (let i = 0; i < bytes.length; i += 3) {
    const group = (byteAt(bytes, i) << 16) | ((bytes[i + 1] ?? 0) << 8) | (bytes[i + 2] ?? 0);
    for (let k = 0; k < 4; k++) out += i + k > bytes.length ? '=' : DIGITS[(group >>> (18 - 6 * k)) & 63];
  }
  return out;
}

/** White space is skipped; undefined when something else is not base64. */
export function fromBase64(text: string): Uint8Array | undefined {
  const clean = text.replace(/\s/g, '');
  const match = /^([A-Za-z0-9+/]*)(={0,2})$/.exec(clean);
  if (match === null || clean.length % 4 !== 0) return undefined;
  const digits = itemAt(match, 1);
  const out = new Uint8Array(Math.floor((digits.length * 6) / 8));
  let bits = 0;
  let held = 0;
  let at = 0;
  for (const digit of digits) {
    bits = ((bits << 6) | DIGITS.indexOf(digit)) & 0xffff;
    held += 6;
    if (held >= 8) {
      held -= 8;
      out[at++] = bits >>> held;
    }
  }
  return out;
}
