/** The selected cable: its ends, latency and rate, whether it is up, and its faults. */
import type { ReactNode } from 'react';
import { numberLimits } from '../../../../scenario/field-limits.ts';
import type { ScenarioFault } from '../../../../scenario/schema.ts';
import type { ValuePath } from '../../../../page/document/edits/set-value.ts';
import { useDocument, useLive } from '../../../../page/store.ts';
import { useCommands, useText } from '../../../hooks.ts';
import { Button } from '../../../parts/button.tsx';
import { NumberField } from '../../../parts/number-field.tsx';
import { FaultList } from '../faults/fault-list.tsx';
import { OFFERED_FAULTS } from '../faults/offered-faults.ts';
import styles from '../topology.module.css';

const OFFERED: readonly ScenarioFault[] = [
  ...OFFERED_FAULTS,
  { kind: 'match', filter: 'tftp.opcode == 3', nth: 3, action: 'drop', delayUs: 0, direction: 'both' },
];

export function LinkSheet({ index }: { readonly index: number }): ReactNode {
  const text = useText();
  const commands = useCommands();
  const link = useDocument((state) => state.scenario?.links[index]);
  const live = useLive((state) => state.update?.links.find((cable) => cable.link === index));
  if (link === undefined) return null;
  const up = live?.up !== false;
  const set = (path: ValuePath, value: unknown): void =>
    void commands.run('edit.set', { of: { link: index }, path, value });
  return (
    <section className={styles['sheet']} aria-label={text('link.title', { a: link.a, b: link.b })}>
      <div className={styles['fields']}>
        <strong>
          {link.a} – {link.b}
        </strong>
        <NumberField
          label={text('link.latency')}
          value={link.latencyUs}
          limits={numberLimits('links', 'latencyUs')}
          set={(value) => set(['latencyUs'], value)}
        />
        <NumberField
          label={text('link.bandwidth')}
          value={link.bandwidthMbps}
          limits={numberLimits('links', 'bandwidthMbps')}
          set={(value) => set(['bandwidthMbps'], value)}
        />
        <Button
          label={text(up ? 'link.unplug' : 'link.plug')}
          isPressed={!up}
          onPress={() => void commands.run('link.set-up', { link: index, up: !up })}
        />
      </div>
      <FaultList
        key={index}
        faults={link.faults}
        offered={OFFERED}
        directions={['both', 'a-to-b', 'b-to-a']}
        onChange={(faults) => set(['faults'], faults)}
      />
    </section>
  );
}
