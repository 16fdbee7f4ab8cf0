/**
 * Error numbers as iPXE prints them. A status is one unsigned 32-bit number: POSIX code in bits 31-24, the part
 * that raised it in bits 20-13, a number of its own in bits 12-8, and the PXE status code in the low byte (BIOS
 * builds). 0 is success. The number is also the address of a page: `https://ipxe.org/2d0c613b`.
 */

/** 0 is success; anything else is a failure. */
export type Status = number;

export const OK: Status = 0;

/** The failures that the lab raises, grouped by the part that raises them. */
export const Err = {
  // Command lines and their options.
  unknownCommand: 0x2e022001,
  issetFalse: 0x2d02203b,
  notEqual: 0x46022001,
  commandNoMemory: 0x31022006,
  usage: 0x46162001,
  helpShown: 0x0b1621a0,
  badOption: 0x1c162202,
  optionValue: 0x1c162302,
  badInteger: 0x1c162102,
  badArgument: 0x1c162002,
  noSuchNetdev: 0x2c16203b,
  noSuchConfigurator: 0x3c162003,
  noSuchUi: 0x2d16203b,
  // Scripts.
  noLabel: 0x2d02803b,
  notInScript: 0x3d028001,
  promptTimeout: 0x4c22e035,
  promptOtherKey: 0x0b22e0a0,
  // Settings.
  settingNotFound: 0x2d0c203b,
  settingInvalid: 0x1c0c2002,
  ipv4Invalid: 0x1c056002,
  ipv6Invalid: 0x1c066002,
  settingUnsupported: 0x3c0c2003,
  settingRange: 0x460c2001,
  settingNoTag: 0x3d0c2001,
  settingNoBlock: 0x2c0c203b,
  settingNoMemory: 0x310c2006,
  base16: 0x1c112002,
  base64: 0x1c102002,
  uuid: 0x1c2a2002,
  netdevSettingInvalid: 0x1c146002,
  netdevSettingUnsupported: 0x3c146003,
  netdevSettingMissing: 0x2d14603b,
  dhcpOptionMissing: 0x2d02603b,
  dhcpOptionNoTag: 0x3d026001,
  dhcpOptionNoSpace: 0x34026006,
  dhcpPacketFull: 0x34156006,
  smbiosMissing: 0x2d13e03b,
  memmapMissing: 0x2d3fe03b,
  // Images.
  noSuchImage: 0x2d0ae03b,
  notExecutable: 0x2e008001,
  imageNotScript: 0x2e028001,
  imageNoMemory: 0x31008006,
  imageReplaceOutsideScript: 0x3d008001,
  imageUntrusted: 0x0200813c,
  imageTrustPermanent: 0x0200823c,
  imageRange: 0x46008001,
  archiveUnsupported: 0x3c0a8003,
  gzipInvalid: 0x1c0c8002,
  zlibInvalid: 0x1c0b8002,
  segmentNoMemory: 0x46038101,
  elfInvalid: 0x2e018001,
  imageUnsupported: 0x3c008003,
  pngNone: 0x2e078001,
  pngInvalid: 0x1c078002,
  pngUnsupported: 0x3c078003,
  pngNoMemory: 0x31078006,
  deflateInvalid: 0x1c41e002,
  // Jobs, keys, screens.
  cancelled: 0x0b0720a0,
  sleepCancelled: 0x0b0220a0,
  jobTimeout: 0x4c072035,
  readTimeout: 0x4c32e035,
  readCancelled: 0x0b32e0a0,
  menuEmpty: 0x2d2ce03b,
  menuCancelled: 0x0b2ce0a0,
  formCancelled: 0x0b63e0a0,
  formNoFields: 0x1c63e002,
  formTooManyFields: 0x4663e001,
  cpairInvalid: 0x1c1d2002,
  consoleNoRoom: 0x1c1c2002,
  consoleNoMode: 0x2d8c203b,
  colourInvalid: 0x1c1e2002,
  // Opening and downloading.
  unsupportedScheme: 0x3c092003,
  dataUri: 0x1c362002,
  // Interfaces.
  configFailed: 0x040ee119,
  linkDown: 0x38086101,
  linkUnknown: 0x1a086101,
  netUnreachable: 0x28086011,
  noNetdev: 0x2c1de03b,
  noRoute: 0x280a6011,
  ipNoRoute: 0x28056011,
  vlanInvalid: 0x1c306002,
  vlanNotEthernet: 0x3d306001,
  dhcpTimeout: 0x4c106035,
  dhcpInvalid: 0x1c106002,
  arpTimeout: 0x4c376035,
  // Booting.
  nothingToBoot: 0x2d03e13b,
  noBootDevice: 0x2c03e03b,
  bootUnsupported: 0x3c03e003,
  pxeMenuCancelled: 0x0b15e0a0,
  pxeMenuTooLong: 0x3415e006,
  // DNS.
  dnsNoName: 0x3e11613b,
  dnsNoServer: 0x3e11623b,
  dnsTimeout: 0x4c116035,
  dnsInvalid: 0x1c116002,
  dnsLoop: 0x20116001,
  dnsNoRecord: 0x2d11603b,
  // TFTP.
  tftpNotFound: 0x2d12613b,
  tftpDenied: 0x0212603c,
  tftpTimeout: 0x4c126035,
  tftpInvalid: 0x1c126002,
  tftpBlksize: 0x1c126102,
  tftpTsize: 0x1c126202,
  tftpUnsupported: 0x3c126003,
  tftpIllegal: 0x3d126001,
  // TCP.
  tcpReset: 0x0f0a6039,
  tcpTimeout: 0x4c0a6035,
  // HTTP.
  httpNotFound: 0x2d0c613b,
  httpUnauthorized: 0x020c613c,
  httpForbidden: 0x410c613c,
  httpClientError: 0x1d0c6439,
  httpServerError: 0x1d0c6539,
  httpOther: 0x1d0c6139,
  httpStatusLine: 0x1c0c6102,
  httpHeader: 0x1c0c6202,
  httpContentLength: 0x1c0c6302,
  httpChunkLength: 0x1c0c6402,
  httpLengthMismatch: 0x1d0c6239,
  httpTransferEncoding: 0x3c0c6203,
  httpTimeout: 0x4c0c6035,
  httpLoop: 0x4f0c6001,
  httpBasicNoUser: 0x0243613c,
  httpDigestNoUser: 0x0244613c,
  httpAuthInvalid: 0x43426001,
  // FTP, NFS and the small services.
  ftpProtocol: 0x430b6001,
  ftpInvalid: 0x1c0b6002,
  nfsInvalid: 0x1c336002,
  nfsNotFound: 0x2d33603b,
  nfsDenied: 0x0233603c,
  nfsIo: 0x1d336039,
  nfsProtocol: 0x43336001,
  nfsNotDirectory: 0x39336001,
  nfsOpenReset: 0x0f346039,
  nfsOpenInvalid: 0x1c346002,
  nfsUriInvalid: 0x1c3c6002,
  mountDenied: 0x0235603c,
  mountNotFound: 0x2d35603b,
  mountProtocol: 0x43356001,
  rpcUnsupported: 0x37316003,
  ntpTimeout: 0x4c496035,
  ntpProtocol: 0x43496001,
  pingTimeout: 0x4c1b2035,
  pingLength: 0x431b2101,
  pingData: 0x431b2201,
  nslookupUnsupported: 0x3c30e003,
  // PCI, SAN.
  noMoreDevices: 0x2c07403b,
  bitClear: 0x2d80e03b,
  certNotFound: 0x2d4fe03b,
  loopbackMismatch: 0x1c1be002,
  loopbackNoMemory: 0x311be006,
  loopbackCancelled: 0x0b1be0a0,
  certDer: 0x1c00e302,
  certInvalid: 0x1c16e002,
  certPem: 0x2d09803b,
  noFibrePort: 0x2c1ee03b,
  bootSectorUnreadable: 0x1d852039,
  sanInUse: 0x03232019,
  ibftNoRoom: 0x2a0ce006,
  sanTimeout: 0x4c232035,
  sanNotConnected: 0x38232001,
  scsiNoSense: 0x1d704039,
  scsiInvalid: 0x1c704002,
  iscsiReset: 0x0f0d6039,
  iscsiProtocol: 0x430d6001,
  iscsiRootPathShort: 0x1c0d6102,
  iscsiCredentialMix: 0x1c0d6202,
  iscsiNoRootPath: 0x1c0d6302,
  iscsiNoInitiator: 0x1c0d6502,
  iscsiStatus: 0x1c0d6002,
  iscsiChapAlgorithm: 0x430d6101,
  iscsiChapIdentifier: 0x430d6201,
  iscsiBinaryValue: 0x430d6301,
  iscsiKey: 0x430d6501,
  iscsiRejected: 0x430d6601,
  iscsiWrongTargetUser: 0x020d613c,
  iscsiWrongTargetSecret: 0x020d623c,
  iscsiAuthentication: 0x410d613c,
  iscsiAuthorization: 0x410d623c,
  iscsiNoTarget: 0x2c0d603b,
  iscsiUnavailable: 0x1d0d6139,
  iscsiNoResources: 0x1d0d6239,
  iscsiInitiatorStatus: 0x3c0d6103,
  iscsiTargetStatus: 0x3c0d6403,
  iscsiOpcode: 0x3c0d6203,
  aoeTimeout: 0x4c006035,
  aoeInvalid: 0x1c006002,
  aoeNoDevice: 0x2c00603b,
  aoeIo: 0x1d006039,
  aoeRange: 0x46006001,
  /** Opened, but nothing that has blocks. */
  sanNoBlocks: 0x3f122003,
} as const;

