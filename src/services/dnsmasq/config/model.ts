/**
 * What a dnsmasq.conf says, item by item. Each item keeps the line that it came from, so that an answer can
 * name its causes. Lists stand in the order of the file; who reads them decides which end wins.
 */
import type { Ipv4Address } from '../../../base/address.ts';
import type { ConfigLine } from '../../../base/event-log.ts';
import type { Message } from '../../../base/sentence.ts';

/** Tags that must all be set; `!x` asks for the absence of x. */
export type TagFilter = readonly string[];

export interface HasOrigin {
  readonly origin: ConfigLine;
}

/** 0xffffffff: infinite. */
export const INFINITE_LEASE = 0xffff_ffff;
export const DEFAULT_LEASE_S = 3600;

export interface DhcpRange extends HasOrigin {
  readonly start: Ipv4Address;
  readonly end: Ipv4Address;
  /** Given in the line. */
  readonly netmask: Ipv4Address | undefined;
  readonly broadcast: Ipv4Address | undefined;
  readonly leaseS: number;
  readonly kind: 'dynamic' | 'static' | 'proxy';
  readonly tags: TagFilter;
  readonly setTag: string | undefined;
}

/** A hardware address; a wildcard byte is undefined. A type of 0 stands for any. */
export interface HwPattern {
  readonly type: number;
  readonly bytes: readonly (number | undefined)[];
}

export interface DhcpHost extends HasOrigin {
  readonly macs: readonly HwPattern[];
  readonly clientId: Uint8Array | undefined;
  /** `id:*`: leases of this host go by hardware address alone. */
  readonly ignoreClientId: boolean;
  readonly name: string | undefined;
  readonly domain: string | undefined;
  readonly address: Ipv4Address | undefined;
  readonly leaseS: number | undefined;
  readonly setTags: readonly string[];
  readonly tags: TagFilter;
  readonly ignore: boolean;
}

/** How the value of an option was understood; decides on logging and on what a match compares. */
export type DhcpOptionForm = 'addresses' | 'hex' | 'number' | 'text' | 'routes' | 'names' | 'empty';

export const PXE_VENDORS = Symbol('vendors of PXE clients');

export interface DhcpOptionLine extends HasOrigin {
  readonly code: number;
  readonly value: Uint8Array;
  readonly form: DhcpOptionForm;
  readonly force: boolean;
  readonly tags: TagFilter;
  /** `encap:N`. */
  readonly encapsulate: number | undefined;
  /** `vendor:TEXT`; of a pxe-prompt, the vendors of PXE clients. */
  readonly vendorClass: string | typeof PXE_VENDORS | undefined;
  /** `vi-encap:N`. */
  readonly enterprise: number | undefined;
  /** Which of its bytes are wildcards (dhcp-match with `*`). */
  readonly wildcards: readonly boolean[] | undefined;
}

export interface DhcpMatch extends HasOrigin {
  readonly setTag: string;
  readonly option: DhcpOptionLine;
}

export interface DhcpBoot extends HasOrigin {
  readonly file: string | undefined;
  readonly serverName: string | undefined;
  readonly nextServer: Ipv4Address | undefined;
  readonly nextServerName: string | undefined;
  readonly tags: TagFilter;
}

export type ClassMatchKind = 'vendor' | 'user' | 'circuit' | 'remote' | 'subscriber';

export interface ClassMatch extends HasOrigin {
  readonly kind: ClassMatchKind;
  readonly setTag: string;
  readonly data: Uint8Array;
  readonly enterprise: number | undefined;
}

export interface MacMatch extends HasOrigin {
  readonly setTag: string;
  readonly mac: HwPattern;
}

export interface NameMatch extends HasOrigin {
  readonly setTag: string;
  /** Without the star. */
  readonly name: string;
  readonly wildcard: boolean;
}

export interface TagIf extends HasOrigin {
  readonly set: readonly string[];
  readonly tags: TagFilter;
}

