/** What a DHCP message tells about the firmware of its client, and about boot servers. */
import { formatIpv4, readIpv4 } from '../../base/address.ts';
import { collectOption, type DhcpMessage } from '../../protocols/dhcp/codec.ts';
import { DHCP_OPTION } from '../../protocols/dhcp/options.ts';
import { userClasses, vendorClass } from '../../protocols/dhcp/values.ts';
import { decodePxeVendorOptions, type PxeVendorOptions } from '../../protocols/pxe/vendor-options.ts';

export type Firmware = 'pxe' | 'ipxe' | 'http' | 'other';

export function firmwareOfMessage(message: DhcpMessage): Firmware {
  const vendor = vendorClass(message) ?? '';
  if (userClasses(message).some((name) => name === 'iPXE' || name === 'gPXE')) return 'ipxe';
  if (vendor.startsWith('PXEClient')) return 'pxe';
  return vendor.startsWith('HTTPClient') ? 'http' : 'other';
}

/** The address that a client asks for: option 50, else the one that it has. */
export function wantedAddress(message: DhcpMessage): string {
  const asked = collectOption(message, DHCP_OPTION.requestedAddress);
  return formatIpv4(asked?.length === 4 ? readIpv4(asked, 0) : message.ciaddr);
}

/** The type of boot server that a request is for (PXE 2.1 table 2-1, tag 71). */
export function bootItem(message: DhcpMessage): number | undefined {
  return vendorOptions(message)?.bootItem?.type;
}

export function vendorOptions(message: DhcpMessage): PxeVendorOptions | undefined {
  const vendor = collectOption(message, DHCP_OPTION.vendorSpecific);
  const decoded = vendor === undefined ? undefined : decodePxeVendorOptions(vendor);
  return decoded?.ok === true ? decoded.value : undefined;
}
