/** Moments of the run that have a name: what to look at, in order. */
import { definePanel, loadPanel } from '../../parts/panel.ts';

export const momentsPanel = definePanel({
  id: 'moments',
  area: 'left',
  isOfLab: true,
  title: { en: 'Moments', fr: 'Moments' },
  content: loadPanel(async () => (await import('./moments-panel.tsx')).MomentsPanel),
});
