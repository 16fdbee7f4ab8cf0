/** What both clients of UEFI firmware read in offers. */
import { fromCString, fromLatin1 } from '../../base/bytes.ts';
import { collectOption } from '../../protocols/dhcp/codec.ts';
import type { DhcpMessage } from '../../protocols/dhcp/codec.ts';
import { DHCP_OPTION } from '../../protocols/dhcp/options.ts';

/** Option 67, else the `file` field; empty when neither names a file. */
export function bootFileOf(message: DhcpMessage): string {
  const option = collectOption(message, DHCP_OPTION.bootFileName);
  if (option !== undefined) return fromCString(option);
  const overload = collectOption(message, DHCP_OPTION.overload)?.[0] ?? 0;
  // RFC 2131 §4.1: an overloaded file field holds options.
  return (overload & 1) === 0 ? fromCString(message.file) : '';
}

export function isOfClass(message: DhcpMessage, name: 'PXEClient' | 'HTTPClient'): boolean {
  const vendorClass = collectOption(message, DHCP_OPTION.vendorClass);
  return vendorClass !== undefined && fromLatin1(vendorClass).startsWith(name);
}
