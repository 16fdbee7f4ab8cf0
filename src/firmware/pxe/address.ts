/** The first half of a PXE boot: an address, and who says what to boot (PXE 2.1 §2.2, RFC 2131 §4.4). */
import { formatIpv4, maskPrefix, prefixMask } from '../../base/address.ts';
import type { Ipv4Address } from '../../base/address.ts';
import { NS_PER_S } from '../../base/time/clock.ts';
import { startTask } from '../../base/time/task.ts';
import type { Task } from '../../base/time/task.ts';
import { PXE_SERVER_PORT } from '../../protocols/dhcp/codec.ts';
import { DHCP_MESSAGE_TYPE, DHCP_OPTION } from '../../protocols/dhcp/options.ts';
import { DHCP_BROADCAST, addressBytes, addressOption, pxeServer } from '../clients/dhcp-client.ts';
import type { DhcpReply } from '../clients/dhcp-client.ts';
import { decide, failed, print, stage } from './attempt.ts';
import type { Attempt, Step } from './attempt.ts';
import { chooseOffers, classify, describeOffer, isComplete, saysWhatToBoot } from './offers.ts';
import type { Offer } from './offers.ts';
import { pxeMessage } from './messages.ts';

/** PXE 2.1 §2.2: each DHCPDISCOVER waits longer for offers. */
const DISCOVER_TIMEOUTS_NS = [4, 8, 16, 32].map((seconds) => seconds * NS_PER_S);
/** Requests to port 4011. */
export const SERVICE_TIMEOUTS_NS: readonly number[] = [1, 2, 3, 4].map((seconds) => seconds * NS_PER_S);

export interface Addressed {
  readonly ip: Ipv4Address;
  readonly mask: Ipv4Address;
  readonly gateway: Ipv4Address;
  readonly server: Ipv4Address;
  /** The DHCPDISCOVER as sent, and the DHCPACK. */
  readonly discover: Uint8Array;
  readonly ack: DhcpReply;
  /** The message with the boot information: the ACK, the ProxyDHCP's offer, or what came from port 4011. */
  readonly boot: Offer;
}

export function* getAddress(attempt: Attempt): Task<Step<Addressed>> {
  const { replies, discover } = yield* collectOffers(attempt);
  const { quirks } = attempt.rom;
  const offers = replies.map((reply) => classify(reply, quirks));
  const choice = chooseOffers(offers);
  if (choice.kind === 'none') {
    const id = offers.length === 0 ? 'pxe.why-failed.silence' : 'pxe.why-failed.useless';
    return failed({ code: 'E51', detail: pxeMessage(id) });
  }
  for (const { offer, why } of choice.passedOver) {
    const passedOver = pxeMessage('pxe.offer-passed-over', { offer: describeOffer(offer), why });
    decide(attempt, 'offer-passed-over', passedOver, 'PXE 2.1 §2.2');
  }
  if (choice.kind === 'proxy-only') {
    return failed({ code: 'E52', detail: pxeMessage('pxe.why-failed.proxy-only') });
  }
  const { address, proxy } = choice;
  const chosen = pxeMessage('pxe.offer-chosen', { offer: describeOffer(address), why: choice.why });
  decide(attempt, 'offer-chosen', chosen, 'PXE 2.1 §2.2');

  const ack = yield* requestAddress(attempt, address);
  if (ack === undefined) {
    return failed({
      code: 'E18',
      detail: pxeMessage('pxe.why-failed.not-confirmed', { server: formatIpv4(address.reply.serverId) }),
    });
  }
  const network = configure(attempt, ack);
  yield* printAddress(attempt, network, ack, proxy);
  const boot = yield* findBootInformation(attempt, network.ip, address, classify(ack, quirks), proxy);
  return boot.ok ? { ok: true, value: { ...network, discover, ack, boot: boot.value } } : boot;
}

function* collectOffers(attempt: Attempt): Task<{ replies: readonly DhcpReply[]; discover: Uint8Array }> {
  const { dhcp, options, rom } = attempt;
  const result = yield* dhcp.exchange({
    message: dhcp.message('discover', options),
    destinations: [DHCP_BROADCAST],
    timeoutsNs: DISCOVER_TIMEOUTS_NS,
    // A BOOTP server's reply has no option 53 (RFC 1534 §2).
    accept: (reply) => reply.type === DHCP_MESSAGE_TYPE.offer || reply.type === undefined,
    enough: (replies) => isComplete(replies.map((reply) => classify(reply, rom.quirks))),
    onSend: (number) => {
      stage(
        attempt,
        'dhcp-discover',
        number === 0 ? pxeMessage('pxe.discover') : pxeMessage('pxe.discover-again', { number: number + 1 }),
        'RFC 2131 §4.4.1',
      );
      startTask(print(attempt, '.'));
    },
    onReply: (reply) => {
      const offer = classify(reply, rom.quirks);
      stage(attempt, 'dhcp-offer', pxeMessage('pxe.offer-arrived', { offer: describeOffer(offer) }), 'PXE 2.1 §2.2');
      if (offer.pxeFlaw !== undefined) {
        const unreadable = pxeMessage('pxe.option-43-unreadable', { reason: offer.pxeFlaw });
        decide(attempt, 'option-43-unreadable', unreadable, 'RFC 2132 §8.4', 'warn');
      }
    },
  });
  return { replies: result.replies, discover: result.sent };
}

