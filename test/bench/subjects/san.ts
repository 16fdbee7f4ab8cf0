/**
 * Reads of a disk of the network by our firmware on a bare machine, as a program would by INT 13h: 64 KiB each in a row,
 * and 4 KiB each at random, through cables, switch, capture and log. Each protocol serves the same file.
 */
import { NS_PER_S } from '../../../src/base/time/clock.ts';
import { SeededRng } from '../../../src/base/rng.ts';
import { startTask, type Task } from '../../../src/base/time/task.ts';
import { BareMachine } from '../../../src/firmware/bare/bare-machine.ts';
import { DEFAULT_BUILD } from '../../../src/firmware/ipxe/build.ts';
import { IpxePersonality } from '../../../src/firmware/ipxe/personality.ts';
import { TEST_IDENTITY, testNic } from '../../../src/firmware/ipxe/testing.ts';
import type { BlockDevice } from '../../../src/firmware/platform.ts';
import { benchScenario, bootServer, INITRD, SERVER_IP } from '../labs.ts';
import { measured, type BenchHost, type Measure, type Row, type Values } from '../types.ts';
import { wireUp } from '../wires.ts';

const MAC = '52:54:00:be:00:01';
const TARGET = 'iqn.2026-01.lab.example:disk';
const DRIVE = 0x80;
const ROW_SECTORS = 128;
const RANDOM_SECTORS = 8;
const LIMIT_NS = 3600 * NS_PER_S;

const PATHS: Readonly<Record<string, string>> = {
  iscsi: `iscsi:${SERVER_IP}::::${TARGET}`,
  aoe: 'aoe:e0.1',
  http: `http://${SERVER_IP}/disk.img`,
};

async function run(host: BenchHost, part: string): Promise<Readonly<Record<string, number>>> {
  const boot = bootServer('', [{ path: '/srv/disk.img', content: { image: INITRD } }]);
  const source = { file: '/srv/disk.img' };
  const server = {
    ...boot,
    services: {
      ...boot.services,
      iscsi: { targets: [{ name: TARGET, luns: [{ source }] }] },
    },
  };
  const scenario = benchScenario({ kind: 'bare', name: 'pc1', nics: [{ mac: MAC }], power: 'off' }, server);
  const { queue, log, clock, rng, port } = await wireUp(host, scenario, 'pc1');
  const embeddedScript = `#!ipxe\ndhcp\nsanhook ${PATHS[part] ?? ''}\nsleep 1000000\n`;
  const build = { ...DEFAULT_BUILD, romBannerTimeoutDs: 0, embeddedScript };
  const machine = new BareMachine({
    name: 'pc1',
    clock,
    rng,
    log: log.sink('pc1'),
    nics: [testNic(0, port)],
    identity: TEST_IDENTITY,
    personalities: () => [new IpxePersonality(build)],
  });
  machine.powerOn();
  const drive = (): BlockDevice | undefined => machine.hardware?.drives.get(DRIVE);
  while (drive() === undefined && queue.nowNs < LIMIT_NS && queue.step());
  // What `sanhook` still has to do.
  queue.runUntil(queue.nowNs + NS_PER_S);
  const disk = drive();
  if (disk === undefined) throw new Error(`no disk:\n${machine.screen.text()}`);

  const timed = (task: Task<number>): number => {
    const startMs = host.nowMs();
    const running = startTask(task);
    while (!running.done && queue.step());
    return (host.nowMs() - startMs) / (running.result ?? Number.NaN);
  };
  const rows = host.quick ? 32 : 256;
  const random = new SeededRng('reads');
  const inARow = timed(read(disk, rows, ROW_SECTORS, (index) => index * ROW_SECTORS));
  const atRandom = timed(read(disk, 4 * rows, RANDOM_SECTORS, () => random.below(disk.sectors - RANDOM_SECTORS)));
  return { inARow: 1 / (1000 * inARow), atRandom: 1000 / (RANDOM_SECTORS * 512 * atRandom) };
}

/** Reads so often, and returns the bytes. */
function* read(disk: BlockDevice, times: number, count: number, sector: (index: number) => number): Task<number> {
  for (let index = 0; index < times; index++) {
    const data = yield* disk.read(sector(index), count);
    if (data?.length !== count * 512) throw new Error('the disk cannot be read');
  }
  return times * count * 512;
}

function rows(values: Values): Row[] {
  return Object.keys(PATHS)
    .filter((part) => values[part] !== undefined)
    .flatMap((part) => [
      { what: `${part}, 64 KiB each, in a row`, value: `${measured(values[part], 'inARow').toFixed(1)} MB/s` },
      { what: `${part}, 4 KiB each, at random`, value: `${measured(values[part], 'atRandom').toFixed(0)} reads/s` },
    ]);
}

export const san: Measure = {
  name: 'san',
  title: 'Disks of the network, on a bare machine',
  parts: ['iscsi', 'http'],
  hosts: ['node', 'chromium'],
  run,
  rows,
};
