/**
 * The personality `rpi`: the bootloader in the EEPROM of a Raspberry Pi 4, as its documentation and published captures show
 * it. It calls itself a PC with a BIOS (option 93 = 0) and takes an offer only beside one that has the words
 * “Raspberry Pi Boot” in option 43, from the same server or a proxy. Then TFTP is its disk: a folder by the serial number, or
 * none. It stops where the firmware of the graphics processor would start.
 */
import { formatIpv4, formatMac, parseIpv4, type Ipv4Address } from '../../base/address.ts';
import { fromCString, fromLatin1, hexNumber, latin1, writeU32 } from '../../base/bytes.ts';
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
import { failed, onEachCard, type Loaded, type LoaderCard } from '../loaders/card.ts';
import { loadByTftp } from '../loaders/tftp-load.ts';
import type { BootOutcome, Personality } from '../platform.ts';
import { rpiMessage } from './messages.ts';

/** DHCP_REQ_TIMEOUT within DHCP_TIMEOUT, as the board is delivered: a request every four seconds, 45 in all. */
const DHCP_TIMEOUTS_NS: readonly number[] = Array.from({ length: 11 }, () => 4 * NS_PER_S);
const PARAMETERS = [1, 3, 43, 60, 66, 67, 128, 129, 130, 131, 132, 133, 134, 135];
/** What option 43 must contain (PXE_OPTION43). */
const BOOT_OPTION = 'Raspberry Pi Boot';
/** In option 97: “RPi4”, the board's revision, the end of the MAC address, the serial number. */
const BOARD = 0x5250_6934;
const REVISION = 0x1431_d000;
const BLKSIZE = 1024;

/** `serial` as eight hexadecimal digits; empty makes it from the MAC address. */
export function createRpiRom(serial = ''): Personality {
  return {
    id: 'rpi',
    isWhole: true,
    // oxlint-disable-next-line require-yield -- nothing is printed before the boot
    *init() {},
    boot: (platform) => onEachCard(platform, 'rpi', (card) => bootFrom(card, serial)),
  };
}

function* bootFrom(card: LoaderCard, given: string): Task<BootOutcome> {
  const mac = formatMac(card.nic.mac);
  const serial = given === '' ? hexNumber(card.nic.mac % 0x1_0000_0000, 8).toLowerCase() : given.toLowerCase();
  yield* card.print(`Boot mode: NETWORK (02) order f2\nNET_BOOT: ${mac} wait for link TFTP: 0.0.0.0\n`);
  const link = yield* card.waitForLink();
  if (!link.ok) return card.giveUp(link.failure);
  yield* card.print('LINK STATUS: speed: 1000 full duplex\nLink ready\n');
  const server = yield* getAddress(card, serial);
  if (!server.ok) return card.giveUp(server.failure);
  return yield* loadFirmware(card, server.value, serial);
}

function* getAddress(card: LoaderCard, serial: string): Task<Loaded<Ipv4Address>> {
  const { nic } = card;
  const { client: dhcp, socket } = card.openDhcp('rpi');
  const parameters = { code: DHCP_OPTION.parameterRequestList, data: Uint8Array.from(PARAMETERS) };
  try {
    const { replies } = yield* dhcp.exchange({
      message: dhcp.message('discover', [
        parameters,
        { code: DHCP_OPTION.clientArch, data: Uint8Array.of(0, 0) },
        { code: DHCP_OPTION.clientNdi, data: Uint8Array.of(1, 2, 1) },
        { code: DHCP_OPTION.clientUuid, data: boardId(nic.mac, serial) },
        { code: DHCP_OPTION.vendorClass, data: latin1('PXEClient:Arch:00000:UNDI:002001') },
      ]),
      destinations: [DHCP_BROADCAST],
      timeoutsNs: DHCP_TIMEOUTS_NS,
      accept: ({ type }) => type === DHCP_MESSAGE_TYPE.offer,
      enough: (offers) => offers.some(hasBootOption) && offers.some(({ message }) => message.yiaddr !== 0),
      onSend: (number) => {
        const again = rpiMessage('rpi.discover-again', { number: number + 1 });
        card.stage('dhcp-discover', number === 0 ? rpiMessage('rpi.discover') : again, 'RFC 2131 §4.4.1');
      },
      onReply: (reply) => {
        const id = hasBootOption(reply) ? 'rpi.offer-menu' : 'rpi.offer';
        card.stage('dhcp-offer', rpiMessage(id, { server: formatIpv4(reply.serverId) }), 'RFC 2131 §4.3.1');
      },
    });
    for (const { message, source } of replies) {
      yield* card.print(`DHCP src: ${formatIpv4(source)}\n`);
      if (message.yiaddr !== 0)
        yield* card.print(`YI_ADDR ${formatIpv4(message.yiaddr)}\nSI_ADDR ${formatIpv4(message.siaddr)}\n`);
    }
    if (replies.length === 0) return failed('rpi/no-answer', rpiMessage('rpi.no-answer'), 'RFC 2131 §4.4.1');
    const boot = replies.find(hasBootOption);
    if (boot === undefined) return failed('rpi/no-boot-option', rpiMessage('rpi.no-boot-option'), 'PXE 2.1 table 2-1');
    const offer = replies.find(({ message }) => message.yiaddr !== 0);
    if (offer === undefined) return failed('rpi/no-address', rpiMessage('rpi.no-address'), 'PXE 2.1 §2.2');
    return yield* request(card, dhcp, offer, boot, parameters);
  } finally {
    socket.close();
  }
}

