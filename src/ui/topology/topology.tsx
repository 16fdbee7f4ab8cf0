/**
 * The topology: PCs with their live state, switches, servers and the cables between them. Nodes are dragged; cables are
 * drawn from port to port, or made with the two lists below, which need no pointer.
 */
import {
  Background,
  Controls,
  Handle,
  Position,
  ReactFlow,
  type Connection,
  type Edge,
  type Node,
  type NodeProps,
} from '@xyflow/react';
import '@xyflow/react/dist/style.css';
import { useMemo, type ReactNode } from 'react';
import type { Scenario, ScenarioNode } from '../../scenario/schema.ts';
import type { LinkView, MachineView } from '../../app/lab-api.ts';
import { useDocument, useLive, useView } from '../../app/store.ts';
import { addLink, addNode, freePort, portsOf, removeLink, removeNode } from '../../app/edit.ts';
import { useController, useText } from '../hooks.ts';
import { Button } from '../parts/button.tsx';
import { LinkSheet } from './link-sheet.tsx';
import { NodeSheet } from './node-sheet.tsx';
import styles from './topology.module.css';

interface CardData extends Record<string, unknown> {
  readonly node: ScenarioNode;
  readonly machine: MachineView | undefined;
  readonly ports: readonly string[];
  readonly detail: string;
  readonly selected: boolean;
}

type Card = Node<CardData, 'card'>;

function NodeCard({ data }: NodeProps<Card>): ReactNode {
  const { node, machine, detail, selected } = data;
  return (
    <div className={styles['card']} data-kind={node.kind} data-on={machine?.power ?? 'none'} data-selected={selected}>
      <Handle type="source" position={Position.Right} id="out" className={styles['handle'] ?? ''} />
      <Handle type="target" position={Position.Left} id="in" className={styles['handle'] ?? ''} />
      <div className={styles['cardName']}>
        <span className={styles['lamp']} aria-hidden="true" />
        {node.name}
        {node.kind === 'bare' && node.count > 1 ? ` ×${node.count}` : ''}
      </div>
      <div className={styles['cardDetail']}>{detail}</div>
    </div>
  );
}

const nodeTypes = { card: NodeCard };

function detailOf(node: ScenarioNode, machine: MachineView | undefined): string {
  switch (node.kind) {
    case 'pc':
    case 'bare':
      return machine?.stageText ?? '';
    case 'switch':
      return node.ports
        .map((port) => (port.mode === 'access' ? `${port.name}: ${port.vlan}` : `${port.name}: trunk`))
        .join(' · ');
    case 'server':
      return node.nics.map((nic) => nic.address ?? nic.name).join(', ');
  }
}

/** The VLAN of a cable that ends in an access port, for its pattern. */
function vlanOf(scenario: Scenario, end: string): string {
  const [name, port] = end.split('.');
  const node = scenario.nodes.find((known) => known.name === name);
  if (node?.kind !== 'switch') return '';
  const configured = node.ports.find((known) => known.name === port);
  if (configured === undefined) return '';
  return configured.mode === 'access' ? `VLAN ${configured.vlan}` : 'trunk';
}

function edgesOf(scenario: Scenario, links: readonly LinkView[], selected: number | undefined): Edge[] {
  return scenario.links.map((link, i) => {
    const vlan = vlanOf(scenario, link.a) || vlanOf(scenario, link.b);
    const live = links.at(i);
    const down = live !== undefined && !live.up;
    const faults = link.faults.length > 0 ? ` ⚠ ${link.faults.map(({ kind }) => kind).join(', ')}` : '';
    return {
      id: `link-${i}`,
      source: link.a.split('.')[0],
      target: link.b.split('.')[0],
      sourceHandle: 'out',
      targetHandle: 'in',
      label: `${link.a.split('.')[1]} – ${link.b.split('.')[1]}${vlan === '' ? '' : ` · ${vlan}`}${faults}`,
      selected: i === selected,
      className: `${styles['edge']} ${down ? styles['down'] : ''} ${vlan === '' || vlan === 'VLAN 1' ? '' : styles['vlan']}`,
      type: 'straight',
    } satisfies Edge;
  });
}

