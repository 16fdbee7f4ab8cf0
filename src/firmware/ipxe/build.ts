/**
 * What a build of iPXE contains: features by the names of its configuration symbols, texts, timeouts, an embedded
 * script. Presets are builds found in practice.
 */

import type { PrivateKey } from '../../trust/keys/keys.ts';
import type { Certificate } from '../../trust/x509/certificate.ts';

export const FEATURE_FLAGS = [
  // Commands.
  'AUTOBOOT_CMD',
  'NVO_CMD',
  'CONFIG_CMD',
  'IFMGMT_CMD',
  'IWMGMT_CMD',
  'IBMGMT_CMD',
  'FCMGMT_CMD',
  'ROUTE_CMD',
  'IMAGE_CMD',
  'IMAGE_SET_CMD',
  'IMAGE_ARCHIVE_CMD',
  'IMAGE_MEM_CMD',
  'IMAGE_TRUST_CMD',
  'IMAGE_CRYPT_CMD',
  'DHCP_CMD',
  'SANBOOT_CMD',
  'MENU_CMD',
  'FORM_CMD',
  'LOGIN_CMD',
  'SYNC_CMD',
  'SHELL_CMD',
  'NSLOOKUP_CMD',
  'TIME_CMD',
  'DIGEST_CMD',
  'LOTEST_CMD',
  'VLAN_CMD',
  'PXE_CMD',
  'REBOOT_CMD',
  'POWEROFF_CMD',
  'CPUID_CMD',
  'PCI_CMD',
  'USB_CMD',
  'PARAM_CMD',
  'NEIGHBOUR_CMD',
  'PING_CMD',
  'CONSOLE_CMD',
  'IPSTAT_CMD',
  'PROFSTAT_CMD',
  'NTP_CMD',
  'CERT_CMD',
  'SHIM_CMD',
  // Protocols.
  'DOWNLOAD_PROTO_TFTP',
  'DOWNLOAD_PROTO_HTTP',
  'DOWNLOAD_PROTO_HTTPS',
  'DOWNLOAD_PROTO_FTP',
  'DOWNLOAD_PROTO_NFS',
  'DOWNLOAD_PROTO_SLAM',
  'SANBOOT_PROTO_ISCSI',
  'SANBOOT_PROTO_AOE',
  'SANBOOT_PROTO_IB_SRP',
  'SANBOOT_PROTO_FCP',
  'SANBOOT_PROTO_HTTP',
  'NET_PROTO_FCOE',
  'NET_PROTO_IPV6',
  'NET_PROTO_EAPOL',
  'NET_PROTO_LACP',
  'NET_PROTO_LLDP',
  'DNS_RESOLVER',
  'HTTP_AUTH_BASIC',
  'HTTP_AUTH_DIGEST',
  // Images.
  'IMAGE_SCRIPT',
  'IMAGE_BZIMAGE',
  'IMAGE_MULTIBOOT',
  'IMAGE_ELF',
  'IMAGE_PXE',
  'IMAGE_NBI',
  'IMAGE_SDI',
  'IMAGE_COMBOOT',
  'IMAGE_PNG',
  'IMAGE_DER',
  'IMAGE_PEM',
  'IMAGE_GZIP',
  'IMAGE_ZLIB',
  'IMAGE_MIME',
  // The rest.
  'PXE_MENU',
  'PXE_STACK',
  'CONSOLE_SERIAL',
  'CONSOLE_FRAMEBUFFER',
  'CONSOLE_DMESG',
  'CONSOLE_SYSLOG',
  'CPUID_SETTINGS',
  'MEMMAP_SETTINGS',
  /** Cards with a store for settings of their own. */
  'NVS_SETTINGS',
] as const;
export type FeatureFlag = (typeof FEATURE_FLAGS)[number];

export interface IpxeBuild {
  /** Name of the preset or of the user's own build. */
  readonly name: string;
  readonly features: ReadonlySet<FeatureFlag>;
  readonly version: string;
  /** Branding line above the banner; empty prints a blank line. */
  readonly productName: string;
  readonly productShortName: string;
  readonly productTagLine: string;
  readonly productUri: string;
  readonly buildArch: string;
  /** Tenths of a second for the Ctrl-B prompt; 0 leaves it out. */
  readonly bannerTimeoutDs: number;
  /** The same in the ROM's initialisation, before the BIOS boots anything. */
  readonly romBannerTimeoutDs: number;
  /** Option 77; undefined sends none. */
  readonly userClass: string | undefined;
  /** A script that runs instead of the autoboot. */
  readonly embeddedScript: string | undefined;
  /** `TRUST=`: SHA-256 fingerprints of the roots; undefined leaves the one of iPXE's project, or the setting `trust`. */
  readonly trust: readonly Uint8Array[] | undefined;
  /** `CERT=`. */
  readonly certificates: readonly Certificate[];
  /** `PRIVKEY=`: the key of the first certificate of `CERT=`. */
  readonly privateKey: PrivateKey | undefined;
  readonly dhcp: DhcpTimeouts;
  /** Of a firmware from before iPXE: what scripts begin with behind `#!`, and the commands that it had; none can be chained. */
  readonly ancestor?: {
    readonly id: string;
    readonly scriptMagic: string;
    readonly commands: ReadonlySet<string>;
  };
}

