/**
 * The topology: PCs with their live state, switches, servers and the cables between them. Nodes are dragged; cables are
 * drawn from card to card, or made with the list below the drawing, which needs no pointer.
 */
import {
  applyNodeChanges,
  Background,
  Controls,
  ReactFlow,
  type Connection,
  type EdgeChange,
  type NodeChange,
  type ReactFlowInstance,
} from '@xyflow/react';
import '@xyflow/react/dist/style.css';
import { useEffect, useMemo, useRef, useState, type ReactNode } from 'react';
import type { Scenario, ScenarioNode } from '../../scenario/schema.ts';
import { useDocument, useLive, useView } from '../../page/store.ts';
import { addLink, freePort, removeLink, removeNode } from '../../page/document/scenario-edits.ts';
import { useController, useText } from '../hooks.ts';
import { Button, CommandButton } from '../parts/button.tsx';
import { CableEdge, type Cable } from './cable-edge.tsx';
import { LinkSheet } from './link-sheet.tsx';
import { NodeCard, type Card } from './node-card.tsx';
import { NodeSheet } from './node-sheet.tsx';
import styles from './topology.module.css';

const nodeTypes = { card: NodeCard };
const edgeTypes = { cable: CableEdge };
const MAX_SCREENS = 12;
const FIT = { maxZoom: 1.1, padding: 0.08 };

/** The VLAN of a cable that ends in a configured port of a switch. */
function vlanOf(scenario: Scenario, end: string): string {
  const [name, port] = end.split('.');
  const node = scenario.nodes.find((known) => known.name === name);
  if (node?.kind !== 'switch') return '';
  const configured = node.ports.find((known) => known.name === port);
  if (configured === undefined) return '';
  return configured.mode === 'access' ? String(configured.vlan) : 'trunk';
}

function cardsOf(
  scenario: Scenario,
  selected: string | undefined,
  text: (id: `kind.${ScenarioNode['kind']}`) => string,
): Card[] {
  const machines = scenario.nodes.filter(({ kind }) => kind === 'pc' || kind === 'bare').length;
  return scenario.nodes.map((node, i) => ({
    id: node.name,
    type: 'card',
    position: node.position ?? { x: 240 * (i % 4), y: 130 * Math.floor(i / 4) },
    data: { node, selected: node.name === selected, withScreen: machines <= MAX_SCREENS },
    ariaLabel: `${text(`kind.${node.kind}`)} ${node.name}`,
  }));
}

/** Cables leave a card on the side that faces the other end. */
function cablesOf(scenario: Scenario, selected: number | undefined): Cable[] {
  const xOf = (name: string): number => scenario.nodes.find((node) => node.name === name)?.position?.x ?? 0;
  return scenario.links.map((link, index) => {
    const ends = [link.a, link.b].map((end) => end.split('.')[0]);
    const [source, target] = xOf(ends[0]) <= xOf(ends[1]) ? ends : [ends[1], ends[0]];
    return {
      id: `link-${index}`,
      type: 'cable',
      source,
      target,
      sourceHandle: 'out',
      targetHandle: 'in',
      selected: index === selected,
      ariaLabel: `${link.a} – ${link.b}`,
      data: { index, link, vlan: vlanOf(scenario, link.a) || vlanOf(scenario, link.b) },
    };
  });
}

