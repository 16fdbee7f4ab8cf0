/** What the answers to all DHCP messages share: the exchange they are part of, and the fields and options of a reply. */
import { FLAG_BROADCAST } from '../../../../protocols/dhcp/codec.ts';
import { formatIpv4, readIpv4 } from '../../../../base/address.ts';
import type { Ipv4Address } from '../../../../base/address.ts';
import { INFINITE_LEASE } from '../../config/model.ts';
import type { DnsmasqConfig } from '../../config/model.ts';
import { MIN_LEASE_S } from '../../config/parse/parse-dhcp.ts';
import type { DhcpSteps } from '../policy/allocate.ts';
import type { Client, DhcpEnvironment, Trace } from '../policy/client.ts';
import { writeOptions } from './options.ts';
import type { PxeClient } from './proxy.ts';
import type { Subnet } from '../policy/ranges.ts';
import type { ReplyWriter } from '../packet/reply-writer.ts';
import { DHCP_OPTION } from '../../../../protocols/dhcp/options.ts';
import { applyTagIfs, matchTags, withTag } from '../policy/tags.ts';
import type { Tags } from '../policy/tags.ts';
import { dnsmasqMessage } from '../../messages.ts';
import type { Message } from '../../../../base/sentence.ts';

/** What a message leads to. */
export interface Answer {
  readonly writer: ReplyWriter | undefined;
  /** Why nothing is sent; undefined when something is. */
  readonly silence: Message | undefined;
  readonly tags: Tags;
}

export interface Exchange {
  readonly environment: DhcpEnvironment;
  readonly client: Client;
  readonly pxe: PxeClient | undefined;
  readonly trace: Trace;
}

export function silent(exchange: Exchange, reason: Message, tags: Tags = exchange.client.tags): Answer {
  return { writer: undefined, silence: reason, tags };
}

export function logPacket(
  { client, trace }: Exchange,
  type: string,
  address: Ipv4Address | undefined,
  note = '',
): void {
  const shown = address === undefined ? '' : `${formatIpv4(address)} `;
  trace.log(`${type}(${client.face.name}) ${shown}${client.label} ${note}`, 'routine');
}

/** RFC 5107: the relay's address when it asked to stand in for the server. */
export function serverId({ client }: Exchange, subnet: Subnet | undefined): Ipv4Address {
  return client.override ?? subnet?.local ?? client.face.address;
}

/** The time of the host line or the range; a client may ask for less, down to two minutes. */
export function leaseTime({ client }: Exchange, subnet: Subnet): number {
  const time = client.host?.leaseS ?? subnet.range.leaseS;
  const wish = client.request.find(DHCP_OPTION.leaseTime, 4);
  if (wish === undefined) return time;
  const asked = Math.max(readIpv4(wish, 0), MIN_LEASE_S);
  return time === INFINITE_LEASE || (asked !== INFINITE_LEASE && asked < time) ? asked : time;
}

interface ReplyPlan {
  readonly subnet: Subnet | undefined;
  readonly tags: Tags;
  readonly leaseS: number;
  readonly fuzzS: number;
  readonly hostname: string | undefined;
  readonly domain: string | undefined;
}

/** dhcp-broadcast goes by the client's tags without those of tag-if lines and of the range. */
export function forceBroadcast(config: DnsmasqConfig, writer: ReplyWriter, plainTags: Tags, trace: Trace): void {
  const line = config.broadcast.find((one) => matchTags(one.tags, plainTags, true));
  if (line === undefined) return;
  trace.because(line.origin);
  writer.flags = writer.flags | FLAG_BROADCAST;
}

/** Writes the options that the plan, the configuration and the client's wishes make. */
export function fill(exchange: Exchange, writer: ReplyWriter, plan: ReplyPlan): void {
  const { environment, client, pxe, trace } = exchange;
  forceBroadcast(environment.config, writer, client.plainTags, trace);
  writeOptions({
    config: environment.config,
    writer,
    subnet: plan.subnet,
    clientTags: client.tags,
    tags: plan.tags,
    requested: client.requested,
    isDhcp: true,
    leaseS: plan.leaseS,
    fuzzS: plan.fuzzS,
    hostname: plan.hostname,
    domain: plan.domain,
    nulTerminated: client.nulTerminated,
    vendorClass: client.vendorClass,
    pxe,
    subnetSelect: client.subnetSelect,
    fqdnFlags: client.fqdnFlags,
    resolve: environment.resolve,
    log: (line) => trace.log(line, 'detail'),
    because: (origin) => trace.because(origin),
  });
}

export function withRangeTag({ environment, client }: Exchange, subnet: Subnet): Tags {
  const { setTag, origin } = subnet.range;
  if (setTag === undefined) return client.tags;
  return applyTagIfs(
    environment.config.tagIfs,
    withTag(client.plainTags, setTag, dnsmasqMessage('dhcp.tag.range'), origin),
  );
}

/** dhcp-reply-delay: the last line whose tags match, tagged before untagged. */
export function* replyDelay({ environment, trace }: Exchange, tags: Tags): DhcpSteps<void> {
  const lines = [...environment.config.replyDelays].reverse();
  const line = lines.find((one) => matchTags(one.tags, tags, false)) ?? lines.find((one) => one.tags.length === 0);
  if (line === undefined || line.delayS === 0) return;
  trace.because(line.origin);
  trace.log(`reply delay: ${line.delayS}`, 'routine');
  yield { kind: 'delay', seconds: line.delayS };
}
