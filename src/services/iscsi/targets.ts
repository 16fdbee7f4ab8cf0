/** The targets of a server: their disks, and who may use them. */
import { crc32c } from '../../base/data/crc32c.ts';
import type { DiskSource } from '../../base/disks/block-device.ts';
import { utf8 } from '../../base/bytes.ts';
import { LogicalUnit } from '../scsi/logical-unit.ts';
import type { ServiceProblem } from '../service.ts';
import { iscsiMessage } from './messages.ts';
import type { TargetSetting } from './service.ts';

export interface IscsiTarget {
  readonly setting: TargetSetting;
  readonly units: ReadonlyMap<number, LogicalUnit>;
}

export interface TargetList {
  /** By name. */
  readonly targets: ReadonlyMap<string, IscsiTarget>;
  readonly problems: readonly ServiceProblem[];
}

export function makeTargets(settings: readonly TargetSetting[], disks: DiskSource): TargetList {
  const targets = new Map<string, IscsiTarget>();
  const problems: ServiceProblem[] = [];
  settings.forEach((setting, index) => {
    const place = `iscsi.targets.${index}`;
    if (targets.has(setting.name))
      problems.push({ place, reason: iscsiMessage('iscsi.target-twice', { target: setting.name }) });
    const units = new Map<number, LogicalUnit>();
    setting.luns.forEach((lun, position) => {
      const number = lun.lun ?? position;
      const device = disks.open(lun);
      const below = `${place}.luns.${position}`;
      if (device === undefined) {
        const file = 'file' in lun.source ? lun.source.file : '';
        problems.push({ place: below, reason: `${file}: No such file or directory` });
      } else if (units.has(number))
        problems.push({ place: below, reason: iscsiMessage('iscsi.lun-twice', { lun: number }) });
      else units.set(number, new LogicalUnit(device, identityOf(setting.name, number)));
    });
    targets.set(setting.name, { setting, units });
  });
  return { targets, problems };
}

/** A serial number that stays the same whenever the lab is opened. */
function identityOf(target: string, lun: number): ConstructorParameters<typeof LogicalUnit>[1] {
  const serial = crc32c(utf8(`${target} ${lun}`))
    .toString(16)
    .padStart(8, '0');
  return { vendor: 'NETBOOT', product: 'LAB DISK', revision: '0001', serial };
}

export function isAllowed({ setting }: IscsiTarget, initiator: string): boolean {
  return setting.initiators === undefined || setting.initiators.includes(initiator);
}
