import { describe, expect, it } from 'vitest';
import { EventLog } from '../../base/event-log.ts';
import { EventQueue } from '../../base/time/event-queue.ts';
import { SeededRng } from '../../base/rng.ts';
import type { Personality } from '../platform.ts';
import { BareMachine } from './bare-machine.ts';
import { SparseMemory } from './sparse-memory.ts';
import { verbatim } from '../../base/sentence.ts';

const identity = {
  uuid: '00000000-0000-0000-0000-000000000001',
  manufacturer: 'm',
  product: 'p',
  serial: 's',
  asset: '',
  boardSerial: '',
};

function machine(personality: Personality): { pc: BareMachine; queue: EventQueue; log: EventLog } {
  const queue = new EventQueue();
  const log = new EventLog(queue);
  const pc = new BareMachine({
    name: 'pc1',
    clock: queue,
    rng: new SeededRng('1'),
    log: log.sink('pc1'),
    nics: [],
    identity,
    personalities: () => [personality],
  });
  return { pc, queue, log };
}

describe('bare machine', () => {
  it('prints, waits for keys at virtual time, and goes on to the next device', () => {
    const { pc, queue, log } = machine({
      id: 'test',
      *init(platform) {
        yield* platform.console.write('\x1b[1;31mhello\x1b[0m\n');
      },
      *boot(platform) {
        const first = yield* platform.console.key(1_000_000_000);
        const second = yield* platform.console.key();
        yield* platform.console.write(`${first?.name ?? 'none'} ${second?.name ?? 'none'}\n`);
        return { kind: 'next-device', reason: verbatim('done') };
      },
    });
    pc.powerOn();
    queue.runUntil(2_000_000_000);
    pc.press('F8');
    queue.runAll();
    expect(pc.screen.text()).toBe('hello\nnone F8\nNo bootable device.');
    // Bold red: ANSI colour 1 is the PC's colour 4.
    expect(pc.screen.cells[0]).toBe((0x0c << 8) | 0x68);
    expect(log.events.filter((event) => event.kind === 'stage').map((event) => event.stage)).toEqual([
      'power-on',
      'rom-init',
      'rom-boot',
      'next-device',
      'halted',
    ]);
  });

  it('reboots when the personality asks, and keeps its store', () => {
    const { pc, queue } = machine({
      id: 'test',
      *init() {},
      *boot(platform) {
        const seen = platform.store.get('seen');
        if (seen !== undefined) {
          yield* platform.console.write('second boot');
          return { kind: 'power-off' };
        }
        platform.store.set('seen', new Uint8Array(1));
        return { kind: 'reboot' };
      },
    });
    pc.powerOn();
    queue.runUntil(400_000_000);
    expect(pc.powered).toBe(true);
    queue.runAll();
    expect(pc.powered).toBe(false);
    expect(queue.nowNs).toBe(600_000_000);
  });

  it('scrolls at the last row, as the BIOS does', () => {
    const { pc, queue } = machine({
      id: 'test',
      *init() {},
      *boot(platform) {
        for (let i = 0; i < 30; i++) yield* platform.console.write(`line ${i}\n`);
        yield* platform.console.write('\x1b[1;1Htop\x1b[3;1H\x1b[Jx');
        return { kind: 'stopped' };
      },
    });
    pc.powerOn();
    queue.runAll();
    expect(pc.screen.text()).toBe('tope 6\nline 7\nx');
  });
});

describe('sparse memory', () => {
  it('reads zeros where nothing was written, and crosses pages', () => {
    const memory = new SparseMemory(0x1000_0000);
    memory.write(0xffe, new Uint8Array([1, 2, 3, 4]));
    expect(memory.readU32(0xffe)).toBe(0x04030201);
    expect([...memory.read(0xffd, 6)]).toEqual([0, 1, 2, 3, 4, 0]);
    expect(memory.allocatedBytes).toBe(8192);
  });
});
