/** One way to a disk: what the scheme of a root path opens. `SanDevice` makes drives of one or several. */
import type { Ipv4Address, MacAddress } from '../../../base/address.ts';
import type { Task } from '../../../base/time/task.ts';
import type { BlockDevice, PlatformNic } from '../../platform.ts';
import type { Status } from '../errors.ts';
import type { SettingsBlock } from '../settings/block.ts';
import type { Outcome } from '../settings/types.ts';

export interface SanPath {
  readonly sectorBytes: number;
  readonly sectors: number;
  /** Sectors that one command moves at most. */
  readonly maxSectors: number;
  /** False once the connection is gone: the path has to be opened again. */
  readonly isOpen: boolean;
  read(sector: number, count: number): Task<Outcome<Uint8Array>>;
  write(sector: number, bytes: Uint8Array): Task<Status>;
  /** What boot tables say about it; undefined when there is no table for its protocol. */
  describe?(): SanDescription | undefined;
  close(): void;
}

export interface ChapUser {
  readonly name: string;
  readonly secret: string;
}

/** The card through which a disk is reached, as far as boot tables name it. */
export interface SanCard {
  readonly mac: MacAddress;
  readonly nic: PlatformNic;
  readonly vlan: { readonly tag: number } | undefined;
  readonly settings: SettingsBlock;
}

/** What the driver of an operating system needs to find the same disk. */
export type SanDescription =
  | {
      readonly kind: 'aoe';
      readonly card: SanCard;
      readonly major: number;
      readonly minor: number;
    }
  | {
      readonly kind: 'iscsi';
      readonly card: SanCard;
      readonly initiator: string;
      readonly target: string;
      readonly address: Ipv4Address;
      readonly port: number;
      readonly lun: Uint8Array;
      readonly user: ChapUser | undefined;
      readonly reverse: ChapUser | undefined;
    };

/** A drive that is attached. */
export interface SanDrive extends BlockDevice {
  /** Boot tables name it. */
  readonly isDescribed: boolean;
  /** The path in use; undefined when no boot table has room for its protocol. */
  readonly description: SanDescription | undefined;
  close(): void;
}
