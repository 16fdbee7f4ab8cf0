/** Nodes and cables of the lab as a canvas. */
import { definePanel, loadPanel } from '../../parts/panel.ts';

export const topologyPanel = definePanel({
  id: 'topology',
  area: 'left',
  isOfLab: true,
  title: { en: 'Topology', fr: 'Topologie' },
  content: loadPanel(async () => (await import('./topology.tsx')).Topology),
});