/** The request says nothing of PXE. */
function* request(
  card: LoaderCard,
  dhcp: DhcpClient,
  { message, serverId }: DhcpReply,
  boot: DhcpReply,
  parameters: { readonly code: number; readonly data: Uint8Array },
): Task<Loaded<Ipv4Address>> {
  const address = formatIpv4(message.yiaddr);
  const { replies } = yield* dhcp.exchange({
    message: dhcp.message('request', [
      { code: DHCP_OPTION.requestedAddress, data: addressBytes(message.yiaddr) },
      { code: DHCP_OPTION.serverIdentifier, data: addressBytes(serverId) },
      parameters,
    ]),
    destinations: [DHCP_BROADCAST],
    timeoutsNs: DHCP_TIMEOUTS_NS,
    accept: (reply) => reply.type === DHCP_MESSAGE_TYPE.ack && reply.serverId === serverId,
    enough: () => true,
    onSend: () => card.stage('dhcp-request', rpiMessage('rpi.request', { address }), 'RFC 2131 §4.4.1'),
  });
  const [ack] = replies;
  if (ack === undefined) {
    const server = formatIpv4(serverId);
    return failed('rpi/no-answer', rpiMessage('rpi.not-confirmed', { server }), 'RFC 2131 §4.4.1');
  }
  card.stage('dhcp-ack', rpiMessage('rpi.ack', { address }), 'RFC 2131 §4.4.1');
  const mask = addressOption(ack.message, DHCP_OPTION.subnetMask);
  const gateway = addressOption(ack.message, DHCP_OPTION.router);
  card.setAddress(message.yiaddr, mask, gateway);
  const server = fileServer(boot);
  const net = `NET ${address} ${formatIpv4(card.interface.mask)} gw ${formatIpv4(gateway ?? 0)}`;
  yield* card.print(`${net} tftp ${formatIpv4(server)}\n`);
  card.decide('rpi/server', rpiMessage('rpi.server', { server: formatIpv4(server) }));
  return { ok: true, value: server };
}

function hasBootOption({ message }: DhcpReply): boolean {
  const data = collectOption(message, DHCP_OPTION.vendorSpecific);
  return data !== undefined && fromLatin1(data).includes(BOOT_OPTION);
}

/** Option 66 when it is an address, else siaddr, else the sender. */
function fileServer({ message, serverId }: DhcpReply): Ipv4Address {
  const name = collectOption(message, DHCP_OPTION.tftpServerName);
  const named = name === undefined ? undefined : parseIpv4(fromCString(name));
  return named ?? (message.siaddr === 0 ? serverId : message.siaddr);
}

function boardId(mac: number, serial: string): Uint8Array {
  const bytes = new Uint8Array(17);
  writeU32(bytes, 1, BOARD);
  writeU32(bytes, 5, REVISION);
  writeU32(bytes, 9, mac % 0x1_0000_0000);
  writeU32(bytes, 13, Number.parseInt(serial, 16) % 0x1_0000_0000 || 0);
  return bytes;
}

/** What is missing is missing: only without `start4.elf` there is nothing to start. */
function* loadFirmware(card: LoaderCard, server: Ipv4Address, serial: string): Task<BootOutcome> {
  const folder = `${serial}/`;
  yield* get(card, server, `${folder}config.txt`);
  let prefix = folder;
  let firmware = yield* get(card, server, `${prefix}start4.elf`);
  if (!firmware.ok && firmware.failure.tftp?.code === 'server-error') {
    prefix = '';
    card.decide('rpi/prefix-dropped', rpiMessage('rpi.prefix-dropped', { folder }), 'note');
    yield* get(card, server, 'config.txt');
    firmware = yield* get(card, server, 'start4.elf');
    if (!firmware.ok) {
      yield* card.print('Firmware not found\n');
      return card.giveUp({
        ...firmware.failure,
        code: 'rpi/no-firmware',
        detail: rpiMessage('rpi.no-firmware', { folder }),
      });
    }
  }
  if (!firmware.ok) return card.giveUp(firmware.failure);
  yield* get(card, server, `${prefix}fixup4.dat`);
  card.stage('nbp-entry', rpiMessage('rpi.loaded', { file: `${prefix}start4.elf` }));
  return { kind: 'stopped' };
}

function* get(card: LoaderCard, server: Ipv4Address, filename: string): Task<Loaded<number>> {
  yield* card.print(`TFTP_GET: ${formatIpv4(server)} ${filename}\n`);
  const options = { tsize: true, blksize: BLKSIZE };
  const loaded = yield* loadByTftp(card, { server, filename, options, take: () => true });
  if (loaded.ok) yield* card.print(`Read ${filename} bytes ${loaded.value}\n`);
  else if (loaded.failure.tftp?.code === 'server-error') yield* card.print('TFTP 1: File not found\n');
  return loaded;
}
