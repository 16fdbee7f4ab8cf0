/** The targets of a server: their disks, and who may use them. */
import type { DiskSource } from '../../base/disks/block-device.ts';
import { openUnits, type Units } from '../scsi/units.ts';
import type { ServiceProblem } from '../service.ts';
import { iscsiMessage } from './messages.ts';
import type { TargetSetting } from './service.ts';

export interface IscsiTarget {
  readonly setting: TargetSetting;
  readonly units: Units;
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
    const { units, problems: unusable } = openUnits(setting.luns, { name: setting.name, place, disks }, (lun) =>
      iscsiMessage('iscsi.lun-twice', { lun }),
    );
    problems.push(...unusable);
    targets.set(setting.name, { setting, units });
  });
  return { targets, problems };
}

export function isAllowed({ setting }: IscsiTarget, initiator: string): boolean {
  return setting.initiators === undefined || setting.initiators.includes(initiator);
}
