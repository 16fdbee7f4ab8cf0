/** What exists while a PC has power: the emulator with everything that is plugged into it, and our views of it. */
import { itemAt } from '../base/lists/list.ts';
import { plugFlash } from './devices/card-flash.ts';
import type { FramePort } from '../net/port.ts';
import type { DriveKind } from './observe/disk-boot.ts';
import type { Drives } from './devices/drives.ts';
import { V86GuestCpu, WasmGuestMemory, WasmViews, type CpuOwner } from './guest-cpu.ts';
import { EmulatorCopier } from './keyframes/emulator-state.ts';
import type { TapedCpu } from './keyframes/taped-cpu.ts';
import { plugNics } from './devices/nic.ts';
import { bootMenuFiles, bootOrderValue, type PcOptions } from './pc-options.ts';
import { loadVolumes, plugBoard } from './uefi/board.ts';
import { createEmulator, makeDisk, runAs, type Emulator, type EmulatorHost } from './v86/host.ts';
import { CPU_STATE, type V86Disk, type V86Medium, type V86Screen } from './v86/internals.ts';

/**
 * CR4's large pages. With CR4.PAE they need no leave (Intel SDM volume 3 §4.4), but v86 asks for this bit then, too: it is
 * set from the start, so that guests that set PAE alone (Memtest86+) find their pages.
 */
const CR4_PSE = 1 << 4;
/** Index of CR4 in the words of the emulator's memory. */
const CR4_WORD = CPU_STATE.cr0 / 4 + 4;

/** The emulator with our views of it. */
export interface Board {
  readonly emulator: Emulator;
  readonly views: WasmViews;
  readonly memory: WasmGuestMemory;
  /** Past what is recorded. */
  readonly rawCpu: V86GuestCpu;
  /** For copies of its state; undefined where none are made. */
  readonly copier: EmulatorCopier | undefined;
  /** No frames wait beside the network cards. */
  areNicsIdle(): boolean;
}

export interface Powered {
  /** Absent while a tape is played. */
  readonly board: Board | undefined;
  /** The emulator's, or those that the tape fills. */
  readonly views: Pick<WasmViews, 'bytes' | 'words'>;
  readonly cpu: TapedCpu;
  readonly poweredAtNs: number;
}

/** What the parts need from the machine that they are in. */
export interface PartsOwner extends CpuOwner {
  readonly host: EmulatorHost;
  readonly screen: V86Screen;
  /** A message of v86. */
  said(text: string): void;
  /** An interrupt has ended a halt. */
  woken(): void;
  /** The guest reads bytes from a drive. */
  driveRead(drive: DriveKind, startByte: number, data: Uint8Array): void;
  sendFrame(port: FramePort, frame: Uint8Array): void;
  frameReceived(frame: Uint8Array): void;
  /** The guest's driver has looked whether a frame has come. */
  polled(): void;
  serialByte(port: number, byte: number): void;
  /** The guest switches the power off. */
  switchesOff(): void;
  /** v86 resets itself, in the middle of a slice, too. `reset` does it. */
  resets(reset: () => void): void;
}

type DriveOwner = Pick<PartsOwner, 'driveRead'>;

/** Sees what a guest reads from a medium, for as long as it is in the drive. */
export function watchDrive(medium: V86Medium | null | undefined, drive: DriveKind, owner: DriveOwner): void {
  if (medium === undefined || medium === null) return;
  const get = medium.get.bind(medium);
  medium.get = (start, length, done, ...rest) =>
    get(
      start,
      length,
      (data) => {
        owner.driveRead(drive, start, data);
        done(data);
      },
      ...rest,
    );
}

/** Puts what is now in `drives` into a drive of a machine that runs, or empties it. */
export function changeMedium(
  { emulator: { cpu } }: Board,
  drive: 'floppy' | 'cdrom',
  { floppy, cdrom }: Drives,
  owner: DriveOwner,
): void {
  const { fdc, cdrom: cd } = cpu.devices;
  if (drive === 'floppy') {
    const fda = itemAt(fdc.drives, 0);
    if (floppy === undefined) fda.eject_disk();
    else fda.insert_disk(new Uint8Array(floppy), false);
    watchDrive(fda.buffer, 'floppy', owner);
  } else if (cdrom === undefined) cd?.eject();
  else {
    cd?.set_cdrom(makeDisk(cdrom, 2048));
    watchDrive(cd?.buffer, 'cdrom', owner);
  }
}

