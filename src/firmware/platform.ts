/**
 * What a firmware personality gets from the machine it runs on. The same personality runs on an emulated PC
 * (text through INT 10h, keys from INT 16h, programs entered on the CPU) and on a bare machine that has no CPU
 * (a text screen model, and boots that stop where guest code would start).
 *
 * A personality never asks which of the two it is: a program that returns `stopped` is all that differs.
 */
import type { Ipv4Address, MacAddress } from '../base/address.ts';
import type { Clock } from '../base/time/clock.ts';
import type { EventSink } from '../base/event-log.ts';
import type { Result } from '../base/result.ts';
import type { Rng } from '../base/rng.ts';
import type { Task } from '../base/time/task.ts';
import type { UdpSocket } from '../net/host/types.ts';
import type { FramePort } from '../net/port.ts';
import type { MulticastDone, MulticastFailure, MulticastRequest } from './clients/multicast-client.ts';
import type { FileSink, TftpHabits } from './clients/tftp-client.ts';
import type { GuestMemory } from './guest.ts';
import type { GraphicsOutcome, GraphicsRequest } from './text/graphics.ts';
import type { Message } from '../base/sentence.ts';

/** A network card as the firmware finds it. A `HostStack` is put on it by `addInterface({name, port, mac})`. */
export interface PlatformNic {
  /** `net0`, `net1` ... in the order of the bus. */
  readonly name: string;
  readonly mac: MacAddress;
  /** Set the receiver to undefined to let go of the card: the operating system's driver then gets the frames. */
  readonly port: FramePort;
  readonly bus: NicBus;
  /** Name of the driver that a firmware would use: `ne2k_pci`, `virtio-net`. */
  readonly driver: string;
}

/** Where the card sits, as PCI configuration space says it. */
export interface NicBus {
  readonly kind: 'pci';
  readonly bus: number;
  readonly device: number;
  readonly function: number;
  readonly vendorId: number;
  readonly deviceId: number;
  readonly subsystemVendorId: number;
  readonly subsystemId: number;
  readonly classCode: number;
  readonly revision: number;
  readonly ioBase: number;
  readonly irq: number;
}

/**
 * The machine's description in SMBIOS (DMTF DSP0134, types 0 to 3). Empty text where a real machine would be silent.
 */
export interface MachineIdentity {
  /** Lower case, `xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx`. */
  readonly uuid: string;
  readonly manufacturer: string;
  readonly product: string;
  readonly serial: string;
  readonly asset: string;
  readonly boardSerial: string;
}

/** A key as INT 16h gives it. */
export interface Key {
  /**
   * The printable character, `Ctrl-A` to `Ctrl-Z`, or Enter, Escape, Backspace, Tab, Up, Down, Left, Right, Home, End,
   * PageUp, PageDown, Insert, Delete, F1 to F12.
   */
  readonly name: string;
  /** ASCII code, 0 for keys without one. */
  readonly ascii: number;
  /** Scan code of set 1. */
  readonly scanCode: number;
}

/**
 * The text screen and the keyboard. Text is code page 437; `\n` goes to the start of the next line, `\r` and `\b`
 * move, and these ANSI sequences (ECMA-48) work: CUP `[r;cH`, CUU/CUD/CUF/CUB `[nA-D`, ED `[J` `[2J`, EL `[K`, SGR `[...m`
 * (0, 1, 5, 7, 22, 27, 30-37, 39, 40-47, 49), DECTCEM `[?25h` `[?25l`.
 */
export interface Console {
  readonly columns: number;
  readonly rows: number;
  /** `cursor` and `attribute` hold what the last `write` left. Rows and columns from 0. */
  readonly cursor: { readonly row: number; readonly column: number };
  /** Returns when the text is on the screen: through INT 10h on a PC that takes guest instructions. */
  write(text: string): Task<void>;
  /** Waits for a key. Without a timeout it waits without limit; 0 only polls. Nanoseconds of virtual time. */
  key(timeoutNs?: number): Task<Key | undefined>;
  /** Takes the shift-state bits of INT 16h AH=02h (bit 2 Ctrl, bit 3 Alt). */
  shiftState(): number;
  /**
   * Goes to the smallest graphics mode that is as large as asked for, with text over a picture, or back to 80 by 25 cells
   * of text when `request` is undefined. Both clear the screen; `columns` and `rows` change.
   */
  setGraphics(request: GraphicsRequest | undefined): Task<GraphicsOutcome>;
}

