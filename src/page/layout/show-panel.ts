/** How a panel is brought to the front, in the layout and where all panels are tabs of one area. */
import type { LinkView } from '../document/link.ts';
import { isPanel, openLinkedLayout, showInLayout, useLayout } from './layout-store.ts';
import { useView } from '../store.ts';

export function showPanel(id: string): void {
  if (!isPanel(id)) return;
  showInLayout(id);
  useLayout.setState({ inHand: id });
  useView.setState({ shownPanel: id });
}

/** The panels as a link wants them: arranged, open, and in front. */
export function showAsLinked({ layout, panels = [], tabs = [], embed = false }: LinkView): void {
  // A page that embeds the lab knows nothing of what its reader has arranged elsewhere.
  if (layout !== undefined || embed) openLinkedLayout(layout ?? 'default');
  panels.forEach(showInLayout);
  // The first is the one that is shown where there is room for one only.
  [...tabs].reverse().forEach(showPanel);
}
