/** A layout as the docking library has it, and back. */
import type { WorkspaceModel, WorkspaceModelInput, WorkspaceNode, WorkspaceNodeInput } from 'react-resizable-panels';
import { frontOf, groupsOf, isSplit, type Layout, type LayoutNode, type LayoutSize } from '../../page/layout/layout.ts';

/** A panel is in one group only, so that the first one names it. */
function groupId(tabs: readonly string[]): string {
  return `group-${tabs[0] ?? ''}`;
}

function nodeOf(node: LayoutNode): WorkspaceNodeInput<null> {
  const size = node.size === undefined ? {} : { size: node.size };
  if (isSplit(node))
    return {
      type: 'split',
      orientation: node.along === 'row' ? 'horizontal' : 'vertical',
      children: node.parts.map(nodeOf),
      ...size,
    };
  const { tabs } = node;
  const front = frontOf(node);
  return {
    type: 'tabset',
    id: groupId(tabs),
    tabs: tabs.map((id) => ({ id, data: null })),
    ...(front === undefined ? {} : { selectedId: front }),
    ...size,
  };
}

export function modelOf({ root, maximised }: Layout): WorkspaceModelInput<null> {
  const large = groupsOf(root).find(({ tabs }) => maximised !== undefined && tabs.includes(maximised));
  return { version: 1, root: nodeOf(root), ...(large === undefined ? {} : { maximizedTabsetId: groupId(large.tabs) }) };
}

/** Tenths of a per cent are finer than a pixel. */
function sizeOf(size: number | string | undefined): LayoutSize | undefined {
  if (typeof size === 'number') return Math.round(size * 10) / 10;
  return size;
}

export function layoutOf({ root, maximizedTabsetId }: WorkspaceModel<null>): Layout {
  let maximised: string | undefined;
  const layoutNode = (node: WorkspaceNode<null>): LayoutNode => {
    const size = sizeOf(node.size);
    const sized = size === undefined ? {} : { size };
    if (node.type === 'split')
      return {
        along: node.orientation === 'horizontal' ? 'row' : 'column',
        parts: node.children.map(layoutNode),
        ...sized,
      };
    const tabs = node.tabs.map(({ id }) => id);
    const front = frontOf({ tabs, front: node.selectedId });
    if (node.id === maximizedTabsetId) maximised = front;
    return { tabs, ...(front === undefined ? {} : { front }), ...sized };
  };
  const tree = layoutNode(root);
  return { version: 1, root: tree, ...(maximised === undefined ? {} : { maximised }) };
}
