/** The marks of one cable: triangles that point where the frame goes, coloured as in the packet list. A click selects the frame. */
import { useEffect, useRef, type ReactNode } from 'react';
import type { Mark } from './flights.ts';
import { flightPlayer } from './flights.ts';
import { useController, useText } from '../hooks.ts';
import styles from './topology.module.css';

const SVG = 'http://www.w3.org/2000/svg';
/** Frames of one direction go beside those of the other. */
const BESIDE_PX = 6;

export interface Ends {
  /** The link's first end. */
  readonly ax: number;
  readonly ay: number;
  readonly bx: number;
  readonly by: number;
}

export function FlightMarks({ link, ends }: { readonly link: number; readonly ends: Ends }): ReactNode {
  const controller = useController();
  const text = useText();
  const group = useRef<SVGGElement>(null);
  const { ax, ay, bx, by } = ends;
  useEffect(() => {
    const { current } = group;
    if (current === null) return undefined;
    const angle = Math.atan2(by - ay, bx - ax);
    const aside = { x: -Math.sin(angle) * BESIDE_PX, y: Math.cos(angle) * BESIDE_PX };
    const place = (mark: Mark): string => {
      const forth = mark.flight.direction === 'a-to-b';
      const at = forth ? mark.place : 1 - mark.place;
      const side = forth ? -1 : 1;
      const x = ax + at * (bx - ax) + side * aside.x;
      const y = ay + at * (by - ay) + side * aside.y;
      return `translate(${x} ${y}) rotate(${(angle * 180) / Math.PI + (forth ? 0 : 180)})`;
    };
    return flightPlayer(controller.client).draw(link, (marks) => {
      while (current.childNodes.length > marks.length) current.lastChild?.remove();
      marks.forEach((mark, i) => {
        const drawn = current.children.item(i) ?? current.appendChild(newMark());
        drawn.setAttribute('transform', place(mark));
        const { colour, protocol, info } = mark.look ?? {};
        drawn.setAttribute('data-colour', colour ?? '');
        drawn.setAttribute('data-event', String(mark.flight.event));
        const title = protocol === undefined ? '' : text('cable.flight', { protocol, info: info ?? '' });
        if (drawn.firstChild?.textContent !== title && drawn.firstChild !== null) drawn.firstChild.textContent = title;
      });
    });
  }, [controller, link, ax, ay, bx, by, text]);
  return (
    <g
      ref={group}
      className={styles['flights']}
      data-testid="flights"
      aria-hidden="true"
      onClick={({ target }) => {
        const id = Number((target as Element).closest('[data-event]')?.getAttribute('data-event') ?? -1);
        if (id >= 0) controller.select({ kind: 'event', id });
      }}
    />
  );
}

function newMark(): SVGPathElement {
  const mark = document.createElementNS(SVG, 'path');
  mark.setAttribute('d', 'M-5 -4.5 6 0 -5 4.5z');
  mark.append(document.createElementNS(SVG, 'title'));
  return mark;
}
