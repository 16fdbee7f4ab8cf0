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
import { NODE_OFFERS } from '../../../scenario/nodes/all.ts';
import { useDocument, useLive, useView } from '../../../page/store.ts';
import type { AnyText } from '../../../page/i18n/index.ts';
import { panelTitle } from '../../../page/panels.ts';
import { useCommands, useText } from '../../hooks.ts';
import { Button, CommandButton } from '../../parts/button.tsx';
import { CableEdge } from './cables/cable-edge.tsx';
import { arrowsOf, cablesOf, cardsOf, noteOf, notesOf, type Drawn, type Line } from './drawing.ts';
import { Icon } from '../../parts/icon.tsx';
import { LinkSheet } from './cables/link-sheet.tsx';
import { MomentStrip } from './strips/moment-strip.tsx';
import { NodeCard } from './nodes/node-card.tsx';
import { NodeSheet } from './nodes/node-sheet.tsx';
import { NoteArrow, NoteCard } from './notes/note-card.tsx';
import { NoteSheet } from './notes/note-sheet.tsx';
import { OpeningStrip } from './strips/opening-strip.tsx';
import styles from './topology.module.css';

const nodeTypes = { card: NodeCard, note: NoteCard };
const edgeTypes = { cable: CableEdge, arrow: NoteArrow };
const NOTE: AnyText = { en: 'Note', fr: 'Note' };
const NEW_NOTE: AnyText = { en: 'Look here.', fr: 'Regardez ici.' };
/** Its right side leaves room for the buttons that zoom. */
const FIT = { maxZoom: 1.1, padding: { x: '56px', y: 0.08 } } as const;
/** For a room. */
const LARGE_FIT = { ...FIT, maxZoom: 2.4 };

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
  const note =
    selection.kind === 'note' && scenario?.notes[selection.index] !== undefined ? selection.index : undefined;
  const [naming, setNaming] = useState<string | undefined>();
  const [cards, setCards] = useState<Drawn[]>([]);
  useEffect(() => {
    if (scenario === undefined) return;
    // Keeps what the drawing has measured; the rest comes from the document.
    setCards((before) =>
      [...cardsOf(scenario, node, text), ...notesOf(scenario, note, text(NOTE))].map((card): Drawn => ({
        ...before.find(({ id }) => id === card.id),
        ...card,
      })),
    );
  }, [scenario, node, note, text]);
  const lines = useMemo<Line[]>(
    () => (scenario === undefined ? [] : [...cablesOf(scenario, link), ...arrowsOf(scenario)]),
    [scenario, link],
  );
  const canvas = useRef<HTMLDivElement>(null);
  const [flow, setFlow] = useState<ReactFlowInstance<Drawn, Line> | undefined>();
  useEffect(() => {
    if (flow === undefined || canvas.current === null) return undefined;
    // The panel was resized: its content must stay visible.
    const observer = new ResizeObserver(() => void flow.fitView(fit));
    observer.observe(canvas.current);
    return () => observer.disconnect();
  }, [flow, fit]);
  const known = (scenario?.nodes.length ?? 0) + (scenario?.notes.length ?? 0);
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
    const focused = target.closest('.react-flow__node')?.getAttribute('data-id') ?? undefined;
    const noted = focused === undefined ? note : noteOf(focused);
    const card = noted === undefined ? (focused ?? node) : undefined;
    const cable = target.closest('.react-flow__edge')?.getAttribute('data-id');
    if (event.key === 'Delete' || event.key === 'Backspace') {
      event.preventDefault();
      if (cable !== null && cable !== undefined) void commands.run('link.remove', Number(cable.slice(5)));
      else if (noted !== undefined) void commands.run('note.remove', noted);
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
  const changeCards = (changes: NodeChange<Drawn>[]): void => {
    setCards((before) => applyNodeChanges(changes, before));
    for (const change of changes) {
      if (change.type !== 'select' || !change.selected) continue;
      const index = noteOf(change.id);
      if (index !== undefined && index !== note) void commands.run('select', { kind: 'note', index });
      else if (index === undefined && change.id !== node)
        void commands.run('select', { kind: 'node', name: change.id });
    }
  };
  const changeCables = (changes: EdgeChange<Line>[]): void => {
    for (const change of changes) {
      if (change.type === 'select' && change.selected)
        void commands.run('select', { kind: 'link', index: Number(change.id.slice(5)) });
    }
  };
  return (
    <div className={styles['panel']}>
      <Tools node={node} link={link} note={note} />
      <div ref={canvas} className={styles['canvas']} data-testid="topology" tabIndex={-1} onKeyDown={press}>
        <ReactFlow
          key={scenario.name}
          // Keys are for the card or cable that has the focus, not for whatever is selected.
          deleteKeyCode={null}
          zoomOnDoubleClick={false}
          onNodeDoubleClick={(_, { id }) => {
            if (noteOf(id) === undefined) setNaming(id);
          }}
          nodes={cards}
          edges={lines}
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
          onNodeDragStop={(_, { id, position }) => {
            const index = noteOf(id);
            void commands.run('edit.set', {
              of: index === undefined ? { node: id } : { note: index },
              path: ['position'],
              value: { x: Math.round(position.x), y: Math.round(position.y) },
            });
          }}
        >
          <Background gap={24} color="var(--line)" />
          <Controls showInteractive={false} position="top-right" orientation="vertical" />
        </ReactFlow>
        {link === undefined ? null : (
          <Sheet>
            <LinkSheet index={link} />
          </Sheet>
        )}
        {note === undefined ? null : (
          <Sheet>
            <NoteSheet key={note} index={note} />
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

interface Selected {
  readonly node: string | undefined;
  readonly link: number | undefined;
  readonly note: number | undefined;
}

function Tools({ node, link, note }: Selected): ReactNode {
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
        <Button label={text(NOTE)} kind="view" onPress={() => void commands.run('note.add', { text: text(NEW_NOTE) })}>
          + {text(NOTE)}
        </Button>
      </span>
      <Button
        label={link === undefined ? text('topology.remove', { name: node ?? '' }).trim() : text('topology.removeLink')}
        kind="icon"
        isDisabled={node === undefined && link === undefined && note === undefined}
        onPress={() => {
          if (note !== undefined) void commands.run('note.remove', note);
          else if (node !== undefined) void commands.run('node.remove', node);
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
