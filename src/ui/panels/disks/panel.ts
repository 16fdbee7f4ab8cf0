/** What is on disks, in PCs and on servers, and who reads and writes it. */
import { definePanel, loadPanel } from '../../parts/panel.ts';

export const disksPanel = definePanel({
  id: 'disks',
  area: 'bottom',
  title: { en: 'Disks', fr: 'Disques' },
  content: loadPanel(async () => (await import('./disks-panel.tsx')).DisksPanel),
});
