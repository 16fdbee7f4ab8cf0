/** DHCPDISCOVER, DHCPREQUEST, DHCPDECLINE, DHCPRELEASE, DHCPINFORM (RFC 2131 §4.3), as dnsmasq 2.90 obeys them. */
import { formatIpv4 } from '../../../../base/address.ts';
import type { Ipv4Address } from '../../../../base/address.ts';
import { DHCP_MESSAGE_TYPE } from '../../../../protocols/dhcp/options.ts';
import { INFINITE_LEASE } from '../../config/model.ts';
import type { DhcpSteps } from '../policy/allocate.ts';
import { domainOf } from '../policy/client.ts';
import type { Client, DhcpEnvironment, Trace } from '../policy/client.ts';
import { discover } from './discover.ts';
import { fill, logPacket, serverId, silent, withRangeTag } from './exchange.ts';
import type { Answer, Exchange } from './exchange.ts';
import { grant } from './grant.ts';
import { informedName } from './host-names.ts';
import type { PxeClient } from './proxy.ts';
import { narrow } from '../policy/ranges.ts';
import type { Subnet } from '../policy/ranges.ts';
import { ReplyWriter } from '../packet/reply-writer.ts';
import { DHCP_OPTION } from '../../../../protocols/dhcp/options.ts';
import { tagNames } from '../policy/tags.ts';
import { dnsmasqMessage } from '../../messages.ts';

function* request(exchange: Exchange): DhcpSteps<Answer> {
  const { environment, client } = exchange;
  const { config, state } = environment;
  if (client.isIgnored || client.host?.ignore === true) {
    return silent(exchange, dnsmasqMessage(client.isIgnored ? 'dhcp.silent.ignore-line' : 'dhcp.silent.host-ignored'));
  }
  const isAuthoritative = config.flags.has('dhcp-authoritative');
  const wish = client.request.findAddress(DHCP_OPTION.requestedAddress);
  const server = client.request.findAddress(DHCP_OPTION.serverIdentifier);
  let { lease } = client;
  if (wish !== undefined) {
    let message: string | undefined;
    let override: Ipv4Address | undefined;
    if (server !== undefined) {
      // SELECTING (RFC 2131 §4.3.2).
      if (client.override !== undefined) {
        if (server !== client.override) return silent(exchange, dnsmasqMessage('dhcp.silent.other-server'));
      } else if (!client.subnets.some((subnet) => subnet.local === server)) {
        // Another address of ours is answered where TFTP is served, but it fits no network here.
        const isOurs = environment.interfaces.some((face) => face.address === server);
        if (isOurs && config.flags.has('enable-tftp')) {
          override = server;
          message = 'wrong network';
        } else if (!isAuthoritative) return silent(exchange, dnsmasqMessage('dhcp.silent.other-server'));
        else message = 'wrong server-ID';
      }
      if (lease !== undefined && lease.address !== wish) {
        state.leases.remove(lease);
        lease = undefined;
      }
    } else {
      // INIT-REBOOT.
      if (lease === undefined && !isAuthoritative) {
        return silent(exchange, dnsmasqMessage('dhcp.silent.not-authoritative'));
      }
      if (lease !== undefined && lease.address !== wish) message = 'wrong address';
    }
    logPacket(exchange, 'DHCPREQUEST', wish);
    return yield* grant(exchange, wish, lease, {
      isRapid: false,
      isSelecting: server !== undefined,
      fuzzS: 0,
      ...(message === undefined ? {} : { refusal: message }),
      ...(message === 'wrong network' ? { broadcastNak: true } : {}),
      ...(override === undefined ? {} : { override }),
    });
  }
  // RENEWING and REBINDING.
  const { ciaddr } = client.request;
  const isWrong = lease === undefined ? !isAuthoritative : lease.address !== ciaddr;
  if (isWrong && !client.unicast) {
    return silent(exchange, dnsmasqMessage('dhcp.silent.foreign-renewal'));
  }
  const fuzzS = environment.random(0x10000);
  logPacket(exchange, 'DHCPREQUEST', ciaddr);
  return yield* grant(exchange, ciaddr, lease, {
    isRapid: false,
    isSelecting: false,
    fuzzS,
    ...(isWrong ? { refusal: 'lease not found', broadcastNak: true } : {}),
  });
}

/** Option 54 is the address that the server has towards the client's network. */
function isForThisServer(exchange: Exchange, subnet: Subnet | undefined): boolean {
  const server = exchange.client.request.findAddress(DHCP_OPTION.serverIdentifier);
  return server !== undefined && server === serverId(exchange, subnet);
}

