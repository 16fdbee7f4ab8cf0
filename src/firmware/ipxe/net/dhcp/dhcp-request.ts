/** The DHCP requests of iPXE: which options, in which order, with which values. */
import { writeMac, type Ipv4Address } from '../../../../base/address.ts';
import { latin1 } from '../../../../base/bytes.ts';
import {
  BOOTREQUEST,
  chaddrOf,
  emptyDhcpMessage,
  encodeDhcp,
  FLAG_BROADCAST,
  type DhcpOption,
} from '../../../../protocols/dhcp/codec.ts';
import { DHCP_MESSAGE_TYPE, DHCP_OPTION } from '../../../../protocols/dhcp/options.ts';
import { featureOptions } from '../../build.ts';
import type { Ipxe } from '../../ipxe.ts';
import { predefined } from '../../settings/predefined.ts';
import { parseUuid, swapGuid, uint16Bytes, uint32Bytes } from '../../settings/types.ts';
import { busId, type NetDevice } from '../link/netdev.ts';

/** A maximum DHCP message: an Ethernet packet less the headers of IP and UDP. */
const MAX_MESSAGE_BYTES = 1472;
/** Option 93 (RFC 4578 §2.1): BIOS. */
const ARCH_BIOS = 0;
/** Option 94 (RFC 4578 §2.2): UNDI 2.1. */
const UNDI = [1, 2, 1];
const VENDOR_CLASS = 'PXEClient:Arch:00000:UNDI:002001';
const PARAMETERS = [
  1, 3, 6, 7, 12, 15, 17, 26, 42, 43, 60, 66, 67, 119, 121, 128, 129, 130, 131, 132, 133, 134, 135, 175, 203,
];
const ENCAP_BUS_ID = 177;
const ENCAP_VERSION = 235;
/** Major, minor, revision of the version; `2.0.0+` is 2, 0, 0. */
const VERSION = /^(\d+)\.(\d+)\.(\d+)/;

export interface DhcpRequest {
  readonly type: 'discover' | 'request';
  readonly xid: number;
  readonly secs: number;
  readonly serverId?: Ipv4Address;
  readonly requestedAddress?: Ipv4Address;
  /** The own address, where a lease is already part of the talk: ProxyDHCP and boot servers. */
  readonly ciaddr?: Ipv4Address;
  /** Option 43 of a boot server request. */
  readonly vendorOptions?: Uint8Array;
}

/** A setting of the device, or of the whole machine. */
function classSetting(ipxe: Ipxe, device: NetDevice, name: string): Uint8Array | undefined {
  const setting = predefined(name);
  const own = ipxe.settings.fetch({ block: device.settings, setting });
  if (own.ok) return own.value.raw;
  const any = ipxe.settings.fetch({ block: ipxe.settings.root, setting });
  return any.ok ? any.value.raw : undefined;
}

function encapsulated(ipxe: Ipxe, device: NetDevice): Uint8Array {
  const bus = busId(device);
  const version = VERSION.exec(ipxe.build.version)?.slice(1).map(Number) ?? [0, 0, 0];
  return Uint8Array.from([
    ENCAP_BUS_ID,
    bus.length,
    ...bus,
    ENCAP_VERSION,
    3,
    ...version,
    ...featureOptions(ipxe.build),
  ]);
}

export function encodeRequest(ipxe: Ipxe, device: NetDevice, request: DhcpRequest): Uint8Array {
  const own = ipxe.ip.host.interface(device.name)?.address ?? 0;
  const options: DhcpOption[] = [];
  const add = (code: number, data: Uint8Array): void => {
    options.push({ code, data, area: 'options' });
  };
  const type = request.type === 'discover' ? DHCP_MESSAGE_TYPE.discover : DHCP_MESSAGE_TYPE.request;
  add(DHCP_OPTION.messageType, Uint8Array.of(type));
  add(57, uint16Bytes(MAX_MESSAGE_BYTES));
  add(93, uint16Bytes(ARCH_BIOS));
  add(94, Uint8Array.from(UNDI));
  add(60, classSetting(ipxe, device, 'vendor-class') ?? latin1(VENDOR_CLASS));
  const { userClass } = ipxe.build;
  const user = classSetting(ipxe, device, 'user-class') ?? (userClass === undefined ? undefined : latin1(userClass));
  if (user !== undefined) add(77, user);
  add(55, Uint8Array.from(PARAMETERS));
  add(175, encapsulated(ipxe, device));
  const clientId = new Uint8Array(7);
  clientId[0] = 1;
  writeMac(clientId, 1, device.mac);
  add(61, clientId);
  const uuid = parseUuid(ipxe.platform.identity.uuid);
  if (uuid !== undefined) add(97, Uint8Array.from([0, ...swapGuid(uuid)]));
  if (request.vendorOptions !== undefined) add(43, request.vendorOptions);
  if (request.serverId !== undefined && request.serverId !== 0) add(54, uint32Bytes(request.serverId));
  if (request.requestedAddress !== undefined) add(50, uint32Bytes(request.requestedAddress));
  return encodeDhcp({
    ...emptyDhcpMessage(BOOTREQUEST),
    xid: request.xid,
    secs: request.secs,
    // A host that has an address may not hear unicast to another one.
    flags: own === 0 ? 0 : FLAG_BROADCAST,
    ciaddr: request.ciaddr ?? 0,
    chaddr: chaddrOf(device.mac),
    options,
  });
}
