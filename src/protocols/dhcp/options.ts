/**
 * The table of DHCP options: code, name, the shape of the data, and Wireshark's field for it. Codec helpers,
 * configuration files and the dissection read the same rows. Sources: RFC 2132 and the RFCs after it that the
 * IANA registry "BOOTP Vendor Extensions and DHCP Options" lists.
 */

/** Shape of an option's data. Lists repeat their element to the end of the option. */
export type DhcpOptionType =
  | 'ip'
  | 'ips'
  /** Two addresses each: RFC 2132 §4.3 and §5.8. */
  | 'ip-pairs'
  | 'u8'
  | 'u8s'
  | 'u16'
  | 'u16s'
  | 'u32'
  | 'i32'
  /** One byte, 0 or 1. */
  | 'bool'
  /** No data: the option's presence is the message. */
  | 'flag'
  | 'string'
  | 'bytes'
  /** Names in DNS form, compressed within the option (RFC 3397). */
  | 'domain-list'
  /** RFC 3442. */
  | 'classless-routes'
  | 'message-type'
  /** Option codes, one a byte (RFC 2132 §9.8). */
  | 'codes'
  /** RFC 2132 §9.14. */
  | 'client-id'
  /** Sub-options of RFC 2132 §8.4, whose meaning option 60 says. */
  | 'vendor'
  /** RFC 3004, or bare text as iPXE sends it. */
  | 'user-class'
  /** RFC 3046. */
  | 'relay-agent'
  /** RFC 4702. */
  | 'fqdn'
  /** RFC 4578 §2.2: type, major, minor. */
  | 'ndi'
  /** RFC 4578 §2.3: type 0 and 16 bytes. */
  | 'client-uuid'
  /** RFC 3925 §3. */
  | 'vendor-class-vi'
  /** RFC 3925 §4. */
  | 'vendor-info-vi'
  /** Encapsulated settings of iPXE. */
  | 'ipxe';

export interface DhcpOptionInfo {
  readonly code: number;
  readonly name: string;
  readonly type: DhcpOptionType;
  /** Wireshark's field of the value, without `dhcp.option.`; absent when the bytes are all it shows. */
  readonly field?: string;
  /** Wireshark's label of that field, where it is not `name`. */
  readonly label?: string;
}

export const OPTION_PAD = 0;
export const OPTION_END = 255;

/** The codes that the lab itself asks for by name. */
export const DHCP_OPTION = {
  subnetMask: 1,
  timeOffset: 2,
  router: 3,
  domainNameServer: 6,
  logServer: 7,
  hostName: 12,
  bootFileSize: 13,
  domainName: 15,
  rootPath: 17,
  interfaceMtu: 26,
  broadcastAddress: 28,
  staticRoute: 33,
  ntpServers: 42,
  vendorSpecific: 43,
  requestedAddress: 50,
  leaseTime: 51,
  overload: 52,
  messageType: 53,
  serverIdentifier: 54,
  parameterRequestList: 55,
  message: 56,
  maxMessageSize: 57,
  renewalTime: 58,
  rebindingTime: 59,
  vendorClass: 60,
  clientIdentifier: 61,
  tftpServerName: 66,
  bootFileName: 67,
  userClass: 77,
  rapidCommit: 80,
  clientFqdn: 81,
  relayAgent: 82,
  clientArch: 93,
  clientNdi: 94,
  clientUuid: 97,
  subnetSelection: 118,
  domainSearch: 119,
  classlessRoutes: 121,
  vendorClassVi: 124,
  vendorInfoVi: 125,
  tftpServerAddress: 150,
  ipxe: 175,
  iscsiInitiatorIqn: 203,
  pxelinuxMagic: 208,
  configFile: 209,
  pathPrefix: 210,
  rebootTime: 211,
  wpad: 252,
} as const;

type Row = readonly [code: number, name: string, type: DhcpOptionType, field?: string, label?: string];

