/** What looks wrong, and what happened in sentences. */
import { FindingsBadge } from './findings-badge.tsx';
import { definePanel, loadPanel } from '../../parts/panel.ts';

export const storyPanel = definePanel({
  id: 'story',
  area: 'bottom',
  title: { en: 'Story', fr: 'Récit' },
  badge: FindingsBadge,
  content: loadPanel(async () => (await import('./story.tsx')).Story),
});
