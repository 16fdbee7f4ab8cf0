/** A boot from a medium as the reads of its drive tell it; the orders are those of real boots by SeaBIOS. */
import { beforeEach, describe, expect, it } from 'vitest';
import { latin1 } from '../../base/bytes.ts';
import { EventLog } from '../../base/event-log.ts';
import { EventQueue } from '../../base/time/event-queue.ts';
import { DiskBoot, type DriveKind } from './disk-boot.ts';

const bootable = new Uint8Array(512);
bootable.set([0x55, 0xaa], 510);

let log: EventLog;
let disks: DiskBoot;
let timeNs: number;

beforeEach(() => {
  log = new EventLog(new EventQueue());
  disks = new DiskBoot(log.sink('pc1'));
  timeNs = 0;
});

function read(drive: DriveKind, sector: number, data: Uint8Array): void {
  timeNs += 1000;
  disks.read({ drive, startByte: sector * (drive === 'cdrom' ? 2048 : 512), data, timeNs });
}

const sectors = (count: number): Uint8Array => new Uint8Array(512 * count);
const stages = (): string[] =>
  log.events.flatMap((event) => (event.kind === 'stage' ? [`${event.stage}: ${event.text}`] : []));
const runs = (): string[] =>
  log.events.flatMap((event) => {
    if (event.kind === 'call') return [event.fields.map(([, value]) => value).join(' ')];
    return event.kind === 'return' ? [`${event.calls}: ${event.fields.map(([, value]) => value).join(' ')}`] : [];
  });

describe('a disk with GRUB', () => {
  const boot = (): void => {
    read('disk', 0, bootable);
    read('disk', 1, sectors(1));
    read('disk', 2, sectors(127));
    read('disk', 129, sectors(70));
  };
  const SEEN = [
    'boot-sector: The BIOS reads sector 0 of the hard disk: 55 AA at its end, so it is started (stage 1)',
    'boot-loader: The boot sector loads the next part of its program, from sector 1',
  ];

  it('is seen whether the BIOS names it before the reads or a little later', () => {
    disks.tries('disk', 0);
    boot();
    expect(stages()).toEqual(SEEN);
    disks.start();
    boot();
    disks.tries('disk', timeNs + 1_000_000);
    expect(stages()).toEqual([...SEEN, ...SEEN]);
    // The partitions, then the file system; what is read there later is no news.
    read('disk', 0, sectors(63));
    read('disk', 2048, sectors(31));
    read('disk', 4000, sectors(8));
    expect(stages().slice(4)).toEqual([
      'boot-loader: The boot loader reads on elsewhere on the hard disk, from sector 2048',
    ]);
  });

  it('is no boot of the BIOS when another program reads the disk, or long before', () => {
    boot();
    disks.tries('disk', timeNs + 1_000_000_000);
    read('cdrom', 17, new Uint8Array(2048));
    expect(stages()).toEqual([]);
  });

  it('is read in runs: each part of the loader is one call', () => {
    boot();
    disks.end();
    expect(runs()).toEqual(['80 0 1', '1: 1', '80 1 1', '1: 1', '80 2 127', '2: 197']);
  });
});

it('says which floppy the BIOS does not start', () => {
  disks.tries('floppy', 0);
  read('floppy', 0, sectors(1));
  expect(stages()).toEqual([
    'boot-sector: The BIOS reads sector 0 of the floppy disk: no 55 AA at its end, so it is not started',
  ]);
});

describe('a CD', () => {
  const record = new Uint8Array(2048);
  record.set(latin1('CD001'), 1);
  record.set(latin1('EL TORITO SPECIFICATION'), 7);
  record.set([0x13, 1, 0, 0], 0x47);
  const catalogue = new Uint8Array(2048);
  catalogue.set([0xb1, 2, 0, 0], 40);

  it('is followed from the boot record by the catalogue to the loader', () => {
    disks.tries('cdrom', 0);
    read('cdrom', 17, record);
    read('cdrom', 0x113, catalogue);
    read('cdrom', 0x2b1, new Uint8Array(2048));
    read('cdrom', 0x2b2, new Uint8Array(16 * 2048));
    expect(stages()).toEqual([
      'boot-sector: The BIOS finds a boot record in sector 17 of the CD; it names the boot catalogue in sector 275',
      'boot-loader: The BIOS loads what the boot catalogue names, from sector 689, and starts it',
    ]);
  });

  it('without a boot record is not started', () => {
    disks.tries('cdrom', 0);
    read('cdrom', 17, new Uint8Array(2048));
    expect(stages()).toEqual([
      'boot-sector: The BIOS finds no boot record in sector 17 of the CD, so it cannot start it',
    ]);
  });
});
