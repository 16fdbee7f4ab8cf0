/** The units of a target: opened from a server's disks, and asked by LUN, whatever carries the commands. */
import { crc32c } from '../../base/data/crc32c.ts';
import type { DiskDescription, DiskSource } from '../../base/disks/block-device.ts';
import { utf8 } from '../../base/bytes.ts';
import type { Message } from '../../base/sentence.ts';
import type { CdbProblem, ScsiCommand } from '../../protocols/scsi/cdb.ts';
import { encodeInquiry } from '../../protocols/scsi/disk-data.ts';
import { SENSE_CODE } from '../../protocols/scsi/fields.ts';
import { encodeLun, lunNumber } from '../../protocols/scsi/lun.ts';
import type { ServiceProblem } from '../service.ts';
import { LogicalUnit, reportLuns } from './logical-unit.ts';
import { illegal, read, type ScsiOutcome } from './outcome.ts';

export type Units = ReadonlyMap<number, LogicalUnit>;

/** The disks of a target; `name` is the target's, `place` where its settings are. */
export function openUnits(
  luns: readonly (DiskDescription & { readonly lun?: number | undefined })[],
  { name, place, disks }: { readonly name: string; readonly place: string; readonly disks: DiskSource },
  lunTwice: (lun: number) => Message,
): { readonly units: Units; readonly problems: readonly ServiceProblem[] } {
  const units = new Map<number, LogicalUnit>();
  const problems: ServiceProblem[] = [];
  luns.forEach((one, position) => {
    const lun = one.lun ?? position;
    const device = disks.open(one, `${name} LUN ${lun}`);
    const below = `${place}.luns.${position}`;
    if (device === undefined) {
      const file = 'file' in one.source ? one.source.file : '';
      problems.push({ place: below, reason: `${file}: No such file or directory` });
    } else if (units.has(lun)) problems.push({ place: below, reason: lunTwice(lun) });
    else units.set(lun, new LogicalUnit(device, identityOf(name, lun)));
  });
  return { units, problems };
}

/** A serial number that stays the same whenever the lab is opened. */
function identityOf(target: string, lun: number): ConstructorParameters<typeof LogicalUnit>[1] {
  const serial = crc32c(utf8(`${target} ${lun}`))
    .toString(16)
    .padStart(8, '0');
  return { vendor: 'NETBOOT', product: 'LAB DISK', revision: '0001', serial };
}

/** What became of a command, and of which unit; none for a LUN that does not exist. */
export interface UnitAnswer {
  readonly unit: LogicalUnit | undefined;
  readonly outcome: ScsiOutcome;
  /** The initiator means a unit that does not exist, and does not only look for units. */
  readonly isLost: boolean;
}

export function unitAt(units: Units, lun: Uint8Array): LogicalUnit | undefined {
  const number = lunNumber(lun);
  return number === undefined ? undefined : units.get(number);
}

/** Carries out a command on the unit with this LUN. */
export function executeOn(
  units: Units,
  lun: Uint8Array,
  nexus: string,
  command: ScsiCommand | CdbProblem,
  data: Uint8Array,
): UnitAnswer {
  const unit = unitAt(units, lun);
  if (command.kind === 'report-luns') {
    const luns = [...units.keys()].sort((a, b) => a - b).map(encodeLun);
    const outcome =
      command.selectReport > 2 ? illegal(SENSE_CODE.invalidFieldInCdb) : reportLuns(luns, command.allocation);
    return { unit: undefined, outcome, isLost: false };
  }
  if (unit !== undefined) return { unit, outcome: unit.execute(nexus, command, data), isLost: false };
  // Systems look for units by INQUIRY (SPC-4 §6.6.2): it is answered for those that are not there.
  if (command.kind === 'inquiry' && command.vpdPage === undefined) {
    const nobody = { vendor: '', product: '', revision: '' };
    const nothing = encodeInquiry({ qualifier: 3, deviceType: 0x1f, isRemovable: false, ...nobody });
    return { unit, outcome: read(nothing.subarray(0, command.allocation)), isLost: false };
  }
  return { unit, outcome: illegal(SENSE_CODE.lunNotSupported), isLost: true };
}
