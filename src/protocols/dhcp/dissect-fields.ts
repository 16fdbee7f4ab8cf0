/** The fields of a DHCP message as Wireshark names them. Those of plain options come from the option table. */
import { expertField, field, type FieldDef, type FieldType } from '../core/field.ts';
import { PXE } from '../pxe/dissect-fields.ts';
import { HARDWARE_TYPE_NAMES } from './hardware.ts';
import {
  CLIENT_ARCH_NAMES,
  DHCP_MESSAGE_TYPE_NAMES,
  DHCP_OPTIONS,
  dhcpOptionName,
  RELAY_AGENT_SUBOPTION_NAMES,
} from './options.ts';
import type { DhcpOptionInfo, DhcpOptionType } from './options.ts';

const ENABLED: readonly [string, string] = ['Enabled', 'Disabled'];
const YES: readonly [string, string] = ['Yes', 'No'];

const nameIn =
  (names: ReadonlyMap<number, string>) =>
  (value: number): string | undefined =>
    names.get(value);

export const DHCP = {
  bootp: field('dhcp.bootp', 'Frame is BOOTP', 'bool'),
  type: field('dhcp.type', 'Message type', 'uint8', { values: { 1: 'Boot Request', 2: 'Boot Reply' } }),
  hwType: field('dhcp.hw.type', 'Hardware type', 'uint8', { base: 'hex', values: nameIn(HARDWARE_TYPE_NAMES) }),
  hwLen: field('dhcp.hw.len', 'Hardware address length', 'uint8'),
  hops: field('dhcp.hops', 'Hops', 'uint8'),
  id: field('dhcp.id', 'Transaction ID', 'uint32', { base: 'hex' }),
  secs: field('dhcp.secs', 'Seconds elapsed', 'uint16'),
  flags: field('dhcp.flags', 'Bootp flags', 'uint16', { base: 'hex' }),
  flagsBroadcast: field('dhcp.flags.bc', 'Broadcast flag', 'bool', {
    mask: 0x8000,
    bits: 16,
    trueFalse: ['Broadcast', 'Unicast'],
  }),
  flagsReserved: field('dhcp.flags.reserved', 'Reserved flags', 'uint16', { mask: 0x7fff, base: 'hex' }),
  ciaddr: field('dhcp.ip.client', 'Client IP address', 'ipv4'),
  yiaddr: field('dhcp.ip.your', 'Your (client) IP address', 'ipv4'),
  siaddr: field('dhcp.ip.server', 'Next server IP address', 'ipv4'),
  giaddr: field('dhcp.ip.relay', 'Relay agent IP address', 'ipv4'),
  hwAddr: field('dhcp.hw.addr', 'Client hardware address', 'bytes'),
  macAddr: field('dhcp.hw.mac_addr', 'Client MAC address', 'ether'),
  hwPadding: field('dhcp.hw.addr_padding', 'Client hardware address padding', 'bytes'),
  server: field('dhcp.server', 'Server host name', 'string'),
  file: field('dhcp.file', 'Boot file name', 'string'),
  cookie: field('dhcp.cookie', 'Magic cookie', 'ipv4'),
  vendorArea: field('dhcp.vendor_specific_options', 'Bootp vendor specific options', 'bytes'),

  option: field('dhcp.option.type', 'Option', 'uint8'),
  optionLength: field('dhcp.option.length', 'Length', 'uint8'),
  optionValue: field('dhcp.option.value', 'Value', 'bytes'),
  optionEnd: field('dhcp.option.end', 'Option End', 'uint8'),
  padding: field('dhcp.option.padding', 'Padding', 'bytes'),
  subLength: field('dhcp.option.suboption_length', 'Length', 'uint8'),

  messageType: field('dhcp.option.dhcp', 'DHCP', 'uint8', { values: nameIn(DHCP_MESSAGE_TYPE_NAMES) }),
  requestItem: field('dhcp.option.request_list_item', 'Parameter Request List Item', 'uint8'),
  overload: field('dhcp.option.option_overload', 'Option Overload', 'uint8', {
    values: {
      1: 'Boot file name holds options',
      2: 'Server host name holds options',
      3: 'Boot file and server host names hold options',
    },
  }),
  policyIp: field('dhcp.option.policy_filter.ip', 'IP Address', 'ipv4'),
  policyMask: field('dhcp.option.policy_filter.subnet_mask', 'Subnet Mask', 'ipv4'),
  routeIp: field('dhcp.option.static_route.ip', 'Destination IP Address', 'ipv4'),
  routeRouter: field('dhcp.option.static_route.router', 'Destination Router', 'ipv4'),
  classlessRoute: field('dhcp.option.classless_static_route', 'Subnet/MaskWidth-Router', 'bytes'),
  searchPiece: field(
    'dhcp.option.dhcp_dns_domain_search_list_rfc_3396_detected',
    'Encoding Long Options detected (RFC 3396)',
    'stringz',
  ),
  searchLater: field(
    'dhcp.option.dhcp_dns_domain_search_list_refer_last_option',
    'For the data, please refer to last option 119',
    'stringz',
  ),
  searchName: field('dhcp.option.dhcp_dns_domain_search_list_fqdn', 'FQDN', 'stringz'),
  ndiMajor: field('dhcp.client_network_id_major', 'Major Version', 'uint8'),
  ndiMinor: field('dhcp.client_network_id_minor', 'Minor Version', 'uint8'),

  clientIdUuid: field('dhcp.client_id.uuid', 'Client Identifier (UUID)', 'guid', { littleEndian: true }),
  clientIdIaid: field('dhcp.client_id.iaid', 'IAID', 'string'),
  clientIdDuidType: field('dhcp.client_id.duid_type', 'DUID Type', 'uint16', {
    values: {
      1: 'link-layer address plus time',
      2: 'assigned by vendor based on Enterprise number',
      3: 'link-layer address',
    },
  }),
  clientIdLltType: field('dhcp.client_id.duid_llt_hw_type', 'Hardware type', 'uint16', {
    values: nameIn(HARDWARE_TYPE_NAMES),
  }),
  clientIdLlType: field('dhcp.client_id.duid_ll_hw_type', 'Hardware type', 'uint16', {
    values: nameIn(HARDWARE_TYPE_NAMES),
  }),
  clientIdTime: field('dhcp.client_id.time', 'Time', 'uint32'),
  clientIdLinkAddress: field('dhcp.client_id.link_layer_address', 'Link layer address', 'string'),
  clientIdEnterprise: field('dhcp.client_id.enterprise_num', 'Enterprise-number', 'uint32'),
  clientIdRest: field('dhcp.client_id', 'Identifier', 'bytes'),
  clientIdType: field('dhcp.client_id.type', 'Type', 'uint8'),
  clientIdText: field('dhcp.client_id.undef', 'Client Identifier', 'string'),

  userClass: field('dhcp.option.user_class', 'Instance of User Class', 'uint8'),
  userClassLength: field('dhcp.option.user_class.length', 'User Class Length', 'uint8'),
  userClassData: field('dhcp.option.user_class.data', 'User Class Data', 'bytes'),
  userClassText: field('dhcp.option.user_class.text', 'User Class Data (Text)', 'string'),

  fqdnFlags: field('dhcp.fqdn.flags', 'Flags', 'uint8', { base: 'hex' }),
  fqdnReserved: field('dhcp.fqdn.mbz', 'Reserved flags', 'uint8', { mask: 0xf0, base: 'hex' }),
  fqdnN: field('dhcp.fqdn.n', 'Server DDNS', 'bool', {
    mask: 8,
    trueFalse: ['No server updates', 'Some server updates'],
  }),
  fqdnE: field('dhcp.fqdn.e', 'Encoding', 'bool', { mask: 4, trueFalse: ['Binary encoding', 'ASCII encoding'] }),
  fqdnO: field('dhcp.fqdn.o', 'Server overrides', 'bool', { mask: 2, trueFalse: ['Override', 'No override'] }),
  fqdnS: field('dhcp.fqdn.s', 'Server', 'bool', { mask: 1, trueFalse: ['Server', 'Client'] }),
  fqdnRcode1: field('dhcp.fqdn.rcode1', 'A-RR result', 'uint8'),
  fqdnRcode2: field('dhcp.fqdn.rcode2', 'PTR-RR result', 'uint8'),
  fqdnName: field('dhcp.fqdn.name', 'Client name', 'string'),

  agentOption: field('dhcp.option.agent_information_option.suboption', 'Option 82 Suboption', 'uint8', {
    values: nameIn(RELAY_AGENT_SUBOPTION_NAMES),
  }),
  agentValue: field('dhcp.option.agent_information_option.value', 'Value', 'bytes'),
  agentCircuitId: field('dhcp.option.agent_information_option.agent_circuit_id', 'Agent Circuit ID', 'bytes'),
  agentRemoteId: field('dhcp.option.agent_information_option.agent_remote_id', 'Agent Remote ID', 'bytes'),
  agentReserved: field('dhcp.option.agent_information_option.reserved', 'Reserved', 'bytes'),
  agentLinkSelection: field('dhcp.option.agent_information_option.link_selection', 'Link selection', 'ipv4'),
  agentSubscriberId: field('dhcp.option.agent_information_option.subscriber_id', 'Subscriber ID', 'stringz'),
  agentServerOverride: field('dhcp.option.agent_information_option.server_id_override', 'Server ID Override', 'ipv4'),
  agentRelayId: field('dhcp.option.agent_information_option.relay_agent_id', 'Relay Agent Identifier', 'bytes'),

  viClassEnterprise: field('dhcp.option.vi_class.enterprise', 'Enterprise', 'uint32'),
  viClassLength: field('dhcp.option.vi_class.length', 'Length', 'uint8'),
  viClassData: field('dhcp.option.vi_class.data', 'Data', 'stringz'),
  viEnterprise: field('dhcp.option.vi.enterprise', 'Enterprise', 'uint32'),
  viLength: field('dhcp.option.vi.length', 'Length', 'uint8'),
  viSuboption: field('dhcp.vendor.suboption', 'Option 125 Suboption', 'uint8'),
  viData: field('dhcp.vendor.data', 'Data', 'bytes'),

  vendorValue: field('dhcp.option.vendor.value', 'Value', 'bytes'),

  /** Ours: Wireshark shows only the bytes of option 175. */
  ipxeOption: field('dhcp.option.ipxe.suboption', 'iPXE Suboption', 'uint8'),
  ipxeLength: field('dhcp.option.ipxe.length', 'Length', 'uint8'),
  ipxeNumber: field('dhcp.option.ipxe.value.int', 'Value', 'int32'),
  ipxeUnsigned: field('dhcp.option.ipxe.value.uint', 'Value', 'uint32'),
  ipxeAddress: field('dhcp.option.ipxe.value.address', 'Value', 'ipv4'),
  ipxeString: field('dhcp.option.ipxe.value.string', 'Value', 'string'),
  ipxeBytes: field('dhcp.option.ipxe.value', 'Value', 'bytes'),
};

