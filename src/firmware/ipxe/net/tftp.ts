/** TFTP downloads: iPXE's request (blksize 1432, then tsize) and its times. */
import { err, ok, unreachable } from '../../../base/result.ts';
import type { Task } from '../../../base/task.ts';
import { TFTP_ERROR } from '../../../protocols/tftp/codec.ts';
import { BufferSink, tftpGet, type FileSink, type TftpFailure } from '../../clients/tftp-client.ts';
import { Err, type Status } from '../errors.ts';
import type { Ipxe } from '../ipxe.ts';
import type { Outcome } from '../settings/types.ts';
import { resolveHost } from './dns.ts';
import { retryTimeoutsNs, type Progress } from './job.ts';
import type { Uri } from './uri.ts';

/** What fits in an Ethernet frame with room to spare for tunnels. */
const BLKSIZE = 1432;
const RETRY_LIMIT_MS = 10_000;

class ProgressSink implements FileSink {
  private readonly buffer = new BufferSink();
  private readonly progress: Progress;

  constructor(progress: Progress) {
    this.progress = progress;
  }

  get bytes(): Uint8Array {
    return this.buffer.bytes;
  }

  begin(totalBytes: number | undefined): boolean {
    this.progress.totalBytes = totalBytes ?? 0;
    return this.buffer.begin(totalBytes);
  }

  write(offset: number, data: Uint8Array): boolean {
    this.progress.doneBytes = offset + data.length;
    return this.buffer.write(offset, data);
  }
}

function statusOf(failure: TftpFailure): Status {
  switch (failure.code) {
    case 'open-timeout':
    case 'read-timeout':
      return Err.tftpTimeout;
    case 'server-error':
      if (failure.errorCode === TFTP_ERROR.fileNotFound) return Err.tftpNotFound;
      return failure.errorCode === TFTP_ERROR.accessViolation ? Err.tftpDenied : Err.tftpUnsupported;
    case 'bad-options':
      return failure.option === 'tsize' ? Err.tftpTsize : Err.tftpBlksize;
    case 'malformed':
    case 'refused':
      return Err.tftpInvalid;
    default:
      return unreachable(failure);
  }
}

export function* tftpFetch(ipxe: Ipxe, uri: Uri, progress: Progress): Task<Outcome<Uint8Array>> {
  const server = yield* resolveHost(ipxe, uri.host ?? '', progress);
  if (!server.ok) return server;
  const socket = ipxe.ip.host.openUdp();
  try {
    const sink = new ProgressSink(progress);
    const timeouts = retryTimeoutsNs(0, RETRY_LIMIT_MS);
    progress.ongoing = Err.tftpTimeout;
    const result = yield* tftpGet(
      ipxe.clock,
      socket,
      {
        server: server.value,
        ...(uri.port === undefined ? {} : { serverPort: uri.port }),
        // The path's first slash only separates it from the host.
        filename: (uri.path ?? '/').slice(1),
        options: { blksize: BLKSIZE, tsize: true },
        requestTimeoutsNs: timeouts,
        dataTimeoutsNs: timeouts,
      },
      sink,
    );
    return result.ok ? ok(sink.bytes) : err(statusOf(result.error));
  } finally {
    socket.close();
  }
}
