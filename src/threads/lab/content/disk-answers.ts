/** What the page asks about disks: of servers at once, of PCs where they live. */
import type { Lab } from '../../../lab/lab.ts';
import {
  bytesOf,
  diskUse,
  driveSummary,
  serverDisks,
  shelvedDisk,
  type DiskId,
  type DiskSummary,
  type DiskUse,
} from '../../../lab/observe/disk-view.ts';
import type { DriveRange, MachineDrive } from '../../../lab/nodes/machine.ts';
import type { DiskLook } from '../../api/disks-api.ts';

export async function listDisks(lab: Lab): Promise<readonly DiskSummary[]> {
  const pcs = [...lab.machines.values()].filter(({ kind }) => kind === 'pc');
  const drives = await Promise.all(
    pcs.map(
      async (machine) =>
        await new Promise<readonly DiskSummary[]>((resolve) => {
          machine.ask('drives', (found: readonly MachineDrive[]) => {
            resolve(found.map((drive) => driveSummary(machine.name, drive)));
          });
        }),
    ),
  );
  return [...serverDisks(lab), ...drives.flat()];
}

/** `numberOf`: which frame of the lab an event is, from 1. */
export async function lookAtDisk(
  lab: Lab,
  id: DiskId,
  sector: number,
  numberOf: (event: number) => number | undefined,
): Promise<DiskLook | undefined> {
  const known = (await listDisks(lab)).find((one) => isSame(one.id, id));
  if (known === undefined) return undefined;
  const { sectorBytes, sizeBytes } = known;
  const sectors = Math.floor(sizeBytes / sectorBytes);
  const start = sector * sectorBytes;
  const device = shelvedDisk(lab, id);
  const bytes =
    device === undefined ? await driveBytes(lab, id, start, sectorBytes) : bytesOf(device, start, sectorBytes).slice();
  const numbered = (accesses: DiskUse['recent']): DiskLook['accesses'] =>
    accesses.map((access) => ({ ...access, frame: access.isFrame ? numberOf(access.event) : undefined }));
  const { map, total, recent } = diskUse(lab, id, sectors);
  const here = diskUse(lab, id, sectors, sector).recent;
  return { map, total, recent: numbered(recent), bytes, accesses: numbered(here) };
}

const isSame = (a: DiskId, b: DiskId): boolean =>
  a.node === b.node && ('shelf' in a ? 'shelf' in b && a.shelf === b.shelf : 'drive' in b && a.drive === b.drive);

async function driveBytes(lab: Lab, id: DiskId, start: number, bytes: number): Promise<Uint8Array> {
  const machine = lab.machines.get(id.node);
  if (machine === undefined || !('drive' in id)) return new Uint8Array(0);
  const range: DriveRange = { drive: id.drive, start, bytes };
  return await new Promise((resolve) => {
    machine.ask('driveBytes', resolve, range);
  });
}