export const DHCP_EXPERT = {
  badLength: expertField('dhcp.bad_length', 'error', 'Protocol', 'length is wrong'),
  badSubLength: expertField('dhcp.suboption_invalid', 'error', 'Protocol', 'Invalid suboption'),
  noSubLength: expertField(
    'dhcp.missing_subopt_length',
    'error',
    'Protocol',
    'no room left in option for suboption length',
  ),
  noSubValue: expertField(
    'dhcp.missing_subopt_value',
    'error',
    'Protocol',
    'no room left in option for suboption value',
  ),
  endMissing: expertField('dhcp.end_option_missing', 'error', 'Protocol', 'End option missing'),
  fileEndMissing: expertField(
    'dhcp.option.option_overload.file_end_missing',
    'error',
    'Protocol',
    'file overload end option missing',
  ),
  snameEndMissing: expertField(
    'dhcp.option.option_overload.sname_end_missing',
    'error',
    'Protocol',
    'sname overload end option missing',
  ),
  noAddress: expertField('dhcp.client_address_not_given', 'note', 'Protocol', 'Client address not given'),
  snameOverloaded: expertField(
    'dhcp.server_name_overloaded_by_dhcp',
    'note',
    'Protocol',
    'Server name option overloaded by DHCP',
  ),
  fileOverloaded: expertField(
    'dhcp.boot_filename_overloaded_by_dhcp',
    'note',
    'Protocol',
    'Boot file name option overloaded by DHCP',
  ),
  nonStandard: expertField('dhcp.option.nonstd_data', 'note', 'Protocol', 'Non standard compliant option data'),
  secsLittleEndian: expertField(
    'dhcp.secs_le',
    'note',
    'Protocol',
    'Seconds elapsed appears to be encoded as little-endian',
  ),
  ambiguousArch: expertField(
    'dhcp.option.client_architecture.ambiguous',
    'warn',
    'Protocol',
    'Client Architecture ID 9 is often incorrectly used for EFI x64',
  ),
  malformedDuid: expertField('dhcp.malformed.duid', 'error', 'Protocol', 'DUID: malformed option'),
  maskWidth: expertField('dhcp.option.classless_static.route', 'error', 'Protocol', 'Mask width > 32'),
};

