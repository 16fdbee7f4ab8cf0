/** What a server is configured with, answered and was asked. */
import { definePanel } from '../../parts/panel.ts';
import { ServerPanel } from './server-panel.tsx';

export const serverPanel = definePanel({
  id: 'server',
  area: 'left',
  isOfLab: true,
  title: { en: 'Server', fr: 'Serveur' },
  content: ServerPanel,
});
