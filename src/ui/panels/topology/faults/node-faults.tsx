/** The faults of a node: of its ports, and of a server that does not answer. */
import type { ReactNode } from 'react';
import { nodeOf } from '../../../../scenario/endpoint.ts';
import { isServer, isStation } from '../../../../scenario/nodes/queries.ts';
import type { ScenarioNode, ScenarioPortFault, ScenarioSilence } from '../../../../scenario/schema.ts';
import { useDocument } from '../../../../page/store.ts';
import { useCommands } from '../../../hooks.ts';
import { FaultList } from './fault-list.tsx';
import type { AnyFault } from './fault-text.ts';
import { OFFERED_FAULTS } from './offered-faults.ts';

const OFFERED: readonly ScenarioPortFault[] = [
  ...OFFERED_FAULTS,
  { kind: 'match', filter: 'dhcp', nth: 1, action: 'drop', delayUs: 0, direction: 'both' },
];

const OFFERED_AT_SERVER: readonly (ScenarioPortFault | ScenarioSilence)[] = [
  { kind: 'silent', filter: 'tftp' },
  ...OFFERED,
];

const DIRECTIONS = ['both', 'in', 'out'] as const;

export function NodeFaults({ node }: { readonly node: ScenarioNode }): ReactNode {
  const scenario = useDocument((state) => state.scenario);
  const commands = useCommands();
  const change = (value: readonly AnyFault[]): void =>
    void commands.run('edit.set', { of: { node: node.name }, path: ['faults'], value });
  if (isServer(node))
    return (
      <FaultList
        key={node.name}
        faults={node.faults}
        offered={OFFERED_AT_SERVER}
        directions={DIRECTIONS}
        ports={node.nics.map(({ name }) => name)}
        onChange={change}
      />
    );
  const plugged = (scenario?.links ?? [])
    .flatMap(({ a, b }) => [a, b])
    .filter((end) => nodeOf(end) === node.name)
    .map((end) => end.slice(node.name.length + 1));
  return (
    <FaultList
      key={node.name}
      faults={node.faults}
      offered={OFFERED}
      directions={DIRECTIONS}
      ports={isStation(node) ? node.nics.map(({ name }) => name) : plugged}
      onChange={change}
    />
  );
}
