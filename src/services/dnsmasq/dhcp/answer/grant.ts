/** A lease is given with a DHCPACK or refused with a DHCPNAK (RFC 2131 §4.3.2), as dnsmasq 2.90 weighs it. */
import { FLAG_BROADCAST } from '../../../../protocols/dhcp/codec.ts';
import { formatIpv4, sameSubnet } from '../../../../base/address.ts';
import type { Ipv4Address } from '../../../../base/address.ts';
import { latin1, toHex } from '../../../../base/bytes.ts';
import { DHCP_MESSAGE_TYPE } from '../../../../protocols/dhcp/options.ts';
import type { DhcpSteps } from '../policy/allocate.ts';
import { domainOf } from '../policy/client.ts';
import { fill, leaseTime, logPacket, replyDelay, serverId, silent, withRangeTag } from './exchange.ts';
import type { Answer, Exchange } from './exchange.ts';
import { fixedAddressObstacle } from './fixed-address.ts';
import { leaseName } from './host-names.ts';
import { hasHardware, hostWithAddress } from '../policy/hosts.ts';
import type { Lease } from '../policy/leases.ts';
import { sameName } from '../policy/leases.ts';
import { narrow, rangeFor } from '../policy/ranges.ts';
import type { Subnet } from '../policy/ranges.ts';
import { ReplyWriter } from '../packet/reply-writer.ts';
import { DHCP_OPTION } from '../../../../protocols/dhcp/options.ts';
import { tagNames } from '../policy/tags.ts';
import { verbatim } from '../../../../base/sentence.ts';

export interface GrantOptions {
  readonly isRapid: boolean;
  /** The client takes up an offer (RFC 2131 §4.3.2 SELECTING): a fixed address of its own is no reason to refuse. */
  readonly isSelecting: boolean;
  readonly fuzzS: number;
  /** Found before: the request is refused with this. */
  readonly refusal?: string;
  readonly override?: Ipv4Address;
  readonly broadcastNak?: boolean;
}

/** Why a lease cannot be given; undefined when it can. `taken` is a lease of the same host to be taken over. */
function refusal(
  exchange: Exchange,
  address: Ipv4Address,
  lease: Lease | undefined,
  subnet: Subnet | undefined,
  isSelecting: boolean,
): { readonly message: string | undefined; readonly taken: Lease | undefined; readonly isWrongNet: boolean } {
  const { environment, client, trace } = exchange;
  const { state, hosts } = environment;
  const { host } = client;
  const no = (message: string, isWrongNet = false) => ({ message, taken: undefined, isWrongNet });
  if (subnet === undefined) return no('wrong network', true);
  if (rangeFor(client.subnets, address, client.tags) === undefined && host?.address !== address) {
    return no('address not available');
  }
  const reserved = hostWithAddress(hosts, address);
  const other = state.leases.atAddress(address);
  if (!isSelecting && host?.address !== undefined && host.address !== address) {
    const holder = state.leases.atAddress(host.address);
    // An address that another client of the same line holds is offered, but nobody is sent to it by a DHCPNAK.
    const isHeld = holder !== undefined && holder !== lease;
    const obstacle = fixedAddressObstacle(exchange, host, host.address);
    if (!isHeld && obstacle === undefined) return no('static lease available');
  }
  if (reserved !== undefined && reserved !== host) return no('address reserved');
  if (lease === undefined && other !== undefined) {
    if (host !== undefined && hasHardware(host, other.hardwareType, other.hardwareAddress)) {
      trace.log(`!abandoning lease to ${toHex(other.hardwareAddress, ':')} of ${formatIpv4(other.address)}`);
      return { message: undefined, taken: other, isWrongNet: false };
    }
    return no('address in use');
  }
  return { message: undefined, taken: undefined, isWrongNet: false };
}

