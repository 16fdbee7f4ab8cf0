/** Conversations, endpoints, traffic over time and response times. */
import { definePanel, loadPanel } from '../../parts/panel.ts';

export const statisticsPanel = definePanel({
  id: 'statistics',
  area: 'bottom',
  title: { en: 'Statistics', fr: 'Statistiques' },
  content: loadPanel(async () => (await import('./statistics.tsx')).Statistics),
});
