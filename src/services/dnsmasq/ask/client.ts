/**
 * The requests of clients that people have: what each kind of firmware sends in a DISCOVER, in a REQUEST to
 * the boot server's port 4011 and in an INFORM. Enough to ask a server what it would answer, without a machine.
 */
import { IPV4_BROADCAST, parseMac, writeMac } from '../../../base/address.ts';
import type { Ipv4Address, MacAddress } from '../../../base/address.ts';
import { latin1, writeU16 } from '../../../base/bytes.ts';
import { decodeError, err, ok } from '../../../base/result.ts';
import type { DecodeError, Result } from '../../../base/result.ts';
import {
  BOOTREQUEST,
  chaddrOf,
  DHCP_CLIENT_PORT,
  DHCP_SERVER_PORT,
  emptyDhcpMessage,
  encodeDhcp,
  FLAG_BROADCAST,
  PXE_SERVER_PORT,
} from '../../../protocols/dhcp/codec.ts';
import type { DhcpOption } from '../../../protocols/dhcp/codec.ts';
import { DHCP_MESSAGE_TYPE, DHCP_OPTION } from '../../../protocols/dhcp/options.ts';
import { decodeEthernet } from '../../../protocols/ethernet/codec.ts';
import { ETHERTYPE } from '../../../protocols/ethernet/fields.ts';
import { decodeIpv4 } from '../../../protocols/ipv4/codec.ts';
import { IP_PROTOCOL } from '../../../protocols/ipv4/fields.ts';
import { decodeUdp } from '../../../protocols/udp/codec.ts';
import { removeVlanTag, vlanTagOf } from '../../../protocols/vlan/codec.ts';
import type { Arrival, ServerInterface } from '../datagram.ts';

export const ASK_KINDS = [
  'bios',
  'uefi-x64',
  'uefi-bc',
  'uefi-ia32',
  'uefi-arm64',
  'uefi-riscv64',
  'uefi-http',
  'uefi-http-arm64',
  'ipxe',
  'ipxe-uefi',
  'raspberry-pi',
  'plain',
] as const;
export type AskKind = (typeof ASK_KINDS)[number];

export const ASK_MESSAGES = ['discover', 'boot-server', 'inform'] as const;
/** `boot-server` is the DHCPREQUEST to port 4011 (PXE 2.1 §2.2.3). */
export type AskMessage = (typeof ASK_MESSAGES)[number];

/** Who asks. Plain data. */
export interface MadeClient {
  readonly kind: AskKind;
  readonly mac: string;
  readonly message: AskMessage;
  /** Where the request comes in; the server's first interface by default. */
  readonly interfaceName?: string;
  /** The address that the client has, for messages of clients that have one. */
  readonly address?: string;
  /** Type of the boot item chosen in a PXE menu, sent in option 43.71 to port 4011. */
  readonly bootItem?: number;
}

interface Profile {
  /** Option 60. */
  readonly vendorClass?: string;
  /** Option 93 (RFC 4578 §2.1). */
  readonly arch?: number;
  /** Option 94 (RFC 4578 §2.2). */
  readonly undi?: readonly [number, number, number];
  readonly userClass?: string;
  /** Option 175: what the build can do. */
  readonly ipxe?: readonly number[];
  readonly parameters: readonly number[];
  readonly broadcast: boolean;
}