function nak(
  exchange: Exchange,
  address: Ipv4Address,
  message: string,
  options: GrantOptions,
  unicast: boolean,
): Answer {
  const { client } = exchange;
  if (options.isRapid) return silent(exchange, verbatim(message));
  logPacket(exchange, 'DHCPNAK', address, message);
  const { request } = client;
  const writer = new ReplyWriter(request, true);
  writer.yiaddr = 0;
  writer.put(DHCP_OPTION.messageType, Uint8Array.of(DHCP_MESSAGE_TYPE.nak));
  const subnet = client.subnets[0];
  writer.putAddress(DHCP_OPTION.serverIdentifier, options.override ?? serverId(exchange, subnet));
  writer.put(DHCP_OPTION.message, latin1(client.nulTerminated ? `${message}\0` : message));
  // A NAK must reach a client that has no usable address: by broadcast, except to one of another network.
  const isLocal = subnet !== undefined && sameSubnet(request.ciaddr, subnet.local, subnet.netmask);
  if (!unicast || request.giaddr !== 0 || request.ciaddr === 0 || isLocal) {
    writer.flags = FLAG_BROADCAST;
    writer.ciaddr = 0;
  }
  return { writer, silence: undefined, tags: client.tags };
}

/** Gives the lease, or refuses it. */
export function* grant(
  exchange: Exchange,
  address: Ipv4Address,
  current: Lease | undefined,
  options: GrantOptions,
): DhcpSteps<Answer> {
  const { environment, client, trace } = exchange;
  const { config, state } = environment;
  let lease = current;
  let { unicast } = client;
  let message = options.refusal;
  if (options.broadcastNak === true) unicast = false;
  const subnet = narrow(client.subnets, address, client.tags);
  if (message === undefined) {
    const found = refusal(exchange, address, lease, subnet, options.isSelecting);
    message = found.message;
    lease = found.taken ?? lease;
    if (found.isWrongNet) unicast = false;
  }
  if (message === undefined) {
    if (lease !== undefined && lease.address !== address) {
      state.leases.remove(lease);
      lease = undefined;
    }
    const max = config.numbers.get('dhcp-lease-max')?.value ?? 1000;
    if (lease === undefined) {
      if (state.leases.leases.length >= max) {
        trace.because(config.numbers.get('dhcp-lease-max')?.origin);
        message = 'no leases left';
      } else lease = state.leases.add(address);
    }
  }
  if (message !== undefined || lease === undefined || subnet === undefined) {
    return nak(exchange, address, message ?? 'wrong network', options, unicast);
  }
  trace.because(subnet.range.origin);
  const tags = withRangeTag(exchange, subnet);
  trace.log(`tags: ${tagNames(tags)}`, 'detail');
  if (options.isRapid) yield* replyDelay(exchange, tags);
  const leaseS = leaseTime(exchange, subnet);
  const domain = domainOf(config, address, client.face);
  lease.hardwareType = client.request.htype;
  lease.hardwareAddress = client.hardware.slice();
  lease.clientId = client.clientId?.slice();
  lease.interfaceName = client.face.name;
  state.leases.setExpiry(lease, leaseS, environment.nowS());
  const { name, isAuthoritative, domain: own } = leaseName(exchange, tags, address);
  if (name !== undefined) {
    if (own !== undefined && own !== '' && (domain === undefined || !sameName(own, domain))) {
      trace.log(`!Ignoring domain ${own} for DHCP host name ${name}`);
    }
    state.leases.setName(lease, name, isAuthoritative, domain);
  }
  environment.onLeasesChanged();
  logPacket(exchange, 'DHCPACK', address, name ?? '');
  for (const line of environment.nameConflicts(lease)) trace.log(`!${line}`);
  if (client.override !== undefined) lease.override = client.override;
  const writer = new ReplyWriter(client.request, true);
  writer.yiaddr = address;
  writer.put(DHCP_OPTION.messageType, Uint8Array.of(DHCP_MESSAGE_TYPE.ack));
  writer.putAddress(DHCP_OPTION.serverIdentifier, lease.override ?? serverId(exchange, subnet));
  writer.putAddress(DHCP_OPTION.leaseTime, leaseS);
  if (options.isRapid) writer.put(DHCP_OPTION.rapidCommit, new Uint8Array(0));
  fill(exchange, writer, { subnet, tags, leaseS, fuzzS: options.fuzzS, hostname: name, domain });
  return { writer, silence: undefined, tags };
}
