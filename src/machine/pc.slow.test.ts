/**
 * A whole PC is a function of its inputs: the same boot gives the same number of instructions, the same screen and the
 * same memory, with the JIT on, alone and beside others in one thread; and hypercalls of an option ROM arrive.
 */
import { describe, expect, it } from 'vitest';
import { image, v86Wasm } from '../../test/support/images.ts';
import { MAC_BROADCAST, readMac } from '../base/address.ts';
import { fromHex, readU16 } from '../base/bytes.ts';
import { NS_PER_MS, NS_PER_S } from '../base/time/clock.ts';
import { EventLog } from '../base/event-log.ts';
import { itemAt } from '../base/lists/list.ts';
import { verbatim } from '../base/sentence.ts';
import { EventQueue } from '../base/time/event-queue.ts';
import { SeededRng } from '../base/rng.ts';
import type { GuestCpu } from '../firmware/guest.ts';
import type { FramePort } from '../net/port.ts';
import { PcMachine } from './pc.ts';
import type { PcOptions } from './pc-options.ts';

interface Bench {
  readonly clock: EventQueue;
  readonly log: EventLog;
  readonly pc: PcMachine;
}

function makePc(options: Partial<PcOptions> = {}, clock = new EventQueue()): Bench {
  const log = new EventLog(clock);
  const name = options.name ?? 'pc1';
  const pc = new PcMachine({
    name,
    clock,
    rng: new SeededRng('seed').derive(name),
    log: log.sink(name),
    memMiB: 64,
    wasm: v86Wasm(),
    bios: image('bios/bios.bin'),
    vgaBios: image('bios/vgabios-stdvga.bin'),
    ...options,
  });
  return { clock, log, pc };
}

const HANDLER_OFFSET = 0x80;

/** Machine code written as hexadecimal, with a comment after two blanks. */
function hex(listing: string): number[] {
  return listing.split('\n').flatMap((line) => Array.from(fromHex(itemAt(line.trim().split(/ {2,}/), 0)) ?? []));
}

/** An option ROM whose initialisation runs `code` and returns; `handler` stands at HANDLER_OFFSET. */
function rom(code: readonly number[], handler: readonly number[] = []): Uint8Array {
  const bytes = new Uint8Array(512);
  bytes.set([0x55, 0xaa, 1, ...code, 0xcb]);
  bytes.set(handler, HANDLER_OFFSET);
  bytes[511] = -bytes.reduce((sum, byte) => sum + byte, 0);
  return bytes;
}

const PORT = 0x5c0;
const PORT_BYTES = 'c005';
/** mov dx, PORT; mov al, VALUE; out dx, al */
const out = (value: number): number[] => [0xba, PORT & 255, PORT >> 8, 0xb0, value, 0xee];

/** A 1.44 MB floppy disk whose boot sector runs `code` at 0:7C00. */
function floppy(code: readonly number[]): Uint8Array {
  const disk = new Uint8Array(2880 * 512);
  disk.set(code);
  disk.set([0x55, 0xaa], 510);
  return disk;
}

/** Sends each key to the first serial port; `~` resets by the keyboard controller. */
const keysToSerial = hex(`
  baf803          mov dx, 3F8h
  b400 cd16       L: mov ah, 0; int 16h
  3c7e 7404       cmp al, '~'; je R
  ee ebf5         out dx, al; jmp L
  90              nop
  b0fe e664       R: mov al, FEh; out 64h, al
  f4              hlt`);

function fakePort(send: (frame: Uint8Array) => void): FramePort {
  return { name: 'pc1.net0', linkUp: true, send, setReceiver: () => {}, setLinkListener: () => {} };
}

function observe(pc: PcMachine): unknown {
  return { instructions: pc.instructions, localNs: pc.localNs, screen: pc.screenText(), state: pc.stateHash() };
}

