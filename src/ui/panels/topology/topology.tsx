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
import { useEffect, useMemo, useRef, useState, type KeyboardEvent, type ReactNode } from 'react';
import { nodeOf, parseEndpoint } from '../../../scenario/endpoint.ts';
import { NODE_OFFERS } from '../../../scenario/nodes/all.ts';
import { isMachine } from '../../../scenario/nodes/queries.ts';
import type { Scenario, ScenarioNode } from '../../../scenario/schema.ts';
import { useDocument, useLive, useView } from '../../../page/store.ts';
import { placeOf } from '../../../page/document/edits/scenario-edits.ts';
import { panelTitle } from '../../../page/panels.ts';
import { useCommands, useText } from '../../hooks.ts';
import { Button, CommandButton } from '../../parts/button.tsx';
import { CableEdge, type Cable } from './cable-edge.tsx';
import { Icon } from '../../parts/icon.tsx';
import { LinkSheet } from './link-sheet.tsx';
import { MomentStrip } from './moment-strip.tsx';
import { NodeCard, type Card } from './node-card.tsx';
import { NodeSheet } from './node-sheet.tsx';
import { OpeningStrip } from './opening-strip.tsx';
import styles from './topology.module.css';

const nodeTypes = { card: NodeCard };
const edgeTypes = { cable: CableEdge };
const MAX_SCREENS = 12;
const FIT = { maxZoom: 1.1, padding: 0.08 };
/** For a room. */
const LARGE_FIT = { ...FIT, maxZoom: 2.4 };

/** The VLAN of a cable that ends in a configured port of a switch. */
function vlanOf(scenario: Scenario, end: string): string {
  const endpoint = parseEndpoint(end);
  const node = scenario.nodes.find((known) => known.name === endpoint?.node);
  if (node === undefined || !('ports' in node)) return '';
  const configured = node.ports.find((known) => known.name === endpoint?.port);
  if (configured === undefined) return '';
  return configured.mode === 'access' ? String(configured.vlan) : 'trunk';
}

function cardsOf(
  scenario: Scenario,
  selected: string | undefined,
  text: (id: `kind.${ScenarioNode['kind']}`) => string,
): Card[] {
  const machines = scenario.nodes.filter(isMachine).length;
  return scenario.nodes.map((node, i) => ({
    id: node.name,
    type: 'card',
    position: placeOf(node, i),
    data: { node, selected: node.name === selected, withScreen: machines <= MAX_SCREENS },
    ariaLabel: `${text(`kind.${node.kind}`)} ${node.name}`,
  }));
}