/** PXE 2.1 table 2-3 wants these; 128 to 135 are those that old boot servers used. */
const PXE_PARAMETERS = [
  1, 2, 3, 5, 6, 11, 12, 13, 15, 16, 17, 18, 43, 54, 60, 66, 67, 128, 129, 130, 131, 132, 133, 134, 135,
];
const UEFI_PARAMETERS = [
  1, 2, 3, 4, 5, 6, 12, 13, 15, 17, 18, 22, 23, 28, 40, 41, 42, 43, 50, 51, 54, 58, 59, 60, 66, 67, 97, 128, 129, 130,
  131, 132, 133, 134, 135,
];
/** EDK2 leaves the byte where 66 should be as it was in memory. */
const HTTP_PARAMETERS = UEFI_PARAMETERS.filter((code) => code < 128).map((code) => (code === 66 ? 0 : code));
const IPXE_PARAMETERS = [
  1, 3, 6, 7, 12, 15, 17, 26, 42, 43, 60, 66, 67, 119, 121, 128, 129, 130, 131, 132, 133, 134, 135, 175, 203,
];
const PI_PARAMETERS = [1, 3, 43, 60, 66, 67, 128, 129, 130, 131, 132, 133, 134, 135];
/** Version 1.21.1, then the features PXEXT, HTTP, TFTP, DNS, bzImage, MBOOT, PXE, ELF, menu. */
const IPXE_SETTINGS = [235, 3, 1, 21, 1, ...[16, 19, 21, 23, 24, 25, 33, 34, 39].flatMap((code) => [code, 1, 1])];

/** As EDK2 asks, whatever the processor. */
function uefi(client: 'PXEClient' | 'HTTPClient', arch: number): Profile {
  return {
    vendorClass: `${client}:Arch:${String(arch).padStart(5, '0')}:UNDI:003000`,
    arch,
    undi: [1, 3, 0],
    parameters: client === 'PXEClient' ? UEFI_PARAMETERS : HTTP_PARAMETERS,
    broadcast: true,
  };
}

const PROFILES: Readonly<Record<AskKind, Profile>> = {
  bios: {
    vendorClass: 'PXEClient:Arch:00000:UNDI:002001',
    arch: 0,
    undi: [1, 2, 1],
    parameters: PXE_PARAMETERS,
    broadcast: true,
  },
  'uefi-x64': uefi('PXEClient', 7),
  'uefi-bc': uefi('PXEClient', 9),
  'uefi-ia32': uefi('PXEClient', 6),
  'uefi-arm64': uefi('PXEClient', 11),
  'uefi-riscv64': uefi('PXEClient', 27),
  // UEFI 2.10 §24.7.2: HTTP boot tells itself by class and architecture.
  'uefi-http': uefi('HTTPClient', 16),
  'uefi-http-arm64': uefi('HTTPClient', 19),
  ipxe: {
    vendorClass: 'PXEClient:Arch:00000:UNDI:002001',
    arch: 0,
    undi: [1, 2, 1],
    userClass: 'iPXE',
    ipxe: IPXE_SETTINGS,
    parameters: IPXE_PARAMETERS,
    broadcast: false,
  },
  'ipxe-uefi': {
    vendorClass: 'PXEClient:Arch:00007:UNDI:003010',
    arch: 7,
    undi: [1, 3, 10],
    userClass: 'iPXE',
    ipxe: [...IPXE_SETTINGS, 36, 1, 1],
    parameters: IPXE_PARAMETERS,
    broadcast: false,
  },
  'raspberry-pi': {
    vendorClass: 'PXEClient:Arch:00000:UNDI:002001',
    arch: 0,
    undi: [1, 2, 1],
    parameters: PI_PARAMETERS,
    broadcast: false,
  },
  /** An installed system: no word of PXE. */
  plain: { parameters: [1, 3, 6, 12, 15, 28, 42, 51, 54, 58, 59, 119, 121], broadcast: false },
};

/** RFC 4578 §2.3. The same client has the same UUID: it is made from its MAC address. */
function uuidOption(mac: MacAddress): Uint8Array {
  const out = new Uint8Array(17);
  out.set([0, 0x4c, 0x61, 0x62, 0x00, 0x00, 0x00, 0x10, 0x00, 0x80, 0x00]);
  writeMac(out, 11, mac);
  return out;
}

