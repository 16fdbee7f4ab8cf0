/**
 * The marks of one cable: a frame is drawn on it as an envelope with its protocol's name and a point in the direction
 * in which it goes, coloured as in the packet list and as large at any zoom. A click selects the frame.
 */
import { useStore } from '@xyflow/react';
import { useEffect, useRef, type ReactNode } from 'react';
import type { Mark } from './flights.ts';
import { flightPlayer } from './flights.ts';
import { useCommands, usePageQueries, useText } from '../../../hooks.ts';
import { MARK_SIGNS, MARK_WORDS } from '../../../parts/marks/frame-marks.tsx';
import styles from '../topology.module.css';

const SVG = 'http://www.w3.org/2000/svg';
const HEIGHT_PX = 18;
/** Average width of a letter of the name. */
const LETTER_PX = 7;
const MARGIN_PX = 6;
/** Of the point before the envelope. */
const POINT_PX = 10;
/** Width of a name before the packet list has delivered the frame. */
const UNKNOWN = '…';
const MAX_LETTERS = 8;

export interface Ends {
  /** The link's first end. */
  readonly ax: number;
  readonly ay: number;
  readonly bx: number;
  readonly by: number;
}

export function FlightMarks({ link, ends }: { readonly link: number; readonly ends: Ends }): ReactNode {
  const controller = usePageQueries();
  const commands = useCommands();
  const text = useText();
  const group = useRef<SVGGElement>(null);
  const zoom = useStore(({ transform }) => transform[2]);
  const { ax, ay, bx, by } = ends;
  useEffect(() => {
    const { current } = group;
    if (current === null) return undefined;
    return flightPlayer(controller.client).draw(link, (marks) => {
      while (current.childNodes.length > marks.length) current.lastChild?.remove();
      marks.forEach((mark, i) => {
        const drawn = current.children.item(i) ?? current.appendChild(newMark());
        const { colour, protocol, info } = mark.look ?? {};
        drawn.setAttribute('data-colour', colour ?? '');
        drawn.setAttribute('data-event', String(mark.flight.event));
        drawn.setAttribute('data-mark', mark.look?.marks[0] ?? '');
        place(drawn, mark, { ax, ay, bx, by }, zoom);
        label(drawn, mark, { ax, ay, bx, by });
        const title = protocol === undefined ? '' : text('cable.flight', { protocol, info: info ?? '' });
        const words = (mark.look?.marks ?? []).map((kind) => `${text(MARK_WORDS[kind])}: `).join('');
        setText(drawn.querySelector('title'), `${words}${title}`);
      });
    });
  }, [controller, link, ax, ay, bx, by, zoom, text]);
  return (
    <g
      ref={group}
      className={styles['flights']}
      data-testid="flights"
      aria-hidden="true"
      onClick={(event) => {
        const drawn = (event.target as Element).closest('[data-event]');
        const id = Number(drawn?.getAttribute('data-event') ?? -1);
        if (id < 0) return;
        event.stopPropagation();
        void commands.run('select', { kind: 'event', id });
      }}
    />
  );
}

function newMark(): SVGGElement {
  const mark = document.createElementNS(SVG, 'g');
  for (const name of ['title', 'path', 'rect', 'text']) mark.append(document.createElementNS(SVG, name));
  return mark;
}

/** It moves from the edge of one card to the edge of the other: cards cover the cables. */
function place(drawn: Element, mark: Mark, { ax, ay, bx, by }: Ends, zoom: number): void {
  const margin = Math.min(
    0.45,
    (widthOf(nameOf(mark)) / 2 + POINT_PX) / zoom / Math.max(1, Math.hypot(bx - ax, by - ay)),
  );
  const along = margin + mark.place * (1 - 2 * margin);
  const at = mark.flight.direction === 'a-to-b' ? along : 1 - along;
  drawn.setAttribute('transform', `translate(${ax + at * (bx - ax)} ${ay + at * (by - ay)}) scale(${1 / zoom})`);
}

function nameOf({ look }: Mark): string {
  const [first] = look?.marks ?? [];
  const name = (look?.protocol ?? UNKNOWN).slice(0, MAX_LETTERS);
  return first === undefined ? name : `${MARK_SIGNS[first]} ${name}`;
}

function widthOf(name: string): number {
  return name.length * LETTER_PX + 2 * MARGIN_PX;
}

/** Its name in an envelope, and the point at the edge that goes first. */
function label(drawn: Element, mark: Mark, { ax, ay, bx, by }: Ends): void {
  const { flight } = mark;
  const name = nameOf(mark);
  const width = widthOf(name);
  const angle = Math.atan2(by - ay, bx - ax) + (flight.direction === 'a-to-b' ? 0 : Math.PI);
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  // From the middle of the envelope to where the way leaves it.
  const reach = Math.min(width / 2 / Math.max(Math.abs(cos), 1e-6), HEIGHT_PX / 2 / Math.max(Math.abs(sin), 1e-6));
  const rect = drawn.querySelector('rect');
  for (const [attribute, value] of [
    ['x', -width / 2],
    ['y', -HEIGHT_PX / 2],
    ['width', width],
    ['height', HEIGHT_PX],
    ['rx', 3],
  ] as const)
    rect?.setAttribute(attribute, String(value));
  const path = drawn.querySelector('path');
  path?.setAttribute('d', 'M-1 -6 9 0 -1 6z');
  path?.setAttribute('transform', `translate(${cos * reach} ${sin * reach}) rotate(${(angle * 180) / Math.PI})`);
  setText(drawn.querySelector('text'), name);
}

function setText(element: Element | null, text: string): void {
  if (element !== null && element.textContent !== text) element.textContent = text;
}
