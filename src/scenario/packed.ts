/**
 * A text as it is put into a link: deflated, in base64url. What comes out of a link is untrusted: its size is bounded
 * before and after inflation.
 */
import { deflateSync, Inflate } from 'fflate';
import { fromUtf8, utf8 } from '../base/bytes.ts';
import { inflate } from '../base/data/inflate.ts';
import { err, ok, type Result } from '../base/result.ts';
import type { Message } from '../base/sentence.ts';
import { scenarioMessage } from './problems.ts';

/** A longer hash is rejected unread. */
export const MAX_HASH_CHARS = 512 * 1024;
/** Inflation stops at this size. */
const MAX_INFLATED_BYTES = 8 * 1024 * 1024;

function toBase64Url(bytes: Uint8Array): string {
  let text = '';
  for (let i = 0; i < bytes.length; i += 0x2000) text += String.fromCharCode(...bytes.subarray(i, i + 0x2000));
  return btoa(text).replace(/\+/g, '-').replace(/\//g, '_').replace(/=+$/, '');
}

function fromBase64Url(text: string): Uint8Array | undefined {
  if (!/^[A-Za-z0-9_-]*$/.test(text)) return undefined;
  try {
    const binary = atob(text.replace(/-/g, '+').replace(/_/g, '/'));
    return Uint8Array.from(binary, (char) => char.charCodeAt(0));
  } catch {
    return undefined;
  }
}

export function packText(text: string): string {
  return toBase64Url(deflateSync(utf8(text), { level: 9 }));
}

/** The error is for the reader of the link. */
export function unpackText(packed: string): Result<string, Message> {
  const bytes = fromBase64Url(packed);
  if (bytes === undefined) return err(scenarioMessage('scenario.link-not-base64url'));
  const inflated = inflate(Inflate, bytes, MAX_INFLATED_BYTES);
  return inflated.ok ? ok(fromUtf8(inflated.value)) : err(scenarioMessage('scenario.link-not-unpacked'));
}
