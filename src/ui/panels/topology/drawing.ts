/** What the drawing shows of a document: cards, cables, notes and their arrows. */
import { nodeOf, parseEndpoint } from '../../../scenario/endpoint.ts';
import { isMachine } from '../../../scenario/nodes/queries.ts';
import type { Scenario, ScenarioNode } from '../../../scenario/schema.ts';
import { placeOf } from '../../../page/document/edits/scenario-edits.ts';
import type { Cable } from './cables/cable-edge.tsx';
import type { Card } from './nodes/node-card.tsx';
import type { Arrow, Note } from './notes/note-card.tsx';

export type Drawn = Card | Note;
export type Line = Cable | Arrow;

const MAX_SCREENS = 12;

/** The VLAN of a cable that ends in a configured port of a switch. */
function vlanOf(scenario: Scenario, end: string): string {
  const endpoint = parseEndpoint(end);
  const node = scenario.nodes.find((known) => known.name === endpoint?.node);
  if (node === undefined || !('ports' in node)) return '';
  const configured = node.ports.find((known) => known.name === endpoint?.port);
  if (configured === undefined) return '';
  return configured.mode === 'access' ? String(configured.vlan) : 'trunk';
}

export function cardsOf(
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
export function cablesOf(scenario: Scenario, selected: number | undefined): Cable[] {
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

/** No name of a node has a blank. */
const NOTE = 'note ';

/** The note that an item of the drawing is; undefined: a node. */
export function noteOf(id: string): number | undefined {
  return id.startsWith(NOTE) ? Number(id.slice(NOTE.length)) : undefined;
}

export function notesOf({ notes }: Scenario, selected: number | undefined, kind: string): Note[] {
  return notes.map(({ text, position }, index) => ({
    id: `${NOTE}${index}`,
    type: 'note',
    position,
    zIndex: 1,
    data: { text, selected: index === selected },
    ariaLabel: `${kind}: ${text}`,
  }));
}

export function arrowsOf({ notes }: Scenario): Arrow[] {
  return notes.flatMap(({ to }, index): Arrow[] =>
    to === undefined
      ? []
      : [
          {
            id: `arrow ${index}`,
            type: 'arrow',
            source: `${NOTE}${index}`,
            target: to,
            focusable: false,
            selectable: false,
          },
        ],
  );
}
