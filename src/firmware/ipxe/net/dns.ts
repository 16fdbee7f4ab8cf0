/** The resolver: A records over UDP, CNAMEs followed, short names tried in the search list. */
import { parseIpv4, readIpv4, type Ipv4Address } from '../../../base/address.ts';
import { itemAt } from '../../../base/lists/list.ts';
import { err, ok } from '../../../base/result.ts';
import { takeWithin, type Task } from '../../../base/time/task.ts';
import {
  decodeDns,
  DNS_PORT,
  DNS_RCODE,
  DNS_TYPE,
  dnsQuery,
  encodeDns,
  type DnsRecord,
} from '../../../protocols/dns/codec.ts';
import { canonicalName, nameLabels } from '../../../protocols/dns/name.ts';
import { Err } from '../errors.ts';
import type { Ipxe } from '../ipxe.ts';
import type { Outcome } from '../settings/types.ts';
import { Progress, retryTimeoutsNs } from './transfer/job.ts';

const MAX_CNAMES = 32;
const DNS_LIMIT_MS = 10_000;

/** Servers of the `dns` setting, in its order. */
function serversOf(ipxe: Ipxe): Ipv4Address[] {
  const raw = ipxe.settings.get('dns')?.raw ?? new Uint8Array(0);
  const out: Ipv4Address[] = [];
  for (let at = 0; at + 4 <= raw.length; at += 4) out.push(readIpv4(raw, at));
  return out;
}

/** Names to ask for: a name with a dot is used as it is, a short one is first tried with the search domain. */
function candidates(ipxe: Ipxe, name: string): string[] {
  if (name.includes('.')) return [name];
  const list = ipxe.settings.getText('dnssl');
  const domain = ipxe.settings.getText('domain');
  const suffixes =
    list !== undefined && list !== '' ? list.split(' ') : domain !== undefined && domain !== '' ? [domain] : [];
  return [...suffixes.map((suffix) => (name === '' ? suffix : `${name}.${suffix}`)), name];
}

/** The address of a host name, or of a dotted quad. */
export function* resolveHost(ipxe: Ipxe, name: string, progress = new Progress()): Task<Outcome<Ipv4Address>> {
  const literal = parseIpv4(name);
  if (literal !== undefined) return ok(literal);
  if (!ipxe.build.features.has('DNS_RESOLVER')) return err(Err.dnsNoServer);
  const servers = serversOf(ipxe);
  if (servers.length === 0) return err(Err.dnsNoServer);
  let last: Outcome<Ipv4Address> = err(Err.dnsNoName);
  for (const each of candidates(ipxe, name)) {
    last = yield* lookUp(ipxe, servers, each, progress);
    if (last.ok || last.error !== Err.dnsNoName) return last;
  }
  return last;
}

/** Asks for the address, then for an alias, and goes on with the alias. */
function* lookUp(
  ipxe: Ipxe,
  servers: readonly Ipv4Address[],
  name: string,
  progress: Progress,
): Task<Outcome<Ipv4Address>> {
  let wanted = name;
  let hops = 0;
  let type: number = DNS_TYPE.a;
  for (;;) {
    // Text that is typed or comes from a setting need not be a valid name (RFC 1035 §2.3.4).
    if (!nameLabels(wanted).ok) return err(Err.dnsInvalid);
    const records = yield* query(ipxe, servers, wanted, type, progress);
    if (!records.ok) return records;
    const before = wanted;
    for (;;) {
      const own = records.value.filter((record) => canonicalName(record.name) === canonicalName(wanted));
      for (const { data } of own) if (data.kind === 'a') return ok(data.address);
      const alias = own.find(({ data }) => data.kind === 'cname');
      if (alias?.data.kind !== 'cname') break;
      wanted = alias.data.target;
      if (++hops > MAX_CNAMES) return err(Err.dnsLoop);
    }
    if (wanted !== before) type = DNS_TYPE.a;
    else if (type === DNS_TYPE.a) type = DNS_TYPE.cname;
    else return err(Err.dnsNoName);
  }
}

/** One question, repeated until it is answered; an error of the server is an answer without records. */
function* query(
  ipxe: Ipxe,
  servers: readonly Ipv4Address[],
  name: string,
  type: number,
  progress: Progress,
): Task<Outcome<readonly DnsRecord[]>> {
  const socket = ipxe.ip.host.openUdp();
  try {
    let attempt = 0;
    progress.ongoing = Err.dnsTimeout;
    progress.message = name;
    for (const timeoutNs of retryTimeoutsNs(0, DNS_LIMIT_MS)) {
      // A number of its own for each query; answers to earlier ones come too late.
      const id = ipxe.rng.below(0x10000);
      socket.send(itemAt(servers, attempt++ % servers.length), DNS_PORT, encodeDns(dnsQuery(id, name, type)));
      const endNs = ipxe.clock.nowNs + timeoutNs;
      while (ipxe.clock.nowNs < endNs) {
        const datagram = yield* takeWithin(ipxe.clock, socket.inbox, endNs - ipxe.clock.nowNs);
        if (datagram === undefined) break;
        const decoded = decodeDns(datagram.data);
        if (!decoded.ok || !decoded.value.response || decoded.value.id !== id) continue;
        const { rcode, answers } = decoded.value;
        return ok(rcode === DNS_RCODE.noError ? answers : []);
      }
    }
    return err(Err.dnsTimeout);
  } finally {
    progress.message = '';
    socket.close();
  }
}