/** A line whose effect hangs on tags alone: dhcp-ignore, dhcp-broadcast and their like. */
export interface TagLine extends HasOrigin {
  readonly tags: TagFilter;
}

export interface ReplyDelay extends HasOrigin {
  readonly delayS: number;
  readonly tags: TagFilter;
}

export interface PxeService extends HasOrigin {
  readonly arch: number;
  readonly menu: string;
  /** Boot server type of the PXE specification; 0x8000 and up for services with a file. */
  readonly type: number;
  readonly baseName: string | undefined;
  readonly server: Ipv4Address | undefined;
  readonly serverName: string | undefined;
  readonly tags: TagFilter;
}

export interface PxePrompt extends HasOrigin {
  readonly text: string;
  /** Seconds, one byte; 255 waits without limit. */
  readonly timeoutS: number;
  readonly tags: TagFilter;
}

export interface DhcpRelay extends HasOrigin {
  readonly local: Ipv4Address;
  readonly server: Ipv4Address;
  readonly port: number;
  readonly interfaceName: string | undefined;
}

export interface SharedNetwork extends HasOrigin {
  readonly interfaceName: string | undefined;
  readonly matchAddress: Ipv4Address | undefined;
  readonly sharedAddress: Ipv4Address;
}

/** `domain=`: with a range of addresses (or an interface), only for those. */
export interface DomainLine extends HasOrigin {
  readonly domain: string;
  readonly start: Ipv4Address | undefined;
  readonly end: Ipv4Address | undefined;
  readonly interfaceName: string | undefined;
}

export interface TftpRoot extends HasOrigin {
  readonly path: string;
  readonly interfaceName: string | undefined;
}

/** 16 bytes. */
export type Ipv6Bytes = Uint8Array;

export type ServerTarget =
  | { readonly kind: 'address'; readonly address: Ipv4Address; readonly port: number }
  /** An IPv6 server: accepted, never reached. */
  | { readonly kind: 'unreachable'; readonly text: string }
  /** `server=/x/`: answered from what is known here, never forwarded. */
  | { readonly kind: 'local' }
  /** `server=/x/#`: the standard servers. */
  | { readonly kind: 'standard' };

/** server=, local= and address= for a domain; `domain` is '' for all names. */
export interface DomainServer extends HasOrigin {
  readonly domain: string;
  /** `*.x`: names below x only. */
  readonly wildcard: boolean;
  /** `server=//…`: names without dots only. */
  readonly isDotless?: true;
  readonly target: ServerTarget;
}

export interface DomainAddress extends HasOrigin {
  readonly domain: string;
  readonly wildcard: boolean;
  readonly isDotless?: true;
  readonly address: Ipv4Address | undefined;
  readonly address6: Ipv6Bytes | undefined;
  /** `address=/x/#`: the null address of either kind. */
  readonly isNull: boolean;
  /** `address=/x/`: no such name. */
  readonly isNxdomain: boolean;
}

export interface HostRecord extends HasOrigin {
  readonly names: readonly string[];
  readonly address: Ipv4Address | undefined;
  readonly address6: Ipv6Bytes | undefined;
  readonly ttlS: number | undefined;
}

export interface CnameRecord extends HasOrigin {
  readonly alias: string;
  readonly target: string;
  readonly ttlS: number | undefined;
}

export interface TextRecord extends HasOrigin {
  readonly name: string;
  readonly strings: readonly Uint8Array[];
}

export interface RawRecord extends HasOrigin {
  readonly name: string;
  readonly type: number;
  readonly data: Uint8Array;
}

export interface PtrRecord extends HasOrigin {
  readonly name: string;
  readonly target: string;
}

export interface MxRecord extends HasOrigin {
  readonly name: string;
  readonly target: string | undefined;
  readonly preference: number;
}

