/** Frames as arrows between stations. */
import { definePanel, loadPanel } from '../../parts/panel.ts';

export const ladderPanel = definePanel({
  id: 'ladder',
  area: 'bottom',
  title: { en: 'Ladder', fr: 'Échelle' },
  content: loadPanel(async () => (await import('./ladder.tsx')).Ladder),
});
