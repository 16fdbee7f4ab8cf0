/** TFTP downloads: iPXE's request (blksize 1432, then tsize) and its times. */
import { downloadScheme } from '../scheme.ts';
import { err, ok } from '../../../../base/result.ts';
import { sleep, type Task } from '../../../../base/time/task.ts';
import { tftpGet } from '../../../clients/tftp-client.ts';
import { Err } from '../../errors.ts';
import type { Ipxe } from '../../ipxe.ts';
import type { Outcome } from '../../settings/types.ts';
import { resolveHost } from '../../net/dns.ts';
import { retryTimeoutsNs, type Progress } from '../../net/transfer/job.ts';
import { decodedPath, type Uri } from '../../net/transfer/uri.ts';
import { BLKSIZE, ProgressSink, RETRY_LIMIT_MS, statusOf } from './common.ts';

export function* tftpFetch(ipxe: Ipxe, uri: Uri, progress: Progress): Task<Outcome<Uint8Array>> {
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
