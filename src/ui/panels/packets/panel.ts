/** The captured frames: list, layers and bytes. */
import { definePanel } from '../../parts/panel.ts';
import { PacketsPanel, preloadPackets } from './packets-panel.tsx';

export const packetsPanel = definePanel({
  id: 'packets',
  area: 'bottom',
  title: { en: 'Packets', fr: 'Paquets' },
  content: { Content: PacketsPanel, preload: preloadPackets },
});
