/**
 * The DHCPACK that an iPXE loaded by a PXE stack inherits (PXE 2.1, PXENV_GET_CACHED_INFO). Its card is open and has
 * its address, and relative names belong to the server that gave it. On a BIOS it asks for the DHCPACK alone: what a
 * ProxyDHCP or a boot server named is lost.
 */
import { decodeDhcp, clientMac } from '../../../protocols/dhcp/codec.ts';
import type { PxeContext } from '../../platform.ts';
import type { Ipxe } from '../ipxe.ts';
import { registerBlock } from '../net/dhcp/dhcp.ts';
import { formatUri } from '../net/transfer/uri.ts';
import { DhcpBlock } from '../settings/dhcp-block.ts';
import { bootFileIn } from './autoboot.ts';
import { ipxeMessage } from '../messages.ts';

export function useCachedDhcp(ipxe: Ipxe, network: PxeContext): void {
  const [device] = ipxe.netdevs.all;
  const ack = decodeDhcp(network.ack);
  if (device === undefined || !ack.ok || clientMac(ack.value) !== device.mac) return;
  registerBlock(ipxe, new DhcpBlock('dhcp', ack.value), device);
  device.dhcpXid = ack.value.xid;
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
