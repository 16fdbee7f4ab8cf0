/** What looks wrong, and what happened in sentences. */
import { definePanel, loadPanel } from '../../parts/panel.ts';

export const storyPanel = definePanel({
  id: 'story',
  area: 'bottom',
  title: 'panel.story',
  content: loadPanel(async () => (await import('./story.tsx')).Story),
});
