/**
 * The functions of the PXE API with their parameter structures (PXE 2.1, chapter 3): one table from which
 * dispatch, events and documentation come. The first word of every structure is the status.
 */

/**
 * A field's shape. Numbers are little-endian; `ip` and `port` are in network order; `pointer` is offset and segment;
 * `flat` is a physical address; a number is so many bytes.
 */
export type FieldType = 'u8' | 'u16' | 'u32' | 'ip' | 'port' | 'pointer' | 'flat' | number;

export type Field = readonly [name: string, type: FieldType];

export interface PxeFunction {
  readonly opcode: number;
  readonly name: string;
  /** The family of services that it belongs to; `file` is iPXE's addition. */
  readonly family: 'base' | 'tftp' | 'udp' | 'undi' | 'file';
  /** Behind the status. */
  readonly fields: readonly Field[];
}

const MULTICAST_LIST: readonly Field[] = [
  ['mcastCount', 'u16'],
  ['mcastAddresses', 48],
];

const READ_FILE: readonly Field[] = [
  ['fileName', 128],
  ['bufferSize', 'u32'],
  ['buffer', 'flat'],
  ['server', 'ip'],
  ['gateway', 'ip'],
  ['multicast', 'ip'],
  ['clientPort', 'port'],
  ['serverPort', 'port'],
  ['openTimeout', 'u16'],
  ['reopenDelay', 'u16'],
];

function define<const Name extends string>(
  opcode: number,
  name: Name,
  family: PxeFunction['family'],
  fields: readonly Field[] = [],
): PxeFunction & { readonly name: Name } {
  return { opcode, name, family, fields };
}

export const PXE_FUNCTIONS = [
  define(0x00, 'PXENV_START_UNDI', 'undi', [
    ['ax', 'u16'],
    ['bx', 'u16'],
    ['dx', 'u16'],
    ['di', 'u16'],
    ['es', 'u16'],
  ]),
  define(0x01, 'PXENV_UNDI_STARTUP', 'undi'),
  define(0x02, 'PXENV_UNDI_CLEANUP', 'undi'),
  define(0x03, 'PXENV_UNDI_INITIALIZE', 'undi', [
    ['protocolIni', 'flat'],
    ['reserved', 8],
  ]),
  define(0x04, 'PXENV_UNDI_RESET_ADAPTER', 'undi', MULTICAST_LIST),
  define(0x05, 'PXENV_UNDI_SHUTDOWN', 'undi'),
  define(0x06, 'PXENV_UNDI_OPEN', 'undi', [['openFlag', 'u16'], ['packetFilter', 'u16'], ...MULTICAST_LIST]),
  define(0x07, 'PXENV_UNDI_CLOSE', 'undi'),
  define(0x08, 'PXENV_UNDI_TRANSMIT', 'undi', [
    ['protocol', 'u8'],
    ['transmitFlag', 'u8'],
    ['destination', 'pointer'],
    ['descriptor', 'pointer'],
    ['reserved', 8],
  ]),
  define(0x09, 'PXENV_UNDI_SET_MCAST_ADDRESS', 'undi', MULTICAST_LIST),
  define(0x0a, 'PXENV_UNDI_SET_STATION_ADDRESS', 'undi', [['stationAddress', 16]]),
  define(0x0b, 'PXENV_UNDI_SET_PACKET_FILTER', 'undi', [['filter', 'u8']]),
  define(0x0c, 'PXENV_UNDI_GET_INFORMATION', 'undi', [
    ['baseIo', 'u16'],
    ['interruptNumber', 'u16'],
    ['mtu', 'u16'],
    ['hardwareType', 'u16'],
    ['hardwareAddressLength', 'u16'],
    ['currentAddress', 16],
    ['permanentAddress', 16],
    ['romSegment', 'u16'],
    ['receiveBuffers', 'u16'],
    ['transmitBuffers', 'u16'],
  ]),
  define(0x0d, 'PXENV_UNDI_GET_STATISTICS', 'undi', [
    ['sentFrames', 'u32'],
    ['receivedFrames', 'u32'],
    ['crcErrors', 'u32'],
    ['resourceErrors', 'u32'],
  ]),
  define(0x0e, 'PXENV_UNDI_CLEAR_STATISTICS', 'undi'),
  define(0x0f, 'PXENV_UNDI_INITIATE_DIAGS', 'undi'),
  define(0x10, 'PXENV_UNDI_FORCE_INTERRUPT', 'undi'),
  define(0x11, 'PXENV_UNDI_GET_MCAST_ADDRESS', 'undi', [
    ['group', 'ip'],
    ['address', 16],
  ]),
  define(0x12, 'PXENV_UNDI_GET_NIC_TYPE', 'undi', [
    ['nicType', 'u8'],
    ['vendorId', 'u16'],
    ['deviceId', 'u16'],
    ['baseClass', 'u8'],
    ['subClass', 'u8'],
    ['interface', 'u8'],
    ['revision', 'u8'],
    ['busDeviceFunction', 'u16'],
    ['subsystemVendorId', 'u16'],
    ['subsystemId', 'u16'],
  ]),
  define(0x13, 'PXENV_UNDI_GET_IFACE_INFO', 'undi', [
    ['interfaceType', 16],
    ['linkSpeed', 'u32'],
    ['serviceFlags', 'u32'],
    ['reserved', 16],
  ]),
  define(0x14, 'PXENV_UNDI_ISR', 'undi', [
    ['function', 'u16'],
    ['bufferLength', 'u16'],
    ['frameLength', 'u16'],
    ['headerLength', 'u16'],
    ['frame', 'pointer'],
    ['protocol', 'u8'],
    ['packetType', 'u8'],
  ]),
  define(0x15, 'PXENV_STOP_UNDI', 'undi'),
  define(0x20, 'PXENV_TFTP_OPEN', 'tftp', [
    ['server', 'ip'],
    ['gateway', 'ip'],
    ['fileName', 128],
    ['serverPort', 'port'],
    ['packetSize', 'u16'],
  ]),
  define(0x21, 'PXENV_TFTP_CLOSE', 'tftp'),
  define(0x22, 'PXENV_TFTP_READ', 'tftp', [
    ['packetNumber', 'u16'],
    ['bufferSize', 'u16'],
    ['buffer', 'pointer'],
  ]),
  define(0x23, 'PXENV_TFTP_READ_FILE', 'tftp', READ_FILE),
  define(0x24, 'PXENV_TFTP_READ_FILE_PMODE', 'tftp', READ_FILE),
  define(0x25, 'PXENV_TFTP_GET_FSIZE', 'tftp', [
    ['server', 'ip'],
    ['gateway', 'ip'],
    ['fileName', 128],
    ['fileSize', 'u32'],
  ]),
  define(0x30, 'PXENV_UDP_OPEN', 'udp', [['source', 'ip']]),
  define(0x31, 'PXENV_UDP_CLOSE', 'udp'),
  define(0x32, 'PXENV_UDP_READ', 'udp', [
    ['source', 'ip'],
    ['destination', 'ip'],
    ['sourcePort', 'port'],
    ['destinationPort', 'port'],
    ['bufferSize', 'u16'],
    ['buffer', 'pointer'],
  ]),
  define(0x33, 'PXENV_UDP_WRITE', 'udp', [
    ['destination', 'ip'],
    ['gateway', 'ip'],
    ['sourcePort', 'port'],
    ['destinationPort', 'port'],
    ['bufferSize', 'u16'],
    ['buffer', 'pointer'],
  ]),
  define(0x70, 'PXENV_UNLOAD_STACK', 'base', [['reserved', 10]]),
  define(0x71, 'PXENV_GET_CACHED_INFO', 'base', [
    ['packetType', 'u16'],
    ['bufferSize', 'u16'],
    ['buffer', 'pointer'],
    ['bufferLimit', 'u16'],
  ]),
  define(0x73, 'PXENV_RESTART_TFTP', 'tftp', READ_FILE),
  define(0x75, 'PXENV_START_BASE', 'base'),
  define(0x76, 'PXENV_STOP_BASE', 'base'),
  define(0xe0, 'PXENV_FILE_OPEN', 'file', [
    ['fileHandle', 'u16'],
    ['fileName', 'pointer'],
    ['reserved', 'u32'],
  ]),
  define(0xe1, 'PXENV_FILE_CLOSE', 'file', [['fileHandle', 'u16']]),
  define(0xe2, 'PXENV_FILE_SELECT', 'file', [
    ['fileHandle', 'u16'],
    ['ready', 'u16'],
  ]),
  define(0xe3, 'PXENV_FILE_READ', 'file', [
    ['fileHandle', 'u16'],
    ['bufferSize', 'u16'],
    ['buffer', 'pointer'],
  ]),
  define(0xe4, 'PXENV_GET_FILE_SIZE', 'file', [
    ['fileHandle', 'u16'],
    ['fileSize', 'u32'],
  ]),
  define(0xe5, 'PXENV_FILE_EXEC', 'file', [['command', 'pointer']]),
  define(0xe6, 'PXENV_FILE_API_CHECK', 'file', [
    ['size', 'u16'],
    ['magic', 'u32'],
    ['provider', 'u32'],
    ['apiMask', 'u32'],
    ['flags', 'u32'],
  ]),
  define(0xe7, 'PXENV_FILE_EXIT_HOOK', 'file', [['hook', 'pointer']]),
  define(0xe8, 'PXENV_FILE_CMDLINE', 'file', [
    ['bufferSize', 'u16'],
    ['buffer', 'pointer'],
  ]),
] as const;

