/**
 * The parts of v86 (0.5.462) that the adapter touches. The npm release keeps these names; its own declaration file
 * stops at the public API, which drives the emulator by the wall clock and is of no use here.
 */

export interface V86Io {
  /** Moves with a PCI card whose base address is set. */
  readonly ports: {
    read8: (this: unknown) => number;
    write8: (this: unknown, value: number) => void;
    write16: (this: unknown, value: number) => void;
    readonly device: unknown;
  }[];
  register_write(
    port: number,
    device: object,
    write8?: (value: number) => void,
    write16?: (value: number) => void,
    write32?: (value: number) => void,
  ): void;
  register_read(port: number, device: object, read8?: () => number, read16?: () => number, read32?: () => number): void;
  /** Address and size are multiples of 128 KiB. Addresses come signed. */
  mmap_register(
    address: number,
    size: number,
    read8: (address: number) => number,
    write8: (address: number, value: number) => void,
  ): void;
}

export interface V86PciDevice {
  /** Device number times 8, and function. */
  readonly pci_id: number;
  readonly name: string;
  readonly pci_bars: readonly unknown[];
  /** The first 256 bytes of its configuration space. */
  readonly pci_space: readonly number[];
  /** Of its expansion ROM: a power of two. v86 leaves it where it is, whatever the BIOS writes. */
  pci_rom_size?: number;
  pci_rom_address?: number;
}

export interface V86OptionRom {
  readonly name: string;
  readonly data: Uint8Array;
}

export interface V86Vga {
  screen: V86Screen;
  graphical_mode: boolean;
  /** Renders what changed and passes a vertical retrace, which guests can see. */
  screen_fill_buffer(): void;
}

/** The rectangle of an image that changed, in the image's and in the screen's coordinates. */
export interface V86Layer {
  readonly image_data: { readonly data: Uint8ClampedArray; readonly width: number; readonly height: number };
  readonly screen_x: number;
  readonly screen_y: number;
  readonly buffer_x: number;
  readonly buffer_y: number;
  readonly buffer_width: number;
  readonly buffer_height: number;
}

/** What v86's VGA card calls. Colours are 24-bit RGB. */
export interface V86Screen {
  readonly FLAG_BLINKING: number;
  readonly FLAG_FONT_PAGE_B: number;
  put_char(row: number, column: number, code: number, flags: number, background: number, foreground: number): void;
  set_mode(graphical: boolean): void;
  set_font_bitmap(): void;
  set_font_page(): void;
  clear_screen(): void;
  clear_text_state(): void;
  set_size_text(columns: number, rows: number): void;
  set_size_graphical(width: number, height: number): void;
  set_scale(): void;
  update_cursor_scanline(start: number, end: number, visible: boolean): void;
  update_cursor(row: number, column: number): void;
  update_buffer(layers: readonly V86Layer[]): void;
  pause(): void;
  continue(): void;
  destroy(): void;
}

export interface V86Ne2k {
  readonly constructor: new (cpu: V86Cpu, bus: V86Bus, keepMac: boolean, translateMac: boolean, id: number) => V86Ne2k;
  readonly mac: Uint8Array;
  /** Address PROM and packet buffer. */
  readonly memory: Uint8Array;
  /** Receive configuration register. */
  rxcr: number;
  /** Command register: bit 0 stops the card. */
  readonly cr: number;
  /** Interrupt status register. */
  readonly isr: number;
  /** Sets bits of the interrupt status, and the interrupt if the driver wants it. */
  do_interrupt(bits: number): void;
  /** The ring of received frames, in pages: from, to, where the next one goes, where the driver has read. */
  readonly pstart: number;
  readonly pstop: number;
  readonly curpg: number;
  readonly boundary: number;
}

