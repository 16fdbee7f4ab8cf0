/** TFTP downloads: iPXE's request (blksize 1432, then tsize) and its times. */
import { downloadScheme } from '../scheme.ts';
import { err, ok, unreachable } from '../../../../base/result.ts';
import { sleep, type Task } from '../../../../base/task.ts';
import { TFTP_ERROR } from '../../../../protocols/tftp/codec.ts';
import { BufferSink, tftpGet, type FileSink, type TftpFailure } from '../../../clients/tftp-client.ts';
import { Err, type Status } from '../../errors.ts';
import type { Ipxe } from '../../ipxe.ts';
import type { Outcome } from '../../settings/types.ts';
import { resolveHost } from '../../net/dns.ts';
import { retryTimeoutsNs, type Progress } from '../../net/transfer/job.ts';
import { decodedPath, type Uri } from '../../net/transfer/uri.ts';

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

const SERVER_ERRORS: ReadonlyMap<number, Status> = new Map([
  [TFTP_ERROR.fileNotFound, Err.tftpNotFound],
  [TFTP_ERROR.accessViolation, Err.tftpDenied],
  [TFTP_ERROR.illegalOperation, Err.tftpIllegal],
]);

function statusOf(failure: TftpFailure): Status {
  switch (failure.code) {
    case 'open-timeout':
    case 'read-timeout':
      return Err.tftpTimeout;
    case 'server-error':
      return SERVER_ERRORS.get(failure.errorCode) ?? Err.tftpUnsupported;
    case 'bad-options':
      return failure.option === 'tsize' ? Err.tftpTsize : Err.tftpBlksize;
    case 'malformed':
    case 'refused':
      return Err.tftpInvalid;
    default:
      return unreachable(failure);
  }
}

function* tftpFetch(ipxe: Ipxe, uri: Uri, progress: Progress): Task<Outcome<Uint8Array>> {
  const timeouts = retryTimeoutsNs(0, RETRY_LIMIT_MS);
  const endNs = ipxe.clock.nowNs + timeouts.reduce((sum, each) => sum + each, 0);
  const server = yield* resolveHost(ipxe, uri.host ?? '', progress);
  progress.ongoing = Err.tftpTimeout;
  if (!server.ok) {
    // The timer of the request runs from the start; that its name leads nowhere does not stop it.
    yield* sleep(ipxe.clock, Math.max(0, endNs - ipxe.clock.nowNs));
    return err(Err.tftpTimeout);
  }
  const socket = ipxe.ip.host.openUdp();
  try {
    const sink = new ProgressSink(progress);
    const result = yield* tftpGet(
      ipxe.clock,
      socket,
      {
        server: server.value,
        ...(uri.port === undefined ? {} : { serverPort: uri.port }),
        // The path's first slash only separates it from the host.
        filename: (decodedPath(uri) ?? '/').slice(1),
        options: { blksize: BLKSIZE, tsize: true },
        requestTimeoutsNs: timeouts,
        dataTimeoutsNs: timeouts,
        abortsWhenCancelled: () => progress.isCancelled,
      },
      sink,
    );
    return result.ok ? ok(sink.bytes) : err(statusOf(result.error));
  } finally {
    socket.close();
  }
}

export const tftpScheme = downloadScheme('tftp', 'DOWNLOAD_PROTO_TFTP', tftpFetch);
