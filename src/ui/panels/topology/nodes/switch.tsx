/** A switch: a card with its VLANs, a form with its ports and the spanning tree. */
import type { ReactNode } from 'react';
import { formatEndpoint, nodeOf } from '../../../../scenario/endpoint.ts';
import { numberLimits, withinLimits } from '../../../../scenario/field-limits.ts';
import type { SwitchNode } from '../../../../scenario/schema.ts';
import type { ValuePath } from '../../../../page/document/edits/set-value.ts';
import { useDocument, useLive } from '../../../../page/store.ts';
import { useShown } from '../../../../page/time/displayed-lab.ts';
import { useCommands, useText } from '../../../hooks.ts';
import { NumberField } from '../../../parts/number-field.tsx';
import styles from '../topology.module.css';
import type { NodeView } from './node-view.ts';

export const switchView: NodeView<SwitchNode> = { Card: SwitchCard, Fields: SwitchFields };

function SwitchCard({ node }: { readonly node: SwitchNode }): ReactNode {
  const text = useText();
  const isPast = useShown((state) => state.pastNs !== undefined);
  const learned = useLive(
    (state) => state.update?.switches.find(({ name }) => name === node.name)?.macTable.length ?? 0,
  );
  const groups = useLive((state) => state.update?.switches.find(({ name }) => name === node.name)?.groups.length ?? 0);
  const vlans = node.ports.map((port) =>
    port.mode === 'access' ? `${port.name}: ${port.vlan}` : `${port.name}: trunk`,
  );
  return (
    <>
      <div className={styles['cardName']}>{node.name}</div>
      {vlans.length > 0 ? <div className={styles['cardDetail']}>{vlans.join(' · ')}</div> : null}
      <div className={styles['cardDetail']}>
        {node.stp.enabled ? 'STP · ' : ''}
        {isPast ? '' : text('switch.learned', { count: learned })}
        {isPast || !node.igmp.snooping ? '' : ` · ${text('switch.groups', { count: groups })}`}
      </div>
    </>
  );
}

/** Bridges use the upper four bits of a priority (IEEE 802.1D-2004, 9.2.5). */
const PRIORITY_STEP = 4096;
const VLAN_IDS = numberLimits('nodes', 'switch', 'ports', 'access', 'vlan');

function SwitchFields({ node }: { readonly node: SwitchNode }): ReactNode {
  const text = useText();
  const commands = useCommands();
  const set = (path: ValuePath, value: unknown): void =>
    void commands.run('edit.set', { of: { node: node.name }, path, value });
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
      <label>
        <input
          type="checkbox"
          checked={node.igmp.snooping}
          onChange={({ target }) => set(['igmp', 'snooping'], target.checked)}
        />
        {text('switch.snooping')}
      </label>
      {node.igmp.snooping ? (
        <label>
          <input
            type="checkbox"
            checked={node.igmp.querier}
            onChange={({ target }) => set(['igmp', 'querier'], target.checked)}
          />
          {text('switch.querier')}
        </label>
      ) : null}
      <span>{text('switch.learned', { count: state?.macTable.length ?? 0 })}</span>
      {node.igmp.snooping ? <span>{text('switch.groups', { count: state?.groups.length ?? 0 })}</span> : null}
      {state?.groups.map(({ vlan, group, ports }) => (
        <span key={`${vlan} ${group}`}>{text('switch.group', { vlan, group, ports: ports.join(', ') })}</span>
      ))}
    </div>
  );
}

function withPortFast(ports: SwitchNode['ports'], port: string, portfast: boolean): SwitchNode['ports'] {
  return ports.some(({ name }) => name === port)
    ? ports.map((known) => (known.name === port ? { ...known, portfast } : known))
    : [...ports, { name: port, mode: 'access', vlan: 1, portfast }];
}
