/**
 * `tftm:`, TFTP to a group by RFC 2090, and `mtftp:`, PXE's MTFTP at a fixed group. iPXE tells no switch by IGMP that it
 * wants the group.
 */
import { parseIpv4 } from '../../../../base/address.ts';
import { err, ok } from '../../../../base/result.ts';
import { sleep, type Task } from '../../../../base/time/task.ts';
import { MTFTP_PORT, TFTP_PORT } from '../../../../protocols/tftp/codec.ts';
import { multicastGet, type MulticastRequest } from '../../../clients/multicast-client.ts';
import { Err } from '../../errors.ts';
import type { Ipxe } from '../../ipxe.ts';
import { resolveHost } from '../../net/dns.ts';
import { retryTimeoutsNs, type Progress } from '../../net/transfer/job.ts';
import { decodedPath, type Uri } from '../../net/transfer/uri.ts';
import type { Outcome } from '../../settings/types.ts';
import { downloadScheme } from '../scheme.ts';
import { BLKSIZE, ProgressSink, RETRY_LIMIT_MS, statusOf } from './common.ts';
import { tftpFetch } from './tftp.ts';

/** iPXE's defaults for MTFTP. */
const MTFTP_GROUP = { address: parseIpv4('239.255.1.1') ?? 0, port: 3001 };
/** Requests, before it falls back to plain TFTP. */
const MTFTP_OPENS = 4;
/** Files that stop and are opened again end at some time; iPXE itself goes on without limit. */
const MTFTP_SILENCES = 20;

type Wanted = Pick<
  MulticastRequest,
  'serverPort' | 'options' | 'group' | 'requestTimeoutsNs' | 'silenceNs' | 'reopens'
>;

function* fetchFrom(ipxe: Ipxe, uri: Uri, progress: Progress, wanted: Wanted): Task<Outcome<Uint8Array>> {
  const endNs = ipxe.clock.nowNs + wanted.requestTimeoutsNs.reduce((sum, each) => sum + each, 0);
  const server = yield* resolveHost(ipxe, uri.host ?? '', progress);
  progress.ongoing = Err.tftpTimeout;
  if (!server.ok) {
    yield* sleep(ipxe.clock, Math.max(0, endNs - ipxe.clock.nowNs));
    return err(Err.tftpTimeout);
  }
  const sink = new ProgressSink(progress);
  const filename = (decodedPath(uri) ?? '/').slice(1);
  const abortsWhenCancelled = (): boolean => progress.isCancelled;
  const request = { ...wanted, server: server.value, filename, abortsWhenCancelled };
  const result = yield* multicastGet(ipxe.clock, ipxe.ip.host, request, sink);
  return result.ok ? ok(sink.bytes) : err(statusOf(result.error));
}

export const tftmScheme = downloadScheme('tftm', 'DOWNLOAD_PROTO_TFTP', function* (ipxe, uri, progress) {
  const timeouts = retryTimeoutsNs(0, RETRY_LIMIT_MS);
  return yield* fetchFrom(ipxe, uri, progress, {
    serverPort: uri.port ?? TFTP_PORT,
    options: [
      { name: 'blksize', value: String(BLKSIZE) },
      { name: 'tsize', value: '0' },
      { name: 'multicast', value: '' },
    ],
    requestTimeoutsNs: timeouts,
    silenceNs: timeouts,
  });
});

export const mtftpScheme = downloadScheme('mtftp', 'DOWNLOAD_PROTO_TFTP', function* (ipxe, uri, progress) {
  const timeouts = retryTimeoutsNs(0, RETRY_LIMIT_MS);
  const got = yield* fetchFrom(ipxe, uri, progress, {
    serverPort: uri.port ?? MTFTP_PORT,
    options: [],
    group: MTFTP_GROUP,
    requestTimeoutsNs: timeouts.slice(0, MTFTP_OPENS),
    silenceNs: Array.from({ length: MTFTP_SILENCES }, (_, i) => timeouts[Math.min(i, timeouts.length - 1)] ?? 0),
    reopens: true,
  });
  if (got.ok || got.error !== Err.tftpTimeout || progress.doneBytes > 0) return got;
  return yield* tftpFetch(ipxe, { ...uri, port: undefined }, progress);
});
