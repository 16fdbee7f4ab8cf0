/** Proves that the store gives back what was appended, shares bodies by identity, and grows past its arenas. */
import { describe, expect, it } from 'vitest';
import { FrameStore } from './frame-store.ts';

describe('FrameStore', () => {
  it('gives back records with Wireshark numbers', () => {
    const store = new FrameStore();
    const port = store.addInterface({ name: 'pc1.net0' });
    store.append({ timeNs: 5, interfaceId: port, direction: 'out', bytes: Uint8Array.of(1, 2, 3), origLen: 60 });
    store.append({ timeNs: 7, interfaceId: port, bytes: Uint8Array.of(4), comment: 'look' });
    expect(store.record(0)).toEqual({
      number: 1,
      timeNs: 5,
      interfaceId: 0,
      direction: 'out',
      bytes: Uint8Array.of(1, 2, 3),
      capLen: 3,
      origLen: 60,
    });
    expect(store.record(1)).toMatchObject({ number: 2, timeNs: 7, origLen: 1, comment: 'look' });
    expect(store.record(1)).not.toHaveProperty('direction');
  });

  it('stores one array once, however often it is captured, and equal arrays apart', () => {
    const store = new FrameStore();
    const a = store.interfaceNamed('a');
    const b = store.interfaceNamed('b');
    expect(store.interfaceNamed('a')).toBe(a);
    const frame = new Uint8Array(64).fill(7);
    store.append({ timeNs: 0, interfaceId: a, bytes: frame });
    store.append({ timeNs: 1, interfaceId: b, bytes: frame });
    store.append({ timeNs: 2, interfaceId: b, bytes: frame.slice() });
    expect(store.bodyCount).toBe(2);
    expect(store.body(0)).toBe(store.body(1));
    expect(store.body(2)).not.toBe(store.body(0));
  });

  it('keeps what it was given when the arrays and arenas grow', () => {
    const store = new FrameStore();
    const port = store.addInterface();
    for (let i = 0; i < 9000; i++) {
      const bytes = new Uint8Array(1500).fill(i);
      store.append({ timeNs: i, interfaceId: port, bytes });
      bytes.fill(0xee); // the store must hold a copy
    }
    store.append({ timeNs: 9000, interfaceId: port, bytes: new Uint8Array(5_000_000).fill(9) });
    for (const i of [0, 2795, 2796, 8999]) {
      expect(store.bytes(i).length).toBe(1500);
      expect(store.bytes(i)[1499]).toBe(i & 0xff);
      expect(store.timeNs(i)).toBe(i);
    }
    expect(store.bytes(9000)[4_999_999]).toBe(9);
  });
});
