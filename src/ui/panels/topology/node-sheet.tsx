/** The selected node: its settings, and its cables, made with two lists that need no pointer. */
import { useState, type ReactNode } from 'react';
import { formatEndpoint, nodeOf } from '../../../scenario/endpoint.ts';
import { numberLimits, withinLimits } from '../../../scenario/field-limits.ts';
import type { ScenarioNode, SwitchNode } from '../../../scenario/schema.ts';
import { freePort, portsOf } from '../../../page/document/edits/scenario-edits.ts';
import type { ValuePath } from '../../../page/document/edits/set-value.ts';
import { useDocument, useLive } from '../../../page/store.ts';
import { useCommands, useText } from '../../hooks.ts';
import { Button } from '../../parts/button.tsx';
import { SERVICE_IDS, SERVICES } from '../../../services/all.ts';
import { NumberField } from '../../parts/number-field.tsx';
import { NodeIdentity } from './node-identity.tsx';
import { NodeFaults } from './node-faults.tsx';
import { PcFields } from './pc-fields.tsx';
import { RouterFields } from './router-fields.tsx';
import { RomQuirks } from './rom-quirks.tsx';
import styles from './topology.module.css';

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
  return (
    <section className={styles['sheet']} aria-label={name}>
      <div className={styles['fields']}>
        <NodeIdentity node={node} isNaming={isNaming} onNamed={onNamed} />
      </div>
      <NodeFields node={node} />
      <NodeFaults node={node} />
      <Cabling node={node} />
    </section>
  );
}

function NodeFields({ node }: { readonly node: ScenarioNode }): ReactNode {
  const text = useText();
  const commands = useCommands();
  const set = (path: ValuePath, value: unknown): void =>
    void commands.run('edit.set', { of: { node: node.name }, path, value });
  switch (node.kind) {
    case 'pc':
    case 'bare':
      return (
        <div className={styles['fields']}>
          <label>
            {text('node.firmware')}
            <select
              value={node.firmware.personality}
              onChange={({ target }) => set(['firmware', 'personality'], target.value)}
            >
              <option value="pxe">PXE 2.1</option>
              <option value="ipxe">iPXE</option>
            </select>
          </label>
          {node.kind === 'pc' ? (
            <NumberField
              label={text('node.memory')}
              value={node.memMiB}
              limits={numberLimits('nodes', 'pc', 'memMiB')}
              set={(value) => set(['memMiB'], value)}
            />
          ) : null}
          {node.firmware.personality === 'ipxe' ? (
            <Button label={text('node.build')} onPress={() => void commands.run('console.build')} />
          ) : null}
          {node.firmware.personality === 'pxe' ? <RomQuirks node={node} /> : null}
          {node.kind === 'pc' ? <PcFields node={node} /> : null}
        </div>
      );
    case 'switch':
      return <SwitchFields node={node} set={set} />;
    case 'server':
      return (
        <div className={styles['fields']}>
          <RouterFields node={node} />
          <fieldset className={styles['choices']}>
            <legend>{text('node.services')}</legend>
            {SERVICE_IDS.map((id) => (
              <label key={id}>
                <input
                  type="checkbox"
                  checked={node.services[id] !== undefined}
                  onChange={({ target }) => set(['services', id], target.checked ? SERVICES[id].initial : undefined)}
                />
                {SERVICES[id].title}
              </label>
            ))}
          </fieldset>
        </div>
      );
  }
}

/** Bridges use the upper four bits of a priority (IEEE 802.1D-2004, 9.2.5). */
const PRIORITY_STEP = 4096;
const VLAN_IDS = numberLimits('nodes', 'switch', 'ports', 'access', 'vlan');

function SwitchFields({
  node,
  set,
}: {
  readonly node: ScenarioNode & { kind: 'switch' };
  readonly set: (path: ValuePath, value: unknown) => void;
}): ReactNode {
  const text = useText();
  const scenario = useDocument((state) => state.scenario);
  const state = useLive((live) => live.update?.switches.find(({ name }) => name === node.name));
  const used = (scenario?.links ?? [])
    .flatMap(({ a, b }) => [a, b])
    .filter((end) => nodeOf(end) === node.name)
    .map((end) => end.slice(node.name.length + 1));
  const vlanText = (port: string): string => {
    const configured = node.ports.find(({ name }) => name === port);
    if (configured === undefined) return '1';
    if (configured.mode === 'access') return String(configured.vlan);
    return `trunk ${(configured.allowedVlans ?? []).join(' ')}`.trim();
  };
  const setVlan = (port: string, value: string): void => {
    const others = node.ports.filter(({ name }) => name !== port);
    const known = node.ports.find(({ name }) => name === port);
    const portfast = known?.portfast === true;
    const trunk = /^t(?:runk)?\s*([\d ,]*)$/i.exec(value.trim());
    const numbers = (list: string): number[] =>
      list
        .split(/[ ,]+/)
        .filter(Boolean)
        .map(Number)
        .filter((vlan) => vlan === withinLimits(vlan, VLAN_IDS));
    const [vlan] = numbers(value);
    if (trunk !== null) {
      const allowed = numbers(trunk[1] ?? '');
      others.push({
        name: port,
        mode: 'trunk',
        nativeVlan: known?.mode === 'trunk' ? known.nativeVlan : 1,
        portfast,
        ...(allowed.length > 0 ? { allowedVlans: allowed } : {}),
      });
    } else if (vlan !== undefined) others.push({ name: port, mode: 'access', vlan, portfast });
    set(['ports'], others);
  };
  return (
    <div className={styles['fields']}>
      {used.map((port) => (
        <label key={port} title={text('switch.portHint')}>
          {text('switch.port', { port })}{' '}
          {state?.ports.find(({ name }) => name === formatEndpoint({ node: node.name, port }))?.state ?? ''}
          <input
            key={vlanText(port)}
            size={8}
            defaultValue={vlanText(port)}
            onBlur={({ target }) => {
              if (target.value !== vlanText(port)) setVlan(port, target.value);
            }}
          />
        </label>
      ))}
      <label>
        <input
          type="checkbox"
          checked={node.stp.enabled}
          onChange={({ target }) => set(['stp', 'enabled'], target.checked)}
        />
        STP
      </label>
      {node.stp.enabled ? (
        <>
          <NumberField
            label={text('switch.forwardDelay')}
            value={node.stp.forwardDelayS}
            limits={numberLimits('nodes', 'switch', 'stp', 'forwardDelayS')}
            set={(value) => set(['stp', 'forwardDelayS'], value)}
          />
          <NumberField
            label={text('switch.priority')}
            value={node.stp.priority}
            limits={numberLimits('nodes', 'switch', 'stp', 'priority')}
            step={PRIORITY_STEP}
            set={(value) => set(['stp', 'priority'], value)}
          />
          {used.map((port) => (
            <label key={port}>
              <input
                type="checkbox"
                checked={node.ports.find(({ name }) => name === port)?.portfast === true}
                onChange={({ target }) => set(['ports'], withPortFast(node.ports, port, target.checked))}
              />
              {text('switch.portfast', { port })}
            </label>
          ))}
        </>
      ) : null}
      <span>{text('switch.learned', { count: state?.macTable.length ?? 0 })}</span>
    </div>
  );
}

function withPortFast(ports: SwitchNode['ports'], port: string, portfast: boolean): SwitchNode['ports'] {
  return ports.some(({ name }) => name === port)
    ? ports.map((known) => (known.name === port ? { ...known, portfast } : known))
    : [...ports, { name: port, mode: 'access', vlan: 1, portfast }];
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