export type PxeFunctionName = (typeof PXE_FUNCTIONS)[number]['name'];

const byOpcode: ReadonlyMap<number, (typeof PXE_FUNCTIONS)[number]> = new Map(
  PXE_FUNCTIONS.map((entry) => [entry.opcode, entry]),
);

export function pxeFunction(opcode: number): (typeof PXE_FUNCTIONS)[number] | undefined {
  return byOpcode.get(opcode);
}

export function pxeFunctionName(opcode: number): string {
  return byOpcode.get(opcode)?.name ?? `PXE API ${opcode.toString(16).padStart(4, '0')}h`;
}

/** Status codes (PXE 2.1, PXENV_STATUS_...); `badFile` is iPXE's. */
export const STATUS = {
  success: 0x00,
  failure: 0x01,
  badFunction: 0x02,
  unsupported: 0x03,
  outOfResources: 0x06,
  badFile: 0x1a,
  tftpOpenTimeout: 0x32,
  tftpReadTimeout: 0x35,
  tftpErrorOpcode: 0x36,
  tftpCannotOpen: 0x38,
  tftpCannotRead: 0x39,
  tftpFileNotFound: 0x3b,
  tftpAccessViolation: 0x3c,
  tftpNoFileSize: 0x3e,
  tftpInvalidPacketSize: 0x3f,
  udpClosed: 0x48,
  udpOpen: 0x49,
  tftpClosed: 0x4a,
  tftpOpen: 0x4b,
  undiInvalidState: 0x6a,
  undiInvalidParameter: 0x6c,
} as const;

/** One of `STATUS`, or the last byte of an iPXE error number, which iPXE chooses from the same codes. */
export type Status = number;

const statusNames = new Map<number, string>(Object.entries(STATUS).map(([name, code]) => [code, name]));

export function statusName(status: number): string {
  return statusNames.get(status) ?? `${status.toString(16)}h`;
}
