/**
 * Makes an emulator that is driven by its owner alone. v86 asks its host for time, entropy, timers and workers
 * through globals; they are exchanged while its code runs and put back after, so that the page's own code never sees
 * it, and each of several machines in one thread sees its own. What v86 imports into WebAssembly is replaced outright.
 */
import { V86 } from 'v86';
import { fromLatin1 } from '../../base/bytes.ts';
import { assert } from '../../base/result.ts';
import {
  JIT_MAX_PAGES,
  JIT_TABLE_OFFSET,
  type V86Cpu,
  type V86Disk,
  type V86Emulator,
  type V86Inner,
} from './internals.ts';

/** Time and entropy of one machine. */
export interface EmulatorHost {
  /** Milliseconds since power-on, never going back. */
  elapsedMs(): number;
  /** Milliseconds since 1970 for the real-time clock. */
  wallMs(): number;
  random32(): number;
}

export interface EmulatorOptions {
  readonly host: EmulatorHost;
  readonly wasm: CompiledWasm;
  readonly memoryBytes: number;
  readonly bios: Uint8Array;
  readonly vgaBios: Uint8Array;
  readonly bootOrder: number;
  readonly nic: 'ne2k' | 'virtio' | 'none';
  /** A local APIC and ACPI's timer, which UEFI firmware needs. */
  readonly acpi: boolean;
  /** Number of serial ports, 1 to 4. */
  readonly serialPorts: number;
  /** An interrupt has ended a halt, within `main_loop` or when a device raised its line. */
  readonly onInterruptWake: () => void;
  /** A message of v86, such as why it panics. By default v86 writes it to the page's console. */
  readonly onMessage: (text: string) => void;
  /** Guests write to these two themselves. */
  readonly floppy?: ArrayBuffer;
  readonly disk?: V86Disk;
  readonly cdrom?: Uint8Array;
  /** A kernel put into memory without any boot loader, as QEMU's `-kernel`. */
  readonly kernel?: { readonly image: Uint8Array; readonly initrd?: Uint8Array; readonly commandLine: string };
}

/** A `WebAssembly.Module` of `v86.wasm`. Opaque: core code compiles without the library that declares it. */
export interface CompiledWasm {
  readonly __brand?: 'WebAssembly.Module';
}

interface WasmInstance {
  readonly exports: Readonly<Record<string, unknown>>;
}

interface WasmApi {
  readonly Module: new (bytes: Uint8Array) => CompiledWasm;
  readonly compile: (bytes: Uint8Array) => Promise<CompiledWasm>;
  readonly Instance: new (module: CompiledWasm, imports: object) => WasmInstance;
}

const scope = globalThis as unknown as Record<string, unknown> & { readonly WebAssembly: WasmApi };
const wasmApi = scope.WebAssembly;

const SYSTEM_CONTROL_PORT = 0x92;

/** Compiles `v86.wasm`; one module serves any number of machines. */
export function compileWasm(bytes: Uint8Array): CompiledWasm {
  return new wasmApi.Module(bytes);
}

/** What a module exports, with these imports. */
export function instantiateWasm(module: CompiledWasm, imports: object): Readonly<Record<string, unknown>> {
  return new wasmApi.Instance(module, imports).exports;
}

/** Enough of the DOM's `ImageData` for v86's VGA card, which draws into it on every host. */
export class PlainImageData {
  readonly data: Uint8ClampedArray;
  readonly width: number;
  readonly height: number;

  constructor(data: Uint8ClampedArray, width: number, height: number) {
    this.data = data;
    this.width = width;
    this.height = height;
  }
}

const RealDate = Date;
let current: EmulatorHost | undefined;

function currentHost(): EmulatorHost {
  assert(current !== undefined, 'v86 code runs only inside runAs');
  return current;
}

/** `Date` as v86's real-time clock uses it: without arguments it is the machine's time. */
class VirtualDate extends RealDate {
  constructor(...args: unknown[]) {
    if (args.length === 0) super(currentHost().wallMs());
    else super(...(args as [number]));
  }

  static override now(): number {
    return currentHost().wallMs();
  }
}

/** Runs v86 code with the machine's own time. Nests: a port handler may run another machine. */
export function runAs<T>(host: EmulatorHost, action: () => T): T {
  const before = { host: current, date: scope['Date'], imageData: scope['ImageData'] };
  current = host;
  scope['Date'] = VirtualDate;
  scope['ImageData'] = PlainImageData;
  try {
    return action();
  } finally {
    current = before.host;
    scope['Date'] = before.date;
    scope['ImageData'] = before.imageData;
  }
}

class IdleWorker {
  postMessage(): void {}
  terminate(): void {}
}

/**
 * Runs v86's constructor to its end: what it would put off by `setTimeout(..., 0)` is run at once, and the worker
 * that would drive it in browsers is a dummy.
 */
