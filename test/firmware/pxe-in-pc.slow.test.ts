/**
 * The PXE ROM in an emulated PC: SeaBIOS finds it, it gets pxelinux.0 of Debian's network installer, and PXELINUX
 * works on our PXE API until its menu stands. Twice the same run is the same to the nanosecond.
 */
import { describe, expect, it } from 'vitest';
import { image, v86Wasm } from '../support/images.ts';
import { NS_PER_S } from '../../src/base/time/clock.ts';
import { EventLog } from '../../src/base/event-log.ts';
import { EventQueue } from '../../src/base/time/event-queue.ts';
import { SeededRng } from '../../src/base/rng.ts';
import { PcMachine } from '../../src/machine/pc.ts';
import type { MemoryRegion, Personality } from '../../src/firmware/platform.ts';
import { createPxeRom } from '../../src/firmware/pxe/pxe-rom.ts';
import { PcFirmware } from '../../src/firmware/pc/pc-firmware.ts';
import { SharedPort } from '../../src/firmware/pc/shared-port.ts';
import {
  CLIENT,
  CLIENT_MAC,
  SERVER,
  serveDhcp,
  serveTftp,
  TEST_IDENTITY,
  testCard,
  testServer,
  type TestFile,
} from '../../src/firmware/testing.ts';

type Files = (name: string) => TestFile | undefined;

function bench(bootFile: string, files: Files, personality: () => Personality = () => createPxeRom()) {
  const clock = new EventQueue();
  const log = new EventLog(clock);
  const { server, plug } = testServer(clock, log);
  serveDhcp(server, 67, () => [{ yiaddr: CLIENT, siaddr: SERVER, file: bootFile, pxeClient: true }]);
  const requests = serveTftp(server, files);
  const shared = new SharedPort(plug);
  const rng = new SeededRng('seed').derive('pc1');
  const holder: { pc?: PcMachine } = {};
  const firmware = new PcFirmware({
    name: 'pc1',
    clock,
    rng: rng.derive('firmware'),
    log: log.sink('pc1'),
    nics: [testCard(shared.firmware)],
    identity: TEST_IDENTITY,
    personality,
    product: 'Netboot Lab PXE',
    onReboot: () => holder.pc?.reset(),
    onPowerOff: () => holder.pc?.powerOff(),
  });
  const pc = new PcMachine({
    name: 'pc1',
    clock,
    rng,
    log: log.sink('pc1'),
    memMiB: 128,
    wasm: v86Wasm(),
    bios: image('bios/bios.bin'),
    vgaBios: image('bios/vgabios-stdvga.bin'),
    optionRoms: [{ name: 'pxe.rom', data: firmware.rom }],
    nics: [{ port: shared.guest, mac: CLIENT_MAC, model: 'ne2k' }],
    onPowerOn: (cpu) => firmware.attach(cpu),
    onReset: () => firmware.reset(),
  });
  holder.pc = pc;
  return { clock, log, pc, requests };
}

const debian: Files = (name) => {
  try {
    return image(`debian-installer/${name}`);
  } catch {
    return undefined;
  }
};

