/** What a command is about: the groups of the palette, the menu and the list of keys. */
import type { AnyText } from '../i18n/index.ts';

export const COMMAND_GROUPS = ['lab', 'edit', 'view', 'run', 'packets', 'learn', 'page'] as const;

export type CommandGroup = (typeof COMMAND_GROUPS)[number];

export const GROUP_TITLES: Readonly<Record<CommandGroup, AnyText>> = {
  lab: { en: 'Lab', fr: 'Labo' },
  edit: { en: 'Edit', fr: 'Édition' },
  view: { en: 'View', fr: 'Affichage' },
  run: { en: 'Run', fr: 'Exécution' },
  packets: { en: 'Packets', fr: 'Paquets' },
  learn: { en: 'Learn', fr: 'Apprendre' },
  page: { en: 'Page', fr: 'Page' },
};

/** By the first part of the id. */
const BY_SUBJECT: Readonly<Record<string, CommandGroup>> = {
  lab: 'lab',
  file: 'lab',
  share: 'lab',
  edit: 'edit',
  node: 'edit',
  link: 'edit',
  topology: 'edit',
  note: 'edit',
  server: 'edit',
  certificate: 'edit',
  select: 'edit',
  view: 'view',
  panel: 'view',
  layout: 'view',
  console: 'view',
  time: 'run',
  timeline: 'run',
  moment: 'run',
  machine: 'run',
  breakpoint: 'run',
  ipxe: 'run',
  event: 'run',
  opening: 'run',
  thread: 'run',
  packets: 'packets',
  course: 'learn',
  lesson: 'learn',
  draft: 'learn',
};

export function groupOf(id: string): CommandGroup {
  return BY_SUBJECT[id.split('.', 1)[0] ?? ''] ?? 'page';
}
