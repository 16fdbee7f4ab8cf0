/** The viewer of disks: what is on them, and which frames read which sectors for whom. */
import { describe, expect, it } from 'vitest';
import { itemAt } from '../../src/base/lists/list.ts';
import { diskPlaces, diskUse, serverDisks } from '../../src/lab/observe/disk-view.ts';
import type { Lab } from '../../src/lab/lab.ts';
import { smallLab } from '../support/small-lab.ts';
import { play } from '../support/lab.ts';

const DISK = 'iqn.2026-01.lab.example:disk';

function hooked(uri: string): Lab {
  const source = { emptyMiB: 16 };
  return play(
    smallLab({
      firmware: { personality: 'ipxe', embeddedScript: `#!ipxe\ndhcp\nsanhook ${uri}\n` },
      servers: {
        '10.0.2.1': {
          config: 'dhcp-range=10.0.2.50,10.0.2.99,1h\ndhcp-authoritative\nno-ping\n',
          services: {
            iscsi: { targets: [{ name: DISK, luns: [{ source }] }] },
            aoe: { targets: [{ shelf: 0, slot: 7, source }] },
          },
        },
      },
    }),
    { timeoutS: 30 },
  ).lab;
}

describe.each([
  [`iscsi:10.0.2.1::::${DISK}`, 0],
  ['aoe:e0.7', 1],
])('a disk that is attached by %s', (uri, shelf) => {
  const lab = hooked(uri);
  const id = { node: 'srv1', shelf };
  const sectors = (16 * 1024 * 1024) / 512;

  it('is listed with its target', () => {
    expect(serverDisks(lab).map(({ users, sizeBytes }) => [users, sizeBytes])).toEqual([
      [[`${DISK} LUN 0`], 16 * 1024 * 1024],
      [['e0.7'], 16 * 1024 * 1024],
    ]);
  });

  it('has been read by the machine: the descriptor of a CD, then the first sector', () => {
    const { recent, map } = diskUse(lab, id, sectors);
    expect(recent.map(({ kind, first, count, by }) => [kind, first, count, by])).toEqual([
      ['read', 0, 1, 'pc1'],
      ['read', 64, 4, 'pc1'],
    ]);
    expect([...map.read.subarray(0, 3)]).toEqual([1, 4, 0]);
    expect(map.written.every((count) => count === 0)).toBe(true);
    expect(diskUse(lab, id, sectors, 66).recent.length).toBeGreaterThan(0);
    expect(diskUse(lab, id, sectors, 68).recent).toEqual([]);
  });

  it('shows the sectors of the frame that asks, and of the frame that answers', () => {
    const { recent } = diskUse(lab, id, sectors);
    const first = itemAt(recent, 0);
    expect(diskPlaces(lab, first.event)).toEqual([{ id, kind: 'read', first: 0, count: 1 }]);
    const answer = lab.log.events.find(
      ({ kind, cause, node }) => kind === 'frame' && cause === first.event && node === 'srv1',
    );
    expect(answer === undefined ? [] : diskPlaces(lab, answer.id)).toEqual([{ id, kind: 'read', first: 0, count: 1 }]);
    // What the whole boot follows from has no sectors of its own.
    const discover = lab.log.events.find(({ kind, node }) => kind === 'frame' && node === 'pc1');
    expect(diskPlaces(lab, discover?.id ?? -1)).toEqual([]);
  });
});