export function Topology(): ReactNode {
  const controller = useController();
  const text = useText();
  const scenario = useDocument((state) => state.scenario);
  const edit = useDocument((state) => state.edit);
  const selection = useView((state) => state.selection);
  const node = selection.kind === 'node' ? selection.name : undefined;
  const link = selection.kind === 'link' ? selection.index : undefined;
  const [cards, setCards] = useState<Card[]>([]);
  useEffect(() => {
    if (scenario === undefined) return;
    // What the drawing has measured stays; what the document says is new.
    setCards((before) =>
      cardsOf(scenario, node, text).map((card) => ({ ...before.find(({ id }) => id === card.id), ...card })),
    );
  }, [scenario, node, text]);
  const cables = useMemo(() => (scenario === undefined ? [] : cablesOf(scenario, link)), [scenario, link]);
  const canvas = useRef<HTMLDivElement>(null);
  const [flow, setFlow] = useState<ReactFlowInstance<Card, Cable> | undefined>();
  useEffect(() => {
    if (flow === undefined || canvas.current === null) return undefined;
    // A sheet takes room from the drawing: what was to be seen must stay so.
    const observer = new ResizeObserver(() => void flow.fitView(FIT));
    observer.observe(canvas.current);
    return () => observer.disconnect();
  }, [flow]);
  if (scenario === undefined) return null;
  const connect = ({ source, target }: Connection): void => {
    edit((draft) => {
      const a = freePort(draft, source);
      const b = freePort(draft, target);
      if (a !== undefined && b !== undefined) addLink(draft, a, b);
    });
  };
  const changeCards = (changes: NodeChange<Card>[]): void => {
    setCards((before) => applyNodeChanges(changes, before));
    for (const change of changes) {
      if (change.type === 'select' && change.selected && change.id !== node)
        controller.select({ kind: 'node', name: change.id });
      if (change.type === 'remove') edit((draft) => removeNode(draft, change.id));
    }
  };
  const changeCables = (changes: EdgeChange<Cable>[]): void => {
    for (const change of changes) {
      if (change.type === 'select' && change.selected)
        controller.select({ kind: 'link', index: Number(change.id.slice(5)) });
      if (change.type === 'remove') edit((draft) => removeLink(draft, Number(change.id.slice(5))));
    }
  };
  return (
    <div className={styles['panel']}>
      <Tools node={node} link={link} />
      <div ref={canvas} className={styles['canvas']} data-testid="topology">
        <ReactFlow
          key={scenario.name}
          nodes={cards}
          edges={cables}
          nodeTypes={nodeTypes}
          edgeTypes={edgeTypes}
          fitView
          fitViewOptions={FIT}
          onInit={setFlow}
          minZoom={0.2}
          ariaLabelConfig={{
            'node.a11yDescription.default': text('topology.keys'),
            'edge.a11yDescription.default': text('topology.keys'),
            'controls.zoomIn.ariaLabel': text('topology.zoomIn'),
            'controls.zoomOut.ariaLabel': text('topology.zoomOut'),
            'controls.fitView.ariaLabel': text('topology.fit'),
          }}
          onConnect={connect}
          onNodesChange={changeCards}
          onEdgesChange={changeCables}
          onPaneClick={() => controller.select({ kind: 'none' })}
          onNodeDragStop={(_, moved) =>
            edit((draft) => {
              const dragged = draft.nodes.find(({ name }) => name === moved.id);
              if (dragged !== undefined)
                dragged.position = { x: Math.round(moved.position.x), y: Math.round(moved.position.y) };
            })
          }
        >
          <Background gap={24} color="var(--line)" />
          <Controls showInteractive={false} position="top-right" orientation="horizontal" />
        </ReactFlow>
      </div>
      {link === undefined ? null : <LinkSheet index={link} />}
      {node === undefined ? null : <NodeSheet name={node} />}
    </div>
  );
}

function Tools({ node, link }: { readonly node: string | undefined; readonly link: number | undefined }): ReactNode {
  const controller = useController();
  const text = useText();
  const edit = useDocument((state) => state.edit);
  const stale = useLive((state) => state.stale && state.progress?.kind !== 'images');
  return (
    <div className={styles['tools']} role="toolbar" aria-label={text('panel.topology')}>
      {(['pc', 'bare', 'switch', 'server', 'rogue'] as const).map((kind) => (
        <CommandButton key={kind} id={`topology.add-${kind}`} />
      ))}
      {node === undefined ? null : (
        <Button
          label={text('topology.remove', { name: node })}
          onPress={() => {
            edit((draft) => removeNode(draft, node));
            controller.select({ kind: 'none' });
          }}
        />
      )}
      {link === undefined ? null : (
        <Button
          label={text('topology.removeLink')}
          onPress={() => {
            edit((draft) => removeLink(draft, link));
            controller.select({ kind: 'none' });
          }}
        />
      )}
      {stale ? (
        <Button label={text('topology.apply')} kind="primary" onPress={() => void controller.rebuild()} />
      ) : null}
    </div>
  );
}
