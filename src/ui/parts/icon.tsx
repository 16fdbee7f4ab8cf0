/** The few pictures of the page, drawn as strokes; they are decoration, the name is on the button. */
import type { ReactNode } from 'react';

const PATHS = {
  run: 'M5 3.5v9l7-4.5z',
  pause: 'M5 3.5v9M11 3.5v9',
  step: 'M4 3.5v9l6-4.5zM12 3.5v9',
  restart: 'M3.5 8a4.5 4.5 0 1 0 1.6-3.4M3.5 2.8v2.6h2.6',
  undo: 'M6 4 3 7l3 3M3.2 7H10a3 3 0 0 1 0 6H7',
  redo: 'm10 4 3 3-3 3M12.8 7H6a3 3 0 0 0 0 6h3',
  course: 'M2.5 3.5H7a1 1 0 0 1 1 1v9a1 1 0 0 0-1-1H2.5zM13.5 3.5H9a1 1 0 0 0-1 1v9a1 1 0 0 1 1-1h4.5z',
  share: 'M8 10V2.5M5.5 5 8 2.5 10.5 5M4 8H3v5.5h10V8h-1',
  search: 'M7 11.5a4.5 4.5 0 1 0 0-9 4.5 4.5 0 0 0 0 9zM10.5 10.5l3 3',
  info: 'M8 2.5a5.5 5.5 0 1 0 0 11 5.5 5.5 0 0 0 0-11zM8 7.2v3.6M8 5.1v.1',
  projector: 'M2 3h12M3 3v7.5h10V3M8 10.5v3M5.5 13.5h5',
  theme: 'M8 2.5a5.5 5.5 0 1 0 0 11zM8 2.5a5.5 5.5 0 0 1 0 11',
  power: 'M8 2.5V8M4.6 4.6a4.8 4.8 0 1 0 6.8 0',
  remove: 'M3 4.5h10M6.5 4.5v-2h3v2M4.5 4.5l.7 9h5.6l.7-9',
  close: 'm4 4 8 8M12 4l-8 8',
  keyboard: 'M1.5 4.5h13v7h-13zM4 7h.01M6.5 7h.01M9 7h.01M11.5 7h.01M5 9.5h6',
  copy: 'M5.5 5.5h8v8h-8zM10.5 5.5v-3h-8v8h3',
  picture: 'M2 3.5h12v9H2zM4 10.5l3-3 2 2 1.5-1.5 2 2.5M10.5 6h.01',
  maximise: 'M3 3h10v10H3z',
  restore: 'M3 6h7v7H3zM6 6V3h7v7h-3',
  menu: 'M2.5 4h11M2.5 8h11M2.5 12h11',
  more: 'M3.5 8h.01M8 8h.01M12.5 8h.01',
  rename: 'M10.5 3.5l2 2-7 7H3.5v-2zM9 5l2 2',
  delete: 'M3 4.5h10M6 4.5v-2h4v2M4.5 4.5l.5 9h6l.5-9M7 7v4M9 7v4',
  save: 'M8 2.5v7M5 7l3 3 3-3M3 11v2.5h10V11',
} as const;

export type IconName = keyof typeof PATHS;

export function Icon({ name }: { readonly name: IconName }): ReactNode {
  return (
    <svg width="16" height="16" viewBox="0 0 16 16" aria-hidden="true" fill="none" stroke="currentColor">
      <path d={PATHS[name]} strokeWidth="1.5" strokeLinecap="round" strokeLinejoin="round" />
    </svg>
  );
}