describe('PcMachine', () => {
  it('boots SeaBIOS twice to the same instruction, screen and state', () => {
    const run = (): unknown => {
      const { clock, pc } = makePc();
      pc.powerOn();
      clock.runUntil(3 * NS_PER_S);
      expect(pc.screenText().join('\n')).toContain('SeaBIOS (version');
      expect(pc.screenText().join('\n')).toContain('No bootable device');
      return observe(pc);
    };
    expect(run()).toEqual(run());
  });

  it('hands an `out` of an option ROM to the firmware, and its answer to the guest', () => {
    const seen: string[] = [];
    let guest: GuestCpu | undefined;
    const { clock, pc } = makePc({
      // out; then in al, dx; out dx, al: what was read comes back.
      optionRoms: [{ name: 'test.rom', data: rom([...out(0x42), 0xec, 0xee]) }],
      onPowerOn: (cpu) => {
        guest = cpu;
        cpu.onPortWrite(PORT, 8, (value) => {
          const { registers } = cpu;
          seen.push(`${value.toString(16)} dx=${(registers.get('edx') & 0xffff).toString(16)}`);
        });
        cpu.onPortRead(PORT, 8, () => 0x17);
      },
    });
    pc.powerOn();
    clock.runUntil(NS_PER_S);
    expect(seen).toEqual(['42 dx=5c0', '17 dx=5c0']);
    expect(guest?.memory.readU16(0x413)).toBeGreaterThan(600);
  });

  it('sleeps inside an `out` until woken, with interrupts off', () => {
    const wokenNs: number[] = [];
    let pollsWhileAsleep = 0;
    let ready = false;
    const { clock, pc } = makePc({
      // cli; L: out 1; in al; test al, al; jz L; out 2
      optionRoms: [{ name: 'test.rom', data: rom([0xfa, ...out(1), 0xec, 0x84, 0xc0, 0x74, 0xf5, ...out(2), 0xfb]) }],
      onPowerOn: (cpu) => {
        cpu.onPortWrite(PORT, 8, (value) => {
          if (value === 1) {
            pollsWhileAsleep++;
            if (!ready) cpu.sleep();
            clock.schedule(5 * NS_PER_S, () => {
              ready = true;
              cpu.wake();
            });
          } else wokenNs.push(cpu.nowNs);
        });
        cpu.onPortRead(PORT, 8, () => (ready ? 1 : 0));
      },
    });
    pc.powerOn();
    clock.runUntil(NS_PER_S);
    const askedNs = pc.localNs;
    expect(pc.state).toBe('sleeping');
    clock.runUntil(8 * NS_PER_S);
    expect(wokenNs).toHaveLength(1);
    expect(itemAt(wokenNs, 0) - askedNs).toBeGreaterThan(4.9 * NS_PER_S);
    expect(itemAt(wokenNs, 0) - askedNs).toBeLessThan(5.1 * NS_PER_S);
    expect(pollsWhileAsleep).toBe(1);
  });

  it('raises an interrupt that a sleeping guest takes once', () => {
    const waitForIrq10 = hex(`
      31c0 8ed8           xor ax, ax; mov ds, ax
      c706c801 8000     mov word [4 * 72h], HANDLER_OFFSET
      8c0eca01            mov [4 * 72h + 2], cs
      e4a1 24fb e6a1      in al, A1h; and al, ~4; out A1h, al
      e421 24fb e621      the same for the cascade
      fb                  sti
      ba${PORT_BYTES} b001 ee      L: out 1
      ec 84c0 74f5        in al, dx; test al, al; jz L
      b002 ee             out 2`);
    const handler = hex(`
      60                  pusha
      ba${PORT_BYTES} b003 ee      out 3
      b020 e6a0 e620      end of interrupt, to both controllers
      61 cf               popa; iret`);
    const seen: string[] = [];
    let ready = false;
    const { clock, pc } = makePc({
      optionRoms: [
        {
          name: 'test.rom',
          data: rom(waitForIrq10, handler),
        },
      ],
      onPowerOn: (cpu) => {
        cpu.onPortRead(PORT, 8, () => (ready ? 1 : 0));
        cpu.onPortWrite(PORT, 8, (value) => {
          if (value === 1) {
            if (seen.length === 0) clock.schedule(NS_PER_S, () => cpu.raiseIrq(10));
            if (seen[0] !== 'asleep') seen.push('asleep');
            cpu.sleep();
          } else if (value === 2) seen.push('awake');
          else {
            seen.push('interrupt');
            ready = true;
            cpu.lowerIrq(10);
          }
        });
      },
    });
    pc.powerOn();
    clock.runUntil(3 * NS_PER_S);
    expect(seen).toEqual(['asleep', 'interrupt', 'awake']);
  });

  it('gives keys to a guest, takes its serial output, and starts again after a reset by either', () => {
    const resets: number[] = [];
    const bench = makePc({
      bootOrder: ['floppy'],
      media: { floppy: floppy(keysToSerial) },
      onReset: () => resets.push(bench.pc.localNs),
    });
    const { clock, log, pc } = bench;
    const serial = (): string[] =>
      log.events.flatMap((event) => (event.kind === 'console' && event.channel === 'serial0' ? [event.text] : []));
    pc.powerOn();
    clock.runUntil(2 * NS_PER_S);
    pc.type('Hello, PC');
    expect(pc.press('Ctrl-B')).toBe(true);
    expect(pc.press('F13')).toBe(false);
    clock.runUntil(4 * NS_PER_S);
    expect(serial()).toEqual(['Hello, PC\u0002']);

    pc.reset();
    clock.runUntil(6 * NS_PER_S);
    pc.type('ab~');
    clock.runUntil(10 * NS_PER_S);
    pc.type('c');
    clock.runUntil(12 * NS_PER_S);
    expect(serial()).toEqual(['Hello, PC\u0002', 'ab', 'c']);
    expect(resets).toHaveLength(2);

    pc.powerOff();
    expect(pc.state).toBe('off');
    clock.runUntil(13 * NS_PER_S);
    expect(clock.size).toBe(0);
    pc.powerOn();
    clock.runUntil(15 * NS_PER_S);
    pc.type('d');
    clock.runUntil(16 * NS_PER_S);
    expect(serial().at(-1)).toBe('d');
  });

  it('keeps what a guest has written to its disk through reset and power-off', () => {
    // Reads the second sector, adds one to its first byte, shows it as a character and writes it back.
    const count = hex(`
      31c0 8ed8 8ec0          xor ax, ax; mov ds, ax; mov es, ax
      bb007e b80102           mov bx, 7E00h; mov ax, 0201h
      b90200 b600 cd13        mov cx, 2; mov dh, 0; int 13h
      fe06007e                inc byte [7E00h]
      b80103 bb007e b90200 b600 cd13   the same with 03h: write
      baf803 a0007e 0440 ee   mov dx, 3F8h; mov al, [7E00h]; add al, '@'; out dx, al
      fb f4 ebfc              L: sti; hlt; jmp L`);
    const disk = new Uint8Array(64 * 512);
    disk.set(count);
    disk.set([0x55, 0xaa], 510);
    const shown: string[] = [];
    const { clock, pc } = makePc({
      bootOrder: ['disk'],
      media: { disk },
      onSerial: (_port, byte) => shown.push(String.fromCharCode(byte)),
    });
    pc.powerOn();
    clock.runUntil(NS_PER_S);
    pc.reset();
    clock.runUntil(2 * NS_PER_S);
    pc.powerOff();
    pc.powerOn();
    clock.runUntil(3 * NS_PER_S);
    expect(shown.join('')).toBe('ABC');
    // The bytes that it was made with stay as they were.
    expect(disk[512]).toBe(0);
  });

  it('takes a fault that has nowhere to go for a reset, also when nothing is left of the emulator', () => {
    const paging = hex(`
      fa 2e0f011e307c 2e0f0116367c   cli; lidt cs:[7C30h]; lgdt cs:[7C36h]
      0f20c0 0c01 0f22c0             protected mode
      66b800000500 0f22d8            CR3: a page directory of zeroes
      0f20c0 660d00000080 0f22c0     paging
      f4`);
    const disk = new Uint8Array(512);
    disk.set(paging);
    disk.set([0xff, 0x07, 0, 0, 0x10, 0], 0x30);
    disk.set([0x55, 0xaa], 510);
    const run = (): unknown => {
      const { clock, log, pc } = makePc({ bootOrder: ['disk'], media: { disk } });
      pc.powerOn();
      clock.runUntil(0.5 * NS_PER_S);
      const reported = log.events.flatMap((event) => {
        if (event.kind === 'fault') return [`${event.code} at ${event.timeNs}`];
        return event.kind === 'stage' && event.stage !== 'post' ? [event.stage] : [];
      });
      expect(reported.slice(1, 4)).toEqual([
        expect.stringMatching(/^machine\/triple-fault at /),
        'boot-failed',
        'power-on',
      ]);
      expect(reported.length).toBeGreaterThan(10);
      return reported;
    };
    expect(run()).toEqual(run());
  });

  it('hands on what a port handler throws, and stands when it is told to fail', () => {
    const { clock, log, pc } = makePc({
      optionRoms: [{ name: 'test.rom', data: rom(out(1)) }],
      onPowerOn: (cpu) =>
        cpu.onPortWrite(PORT, 8, () => {
          throw new RangeError('Maximum call stack size exceeded');
        }),
    });
    pc.powerOn();
    expect(() => clock.runUntil(NS_PER_S)).toThrow('Maximum call stack size exceeded');
    pc.fail({ kind: 'fault', code: 'machine/failed', ...verbatim('it failed') });
    clock.runUntil(2 * NS_PER_S);
    expect(pc.state).toBe('crashed');
    expect(log.events.slice(-2)).toMatchObject([{ kind: 'fault' }, { kind: 'stage', stage: 'halted' }]);
  });

  it('sends by the NE2000 with the MAC of the scenario, at its own time (real iPXE)', () => {
    const sent: { readonly timeNs: number; readonly frame: Uint8Array }[] = [];
    const clock = new EventQueue();
    const port = fakePort((frame) => sent.push({ timeNs: clock.nowNs, frame }));
    const { pc } = makePc(
      {
        nics: [{ port, mac: 0x5254_00aa_0001, model: 'ne2k' }],
        optionRoms: [{ name: 'ipxe.rom', data: image('ipxe/pxe-ne2k_pci.rom') }],
      },
      clock,
    );
    pc.powerOn();
    while (sent.length < 2 && clock.nowNs < 10 * NS_PER_S) clock.step();
    const discover = itemAt(sent, 0);
    expect(readMac(discover.frame, 0)).toBe(MAC_BROADCAST);
    expect(readMac(discover.frame, 6)).toBe(0x5254_00aa_0001);
    expect(readU16(discover.frame, 36)).toBe(67);
    // Two frames of one slice leave at the times at which they were written, not together at its start.
    expect(itemAt(sent, 1).timeNs).toBeGreaterThan(discover.timeNs);
    expect(itemAt(sent, 1).timeNs - discover.timeNs).toBeLessThan(NS_PER_MS);
  });

  it('boots a kernel in memory twice to the same state, to its first line', () => {
    const run = (): unknown => {
      const { clock, log, pc } = makePc({
        memMiB: 128,
        kernel: {
          image: image('debian-installer/debian-installer/i386/linux'),
          initrd: image('debian-installer/debian-installer/i386/initrd.gz'),
          commandLine: 'console=ttyS0',
        },
      });
      pc.powerOn();
      const entered = (): boolean =>
        log.events.some((event) => event.kind === 'stage' && event.stage === 'kernel-entry');
      while (!entered()) clock.step();
      return observe(pc);
    };
    expect(run()).toEqual(run());
  });

  it('boots a kernel in memory whose file does not end with a word (real iPXE)', () => {
    const kernel = image('ipxe/ipxe.lkrn');
    expect(kernel.length % 4).not.toBe(0);
    const { clock, pc } = makePc({ kernel: { image: kernel, commandLine: '' } });
    pc.powerOn();
    clock.runUntil(8 * NS_PER_S);
    expect(pc.screenText().join('\n')).toContain('Open Source Network Boot Firmware');
  });

  it('is the same beside another machine as alone', () => {
    const boot = (names: readonly string[]): unknown[] => {
      const clock = new EventQueue();
      const options = { bootOrder: ['floppy'] as const, media: { floppy: floppy(keysToSerial) } };
      const benches = names.map((name, i) => makePc({ ...options, name, memMiB: 32 * (i + 1) }, clock));
      benches.forEach(({ pc }) => pc.powerOn());
      clock.runUntil(2 * NS_PER_S);
      benches.forEach(({ pc }) => pc.type(`this is ${pc.name}`));
      clock.runUntil(4 * NS_PER_S);
      return benches.map(({ pc }) => observe(pc));
    };
    const together = boot(['a', 'b']);
    expect(together[0]).toEqual(boot(['a'])[0]);
    expect(together).toEqual(boot(['a', 'b']));
  });
});
