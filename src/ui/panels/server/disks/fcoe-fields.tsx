/** Fields of FCoE: the forwarder, then each disk of its fabric. */
import type { ReactNode } from 'react';
import { numberLimits } from '../../../../scenario/field-limits.ts';
import type { ServerNode } from '../../../../scenario/schema.ts';
import { SERVICES } from '../../../../services/all.ts';
import { useText } from '../../../hooks.ts';
import { Button } from '../../../parts/button.tsx';
import { NumberField } from '../../../parts/number-field.tsx';
import { CheckedField } from '../../topology/nodes/node-identity.tsx';
import { EMPTY_MIB, LunFields, replaced, type Save } from './disk-fields.tsx';
import styles from './disks.module.css';

type Fcoe = NonNullable<ServerNode['services']['fcoe']>;

const VLAN = numberLimits('nodes', 'server', 'services', 'fcoe', 'vlan');
const PRIORITY = numberLimits('nodes', 'server', 'services', 'fcoe', 'priority');

/** With one more disk, whose port has a name of its own. */
export function withFcoe(fcoe: Fcoe): unknown {
  const ports = new Set(fcoe.targets.map(({ port }) => port));
  let number = 1;
  const port = (): string => `50:01:02:03:04:05:06:${number.toString(16).padStart(2, '0')}`;
  while (ports.has(port())) number++;
  return { ...fcoe, targets: [...fcoe.targets, { port: port(), luns: [{ source: { emptyMiB: EMPTY_MIB } }] }] };
}

export function FcoeFields({
  fcoe,
  save,
  remove,
}: {
  readonly fcoe: Fcoe;
  readonly save: Save;
  readonly remove: (index: number) => void;
}): ReactNode {
  const text = useText();
  return (
    <>
      <fieldset className={styles['target']}>
        <legend>
          {SERVICES.fcoe.title} · {text('disks.forwarder')}
        </legend>
        <NumberField
          label={text('disks.vlan')}
          value={fcoe.vlan}
          limits={VLAN}
          step={1}
          optional
          set={(vlan) => void save({ ...fcoe, vlan })}
        />
        <NumberField
          label={text('disks.priority')}
          value={fcoe.priority}
          limits={PRIORITY}
          step={1}
          set={(priority) => void save({ ...fcoe, priority })}
        />
        <CheckedField
          label={text('disks.keepAlive')}
          value={String(fcoe.keepAliveMs)}
          onChange={async (to) => await save({ ...fcoe, keepAliveMs: Number(to) })}
        />
        <label>
          <input
            type="checkbox"
            checked={fcoe.fip}
            onChange={(event) => void save({ ...fcoe, fip: event.target.checked })}
          />
          FIP
        </label>
      </fieldset>
      {fcoe.targets.map((target, i) => {
        const saveTarget: Save = async (changed) =>
          await save({ ...fcoe, targets: replaced(fcoe.targets, i, changed) });
        return (
          <fieldset key={target.port} className={styles['target']}>
            <legend>
              {SERVICES.fcoe.title} · {target.port}
            </legend>
            <CheckedField
              label={text('disks.port')}
              className={styles['name']}
              value={target.port}
              onChange={async (port) => await saveTarget({ ...target, port })}
            />
            <LunFields luns={target.luns} save={async (luns) => await saveTarget({ ...target, luns })} />
            <CheckedField
              label={text('disks.zone')}
              className={styles['name']}
              value={(target.initiators ?? []).join(' ')}
              onChange={async (to) =>
                await saveTarget({ ...target, initiators: to === '' ? undefined : to.split(/[\s,]+/) })
              }
            />
            <Button label={text('disks.remove', { target: target.port })} onPress={() => remove(i)} />
          </fieldset>
        );
      })}
    </>
  );
}
