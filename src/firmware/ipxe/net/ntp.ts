/** The NTP client of `ntp`: one exchange with a server in mode 3 (RFC 5905 §7.3), retried as DNS is. */
import { readU32 } from '../../../base/bytes.ts';
import { takeWithin, type Task } from '../../../base/task.ts';
import { Err, OK, type Status } from '../errors.ts';
import type { Ipxe } from '../ipxe.ts';
import { resolveHost } from './dns.ts';
import { retryTimeoutsNs, type Progress } from './job.ts';

const NTP_PORT = 123;
const PACKET_BYTES = 48;
/** Seconds from 1900 to 1970. */
const EPOCH_OFFSET = 2_208_988_800;
const VERSION_4_CLIENT = 0x23;
const MODE_SERVER = 4;
const LIMIT_MS = 10_000;

export function* setTimeByNtp(ipxe: Ipxe, server: string, progress: Progress): Task<Status> {
  const address = yield* resolveHost(ipxe, server, progress);
  if (!address.ok) return address.error;
  const socket = ipxe.ip.host.openUdp({ port: NTP_PORT });
  try {
    progress.ongoing = Err.ntpTimeout;
    for (const timeoutNs of retryTimeoutsNs(0, LIMIT_MS)) {
      const packet = new Uint8Array(PACKET_BYTES);
      packet[0] = VERSION_4_CLIENT;
      socket.send(address.value, NTP_PORT, packet);
      const endNs = ipxe.clock.nowNs + timeoutNs;
      while (ipxe.clock.nowNs < endNs) {
        const datagram = yield* takeWithin(ipxe.clock, socket.inbox, endNs - ipxe.clock.nowNs);
        if (datagram === undefined) break;
        const { data, source } = datagram;
        if (source !== address.value || data.length < PACKET_BYTES || (data[0] & 7) !== MODE_SERVER) continue;
        // Stratum 0 is a kiss of death (RFC 5905 §7.4).
        if (data[1] === 0) return Err.ntpProtocol;
        ipxe.builtin.setUnixTime((readU32(data, 40) - EPOCH_OFFSET) >>> 0);
        return OK;
      }
    }
    return Err.ntpTimeout;
  } finally {
    socket.close();
  }
}
