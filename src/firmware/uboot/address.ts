/**
 * U-Boot's DHCP, as a recorded U-Boot 2023.01 speaks it: each broadcast is a transaction of its own, numbered by the MAC
 * address and the milliseconds since power on, and replies to earlier ones count too. It takes the first offer; a DHCPNAK
 * and silence after the request are the same to it: after five seconds it begins again.
 */
import { formatIpv4, type Ipv4Address } from '../../base/address.ts';
import { fromCString, hexNumber, latin1 } from '../../base/bytes.ts';
import { NS_PER_MS, NS_PER_S } from '../../base/time/clock.ts';
import { startTask, type Task } from '../../base/time/task.ts';
import { collectOption, DHCP_CLIENT_PORT } from '../../protocols/dhcp/codec.ts';
import { DHCP_FIELDS } from '../../protocols/dhcp/fields.ts';
import { DHCP_MESSAGE_TYPE, DHCP_OPTION } from '../../protocols/dhcp/options.ts';
import {
  addressBytes,
  addressOption,
  DHCP_BROADCAST,
  DhcpClient,
  type DhcpReply,
  type OptionValue,
} from '../clients/dhcp-client.ts';
import { failed, type Loaded, type LoaderCard } from '../loaders/card.ts';
import { ubootMessage } from './messages.ts';

const FIRST_WAIT_NS = 250 * NS_PER_MS;
const LONGEST_WAIT_NS = 2 * NS_PER_S;
const REQUEST_WAIT_NS = 5 * NS_PER_S;
/** No other broadcast after so long. */
const GIVES_UP_NS = 28 * NS_PER_S;
const MAX_MESSAGE_BYTES = 576;
const PARAMETERS = [1, 3, 6, 12, 17];

/** How U-Boot names itself, and what it asks for. */
export interface UbootQuestion {
  /** The environment's `bootp_vci`. */
  readonly vendorClass: string;
  /** Option 93: the environment's `bootp_arch`. */
  readonly clientArch: number;
  /** The environment's `bootfile`, from what was loaded last; empty: none. */
  readonly bootfile: string;
}

export interface UbootAddress {
  readonly address: Ipv4Address;
  readonly gateway: Ipv4Address | undefined;
  /** siaddr; 0: none. */
  readonly server: Ipv4Address;
  /** The field, else option 67; empty: none. */
  readonly file: string;
}

export function* getAddress(
  card: LoaderCard,
  { vendorClass, clientArch, bootfile }: UbootQuestion,
  poweredOnNs: number,
): Task<Loaded<UbootAddress>> {
  const { host, nic, platform } = card;
  const { clock } = platform;
  const startNs = clock.nowNs;
  const xids: number[] = [];
  const socket = host.openUdp({ port: DHCP_CLIENT_PORT, interfaceName: nic.name });
  const dhcp = new DhcpClient({
    clock,
    rng: platform.rng.derive(`uboot-${nic.name}`),
    socket,
    interfaceName: nic.name,
    mac: nic.mac,
    broadcast: false,
    xids,
  });
  const maxSize = { code: DHCP_OPTION.maxMessageSize, data: Uint8Array.of(MAX_MESSAGE_BYTES >> 8, MAX_MESSAGE_BYTES) };
  const about: readonly OptionValue[] = [
    { code: DHCP_OPTION.clientArch, data: Uint8Array.of(clientArch >> 8, clientArch) },
    { code: DHCP_OPTION.clientNdi, data: Uint8Array.of(1, 0, 0) },
    { code: DHCP_OPTION.vendorClass, data: latin1(vendorClass) },
    { code: DHCP_OPTION.parameterRequestList, data: Uint8Array.from(PARAMETERS) },
  ];
  const file = new Uint8Array(DHCP_FIELDS.file.length);
  file.set(latin1(bootfile).subarray(0, DHCP_FIELDS.file.length - 1));
  let waitNs = FIRST_WAIT_NS;
  try {
    for (let number = 1; clock.nowNs - startNs < GIVES_UP_NS; number++) {
      yield* card.print(`BOOTP broadcast ${number}\n`);
      const ms = Math.floor((clock.nowNs - poweredOnNs) / NS_PER_MS);
      dhcp.xid = ((nic.mac % 0x1_0000_0000) + ms) % 0x1_0000_0000;
      xids.push(dhcp.xid);
      const asked = yield* dhcp.exchange({
        message: dhcp.message('discover', [maxSize, ...about], { file }),
        destinations: [DHCP_BROADCAST],
        timeoutsNs: [waitNs],
        accept: ({ type }) => type === DHCP_MESSAGE_TYPE.offer,
        enough: () => true,
        onSend: () => {
          const xid = hexNumber(dhcp.xid, 8).toLowerCase();
          card.stage('dhcp-discover', ubootMessage('uboot.discover', { number, xid }), 'RFC 2131 §4.4.1');
        },
      });
      waitNs = Math.min(2 * waitNs, LONGEST_WAIT_NS);
      const [offer] = asked.replies;
      if (offer === undefined) continue;
      const address = formatIpv4(offer.message.yiaddr);
      const server = formatIpv4(offer.serverId);
      card.stage('dhcp-offer', ubootMessage('uboot.offer', { server, address }), 'RFC 2131 §4.3.1');
      const chosen = [
        { code: DHCP_OPTION.serverIdentifier, data: addressBytes(offer.serverId) },
        { code: DHCP_OPTION.requestedAddress, data: addressBytes(offer.message.yiaddr) },
      ];
      dhcp.xid = offer.message.xid;
      const { replies } = yield* dhcp.exchange({
        message: dhcp.message('request', [maxSize, ...chosen, ...about], { file }),
        destinations: [DHCP_BROADCAST],
        timeoutsNs: [REQUEST_WAIT_NS],
        accept: ({ type }) => type === DHCP_MESSAGE_TYPE.ack,
        enough: () => true,
        onSend: () => card.stage('dhcp-request', ubootMessage('uboot.request', { address }), 'RFC 2131 §4.4.1'),
      });
      const [ack] = replies;
      if (ack !== undefined) return { ok: true, value: take(card, ack, startNs) };
    }
    yield* card.print('\nRetry time exceeded; starting again\n');
    return failed('uboot/no-answer', ubootMessage('uboot.no-answer'), 'RFC 2131 §4.4.1');
  } finally {
    socket.close();
  }
}

function take(card: LoaderCard, { message }: DhcpReply, startNs: number): UbootAddress {
  const address = message.yiaddr;
  const ms = Math.floor((card.platform.clock.nowNs - startNs) / NS_PER_MS);
  const gateway = addressOption(message, DHCP_OPTION.router);
  card.setAddress(address, addressOption(message, DHCP_OPTION.subnetMask), gateway);
  card.stage('dhcp-ack', ubootMessage('uboot.ack', { address: formatIpv4(address) }), 'RFC 2131 §4.4.1');
  startTask(card.print(`DHCP client bound to address ${formatIpv4(address)} (${ms} ms)\n`));
  const option = fromCString(collectOption(message, DHCP_OPTION.bootFileName) ?? new Uint8Array());
  const field = fromCString(message.file);
  return { address, gateway, server: message.siaddr, file: field === '' ? option : field };
}
