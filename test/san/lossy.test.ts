/**
 * Disks of the network over bad cables: a fifth of all frames lost, or each frame lost in its turn. What is read and
 * written is right to the last byte, or the client says that it failed. `SAN_SEEDS=200` plays all seeds.
 */
import { describe, expect, it } from 'vitest';
import { equalBytes } from '../../src/base/bytes.ts';
import { NS_PER_S } from '../../src/base/time/clock.ts';
import { itemAt } from '../../src/base/lists/list.ts';
import { SeededRng } from '../../src/base/rng.ts';
import { startTask, type Task } from '../../src/base/time/task.ts';
import type { BlockDevice } from '../../src/firmware/platform.ts';
import { ALL_OPTIONS_BUILD } from '../../src/firmware/ipxe/build.ts';
import { runScript } from '../../src/firmware/ipxe/testing.ts';
import { FC_PORT, joinAoe, joinFcoe, joinIscsi, TARGET } from './targets.ts';

const SEEDS = Number(process.env['SAN_SEEDS'] ?? 12);
const LOSS = 0.2;
const DISK_BYTES = 1024 * 1024;
const SECTOR = 512;
const WRITTEN = { sector: 900, count: 40 };
const READS = [
  { sector: 0, count: 1 },
  { sector: 2040, count: 8 },
  { sector: 100, count: 127 },
] as const;

const PROTOCOLS = {
  iscsi: { path: `iscsi:10.0.0.1::::${TARGET}`, join: joinIscsi, rightAtLeast: 0.9 },
  aoe: { path: 'aoe:e0.1', join: joinAoe, rightAtLeast: 0.9 },
  // A sequence of Fibre Channel is whole or lost: of 45 frames that a long read has, a fifth is always missing.
  fcoe: { path: `fcp:${FC_PORT}:0`, join: joinFcoe, rightAtLeast: 0.1 },
} as const;

type Protocol = keyof typeof PROTOCOLS;

const image = Uint8Array.from({ length: DISK_BYTES }, (_, index) => (index * 7 + (index >>> 9)) & 0xff);
const written = Uint8Array.from({ length: WRITTEN.count * SECTOR }, (_, index) => (index * 3 + 1) & 0xff);

interface Outcome {
  /** Commands that were carried out, with what they should have given. */
  readonly right: number;
  readonly failed: number;
  readonly wrong: readonly string[];
  readonly frames: number;
  readonly output: string;
}

function* exercise(disk: BlockDevice, counts: { right: number; failed: number; wrong: string[] }): Task<void> {
  for (const { sector, count } of READS) {
    const data = yield* disk.read(sector, count);
    const expected = image.subarray(sector * SECTOR, (sector + count) * SECTOR);
    if (data === undefined) counts.failed++;
    else if (equalBytes(data, expected)) counts.right++;
    else counts.wrong.push(`read ${sector}`);
  }
  if (!(yield* disk.write(WRITTEN.sector, written))) {
    counts.failed++;
    return;
  }
  const data = yield* disk.read(WRITTEN.sector, WRITTEN.count);
  if (data === undefined) counts.failed++;
  else if (equalBytes(data, written)) counts.right++;
  else counts.wrong.push('what was written');
}

/** Hooks the disk, tries again when that fails, then reads and writes. `isLost` sees each frame's number. */
function play(protocol: Protocol, isLost: (frame: number) => boolean, seconds: number): Outcome {
  const counts = { right: 0, failed: 0, wrong: [] as string[] };
  let frames = 0;
  const { path, join } = PROTOCOLS[protocol];
  const { output } = runScript(
    `ifopen net0\nset net0/ip 10.0.0.2\nset net0/netmask 255.255.255.0\n:again\nsanhook ${path} || goto again\nsleep 100000`,
    {
      seconds,
      ...(protocol === 'fcoe' ? { build: ALL_OPTIONS_BUILD } : {}),
      prepare: (bench) => {
        join(bench, image);
        const port = itemAt(bench.ports, 0);
        const { onSend } = port;
        port.onSend = (frame) => {
          if (!isLost(frames++)) onSend?.(frame);
        };
        const receive = port.receive.bind(port);
        port.receive = (frame) => {
          if (!isLost(frames++)) receive(frame);
        };
        const wait = (): void => {
          const disk = bench.machine.hardware?.drives.get(0x80);
          if (disk === undefined) bench.queue.schedule(NS_PER_S, wait);
          else startTask(exercise(disk, counts));
        };
        bench.queue.schedule(NS_PER_S, wait);
      },
    },
  );
  return { ...counts, frames, output };
}

const STEPS = READS.length + 1;

describe.each(['iscsi', 'aoe', 'fcoe'] as const)('%s', (protocol) => {
  it('reads and writes over a good cable', () => {
    expect(play(protocol, () => false, 60)).toMatchObject({ right: STEPS, failed: 0, wrong: [] });
  });

  it(`is right in ${SEEDS} seeds with a fifth of the frames lost, or fails`, { timeout: 300_000 }, () => {
    let right = 0;
    const odd: string[] = [];
    for (let seed = 0; seed < SEEDS; seed++) {
      const rng = new SeededRng(`lossy-${seed}`);
      const outcome = play(protocol, () => rng.float() < LOSS, 6000);
      right += outcome.right;
      if (outcome.wrong.length > 0) odd.push(`${seed}: ${outcome.wrong.join(', ')}`);
      // A client ends: each step was done or has failed.
      if (outcome.right + outcome.failed < STEPS && outcome.failed === 0) odd.push(`${seed}: hangs\n${outcome.output}`);
    }
    expect(odd).toEqual([]);
    expect(right).toBeGreaterThan(SEEDS * STEPS * PROTOCOLS[protocol].rightAtLeast);
  });

  it('does all whichever frame is lost', { timeout: 300_000 }, () => {
    const { frames } = play(protocol, () => false, 60);
    const step = SEEDS >= 200 ? 1 : Math.ceil(frames / 40);
    const odd: string[] = [];
    for (let lost = 0; lost < frames; lost += step) {
      const { right, failed, wrong } = play(protocol, (frame) => frame === lost, 600);
      if (right !== STEPS) odd.push(`frame ${lost}: ${right} right, ${failed} failed, ${wrong.join(', ')}`);
    }
    expect(odd).toEqual([]);
  });
});
