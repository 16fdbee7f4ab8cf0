/** How each kind of node of `scenario/nodes/all.ts` is shown. */
import type { NodeKind, NodeOf, ScenarioNode } from '../../../../scenario/nodes/all.ts';
import { bareView, pcView } from './machine.tsx';
import type { NodeView } from './node-view.ts';
import { serverView } from './server.tsx';
import { switchView } from './switch.tsx';

const NODE_VIEWS: { readonly [Kind in NodeKind]: NodeView<NodeOf<Kind>> } = {
  pc: pcView,
  bare: bareView,
  switch: switchView,
  server: serverView,
};

export function viewOf({ kind }: ScenarioNode): NodeView<ScenarioNode> {
  // The compiler does not see that kind and view belong together.
  return NODE_VIEWS[kind] as NodeView<ScenarioNode>;
}
