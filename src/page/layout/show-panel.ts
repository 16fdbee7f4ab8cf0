/** How a panel is brought to the front, in the layout and where all panels are tabs of one area. */
import type { LinkView } from '../document/link.ts';
import { isPanel, openLinkedLayout, showInLayout } from './layout-store.ts';
import { useView } from '../store.ts';

export function showPanel(id: string): void {
  if (!isPanel(id)) return;
  showInLayout(id);
  useView.setState({ shownPanel: id });
}

/** The panels as a link wants them: arranged, open, and in front. */
export function showAsLinked({ layout, panels = [], tabs = [] }: LinkView): void {
  if (layout !== undefined) openLinkedLayout(layout);
  panels.forEach(showInLayout);
  // The first is the one that is shown where there is room for one only.
  [...tabs].reverse().forEach(showPanel);
}