function runConstructor(host: EmulatorHost, action: () => void): void {
  const before = { setTimeout: scope['setTimeout'], worker: scope['Worker'] };
  const pending: (() => void)[] = [];
  scope['setTimeout'] = (callback: () => void) => pending.push(callback);
  scope['Worker'] = IdleWorker;
  try {
    runAs(host, () => {
      action();
      for (let next = pending.shift(); next !== undefined; next = pending.shift()) next();
    });
  } finally {
    scope['setTimeout'] = before.setTimeout;
    scope['Worker'] = before.worker;
  }
}

/** v86 reads a kernel's header by words, and takes no buffer that ends in the middle of one. */
const KERNEL_WORD_BYTES = 4;

/** A copy in a buffer of its own, filled up to whole words: v86 keeps the buffer, and writes to disks. */
export function ownBuffer(bytes: Uint8Array, wordBytes = 1): ArrayBuffer {
  const own = new Uint8Array(Math.ceil(bytes.length / wordBytes) * wordBytes);
  own.set(bytes);
  return own.buffer;
}

/** A hard disk or a CD with a copy of the bytes, filled up to whole sectors. */
export function makeDisk(bytes: Uint8Array, sectorBytes: 512 | 2048): V86Disk {
  let buffer = ownBuffer(bytes, sectorBytes);
  const view = (): Uint8Array => new Uint8Array(buffer);
  return {
    get byteLength() {
      return buffer.byteLength;
    },
    get: (start, length, done) => done(view().subarray(start, start + length)),
    get_from_cache: (start, length) => view().subarray(start, start + length),
    set: (start, data, done) => {
      view().set(data, start);
      done();
    },
    get_buffer: (done) => done(buffer),
    get_state: () => [buffer.byteLength, view()],
    set_state: (state) => {
      buffer = ownBuffer(state[1] as Uint8Array);
    },
  };
}

/** v86 awaits a disk among its settings, and has no devices until then: this one comes when the devices are made. */
function attachDisk(inner: V86Inner, disk: V86Disk): void {
  const init = inner.init.bind(inner);
  inner.init = (settings) => {
    settings.hda = disk;
    init(settings);
  };
}

/** The system control port: v86 keeps its byte in a closure, where a copy of the devices' state cannot reach it. */
function keepSystemControl({ io }: V86Cpu): void {
  const device = { byte: 0 };
  io.register_read(SYSTEM_CONTROL_PORT, device, () => device.byte);
  io.register_write(SYSTEM_CONTROL_PORT, device, (value) => {
    device.byte = value;
  });
}

type SetJitConfig = (setting: number, value: number) => void;

interface JitModule {
  readonly tableIndex: number;
  readonly start: number;
  readonly flags: number;
  readonly code: Uint8Array;
}

export interface Emulator {
  readonly emulator: V86Emulator;
  readonly cpu: V86Cpu;
  /** Activates the code that the JIT has compiled since. To be called between slices only, or runs would differ. */
  installJitModules(): void;
  /**
   * Empties the TLB, without paging, when the guest cannot tell. v86 goes through all of it when a page gets code or loses
   * it, which one that has code and data does all the time: it must stay short.
   */
  forgetTranslations(): void;
  /** The active code by its place in the table of functions. */
  readonly jitCode: ReadonlyMap<number, Uint8Array>;
  /** Activates code of another emulator, whose memory this one has been given. */
  setJitCode(code: Iterable<readonly [tableIndex: number, code: Uint8Array]>): void;
}

/** Modules of code that the JIT has made: the browser need not compile them again for another emulator that goes on with it. */
const jitModules = new WeakMap<Uint8Array, CompiledWasm>();

/** Compiles code that an emulator will be given (`setJitCode`) in other threads, meanwhile. */
export function compileAhead(code: Iterable<readonly [tableIndex: number, code: Uint8Array]>): void {
  for (const [, bytes] of code)
    if (!jitModules.has(bytes))
      void wasmApi.compile(bytes).then(
        (module) => jitModules.set(bytes, module),
        // It is compiled when it is needed, then.
        () => undefined,
      );
}

