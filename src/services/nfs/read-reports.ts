/**
 * READs as transfers: NFS has no beginning and no end of a file, so that reading from its start begins one, and
 * having read its last byte ends it.
 */
import type { EventSink } from '../../base/event-log.ts';
import { TransferReport } from '../files/transfer-report.ts';
import type { ReadListener } from './nfs-files.ts';

interface Open {
  readonly report: TransferReport;
  readonly totalBytes: number;
  /** Bytes from the start that have all been read. */
  doneBytes: number;
}

export class ReadReports implements ReadListener {
  private readonly log: EventSink;
  /** By client, then by path. */
  private readonly open = new Map<string, Map<string, Open>>();

  constructor(log: EventSink) {
    this.log = log;
  }

  onRead(client: string, path: string, offset: number, bytes: number, totalBytes: number): void {
    const files = this.open.get(client) ?? new Map<string, Open>();
    this.open.set(client, files);
    let open = files.get(path);
    if (open === undefined && offset === 0) {
      const id = `${client}:${path}`;
      const report = new TransferReport(this.log, { protocol: 'nfs', id, name: path, totalBytes });
      open = { report, totalBytes, doneBytes: 0 };
      files.set(path, open);
    }
    // Only what goes on where the last READ ended counts: a block asked for again is no progress.
    if (open === undefined || offset !== open.doneBytes) return;
    open.doneBytes += bytes;
    open.report.advance(bytes);
    if (open.doneBytes < open.totalBytes) return;
    open.report.done();
    files.delete(path);
  }

  /** The client's connection is gone: what it had not read to the end, it has given up. */
  end(client: string): void {
    for (const { report } of this.open.get(client)?.values() ?? []) report.failed();
    this.open.delete(client);
  }
}
