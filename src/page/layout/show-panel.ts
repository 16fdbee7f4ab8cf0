/** How a panel is brought to the front, in the layout and where all panels are tabs of one area. */
import { isPanel, showInLayout } from './layout-store.ts';
import { useView } from '../store.ts';

export function showPanel(id: string): void {
  if (!isPanel(id)) return;
  showInLayout(id);
  useView.setState({ shownPanel: id });
}