/** Milliseconds, as in the build's DHCP configuration. */
export interface DhcpTimeouts {
  readonly discoverStartMs: number;
  readonly discoverEndMs: number;
  /** 0 stands for a quarter of a second. */
  readonly requestStartMs: number;
  readonly requestEndMs: number;
  readonly proxyWaitMs: number;
  readonly bootServerStartMs: number;
  readonly bootServerEndMs: number;
  readonly bootServerWaitMs: number;
  readonly maxDeferrals: number;
}

const DEFAULT_DHCP: DhcpTimeouts = {
  discoverStartMs: 1000,
  discoverEndMs: 10_000,
  requestStartMs: 0,
  requestEndMs: 10_000,
  proxyWaitMs: 2000,
  bootServerStartMs: 1000,
  bootServerEndMs: 10_000,
  bootServerWaitMs: 3000,
  maxDeferrals: 180,
};

const DEFAULT_FEATURES: readonly FeatureFlag[] = [
  'AUTOBOOT_CMD',
  'NVO_CMD',
  'CONFIG_CMD',
  'IFMGMT_CMD',
  'IWMGMT_CMD',
  'IBMGMT_CMD',
  'ROUTE_CMD',
  'IMAGE_CMD',
  'IMAGE_SET_CMD',
  'IMAGE_ARCHIVE_CMD',
  'DHCP_CMD',
  'SANBOOT_CMD',
  'MENU_CMD',
  'FORM_CMD',
  'LOGIN_CMD',
  'SYNC_CMD',
  'SHELL_CMD',
  'REBOOT_CMD',
  'POWEROFF_CMD',
  'CPUID_CMD',
  'SHIM_CMD',
  'DOWNLOAD_PROTO_TFTP',
  'DOWNLOAD_PROTO_HTTP',
  'SANBOOT_PROTO_ISCSI',
  'SANBOOT_PROTO_AOE',
  'SANBOOT_PROTO_IB_SRP',
  'SANBOOT_PROTO_HTTP',
  'NET_PROTO_EAPOL',
  'NET_PROTO_LACP',
  'DNS_RESOLVER',
  'HTTP_AUTH_BASIC',
  'HTTP_AUTH_DIGEST',
  'IMAGE_SCRIPT',
  'IMAGE_BZIMAGE',
  'IMAGE_MULTIBOOT',
  'IMAGE_ELF',
  'IMAGE_PXE',
  'IMAGE_DER',
  'IMAGE_PEM',
  'PXE_MENU',
  'PXE_STACK',
  'CONSOLE_DMESG',
];

/** What a plain `make bin/undionly.kpxe` gives. */
export const DEFAULT_BUILD: IpxeBuild = {
  name: 'default',
  features: new Set(DEFAULT_FEATURES),
  version: '2.0.0+',
  productName: '',
  productShortName: 'iPXE',
  productTagLine: 'Open Source Network Boot Firmware',
  productUri: 'https://ipxe.org',
  buildArch: 'i386',
  bannerTimeoutDs: 20,
  romBannerTimeoutDs: 40,
  userClass: 'iPXE',
  embeddedScript: undefined,
  trust: undefined,
  certificates: [],
  privateKey: undefined,
  dhcp: DEFAULT_DHCP,
};

/** Features that a BIOS build of the lab can have; hardware that is not emulated stays away. */
const ALL_FEATURES = FEATURE_FLAGS.filter((flag) => flag !== 'CONSOLE_SERIAL' && flag !== 'NET_PROTO_IPV6');

export const ALL_OPTIONS_BUILD: IpxeBuild = { ...DEFAULT_BUILD, name: 'all', features: new Set(ALL_FEATURES) };

