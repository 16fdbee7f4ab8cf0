/** Which emulated PCs get a worker of their own, and news of those that have one. */
import type { CellDriver, CellFactory, CellSpec } from '../../lab/cell/protocol.ts';
import { RemoteCell } from '../machine/machine-service.ts';
import { startThread } from '../api/start-thread.ts';

interface Waiter {
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
}

export class MachineThreads {
  private readonly threads: number;
  private readonly address: string;
  private waiters: Waiter[] = [];
  /** Of a machine of this lab, be it that nobody waited when it came. */
  private failure: Error | undefined;

  /**
   * One PC keeps a core and a half busy, half of it with compiling the JIT's modules, and the page needs some too: on two
   * cores a second thread costs more than it gives (docs/decisions/0005). `address`: of the module of such a thread.
   */
  constructor(cores: number, address: string) {
    this.address = address;
    this.threads = Math.max(0, Math.floor((cores - 1) / 2));
  }

  /** The first PC of a lab stays in its thread, where a frame is a call; others run beside it while there are threads. */
  placeForLab(): CellFactory {
    this.failure = undefined;
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

  /** Lets everybody who waits look again. */
  wake(failure?: Error): void {
    const { waiters } = this;
    this.failure ??= failure;
    this.waiters = [];
    for (const { resolve, reject } of waiters) {
      if (failure === undefined) resolve();
      else reject(failure);
    }
  }

  private start(spec: CellSpec): CellDriver {
    const worker = startThread(this.address, spec.node.name);
    return new RemoteCell(worker, spec, {
      onNews: () => this.wake(),
      onFailure: (message) => this.wake(new Error(message)),
    });
  }
}
