/** What runs for each kind of node of `scenario/nodes/all.ts`. */
import type { NodeKind, NodeOf, ScenarioNode } from '../../scenario/nodes/all.ts';
import { buildBare } from './bare-node.ts';
import { buildPc } from './build-pc.ts';
import type { BuildContext, BuiltNode, NodeBuilder } from './node-builder.ts';
import { LabServer } from './server-node.ts';
import { LabSwitch } from './switch-node.ts';

const BUILDERS: { readonly [Kind in NodeKind]: NodeBuilder<NodeOf<Kind>> } = {
  pc: buildPc,
  bare: buildBare,
  switch: (context, node) => {
    const device = new LabSwitch(context, node);
    return { switch: device, addPort: (name, port) => device.addPort(name, port) };
  },
  server: (context, node) => ({ server: new LabServer(context, node) }),
};

export function buildNode(context: BuildContext, node: ScenarioNode): BuiltNode {
  // The compiler does not see that kind and builder belong together.
  const build = BUILDERS[node.kind] as NodeBuilder<ScenarioNode>;
  return build(context, node);
}