const ROWS: readonly Row[] = [
  [1, 'Subnet Mask', 'ip', 'subnet_mask'],
  [2, 'Time Offset', 'i32', 'time_offset'],
  [3, 'Router', 'ips', 'router'],
  [4, 'Time Server', 'ips', 'time_server'],
  [5, 'Name Server', 'ips', 'name_server'],
  [6, 'Domain Name Server', 'ips', 'domain_name_server'],
  [7, 'Log Server', 'ips', 'log_server'],
  [8, 'Quotes Server', 'ips', 'quotes_server'],
  [9, 'LPR Server', 'ips', 'lpr_server'],
  [10, 'Impress Server', 'ips', 'impress_server'],
  [11, 'Resource Location Server', 'ips', 'resource_location_server'],
  [12, 'Host Name', 'string', 'hostname'],
  [13, 'Boot File Size', 'u16', 'boot_file_size'],
  [14, 'Merit Dump File', 'string', 'merit_dump_file'],
  [15, 'Domain Name', 'string', 'domain_name'],
  [16, 'Swap Server', 'ip', 'swap_server'],
  [17, 'Root Path', 'string', 'root_path'],
  [18, 'Extensions Path', 'string', 'extension_path'],
  [19, 'IP Forwarding', 'bool', 'ip_forwarding'],
  [20, 'Non-Local Source Routing', 'bool', 'non_local_source_routing'],
  [21, 'Policy Filter', 'ip-pairs'],
  [22, 'Maximum Datagram Reassembly Size', 'u16', 'max_datagram_reassembly_size'],
  [23, 'Default IP Time-to-Live', 'u8', 'default_ip_ttl'],
  [24, 'Path MTU Aging Timeout', 'u32', 'path_mtu_aging_timeout'],
  [25, 'Path MTU Plateau Table', 'u16s', 'path_mtu_plateau_table_item', 'Path MTU Plateau Table Item'],
  [26, 'Interface MTU', 'u16', 'interface_mtu'],
  [27, 'All Subnets are Local', 'bool', 'all_subnets_are_local'],
  [28, 'Broadcast Address', 'ip', 'broadcast_address'],
  [29, 'Perform Mask Discovery', 'bool', 'perform_mask_discovery'],
  [30, 'Mask Supplier', 'bool', 'mask_supplier'],
  [31, 'Perform Router Discover', 'bool', 'perform_router_discover'],
  [32, 'Router Solicitation Address', 'ip', 'router_solicitation_address'],
  [33, 'Static Route', 'ip-pairs'],
  [34, 'Trailer Encapsulation', 'bool', 'trailer_encapsulation'],
  [35, 'ARP Cache Timeout', 'u32', 'arp_cache_timeout'],
  [36, 'Ethernet Encapsulation', 'bool', 'ethernet_encapsulation'],
  [37, 'TCP Default TTL', 'u8', 'tcp_default_ttl'],
  [38, 'TCP Keepalive Interval', 'u32', 'tcp_keepalive_interval'],
  [39, 'TCP Keepalive Garbage', 'bool', 'tcp_keepalive_garbage'],
  [40, 'Network Information Service Domain', 'string', 'nis_domain'],
  [41, 'Network Information Service Servers', 'ips', 'nis_server', 'Network Information Service Server'],
  [42, 'Network Time Protocol Servers', 'ips', 'ntp_server', 'Network Time Protocol Server'],
  [43, 'Vendor-Specific Information', 'vendor'],
  [44, 'NetBIOS over TCP/IP Name Server', 'ips', 'netbios_over_tcpip_name_server'],
  [45, 'NetBIOS over TCP/IP Datagram Distribution Name Server', 'ips', 'netbios_over_tcpip_dd_name_server'],
  [46, 'NetBIOS over TCP/IP Node Type', 'u8', 'netbios_over_tcpip_node_type'],
  [47, 'NetBIOS over TCP/IP Scope', 'string', 'netbios_over_tcpip_scope'],
  [48, 'X Window System Font Server', 'ips', 'xwindows_system_font_server'],
  [49, 'X Window System Display Manager', 'ips', 'xwindows_system_display_manager'],
  [50, 'Requested IP Address', 'ip', 'requested_ip_address'],
  [51, 'IP Address Lease Time', 'u32', 'ip_address_lease_time'],
  [52, 'Option Overload', 'u8', 'option_overload'],
  [53, 'DHCP Message Type', 'message-type', 'dhcp', 'DHCP'],
  [54, 'DHCP Server Identifier', 'ip', 'dhcp_server_id'],
  [55, 'Parameter Request List', 'codes', 'request_list_item', 'Parameter Request List Item'],
  [56, 'Message', 'string', 'message'],
  [57, 'Maximum DHCP Message Size', 'u16', 'dhcp_max_message_size'],
  [58, 'Renewal Time Value', 'u32', 'renewal_time_value'],
  [59, 'Rebinding Time Value', 'u32', 'rebinding_time_value'],
  [60, 'Vendor class identifier', 'string', 'vendor_class_id'],
  [61, 'Client identifier', 'client-id'],
  [62, 'Novell/Netware IP domain', 'bytes'],
  [63, 'Novell Options', 'bytes'],
  [64, 'Network Information Service+ Domain', 'string', 'nis_plus_domain'],
  [65, 'Network Information Service+ Servers', 'ips', 'nis_plus_server', 'Network Information Service+ Server'],
  [66, 'TFTP Server Name', 'string', 'tftp_server_name'],
  [67, 'Bootfile name', 'string', 'bootfile_name'],
  [68, 'Mobile IP Home Agent', 'ips', 'mobile_ip_home_agent'],
  [69, 'SMTP Server', 'ips', 'smtp_server'],
  [70, 'POP3 Server', 'ips', 'pop3_server'],
  [71, 'NNTP Server', 'ips', 'nntp_server'],
  [72, 'Default WWW Server', 'ips', 'default_www_server'],
  [73, 'Default Finger Server', 'ips', 'default_finger_server'],
  [74, 'Default IRC Server', 'ips', 'default_irc_server'],
  [75, 'StreetTalk Server', 'ips', 'streettalk_server'],
  [76, 'StreetTalk Directory Assistance Server', 'ips', 'streettalk_da_server'],
  [77, 'User Class Information', 'user-class'],
  [78, 'Directory Agent Information', 'bytes'],
  [79, 'Service Location Agent Scope', 'bytes'],
  [80, 'Rapid commit', 'flag'],
  [81, 'Client Fully Qualified Domain Name', 'fqdn'],
  [82, 'Agent Information Option', 'relay-agent'],
  [83, 'iSNS', 'bytes'],
  [85, 'Novell Directory Services Servers', 'ips', 'novell_dss.ip', 'IP Address'],
  [86, 'Novell Directory Services Tree Name', 'string', 'novell_ds_tree_name'],
  [87, 'Novell Directory Services Context', 'string', 'novell_ds_context'],
  [88, 'BCMCS Controller Domain Name', 'bytes'],
  [89, 'BCMCS Controller IPv4 address', 'bytes'],
  [90, 'Authentication', 'bytes'],
  [91, 'Client last transaction time', 'u32', 'client_last_transaction_time'],
  [92, 'Associated IP option', 'ips', 'associated_ip_option'],
  [93, 'Client System Architecture', 'u16s', 'client_system_architecture'],
  [94, 'Client Network Device Interface', 'ndi'],
  [95, 'LDAP', 'bytes'],
  [97, 'UUID/GUID-based Client Identifier', 'client-uuid'],
  [98, "Open Group's User Authentication", 'bytes'],
  [99, 'Civic Addresses Configuration', 'bytes'],
  [100, 'PCode', 'string', 'tz_pcode', 'TZ PCode'],
  [101, 'TCode', 'string', 'tz_tcode', 'TZ TCode'],
  [108, 'IPv6-Only Preferred', 'u32'],
  [112, 'NetInfo Parent Server Address', 'ips'],
  [113, 'NetInfo Parent Server Tag', 'string', 'netinfo_parent_server_tag'],
  [114, 'DHCP Captive-Portal', 'string', 'captive_portal', 'Captive Portal'],
  [116, 'DHCP Auto-Configuration', 'u8', 'dhcp_auto_configuration'],
  [117, 'Name Service Search', 'u16s'],
  [118, 'Subnet Selection Option', 'ip', 'subnet_selection_option'],
  [119, 'Domain Search', 'domain-list'],
  [120, 'SIP Servers', 'bytes'],
  [121, 'Classless Static Route', 'classless-routes'],
  [122, 'CableLabs Client Configuration', 'bytes'],
  [123, 'Coordinate-based Location Configuration', 'bytes'],
  [124, 'V-I Vendor Class', 'vendor-class-vi'],
  [125, 'V-I Vendor-specific Information', 'vendor-info-vi'],
  [128, 'DOCSIS full security server IP', 'bytes'],
  [129, 'PXE - undefined (vendor specific)', 'bytes'],
  [130, 'PXE - undefined (vendor specific)', 'bytes'],
  [131, 'PXE - undefined (vendor specific)', 'bytes'],
  [132, 'PXE - undefined (vendor specific)', 'bytes'],
  [133, 'PXE - undefined (vendor specific)', 'bytes'],
  [134, 'PXE - undefined (vendor specific)', 'bytes'],
  [135, 'PXE - undefined (vendor specific)', 'bytes'],
  [136, 'PANA Authentication Agent', 'ips', 'pana_agent', 'PAA IPv4 Address'],
  [137, 'LoST Server Domain Name', 'string', 'lost_server_domain_name'],
  [138, 'CAPWAP Access Controllers', 'ips', 'capwap_access_controller'],
  [139, 'IPv4 Address-MoS', 'bytes'],
  [140, 'IPv4 FQDN-MoS', 'bytes'],
  [141, 'SIP UA Configuration Domains', 'bytes'],
  [142, 'IPv4 Address ANDSF', 'ips', 'andsf_server', 'ANDSF Server'],
  [143, 'Zerotouch Redirect', 'bytes'],
  [144, 'Geospatial Location', 'bytes'],
  [145, 'Forcerenew Nonce Capable', 'u8s'],
  [146, 'RDNSS Selection', 'bytes'],
  [150, 'TFTP Server Address', 'ips', 'tftp_server_address'],
  [151, 'Leasequery Status code', 'bytes'],
  [152, 'Leasequery Base Time', 'u32'],
  [153, 'Leasequery Start Time of State', 'u32'],
  [154, 'Leasequery Query Start Time', 'u32'],
  [155, 'Leasequery Query End Time', 'u32'],
  [156, 'Leasequery Dhcp State', 'u8'],
  [157, 'Leasequery Data Source', 'u8'],
  [158, 'PCP Server', 'bytes'],
  [159, 'Portparams', 'bytes'],
  [160, 'Unassigned (ex DHCP Captive-Portal)', 'string', 'captive_portal', 'Captive Portal'],
  [161, 'Manufacturer Usage Description', 'string', 'mudurl', 'MUDURL'],
  [175, 'Etherboot', 'ipxe'],
  [176, 'IP Telephone', 'bytes'],
  [177, 'Etherboot', 'bytes'],
  [208, 'PXELINUX Magic', 'bytes'],
  [209, 'PXE Configuration file', 'string', 'pxe_config_file', 'PXELINUX configuration file'],
  [210, 'PXE Path Prefix', 'string', 'pxe_path_prefix', 'PXELINUX path prefix'],
  [211, 'Reboot Time', 'u32'],
  [212, '6RD', 'bytes'],
  [213, 'V4 Access Domain', 'bytes'],
  [220, 'Subnet Allocation', 'bytes'],
  [221, 'Virtual Subnet Selection', 'bytes'],
  [242, 'Private/Avaya IP Telephone', 'bytes'],
  [249, 'Private/Classless Static Route (Microsoft)', 'classless-routes'],
  [252, 'Private/Proxy autodiscovery', 'string', 'private_proxy_autodiscovery'],
];

