/** What a kind of node is started with in a lab, and what it becomes there. */
import type { FramePort } from '../../net/port.ts';
import type { PcKeyframes } from '../../machine/keyframes/keyframe.ts';
import type { Scenario } from '../../scenario/schema.ts';
import type { CellMachine } from '../cell/cell-machine.ts';
import type { CellFactory } from '../cell/protocol.ts';
import type { NodeContext } from '../context.ts';
import type { Machine } from './machine.ts';
import type { LabServer } from './server-node.ts';
import type { LabSwitch } from './switch-node.ts';

export interface BuildContext extends NodeContext {
  readonly scenario: Scenario;
  /** Puts PCs into other threads; without it all are in this one. */
  readonly cells: CellFactory | undefined;
  /** Keyframes of the PCs of this thread. */
  readonly keyframes: ((machine: string) => PcKeyframes) | undefined;
}

/** A node as it runs; it has the parts that apply to its kind. */
export interface BuiltNode {
  /** In the order of their names, when it is a row. */
  readonly machines?: readonly Machine[];
  /** Machines with a clock of their own. */
  readonly cells?: readonly CellMachine[];
  readonly server?: LabServer;
  readonly switch?: LabSwitch;
  /** Of a node where cables meet: plugs one in, by the port's own name. */
  readonly addPort?: (name: string, port: FramePort) => void;
}

export type NodeBuilder<Node> = (context: BuildContext, node: Node) => BuiltNode;
