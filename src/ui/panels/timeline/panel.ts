/** The run on an axis of virtual time, with the boot stages of each machine. */
import { definePanel } from '../../parts/panel.ts';
import { Timeline } from './timeline.tsx';

export const timelinePanel = definePanel({
  id: 'timeline',
  area: 'middle',
  title: { en: 'Boot stages', fr: 'Étapes du démarrage' },
  content: Timeline,
});