export const DHCP_OPTIONS: ReadonlyMap<number, DhcpOptionInfo> = new Map(
  ROWS.map(([code, name, type, field, label]) => [
    code,
    { code, name, type, ...(field === undefined ? {} : { field }), ...(label === undefined ? {} : { label }) },
  ]),
);

/** The option's name; codes without one are "Unassigned", or "Private" from 224 on (RFC 3942 §4). */
export function dhcpOptionName(code: number): string {
  if (code === OPTION_PAD) return 'Padding';
  if (code === OPTION_END) return 'End';
  return DHCP_OPTIONS.get(code)?.name ?? (code >= 224 ? 'Private' : 'Unassigned');
}

/** The shape of an option's data; `bytes` for codes that are not known. */
export function dhcpOptionType(code: number): DhcpOptionType {
  return DHCP_OPTIONS.get(code)?.type ?? 'bytes';
}

/** Values of option 53: RFC 2132 §9.6, RFC 3203, RFC 4388, RFC 6926, RFC 7724. */
export const DHCP_MESSAGE_TYPE = {
  discover: 1,
  offer: 2,
  request: 3,
  decline: 4,
  ack: 5,
  nak: 6,
  release: 7,
  inform: 8,
} as const;

export const DHCP_MESSAGE_TYPE_NAMES: ReadonlyMap<number, string> = new Map([
  [1, 'Discover'],
  [2, 'Offer'],
  [3, 'Request'],
  [4, 'Decline'],
  [5, 'ACK'],
  [6, 'NAK'],
  [7, 'Release'],
  [8, 'Inform'],
  [9, 'Force Renew'],
  [10, 'Lease query'],
  [11, 'Lease Unassigned'],
  [12, 'Lease Unknown'],
  [13, 'Lease Active'],
  [14, 'Bulk Lease Query'],
  [15, 'Lease Query Done'],
  [16, 'Active LeaseQuery'],
  [17, 'Lease Query Status'],
  [18, 'TLS'],
]);

