/** The selected node: its settings, and its cables, made with two lists that need no pointer. */
import { useState, type ReactNode } from 'react';
import { formatEndpoint } from '../../../../scenario/endpoint.ts';
import type { ScenarioNode } from '../../../../scenario/schema.ts';
import { freePort, portsOf } from '../../../../page/document/edits/scenario-edits.ts';
import { useDocument } from '../../../../page/store.ts';
import { useCommands, useText } from '../../../hooks.ts';
import { Button } from '../../../parts/button.tsx';
import { NodeIdentity } from './node-identity.tsx';
import { NodeFaults } from '../faults/node-faults.tsx';
import { viewOf } from './all.ts';
import styles from '../topology.module.css';

export function NodeSheet({
  name,
  isNaming,
  onNamed,
}: {
  readonly name: string;
  /** Focuses the name for editing. */
  readonly isNaming: boolean;
  readonly onNamed: () => void;
}): ReactNode {
  const scenario = useDocument((state) => state.scenario);
  const node = scenario?.nodes.find((known) => known.name === name);
  if (scenario === undefined || node === undefined) return null;
  const { Fields } = viewOf(node);
  return (
    <section className={styles['sheet']} aria-label={name}>
      <div className={styles['fields']}>
        <NodeIdentity node={node} isNaming={isNaming} onNamed={onNamed} />
      </div>
      <Fields node={node} />
      <NodeFaults node={node} />
      <Cabling node={node} />
    </section>
  );
}

/** A cable from this node to a port elsewhere. */
function Cabling({ node }: { readonly node: ScenarioNode }): ReactNode {
  const text = useText();
  const scenario = useDocument((state) => state.scenario);
  const commands = useCommands();
  const [to, setTo] = useState('');
  if (scenario === undefined) return null;
  const used = new Set(scenario.links.flatMap(({ a, b }) => [a, b]));
  const targets = scenario.nodes
    .filter(({ name }) => name !== node.name)
    .flatMap((other) =>
      portsOf(scenario, other)
        .slice(0, 26)
        .map((port) => formatEndpoint({ node: other.name, port })),
    )
    .filter((end) => !used.has(end));
  const from = freePort(scenario, node.name);
  return (
    <div className={styles['fields']}>
      <label>
        {text('topology.cableTo', { from: from ?? node.name })}
        <select value={to} onChange={({ target }) => setTo(target.value)} disabled={from === undefined}>
          <option value="">…</option>
          {targets.map((end) => (
            <option key={end}>{end}</option>
          ))}
        </select>
      </label>
      <Button
        label={text('topology.connect')}
        isDisabled={from === undefined || to === ''}
        onPress={() => {
          if (from === undefined || to === '') return;
          void commands.run('link.add', { a: from, b: to });
          setTo('');
        }}
      />
    </div>
  );
}
