/** DHCPDISCOVER (RFC 2131 §4.3.1): which address is offered, and why that one. */
import { formatIpv4 } from '../../../../base/address.ts';
import type { Ipv4Address } from '../../../../base/address.ts';
import { DHCP_MESSAGE_TYPE } from '../../../../protocols/dhcp/options.ts';
import { addressIsFree, allocate } from '../policy/allocate.ts';
import type { DhcpSteps } from '../policy/allocate.ts';
import { domainOf } from '../policy/client.ts';
import { fill, leaseTime, logPacket, replyDelay, serverId, silent, withRangeTag } from './exchange.ts';
import type { Answer, Exchange } from './exchange.ts';
import { fixedAddressObstacle } from './fixed-address.ts';
import { grant } from './grant.ts';
import { offeredName } from './host-names.ts';
import { hostWithAddress } from '../policy/hosts.ts';
import { hardwareHash, narrow, rangeFor } from '../policy/ranges.ts';
import { ReplyWriter } from '../packet/reply-writer.ts';
import { DHCP_OPTION } from '../../../../protocols/dhcp/options.ts';
import { tagNames } from '../policy/tags.ts';
import { dnsmasqMessage } from '../../messages.ts';
import { verbatim } from '../../../../base/sentence.ts';

/** The address of the client's host line, if it can be used now; says in the log why not. */
function usableFixedAddress(exchange: Exchange): Ipv4Address | undefined {
  const { host } = exchange.client;
  if (host?.address === undefined) return undefined;
  const obstacle = fixedAddressObstacle(exchange, host, host.address);
  if (obstacle === undefined) return host.address;
  exchange.trace.log(`!not using configured address ${formatIpv4(host.address)} because ${obstacle}`);
  return undefined;
}

export function* discover(exchange: Exchange): DhcpSteps<Answer> {
  const { environment, client, trace } = exchange;
  const { state, hosts } = environment;
  if (client.isIgnored || client.host?.ignore === true) {
    logPacket(exchange, 'DHCPDISCOVER', undefined, 'ignored');
    return silent(exchange, dnsmasqMessage(client.isIgnored ? 'dhcp.silent.ignore-line' : 'dhcp.silent.host-ignored'));
  }
  const wish = client.request.findAddress(DHCP_OPTION.requestedAddress);
  const { lease, subnets, tags, uniqueId } = client;
  let message: string | undefined;
  let address = usableFixedAddress(exchange);
  if (address === undefined && lease !== undefined) {
    const isUsable =
      rangeFor(subnets, lease.address, tags) !== undefined && hostWithAddress(hosts, lease.address) === undefined;
    if (isUsable) address = lease.address;
  }
  if (address === undefined && wish !== undefined) {
    const isUsable =
      rangeFor(subnets, wish, tags) !== undefined &&
      state.leases.atAddress(wish) === undefined &&
      hostWithAddress(hosts, wish) === undefined;
    if (isUsable) {
      const isFree: boolean = yield* addressIsFree(environment, wish, hardwareHash(uniqueId));
      if (isFree) address = wish;
    }
  }
  if (address === undefined) {
    if (uniqueId.length === 0) message = 'no unique-id';
    else {
      address = yield* allocate(environment, subnets, uniqueId, tags);
      if (address === undefined) message = 'no address available';
    }
  }
  logPacket(exchange, 'DHCPDISCOVER', wish, message);
  const subnet = address === undefined ? undefined : narrow(subnets, address, tags);
  if (address === undefined || subnet === undefined || message !== undefined) {
    return silent(
      exchange,
      message === undefined ? dnsmasqMessage('dhcp.silent.no-range-for-address') : verbatim(message),
    );
  }
  trace.because(subnet.range.origin);
  const allTags = withRangeTag(exchange, subnet);
  const isRapid =
    environment.config.flags.has('dhcp-rapid-commit') && client.request.find(DHCP_OPTION.rapidCommit) !== undefined;
  if (isRapid) {
    trace.because(environment.config.flags.get('dhcp-rapid-commit'));
    return yield* grant(exchange, address, client.lease, { isRapid: true, isSelecting: true, fuzzS: 0 });
  }
  trace.log(`tags: ${tagNames(allTags)}`, 'detail');
  yield* replyDelay(exchange, allTags);
  logPacket(exchange, 'DHCPOFFER', address);
  const leaseS = leaseTime(exchange, subnet);
  const writer = new ReplyWriter(client.request, true);
  writer.yiaddr = address;
  writer.put(DHCP_OPTION.messageType, Uint8Array.of(DHCP_MESSAGE_TYPE.offer));
  writer.putAddress(DHCP_OPTION.serverIdentifier, serverId(exchange, subnet));
  writer.putAddress(DHCP_OPTION.leaseTime, leaseS);
  fill(exchange, writer, {
    subnet,
    tags: allTags,
    leaseS,
    fuzzS: 0,
    hostname: offeredName(exchange),
    domain: domainOf(environment.config, address, client.face),
  });
  return { writer, silence: undefined, tags: allTags };
}
