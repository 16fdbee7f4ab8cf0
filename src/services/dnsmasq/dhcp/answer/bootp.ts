/** BOOTP (RFC 951, RFC 1542): one request, one reply, an infinite lease. */
import { formatIpv4 } from '../../../../base/address.ts';
import type { Ipv4Address } from '../../../../base/address.ts';
import { equalBytes, fromCString } from '../../../../base/bytes.ts';
import { DHCP_FIELDS } from '../../../../protocols/dhcp/fields.ts';
import { INFINITE_LEASE } from '../../config/model.ts';
import { allocate } from '../policy/allocate.ts';
import type { DhcpSteps } from '../policy/allocate.ts';
import { domainOf } from '../policy/client.ts';
import type { Client, DhcpEnvironment, Trace } from '../policy/client.ts';
import { forceBroadcast } from './exchange.ts';
import type { Answer } from './exchange.ts';
import { writeOptions } from './options.ts';
import { narrow, rangeFor } from '../policy/ranges.ts';
import { ReplyWriter } from '../packet/reply-writer.ts';
import { applyTagIfs, matchTags, tagNames, withTag } from '../policy/tags.ts';
import { dnsmasqMessage } from '../../messages.ts';
import { verbatim } from '../../../../base/sentence.ts';

export function* answerBootp(environment: DhcpEnvironment, client: Client, trace: Trace): DhcpSteps<Answer> {
  const { config, state } = environment;
  const { request, face, host, label, hardware } = client;
  const say = (text: string): void => trace.log(`BOOTP(${face.name}) ${text}`, 'routine');
  let plainTags = withTag(client.plainTags, 'bootp', dnsmasqMessage('dhcp.tag.bootp'));
  const { file } = DHCP_FIELDS;
  const wanted = fromCString(request.bytes, file.offset, file.offset + file.length);
  if (wanted !== '') plainTags = withTag(plainTags, wanted, dnsmasqMessage('dhcp.tag.boot-file'));
  const clientTags = applyTagIfs(config.tagIfs, plainTags);
  const isIgnored = config.ignore.some((line) => matchTags(line.tags, clientTags, false));
  if (isIgnored || host?.ignore === true) {
    say(`${label} ${isIgnored ? 'ignored' : 'disabled'}`);
    return { writer: undefined, silence: dnsmasqMessage('dhcp.silent.ignored'), tags: clientTags };
  }

  let message: string | undefined;
  let address: Ipv4Address | undefined;
  const lease = state.leases.ofClient(request.htype, hardware, undefined);
  if (host?.address !== undefined) {
    address = host.address;
    const other = state.leases.atAddress(address);
    // Not even to another hardware address of the same line.
    if (other !== undefined && !equalBytes(other.hardwareAddress, hardware)) message = 'address in use';
  } else {
    const isUsable = lease !== undefined && rangeFor(client.subnets, lease.address, clientTags) !== undefined;
    // A lease that it could not get now is over.
    if (lease !== undefined && !isUsable) state.leases.remove(lease);
    if (config.bootpDynamic.length === 0) message = 'no address configured';
    else {
      if (isUsable) address = lease.address;
      else address = yield* allocate(environment, client.subnets, hardware, clientTags);
      if (address === undefined) message = 'no address available';
    }
  }
  const subnet = address === undefined ? undefined : narrow(client.subnets, address, plainTags);
  if (message === undefined && subnet === undefined) message = 'wrong network';
  let tags = clientTags;
  if (subnet?.range.setTag !== undefined) {
    const { setTag, origin } = subnet.range;
    tags = applyTagIfs(config.tagIfs, withTag(plainTags, setTag, dnsmasqMessage('dhcp.tag.range'), origin));
  }
  if (host?.address === undefined && message === undefined) {
    // Judged with the tag of the range that the address would be of.
    const allowing = config.bootpDynamic.find((line) => matchTags(line.tags, tags, true));
    if (allowing === undefined) [message, address] = ['no address configured', undefined];
    else trace.because(allowing.origin);
  }
  trace.log(`tags: ${tagNames(tags)}`, 'detail');
  if (message === undefined && address !== undefined && subnet !== undefined) {
    const max = config.numbers.get('dhcp-lease-max')?.value ?? 1000;
    let granted = state.leases.atAddress(address);
    if (granted === undefined && state.leases.leases.length >= max) message = 'no leases left';
    else {
      granted ??= state.leases.add(address);
      granted.hardwareType = request.htype;
      granted.hardwareAddress = hardware.slice();
      granted.interfaceName = face.name;
      if (host?.name !== undefined) state.leases.setName(granted, host.name, true, domainOf(config, address, face));
      state.leases.setExpiry(granted, INFINITE_LEASE, environment.nowS());
      environment.onLeasesChanged();
    }
  }
  const shown = address === undefined ? '' : `${formatIpv4(address)} `;
  say(`${shown}${label} ${message ?? ''}`);
  if (message !== undefined || address === undefined || subnet === undefined) {
    return {
      writer: undefined,
      silence: message === undefined ? dnsmasqMessage('dhcp.silent.no-address-given') : verbatim(message),
      tags,
    };
  }
  trace.because(subnet.range.origin);
  const writer = new ReplyWriter(request, false);
  writer.yiaddr = address;
  forceBroadcast(config, writer, plainTags, trace);
  writeOptions({
    config,
    writer,
    subnet,
    clientTags,
    tags,
    requested: undefined,
    isDhcp: false,
    leaseS: INFINITE_LEASE,
    fuzzS: 0,
    hostname: host?.name,
    domain: domainOf(config, address, face),
    nulTerminated: false,
    vendorClass: undefined,
    pxe: undefined,
    subnetSelect: undefined,
    fqdnFlags: undefined,
    resolve: environment.resolve,
    log: (line) => trace.log(line, 'detail'),
    because: (origin) => trace.because(origin),
  });
  return { writer, silence: undefined, tags };
}
