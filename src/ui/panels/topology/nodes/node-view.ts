/** How a kind of node is drawn and set up. */
import type { ComponentType } from 'react';

export interface NodeView<Node> {
  /** What its card in the drawing says. `withScreen`: there is room for a small screen. */
  readonly Card: ComponentType<{ readonly node: Node; readonly withScreen: boolean }>;
  /** The form of its settings, without name, cards and faults, which every kind has. */
  readonly Fields: ComponentType<{ readonly node: Node }>;
}
