/** All places of a scenario where the content of a file stands. */
import { contentsOf } from './nodes/all.ts';
import type { FileContent, Scenario } from './schema.ts';

export interface ContentPlace {
  readonly content: FileContent;
  /** From the root of the document. */
  readonly path: readonly PropertyKey[];
}

export function fileContents({ nodes, inputs }: Pick<Scenario, 'nodes' | 'inputs'>): readonly ContentPlace[] {
  const inNodes = nodes.flatMap((node, i) =>
    contentsOf(node).flatMap(({ content, path }) =>
      content === undefined ? [] : [{ content, path: ['nodes', i, ...path] }],
    ),
  );
  const putIn = inputs.flatMap(({ do: action }, i) => {
    const content = 'medium' in action ? action.medium.content : undefined;
    return content === undefined ? [] : [{ content, path: ['inputs', i, 'do', 'medium', 'content'] }];
  });
  return [...inNodes, ...putIn];
}