/** How an option of a plain type is read: a field, once or again and again. */
export interface PlainOption {
  readonly field: FieldDef;
  readonly bytes: 1 | 2 | 4 | 'all';
  readonly isList: boolean;
}

const PLAIN: Partial<Record<DhcpOptionType, { type: FieldType; bytes: 1 | 2 | 4 | 'all'; isList: boolean }>> = {
  ip: { type: 'ipv4', bytes: 4, isList: false },
  ips: { type: 'ipv4', bytes: 4, isList: true },
  u8: { type: 'uint8', bytes: 1, isList: false },
  u16: { type: 'uint16', bytes: 2, isList: false },
  u16s: { type: 'uint16', bytes: 2, isList: true },
  u32: { type: 'uint32', bytes: 4, isList: false },
  i32: { type: 'int32', bytes: 4, isList: false },
  bool: { type: 'bool', bytes: 1, isList: false },
  string: { type: 'stringz', bytes: 'all', isList: false },
};

const VALUE_NAMES: Readonly<Record<number, Readonly<Record<number, string>>>> = {
  46: { 1: 'B-node', 2: 'P-node', 4: 'M-node', 8: 'H-node' },
  116: { 0: 'DoNotAutoConfigure', 1: 'AutoConfigure' },
};

/** By code; the options whose data is one field or a list of one field. */
export const PLAIN_OPTIONS: ReadonlyMap<number, PlainOption> = makePlainOptions();