/** Sub-options of option 82: RFC 3046 §3.1 and the IANA registry "DHCP Relay Agent Sub-Option Codes". */
export const RELAY_AGENT_SUBOPTION_NAMES: ReadonlyMap<number, string> = new Map([
  [0, 'Padding'],
  [1, 'Agent Circuit ID'],
  [2, 'Agent Remote ID'],
  [3, 'Reserved'],
  [4, 'DOCSIS Device Class'],
  [5, 'Link selection'],
  [6, 'Subscriber ID'],
  [7, 'RADIUS Attributes'],
  [8, 'Authentication'],
  [9, 'Vendor-Specific Information'],
  [10, 'Flags'],
  [11, 'Server ID Override'],
  [12, 'Relay Agent Identifier'],
  [13, 'Access Technology Type'],
  [14, 'Access Network Name'],
  [15, 'Access Point Name'],
  [16, 'Access Point BSSID'],
  [17, 'Access Network Operator ID'],
  [18, 'Access Network Operator Realm'],
  [19, 'Source Port'],
  [150, 'Link selection (Cisco proprietary)'],
  [151, 'VRF name/VPN ID'],
  [152, 'Server ID Override (Cisco proprietary)'],
]);

/** Values of option 93: RFC 4578 §2.1, RFC 5970 and the IANA registry "Processor Architecture Types". */
export const CLIENT_ARCH_NAMES: ReadonlyMap<number, string> = new Map(
  [
    'IA x86 PC',
    'NEC/PC98',
    'IA64 PC',
    'DEC Alpha',
    'ArcX86',
    'Intel Lean Client',
    'EFI IA32',
    'EFI x64',
    'EFI Xscale',
    'EFI BC',
    'ARM 32-bit UEFI',
    'ARM 64-bit UEFI',
    'PowerPC Open Firmware',
    'PowerPC ePAPR',
    'POWER OPAL v3',
    'x86 UEFI HTTP',
    'x64 UEFI HTTP',
    'EBC UEFI HTTP',
    'ARM 32-bit UEFI HTTP',
    'ARM 64-bit UEFI HTTP',
    'PC/AT HTTP',
    'ARM 32-bit uboot',
    'ARM 64-bit uboot',
    'ARM 32-bit uboot HTTP',
    'ARM 64-bit uboot HTTP',
    'RISC-V 32-bit UEFI',
    'RISC-V 32-bit UEFI HTTP',
    'RISC-V 64-bit UEFI',
    'RISC-V 64-bit UEFI HTTP',
    'RISC-V 128-bit UEFI',
    'RISC-V 128-bit UEFI HTTP',
    's390 Basic',
    's390 Extended',
  ].map((name, code) => [code, name]),
);
