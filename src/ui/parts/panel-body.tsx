/** What is in a panel: itself, or while a capture file is shown and it is about the lab alone, what the capture has. */
import type { ReactNode } from 'react';
import { useView } from '../../page/store.ts';
import { ErrorBoundary } from './states/error-boundary.tsx';
import { lazyPart } from './states/lazy-part.tsx';
import type { PanelSpec } from './panel.ts';

const [LabOnly] = lazyPart(async () => (await import('../captures/lab-only.tsx')).LabOnly, null);

export function PanelBody({ panel }: { readonly panel: PanelSpec }): ReactNode {
  const isCapture = useView((state) => state.capture !== undefined);
  const { id, Content, isOfLab } = panel;
  return <ErrorBoundary>{isOfLab && isCapture ? <LabOnly panel={id} /> : <Content />}</ErrorBoundary>;
}
