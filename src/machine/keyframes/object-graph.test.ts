/** A copy of an emulator's objects, written into another emulator made from the same options, makes that one the same. */
import { describe, expect, it } from 'vitest';
import { GraphIndex, NotCopyable } from './object-graph.ts';

class Timer {
  count = 1;
  readonly buffer = new Uint8Array(4);
  words = new Uint16Array(this.buffer.buffer);
}

function makeBoard(): {
  readonly board: Record<string, unknown>;
  readonly memory: ArrayBuffer;
  readonly index: GraphIndex;
  /** As a WebAssembly memory does it: a buffer takes the place of the one before, whose views are empty from then on. */
  grow(): ArrayBuffer;
} {
  let memory = new ArrayBuffer(16);
  const read = (): number => 1;
  const write = (): number => 2;
  const ports = Array.from({ length: 8 }, () => ({ read, write, device: undefined as unknown }));
  const timer = new Timer();
  const screen = { owner: 'of the page' };
  const board = { timer, ports, screen, view: new Uint8Array(memory, 4, 8), read, list: [1, 2], self: {} as unknown };
  board.self = board;
  const named = new Map<string, object>([['screen', screen]]);
  return {
    board,
    memory,
    index: new GraphIndex({ root: board, memory: () => memory, named, steady: ports, kinds: [] }),
    grow: () => (memory = structuredClone(memory, { transfer: [memory] })),
  };
}

describe('GraphIndex', () => {
  it('restores values, lists, bytes, and what points where', () => {
    const first = makeBoard();
    const b = first.board as ReturnType<typeof makeBoard>['board'] & {
      timer: Timer;
      ports: { read: unknown; device: unknown }[];
    };
    b.timer.count = 0.1;
    b.timer.buffer[1] = 7;
    // A card moves its ports, gets a queue, and a second timer.
    b.ports[3] = Object.assign(b.ports[3] ?? {}, { read: b['read'], device: b.timer }) as never;
    [b.ports[1], b.ports[2]] = [b.ports[2] as never, b.ports[1] as never];
    b['list'] = [3, undefined, { next: b.timer }];
    const other = new Timer();
    other.words = new Uint16Array(other.buffer.buffer, 2, 1);
    other.words[0] = 0x0102;
    b['other'] = other;
    b['set'] = new Set([b.timer]);
    b['view'] = new Uint8Array(first.memory, 8, 2);
    const copy = structuredClone(first.index.capture());

    const second = makeBoard();
    const kept = second.board['screen'];
    expect(second.index.restore(copy)).toBe(true);
    const r = second.board as typeof b;
    expect(r.timer).toBeInstanceOf(Timer);
    expect(r.timer.count).toBe(0.1);
    expect([...r.timer.buffer]).toEqual([0, 7, 0, 0]);
    expect(r.ports[3]?.device).toBe(r.timer);
    expect(r.ports[3]?.read).toBe(second.board['read']);
    expect(r['screen']).toBe(kept);
    expect(r['self']).toBe(r);
    expect((r['list'] as { next: unknown }[])[2]?.next).toBe(r.timer);
    const made = r['other'] as Timer;
    expect(made).toBeInstanceOf(Timer);
    expect([...made.buffer]).toEqual([0, 0, 2, 1]);
    expect(made.words.buffer).toBe(made.buffer.buffer);
    expect(r['set']).toEqual(new Set([r.timer]));
    const view = r['view'] as Uint8Array;
    expect([view.buffer === second.memory, view.byteOffset, view.length]).toEqual([true, 8, 2]);
    expect(second.index.capture()).toEqual(copy);
  });

  it('restores views of a memory that has grown since, and those that were left behind', () => {
    const first = makeBoard();
    const picture = { data: new Uint8Array(first.memory, 4, 8) };
    first.board['picture'] = picture;
    const memory = first.grow();
    // The guest's memory is looked at again; what the picture was in is gone.
    first.board['view'] = new Uint8Array(memory, 4, 8);
    expect(picture.data.length).toBe(0);
    const copy = structuredClone(first.index.capture());

    const second = makeBoard();
    const grown = second.grow();
    expect(second.index.restore(copy)).toBe(true);
    expect((second.board['view'] as Uint8Array).buffer).toBe(grown);
    const { data } = second.board['picture'] as typeof picture;
    expect(data).toBeInstanceOf(Uint8Array);
    expect(data.byteLength).toBe(0);
  });

  it('copies of long arrays what has changed, and shares buffers that have not', () => {
    const long = (): {
      readonly board: Record<string, unknown>;
      readonly list: unknown[];
      readonly index: GraphIndex;
    } => {
      const list: unknown[] = Array.from({ length: 5000 }, (_, i) => ({ number: i }));
      const board = { list, timer: new Timer(), other: new Uint8Array(16) };
      const memory = new ArrayBuffer(8);
      return {
        board,
        list,
        index: new GraphIndex({
          root: board,
          memory: () => memory,
          named: new Map(),
          steady: list as object[],
          kinds: [],
        }),
      };
    };
    const first = long();
    const before = first.index.capture();
    expect(before.nodes.some(({ kind }) => kind === 'list')).toBe(false);
    [first.list[7], first.list[8]] = [first.list[8], -0];
    first.list.length = 4000;
    (first.board['other'] as Uint8Array)[3] = 1;
    const copy = first.index.capture(before);
    const buffers = (of: typeof copy): readonly Uint8Array[] =>
      of.nodes.flatMap((node) => (node.kind === 'buffer' ? [node.bytes] : []));
    expect(buffers(copy).map((bytes) => buffers(before).includes(bytes))).toEqual([true, false]);

    const second = long();
    expect(second.index.restore(structuredClone(copy))).toBe(true);
    expect(second.list.length).toBe(4000);
    expect(second.list[6]).toEqual({ number: 6 });
    expect(second.list[7]).toEqual({ number: 8 });
    expect(Object.is(second.list[8], -0)).toBe(true);
    expect(second.index.capture()).toEqual(copy);
  });

  it('does not copy what it cannot make again', () => {
    const { board, index } = makeBoard();
    board['pending'] = () => undefined;
    expect(() => index.capture()).toThrow(NotCopyable);
  });

  it('takes no copy of another kind of emulator', () => {
    const { index } = makeBoard();
    const copy = index.capture();
    expect(index.restore({ ...copy, known: copy.known + 1 })).toBe(false);
  });
});