/** As hypervisors and network cards carry it: no menus, no forms, no shell on a key, HTTP and TFTP alone. */
const VENDOR_LEFT_OUT: readonly FeatureFlag[] = [
  'CONFIG_CMD',
  'LOGIN_CMD',
  'MENU_CMD',
  'FORM_CMD',
  'IWMGMT_CMD',
  'IBMGMT_CMD',
  'IMAGE_SET_CMD',
  'SANBOOT_PROTO_ISCSI',
  'SANBOOT_PROTO_AOE',
  'SANBOOT_PROTO_IB_SRP',
  'SANBOOT_PROTO_HTTP',
  'DOWNLOAD_PROTO_HTTP',
];
export const VENDOR_BUILD: IpxeBuild = {
  ...DEFAULT_BUILD,
  name: 'vendor',
  romBannerTimeoutDs: 0,
  features: new Set(DEFAULT_FEATURES.filter((flag) => !VENDOR_LEFT_OUT.includes(flag))),
};

export const NO_USER_CLASS_BUILD: IpxeBuild = { ...DEFAULT_BUILD, name: 'no-user-class', userClass: undefined };

export const BUILD_PRESETS: readonly IpxeBuild[] = [
  DEFAULT_BUILD,
  ALL_OPTIONS_BUILD,
  VENDOR_BUILD,
  NO_USER_CLASS_BUILD,
];

/** A feature that the banner names and option 175 carries : its tag there, version 1 unless said. */
interface FeatureNote {
  readonly flag: FeatureFlag;
  readonly name: string;
  readonly tag: number;
  readonly version?: number;
}

/** In banner order. */
const FEATURE_NOTES: readonly FeatureNote[] = [
  { flag: 'DNS_RESOLVER', name: 'DNS', tag: 0x17 },
  { flag: 'DOWNLOAD_PROTO_FTP', name: 'FTP', tag: 0x16 },
  { flag: 'DOWNLOAD_PROTO_HTTP', name: 'HTTP', tag: 0x13 },
  { flag: 'DOWNLOAD_PROTO_HTTPS', name: 'HTTPS', tag: 0x14 },
  { flag: 'SANBOOT_PROTO_ISCSI', name: 'iSCSI', tag: 0x11 },
  { flag: 'DOWNLOAD_PROTO_NFS', name: 'NFS', tag: 0x29 },
  { flag: 'DOWNLOAD_PROTO_SLAM', name: 'SLAM', tag: 0x1a },
  { flag: 'DOWNLOAD_PROTO_TFTP', name: 'TFTP', tag: 0x15 },
  { flag: 'NET_PROTO_FCOE', name: 'FCoE', tag: 0x25 },
  { flag: 'SANBOOT_PROTO_IB_SRP', name: 'SRP', tag: 0x1b },
  { flag: 'VLAN_CMD', name: 'VLAN', tag: 0x26 },
  { flag: 'SANBOOT_PROTO_AOE', name: 'AoE', tag: 0x12 },
  { flag: 'IMAGE_ELF', name: 'ELF', tag: 0x22 },
  { flag: 'IMAGE_MULTIBOOT', name: 'MBOOT', tag: 0x19 },
  { flag: 'IMAGE_NBI', name: 'NBI', tag: 0x20 },
  { flag: 'IMAGE_PXE', name: 'PXE', tag: 0x21 },
  { flag: 'IMAGE_SDI', name: 'SDI', tag: 0x28 },
  { flag: 'IMAGE_BZIMAGE', name: 'bzImage', tag: 0x18 },
  { flag: 'IMAGE_COMBOOT', name: 'COMBOOT', tag: 0x23 },
  { flag: 'MENU_CMD', name: 'Menu', tag: 0x27 },
  { flag: 'PXE_STACK', name: 'PXEXT', tag: 0x10, version: 2 },
];

/** The wire has its own order, that of a captured default build (`a1`); the tags are a set. */
const WIRE_ORDER = [
  0x17, 0x27, 0x22, 0x13, 0x11, 0x19, 0x10, 0x21, 0x15, 0x18, 0x1b, 0x12, 0x16, 0x14, 0x29, 0x1a, 0x25, 0x26, 0x20,
  0x28, 0x23,
];

function featuresOf(build: IpxeBuild): FeatureNote[] {
  return FEATURE_NOTES.filter(({ flag }) => build.features.has(flag));
}

/** `DNS HTTP iSCSI TFTP ...` as the banner lists them. */
export function featureNames(build: IpxeBuild): readonly string[] {
  return featuresOf(build).map(({ name }) => name);
}

/** The feature options inside option 175: tag, length 1, version. */
export function featureOptions(build: IpxeBuild): readonly number[] {
  return featuresOf(build)
    .sort((a, b) => WIRE_ORDER.indexOf(a.tag) - WIRE_ORDER.indexOf(b.tag))
    .flatMap(({ tag, version }) => [tag, 1, version ?? 1]);
}
