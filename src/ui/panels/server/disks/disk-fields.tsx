/** Fields of a disk that a server offers, whatever the protocol: where it comes from, and the units behind a target. */
import type { ReactNode } from 'react';
import type { Message } from '../../../../base/sentence.ts';
import { numberLimits } from '../../../../scenario/field-limits.ts';
import type { ServerNode } from '../../../../scenario/schema.ts';
import { useText } from '../../../hooks.ts';
import { Button } from '../../../parts/button.tsx';
import { NumberField } from '../../../parts/number-field.tsx';
import { CheckedField } from '../../topology/nodes/node-identity.tsx';
import styles from './disks.module.css';

type Services = ServerNode['services'];
type Source = NonNullable<Services['aoe']>['targets'][number]['source'];
type Luns = NonNullable<Services['iscsi' | 'fcoe']>['targets'][number]['luns'];
export type Save = (value: unknown) => Promise<Message | undefined>;

export const EMPTY_MIB = 64;
const MIB = numberLimits('nodes', 'server', 'services', 'aoe', 'targets', 'source', 'emptyMiB');
const LUN = numberLimits('nodes', 'server', 'services', 'iscsi', 'targets', 'luns', 'lun');

export function replaced(list: readonly unknown[], index: number, value: unknown): readonly unknown[] {
  return list.map((one, i) => (i === index ? value : one));
}

/** The units of a SCSI target. */
export function LunFields({ luns, save }: { readonly luns: Luns; readonly save: Save }): ReactNode {
  const text = useText();
  return (
    <>
      {luns.map((lun, i) => (
        <span key={i} className={styles['row']}>
          <NumberField
            label="LUN"
            value={lun.lun ?? i}
            limits={LUN}
            step={1}
            set={(number) => void save(replaced(luns, i, { ...lun, lun: number }))}
          />
          <DiskFields
            source={lun.source}
            isReadOnly={lun.readOnly}
            save={async (disk) => await save(replaced(luns, i, { ...lun, ...disk }))}
          />
        </span>
      ))}
      <Button
        label={text('disks.addLun')}
        onPress={() => void save([...luns, { source: { emptyMiB: EMPTY_MIB }, lun: freeLun(luns) }])}
      />
    </>
  );
}

function freeLun(luns: Luns): number {
  return Math.max(...luns.map(({ lun }, i) => lun ?? i)) + 1;
}

/** Where a disk comes from: a file of the server, or nothing. */
export function DiskFields({
  source,
  isReadOnly,
  save,
}: {
  readonly source: Source;
  readonly isReadOnly: boolean;
  readonly save: (disk: { readonly source: unknown; readonly readOnly: boolean }) => Promise<Message | undefined>;
}): ReactNode {
  const text = useText();
  const path = 'file' in source ? source.file : '';
  return (
    <>
      <CheckedField
        label={text('disks.file')}
        className={styles['name']}
        value={path}
        onChange={async (file) =>
          await save({ source: file === '' ? { emptyMiB: EMPTY_MIB } : { file }, readOnly: isReadOnly })
        }
      />
      {'emptyMiB' in source ? (
        <NumberField
          label={text('disks.empty')}
          value={source.emptyMiB}
          limits={MIB}
          step={1}
          set={(emptyMiB) => void save({ source: { emptyMiB }, readOnly: isReadOnly })}
        />
      ) : null}
      <label>
        <input
          type="checkbox"
          checked={isReadOnly}
          onChange={(event) => void save({ source, readOnly: event.target.checked })}
        />
        {text('disks.readOnly')}
      </label>
    </>
  );
}
