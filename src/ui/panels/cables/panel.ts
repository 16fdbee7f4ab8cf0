/** What the cables of servers carry. */
import { definePanel, loadPanel } from '../../parts/panel.ts';

export const cablesPanel = definePanel({
  id: 'cables',
  area: 'bottom',
  isOfLab: true,
  title: { en: 'Cables', fr: 'Câbles' },
  content: loadPanel(async () => (await import('./cables.tsx')).Cables),
});
