/** Decides which emulated PCs get a worker of their own, and watches those workers. */
import type { Message } from '../../base/sentence.ts';
import type { CellDriver, CellFactory, CellSpec } from '../../lab/cell/protocol.ts';
import type { MachineSilence } from '../api/lab-api.ts';
import { RemoteCell } from '../machine/machine-service.ts';
import { startThread } from '../api/start-thread.ts';

/** The worker of a machine has failed. */
export class MachineFailure extends Error {
  readonly machine: string;
  readonly reason: Message;

  constructor(machine: string, reason: Message) {
    super(reason.text);
    this.machine = machine;
    this.reason = reason;
  }
}

interface Waiter {
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
}

export class MachineThreads {
  /** Called when a machine's worker has failed, whether or not its report is awaited. */
  onFailure: (failure: MachineFailure) => void = () => undefined;
  private readonly threads: number;
  private readonly address: string;
  private waiters: Waiter[] = [];
  /** Of a machine of this lab. */
  private failure: MachineFailure | undefined;
  private cells: RemoteCell[] = [];

  /**
   * One PC keeps a core and a half busy, half of it compiling the JIT's modules, and the page needs CPU time too: on
   * two cores a second thread costs more than it gains (docs/decisions/0005). `address`: of the module of such a
   * thread.
   */
  constructor(cores: number, address: string) {
    this.address = address;
    this.threads = Math.max(0, Math.floor((cores - 1) / 2));
  }

  /** The first PC of a lab stays in its thread, where a frame is a call; others run beside it while there are threads. */
  placeForLab(): CellFactory {
    this.failure = undefined;
    this.cells = [];
    let pcs = 0;
    return (spec) => {
      const index = pcs++;
      return index === 0 || index > this.threads ? undefined : this.start(spec);
    };
  }

  /** Waits for the next message of any machine; rejects when one has failed. */
  async news(): Promise<void> {
    if (this.failure !== undefined) throw this.failure;
    await new Promise<void>((resolve, reject) => {
      this.waiters.push({ resolve, reject });
    });
  }

  /** Wakes all waiters, which check again. */
  wake(failure?: MachineFailure): void {
    const { waiters } = this;
    const isFirst = failure !== undefined && this.failure === undefined;
    this.failure ??= failure;
    this.waiters = [];
    for (const { resolve, reject } of waiters) {
      if (failure === undefined) resolve();
      else reject(failure);
    }
    if (isFirst) this.onFailure(failure);
  }

  /** Pings each worker, and reports how many pings it has not answered. */
  ping(): readonly MachineSilence[] {
    return this.cells.map((cell) => ({ machine: cell.name, unanswered: cell.ping() }));
  }

  private start(spec: CellSpec): CellDriver {
    const { name } = spec.node;
    const worker = startThread(this.address, name);
    const { cells } = this;
    const cell = new RemoteCell(worker, spec, {
      onNews: () => this.wake(),
      onFailure: (reason) => {
        // Failures of an earlier lab are ignored.
        if (cells === this.cells) this.wake(new MachineFailure(name, reason));
      },
    });
    this.cells.push(cell);
    return cell;
  }
}
