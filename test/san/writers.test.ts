/** Two machines that write to one disk are a finding; one that writes again after a restart is not. */
import { describe, expect, it } from 'vitest';
import { LabReports } from '../../src/analysis/story/findings/trouble.ts';
import { encodeCdb } from '../../src/protocols/scsi/cdb.ts';
import { INITIATOR, TestSan } from '../../src/services/iscsi/testing.ts';

const DISK = 'iqn.2026-01.lab.example:disk';

/** What is found after these machines, one after another, have each written a block to its target. */
function found(...machines: readonly (readonly [initiator: string, target: string])[]): readonly string[] {
  const source = { file: '/disk.img' };
  const targets = [
    { name: DISK, luns: [{ source }] },
    { name: `${DISK}2`, luns: [{ source }] },
    { name: `${DISK}3`, luns: [{ source: { emptyMiB: 1 } }] },
  ];
  const san = new TestSan({ targets }, { '/disk.img': new Uint8Array(64 * 512) });
  machines.forEach(([initiator, target], i) => {
    const connection = san.connect(['a', 'b', 'c'][i] ?? '');
    connection.open(target, [], initiator);
    connection.command({ kind: 'test-unit-ready' });
    const cdb = encodeCdb({ kind: 'write', form: 10, flags: 0, lba: 1, blocks: 1 });
    connection.exchange(connection.commandPdu(cdb, 512, { isWrite: true, data: new Uint8Array(512) }));
  });
  const reports = new LabReports();
  for (const event of san.net.log.events) reports.add(event);
  return reports.result.troubles.map(
    ({ code, severity, remedy }) => `${code} ${severity}: ${remedy.text.slice(0, 17)}`,
  );
}

describe('writers to one disk', () => {
  const finding = ['iscsi.two-writers warn: Give each machine'];

  it('are found when they are two, also by two targets', () => {
    expect(found([INITIATOR, DISK], [`${INITIATOR}-other`, DISK])).toEqual(finding);
    expect(found([INITIATOR, DISK], [`${INITIATOR}-other`, `${DISK}2`])).toEqual(finding);
  });

  it('are not when each has a disk, or when one comes again', () => {
    expect(found([INITIATOR, DISK], [`${INITIATOR}-other`, `${DISK}3`])).toEqual([]);
    expect(found([INITIATOR, DISK], [INITIATOR, DISK], [INITIATOR, `${DISK}2`])).toEqual([]);
  });
});
