/** Which of a site's keyframes is fetched, and that what comes is used only when it is that keyframe, whole. */
import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { NS_PER_S } from '../../../base/time/clock.ts';
import { encodeKeyframe } from '../../../lab/keyframes/keyframe-file.ts';
import { keyframeName, type KeyframeSubject } from '../../../lab/keyframes/keyframe-name.ts';
import type { PcKeyframe } from '../../../machine/keyframes/keyframe.ts';
import { parseScenario } from '../../../scenario/parse.ts';
import { fetchShipped, shippedFor } from './site-keyframes.ts';

const URL_OF = new URL('https://labs.example/images/keyframes/x.gz');

function subject(build = 'build 1'): KeyframeSubject {
  const parsed = parseScenario({
    version: 1,
    name: 'Keyframes',
    nodes: [{ kind: 'pc', name: 'pc1', nics: [{ name: 'net0', mac: '52:54:00:00:00:01' }] }],
  });
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.error));
  return { build, images: ['aa'], scenario: parsed.value, machine: 'pc1' };
}

function file(seconds: number): { readonly name: string; readonly bytes: Uint8Array<ArrayBuffer> } {
  const memory = { bytes: 0, blocks: [], table: new Int32Array(0) };
  const devices = { known: 0, nodes: [] };
  const keyframe = {
    timeNs: seconds * NS_PER_S,
    tape: Uint8Array.of(seconds),
    emulator: { memory, code: [], devices },
  };
  const name = keyframeName(subject(), keyframe.timeNs);
  return { name, bytes: new Uint8Array(Buffer.concat(encodeKeyframe(keyframe as unknown as PcKeyframe, name))) };
}

/** What the site answers. */
function answers(response: Response): void {
  vi.stubGlobal('fetch', () => Promise.resolve(response));
}

afterEach(() => vi.unstubAllGlobals());

describe('keyframes that a site ships', () => {
  it('are looked for by the names that this build would give them', () => {
    const listed = [10, 20, 30].map((seconds) => ({ name: file(seconds).name, bytes: 8 }));
    const found = (of: KeyframeSubject, aboveS: number, untilS: number): number =>
      listed.findIndex((each) => each === shippedFor(listed, of, aboveS * NS_PER_S, untilS * NS_PER_S));
    expect(found(subject(), 0, 25)).toBe(1);
    expect(found(subject(), 20, 25)).toBe(-1);
    expect(found(subject('build 2'), 0, 25)).toBe(-1);
    expect(shippedFor([{ name: file(10).name, bytes: 2 ** 40 }], subject(), 0, 25 * NS_PER_S)).toBeUndefined();
  });

  it('are used when they are whole, and only under their own name', async () => {
    const { name, bytes } = file(10);
    const packed = new Uint8Array(gzipSync(bytes));
    const fetched = async (body: Uint8Array<ArrayBuffer>, of = { name, bytes: bytes.length }): Promise<unknown> => {
      answers(new Response(body));
      const got = await fetchShipped(URL_OF, of);
      return got.ok ? got.value.tape[0] : got.error;
    };
    expect(await fetched(packed)).toBe(10);
    expect(await fetched(packed, { name: file(20).name, bytes: bytes.length })).toBe('foreign');
    expect(await fetched(packed, { name, bytes: bytes.length + 8 })).toBe('not-whole');
    expect(await fetched(packed, { name, bytes: bytes.length - 8 })).toBe('not-whole');
    expect(await fetched(packed.slice(0, packed.length - 20))).not.toBe(10);
    const changed = bytes.slice();
    changed[changed.length - 8] = 99;
    expect(await fetched(new Uint8Array(gzipSync(changed)))).toBe('damaged');
    answers(new Response('gone', { status: 404 }));
    expect(await fetchShipped(URL_OF, { name, bytes: 8 })).toEqual({ ok: false, error: 'HTTP 404' });
  });
});
