/** What the Ask panel sends for a UEFI machine is what the machine sends: option by option. */
import { describe, expect, it } from 'vitest';
import { itemAt } from '../../src/base/lists/list.ts';
import { makeRequest, type AskKind } from '../../src/services/dnsmasq/ask/client.ts';
import { clientOptions, MAX_MESSAGE } from '../../src/firmware/efi/dhcp-options.ts';
import { EFI_ARCHITECTURES } from '../../src/firmware/efi/architectures.ts';
import { decodeDhcp } from '../../src/protocols/dhcp/codec.ts';
import { testServer } from '../../src/services/dnsmasq/testing.ts';

const { ia32, x64, arm64, riscv64 } = EFI_ARCHITECTURES;
const KINDS: readonly (readonly [AskKind, 'PXEClient' | 'HTTPClient', number])[] = [
  ['uefi-ia32', 'PXEClient', ia32.pxe],
  ['uefi-x64', 'PXEClient', x64.pxe],
  ['uefi-bc', 'PXEClient', 9],
  ['uefi-arm64', 'PXEClient', arm64.pxe],
  ['uefi-riscv64', 'PXEClient', riscv64.pxe],
  ['uefi-http', 'HTTPClient', x64.http],
  ['uefi-http-arm64', 'HTTPClient', arm64.http],
];

describe('a question in the place of a UEFI machine', () => {
  const face = itemAt(testServer('dhcp-range=10.0.0.100,10.0.0.150\n').server.interfaces, 0);

  it.each(KINDS)('%s', (kind, client, arch) => {
    const request = makeRequest({ kind, mac: '52:54:00:ba:00:01', message: 'discover' }, face, 0);
    const asked = decodeDhcp(request?.data ?? new Uint8Array(0));
    if (!asked.ok) throw new Error(asked.error.code);
    // The UUID is made from the MAC address, by each in its own way.
    const hex = ({ code, data }: { readonly code: number; readonly data: Uint8Array }): string =>
      `${code}=${code === 97 ? data.length : Buffer.from(data).toString('hex')}`;
    const identity = { uuid: '4e455442-4f4f-1000-8000-525400ba0001' };
    const sent = clientOptions({ client, arch }, identity, MAX_MESSAGE);
    expect(asked.value.options.map(hex).slice(1)).toEqual(sent.map(hex));
  });
});