export function Topology(): ReactNode {
  const text = useText();
  const controller = useController();
  const scenario = useDocument((state) => state.scenario);
  const edit = useDocument((state) => state.edit);
  const machines = useLive((state) => state.update?.machines);
  const links = useLive((state) => state.update?.links);
  const stale = useLive((state) => state.stale);
  const selection = useView((state) => state.selection);
  const selectedNode = selection.kind === 'node' ? selection.name : undefined;
  const selectedLink = selection.kind === 'link' ? selection.index : undefined;
  const nodes = useMemo<Card[]>(
    () =>
      (scenario?.nodes ?? []).map((node, i) => {
        const machine = machines?.find(({ name }) => name === node.name);
        return {
          id: node.name,
          type: 'card',
          position: node.position ?? { x: 220 * (i % 4), y: 110 * Math.floor(i / 4) },
          data: {
            node,
            machine,
            ports: scenario === undefined ? [] : portsOf(scenario, node),
            detail: detailOf(node, machine),
            selected: node.name === selectedNode,
          },
          ariaLabel: `${node.kind} ${node.name}`,
        };
      }),
    [scenario, machines, selectedNode],
  );
  const edges = useMemo(
    () => (scenario === undefined ? [] : edgesOf(scenario, links ?? [], selectedLink)),
    [scenario, links, selectedLink],
  );
  if (scenario === undefined) return null;
  const connect = ({ source, target }: Connection): void => {
    edit((draft) => {
      const a = freePort(draft, source);
      const b = freePort(draft, target);
      if (a !== undefined && b !== undefined) addLink(draft, a, b);
    });
  };
  return (
    <div className={styles['panel']}>
      <div className={styles['tools']} role="toolbar" aria-label={text('panel.topology')}>
        {(['pc', 'bare', 'switch', 'server'] as const).map((kind) => (
          <Button
            key={kind}
            label={text(`topology.add.${kind}`)}
            onPress={() => edit((draft) => addNode(draft, kind))}
          />
        ))}
        {selectedNode === undefined ? null : (
          <Button
            label={text('topology.remove', { name: selectedNode })}
            onPress={() => {
              edit((draft) => removeNode(draft, selectedNode));
              controller.select({ kind: 'none' });
            }}
          />
        )}
        {selectedLink === undefined ? null : (
          <Button
            label={text('topology.removeLink')}
            onPress={() => {
              edit((draft) => removeLink(draft, selectedLink));
              controller.select({ kind: 'none' });
            }}
          />
        )}
        {stale ? (
          <Button label={text('topology.apply')} kind="primary" onPress={() => void controller.rebuild()} />
        ) : null}
      </div>
      <div className={styles['canvas']} data-testid="topology">
        <ReactFlow
          nodes={nodes}
          edges={edges}
          nodeTypes={nodeTypes}
          fitView
          fitViewOptions={{ maxZoom: 1.1, padding: 0.15 }}
          minZoom={0.2}
          proOptions={{ hideAttribution: false }}
          onConnect={connect}
          onNodeClick={(_, node) => controller.select({ kind: 'node', name: node.id })}
          onEdgeClick={(_, edge) => controller.select({ kind: 'link', index: Number(edge.id.slice(5)) })}
          onPaneClick={() => controller.select({ kind: 'none' })}
          onSelectionChange={({ nodes: chosen }) => {
            const [only] = chosen;
            if (chosen.length === 1 && only.id !== selectedNode) controller.select({ kind: 'node', name: only.id });
          }}
          onNodeDragStop={(_, moved) =>
            edit((draft) => {
              const node = draft.nodes.find(({ name }) => name === moved.id);
              if (node !== undefined)
                node.position = { x: Math.round(moved.position.x), y: Math.round(moved.position.y) };
            })
          }
        >
          <Background gap={24} color="var(--line)" />
          <Controls showInteractive={false} />
        </ReactFlow>
      </div>
      {selectedLink === undefined ? null : <LinkSheet index={selectedLink} />}
      {selectedNode === undefined ? null : <NodeSheet name={selectedNode} />}
    </div>
  );
}