/** The first serial port, 8 data bits, no flow control. */
export interface SerialPort {
  write(text: string): Task<void>;
  /** The oldest byte that came in, if there is one. */
  read(): number | undefined;
}

/** A line of the memory map of INT 15h E820 (ACPI 6.5 §15.1). */
export interface MemoryRegion {
  readonly start: number;
  readonly length: number;
  readonly type: 'usable' | 'reserved' | 'acpi' | 'nvs' | 'unusable';
}

/** Values that stay through a restart: the firmware's settings store. */
export interface NonVolatileStore {
  get(name: string): Uint8Array | undefined;
  /** Undefined removes it. */
  set(name: string, value: Uint8Array | undefined): void;
}

export type GeneralRegister = 'eax' | 'ebx' | 'ecx' | 'edx' | 'esi' | 'edi' | 'ebp';

/** The state of the CPU in which a program is entered. Registers that are not named are 0. */
export type ProgramEntry =
  | {
      /** Real mode, A20 open. */
      readonly mode: 'real';
      readonly cs: number;
      readonly ip: number;
      readonly ds?: number;
      readonly es?: number;
      readonly fs?: number;
      readonly gs?: number;
      /** Without a stack of its own the program gets the firmware's. */
      readonly ss?: number;
      readonly sp?: number;
      readonly registers?: { readonly [register in GeneralRegister]?: number };
      readonly interrupts: boolean;
      /** On the firmware's stack: what lies above the return address. Absent: a far pointer to !PXE, as PXE 2.1 asks. */
      readonly argument?: number;
    }
  | {
      /** Protected mode with flat 4 GiB segments, paging and interrupts off, A20 open. */
      readonly mode: 'protected';
      readonly eip: number;
      readonly esp?: number;
      readonly registers?: { readonly [register in GeneralRegister]?: number };
    };

/** The network that the PXE API gives to a program: what !PXE and GET_CACHED_INFO describe. */
export interface PxeContext {
  readonly nic: PlatformNic;
  /** A UDP socket of the stack that holds the leased address; undefined when the local port is taken. 0 asks for a free port. */
  readonly openUdp: (localPort: number) => UdpSocket | undefined;
  readonly ip: Ipv4Address;
  readonly mask: Ipv4Address;
  readonly gateway: Ipv4Address;
  readonly serverIp: Ipv4Address;
  /** BOOTP packets for PXENV_GET_CACHED_INFO: DHCPDISCOVER sent, DHCPACK got, boot server's or ProxyDHCP's reply (PXE 2.1). */
  readonly discover: Uint8Array;
  readonly ack: Uint8Array;
  readonly reply: Uint8Array;
  /** Of a stack that speaks MTFTP (PXE 2.1 §3.4): TFTP_READ_FILE with a multicast address uses it. */
  readonly multicast?: (request: MulticastRequest, sink: FileSink) => Task<Result<MulticastDone, MulticastFailure>>;
  /** How the stack's TFTP_* functions fall short of the RFCs; absent: not at all. */
  readonly tftpHabits?: TftpHabits;
  /** Of a firmware that offers its downloads to programs. */
  readonly files?: PxeFiles;
}

/** What iPXE offers to the programs it starts, beyond the PXE specification. Statuses are those of the PXE API. */
export interface PxeFiles {
  /** Downloads a file; a name without a scheme belongs to the current directory. */
  fetch(uri: string): Task<Result<Uint8Array, number>>;
  /** Runs a command of the firmware's, which may print, and start another program instead of the one that asks. */
  execute(command: string): Task<number>;
  /** The arguments that the program was started with. */
  readonly commandLine: string;
}

/** Where boot programs are loaded and entered, 0:7C00 (PXE 2.1 §4.4.5). */
export const NBP_ADDRESS = 0x7c00;

/** A program that has been put into guest memory. */
export interface Program {
  readonly kind: 'nbp' | 'linux' | 'multiboot' | 'elf' | 'com32' | 'boot-sector' | 'prefix';
  /** File name or URI, for people. */
  readonly name: string;
  readonly entry: ProgramEntry;
  /** Given: the PXE API is there while the program runs (an `nbp` is entered as PXE 2.1 asks). */
  readonly pxe?: PxeContext;
}

