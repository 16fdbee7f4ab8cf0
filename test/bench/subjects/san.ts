/**
 * Reads of a disk of the network, through cables, switch, capture and log: by our firmware on a bare machine (64 KiB each in a
 * row, 4 KiB each at random), and by a boot sector that calls INT 13h of an emulated PC (32 KiB and 4 KiB each), with our
 * firmware behind the call and with Debian's real iPXE (its option ROM with its own NE2000 driver) from the same server.
 */
import { fromBase64, toBase64 } from '../../../src/base/data/base64.ts';
import { NS_PER_S } from '../../../src/base/time/clock.ts';
import { SeededRng } from '../../../src/base/rng.ts';
import { startTask, type Task } from '../../../src/base/time/task.ts';
import { BareMachine } from '../../../src/firmware/bare/bare-machine.ts';
import { DEFAULT_BUILD } from '../../../src/firmware/ipxe/build.ts';
import { IpxePersonality } from '../../../src/firmware/ipxe/personality.ts';
import { TEST_IDENTITY, testNic } from '../../../src/firmware/ipxe/testing.ts';
import type { BlockDevice } from '../../../src/firmware/platform.ts';
import { benchScenario, bootServer, INITRD, openLab, runTo, SERVER_IP } from '../labs.ts';
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

/**
 * Says A on the serial port, reads 256 times 64 sectors in a row, says B, reads 1024 times 8 sectors at random, says C; F when
 * INT 13h fails. Assembled for 0:7C00; the disk is 1024 sectors long.
 */
const READER =
  '+jHAjtiO0LwAfPuIFnd8sEHoXgC5AAHGBn58QOg8AKGEfIPAQCX/A6OEfOLvsELoQAC5AATGBn58CKF4fLtVYvfjBRk2o3h8JfgDo4R86AoA4uewQ+gaAPTr' +
  '/VG+fHy0QooWd3zNE1lzB7BG6AMA6+fDuvgD7sMAAQCQkBAAAAAAAAAQAAAAAAAAAAA=';
const READER_DISK_SECTORS = 1024;
const IN_A_ROW = { reads: 256, sectors: 64 };
const AT_RANDOM = { reads: 1024, sectors: RANDOM_SECTORS };
const SECTOR_BYTES = 512;

/** The disk of the reader: its boot sector, then a pattern. */
function readerDisk(): string {
  const disk = Uint8Array.from({ length: READER_DISK_SECTORS * SECTOR_BYTES }, (_, index) => (index * 7) & 0xff);
  disk.fill(0, 0, SECTOR_BYTES);
  disk.set(fromBase64(READER) ?? [], 0);
  disk.set([0x55, 0xaa], SECTOR_BYTES - 2);
  return toBase64(disk);
}

/** By a program on a PC. */
async function runOnPc(host: BenchHost, protocol: string, isReal: boolean): Promise<Readonly<Record<string, number>>> {
  const script = `sanboot --no-describe ${PATHS[protocol] ?? ''}`;
  const boot = bootServer(isReal ? `dhcp-boot=http://${SERVER_IP}/bench.ipxe\n` : '', [
    { path: '/srv/disk.img', content: { base64: readerDisk() } },
    { path: '/srv/bench.ipxe', content: { text: `#!ipxe\n${script}\n` } },
  ]);
  const source = { file: '/srv/disk.img' };
  const services = {
    ...boot.services,
    iscsi: { targets: [{ name: TARGET, luns: [{ source }] }] },
    aoe: { targets: [{ shelf: 0, slot: 1, source }] },
  };
  const station = {
    kind: 'pc' as const,
    name: 'pc1',
    nics: [{ mac: MAC }],
    ...(isReal
      ? { optionRom: { image: 'ipxe/pxe-ne2k_pci.rom' } }
      : { firmware: { personality: 'ipxe' as const, embeddedScript: `#!ipxe\ndhcp\n${script}\n` } }),
  };
  const lab = await openLab(host, benchScenario(station, { ...boot, services }));
  runTo(host, lab, 'serial:/A/');
  const rowMs = runTo(host, lab, 'serial:/B/');
  const randomMs = runTo(host, lab, 'serial:/C/');
  const rowBytes = IN_A_ROW.reads * IN_A_ROW.sectors * SECTOR_BYTES;
  return { inARow: rowBytes / 1000 / rowMs, atRandom: (1000 * AT_RANDOM.reads) / randomMs };
}

async function run(host: BenchHost, part: string): Promise<Readonly<Record<string, number>>> {
  const [protocol = '', where] = part.split(' ');
  return where === undefined ? await runBare(host, protocol) : await runOnPc(host, protocol, where === 'real');
}

async function runBare(host: BenchHost, part: string): Promise<Readonly<Record<string, number>>> {
  const boot = bootServer('', [{ path: '/srv/disk.img', content: { image: INITRD } }]);
  const source = { file: '/srv/disk.img' };
  const server = {
    ...boot,
    services: {
      ...boot.services,
      iscsi: { targets: [{ name: TARGET, luns: [{ source }] }] },
      aoe: { targets: [{ shelf: 0, slot: 1, source }] },
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

/** At least so many times the throughput of the real one. */
const AIM = 3;
const UNITS = {
  inARow: (value: number): string => `${value.toFixed(1)} MB/s`,
  atRandom: (value: number): string => `${value.toFixed(0)} reads/s`,
} as const;

function rows(values: Values): Row[] {
  return Object.keys(PATHS).flatMap((protocol) => {
    const [bare, pc, real] = [values[protocol], values[`${protocol} pc`], values[`${protocol} real`]];
    return (['inARow', 'atRandom'] as const).flatMap((name): Row[] => {
      const say = UNITS[name];
      const how = name === 'inARow' ? 'in a row' : '4 KiB each, at random';
      const found: Row[] = [];
      if (bare !== undefined) found.push({ what: `${protocol}, ${how}, bare`, value: say(measured(bare, name)) });
      if (pc === undefined) return found;
      const own = measured(pc, name);
      const peer = real === undefined ? undefined : measured(real, name);
      const beside =
        peer === undefined
          ? {}
          : { peer: say(peer), target: { text: `${AIM} times real iPXE`, met: own >= AIM * peer } };
      return [...found, { what: `${protocol}, ${how}, PC`, value: say(own), ...beside }];
    });
  });
}

export const san: Measure = {
  name: 'san',
  title: 'Disks of the network',
  parts: Object.keys(PATHS).flatMap((protocol) => [protocol, `${protocol} pc`, `${protocol} real`]),
  hosts: ['node', 'chromium'],
  run,
  rows,
};
