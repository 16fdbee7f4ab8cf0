/** What a machine shows, and its keyboard. */
import { definePanel } from '../../parts/panel.ts';
import { Console } from './console.tsx';

export const consolePanel = definePanel({
  id: 'console',
  area: 'right',
  isOfLab: true,
  title: { en: 'Console', fr: 'Console' },
  content: Console,
});
