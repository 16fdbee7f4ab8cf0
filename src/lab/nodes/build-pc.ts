/** An emulated PC as the lab meets it: a cell with a clock of its own, in this thread or another. */
import { assert } from '../../base/result.ts';
import type { PcNode } from '../../scenario/schema.ts';
import { CellMachine } from '../cell/cell-machine.ts';
import { DirectCell } from '../cell/pc-cell.ts';
import type { CellSpec } from '../cell/protocol.ts';
import { nodeFiles } from '../content/images.ts';
import type { BuildContext, BuiltNode } from './node-builder.ts';

export function buildPc(context: BuildContext, node: PcNode): BuiltNode {
  const { scenario, images, wasm, cells, keyframes } = context;
  assert(wasm !== undefined, 'opening the lab has asked for it');
  const spec: CellSpec = { node, seed: scenario.seed, wasm, ...nodeFiles(scenario, node, images) };
  const machine = new CellMachine(context, node, cells?.(spec) ?? new DirectCell(spec, keyframes?.(node.name)));
  return { machines: [machine], cells: [machine] };
}