export interface V86Cpu {
  readonly io: V86Io;
  readonly option_roms: V86OptionRom[];
  readonly devices: {
    readonly vga: V86Vga;
    readonly pci: {
      register_device(device: V86PciDevice): void;
      /** Configuration spaces by device number times 8 and function, in words of 32 bits. */
      readonly device_spaces: Int32Array[];
      /** By the same numbers. */
      readonly devices: V86PciDevice[];
    };
    readonly net?: V86Ne2k;
    readonly virtio_net?: {
      mac: Uint8Array;
      readonly virtio: { readonly queues: readonly { has_request(): boolean }[] };
    };
    readonly cdrom?: { readonly buffer: V86Medium | null; set_cdrom(buffer: V86Disk): void; eject(): void };
    readonly fdc: {
      readonly drives: readonly {
        readonly buffer: V86Medium | null;
        insert_disk(buffer: Uint8Array, readOnly: boolean): boolean;
        eject_disk(): void;
      }[];
    };
  };
  /** Runs one slice. Milliseconds that the guest sleeps, or 0 when it has work. */
  main_loop(): number;
  /** Lets the timers that are due raise their interrupts; returns the milliseconds up to the next. */
  run_hardware_timers(withApic: boolean, nowMs: number): number;
  reboot_internal(): void;
  pack_memory?: () => { readonly bitmap: { get_buffer(): ArrayBuffer }; readonly packed_memory: Uint8Array };
  device_raise_irq(irq: number): void;
  device_lower_irq(irq: number): void;
  jit_dirty_cache(start: number, end: number): void;
  /** Empties the TLB, with its global entries. */
  full_clear_tlb(): void;
  /** The code at this place is no longer used. */
  jit_clear_func: (tableIndex: number) => void;
  jit_clear_all_funcs: () => void;
  codegen_finalize_finished(tableIndex: number, start: number, flags: number): void;
  get_eflags(): number;
  /** Relative to the code segment. */
  get_real_eip(): number;
  readonly jit_imports: object;
  readonly wasm_memory: { readonly buffer: ArrayBuffer; grow(pages: number): number };
  /** A slow proxy; only its place in the WebAssembly memory is of interest. */
  readonly mem8: { readonly byteOffset: number; readonly length: number };
  readonly wm: { readonly wasm_table: { set(index: number, value: unknown): void } };
}

/** What a drive reads from. */
export interface V86Medium {
  get: (start: number, length: number, done: (data: Uint8Array) => void, ...rest: readonly unknown[]) => void;
}

/** v86's own synchronous disk over an ArrayBuffer. */
export interface V86Disk extends V86Medium {
  readonly byteLength: number;
  /** For the partition table, from which v86 takes the geometry. */
  get_from_cache(start: number, length: number): Uint8Array;
  set(start: number, data: Uint8Array, done: () => void): void;
  get_buffer(done: (buffer: ArrayBuffer) => void): void;
  get_state(): unknown[];
  set_state(state: unknown[]): void;
}

export interface V86Bus {
  register(name: string, handler: (value: never) => void, thisValue?: unknown): void;
  send(name: string, value?: unknown): void;
}

/** What `emulator.v86` is: the CPU and the loop that must never run here. */
export interface V86Inner {
  readonly cpu: V86Cpu;
  /** Makes the devices. */
  init: (settings: { hda?: V86Disk }) => void;
  yield: () => void;
  save_state(): ArrayBuffer;
  restore_state(state: ArrayBuffer): void;
}

export interface V86Emulator {
  readonly v86: V86Inner;
  /** The page's end of the bus; devices have the other. */
  readonly bus: V86Bus;
  readonly emulator_bus: V86Bus;
}

/** Byte offsets of CPU state in the WebAssembly memory (v86 `global_pointers.rs`). */
export const CPU_STATE = {
  reg32: 64,
  flagsChanged: 100,
  flags: 120,
  /** Linear: the base of CS is in it. */
  instructionPointer: 556,
  idtrSize: 564,
  idtrOffset: 568,
  gdtrSize: 572,
  gdtrOffset: 576,
  /** CR0 to CR4 follow each other. */
  cr0: 580,
  cpl: 612,
  inHlt: 616,
  instructionCounter: 664,
  sreg: 668,
  /** Bases of the segments, in the order of `sreg`. */
  segmentOffsets: 736,
} as const;

/** Entry of JIT module 0 in the table of functions. */
export const JIT_TABLE_OFFSET = 1024;

/**
 * Setting 1 of `set_jit_config` is the number of pages of 4 KiB that one module of the JIT may span: 3 by default. The
 * host's compiler needs much longer for long functions: with one page, 440 modules of 81 kB become 640 of 34 kB, and a
 * boot to the Debian installer takes a quarter less CPU time.
 */
export const JIT_MAX_PAGES = { setting: 1, pages: 1 } as const;
