/** The AoE target answers as a real vblade did, message for message (`tools/record/vblade.py`). */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parseMac } from '../../src/base/address.ts';
import { fromHex, toHex } from '../../src/base/bytes.ts';
import { WrittenDisk } from '../../src/base/disks/written-disk.ts';
import { decodeAoe, encodeAoe } from '../../src/protocols/aoe/codec.ts';
import { AoeTarget } from '../../src/services/aoe/aoe-target.ts';

interface Recorded {
  readonly sectors: number;
  readonly cases: readonly {
    readonly name: string;
    readonly steps: readonly { readonly what: string; readonly request: string; readonly answer: string | null }[];
  }[];
}

const recorded = JSON.parse(readFileSync(new URL('fixtures/vblade.json', import.meta.url), 'utf8')) as Recorded;
const CLIENT = parseMac('02:00:00:00:00:02') ?? 0;
/** A frame of a card with an MTU of 1500. */
const FRAME_BYTES = 1514;

function target(): AoeTarget {
  const bytes = Uint8Array.from({ length: recorded.sectors * 512 }, (_, i) => (i >> 9) & 255);
  const content = { sizeBytes: bytes.length, slice: (start: number, end: number) => bytes.subarray(start, end) };
  const nothing = (): void => undefined;
  const reports = { onAta: nothing, onFound: nothing, onForbidden: nothing, onRefused: nothing };
  return new AoeTarget({ shelf: 1, slot: 2, device: new WrittenDisk(content), configString: '', macs: [], ...reports });
}

/** Who is meant, as the server that has the target looks at it. */
function reply(one: AoeTarget, request: string): string | null {
  const message = decodeAoe(fromHex(request.padEnd(92, '0')) ?? new Uint8Array(0));
  if (!message.ok || message.value.isResponse) return null;
  const { major, minor } = message.value;
  if ((major !== 0xffff && major !== 1) || (minor !== 0xff && minor !== 2)) return null;
  const answer = one.answer(message.value, CLIENT, FRAME_BYTES);
  return answer === undefined ? null : toHex(encodeAoe(answer));
}

/** vblade answers what it refuses and what it writes in the buffer of the request: what stands behind the header is chance. */
function meaning(answer: string | null): string | null {
  if (answer === null) return null;
  const isError = (Number.parseInt(answer.slice(0, 2), 16) & 4) !== 0;
  const command = answer.slice(10, 12);
  if (isError && command === '00') return answer.slice(0, 20);
  if (command === '09') return answer.slice(0, 20);
  if (command !== '00') return answer;
  const bytes = answer.length / 2 - 22;
  // Only whole sectors are data.
  return answer.slice(0, 44 + 1024 * Math.floor(bytes / 512));
}

describe('vblade', () => {
  for (const { name, steps } of recorded.cases) {
    it(`answers alike: ${name}`, () => {
      const one = target();
      for (const { what, request, answer } of steps) {
        // vblade 25 answers a flush with the status 0 and with the error of the command before: no disk is so.
        if (what === 'flush') continue;
        const ours = reply(one, request);
        if (what === 'identify') {
          // The names in it are our own; the sizes are not.
          const sizes = (hex: string | null): unknown => [
            hex?.length,
            hex?.slice(0, 44),
            hex?.slice(44 + 240, 44 + 248),
            hex?.slice(44 + 400, 44 + 416),
          ];
          expect([what, sizes(ours)]).toEqual([what, sizes(answer)]);
        } else expect([what, meaning(ours)]).toEqual([what, meaning(answer)]);
      }
    });
  }
});
