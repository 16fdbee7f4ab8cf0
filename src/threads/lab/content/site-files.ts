/**
 * Files of the site, as any static host serves them. A host may decompress files that look compressed, answer with its
 * start page for missing files, or break off; the response is compared with what is expected, and the error names the
 * likely cause.
 */
import { sha256 } from '@noble/hashes/sha2.js';
import { toHex } from '../../../base/bytes.ts';
import { err, ok, type Result } from '../../../base/result.ts';
import { problemAt, scenarioMessage, type ScenarioProblem } from '../../../scenario/problems.ts';
import { looksLikeHtml, type Fetch } from '../../api/site-text.ts';
import type { Message } from '../../../base/sentence.ts';

export interface ExpectedFile {
  /** As people know it. */
  readonly name: string;
  /** Bytes. */
  readonly size: number;
  /** Lower-case hexadecimal. */
  readonly sha256: string;
}

/** What came instead of the file. */
interface Arrived {
  /** Undefined: more than expected, and not read to its end. */
  readonly whole: { readonly size: number; readonly sha256: string } | undefined;
  readonly start: Uint8Array;
  readonly encoding: string | undefined;
}

type Cause = 'inflated' | 'html' | 'truncated' | 'changed';

export type FileProblem =
  | { readonly kind: 'stopped' | 'unreachable' }
  | { readonly kind: 'missing'; readonly status: number }
  | { readonly kind: 'wrong'; readonly cause: Cause; readonly arrived: Arrived };

const START_BYTES = 512;

function causeOf({ name, size }: ExpectedFile, { whole, start, encoding }: Arrived): Cause {
  if (looksLikeHtml(new TextDecoder('latin1').decode(start))) return 'html';
  const isGzip = start[0] === 0x1f && start[1] === 0x8b;
  if (/\.t?gz$/.test(name) && !isGzip && start.length > 1) return 'inflated';
  if (whole === undefined) return encoding === undefined ? 'changed' : 'inflated';
  return whole.size < size ? 'truncated' : 'changed';
}

/**
 * Fetches a file and checks size and hash while it arrives. A response that a cache may have corrupted is requested
 * once more, bypassing all caches. `onProgress` gets the number of bytes received.
 */
export async function fetchFile(
  url: URL,
  expected: ExpectedFile,
  signal: AbortSignal,
  onProgress: (doneBytes: number) => void = () => undefined,
  fetch: Fetch = async (from, init) => await globalThis.fetch(from, init),
): Promise<Result<Uint8Array, FileProblem>> {
  const first = await fetchOnce(url, expected, { signal }, onProgress, fetch);
  if (first.ok || first.error.kind === 'stopped' || first.error.kind === 'unreachable') return first;
  const second = await fetchOnce(url, expected, { signal, cache: 'reload' }, onProgress, fetch);
  return !second.ok && second.error.kind === 'unreachable' ? first : second;
}

async function fetchOnce(
  url: URL,
  expected: ExpectedFile,
  init: RequestInit,
  onProgress: (doneBytes: number) => void,
  fetch: Fetch,
): Promise<Result<Uint8Array, FileProblem>> {
  const isStopped = (): boolean => init.signal?.aborted === true;
  let response: Response;
  try {
    response = await fetch(url, init);
  } catch {
    return err({ kind: isStopped() ? 'stopped' : 'unreachable' });
  }
  if (!response.ok || response.body === null) return err({ kind: 'missing', status: response.status });
  const bytes = new Uint8Array(expected.size);
  let size = 0;
  let isLonger = false;
  let overflow = new Uint8Array(0);
  const reader = response.body.getReader();
  try {
    while (!isLonger) {
      const { done, value } = await reader.read();
      if (done) break;
      isLonger = size + value.length > expected.size;
      if (isLonger) overflow = value.slice(0, START_BYTES);
      else {
        bytes.set(value, size);
        size += value.length;
        onProgress(size);
      }
    }
    if (isLonger) await reader.cancel();
  } catch {
    // Broken off: the bytes received tell the rest.
    if (isStopped()) return err({ kind: 'stopped' });
  }
  const found = await hashOf(bytes.subarray(0, size));
  if (!isLonger && size === expected.size && found === expected.sha256) return ok(bytes);
  const encoding = response.headers.get('content-encoding');
  const arrived: Arrived = {
    whole: isLonger ? undefined : { size, sha256: found },
    start: size > 0 ? bytes.subarray(0, Math.min(size, START_BYTES)) : overflow,
    encoding: encoding === null || encoding === 'identity' ? undefined : encoding,
  };
  return err({ kind: 'wrong', cause: causeOf(expected, arrived), arrived });
}

/** The browser's own sha256 is several times faster; only secure pages have it. */
async function hashOf(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  const { subtle } = crypto as { readonly subtle?: SubtleCrypto };
  return toHex(subtle === undefined ? sha256(bytes) : new Uint8Array(await subtle.digest('SHA-256', bytes)));
}

/** The message about a file that did not arrive as it should: the address, what was expected, what came, why. */
export function fileProblem(path: string, expected: ExpectedFile, problem: FileProblem): ScenarioProblem {
  switch (problem.kind) {
    case 'stopped':
      return problemAt(path, scenarioMessage('scenario.cancelled'));
    case 'unreachable':
      return problemAt(path, scenarioMessage('scenario.image-unreachable', { image: expected.name }));
    case 'missing':
      return problemAt(
        path,
        scenarioMessage('scenario.image-not-there', { image: expected.name, status: problem.status }),
      );
    case 'wrong': {
      const { whole, encoding } = problem.arrived;
      const got =
        whole === undefined
          ? scenarioMessage('scenario.image-got-more')
          : scenarioMessage('scenario.image-got', { bytes: whole.size, found: whole.sha256 });
      return problemAt(
        path,
        scenarioMessage('scenario.image-wrong', {
          image: expected.name,
          bytes: expected.size,
          wanted: expected.sha256,
          got,
          cause: causeSentence(problem.cause, encoding),
        }),
      );
    }
  }
}

function causeSentence(cause: Cause, encoding: string | undefined): Message {
  switch (cause) {
    case 'inflated':
      return scenarioMessage('scenario.image-inflated', { encoding: encoding ?? 'none' });
    case 'html':
      return scenarioMessage('scenario.image-html');
    case 'truncated':
      return scenarioMessage('scenario.image-truncated');
    case 'changed':
      return scenarioMessage('scenario.image-changed');
  }
}
