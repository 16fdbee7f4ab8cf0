/** Progress of a body as `transfer` events: at the start, at each twentieth, at the end. */
import type { EventSink } from '../../base/event-log.ts';

export interface TransferOptions {
  /** Such as `http`, `ftp`, `nfs`. */
  readonly protocol: string;
  /** Tells it apart from others of the protocol that run at the same time. */
  readonly id: string;
  /** The file, for people. */
  readonly name: string;
  readonly totalBytes: number;
}

export class TransferReport {
  private readonly log: EventSink;
  private readonly options: TransferOptions;
  private doneBytes = 0;
  private reportedBytes = 0;
  private over = false;

  constructor(log: EventSink, options: TransferOptions) {
    this.log = log;
    this.options = options;
    this.report('active');
  }

  advance(bytes: number): void {
    const { totalBytes } = this.options;
    this.doneBytes += bytes;
    if (this.doneBytes - this.reportedBytes >= totalBytes / 20 && this.doneBytes < totalBytes) this.report('active');
  }

  done(): void {
    this.finish('done');
  }

  failed(): void {
    this.finish('failed');
  }

  private finish(state: 'done' | 'failed'): void {
    if (this.over) return;
    this.over = true;
    this.report(state);
  }

  private report(state: 'active' | 'done' | 'failed'): void {
    const { doneBytes } = this;
    const { protocol, id, name, totalBytes } = this.options;
    this.reportedBytes = doneBytes;
    this.log.emit({
      kind: 'transfer',
      transfer: `${protocol}:${id}`,
      protocol,
      name,
      doneBytes,
      totalBytes,
      state,
    });
  }
}
