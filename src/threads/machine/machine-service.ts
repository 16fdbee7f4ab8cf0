/**
 * A PC in a worker of its own: the worker's side and the lab worker's side. Messages carry plain data; an order is one
 * message, its report another.
 */
import { verbatim, type Message } from '../../base/sentence.ts';
import { onThreadFailure } from '../api/start-thread.ts';
import { PcCell } from '../../lab/cell/pc-cell.ts';
import type { CellDriver, CellOrder, CellReport, CellSpec } from '../../lab/cell/protocol.ts';
import type { DriveRange, MachineAnswers, MachineQuestion } from '../../lab/nodes/machine.ts';
import { wallMs } from '../api/host.ts';

/** How often a cell that runs ahead handles its messages. */
const TURN_MS = 8;

type MessageToMachine =
  | { readonly kind: 'make'; readonly spec: CellSpec }
  | { readonly kind: 'order'; readonly order: CellOrder }
  | { readonly kind: 'ask'; readonly id: number; readonly question: MachineQuestion; readonly range?: DriveRange }
  | { readonly kind: 'ping' };

type MessageFromMachine =
  | { readonly kind: 'report'; readonly report: CellReport }
  | { readonly kind: 'answer'; readonly id: number; readonly answer: MachineAnswers[MachineQuestion] }
  | { readonly kind: 'alive' }
  | { readonly kind: 'failed'; readonly message: string };

/** Exposed by `workers/machine.worker.ts`. */
export class MachineService {
  private readonly say: (message: MessageFromMachine) => void;
  private cell: PcCell | undefined;

  constructor(say: (message: MessageFromMachine) => void) {
    this.say = say;
  }

  receive(message: MessageToMachine): void {
    try {
      this.work(message);
    } catch (error) {
      this.say({ kind: 'failed', message: error instanceof Error ? error.message : String(error) });
      throw error;
    }
  }

  private work(message: MessageToMachine): void {
    if (message.kind === 'make') {
      this.cell = new PcCell(message.spec);
      this.say({ kind: 'alive' });
      return;
    }
    if (message.kind === 'ping') {
      this.say({ kind: 'alive' });
      return;
    }
    const { cell } = this;
    if (cell === undefined) return;
    if (message.kind === 'ask') {
      this.say({ kind: 'answer', id: message.id, answer: cell.answer(message.question, message.range) });
      return;
    }
    const startMs = wallMs();
    const report = cell.advance(message.order, () => wallMs() - startMs < TURN_MS);
    this.say({ kind: 'report', report });
  }
}

/** What a remote cell reports to its owner. */
export interface RemoteCellListener {
  /** A report or an answer has come. */
  readonly onNews: () => void;
  readonly onFailure: (reason: Message) => void;
}

export class RemoteCell implements CellDriver {
  readonly isRemote = true;
  readonly name: string;
  private readonly worker: Worker;
  private readonly asked = new Map<number, (answer: never) => void>();
  private askedCount = 0;
  /** Its code has been loaded. */
  private hasLived = false;
  private unanswered = 0;
  private answered: ((report: CellReport) => void) | undefined;

  constructor(worker: Worker, spec: CellSpec, { onNews, onFailure }: RemoteCellListener) {
    this.worker = worker;
    this.name = spec.node.name;
    worker.addEventListener('message', ({ data }: MessageEvent<MessageFromMachine>) => {
      this.hasLived = true;
      this.unanswered = 0;
      switch (data.kind) {
        case 'alive':
          return;
        case 'report': {
          const { answered } = this;
          this.answered = undefined;
          answered?.(data.report);
          break;
        }
        case 'answer':
          this.asked.get(data.id)?.(data.answer as never);
          this.asked.delete(data.id);
          break;
        case 'failed':
          onFailure(verbatim(data.message));
          break;
      }
      onNews();
    });
    onThreadFailure(worker, onFailure);
    this.post({ kind: 'make', spec });
  }

  order(order: CellOrder, answered: (report: CellReport) => void): void {
    this.answered = answered;
    const inputs = order.inputs.map((input) =>
      input.kind === 'frame' ? { ...input, frame: ownBytes(input.frame) } : input,
    );
    this.post({ kind: 'order', order: { ...order, inputs } });
  }

  ask<Q extends MachineQuestion>(question: Q, answered: (answer: MachineAnswers[Q]) => void, range?: DriveRange): void {
    const id = this.askedCount++;
    this.asked.set(id, answered);
    this.post({ kind: 'ask', id, question, ...(range === undefined ? {} : { range }) });
  }

  /** Sends a ping. Returns the number of unanswered pings. */
  ping(): number {
    const { unanswered } = this;
    if (this.hasLived) this.unanswered++;
    if (this.hasLived && unanswered === 0) this.post({ kind: 'ping' });
    return unanswered;
  }

  close(): void {
    this.worker.terminate();
  }

  private post(message: MessageToMachine): void {
    this.worker.postMessage(message, []);
  }
}

/** Posting a view would transfer its whole underlying buffer. */
function ownBytes(frame: Uint8Array): Uint8Array {
  return frame.byteLength === frame.buffer.byteLength ? frame : frame.slice();
}
