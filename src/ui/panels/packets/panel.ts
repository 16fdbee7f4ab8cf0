/** The captured frames: list, layers and bytes. */
import { definePanel, loadPanel } from '../../parts/panel.ts';

const { Content, preload } = loadPanel(async () => (await import('./packets-panel.tsx')).PacketsPanel);

export const packetsPanel = definePanel({
  id: 'packets',
  area: 'bottom',
  title: { en: 'Packets', fr: 'Paquets' },
  content: {
    Content,
    preload: async () => {
      await preload?.();
      await (await import('./packets-panel.tsx')).preloadPackets();
    },
  },
});
