/**
 * The inside of a cell: one emulated PC on a queue and a log of its own. Its behaviour depends on its inputs alone, not
 * on how the run was split into orders, nor on the thread.
 */
import { SecretStore } from '../../protocols/tls/key-log.ts';
import { CausalClock, EventLog } from '../../base/event-log.ts';
import { EventQueue } from '../../base/time/event-queue.ts';
import { itemAt } from '../../base/lists/list.ts';
import { assert } from '../../base/result.ts';
import { SeededRng } from '../../base/rng.ts';
import type { FramePort, FrameReceiver } from '../../net/port.ts';
import type { PcKeyframes } from '../../machine/keyframes/keyframe.ts';
import { TapeMismatch } from '../../machine/keyframes/tape.ts';
import { EMPTY_MANIFEST } from '../content/image-manifest.ts';
import { ImageBank } from '../content/images.ts';
import { actOn, answerFrom, type DriveRange, type MachineAnswers, type MachineQuestion } from '../nodes/machine.ts';
import { PcNodeMachine } from '../nodes/pc-node.ts';
import type { CellDriver, CellInput, CellOrder, CellOutput, CellReport, CellSpec } from './protocol.ts';

/** The PC's end of a cable whose other end is in the lab. */
class CellPort implements FramePort {
  readonly name: string;
  private readonly onSend: (frame: Uint8Array) => void;
  private receiver: FrameReceiver | undefined;
  private listener: ((linkUp: boolean) => void) | undefined;
  private up = false;

  constructor(name: string, onSend: (frame: Uint8Array) => void) {
    this.name = name;
    this.onSend = onSend;
  }

  get linkUp(): boolean {
    return this.up;
  }

  send(frame: Uint8Array): void {
    if (this.up) this.onSend(frame);
  }

  setReceiver(receiver: FrameReceiver | undefined): void {
    this.receiver = receiver;
  }

  setLinkListener(listener: ((linkUp: boolean) => void) | undefined): void {
    this.listener = listener;
  }

  deliver(frame: Uint8Array): void {
    this.receiver?.(frame);
  }

  setLink(up: boolean): void {
    if (this.up === up) return;
    this.up = up;
    this.listener?.(up);
  }
}

/** What only servers use. */
const NO_SERVER = { certificates: [], secrets: new SecretStore() };

export class PcCell {
  private readonly queue = new EventQueue();
  private readonly log = new EventLog(this.queue);
  private readonly ports: CellPort[] = [];
  private readonly machine: PcNodeMachine;
  private turn: { readonly atNs: number; readonly outputs: CellOutput[] } | undefined;
  private screenChanged = false;
  private readonly name: string;

  constructor({ node, seed, wasm, images, userFiles }: CellSpec, keyframes?: PcKeyframes) {
    this.name = node.name;
    this.log.on(({ id: _id, timeNs, node: _node, cause, rule, ...body }) => {
      if (body.kind === 'console' && body.channel === 'screen') this.screenChanged = true;
      const options = { timeNs, ...(cause === undefined ? {} : { cause }), ...(rule === undefined ? {} : { rule }) };
      this.put({ kind: 'event', body, options });
    });
    const clock = new CausalClock(this.queue, this.log);
    const bank = new ImageBank(EMPTY_MANIFEST, new Map(images), new Map(userFiles));
    const port = (name: string): FramePort => this.makePort(name);
    this.machine = new PcNodeMachine(
      { clock, rng: new SeededRng(seed), log: this.log, images: bank, wasm, port, ...NO_SERVER },
      node,
      keyframes,
    );
  }

  /** `mayGoOn` is asked before each step beyond `untilNs`. How far a cell goes ahead has no effect on what happens. */
  advance({ untilNs, horizonNs, inputs }: CellOrder, mayGoOn: () => boolean): CellReport {
    for (const input of inputs) {
      // Inputs precede other events of the same time.
      this.run(() => this.queue.runBefore(input.atNs));
      this.log.withCause(input.cause, () => this.guarded(() => this.apply(input)));
    }
    this.run(() => this.queue.runUntil(untilNs));
    for (;;) {
      const { nextNs } = this.queue;
      if (this.turn !== undefined || nextNs === undefined || nextNs > horizonNs || !mayGoOn()) break;
      this.run(() => this.queue.runUntil(nextNs));
    }
    return this.report();
  }

  /** Runs the queue: an event that throws is dropped, and the remaining ones still run. */
  private run(events: () => void): void {
    while (!this.guarded(events)) continue;
  }

  /** An exception in here ends the machine, not the lab. False when one was thrown. */
  private guarded(action: () => void): boolean {
    try {
      action();
      return true;
    } catch (error) {
      // The lab is to be run without it.
      if (error instanceof TapeMismatch) throw Object.assign(error, { machine: this.name });
      this.machine.fail(error);
      return false;
    }
  }

  answer<Q extends MachineQuestion>(question: Q, range?: DriveRange): MachineAnswers[Q] {
    return answerFrom(this.machine, question, range);
  }

  private report(): CellReport {
    const { machine, turn, screenChanged } = this;
    const { nextNs } = this.queue;
    this.turn = undefined;
    this.screenChanged = false;
    return {
      ...(turn === undefined ? {} : { turn }),
      reachedNs: this.queue.nowNs,
      ...(nextNs === undefined ? {} : { nextNs }),
      state: {
        powered: machine.powered,
        screenVersion: machine.screenVersion,
        instructions: machine.instructions,
        serial: machine.takeSerial(),
        ...(machine.playedUpToNs === undefined ? {} : { playedUpToNs: machine.playedUpToNs }),
        ...(screenChanged ? { screenText: machine.screenText() } : {}),
      },
    };
  }

  private apply(input: CellInput): void {
    switch (input.kind) {
      case 'frame':
        itemAt(this.ports, input.port).deliver(input.frame);
        break;
      case 'link':
        itemAt(this.ports, input.port).setLink(input.up);
        break;
      case 'user':
        actOn(this.machine, input.do);
        break;
    }
  }

  private makePort(name: string): FramePort {
    const index = this.ports.length;
    const port = new CellPort(name, (frame) => {
      const { currentCause } = this.log;
      this.put({ kind: 'frame', port: index, frame, ...(currentCause === undefined ? {} : { cause: currentCause }) });
    });
    this.ports.push(port);
    return port;
  }

  private put(output: CellOutput): void {
    const { nowNs } = this.queue;
    this.turn ??= { atNs: nowNs, outputs: [] };
    assert(this.turn.atNs === nowNs, 'an order is for one moment, and a cell goes on as long as nothing comes out');
    this.turn.outputs.push(output);
  }
}

/** A cell in the lab's own thread: its report is available as soon as the order has been given. */
export class DirectCell implements CellDriver {
  readonly isRemote = false;
  private readonly cell: PcCell;

  constructor(spec: CellSpec, keyframes?: PcKeyframes) {
    this.cell = new PcCell(spec, keyframes);
  }

  order(order: CellOrder, done: (report: CellReport) => void): void {
    done(this.cell.advance(order, () => false));
  }

  ask<Q extends MachineQuestion>(question: Q, done: (answer: MachineAnswers[Q]) => void, range?: DriveRange): void {
    done(this.cell.answer(question, range));
  }

  close(): void {
    // A local cell has nothing to release.
  }
}