describe('PXE ROM in a PC', () => {
  it('prints PXE-E3B through the BIOS and lets the BIOS go on', () => {
    const { clock, log, pc } = bench('missing.0', () => undefined);
    pc.powerOn();
    clock.runUntil(10 * NS_PER_S);
    const screen = pc.screenText().join('\n');
    expect(screen).toContain('CLIENT IP: 10.0.0.10  MASK: 255.255.255.0  DHCP IP: 10.0.0.1');
    expect(screen).toContain('PXE-T01: File not found\nPXE-E3B: TFTP Error - File Not Found.');
    expect(screen).toContain('No bootable device');
    expect(log.events.flatMap((event) => (event.kind === 'stage' ? [event.stage] : []))).toContain('next-device');
  });

  it('hears keys: Escape ends the attempt', () => {
    // A file that is never answered for: the attempt waits for TFTP when the key comes.
    const { clock, pc } = bench('silent.0', () => 'silent');
    pc.powerOn();
    clock.runUntil(NS_PER_S);
    expect(pc.screenText().join('\n')).not.toContain('PXE-E');
    pc.press('Escape');
    clock.runUntil(2 * NS_PER_S);
    expect(pc.screenText().join('\n')).toContain('PXE-EA0: Network boot canceled by keystroke.');
  });

  it('boots PXELINUX to the graphical menu of the Debian installer, twice the same', { timeout: 120_000 }, () => {
    const run = () => {
      const { clock, log, pc, requests } = bench('pxelinux.0', debian);
      pc.powerOn();
      clock.runUntil(4 * NS_PER_S);
      expect(requests.at(-1)?.filename).toBe('debian-installer/i386/boot-screens/splash.png');
      expect(pc.screenFrame.kind).toBe('graphics');
      // The menu waits in HLT: it costs nothing.
      expect(pc.state).toBe('sleeping');
      return { events: log.events, instructions: pc.instructions, screen: pc.screen.hash() };
    };
    expect(run()).toEqual(run());
  });

  it('gets the machine back from PXELINUX by `localboot 0` and goes on by INT 18h', () => {
    const config = new TextEncoder().encode('default l\nlabel l\n localboot 0\n');
    const { clock, log, pc } = bench('pxelinux.0', (name) => (name === 'pxelinux.cfg/default' ? config : debian(name)));
    pc.powerOn();
    clock.runUntil(4 * NS_PER_S);
    expect(pc.screenText().join('\n')).toContain('Booting from local disk...');
    expect(pc.screenText().join('\n')).toContain('No bootable device');
    expect(pc.guestCpu.memory.readU16(0x413)).toBe(639);
    expect(log.events.flatMap((event) => (event.kind === 'stage' ? [event.stage] : []))).toContain('nbp-exit');
  });

  it('runs LPXELINUX on UNDI with interrupts, up to the kernel', { timeout: 120_000 }, () => {
    const config = new TextEncoder().encode('default l\nlabel l\n kernel linux\n append console=ttyS0\n');
    const { clock, log, pc } = bench('lpxelinux.0', (name) => {
      if (name === 'lpxelinux.0') return image('syslinux/lpxelinux.0');
      if (name === 'pxelinux.cfg/default') return config;
      return debian(name === 'linux' ? 'debian-installer/i386/linux' : name);
    });
    pc.powerOn();
    clock.runUntil(5 * NS_PER_S);
    const calls = log.events.flatMap((event) =>
      event.kind === 'return' ? [`${event.function}: ${event.status}`] : [],
    );
    expect(calls.slice(-4)).toEqual([
      'PXENV_UNDI_CLOSE: success',
      'PXENV_UNDI_SHUTDOWN: success',
      'PXENV_UNLOAD_STACK: success',
      'PXENV_STOP_UNDI: success',
    ]);
  });

  it('offers personalities the BIOS and the CPU: memory map, drives, real and protected mode', () => {
    const seen: { map?: readonly MemoryRegion[]; ax?: number } = {};
    const { clock, pc } = bench(
      '',
      () => undefined,
      () => ({
        id: 'test',
        *init() {},
        *boot(platform) {
          seen.map = yield* platform.memoryMap();
          platform.setDrive(0x80, {
            name: 'disk',
            sectorBytes: 512,
            isCd: false,
            geometry: undefined,
            sectors: 100,
            *read(sector) {
              yield (resume) => {
                const timer = platform.clock.schedule(NS_PER_S, resume);
                return () => timer.cancel();
              };
              return new Uint8Array(512).fill(sector + 1);
            },
            // oxlint-disable-next-line require-yield -- refused at once
            *write() {
              return false;
            },
          });
          // mov ax, 0201h; mov cx, 3; mov dx, 80h; mov bx, 8000h; int 13h; mov ax, [8000h]; retf
          const real = [0xb8, 1, 2, 0xb9, 3, 0, 0xba, 0x80, 0, 0xbb, 0, 0x80, 0xcd, 0x13, 0xa1, 0, 0x80, 0xcb];
          platform.memory.write(0x7c00, Uint8Array.from(real));
          const entry = { mode: 'real', cs: 0, ip: 0x7c00, interrupts: true } as const;
          const outcome = yield* platform.startProgram({ kind: 'boot-sector', name: 'real', entry });
          if (outcome.kind === 'returned') seen.ax = outcome.ax;
          // mov [2000h], ebx; hlt
          platform.memory.write(0x10_0000, Uint8Array.of(0x89, 0x1d, 0, 0x20, 0, 0, 0xf4));
          const flat = { mode: 'protected', eip: 0x10_0000, registers: { ebx: 0x2bad_b002 } } as const;
          yield* platform.startProgram({ kind: 'multiboot', name: 'flat', entry: flat });
          return { kind: 'stopped' };
        },
      }),
    );
    pc.powerOn();
    clock.runUntil(3 * NS_PER_S);
    expect(seen.map?.[0]).toEqual({ start: 0, length: 0x9fc00, type: 'usable' });
    expect(seen.map?.some((region) => region.start === 0x10_0000 && region.type === 'usable')).toBe(true);
    expect(seen.ax).toBe(0x0303);
    expect(pc.guestCpu.memory.readU32(0x2000)).toBe(0x2bad_b002);
    expect(pc.state).toBe('halted');
  });
});
