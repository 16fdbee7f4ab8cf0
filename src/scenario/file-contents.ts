/** All places of a scenario where the content of a file stands. */
import type { FileContent, Scenario } from './schema.ts';

export interface ContentPlace {
  readonly content: FileContent;
  /** From the root of the document. */
  readonly path: readonly PropertyKey[];
}

export function fileContents({ nodes }: Pick<Scenario, 'nodes'>): readonly ContentPlace[] {
  const places: ContentPlace[] = [];
  const add = (content: FileContent | undefined, ...path: readonly PropertyKey[]): void => {
    if (content !== undefined) places.push({ content, path: ['nodes', ...path] });
  };
  nodes.forEach((node, i) => {
    if (node.kind === 'pc') {
      for (const medium of ['floppy', 'cdrom', 'disk'] as const) add(node.media[medium], i, 'media', medium);
      add(node.preload?.kernel, i, 'preload', 'kernel');
      add(node.preload?.initrd, i, 'preload', 'initrd');
      add(node.optionRom, i, 'optionRom');
    }
    if (node.kind === 'server')
      node.files.forEach((entry, j) => {
        if (!('content' in entry)) return;
        add(entry.content, i, 'files', j, 'content');
        add(entry.change?.content, i, 'files', j, 'change', 'content');
      });
  });
  return places;
}
