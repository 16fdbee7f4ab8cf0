/**
 * Wall time of an emulated PC's boot: our exact driving of v86 against v86's own loop. Kernel and initrd are in memory
 * at power-on, so that only the emulation is measured.
 *
 *     tsx test/bench/pc-boot.ts exact|free
 */
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { V86 } from 'v86';
import { EventLog } from '../../src/base/event-log.ts';
import { EventQueue } from '../../src/base/event-queue.ts';
import { SeededRng } from '../../src/base/rng.ts';
import { PcMachine } from '../../src/machine/pc.ts';
import type { V86Cpu } from '../../src/machine/v86/internals.ts';
import { image, v86Wasm } from '../support/images.ts';

const kernel = image('debian-installer/debian-installer/i386/linux');
const initrd = image('debian-installer/debian-installer/i386/initrd.gz');
const bios = image('bios/bios.bin');
const vgaBios = image('bios/vgabios-stdvga.bin');
const commandLine = 'console=ttyS0';
const memMiB = 256;
const LAST_LINE = 'Run /init';

/** An option ROM that says that it is initialised: mov dx, 5C0h; out dx, al; retf. */
const PORT = 0x5c0;
const rom = new Uint8Array(512);
rom.set([0x55, 0xaa, 1, 0xba, 0xc0, 0x05, 0xee, 0xcb]);
rom[511] = -rom.reduce((sum, byte) => sum + byte, 0);

let startMs = performance.now();

function report(what: string): void {
  const wallS = (performance.now() - startMs) / 1000;
  const { user, system } = process.cpuUsage();
  const cpuS = (user + system) / 1e6;
  process.stdout.write(`${what.padEnd(16)} ${wallS.toFixed(2).padStart(7)} s, ${cpuS.toFixed(2)} s of CPU\n`);
}

function line(text: string): boolean {
  if (text.includes('Linux version')) report('Linux version');
  if (text.includes(LAST_LINE)) report(LAST_LINE);
  return text.includes(LAST_LINE);
}

function exact(): void {
  const wasm = v86Wasm();
  const clock = new EventQueue();
  const log = new EventLog(clock);
  let done = false;
  log.on((event) => {
    if (event.kind === 'console' && event.channel === 'serial0') done ||= line(event.text);
  });
  const pc = new PcMachine({
    name: 'pc',
    clock,
    rng: new SeededRng('bench'),
    log: log.sink('pc'),
    memMiB,
    wasm,
    bios,
    vgaBios,
    optionRoms: [{ name: 'bench.rom', data: rom }],
    kernel: { image: kernel, initrd, commandLine },
    onPowerOn: (cpu) => cpu.onPortWrite(PORT, 8, () => report('option ROM')),
  });
  startMs = performance.now();
  pc.powerOn();
  const more = (): boolean => !done && clock.step();
  while (more());
  process.stdout.write(`${pc.instructions} instructions, ${(pc.localNs / 1e9).toFixed(3)} s of virtual time\n`);
}

/** v86 as its own public API runs it: by the wall clock, with JIT modules compiled in the background. */
function free(): void {
  const main = createRequire(import.meta.url).resolve('v86');
  const buffer = (bytes: Uint8Array): { buffer: ArrayBuffer } => ({ buffer: Uint8Array.from(bytes).buffer });
  startMs = performance.now();
  const emulator = new V86({
    wasm_path: join(dirname(main), 'v86.wasm'),
    memory_size: memMiB * 1024 * 1024,
    bios: buffer(bios),
    vga_bios: buffer(vgaBios),
    bzimage: buffer(kernel),
    initrd: buffer(initrd),
    cmdline: commandLine,
    disable_keyboard: true,
    disable_mouse: true,
    disable_speaker: true,
    autostart: false,
  });
  let text = '';
  emulator.add_listener('serial0-output-byte', (byte) => {
    if (byte !== 10) {
      text += String.fromCharCode(byte);
      return;
    }
    if (line(text)) process.exit(0);
    text = '';
  });
  emulator.add_listener('emulator-loaded', () => {
    const { cpu } = (emulator as unknown as { v86: { cpu: V86Cpu } }).v86;
    cpu.option_roms.push({ name: 'genroms/bench.rom', data: rom });
    cpu.io.register_write(PORT, {}, () => report('option ROM'));
    void emulator.run();
  });
}

if (process.argv[2] === 'free') free();
else exact();
