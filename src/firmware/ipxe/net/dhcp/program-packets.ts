/**
 * The DHCP packets that a program finds behind PXENV_GET_CACHED_INFO (PXE 2.1 §3.3.1). They are made from the settings
 * when the program starts, not those that came over the wire: what a script has set (options 209 and 210 for PXELINUX,
 * `filename`, `next-server`) is in them.
 */
import type { Ipv4Address } from '../../../../base/address.ts';
import {
  BOOTREPLY,
  chaddrOf,
  emptyDhcpMessage,
  FLAG_BROADCAST,
  type DhcpMessage,
} from '../../../../protocols/dhcp/codec.ts';
import { DHCP_MESSAGE_TYPE, DHCP_OPTION } from '../../../../protocols/dhcp/options.ts';
import type { Ipxe } from '../../ipxe.ts';
import { ipxeMessage } from '../../messages.ts';
import { OK } from '../../errors.ts';
import type { SettingsBlock } from '../../settings/block.ts';
import { DhcpBlock } from '../../settings/dhcp-block.ts';
import { predefined } from '../../settings/predefined.ts';
import { encodeRequest } from './dhcp-request.ts';
import { addressIn, type NetDevice } from '../link/netdev.ts';

export interface ProgramPackets {
  readonly discover: Uint8Array;
  readonly ack: Uint8Array;
  /** Of the ProxyDHCP and the boot server, else the DHCPACK. */
  readonly reply: Uint8Array;
  readonly serverIp: Ipv4Address;
}

const LAST_OPTION = 254;
/** The options whose sub-options are settings of their own. */
const ENCAPSULATORS = [DHCP_OPTION.vendorSpecific, 175];
/** A BOOTPLAYER (PXE 2.1 §3.3.1). */
const PACKET_BYTES = 1260;

class PacketMaker {
  private readonly ipxe: Ipxe;
  private readonly header: DhcpMessage;
  private readonly block: DhcpBlock;

  constructor(ipxe: Ipxe, device: NetDevice) {
    this.ipxe = ipxe;
    this.header = {
      ...emptyDhcpMessage(BOOTREPLY),
      xid: device.dhcpXid,
      flags: FLAG_BROADCAST,
      chaddr: chaddrOf(device.mac),
    };
    this.block = new DhcpBlock('', this.header);
    this.put(DHCP_OPTION.messageType, Uint8Array.of(DHCP_MESSAGE_TYPE.ack));
  }

  /** Options that the settings below a block have take the place of those that are there. */
  merge(from: SettingsBlock): void {
    for (let code = 1; code <= LAST_OPTION; code++) {
      if (!ENCAPSULATORS.includes(code)) this.copyOption(from, code);
      else for (let inner = 1; inner <= LAST_OPTION; inner++) this.copyOption(from, (code << 8) | inner);
    }
  }

  private copyOption(from: SettingsBlock, tag: number): void {
    const setting = { name: '', tag, scope: 'dhcp', type: undefined } as const;
    const found = this.ipxe.settings.fetch({ block: from, setting });
    if (found.ok) this.put(tag, found.value.raw);
  }

  private put(tag: number, raw: Uint8Array): void {
    const setting = { name: '', tag, scope: 'dhcp', type: undefined } as const;
    const before = this.block.value(tag);
    const status = this.block.store(setting, raw);
    if (status === OK && this.block.encode(this.header).length <= PACKET_BYTES) return;
    this.block.store(setting, before);
    const option = tag > 0xff ? `${tag >>> 8}.${tag & 0xff}` : String(tag);
    this.ipxe.warnOnce('option-without-room', ipxeMessage('ipxe.option-without-room', { option }));
  }

  bytes(): Uint8Array {
    return this.block.encode(this.header);
  }
}

export function packetsForProgram(ipxe: Ipxe, device: NetDevice): ProgramPackets {
  const { root } = ipxe.settings;
  const made = new PacketMaker(ipxe, device);
  // What belongs to the device wins whatever its priority.
  made.merge(root);
  made.merge(device.settings);
  const ack = made.bytes();
  const others = ['proxydhcp', 'pxebs'].flatMap((name) => root.children.filter((child) => child.name === name));
  let reply = ack;
  if (others.length > 0) {
    const answer = new PacketMaker(ipxe, device);
    for (const block of others) answer.merge(block);
    reply = answer.bytes();
  }
  const discover = encodeRequest(ipxe, device, { type: 'discover', xid: device.dhcpXid, secs: 0 });
  const nextServer = ipxe.settings.fetch({ block: others.at(-1) ?? root, setting: predefined('next-server') });
  return { discover, ack, reply, serverIp: nextServer.ok ? addressIn(nextServer.value.raw) : 0 };
}