export interface SrvRecord extends HasOrigin {
  readonly name: string;
  readonly target: string;
  readonly port: number;
  readonly priority: number;
  readonly weight: number;
}

export interface NaptrRecord extends HasOrigin {
  readonly name: string;
  readonly order: number;
  readonly preference: number;
  readonly flags: string;
  readonly services: string;
  readonly regexp: string;
  readonly replacement: string;
}

export interface InterfaceName extends HasOrigin {
  readonly name: string;
  readonly interfaceName: string;
  readonly ipv4: boolean;
}

export interface SynthDomain extends HasOrigin {
  readonly domain: string;
  readonly prefix: string;
  /** `prefix*`: names count up instead of holding the address. */
  readonly indexed: boolean;
  readonly start: Ipv4Address;
  readonly end: Ipv4Address;
}

export interface AliasLine extends HasOrigin {
  readonly from: Ipv4Address;
  readonly to: Ipv4Address | undefined;
  readonly target: Ipv4Address;
  readonly mask: Ipv4Address;
}

export interface AddressPattern extends HasOrigin {
  readonly address: Ipv4Address;
  readonly prefix: number;
}

export interface DynamicHost extends HasOrigin {
  readonly name: string;
  readonly hostPart: Ipv4Address;
  readonly interfaceName: string;
}

/** auth-server: what the server calls itself in its zones, and where only they are answered. */
export interface AuthServer extends HasOrigin {
  readonly name: string;
  readonly addresses: readonly Ipv4Address[];
  readonly interfaceNames: readonly string[];
  /** Interfaces or addresses are named: the server is to be found there. */
  readonly hasPlace: boolean;
}

export type AuthNetwork =
  | { readonly kind: 'network'; readonly address: Ipv4Address; readonly prefix: number }
  | { readonly kind: 'interface'; readonly name: string };

export interface AuthZone extends HasOrigin {
  readonly name: string;
  readonly networks: readonly AuthNetwork[];
  readonly excluded: readonly AuthNetwork[];
  /** Only addresses of its networks are told. */
  readonly isLimited: boolean;
}

export interface AuthSoa extends HasOrigin {
  readonly serial: number;
  readonly rname: string | undefined;
  readonly refreshS: number;
  readonly retryS: number;
  readonly expireS: number;
}

/** A line that dnsmasq obeys and that has nothing to act on in the lab. */
export interface IneffectiveLine extends HasOrigin {
  readonly name: string;
  readonly reason: Message;
}

