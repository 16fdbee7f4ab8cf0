/**
 * The DHCP packets that an iPXE loaded by a PXE stack inherits: those of the boot that loaded it
 * (PXE 2.1, PXENV_GET_CACHED_INFO). Its card is open and has its address, and relative names belong to the server that
 * gave it.
 */
import { decodeDhcp, collectOption, clientMac } from '../../../protocols/dhcp/codec.ts';
import { DHCP_OPTION } from '../../../protocols/dhcp/options.ts';
import type { PxeContext } from '../../platform.ts';
import type { Ipxe } from '../ipxe.ts';
import { registerBlock } from '../net/dhcp.ts';
import { formatUri } from '../net/uri.ts';
import { DhcpBlock, readSubOptions } from '../settings/dhcp-block.ts';
import { bootFileIn } from './autoboot.ts';
import { ipxeMessage } from '../messages.ts';

/** Option 43.71: the type of boot server that has answered (PXE 2.1 table 2-1). */
const PXE_BOOT_ITEM = 71;

function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}

export function takeCachedDhcp(ipxe: Ipxe, network: PxeContext): void {
  const [device] = ipxe.netdevs.all;
  const ack = decodeDhcp(network.ack);
  if (device === undefined || !ack.ok || clientMac(ack.value) !== device.mac) return;
  registerBlock(ipxe, new DhcpBlock('dhcp', ack.value), device);
  const reply = decodeDhcp(network.reply);
  if (reply.ok && !sameBytes(network.reply, network.ack)) {
    const vendor = collectOption(reply.value, DHCP_OPTION.vendorSpecific) ?? new Uint8Array(0);
    const isBootServer = readSubOptions(vendor).some(({ code }) => code === PXE_BOOT_ITEM);
    registerBlock(ipxe, new DhcpBlock(isBootServer ? 'pxebs' : 'proxydhcp', reply.value));
  }
  const { discover, ack: ackBytes, reply: replyBytes, serverIp } = network;
  device.dhcp = { discover, ack: ackBytes, reply: replyBytes, serverIp };
  device.open();
  const boot = bootFileIn(ipxe, ipxe.settings.root);
  if (boot.uri !== undefined) ipxe.cwuri = formatUri(boot.uri);
  ipxe.log.emit({
    kind: 'decision',
    code: 'cached-dhcp',
    severity: 'info',
    ...ipxeMessage('ipxe.cached-dhcp', { device: device.name }),
  });
}
