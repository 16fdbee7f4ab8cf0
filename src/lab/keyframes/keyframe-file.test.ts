/** A keyframe that was stored is the one that was kept, and what is not whole is none. */
import { describe, expect, it } from 'vitest';
import type { PcKeyframe } from '../../machine/keyframes/keyframe.ts';
import { captureMemory, PAGE_BYTES, writeMemory } from '../../machine/keyframes/pages.ts';
import { decodeKeyframe, encodeKeyframe } from './keyframe-file.ts';

function joined(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const file = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  parts.reduce((at, part) => (file.set(part, at), at + part.length), 0);
  return file;
}

const memory = new Uint8Array(10 * PAGE_BYTES);
memory[5 * PAGE_BYTES] = 1;
const first = captureMemory(memory.buffer, undefined);
memory[5 * PAGE_BYTES] = 2;
memory[7 * PAGE_BYTES + 3] = 9;
const second = captureMemory(memory.buffer, first);

const keyframe: PcKeyframe = {
  timeNs: 12_500_992_001,
  tape: Uint8Array.of(1, 2, 3, 4, 5),
  head: {
    startNs: 1,
    cause: undefined,
    borderCalls: 0,
    wakeCalls: 0,
    rest: 0,
    baseNs: 0,
    instructionTotal: 2 ** 40,
    counterStart: 0,
    nextRetraceNs: 0,
    counter: 0,
    isHalted: true,
    isPaging: false,
    haltedByHost: false,
    asleep: false,
  },
  nextNs: undefined,
  draws: 3,
  loops: { hasReported: false, low: 0, high: 0, sinceNs: 0, samples: 0, atIret: 0, inBios: 0, empty: 0 },
  emulator: {
    memory: second,
    code: [[899, Uint8Array.of(0, 97, 115, 109)]],
    devices: {
      known: 4,
      nodes: [
        {
          id: 0,
          kind: 'array',
          values: [undefined, null, -0, Number.NaN, Number.POSITIVE_INFINITY, 0.1, 'é', { ref: 1 }],
        },
        { id: 1, kind: 'buffer', bytes: Uint8Array.of(7) },
      ],
    },
  },
};

describe('the file of a keyframe', () => {
  it('gives back every value, and the memory without what only other keyframes need', () => {
    const file = joined(encodeKeyframe(keyframe, 'name'));
    const decoded = decodeKeyframe(file, 'name');
    const read = decoded.ok ? decoded.value : undefined;
    const { memory: image, ...emulator } = read?.emulator ?? keyframe.emulator;
    expect({ ...read, emulator: undefined }).toEqual({ ...keyframe, emulator: undefined });
    expect(emulator).toEqual({ code: keyframe.emulator.code, devices: keyframe.emulator.devices });
    const restored = new Uint8Array(memory.length);
    writeMemory(restored.buffer, image, () => true);
    expect(restored).toEqual(memory);
    expect(image.blocks.map(({ words }) => words.length)).toEqual([0, 2048]);
    // The one in memory is as it was.
    expect(first.blocks[0]?.words.length).toBe(1024);
  });

  it('is none when it was written in part, is something else, or has another name', () => {
    const file = joined(encodeKeyframe(keyframe, 'name'));
    const fault = (bytes: Uint8Array<ArrayBuffer>, name = 'name'): unknown => {
      const decoded = decodeKeyframe(bytes, name);
      return decoded.ok ? undefined : decoded.error;
    };
    expect(fault(file)).toBeUndefined();
    expect(fault(file, 'another')).toBe('foreign');
    expect(fault(file.slice(0, file.length - 8))).toBe('not-whole');
    expect(fault(new Uint8Array(3))).toBe('not-whole');
    expect(fault(new Uint8Array(64).fill(65))).toBe('not-whole');
  });

  it('is none when any of its bits has changed, or two of its words have changed places', () => {
    const file = joined(encodeKeyframe(keyframe, 'name'));
    for (let at = 0; at < file.length; at += at < 200 ? 1 : 97) {
      const changed = file.slice();
      changed[at] = (changed[at] ?? 0) ^ (1 << (at % 8));
      expect(decodeKeyframe(changed, 'name').ok, `byte ${at}`).toBe(false);
    }
    const words = new Int32Array(file.slice().buffer);
    const last = words.findLastIndex((word) => word !== 0);
    [words[last], words[last - 1]] = [words[last - 1] ?? 0, words[last] ?? 0];
    const decoded = decodeKeyframe(new Uint8Array(words.buffer), 'name');
    expect(decoded.ok ? 'read' : decoded.error).toBe('damaged');
  });
});
