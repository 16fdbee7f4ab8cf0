/** The menu of a panel: where it goes, which others are shown, and the layouts. */
import { useRef, type ReactNode } from 'react';
import {
  Header,
  Keyboard,
  Menu,
  MenuItem,
  MenuSection,
  Popover,
  Separator,
  SubmenuTrigger,
  Text,
} from 'react-aria-components';
import { useLayout } from '../../page/layout/layout-store.ts';
import { frontOf, groupsOf, panelsIn } from '../../page/layout/layout.ts';
import { PRESETS } from '../../page/layout/presets.ts';
import type { AnyText } from '../../page/i18n/index.ts';
import { panelPlaces, panelTitle } from '../../page/panels.ts';
import { useCommands, useText } from '../hooks.ts';
import { CommandItem } from '../parts/command-item.tsx';
import styles from '../parts/menu.module.css';
import { WORKSPACE_TEXTS as T } from './texts.ts';

const SIDES = ['left', 'right', 'above', 'below'] as const;

export function PanelMenu({ panel }: { readonly panel: string }): ReactNode {
  const commands = useCommands();
  const text = useText();
  const anchor = useRef<Element | null>(
    document.querySelector(`[data-menu-of="${panel}"]`) ?? document.querySelector('[data-menu-of]'),
  );
  const { layout, own } = useLayout();
  const groups = groupsOf(layout.root);
  const home = groups.find(({ tabs }) => tabs.includes(panel));
  const open = new Set(panelsIn(layout));
  const close = (): void => void commands.run('layout.menu', '');
  const act = (run: () => unknown) => (): void => {
    close();
    run();
  };
  const name = text(panelTitle(panel));
  return (
    <Popover
      aria-label={text(T.menu, { panel: name })}
      triggerRef={anchor}
      isOpen
      onOpenChange={(isOpen) => {
        if (!isOpen) close();
      }}
      placement="bottom end"
      className={styles['popover'] ?? ''}
    >
      <Menu autoFocus="first" aria-label={text(T.menu, { panel: name })} className={styles['menu'] ?? ''}>
        <MenuSection>
          <Header className={styles['subject'] ?? ''}>{name}</Header>
          <Submenu label={T.moveTo} isDisabled={groups.length < 2}>
            {groups
              .filter((part) => part !== home)
              .flatMap((part) => frontOf(part) ?? [])
              .map((beside) => (
                <Item
                  key={beside}
                  label={panelTitle(beside)}
                  onAction={act(() => commands.run('layout.move', { panel, beside, where: 'among' }))}
                />
              ))}
          </Submenu>
          <Submenu label={T.split} isDisabled={(home?.tabs.length ?? 0) < 2}>
            {SIDES.map((where) => (
              <Item
                key={where}
                label={T[where]}
                onAction={act(() => commands.run('layout.move', { panel, beside: panel, where }))}
              />
            ))}
          </Submenu>
          <CommandItem id="layout.maximise" argument={panel} onDone={close} />
          <CommandItem id="layout.close" argument={panel} onDone={close} />
        </MenuSection>
        <Separator className={styles['line'] ?? ''} />
        <Submenu label={T.openPanel}>
          {panelPlaces().map(({ id, title }) => (
            <Item
              key={id}
              label={title}
              note={open.has(id) ? undefined : T.isClosed}
              shortcut={commands.get(`panel.${id}`)?.key}
              onAction={act(() => commands.run('view.panel', id))}
            />
          ))}
        </Submenu>
        <Submenu label={T.layouts}>
          {PRESETS.map((preset) => (
            <CommandItem key={preset} id={`layout.${preset}`} onDone={close} />
          ))}
          {own.map((known) => (
            <Item
              key={`own ${known.name}`}
              label={{ en: known.name, fr: known.name }}
              onAction={act(() => commands.run('layout.use', known.name))}
            />
          ))}
        </Submenu>
        <CommandItem id="layout.naming" onDone={close} />
        {own.length === 0 ? null : (
          <Submenu label={T.forget}>
            {own.map((known) => (
              <Item
                key={known.name}
                label={{ en: known.name, fr: known.name }}
                onAction={act(() => commands.run('layout.forget', known.name))}
              />
            ))}
          </Submenu>
        )}
      </Menu>
    </Popover>
  );
}

function Item({
  label,
  note,
  shortcut,
  onAction,
}: {
  readonly label: AnyText;
  readonly note?: AnyText | undefined;
  readonly shortcut?: string | undefined;
  readonly onAction: () => void;
}): ReactNode {
  const text = useText();
  return (
    <MenuItem textValue={text(label)} className={styles['item'] ?? ''} onAction={onAction}>
      <Text slot="label">{text(label)}</Text>
      {note === undefined ? null : <small className={styles['reason']}>{text(note)}</small>}
      {shortcut === undefined ? null : <Keyboard>{shortcut}</Keyboard>}
    </MenuItem>
  );
}

function Submenu({
  label,
  isDisabled = false,
  children,
}: {
  readonly label: AnyText;
  readonly isDisabled?: boolean;
  readonly children: ReactNode;
}): ReactNode {
  const text = useText();
  return (
    <SubmenuTrigger>
      <MenuItem textValue={text(label)} isDisabled={isDisabled} className={styles['item'] ?? ''}>
        <Text slot="label">{text(label)}</Text>
        <span aria-hidden="true">▸</span>
      </MenuItem>
      <Popover aria-label={text(label)} className={styles['popover'] ?? ''}>
        <Menu aria-label={text(label)} className={styles['menu'] ?? ''}>
          {children}
        </Menu>
      </Popover>
    </SubmenuTrigger>
  );
}
