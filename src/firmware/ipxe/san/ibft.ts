/** The iSCSI boot firmware table (iBFT 1.03): initiator, network card and target of up to two paths, as iPXE lays it out. */
import { maskPrefix, writeIpv4, writeMac, type Ipv4Address } from '../../../base/address.ts';
import { latin1 } from '../../../base/bytes.ts';
import type { Ipxe } from '../ipxe.ts';
import { addressIn } from '../net/link/netdev.ts';
import { predefined } from '../settings/predefined.ts';
import { busDevFn } from '../settings/sources.ts';
import type { SanDescription } from './path.ts';
import { finishTable, startTable } from './table.ts';

type IscsiDescription = Extract<SanDescription, { readonly kind: 'iscsi' }>;

/** The control structure names two cards with a target each. */
const MAX_PATHS = 2;
const CONTROL = { id: 1, bytes: 18, at: 0x30, initiator: 8, paths: 10 } as const;
const INITIATOR = { id: 2, bytes: 74, at: 0x50, name: 70 } as const;
const NIC = {
  id: 3,
  bytes: 102,
  at: 0xa0,
  step: 0x70,
  address: 6,
  prefix: 22,
  origin: 23,
  gateway: 24,
  firstDns: 40,
  secondDns: 56,
  dhcpServer: 72,
  vlan: 88,
  mac: 90,
  bus: 96,
  hostname: 98,
} as const;
const TARGET = {
  id: 4,
  bytes: 54,
  at: 0x180,
  step: 0x40,
  address: 6,
  port: 22,
  lun: 24,
  chap: 32,
  nic: 33,
  name: 34,
  user: 38,
  secret: 42,
  reverseUser: 46,
  reverseSecret: 50,
} as const;
const STRINGS_AT = 0x200;
const VERSION = 1;
/** Valid, and selected to boot from. */
const FLAGS = 3;
const CHAP = { none: 0, oneWay: 1, mutual: 2 } as const;
/** Where the address of a card comes from. */
const ORIGIN = { manual: 1, dhcp: 3 } as const;
/** An IPv4 address in the place of an IPv6 one (RFC 4291 §2.5.5.2). */
const MAPPED_PREFIX = 10;

class IbftWriter {
  readonly bytes: Uint8Array;
  private readonly view: DataView;
  private end = STRINGS_AT;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
    this.view = new DataView(bytes.buffer);
  }

  u16(at: number, value: number): void {
    this.view.setUint16(at, value, true);
  }

  header(
    at: number,
    { id, bytes }: { readonly id: number; readonly bytes: number },
    index: number,
    flags: number,
  ): void {
    this.bytes[at] = id;
    this.bytes[at + 1] = VERSION;
    this.u16(at + 2, bytes);
    this.bytes[at + 4] = index;
    this.bytes[at + 5] = flags;
  }

  /** Zeros stand for no address. */
  address(at: number, address: Ipv4Address): void {
    if (address === 0) return;
    this.bytes.fill(0xff, at + MAPPED_PREFIX, at + MAPPED_PREFIX + 2);
    writeIpv4(this.bytes, at + MAPPED_PREFIX + 2, address);
  }

  /** A text behind the structures, ended by a NUL, and its length and place in a structure. Nothing for no text. */
  text(at: number, text: string | undefined): void {
    if (text === undefined || text === '') return;
    this.u16(at, text.length);
    this.u16(at + 2, this.end);
    this.bytes.set(latin1(text), this.end);
    this.end += text.length + 1;
  }
}

/** The bytes of all texts with their NULs. */
function stringBytes(paths: readonly IscsiDescription[], initiator: string, hostname: string | undefined): number {
  const texts = [initiator];
  for (const { target, user, reverse } of paths) {
    texts.push(
      hostname ?? '',
      target,
      user?.name ?? '',
      user?.secret ?? '',
      reverse?.name ?? '',
      reverse?.secret ?? '',
    );
  }
  return texts.reduce((sum, text) => sum + (text === '' ? 0 : text.length + 1), 0);
}

/** A table of the first two disks; `startTable` has written the header of ACPI. */
export function encodeIbft(ipxe: Ipxe, all: readonly [IscsiDescription, ...IscsiDescription[]]): Uint8Array {
  const paths = all.slice(0, MAX_PATHS);
  const [{ initiator }] = all;
  const hostname = ipxe.settings.getText('hostname');
  const bytes = STRINGS_AT + stringBytes(paths, initiator, hostname);
  const writer = new IbftWriter(startTable('iBFT', bytes));
  writer.header(CONTROL.at, CONTROL, 0, 0);
  writer.u16(CONTROL.at + CONTROL.initiator, INITIATOR.at);
  writer.header(INITIATOR.at, INITIATOR, 0, FLAGS);
  writer.text(INITIATOR.at + INITIATOR.name, initiator);
  paths.forEach((path, index) => {
    const nic = NIC.at + index * NIC.step;
    const target = TARGET.at + index * TARGET.step;
    writer.u16(CONTROL.at + CONTROL.paths + 4 * index, nic);
    writer.u16(CONTROL.at + CONTROL.paths + 4 * index + 2, target);
    writeNic(writer, ipxe, nic, index, path);
    writer.text(nic + NIC.hostname, hostname);
    writeTarget(writer, target, index, path);
  });
  return finishTable(writer.bytes);
}

function writeNic(writer: IbftWriter, ipxe: Ipxe, at: number, index: number, { card }: IscsiDescription): void {
  const setting = (name: string): Uint8Array | undefined => {
    const found = ipxe.settings.fetch({ block: card.settings, setting: predefined(name) });
    return found.ok ? found.value.raw : undefined;
  };
  const dns = setting('dns');
  writer.header(at, NIC, index, FLAGS);
  writer.address(at + NIC.address, addressIn(setting('ip')));
  writer.bytes[at + NIC.prefix] = maskPrefix(addressIn(setting('netmask'))) ?? 0;
  const dhcpServer = addressIn(setting('dhcp-server'));
  writer.bytes[at + NIC.origin] = dhcpServer === 0 ? ORIGIN.manual : ORIGIN.dhcp;
  writer.address(at + NIC.gateway, addressIn(setting('gateway')));
  writer.address(at + NIC.firstDns, addressIn(dns));
  writer.address(at + NIC.secondDns, addressIn(dns?.subarray(4)));
  writer.address(at + NIC.dhcpServer, dhcpServer);
  writer.u16(at + NIC.vlan, card.vlan?.tag ?? 0);
  writeMac(writer.bytes, at + NIC.mac, card.mac);
  writer.u16(at + NIC.bus, busDevFn(card.nic.bus));
}

function writeTarget(writer: IbftWriter, at: number, index: number, path: IscsiDescription): void {
  const { address, port, lun, target, user, reverse } = path;
  writer.header(at, TARGET, index, FLAGS);
  writer.address(at + TARGET.address, address);
  writer.u16(at + TARGET.port, port);
  writer.bytes.set(lun, at + TARGET.lun);
  writer.bytes[at + TARGET.chap] = user === undefined ? CHAP.none : reverse === undefined ? CHAP.oneWay : CHAP.mutual;
  writer.bytes[at + TARGET.nic] = index;
  writer.text(at + TARGET.name, target);
  writer.text(at + TARGET.user, user?.name);
  writer.text(at + TARGET.secret, user?.secret);
  writer.text(at + TARGET.reverseUser, reverse?.name);
  writer.text(at + TARGET.reverseSecret, reverse?.secret);
}
