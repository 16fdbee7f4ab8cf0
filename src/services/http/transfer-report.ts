/** Progress of a body as `transfer` events: at the start, at each twentieth, at the end. */
import type { EventSink } from '../../base/event-log.ts';

export class TransferReport {
  private readonly log: EventSink;
  private readonly transfer: string;
  private readonly name: string;
  private readonly totalBytes: number;
  private doneBytes = 0;
  private toldBytes = 0;
  private over = false;

  /** `transfer` tells it apart from others that run at the same time. */
  constructor(log: EventSink, transfer: string, name: string, totalBytes: number) {
    this.log = log;
    this.transfer = `http:${transfer}`;
    this.name = name;
    this.totalBytes = totalBytes;
    this.tell('active');
  }

  advance(bytes: number): void {
    this.doneBytes += bytes;
    if (this.doneBytes - this.toldBytes >= this.totalBytes / 20 && this.doneBytes < this.totalBytes)
      this.tell('active');
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
    this.tell(state);
  }

  private tell(state: 'active' | 'done' | 'failed'): void {
    const { transfer, name, doneBytes, totalBytes } = this;
    this.toldBytes = doneBytes;
    this.log.emit({ kind: 'transfer', transfer, protocol: 'http', name, doneBytes, totalBytes, state });
  }
}
