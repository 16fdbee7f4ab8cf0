/** Etherboot's DHCP: the first offer counts, and a reply of a BOOTP server is as good. */
import { formatIpv4, maskPrefix, type Ipv4Address } from '../../base/address.ts';
import { fromCString, latin1 } from '../../base/bytes.ts';
import { NS_PER_S } from '../../base/time/clock.ts';
import type { Task } from '../../base/time/task.ts';
import { collectOption } from '../../protocols/dhcp/codec.ts';
import { DHCP_MESSAGE_TYPE, DHCP_OPTION } from '../../protocols/dhcp/options.ts';
import {
  addressBytes,
  addressOption,
  DHCP_BROADCAST,
  type DhcpClient,
  type DhcpReply,
} from '../clients/dhcp-client.ts';
import { classMask, failed, type Loaded, type LoaderCard } from '../loaders/card.ts';
import { etherbootMessage } from './messages.ts';

/** Major and minor version, as the vendor class has it. */
const VERSION = '5.4';
/** RFC 2131 §4.1: each wait is twice as long. */
const TIMEOUTS_NS: readonly number[] = [4, 8, 16, 32].map((seconds) => seconds * NS_PER_S);
/** Etherboot's own options: its magic, parameters for the kernel, the card's name; 150 holds options within options. */
const OWN_OPTIONS = [128, 129, 130, 150];

const MAX_SIZE = { code: DHCP_OPTION.maxMessageSize, data: Uint8Array.of(0x05, 0xdc) };
const CLASS = { code: DHCP_OPTION.vendorClass, data: latin1(`Etherboot-${VERSION}`) };
const DISCOVER_LIST = Uint8Array.of(1, 3, 12, 43);
const REQUEST_LIST = Uint8Array.of(1, 3, 12, 43, 17, ...OWN_OPTIONS);

export interface EtherbootAddress {
  readonly ip: Ipv4Address;
  readonly dhcpServer: Ipv4Address;
  readonly tftpServer: Ipv4Address;
  readonly gateway: Ipv4Address | undefined;
  readonly relay: Ipv4Address;
  readonly file: string;
}

export function* getAddress(card: LoaderCard, onSend: () => void): Task<Loaded<EtherbootAddress>> {
  // Etherboot takes frames for its own address before it has one: it asks for no broadcast.
  const { client, socket } = card.openDhcp('dhcp', { minimumLength: 548 });
  try {
    const { replies } = yield* client.exchange({
      message: client.message('discover', [
        MAX_SIZE,
        CLASS,
        { code: DHCP_OPTION.parameterRequestList, data: DISCOVER_LIST },
      ]),
      destinations: [DHCP_BROADCAST],
      timeoutsNs: TIMEOUTS_NS,
      accept: ({ type, message }) => message.yiaddr !== 0 && (type === undefined || type === DHCP_MESSAGE_TYPE.offer),
      enough: () => true,
      onSend: (number) => {
        const says =
          number === 0
            ? etherbootMessage('etherboot.discover', { version: VERSION })
            : etherbootMessage('etherboot.discover-again', { number: number + 1 });
        card.stage('dhcp-discover', says, 'RFC 2131 §4.4.1');
        onSend();
      },
    });
    const [offer] = replies;
    if (offer === undefined) return failed('etherboot/no-server', etherbootMessage('etherboot.no-server'));
    const reply = offer.type === undefined ? bootpReply(card, offer) : yield* request(card, client, offer, onSend);
    if (reply === undefined) return failed('etherboot/no-server', etherbootMessage('etherboot.no-server'));
    return take(card, reply);
  } finally {
    socket.close();
  }
}

function bootpReply(card: LoaderCard, offer: DhcpReply): DhcpReply {
  const address = formatIpv4(offer.message.yiaddr);
  card.stage('bootp-reply', etherbootMessage('etherboot.bootp-reply', { address }), 'RFC 1534 §2');
  return offer;
}

function* request(
  card: LoaderCard,
  client: DhcpClient,
  offer: DhcpReply,
  onSend: () => void,
): Task<DhcpReply | undefined> {
  const address = formatIpv4(offer.message.yiaddr);
  const server = formatIpv4(offer.serverId);
  card.stage('dhcp-offer', etherbootMessage('etherboot.offer', { address, server }), 'RFC 2131 §4.4.1');
  const { replies } = yield* client.exchange({
    message: client.message('request', [
      { code: DHCP_OPTION.serverIdentifier, data: addressBytes(offer.serverId) },
      { code: DHCP_OPTION.requestedAddress, data: addressBytes(offer.message.yiaddr) },
      MAX_SIZE,
      CLASS,
      { code: DHCP_OPTION.parameterRequestList, data: REQUEST_LIST },
    ]),
    destinations: [DHCP_BROADCAST],
    timeoutsNs: TIMEOUTS_NS,
    accept: ({ type, message }) => type === DHCP_MESSAGE_TYPE.ack && message.yiaddr !== 0,
    enough: () => true,
    onSend: () => {
      card.stage('dhcp-request', etherbootMessage('etherboot.request', { address }), 'RFC 2131 §4.4.1');
      onSend();
    },
  });
  const [ack] = replies;
  if (ack !== undefined) card.stage('dhcp-ack', etherbootMessage('etherboot.ack', { address }), 'RFC 2131 §4.4.1');
  return ack;
}

function take(card: LoaderCard, reply: DhcpReply): Loaded<EtherbootAddress> {
  const { message, serverId } = reply;
  const ip = message.yiaddr;
  const mask = addressOption(message, DHCP_OPTION.subnetMask);
  const gateway = addressOption(message, DHCP_OPTION.router);
  const isMask = mask !== undefined && maskPrefix(mask) !== undefined;
  card.setAddress(ip, isMask ? mask : classMask(ip), gateway);
  const option = collectOption(message, DHCP_OPTION.bootFileName);
  const field = fromCString(message.file);
  const file = field === '' && option !== undefined ? fromCString(option) : field;
  const tftpServer = message.siaddr === 0 ? serverId : message.siaddr;
  return { ok: true, value: { ip, dhcpServer: serverId, tftpServer, gateway, relay: message.giaddr, file } };
}
