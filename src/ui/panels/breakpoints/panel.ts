/** Conditions at which a run stops. */
import { definePanel, loadPanel } from '../../parts/panel.ts';

export const breakpointsPanel = definePanel({
  id: 'breakpoints',
  area: 'left',
  isOfLab: true,
  title: { en: 'Breakpoints', fr: 'Points d’arrêt' },
  content: loadPanel(async () => (await import('./breakpoints-panel.tsx')).BreakpointsPanel),
});