export type ProgramOutcome =
  /** The program came back with a far return (PC). AX is the status: 0 keeps nothing loaded. */
  | {
      readonly kind: 'returned';
      readonly ax: number;
      /** The program shut the PXE stack down: the previous user of the card must restart it. */
      readonly stackIsDown?: boolean;
    }
  /** A bare machine stops here: guest code would start. */
  | { readonly kind: 'stopped' };

/** How a boot by a personality ended. */
export type BootOutcome =
  /** The BIOS tries the next device (INT 18h). `isSaid`: the firmware has told the screen that nothing is left. */
  | { readonly kind: 'next-device'; readonly reason: Message; readonly isSaid?: true }
  /** A bare machine has loaded its program. */
  | { readonly kind: 'stopped' }
  | { readonly kind: 'reboot' }
  | { readonly kind: 'power-off' };

/** Heads and sectors a track, by which the old calls of INT 13h address a disk. */
export interface DiskGeometry {
  readonly heads: number;
  readonly sectorsPerTrack: number;
}

/** A block device for INT 13h: sectors of 512 bytes (or 2048). Reads and writes may wait for the network. */
export interface BlockDevice {
  readonly name: string;
  readonly sectorBytes: number;
  readonly sectors: number;
  /** A CD that was booted as El Torito says. */
  readonly isCd: boolean;
  /** Undefined: the largest that there is. */
  readonly geometry: DiskGeometry | undefined;
  read(sector: number, count: number): Task<Uint8Array | undefined>;
  write(sector: number, bytes: Uint8Array): Task<boolean>;
}

/** What a chainloaded image of the lab's (`rom/chain-nbp.ts`) comes with. */
export interface ChainRequest {
  /** The text that it was built with. */
  readonly options: string;
  /** The PXE stack that loaded it: its card, and the packets that it kept. */
  readonly network: PxeContext;
  /** 1 for an image that the ROM has loaded, 2 for one that this one has loaded ... */
  readonly depth: number;
}

export type ChainPersonality = (request: ChainRequest) => Personality;

/** What a machine has of its own, whatever its firmware runs on. */
export interface MachineParts {
  /** Name of the node in the lab. */
  readonly name: string;
  /** On a PC it shows the guest's own time while the guest's call is handled. */
  readonly clock: Clock;
  readonly rng: Rng;
  readonly log: EventSink;
  readonly nics: readonly PlatformNic[];
  readonly identity: MachineIdentity;
  /** The processor has 64-bit mode (CPUID 80000001h, EDX bit 29). Absent: it has not. */
  readonly hasLongMode?: boolean | undefined;
}

export interface Platform extends MachineParts {
  readonly hardware: 'pc' | 'bare';
  readonly console: Console;
  readonly serial: SerialPort;
  readonly store: NonVolatileStore;
  /** Guest physical memory; on a bare machine pages that were never written take no room. */
  readonly memory: GuestMemory;
  /** Base memory that a program at 0:7C00 may use, in bytes: INT 12h less what the firmware holds. */
  readonly freeBaseBytes: number;
  /** INT 15h E820; `freeBaseBytes` is not taken off. */
  memoryMap(): Task<readonly MemoryRegion[]>;
  /** Hands a block device to the BIOS as INT 13h drive (0x80 is the first disk). Undefined takes it away. */
  setDrive(drive: number, device: BlockDevice | undefined): void;
  /** Puts the boot tables of the drives where operating systems look for them, in place of those before. False: there is no room. */
  setBootTables(tables: readonly Uint8Array[]): boolean;
  /** Enters a program. The task ends when it returns, or at once on a bare machine; a program that never returns never ends it. */
  startProgram(program: Program): Task<ProgramOutcome>;
  /** Does not return on a PC: the reset cancels the task. */
  reboot(): Task<void>;
  powerOff(): Task<void>;
}

/** One kind of boot firmware. */
export interface Personality {
  readonly id: string;
  /** The machine's whole firmware, not a ROM that another firmware calls. */
  readonly isWhole?: true;
  /** At the ROM's initialisation, during POST: a line on the screen, nothing that waits for the network. */
  init(platform: Platform): Task<void>;
  /** At the boot vector (BEV). */
  boot(platform: Platform): Task<BootOutcome>;
}
