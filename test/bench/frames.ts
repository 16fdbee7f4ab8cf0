/**
 * Frames a second of the switch: in one thread, with its stations in a second thread, and in a thread between two
 * others. Singly (each frame waits for the one before, as in a lock-step transfer) and 32 to a batch, four batches under way.
 */
import { writeMac } from '../../src/base/address.ts';
import { atLeast } from '../../src/base/lists/list.ts';
import { makeSwitch, receiveBatches, sendFrames, type BatchPort } from './pass-frames.ts';
import { measured, type BenchHost, type Measure, type Row, type Values } from './types.ts';

const A = 0x5254_0000_0001;
const B = 0x5254_0000_0002;
const FRAME_BYTES = 1514;
const SECONDS = 2;
const BATCH = 32;
const BATCHES_UNDER_WAY = 4;

function frame(from: number, to: number): Uint8Array {
  const bytes = new Uint8Array(FRAME_BYTES);
  writeMac(bytes, 0, to);
  writeMac(bytes, 6, from);
  writeMac(bytes, 12, 0x0800_0000_0000);
  return bytes;
}

/** Frames that cross the switch in a second, one direction at a time. */
function oneThread(host: BenchHost): number {
  const [a, b] = atLeast(makeSwitch(2), 2);
  const there = frame(A, B);
  const back = frame(B, A);
  const endMs = host.nowMs() + SECONDS * 1000;
  const startMs = host.nowMs();
  let count = 0;
  while (host.nowMs() < endMs) {
    for (let i = 0; i < 1000; i++) {
      a.deliver(there);
      b.deliver(back);
    }
    count += a.sent.length + b.sent.length;
    a.sent = [];
    b.sent = [];
  }
  return (count * 1000) / (host.nowMs() - startMs);
}

/** The way to an echoing station, through the switch. */
interface Path {
  send(frames: readonly Uint8Array[]): void;
  receive: (frames: readonly Uint8Array[]) => void;
}

/** Sends batches and counts frames that cross the switch, both ways. */
async function echoed(host: BenchHost, path: Path, perBatch: number, underWay: number): Promise<number> {
  return await new Promise((resolve) => {
    const startMs = host.nowMs();
    const endMs = startMs + SECONDS * 1000;
    let count = 0;
    let waiting = underWay;
    // Made each time, as a station makes its frames.
    const send = (): void => path.send(Array.from({ length: perBatch }, () => frame(A, B)));
    path.receive = (frames) => {
      count += 2 * frames.length;
      if (host.nowMs() < endMs) send();
      else if (--waiting === 0) resolve((count * 1000) / (host.nowMs() - startMs));
    };
    for (let i = 0; i < underWay; i++) send();
  });
}

/** The switch is in this thread. */
function pathThroughSwitchHere(far: BatchPort): Path {
  const [near, away] = atLeast(makeSwitch(2), 2);
  const path: Path = {
    send: (frames) => {
      for (const each of frames) near.deliver(each);
      sendFrames(far, away.sent);
      away.sent = [];
    },
    receive: () => {},
  };
  receiveBatches(far, (frames) => {
    for (const each of frames) away.deliver(each);
    const { sent } = near;
    near.sent = [];
    path.receive(sent);
  });
  return path;
}

function pathOver(port: BatchPort): Path {
  const path: Path = { send: (frames) => sendFrames(port, frames), receive: () => {} };
  receiveBatches(port, (frames) => path.receive(frames));
  return path;
}

function channel(): { readonly port1: BatchPort; readonly port2: BatchPort } {
  return new MessageChannel() as unknown as { readonly port1: BatchPort; readonly port2: BatchPort };
}

async function run(host: BenchHost, part: string): Promise<Record<string, number>> {
  if (part === 'one-thread') return { frames: oneThread(host) };
  const first = channel();
  const closers: { close(): void }[] = [];
  let path: Path;
  if (part === 'two-threads') {
    closers.push(await host.frameThread({ role: 'echo', ports: [first.port2] }));
    path = pathThroughSwitchHere(first.port1);
  } else {
    const second = channel();
    closers.push(await host.frameThread({ role: 'echo', ports: [second.port2] }));
    closers.push(await host.frameThread({ role: 'switch', ports: [first.port2, second.port1] }));
    path = pathOver(first.port1);
  }
  // The first batch wakes everything up, and tells the switch who is where.
  await echoed(host, path, 1, 1);
  const singly = await echoed(host, path, 1, 1);
  const batched = await echoed(host, path, BATCH, BATCHES_UNDER_WAY);
  for (const closer of closers) closer.close();
  return { singly, batched };
}

function rows(values: Values): Row[] {
  const list: Row[] = [];
  const perSecond = (count: number): string =>
    count >= 1e6 ? `${(count / 1e6).toFixed(2)} M frames/s` : `${(count / 1000).toFixed(1)} k frames/s`;
  const withBytes = (count: number): string => `${perSecond(count)}, ${((count * FRAME_BYTES) / 1e6).toFixed(0)} MB/s`;
  const {
    'one-thread': one,
    'two-threads': two,
    'three-threads': three,
  } = values as Record<string, Readonly<Record<string, number>> | undefined>;
  if (one !== undefined)
    list.push({ what: 'one thread', value: `${perSecond(measured(one, 'frames'))} (nobody reads their bytes)` });
  const add = (what: string, part: Readonly<Record<string, number>> | undefined): void => {
    if (part === undefined) return;
    list.push({ what: `${what}, singly`, value: withBytes(measured(part, 'singly')) });
    list.push({ what: `${what}, ${BATCH} a batch`, value: withBytes(measured(part, 'batched')) });
  };
  add('a station in another thread', two);
  add('two stations and the switch, a thread each', three);
  return list;
}

export const frames: Measure = {
  name: 'frames',
  title: 'Frames of 1514 bytes through the switch',
  parts: ['one-thread', 'two-threads', 'three-threads'],
  hosts: ['node', 'chromium'],
  run,
  rows,
};