function optionsOf(kind: AskKind, mac: MacAddress, type: number, bootItem: number | undefined): readonly DhcpOption[] {
  const profile = PROFILES[kind];
  const options: DhcpOption[] = [];
  const add = (code: number, data: ArrayLike<number>): void => {
    options.push({ code, data: Uint8Array.from(data), area: 'options' });
  };
  add(DHCP_OPTION.messageType, [type]);
  add(DHCP_OPTION.maxMessageSize, [0x05, 0xc0]);
  add(DHCP_OPTION.parameterRequestList, profile.parameters);
  if (profile.arch !== undefined) {
    add(DHCP_OPTION.clientUuid, uuidOption(mac));
    add(DHCP_OPTION.clientNdi, profile.undi ?? []);
    add(DHCP_OPTION.clientArch, [profile.arch >>> 8, profile.arch & 255]);
  }
  if (profile.vendorClass !== undefined) add(DHCP_OPTION.vendorClass, latin1(profile.vendorClass));
  if (profile.userClass !== undefined) add(DHCP_OPTION.userClass, latin1(profile.userClass));
  if (profile.ipxe !== undefined) add(DHCP_OPTION.ipxe, profile.ipxe);
  if (bootItem !== undefined) {
    // PXE 2.1 table 2-1, tag 71: type and layer.
    const item = Uint8Array.of(71, 4, 0, 0, 0, 0, 255);
    writeU16(item, 2, bootItem);
    add(DHCP_OPTION.vendorSpecific, item);
  }
  return options;
}

/** What a client's first request of this kind carries; undefined when the MAC address is none. */
export function makeRequest(client: MadeClient, face: ServerInterface, ownAddress: Ipv4Address): Arrival | undefined {
  const mac = parseMac(client.mac);
  if (mac === undefined) return undefined;
  const hasAddress = client.message !== 'discover';
  const types = {
    discover: DHCP_MESSAGE_TYPE.discover,
    'boot-server': DHCP_MESSAGE_TYPE.request,
    inform: DHCP_MESSAGE_TYPE.inform,
  };
  const { broadcast } = PROFILES[client.kind];
  const data = encodeDhcp(
    {
      ...emptyDhcpMessage(BOOTREQUEST),
      xid: 0x6c_61_62_01,
      secs: 4,
      flags: broadcast && !hasAddress ? FLAG_BROADCAST : 0,
      ciaddr: hasAddress ? ownAddress : 0,
      chaddr: chaddrOf(mac),
      options: optionsOf(client.kind, mac, types[client.message], client.bootItem),
    },
    // PXE clients send the whole minimum of RFC 2131 §2, less the headers.
    { minimumLength: 548 },
  );
  const isBootServer = client.message === 'boot-server';
  return {
    data,
    source: hasAddress ? ownAddress : 0,
    sourcePort: DHCP_CLIENT_PORT,
    destination: isBootServer ? face.address : IPV4_BROADCAST,
    destinationPort: isBootServer ? PXE_SERVER_PORT : DHCP_SERVER_PORT,
    interfaceName: face.name,
  };
}

export interface FrameRequest {
  readonly arrival: Omit<Arrival, 'interfaceName'>;
  /** Of its 802.1Q tag. */
  readonly vlan: number | undefined;
}

/** The DHCP request in a captured frame. */
export function requestOfFrame(frame: Uint8Array): Result<FrameRequest, DecodeError> {
  const tag = vlanTagOf(frame);
  const ethernet = decodeEthernet(tag === undefined ? frame : removeVlanTag(frame));
  if (!ethernet.ok) return ethernet;
  const { value } = ethernet;
  const noDhcp = (): Result<never, DecodeError> => decodeError('malformed', 0, 'RFC 2131 §4.1');
  if (value.kind !== 'ethernet-ii' || value.etherType !== ETHERTYPE.ipv4) return noDhcp();
  const packet = decodeIpv4(value.payload);
  if (!packet.ok) return err(packet.error);
  const { source, destination, protocol, payload } = packet.value;
  if (protocol !== IP_PROTOCOL.udp) return noDhcp();
  const datagram = decodeUdp(payload, source, destination);
  if (!datagram.ok) return err(datagram.error);
  const { sourcePort, destinationPort } = datagram.value;
  if (destinationPort !== DHCP_SERVER_PORT && destinationPort !== PXE_SERVER_PORT) return noDhcp();
  const arrival = { data: datagram.value.payload, source, sourcePort, destination, destinationPort };
  return ok({ arrival, vlan: tag?.id });
}
