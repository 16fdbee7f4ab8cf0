/** The panels as they are arranged: groups of tabs that are dragged, split, resized, maximised and closed. */
import { useCallback, useEffect, useMemo, useRef, useState, type ReactNode } from 'react';
import {
  Separator,
  useParentTabsetState,
  useWorkspaceRef,
  Workspace as Docking,
  type TabNode,
  type TabRenderProps,
  type TabsetNode,
  type WorkspaceModel,
} from 'react-resizable-panels';
import { useLayout } from '../../page/layout/layout-store.ts';
import { frontOf, onlyPanels, type Layout } from '../../page/layout/layout.ts';
import { useView } from '../../page/store.ts';
import { useCommands, useText } from '../hooks.ts';
import { Button } from '../parts/button.tsx';
import { ErrorBoundary } from '../parts/states/error-boundary.tsx';
import { Icon } from '../parts/icon.tsx';
import { lazyPart } from '../parts/states/lazy-part.tsx';
import { PanelBody } from '../parts/panel-body.tsx';
import type { PanelSpec } from '../parts/panel.ts';
import { PANELS } from '../panels/all.ts';
import { layoutOf, modelOf } from './model.ts';
import { WORKSPACE_TEXTS as T } from './texts.ts';
import styles from './workspace.module.css';

const [PanelMenu] = lazyPart(async () => (await import('./panel-menu.tsx')).PanelMenu, null);

const PANEL_BY_ID: ReadonlyMap<string, PanelSpec> = new Map(PANELS.map((panel) => [panel.id, panel]));

const CLASS_NAMES = {
  tabset: styles['group'],
  header: styles['header'],
  tabList: styles['list'],
  toolbar: styles['tools'],
  tabPanels: styles['panels'],
  tabContent: styles['content'],
  dropIndicator: styles['drop'],
  dragPreview: styles['dragged'],
};

function Tab({ id, props }: { readonly id: string; readonly props: TabRenderProps }): ReactNode {
  const text = useText();
  const panel = PANEL_BY_ID.get(id);
  if (panel === undefined) return null;
  const { title, Badge } = panel;
  return (
    <div
      {...props}
      className={styles['tab']}
      data-panel-tab={id}
      {...(Badge === undefined ? {} : { 'aria-describedby': `badge-${id}` })}
    >
      {text(title)}
      {Badge === undefined ? null : <Badge id={`badge-${id}`} />}
    </div>
  );
}

function PanelTitle({ id }: { readonly id: string }): ReactNode {
  const text = useText();
  const panel = PANEL_BY_ID.get(id);
  return panel === undefined ? null : text(panel.title);
}

function Tools({ panel }: { readonly panel: string }): ReactNode {
  const text = useText();
  const commands = useCommands();
  const state = useParentTabsetState();
  const title = text(PANEL_BY_ID.get(panel)?.title ?? { en: panel, fr: panel });
  const isMaximised = state?.isMaximized === true;
  return (
    <>
      {state?.isRoot === true ? null : (
        <Button
          label={text(isMaximised ? T.restore : T.maximise, { panel: title })}
          kind="icon"
          isPressed={isMaximised}
          onPress={() => void commands.run('layout.maximise', panel)}
        >
          <Icon name={isMaximised ? 'restore' : 'maximise'} />
        </Button>
      )}
      <span data-menu-of={panel}>
        <Button
          label={text(T.menu, { panel: title })}
          kind="icon"
          onPress={() => void commands.run('layout.menu', panel)}
        >
          <Icon name="more" />
        </Button>
      </span>
    </>
  );
}

const tab = ({ id }: TabNode<null>, props: TabRenderProps): ReactNode => <Tab id={id} props={props} />;
const preview = ({ id }: TabNode<null>): ReactNode => <PanelTitle id={id} />;
const tools = ({ tabs, selectedId }: TabsetNode<null>): ReactNode => {
  const front = frontOf({ tabs: tabs.map(({ id }) => id), front: selectedId });
  return front === undefined ? null : <Tools panel={front} />;
};
const separator = (): ReactNode => <Separator className={styles['separator']} />;

function content({ id }: TabNode<null>): ReactNode {
  const panel = PANEL_BY_ID.get(id);
  if (panel === undefined) return null;
  return (
    <div className={styles['panel']} data-panel={id}>
      <PanelBody panel={panel} />
    </div>
  );
}

export function Workspace(): ReactNode {
  const commands = useCommands();
  const layout = useLayout((state) => state.layout);
  const menu = useLayout((state) => state.menu);
  const wanted = useView((state) => state.panels);
  const visible = useMemo(
    () => (wanted === undefined ? layout : (onlyPanels(layout, (id) => wanted.includes(id)) ?? layout)),
    [layout, wanted],
  );
  const docking = useWorkspaceRef<null>();
  // What the workspace itself has reported needs not be set again.
  const present = useRef<Layout>(visible);
  const [first] = useState(() => modelOf(visible));
  const report = useCallback(
    (model: WorkspaceModel<null>): void => {
      present.current = layoutOf(model);
      void commands.run('layout.set', present.current);
    },
    [commands],
  );
  useEffect(() => {
    if (JSON.stringify(visible) === JSON.stringify(present.current)) return;
    present.current = visible;
    docking.current?.setModel(modelOf(visible));
  }, [docking, visible]);
  return (
    <>
      <Docking<null>
        workspaceRef={docking}
        defaultModel={first}
        className={styles['workspace'] ?? ''}
        classNames={CLASS_NAMES}
        hiddenTabBehavior="unmount"
        lazyTabContent
        tabsetMinWidth="180px"
        tabsetMinHeight="40px"
        onModelChanged={(model, { isUserInteraction }) => {
          if (isUserInteraction) report(model);
        }}
        renderTab={tab}
        renderTabContent={content}
        renderTabsetToolbar={tools}
        renderDragPreview={preview}
        renderSeparator={separator}
      />
      {menu === undefined ? null : (
        <ErrorBoundary onClose={() => void commands.run('layout.menu', '')}>
          <PanelMenu panel={menu} />
        </ErrorBoundary>
      )}
    </>
  );
}