function decline(exchange: Exchange): Answer {
  const { environment, client, trace } = exchange;
  const address = client.request.findAddress(DHCP_OPTION.requestedAddress);
  if (!isForThisServer(exchange, client.subnets[0])) {
    return silent(exchange, dnsmasqMessage('dhcp.silent.for-other-server'));
  }
  if (address === undefined) return silent(exchange, dnsmasqMessage('dhcp.silent.names-no-address'));
  const text = client.request.find(DHCP_OPTION.message);
  logPacket(exchange, 'DHCPDECLINE', address, text === undefined ? '' : latin1Text(text));
  if (client.lease !== undefined && client.lease.address === address) {
    environment.state.leases.remove(client.lease);
    environment.onLeasesChanged();
  }
  if (client.host?.address === address) {
    trace.log(`!disabling DHCP static address ${formatIpv4(address)} for 10m`);
    environment.state.declined.set(client.host, environment.nowS());
  } else {
    for (const { range } of client.subnets) {
      environment.state.epochs.set(range, (environment.state.epochs.get(range) ?? 0) + 1);
    }
  }
  return silent(exchange, dnsmasqMessage('dhcp.silent.decline'));
}

function latin1Text(bytes: Uint8Array): string {
  return String.fromCharCode(...bytes).replace(/[^\u0020-\u007e]/g, '');
}

function release(exchange: Exchange): Answer {
  const { environment, client } = exchange;
  const { ciaddr } = client.request;
  const subnet = narrow(client.subnets, ciaddr, client.tags);
  if (!isForThisServer(exchange, subnet)) return silent(exchange, dnsmasqMessage('dhcp.silent.for-other-server'));
  // A client that is now in another network gives nothing back.
  if (subnet === undefined) {
    return silent(exchange, dnsmasqMessage('dhcp.silent.elsewhere', { address: formatIpv4(ciaddr) }));
  }
  let message = '';
  if (client.lease !== undefined && client.lease.address === ciaddr) {
    environment.state.leases.remove(client.lease);
    environment.onLeasesChanged();
  } else message = 'unknown lease';
  logPacket(exchange, 'DHCPRELEASE', ciaddr, message);
  return silent(exchange, dnsmasqMessage('dhcp.silent.release'));
}

function inform(exchange: Exchange): Answer {
  const { environment, client, trace } = exchange;
  const { ciaddr } = client.request;
  const isIgnored = client.isIgnored || client.host?.ignore === true;
  logPacket(exchange, 'DHCPINFORM', ciaddr, isIgnored ? 'ignored' : '');
  if (isIgnored) return silent(exchange, dnsmasqMessage('dhcp.silent.ignored'));
  if (ciaddr === 0) return silent(exchange, dnsmasqMessage('dhcp.silent.inform-without-address'));
  const subnet = narrow(client.subnets, ciaddr, client.tags);
  const tags = subnet === undefined ? client.tags : withRangeTag(exchange, subnet);
  trace.because(subnet?.range.origin);
  trace.log(`tags: ${tagNames(tags)}`, 'detail');
  const lease = client.lease ?? environment.state.leases.atAddress(ciaddr);
  const hostname = informedName(exchange, ciaddr);
  logPacket(exchange, 'DHCPACK', ciaddr, hostname ?? '');
  if (lease !== undefined) {
    lease.interfaceName = client.face.name;
    if (client.override !== undefined) lease.override = client.override;
  }
  const writer = new ReplyWriter(client.request, true);
  writer.yiaddr = 0;
  writer.put(DHCP_OPTION.messageType, Uint8Array.of(DHCP_MESSAGE_TYPE.ack));
  writer.putAddress(DHCP_OPTION.serverIdentifier, lease?.override ?? serverId(exchange, subnet));
  // RFC 2131 §4.3.5 has no lease times here; who asks for them gets what is left.
  if (lease !== undefined && (client.requested?.includes(DHCP_OPTION.leaseTime) ?? true)) {
    const leftS = lease.expiresS === Infinity ? INFINITE_LEASE : lease.expiresS - environment.nowS();
    writer.putAddress(DHCP_OPTION.leaseTime, leftS);
  }
  fill(exchange, writer, {
    subnet,
    tags,
    leaseS: INFINITE_LEASE,
    fuzzS: 0,
    hostname,
    domain: domainOf(environment.config, ciaddr, client.face),
  });
  return { writer, silence: undefined, tags };
}

/** Answers a DHCP message by its type. */
export function* answerDhcp(
  environment: DhcpEnvironment,
  client: Client,
  pxe: PxeClient | undefined,
  trace: Trace,
): DhcpSteps<Answer> {
  const exchange: Exchange = { environment, client, pxe, trace };
  switch (client.request.messageType) {
    case DHCP_MESSAGE_TYPE.discover:
      return yield* discover(exchange);
    case DHCP_MESSAGE_TYPE.request:
      return yield* request(exchange);
    case DHCP_MESSAGE_TYPE.decline:
      return decline(exchange);
    case DHCP_MESSAGE_TYPE.release:
      return release(exchange);
    case DHCP_MESSAGE_TYPE.inform:
      return inform(exchange);
    case undefined:
    default:
      return silent(exchange, dnsmasqMessage('dhcp.silent.not-for-servers'));
  }
}
