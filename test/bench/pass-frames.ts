/**
 * Frames between threads, packed as many as there are into one transferred buffer: a switch in one thread, its
 * stations in others. Batches go through raw message ports.
 */
import { readU16, writeU16 } from '../../src/base/bytes.ts';
import { EventQueue } from '../../src/base/time/event-queue.ts';
import { itemAt } from '../../src/base/lists/list.ts';
import type { FramePort, FrameReceiver } from '../../src/net/port.ts';
import { EthernetSwitch } from '../../src/net/switch.ts';

/** As much of a message port as Node and browsers have in common. */
export interface BatchPort {
  addEventListener(type: 'message', listener: (event: { readonly data: ArrayBuffer }) => void): void;
  start(): void;
  postMessage(batch: ArrayBuffer, transfer: readonly ArrayBuffer[]): void;
}

export type FrameThreadSetup =
  /** A switch with a station behind each port. */
  | { readonly role: 'switch'; readonly ports: readonly BatchPort[] }
  /** A station that sends each frame back to where it came from. */
  | { readonly role: 'echo'; readonly ports: readonly BatchPort[] };

function packFrames(frames: readonly Uint8Array[]): ArrayBuffer {
  const batch = new Uint8Array(frames.reduce((sum, frame) => sum + 2 + frame.length, 0));
  let at = 0;
  for (const frame of frames) {
    writeU16(batch, at, frame.length);
    batch.set(frame, at + 2);
    at += 2 + frame.length;
  }
  return batch.buffer;
}

function unpackFrames(buffer: ArrayBuffer): Uint8Array[] {
  const batch = new Uint8Array(buffer);
  const frames: Uint8Array[] = [];
  for (let at = 0; at < batch.length;) {
    const length = readU16(batch, at);
    frames.push(batch.subarray(at + 2, at + 2 + length));
    at += 2 + length;
  }
  return frames;
}

export function receiveBatches(port: BatchPort, receive: (frames: Uint8Array[]) => void): void {
  port.addEventListener('message', ({ data }) => receive(unpackFrames(data)));
  port.start();
}

export function sendFrames(port: BatchPort, frames: readonly Uint8Array[]): void {
  const batch = packFrames(frames);
  port.postMessage(batch, [batch]);
}

/** A port of the switch that gathers what goes out. */
export class GatheringPort implements FramePort {
  readonly name: string;
  readonly linkUp = true;
  sent: Uint8Array[] = [];
  private receiver: FrameReceiver | undefined;

  constructor(name: string) {
    this.name = name;
  }

  send(frame: Uint8Array): void {
    this.sent.push(frame);
  }

  setReceiver(receiver: FrameReceiver | undefined): void {
    this.receiver = receiver;
  }

  setLinkListener(): void {
    // The link never changes.
  }

  deliver(frame: Uint8Array): void {
    this.receiver?.(frame);
  }
}

export function makeSwitch(portCount: number): readonly GatheringPort[] {
  const ethernet = new EthernetSwitch({ name: 'sw1', clock: new EventQueue() });
  return Array.from({ length: portCount }, (_, i) => {
    const port = new GatheringPort(`sw1.${i + 1}`);
    ethernet.addPort(port);
    return port;
  });
}

function swapAddresses(frame: Uint8Array): Uint8Array {
  const source = frame.slice(6, 12);
  frame.copyWithin(6, 0, 6);
  frame.set(source, 0);
  return frame;
}

/** The thread's work, until it is ended from outside. */
export function passFrames({ role, ports }: FrameThreadSetup): void {
  if (role === 'echo') {
    for (const port of ports) receiveBatches(port, (frames) => sendFrames(port, frames.map(swapAddresses)));
    return;
  }
  const members = makeSwitch(ports.length);
  ports.forEach((port, i) => {
    receiveBatches(port, (frames) => {
      for (const frame of frames) itemAt(members, i).deliver(frame);
      // Once a turn, whatever has come together.
      members.forEach((member, j) => {
        if (member.sent.length === 0) return;
        sendFrames(itemAt(ports, j), member.sent);
        member.sent = [];
      });
    });
  });
}
