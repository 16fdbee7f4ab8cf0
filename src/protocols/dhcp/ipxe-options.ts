/**
 * Option 175: settings of iPXE inside one DHCP option. A client says in it what it is and can do; a server
 * sets its settings. No RFC: the numbers are those of iPXE's documented settings (https://ipxe.org/cfg).
 */

/** Shape of a setting's data; signed numbers are marked `i`. */
export type IpxeOptionType = 'i8' | 'u8' | 'u32' | 'ip' | 'string' | 'bytes';

export interface IpxeOptionInfo {
  readonly code: number;
  /** The setting's name, or what the client reports. */
  readonly name: string;
  readonly type: IpxeOptionType;
}

const ROWS: readonly (readonly [code: number, name: string, type: IpxeOptionType])[] = [
  [1, 'priority', 'i8'],
  [2, 'ip', 'ip'],
  [3, 'next-server', 'ip'],
  [8, 'keep-san', 'i8'],
  [9, 'skip-san-boot', 'i8'],
  [16, 'feature PXEXT', 'u8'],
  [17, 'feature iSCSI', 'u8'],
  [18, 'feature AoE', 'u8'],
  [19, 'feature HTTP', 'u8'],
  [20, 'feature HTTPS', 'u8'],
  [21, 'feature TFTP', 'u8'],
  [22, 'feature FTP', 'u8'],
  [23, 'feature DNS', 'u8'],
  [24, 'feature bzImage', 'u8'],
  [25, 'feature MBOOT', 'u8'],
  [26, 'feature SLAM', 'u8'],
  [27, 'feature SRP', 'u8'],
  [32, 'feature NBI', 'u8'],
  [33, 'feature PXE', 'u8'],
  [34, 'feature ELF', 'u8'],
  [35, 'feature COMBOOT', 'u8'],
  [36, 'feature EFI', 'u8'],
  [37, 'feature FCoE', 'u8'],
  [38, 'feature VLAN', 'u8'],
  [39, 'feature Menu', 'u8'],
  [40, 'feature SDI', 'u8'],
  [41, 'feature NFS', 'u8'],
  [81, 'scriptlet', 'string'],
  [85, 'syslogs', 'string'],
  [90, 'trust', 'bytes'],
  [91, 'cert', 'bytes'],
  [92, 'privkey', 'bytes'],
  [93, 'crosscert', 'string'],
  [176, 'no-pxedhcp', 'u8'],
  [177, 'bus-id', 'bytes'],
  [187, 'san-retries', 'i8'],
  [188, 'san-filename', 'string'],
  [189, 'san-drive', 'u8'],
  [190, 'username', 'string'],
  [191, 'password', 'string'],
  [192, 'reverse-username', 'string'],
  [193, 'reverse-password', 'string'],
  [194, 'uid', 'u32'],
  [195, 'gid', 'u32'],
  [235, 'version', 'bytes'],
];

export const IPXE_OPTIONS: ReadonlyMap<number, IpxeOptionInfo> = new Map(
  ROWS.map(([code, name, type]) => [code, { code, name, type }]),
);
