/** Bytes as text of one character each: what cannot be printed is a dot. */
const MAX_CHARS = 4096;

export function printable(bytes: Uint8Array): string {
  let out = '';
  for (const byte of bytes.subarray(0, MAX_CHARS))
    out += (byte >= 32 && byte < 127) || byte === 10 ? String.fromCharCode(byte) : byte === 13 ? '' : '·';
  return bytes.length > MAX_CHARS ? `${out}…` : out;
}