/** Texts of single numbers, where iPXE has one of its own for them. */
const SPECIFIC: ReadonlyMap<Status, string> = new Map([
  [Err.helpShown, 'Nothing to do'],
  [Err.configFailed, 'No configuration methods succeeded'],
  [Err.linkDown, 'Down'],
  [Err.linkUnknown, 'Unknown'],
  [0x1a086201, 'Unused'],
  [0x1a086301, 'Incomplete'],
  [Err.tftpNotFound, 'Not found'],
  [Err.httpNotFound, 'Not found'],
  [Err.httpClientError, 'HTTP 4xx Client Error'],
  [Err.httpServerError, 'HTTP 5xx Server Error'],
]);

/** Texts by POSIX code and PXE status, for all numbers without one of their own. */
const GENERIC: ReadonlyMap<number, string> = new Map([
  [0x00000000, 'Operation completed successfully'],
  [0x0200003c, 'Permission denied'],
  [0x0b0000a0, 'Operation canceled'],
  [0x0f000039, 'Connection reset'],
  [0x1c000002, 'Invalid argument'],
  [0x1d000039, 'Input/output error'],
  [0x28000011, 'Network unreachable'],
  [0x2c00003b, 'No such device'],
  [0x2d00003b, 'No such file or directory'],
  [0x2e000001, 'Exec format error'],
  [0x31000006, 'Not enough space'],
  [0x34000006, 'No space left on device'],
  [0x38000001, 'Not connected'],
  [0x3c000003, 'Operation not supported'],
  [0x4100003c, 'Operation not permitted'],
  [0x46000001, 'Result too large'],
  [0x4c000035, 'Connection timed out'],
]);
const GENERIC_MASK = 0x7f0000ff;

function hex8(code: Status): string {
  return (code >>> 0).toString(16).padStart(8, '0');
}

/** The text alone, such as `Permission denied` or `Error 0x3e11613b`. */
export function errorText(code: Status): string {
  return SPECIFIC.get(code) ?? GENERIC.get(code & GENERIC_MASK) ?? `Error 0x${hex8(code)}`;
}

export function errorUrl(code: Status): string {
  return `https://ipxe.org/${hex8(code)}`;
}

/** What iPXE prints for a failure: `Not found (https://ipxe.org/2d0c613b)`. */
export function strerror(code: Status): string {
  return `${errorText(code)} (${errorUrl(code)})`;
}