/** The whole configuration. Scalars hold the value and the line it came from. */
export interface DnsmasqConfig {
  readonly ranges: DhcpRange[];
  readonly hosts: DhcpHost[];
  readonly options: DhcpOptionLine[];
  readonly matches: DhcpMatch[];
  readonly boots: DhcpBoot[];
  readonly classMatches: ClassMatch[];
  readonly macMatches: MacMatch[];
  readonly nameMatches: NameMatch[];
  readonly tagIfs: TagIf[];
  readonly ignore: TagLine[];
  readonly ignoreNames: TagLine[];
  readonly generateNames: TagLine[];
  readonly broadcast: TagLine[];
  readonly bootpDynamic: TagLine[];
  readonly replyDelays: ReplyDelay[];
  readonly pxeServices: PxeService[];
  readonly pxePrompts: PxePrompt[];
  readonly pxeVendors: string[];
  readonly relays: DhcpRelay[];
  readonly sharedNetworks: SharedNetwork[];
  readonly dhcpProxies: Ipv4Address[];
  readonly bridges: { readonly interfaceName: string; readonly aliases: readonly string[] }[];
  readonly domains: DomainLine[];
  readonly interfaces: string[];
  readonly exceptInterfaces: string[];
  readonly noDhcpInterfaces: string[];
  readonly listenAddresses: Ipv4Address[];
  readonly tftpRoots: TftpRoot[];
  readonly tftpInterfaces: string[];
  readonly servers: DomainServer[];
  readonly addresses: DomainAddress[];
  readonly hostRecords: HostRecord[];
  readonly cnames: CnameRecord[];
  readonly texts: TextRecord[];
  readonly rawRecords: RawRecord[];
  readonly ptrs: PtrRecord[];
  readonly mxs: MxRecord[];
  readonly srvs: SrvRecord[];
  readonly naptrs: NaptrRecord[];
  readonly interfaceNames: InterfaceName[];
  readonly synthDomains: SynthDomain[];
  readonly aliases: AliasLine[];
  readonly bogusNxdomains: AddressPattern[];
  readonly ignoredAddresses: AddressPattern[];
  readonly dynamicHosts: DynamicHost[];
  readonly addnHosts: string[];
  readonly hostsDirs: string[];
  readonly dhcpHostsFiles: string[];
  readonly dhcpHostsDirs: string[];
  readonly dhcpOptsFiles: string[];
  readonly dhcpOptsDirs: string[];
  readonly rebindDomainsOk: string[];
  readonly filteredTypes: number[];
  readonly cachedTypes: number[];
  readonly authZones: AuthZone[];
  readonly authSecondaries: string[];
  readonly authPeers: Ipv4Address[];
  authServer: AuthServer | undefined;
  authSoa: AuthSoa | undefined;
  readonly ineffective: IneffectiveLine[];
  /** Flags that are on, and their lines: `no-ping`, `dhcp-authoritative` ... */
  readonly flags: Map<string, ConfigLine>;
  /** Numbers: `port`, `tftp-max`, `dhcp-ttl` ... */
  readonly numbers: Map<string, { readonly value: number; readonly origin: ConfigLine }>;
  /** Texts: `tftp-unique-root`, `mx-target`, `resolv-file` ... */
  readonly settings: Map<string, { readonly value: string; readonly origin: ConfigLine }>;
  tftpPortRange: readonly [number, number] | undefined;
  dhcpPorts: { readonly server: number; readonly client: number };
  /** Every line read, with the file it stands in. */
  readonly lines: ConfigLine[];
}

export function emptyConfig(): DnsmasqConfig {
  return {
    ranges: [],
    hosts: [],
    options: [],
    matches: [],
    boots: [],
    classMatches: [],
    macMatches: [],
    nameMatches: [],
    tagIfs: [],
    ignore: [],
    ignoreNames: [],
    generateNames: [],
    broadcast: [],
    bootpDynamic: [],
    replyDelays: [],
    pxeServices: [],
    pxePrompts: [],
    pxeVendors: [],
    relays: [],
    sharedNetworks: [],
    dhcpProxies: [],
    bridges: [],
    domains: [],
    interfaces: [],
    exceptInterfaces: [],
    noDhcpInterfaces: [],
    listenAddresses: [],
    tftpRoots: [],
    tftpInterfaces: [],
    servers: [],
    addresses: [],
    hostRecords: [],
    cnames: [],
    texts: [],
    rawRecords: [],
    ptrs: [],
    mxs: [],
    srvs: [],
    naptrs: [],
    interfaceNames: [],
    synthDomains: [],
    aliases: [],
    bogusNxdomains: [],
    ignoredAddresses: [],
    dynamicHosts: [],
    addnHosts: [],
    hostsDirs: [],
    dhcpHostsFiles: [],
    dhcpHostsDirs: [],
    dhcpOptsFiles: [],
    dhcpOptsDirs: [],
    rebindDomainsOk: [],
    filteredTypes: [],
    cachedTypes: [],
    authZones: [],
    authSecondaries: [],
    authPeers: [],
    authServer: undefined,
    authSoa: undefined,
    ineffective: [],
    flags: new Map(),
    numbers: new Map(),
    settings: new Map(),
    tftpPortRange: undefined,
    dhcpPorts: { server: 67, client: 68 },
    lines: [],
  };
}
