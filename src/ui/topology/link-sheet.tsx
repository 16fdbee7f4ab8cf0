/** The selected cable: its ends, latency and rate, whether it is up, and its faults. */
import type { ReactNode } from 'react';
import type { ScenarioFault, ScenarioLink } from '../../scenario/schema.ts';
import { useDocument, useLive } from '../../app/store.ts';
import { useController, useText } from '../hooks.ts';
import { Button } from '../parts/button.tsx';
import { useFaultText } from './fault-text.ts';
import styles from './topology.module.css';

const NEW_FAULTS: readonly ScenarioFault[] = [
  { kind: 'loss', probability: 0.2, direction: 'both' },
  { kind: 'delay', delayUs: 50_000, jitterUs: 10_000, direction: 'both' },
  { kind: 'reorder', probability: 0.2, delayUs: 2_000, direction: 'both' },
  { kind: 'duplicate', probability: 0.2, direction: 'both' },
  { kind: 'corrupt', probability: 0.05, direction: 'both' },
  { kind: 'mtu', bytes: 1000, direction: 'both' },
  { kind: 'match', filter: 'tftp.opcode == 3', nth: 3, action: 'drop', delayUs: 0, direction: 'both' },
];

export function LinkSheet({ index }: { readonly index: number }): ReactNode {
  const text = useText();
  const { client } = useController();
  const describe = useFaultText();
  const link = useDocument((state) => state.scenario?.links[index]);
  const edit = useDocument((state) => state.edit);
  const live = useLive((state) => state.update?.links.find((cable) => cable.link === index));
  if (link === undefined) return null;
  const up = live?.up !== false;
  const change = (apply: (draft: ScenarioLink) => void): void => {
    edit((scenario) => {
      const draft = scenario.links[index];
      if (draft !== undefined) apply(draft);
    });
  };
  return (
    <section className={styles['sheet']} aria-label={text('link.title', { a: link.a, b: link.b })}>
      <div className={styles['fields']}>
        <strong>
          {link.a} – {link.b}
        </strong>
        <label>
          {text('link.latency')}
          <input
            type="number"
            min="0.1"
            step="any"
            value={link.latencyUs}
            onChange={({ target }) =>
              change((draft) => {
                draft.latencyUs = Math.max(0.1, Number(target.value));
              })
            }
          />
        </label>
        <label>
          {text('link.bandwidth')}
          <input
            type="number"
            min="0.001"
            step="any"
            value={link.bandwidthMbps}
            onChange={({ target }) =>
              change((draft) => {
                draft.bandwidthMbps = Math.max(0.001, Number(target.value));
              })
            }
          />
        </label>
        <Button
          label={text(up ? 'link.unplug' : 'link.plug')}
          isPressed={!up}
          onPress={() => void client.lab.setLinkUp(index, !up)}
        />
      </div>
      <div className={styles['fields']}>
        {text('link.faults')}
        {link.faults.map((fault, i) => (
          <Button
            key={`${fault.kind}-${i}`}
            label={text('link.removeFault', { fault: describe(fault) })}
            onPress={() =>
              change((draft) => {
                draft.faults.splice(i, 1);
              })
            }
          >
            {describe(fault)} ✕
          </Button>
        ))}
        <select
          aria-label={text('link.addFault')}
          value=""
          onChange={({ target }) => {
            const fault = NEW_FAULTS.find(({ kind }) => kind === target.value);
            if (fault !== undefined)
              change((draft) => {
                draft.faults.push(fault);
              });
          }}
        >
          <option value="">{text('link.addFault')}</option>
          {NEW_FAULTS.map((fault) => (
            <option key={fault.kind} value={fault.kind}>
              {describe(fault)}
            </option>
          ))}
        </select>
      </div>
    </section>
  );
}
