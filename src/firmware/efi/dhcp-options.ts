/** The options that UEFI firmware (EDK2) sends, in its order (UEFI §24.3, §24.7; RFC 4578). */
import { guidBytes } from '../../base/data/guid.ts';
import { latin1, writeU16 } from '../../base/bytes.ts';
import { DHCP_OPTION } from '../../protocols/dhcp/options.ts';
import type { OptionValue } from '../clients/dhcp-client.ts';
import type { MachineIdentity } from '../platform.ts';

/** `PXEClient` asks for all that PXE 2.1 names, `HTTPClient` for less. */
const PXE_PARAMETERS = [
  1, 2, 3, 4, 5, 6, 12, 13, 15, 17, 18, 22, 23, 28, 40, 41, 42, 43, 50, 51, 54, 58, 59, 60, 66, 67, 97, 128, 129, 130,
  131, 132, 133, 134, 135,
];
/** EDK2 leaves the last but two as it was in memory: 66 was meant, and is not asked for. */
const HTTP_PARAMETERS = [
  1, 2, 3, 4, 5, 6, 12, 13, 15, 17, 18, 22, 23, 28, 40, 41, 42, 43, 50, 51, 54, 58, 59, 60, 0, 67, 97,
];

/** The largest message that is taken (option 57): 1472 bytes, an Ethernet frame's room for UDP. */
export const MAX_MESSAGE = 1472;
/** What the DHCP driver puts into the PXE client's DHCPREQUEST instead. */
export const REQUEST_MAX_MESSAGE = 0xff00;

export interface ClientKind {
  readonly client: 'PXEClient' | 'HTTPClient';
  /** Option 93. */
  readonly arch: number;
}

export function clientOptions(
  { client, arch }: ClientKind,
  { uuid }: Pick<MachineIdentity, 'uuid'>,
  maxMessage: number,
): readonly OptionValue[] {
  const parameters = client === 'PXEClient' ? PXE_PARAMETERS : HTTP_PARAMETERS;
  const id = guidBytes(uuid);
  const text = `${client}:Arch:${String(arch).padStart(5, '0')}:UNDI:003000`;
  return [
    { code: DHCP_OPTION.maxMessageSize, data: u16(maxMessage) },
    { code: DHCP_OPTION.parameterRequestList, data: Uint8Array.from(parameters) },
    { code: DHCP_OPTION.clientUuid, data: Uint8Array.of(0, ...id) },
    // UNDI 3.0.
    { code: DHCP_OPTION.clientNdi, data: Uint8Array.of(1, 3, 0) },
    { code: DHCP_OPTION.clientArch, data: u16(arch) },
    { code: DHCP_OPTION.vendorClass, data: latin1(text) },
  ];
}

function u16(value: number): Uint8Array {
  const bytes = new Uint8Array(2);
  writeU16(bytes, 0, value);
  return bytes;
}
