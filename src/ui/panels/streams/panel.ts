/** Conversations as they were said, and the files in them. */
import { definePanel, loadPanel } from '../../parts/panel.ts';

export const streamsPanel = definePanel({
  id: 'streams',
  area: 'bottom',
  title: { en: 'Streams', fr: 'Flux' },
  content: loadPanel(async () => (await import('./streams.tsx')).Streams),
});
