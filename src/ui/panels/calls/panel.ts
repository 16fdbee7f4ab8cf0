/** What boot programs ask of the firmware: the PXE API and the BIOS's disk services. */
import { definePanel, loadPanel } from '../../parts/panel.ts';

export const callsPanel = definePanel({
  id: 'calls',
  area: 'bottom',
  isOfLab: true,
  title: { en: 'Calls', fr: 'Appels' },
  content: loadPanel(async () => (await import('./calls.tsx')).Calls),
});
