/** What led to the selected event, and what it led to. */
import { definePanel, loadPanel } from '../../parts/panel.ts';

export const explainPanel = definePanel({
  id: 'explain',
  area: 'left',
  title: { en: 'Explain', fr: 'Explication' },
  content: loadPanel(async () => (await import('./explain.tsx')).Explain),
});