function* requestAddress(attempt: Attempt, offer: Offer): Task<DhcpReply | undefined> {
  const { dhcp, options } = attempt;
  const { message, serverId, type } = offer.reply;
  // RFC 1534 §2: a BOOTP reply is the lease; there is nothing to request.
  if (type === undefined) return offer.reply;
  const { replies } = yield* dhcp.exchange({
    message: dhcp.message('request', [
      { code: DHCP_OPTION.requestedAddress, data: addressBytes(message.yiaddr) },
      { code: DHCP_OPTION.serverIdentifier, data: addressBytes(serverId) },
      ...options,
    ]),
    destinations: [DHCP_BROADCAST],
    timeoutsNs: DISCOVER_TIMEOUTS_NS,
    // RFC 2131 §3.1, 3: others take the request as a refusal; only the chosen server's word counts.
    accept: (reply) =>
      reply.serverId === serverId &&
      ((reply.type === DHCP_MESSAGE_TYPE.ack && reply.message.yiaddr !== 0) || reply.type === DHCP_MESSAGE_TYPE.nak),
    enough: () => true,
    onSend: () =>
      stage(
        attempt,
        'dhcp-request',
        pxeMessage('pxe.request', { address: formatIpv4(message.yiaddr) }),
        'RFC 2131 §4.4.1',
      ),
  });
  const reply = replies[0];
  if (reply === undefined) return undefined;
  if (reply.type === DHCP_MESSAGE_TYPE.nak) {
    decide(attempt, 'nak', pxeMessage('pxe.nak', { server: formatIpv4(reply.serverId) }), 'RFC 2131 §4.3.2', 'error');
    return undefined;
  }
  stage(attempt, 'dhcp-ack', pxeMessage('pxe.ack', { address: formatIpv4(reply.message.yiaddr) }), 'RFC 2131 §4.4.1');
  return reply;
}

type Network = Pick<Addressed, 'ip' | 'mask' | 'gateway' | 'server' | 'ack'>;

function configure({ host, nic }: Attempt, ack: DhcpReply): Network {
  const ip = ack.message.yiaddr;
  const given = addressOption(ack.message, DHCP_OPTION.subnetMask);
  // RFC 950 §2.1: without a mask it is that of the address's class.
  const byClass = prefixMask(ip >>> 31 === 0 ? 8 : ip >>> 30 === 2 ? 16 : 24);
  const mask = given !== undefined && maskPrefix(given) !== undefined ? given : byClass;
  const gateway = addressOption(ack.message, DHCP_OPTION.router) ?? 0;
  const card = host.interface(nic.name);
  card?.setAddress(ip, mask);
  host.setDefaultGateway(nic.name, gateway === 0 ? undefined : gateway);
  return { ip, mask, gateway, server: ack.serverId, ack };
}

function* printAddress(attempt: Attempt, network: Network, ack: DhcpReply, proxy: Offer | undefined): Task<void> {
  const { ip, mask, gateway } = network;
  yield* print(
    attempt,
    `\rCLIENT IP: ${formatIpv4(ip)}  MASK: ${formatIpv4(mask)}  DHCP IP: ${formatIpv4(ack.serverId)}\n`,
  );
  if (gateway !== 0) yield* print(attempt, `GATEWAY IP: ${formatIpv4(gateway)}\n`);
  if (proxy !== undefined) yield* print(attempt, `PROXY IP: ${formatIpv4(proxy.reply.serverId)}\n`);
}

/** PXE 2.1 §2.2.3: a ProxyDHCP's offer, port 4011, or what came with the address. */
function* findBootInformation(
  attempt: Attempt,
  ip: Ipv4Address,
  offer: Offer,
  ack: Offer,
  proxy: Offer | undefined,
): Task<Step<Offer>> {
  if (proxy !== undefined) {
    const server = proxy.reply.serverId;
    if (saysWhatToBoot(proxy)) {
      stage(attempt, 'proxy-dhcp', pxeMessage('pxe.proxy-offer', { server: formatIpv4(server) }), 'PXE 2.1 §2.2.3');
      return { ok: true, value: proxy };
    }
    return yield* askService(attempt, ip, proxy);
  }
  if (saysWhatToBoot(ack)) return { ok: true, value: ack };
  if (saysWhatToBoot(offer)) {
    decide(attempt, 'boot-from-offer', pxeMessage('pxe.boot-from-offer'), 'PXE 2.1 §2.2', 'note');
    return { ok: true, value: offer };
  }
  if (offer.kind === 'combined') return yield* askService(attempt, ip, ack);
  return { ok: true, value: ack };
}

/** `pointer` is the message that says a service is there. */
function* askService(attempt: Attempt, ip: Ipv4Address, pointer: Offer): Task<Step<Offer>> {
  const { dhcp, options, rom } = attempt;
  const server = pointer.reply.serverId;
  if (rom.quirks.includes('ignores-port-4011')) {
    decide(attempt, 'port-4011-ignored', pxeMessage('pxe.port-4011-ignored'), 'PXE 2.1 §2.2.3', 'warn');
    return { ok: true, value: pointer };
  }
  const { replies } = yield* dhcp.exchange({
    message: dhcp.message('request', options, { ciaddr: ip }),
    destinations: [pxeServer(server)],
    timeoutsNs: SERVICE_TIMEOUTS_NS,
    accept: (reply) => reply.type === DHCP_MESSAGE_TYPE.ack && reply.sourcePort === PXE_SERVER_PORT,
    enough: () => true,
    onSend: () =>
      stage(attempt, 'proxy-dhcp', pxeMessage('pxe.proxy-request', { server: formatIpv4(server) }), 'PXE 2.1 §2.2.3'),
  });
  const reply = replies[0];
  if (reply === undefined)
    return failed({ code: 'E55', detail: pxeMessage('pxe.why-failed.4011-silent', { server: formatIpv4(server) }) });
  return { ok: true, value: classify(reply, rom.quirks) };
}
