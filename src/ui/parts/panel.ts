/**
 * The description of a panel of the workspace: a folder of `ui/panels` with one of these, and a line in
 * `panels/all.ts`.
 */
import type { ComponentType } from 'react';
import type { PanelPlace } from '../../page/panels.ts';
import { lazyPart, type Preload } from './states/lazy-part.tsx';

export interface PanelContent {
  readonly Content: ComponentType;
  /** Fetches the code ahead of its first view; absent when it comes with the page. */
  readonly preload?: Preload;
}

export interface PanelSpec extends PanelPlace, PanelContent {
  /** It shows what only the lab has: while a capture is shown, it says so. */
  readonly isOfLab: boolean;
  /** Stands behind the title on the tab; what it says in words has the `id`, which describes the tab. */
  readonly Badge?: ComponentType<{ readonly id: string }>;
}

/** `content`: a component that comes with the page, or one that is fetched when it is first shown (`loadPanel`). */
export function definePanel({
  content,
  badge,
  isOfLab = false,
  ...place
}: PanelPlace & {
  readonly isOfLab?: boolean;
  readonly content: ComponentType | PanelContent;
  readonly badge?: ComponentType<{ readonly id: string }>;
}): PanelSpec {
  return {
    ...place,
    isOfLab,
    ...(badge === undefined ? {} : { Badge: badge }),
    ...(typeof content === 'function' ? { Content: content } : content),
  };
}

export function loadPanel(load: () => Promise<ComponentType>): PanelContent {
  const [Content, preload] = lazyPart<object>(load);
  return { Content, preload };
}