/** Cables leave a card on the side that faces the other end. */
function cablesOf(scenario: Scenario, selected: number | undefined): Cable[] {
  const xOf = new Map(scenario.nodes.map((node, index) => [node.name, placeOf(node, index).x]));
  return scenario.links.map((link, index) => {
    const [a, b] = [nodeOf(link.a) ?? '', nodeOf(link.b) ?? ''];
    const [source, target] = (xOf.get(a) ?? 0) <= (xOf.get(b) ?? 0) ? [a, b] : [b, a];
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
  const commands = useCommands();
  const text = useText();
  const scenario = useDocument((state) => state.scenario);
  const fit = useView((state) => (state.projector ? LARGE_FIT : FIT));
  const selection = useView((state) => state.selection);
  // Removed or undone items are deselected.
  const node =
    selection.kind === 'node' && scenario?.nodes.some(({ name }) => name === selection.name) === true
      ? selection.name
      : undefined;
  const link =
    selection.kind === 'link' && scenario?.links[selection.index] !== undefined ? selection.index : undefined;
  const [naming, setNaming] = useState<string | undefined>();
  const [cards, setCards] = useState<Card[]>([]);
  useEffect(() => {
    if (scenario === undefined) return;
    // Keeps what the drawing has measured; the rest comes from the document.
    setCards((before) =>
      cardsOf(scenario, node, text).map((card) => ({ ...before.find(({ id }) => id === card.id), ...card })),
    );
  }, [scenario, node, text]);
  const cables = useMemo(() => (scenario === undefined ? [] : cablesOf(scenario, link)), [scenario, link]);
  const canvas = useRef<HTMLDivElement>(null);
  const [flow, setFlow] = useState<ReactFlowInstance<Card, Cable> | undefined>();
  useEffect(() => {
    if (flow === undefined || canvas.current === null) return undefined;
    // The panel was resized: its content must stay visible.
    const observer = new ResizeObserver(() => void flow.fitView(fit));
    observer.observe(canvas.current);
    return () => observer.disconnect();
  }, [flow, fit]);
  const known = scenario?.nodes.length ?? 0;
  const shownBefore = useRef(known);
  useEffect(() => {
    // A new card is scrolled into view.
    const isMore = known > shownBefore.current;
    shownBefore.current = known;
    if (flow === undefined || !isMore) return undefined;
    const timer = setTimeout(() => void flow.fitView(fit), 50);
    return () => clearTimeout(timer);
  }, [flow, known, fit]);
  if (scenario === undefined) return null;
  const press = (event: KeyboardEvent<HTMLDivElement>): void => {
    const target = event.target as Element;
    if (target.closest('input, select, textarea, button') !== null) return;
    const card = target.closest('.react-flow__node')?.getAttribute('data-id') ?? node;
    const cable = target.closest('.react-flow__edge')?.getAttribute('data-id');
    if (event.key === 'Delete' || event.key === 'Backspace') {
      event.preventDefault();
      if (cable !== null && cable !== undefined) void commands.run('link.remove', Number(cable.slice(5)));
      else if (card !== undefined) void commands.run('node.remove', card);
      else if (link !== undefined) void commands.run('link.remove', link);
      // The card that had the focus is gone.
      canvas.current?.focus();
    } else if (event.key === 'F2' && card !== undefined) {
      event.preventDefault();
      void commands.run('select', { kind: 'node', name: card });
      setNaming(card);
    }
  };
  const connect = ({ source, target }: Connection): void => {
    void commands.run('link.connect', { from: source, to: target });
  };
  const changeCards = (changes: NodeChange<Card>[]): void => {
    setCards((before) => applyNodeChanges(changes, before));
    for (const change of changes) {
      if (change.type === 'select' && change.selected && change.id !== node)
        void commands.run('select', { kind: 'node', name: change.id });
    }
  };
  const changeCables = (changes: EdgeChange<Cable>[]): void => {
    for (const change of changes) {
      if (change.type === 'select' && change.selected)
        void commands.run('select', { kind: 'link', index: Number(change.id.slice(5)) });
    }
  };
  return (
    <div className={styles['panel']}>
      <Tools node={node} link={link} />
      <div ref={canvas} className={styles['canvas']} data-testid="topology" tabIndex={-1} onKeyDown={press}>
        <ReactFlow
          key={scenario.name}
          // Keys are for the card or cable that has the focus, not for whatever is selected.
          deleteKeyCode={null}
          zoomOnDoubleClick={false}
          onNodeDoubleClick={(_, card) => setNaming(card.id)}
          nodes={cards}
          edges={cables}
          nodeTypes={nodeTypes}
          edgeTypes={edgeTypes}
          fitView
          fitViewOptions={fit}
          onInit={setFlow}
          minZoom={0.2}
          ariaLabelConfig={{
            'node.a11yDescription.default': text('topology.keys'),
            'edge.a11yDescription.default': text('topology.keys'),
            'node.a11yDescription.keyboardDisabled': text('topology.keys'),
            'node.a11yDescription.ariaLiveMessage': ({ x, y }) => text('topology.moved', { x, y }),
            'handle.ariaLabel': text('topology.port'),
            'controls.ariaLabel': text('topology.controls'),
            'controls.zoomIn.ariaLabel': text('topology.zoomIn'),
            'controls.zoomOut.ariaLabel': text('topology.zoomOut'),
            'controls.fitView.ariaLabel': text('topology.fit'),
          }}
          onConnect={connect}
          onNodesChange={changeCards}
          onEdgesChange={changeCables}
          onPaneClick={() => void commands.run('select', { kind: 'none' })}
          onNodeDragStop={(_, { id, position }) =>
            void commands.run('edit.set', {
              of: { node: id },
              path: ['position'],
              value: { x: Math.round(position.x), y: Math.round(position.y) },
            })
          }
        >
          <Background gap={24} color="var(--line)" />
          <Controls showInteractive={false} position="top-right" orientation="horizontal" />
        </ReactFlow>
        {link === undefined ? null : (
          <Sheet>
            <LinkSheet index={link} />
          </Sheet>
        )}
        {node === undefined ? null : (
          <Sheet>
            <NodeSheet key={node} name={node} isNaming={naming === node} onNamed={() => setNaming(undefined)} />
          </Sheet>
        )}
      </div>
      <MomentStrip />
      <OpeningStrip />
    </div>
  );
}

/** Over the lower part of the drawing, which keeps its size and place. */
function Sheet({ children }: { readonly children: ReactNode }): ReactNode {
  const commands = useCommands();
  const text = useText();
  return (
    <div
      className={styles['overlay']}
      onKeyDown={(event) => {
        if (event.key !== 'Escape') return;
        event.stopPropagation();
        void commands.run('select', { kind: 'none' });
      }}
    >
      <span className={styles['closeSheet']}>
        <Button
          label={text('problems.close')}
          kind="icon"
          onPress={() => void commands.run('select', { kind: 'none' })}
        >
          <Icon name="close" />
        </Button>
      </span>
      {children}
    </div>
  );
}

function Tools({ node, link }: { readonly node: string | undefined; readonly link: number | undefined }): ReactNode {
  const commands = useCommands();
  const text = useText();
  const stale = useLive((state) => state.stale && state.progress?.kind !== 'images');
  return (
    <div className={styles['tools']} role="toolbar" aria-label={text(panelTitle('topology'))}>
      <span className={styles['adders']}>
        {NODE_OFFERS.map(({ id }) => (
          <CommandButton key={id} id={`topology.add-${id}`} kind="view">
            + {text(`kind.${id}`)}
          </CommandButton>
        ))}
      </span>
      <Button
        label={link === undefined ? text('topology.remove', { name: node ?? '' }).trim() : text('topology.removeLink')}
        kind="icon"
        isDisabled={node === undefined && link === undefined}
        onPress={() => {
          if (node !== undefined) void commands.run('node.remove', node);
          else if (link !== undefined) void commands.run('link.remove', link);
        }}
      >
        <Icon name="remove" />
      </Button>
      {stale ? (
        <Button label={text('topology.apply')} kind="primary" onPress={() => void commands.run('time.restart')} />
      ) : null}
    </div>
  );
}