/** The disk as this emulator sees it; the disk itself goes on to the next. */
function watchedDisk(disk: V86Disk, owner: DriveOwner): V86Disk {
  const watched = Object.create(disk) as V86Disk;
  watchDrive(watched, 'disk', owner);
  return watched;
}

/** How long a guest of UEFI firmware that only polls may rest: up to the next of its timers, ns. */
export function restOf({ emulator: { cpu } }: Board, host: EmulatorHost): number {
  return Math.floor(runAs(host, () => cpu.run_hardware_timers(true, host.elapsedMs())) * 1e6);
}

/** `isCopied`: copies of its state will be made, or it is made from one. */
export function assemble(options: PcOptions, drives: Drives, owner: PartsOwner, isCopied: boolean): Board {
  const serialPorts = options.serialPorts ?? 1;
  const { uefi } = options;
  const emulator = createEmulator({
    host: owner.host,
    wasm: options.wasm,
    memoryBytes: options.memMiB * 1024 * 1024,
    bios: options.bios,
    acpi: uefi !== undefined,
    vgaBios: options.vgaBios,
    bootOrder: bootOrderValue(options.bootOrder ?? ['network', 'disk', 'cdrom']),
    nic: options.nics?.[0]?.model ?? 'none',
    serialPorts,
    onMessage: (text) => owner.said(text),
    onInterruptWake: () => owner.woken(),
    ...drives,
    ...(drives.disk === undefined ? {} : { disk: watchedDisk(drives.disk, owner) }),
    ...(options.kernel === undefined ? {} : { kernel: options.kernel }),
  });
  const { cpu: v86, emulator: instance } = emulator;
  watchDrive(itemAt(v86.devices.fdc.drives, 0).buffer, 'floppy', owner);
  watchDrive(v86.devices.cdrom?.buffer, 'cdrom', owner);
  for (const { name, data } of options.optionRoms ?? []) v86.option_roms.push({ name: `genroms/${name}`, data });
  if (options.bootMenu !== undefined) v86.option_roms.push(...bootMenuFiles(options.bootMenu));
  const views = new WasmViews(v86);
  const memory = new WasmGuestMemory(v86, views);
  const areNicsIdle = plugNics(options.nics ?? [], instance, {
    send: (port, frame) => owner.sendFrame(port, frame),
    received: (frame) => owner.frameReceived(frame),
    atBorder: (action) => owner.atBorder(action),
    polled: () => owner.polled(),
  });
  const flash = options.flash === undefined ? undefined : plugFlash(v86, options.flash, () => owner.now(), options.log);
  const allowLargePages = (): void => {
    views.words[CR4_WORD] = itemAt(views.words, CR4_WORD) | CR4_PSE;
  };
  allowLargePages();
  if (uefi !== undefined) {
    plugBoard(v86, {
      ...options,
      ...uefi,
      ramBytes: memory.sizeBytes,
      hasDisk: drives.disk !== undefined,
      onPowerOff: () => owner.switchesOff(),
    });
    loadVolumes(memory, uefi.volumes);
    uefi.nvram.plug(memory);
  }
  const reset = v86.reboot_internal.bind(v86);
  v86.reboot_internal = () =>
    owner.resets(() => {
      reset();
      flash?.restart();
      allowLargePages();
      if (uefi !== undefined) loadVolumes(memory, uefi.volumes);
    });
  v86.devices.vga.screen = owner.screen;
  for (let port = 0; port < serialPorts; port++)
    instance.bus.register(`serial${port}-output-byte`, (byte: number) => owner.serialByte(port, byte));
  const rawCpu = new V86GuestCpu(v86, views, memory, owner);
  const named = rawCpu.handlers.set('cpu', rawCpu).set('screen', owner.screen);
  const copier = isCopied ? new EmulatorCopier(emulator, named) : undefined;
  return { emulator, views, memory, rawCpu, copier, areNicsIdle };
}