function makePlainOptions(): ReadonlyMap<number, PlainOption> {
  const byName = new Map<string, FieldDef>();
  const out = new Map<number, PlainOption>();
  for (const info of DHCP_OPTIONS.values()) {
    const plain = PLAIN[info.type];
    if (plain === undefined || info.field === undefined || info.code === 52) continue;
    // Two codes may share a field (114 and 160).
    const known = byName.get(info.field) ?? plainField(info, plain.type);
    byName.set(info.field, known);
    out.set(info.code, { field: known, bytes: plain.bytes, isList: plain.isList });
  }
  return out;
}

function plainField(info: DhcpOptionInfo, type: FieldType): FieldDef {
  const values = info.code === 93 ? nameIn(CLIENT_ARCH_NAMES) : VALUE_NAMES[info.code];
  // RFC 2132 says yes and no in options 27 and 30, enabling in the others.
  const trueFalse = info.code === 27 || info.code === 30 ? YES : ENABLED;
  return field(`dhcp.option.${info.field}`, info.label ?? info.name, type, {
    trueFalse,
    ...(values === undefined ? {} : { values }),
  });
}

/** `(53) DHCP Message Type`. */
export function optionTitle(code: number): string {
  return `(${code}) ${dhcpOptionName(code)}`;
}

/** All fields, for the registry. */
export function allDhcpFields(): Readonly<Record<string, FieldDef>> {
  const out: Record<string, FieldDef> = {};
  for (const group of [Object.values(DHCP), Object.values(PXE), Object.values(DHCP_EXPERT)]) {
    for (const def of group) out[def.name] = def;
  }
  for (const { field: def } of PLAIN_OPTIONS.values()) out[def.name] = def;
  return out;
}
