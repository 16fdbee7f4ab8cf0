/** The options of a PC. */
import { latin1 } from '../base/bytes.ts';
import type { Clock } from '../base/time/clock.ts';
import type { EventSink } from '../base/event-log.ts';
import type { Rng } from '../base/rng.ts';
import type { GuestCpu } from '../firmware/guest.ts';
import type { KeyboardLayout } from './input/keyboard.ts';
import type { PcKeyframes } from './keyframes/keyframe.ts';
import type { CardFlash } from './devices/card-flash.ts';
import type { PcNic } from './devices/nic.ts';
import type { UefiFirmware } from './uefi/firmware.ts';
import type { CompiledWasm } from './v86/host.ts';

/** Devices that SeaBIOS tries, in order. */
export type BootDevice = 'floppy' | 'disk' | 'cdrom' | 'network';

export type BootMenuKey = 'Esc' | 'F12';

export interface PcMedia {
  readonly floppy?: Uint8Array;
  readonly cdrom?: Uint8Array;
  readonly disk?: Uint8Array;
}

export interface PcOptions {
  /** Unique in the lab. */
  readonly name: string;
  readonly clock: Clock;
  readonly rng: Rng;
  readonly log: EventSink;
  readonly memMiB: number;
  readonly wasm: CompiledWasm;
  readonly bios: Uint8Array;
  /** UEFI firmware; its first code is the BIOS. */
  readonly uefi?: UefiFirmware;
  readonly vgaBios: Uint8Array;
  /** Handed to SeaBIOS as `genroms/NAME`, in this order. */
  readonly optionRoms?: readonly { readonly name: string; readonly data: Uint8Array }[];
  /** In the flash memory of the first card. */
  readonly flash?: CardFlash;
  /** At most four, see `assertNics`. */
  readonly nics?: readonly PcNic[];
  readonly bootOrder?: readonly BootDevice[];
  /** The key of the BIOS's boot menu; without one it does not offer it. */
  readonly bootMenu?: BootMenuKey;
  readonly media?: PcMedia;
  readonly keyboardLayout?: KeyboardLayout;
  /** Number of serial ports, 1 to 4. */
  readonly serialPorts?: number;
  /** The CPU's speed on the virtual clock. */
  readonly instructionsPerUs?: number;
  /** What the real-time clock shows at the lab's time 0, in milliseconds since 1970. */
  readonly epochMs?: number;
  /** A kernel in memory at power-on, without any boot loader. */
  readonly kernel?: { readonly image: Uint8Array; readonly initrd?: Uint8Array; readonly commandLine: string };
  /** Called at each power-on, before the first instruction: the place to register port handlers. */
  readonly onPowerOn?: (cpu: GuestCpu) => void;
  /** Called at each reset (by the user or by the guest): handlers and ROMs stay, their owner restarts. */
  readonly onReset?: () => void;
  /** Called when the guest switches the PC off, before it is off. */
  readonly onPowerOff?: () => void;
  /** Has the machine recorded, and keyframes taken of it. */
  readonly keyframes?: PcKeyframes;
  readonly onSerial?: (port: number, byte: number) => void;
}

export type PcState = 'off' | 'running' | 'sleeping' | 'halted' | 'paused' | 'crashed';

const BOOT_NIBBLE: Readonly<Record<BootDevice, number>> = { floppy: 1, disk: 2, cdrom: 3, network: 4 };

/** Scan codes as INT 16h gives them. */
const MENU_KEYS: Readonly<Record<BootMenuKey, number>> = { Esc: 0x01, F12: 0x86 };

/** What SeaBIOS reads about its boot menu: files that it looks for among those of the machine. */
export function bootMenuFiles(key: BootMenuKey): readonly { readonly name: string; readonly data: Uint8Array }[] {
  const message = `\nPress ${key} for boot menu.\n\n\0`;
  return [
    { name: 'etc/show-boot-menu', data: Uint8Array.of(1, 0) },
    { name: 'etc/boot-menu-key', data: Uint8Array.of(MENU_KEYS[key], 0) },
    { name: 'etc/boot-menu-message', data: latin1(message) },
  ];
}

/** SeaBIOS reads the order from CMOS, three nibbles, the lowest first. */
export function bootOrderValue(order: readonly BootDevice[]): number {
  return order.slice(0, 3).reduce((value, device, i) => value | (BOOT_NIBBLE[device] << (4 * i)), 0);
}
