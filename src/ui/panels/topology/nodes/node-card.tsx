/** A card of the topology: a machine with its screen in small, a switch with its VLANs, a server with its services. */
import { Handle, Position, type Node, type NodeProps } from '@xyflow/react';
import type { ReactNode } from 'react';
import { isNameOf } from '../../../../scenario/nodes/queries.ts';
import type { ScenarioNode } from '../../../../scenario/schema.ts';
import { useSelected } from '../../../../page/time/selection-details.ts';
import { useView } from '../../../../page/store.ts';
import { useFaultText } from '../faults/fault-text.ts';
import { viewOf } from './all.ts';
import faultStyles from '../faults/faults.module.css';
import styles from '../topology.module.css';

export interface CardData extends Record<string, unknown> {
  readonly node: ScenarioNode;
  readonly selected: boolean;
  /** Whether a small screen is shown: not when there are very many machines. */
  readonly withScreen: boolean;
}

export type Card = Node<CardData, 'card'>;

export function NodeCard({ data }: NodeProps<Card>): ReactNode {
  const { node, selected, withScreen } = data;
  const { Card } = viewOf(node);
  const shownNs = useView((state) => state.pastNs ?? Number.POSITIVE_INFINITY);
  const marked = useSelected(({ explanation }) => {
    const at = explanation !== undefined && explanation.event.timeNs <= shownNs ? explanation.event.node : undefined;
    return at !== undefined && (at === node.name || isNameOf(node, at));
  });
  return (
    <div className={styles['card']} data-kind={node.kind} data-selected={selected} data-marked={marked}>
      <Handle type="source" position={Position.Right} id="out" className={styles['handle'] ?? ''} />
      <Handle type="target" position={Position.Left} id="in" className={styles['handle'] ?? ''} />
      <Card node={node} withScreen={withScreen} />
      <Faults node={node} />
    </div>
  );
}

function Faults({ node }: { readonly node: ScenarioNode }): ReactNode {
  const describe = useFaultText();
  if (node.faults.length === 0) return null;
  const faults = node.faults.map(describe).join('\n');
  return (
    <div className={faultStyles['badge']} title={faults}>
      ⚠ {node.faults.length === 1 ? faults : node.faults.length}
    </div>
  );
}
