/** PEM: DER between lines that name it (RFC 7468). */
import { fromBase64, toBase64 } from '../base/data/base64.ts';

export interface PemObject {
  /** Such as `CERTIFICATE`. */
  readonly label: string;
  readonly der: Uint8Array;
}

/** The objects of a text; one whose Base64 is wrong is left out. */
export function readPem(text: string): readonly PemObject[] {
  const out: PemObject[] = [];
  // By lines: a pattern over the whole text would search to its end from each line that begins an object.
  let label: string | undefined;
  let body: string[] = [];
  for (const line of text.split('\n')) {
    const begin = /^-----BEGIN ([^-]*)-----\s*$/.exec(line);
    if (begin !== null) {
      label = begin[1];
      body = [];
    } else if (label !== undefined && line.startsWith('-----END ')) {
      const der = fromBase64(body.join(''));
      if (der !== undefined) out.push({ label, der });
      label = undefined;
    } else if (label !== undefined) {
      body.push(line);
    }
  }
  return out;
}

export function writePem({ label, der }: PemObject): string {
  const lines = toBase64(der).match(/.{1,64}/g) ?? [];
  return `-----BEGIN ${label}-----\n${lines.join('\n')}\n-----END ${label}-----\n`;
}