export function createEmulator(options: EmulatorOptions): Emulator {
  const { host } = options;
  const jitQueue: JitModule[] = [];
  const jitCode = new Map<number, Uint8Array>();
  let memory: { readonly buffer: ArrayBuffer } | undefined;

  const instantiate = (imports: { readonly env: Record<string, unknown> }): Record<string, unknown> => {
    const env = {
      ...imports.env,
      microtick: () => host.elapsedMs(),
      get_rand_int: () => host.random32() | 0,
      stop_idling: () => options.onInterruptWake(),
      console_log_from_wasm: (pointer: number, length: number) => {
        assert(memory !== undefined, 'the emulator speaks after instantiation');
        options.onMessage(fromLatin1(new Uint8Array(memory.buffer, pointer >>> 0, length >>> 0)));
      },
      codegen_finalize: (tableIndex: number, start: number, flags: number, pointer: number, length: number) => {
        assert(memory !== undefined, 'the JIT runs after instantiation');
        // v86 reuses this memory for its next module.
        const code = new Uint8Array(memory.buffer, pointer >>> 0, length >>> 0).slice();
        jitQueue.push({ tableIndex, start, flags, code });
      },
    };
    const { exports } = new wasmApi.Instance(options.wasm, { env });
    memory = exports['memory'] as { readonly buffer: ArrayBuffer };
    (exports['set_jit_config'] as SetJitConfig)(JIT_MAX_PAGES.setting, JIT_MAX_PAGES.pages);
    return exports;
  };

  let made: V86Emulator | undefined;
  runConstructor(host, () => {
    const settings: Record<string, unknown> = {
      // A thenable that answers at once, so that the constructor is synchronous.
      wasm_fn: (imports: { readonly env: Record<string, unknown> }) => ({
        // oxlint-disable-next-line unicorn/no-thenable
        then: (done: (exports: Record<string, unknown>) => void) => {
          done(instantiate(imports));
          const inner = (made as unknown as V86Emulator).v86;
          (inner.constructor as unknown as { microtick: () => number }).microtick = () => currentHost().elapsedMs();
          if (options.disk !== undefined) attachDisk(inner, options.disk);
        },
      }),
      memory_size: options.memoryBytes,
      bios: { buffer: ownBuffer(options.bios) },
      vga_bios: { buffer: ownBuffer(options.vgaBios) },
      boot_order: options.bootOrder,
      net_device: { type: options.nic },
      acpi: options.acpi,
      uart1: options.serialPorts > 1,
      uart2: options.serialPorts > 2,
      uart3: options.serialPorts > 3,
      disable_keyboard: true,
      disable_mouse: true,
      disable_speaker: true,
      autostart: false,
    };
    if (options.floppy !== undefined) settings['fda'] = { buffer: options.floppy };
    if (options.cdrom !== undefined) settings['cdrom'] = { buffer: ownBuffer(options.cdrom) };
    if (options.kernel !== undefined) {
      const { image, initrd, commandLine } = options.kernel;
      settings['bzimage'] = { buffer: ownBuffer(image, KERNEL_WORD_BYTES) };
      if (initrd !== undefined) settings['initrd'] = { buffer: ownBuffer(initrd) };
      settings['cmdline'] = commandLine;
    }
    made = Object.create(V86.prototype) as V86Emulator;
    Reflect.apply(V86 as unknown as (this: unknown, settings: unknown) => void, made, [settings]);
  });
  assert(made !== undefined, 'the emulator was made');
  const emulator = made;
  const { cpu } = emulator.v86;
  // v86 goes on by itself when a device wakes the CPU; here the owner does.
  emulator.v86.yield = () => {};
  keepSystemControl(cpu);

  const activate = (tableIndex: number, code: Uint8Array): void => {
    const module = jitModules.get(code) ?? new wasmApi.Module(code);
    jitModules.set(code, module);
    const instance = new wasmApi.Instance(module, { e: cpu.jit_imports });
    cpu.wm.wasm_table.set(tableIndex + JIT_TABLE_OFFSET, instance.exports['f']);
    jitCode.set(tableIndex, code);
  };
  const clear = cpu.jit_clear_func.bind(cpu);
  cpu.jit_clear_func = (tableIndex) => {
    jitCode.delete(tableIndex);
    clear(tableIndex);
  };
  const clearAll = cpu.jit_clear_all_funcs.bind(cpu);
  cpu.jit_clear_all_funcs = () => {
    jitCode.clear();
    clearAll();
  };
  const setJitCode = (code: Iterable<readonly [number, Uint8Array]>): void => {
    for (const [tableIndex, module] of code) activate(tableIndex, module);
  };

  const installJitModules = (): void => {
    for (const { tableIndex, start, flags, code } of jitQueue) {
      activate(tableIndex, code);
      cpu.codegen_finalize_finished(tableIndex, start, flags);
    }
    jitQueue.length = 0;
  };
  const forgetTranslations = (): void => cpu.full_clear_tlb();
  return { emulator, cpu, installJitModules, forgetTranslations, jitCode, setJitCode };
}

/** The state of CPU and devices in v86's own format, without the memory, which v86 packs very slowly. */
export function saveDevices({ emulator, cpu }: Emulator): Uint8Array {
  cpu.pack_memory = () => ({ bitmap: { get_buffer: () => new ArrayBuffer(0) }, packed_memory: new Uint8Array(0) });
  try {
    return new Uint8Array(emulator.v86.save_state());
  } finally {
    // The prototype's method shows again.
    delete cpu.pack_memory;
  }
}
