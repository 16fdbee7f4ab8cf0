/** The NTP client of `ntp`: one exchange with a server in mode 3 (RFC 5905 §7.3), retried as DNS is. */
import { takeWithin, type Task } from '../../../base/time/task.ts';
import { decodeNtp, encodeNtp, NTP_MODE, NTP_PORT, ntpUnixTime, type NtpPacket } from '../../../protocols/ntp/codec.ts';
import { Err, OK, type Status } from '../errors.ts';
import type { Ipxe } from '../ipxe.ts';
import { resolveHost } from './dns.ts';
import { retryTimeoutsNs, type Progress } from './transfer/job.ts';

const LIMIT_MS = 10_000;
const NEVER = { seconds: 0, fraction: 0 };
/** A client that keeps no clock of its own has nothing to say but its version and mode. */
const QUESTION: NtpPacket = {
  leap: 0,
  version: 4,
  mode: NTP_MODE.client,
  stratum: 0,
  poll: 0,
  precision: 0,
  rootDelay: 0,
  rootDispersion: 0,
  referenceId: '\0\0\0\0',
  reference: NEVER,
  origin: NEVER,
  receive: NEVER,
  transmit: NEVER,
};

export function* setTimeByNtp(ipxe: Ipxe, server: string, progress: Progress): Task<Status> {
  const address = yield* resolveHost(ipxe, server, progress);
  if (!address.ok) return address.error;
  const socket = ipxe.ip.host.openUdp({ port: NTP_PORT });
  try {
    progress.ongoing = Err.ntpTimeout;
    for (const timeoutNs of retryTimeoutsNs(0, LIMIT_MS)) {
      socket.send(address.value, NTP_PORT, encodeNtp(QUESTION));
      const endNs = ipxe.clock.nowNs + timeoutNs;
      while (ipxe.clock.nowNs < endNs) {
        const datagram = yield* takeWithin(ipxe.clock, socket.inbox, endNs - ipxe.clock.nowNs);
        if (datagram === undefined) break;
        const answer = decodeNtp(datagram.data);
        if (datagram.source !== address.value || !answer.ok || answer.value.mode !== NTP_MODE.server) continue;
        // Stratum 0 is a kiss of death (RFC 5905 §7.4).
        if (answer.value.stratum === 0) return Err.ntpProtocol;
        ipxe.builtin.setUnixTime(ntpUnixTime(answer.value.transmit));
        return OK;
      }
    }
    return Err.ntpTimeout;
  } finally {
    socket.close();
  }
}
