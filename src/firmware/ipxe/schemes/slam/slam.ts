/**
 * `x-slam:` URIs: a file by SLAM, from a group. A client listens; when nothing comes for a second, or the server asks it, it
 * reports the first blocks that it misses, at most four, and so sets the pace.
 */
import { parseIpv4 } from '../../../../base/address.ts';
import { NS_PER_S } from '../../../../base/time/clock.ts';
import { err, ok } from '../../../../base/result.ts';
import { takeWithin, type Task } from '../../../../base/time/task.ts';
import { isMulticastIp } from '../../../../net/igmp-frame.ts';
import type { Datagram, UdpSocket } from '../../../../net/host/types.ts';
import { decodeSlam, encodeSlam, SLAM_GROUP, SLAM_PORT } from '../../../../protocols/slam/codec.ts';
import { BlockMap } from '../../../clients/block-map.ts';
import { Err } from '../../errors.ts';
import type { Ipxe } from '../../ipxe.ts';
import { resolveHost } from '../../net/dns.ts';
import type { Progress } from '../../net/transfer/job.ts';
import { decodedPath, type Uri } from '../../net/transfer/uri.ts';
import type { Outcome } from '../../settings/types.ts';
import { downloadScheme } from '../scheme.ts';

const MAX_BLOCKS_PER_REPORT = 4;
/** Of silence, each followed by a report. */
const SILENCES_NS = [1, 2, 4, 8].map((seconds) => seconds * NS_PER_S);
/** What a server announces must not fill the memory. */
const MAX_FILE_BYTES = 2 ** 31;

class SlamFile {
  readonly blocks = new BlockMap();
  bytes = new Uint8Array(0);
  blockBytes = 0;
  blockCount = 1;

  /** Takes a packet; false when it is not a packet of SLAM. */
  take(data: Uint8Array): boolean {
    const head = decodeSlam(data, 3);
    const [, size, blockBytes] = head?.values ?? [];
    if (head === undefined || size === undefined || blockBytes === undefined) return false;
    if (blockBytes === 0 || size > MAX_FILE_BYTES) return false;
    if (this.blockBytes === 0) {
      this.bytes = new Uint8Array(size);
      this.blockBytes = blockBytes;
      this.blockCount = Math.ceil(size / blockBytes);
      this.blocks.expect(this.blockCount);
    }
    const rest = data.subarray(head.end);
    const number = decodeSlam(rest, 1);
    const block = number?.values[0];
    if (number === undefined || block === undefined || block >= this.blockCount) return true;
    const payload = rest.subarray(number.end);
    const wanted = Math.min(this.blockBytes, this.bytes.length - block * this.blockBytes);
    if (payload.length !== wanted || this.blocks.has(block)) return true;
    this.bytes.set(payload, block * this.blockBytes);
    this.blocks.add(block);
    return true;
  }

  report(): Uint8Array {
    const first = this.blocks.firstGap;
    let count = 1;
    while (count < MAX_BLOCKS_PER_REPORT && first + count < this.blockCount && !this.blocks.has(first + count)) count++;
    return Uint8Array.from([...encodeSlam([first, count]), 0]);
  }
}

/** `/239.255.1.1:10000`; undefined when it is no group. */
function groupOf(uri: Uri): { readonly address: number; readonly port: number } | undefined {
  const path = (decodedPath(uri) ?? '/').slice(1);
  if (path === '') return { address: SLAM_GROUP, port: SLAM_PORT };
  const [text = '', port = String(SLAM_PORT)] = path.split(':');
  const address = parseIpv4(text) ?? 0;
  return isMulticastIp(address) && /^\d{1,5}$/.test(port) ? { address, port: Number(port) } : undefined;
}

function* slamFetch(ipxe: Ipxe, uri: Uri, progress: Progress): Task<Outcome<Uint8Array>> {
  const group = groupOf(uri);
  if (group === undefined) return err(Err.tftpInvalid);
  const server = yield* resolveHost(ipxe, uri.host ?? '', progress);
  progress.ongoing = Err.tftpTimeout;
  if (!server.ok) return err(Err.tftpTimeout);
  const { host } = ipxe.ip;
  const own: UdpSocket = host.openUdp();
  const shared = host.openUdp({ port: group.port, address: group.address });
  for (const each of host.interfaces) each.joinGroup(group.address);
  const file = new SlamFile();
  let hasReported = false;
  const report = (): void => {
    hasReported = true;
    own.send(server.value, uri.port ?? SLAM_PORT, file.report());
  };
  own.onDatagram = ({ data }: Datagram) => {
    if (file.take(data)) report();
  };
  try {
    for (let silences = 0; silences <= SILENCES_NS.length;) {
      const limitNs = SILENCES_NS[Math.min(silences, SILENCES_NS.length - 1)] ?? 0;
      const came = yield* takeWithin(ipxe.clock, shared.inbox, limitNs);
      if (came === undefined) {
        silences++;
        report();
        continue;
      }
      silences = 0;
      file.take(came.data);
      progress.totalBytes = file.bytes.length;
      progress.doneBytes = Math.min(file.blocks.firstGap * file.blockBytes, file.bytes.length);
      if (!file.blocks.isFull) continue;
      if (hasReported) own.send(server.value, uri.port ?? SLAM_PORT, Uint8Array.of(0));
      return ok(file.bytes);
    }
    return err(Err.tftpTimeout);
  } finally {
    for (const each of host.interfaces) each.leaveGroup(group.address);
    own.close();
    shared.close();
  }
}

export const slamScheme = downloadScheme('x-slam', 'DOWNLOAD_PROTO_SLAM', slamFetch);
