/** The page's commands as a menu, for those who look for one. */
import type { ReactNode, RefObject } from 'react';
import { Menu, MenuItem, Popover, Separator, SubmenuTrigger, Text } from 'react-aria-components';
import { GROUP_TITLES } from '../../page/commands/groups.ts';
import { PRESETS } from '../../page/layout/presets.ts';
import type { AnyText } from '../../page/i18n/index.ts';
import { panelPlaces } from '../../page/panels.ts';
import { useCommands, useText } from '../hooks.ts';
import { CommandItem } from '../parts/command-item.tsx';
import styles from '../parts/menu.module.css';

/** A line between what differs. */
const LINE = '-';

const HELP: AnyText = { en: 'Help', fr: 'Aide' };
const PANELS: AnyText = { en: 'Panels', fr: 'Panneaux' };

function entries(): readonly (readonly [title: AnyText, ids: readonly string[]])[] {
  return [
    [
      GROUP_TITLES.lab,
      [
        'lab.new',
        'lab.choose',
        'file.open',
        'lab.describe',
        LINE,
        'lab.save',
        'packets.save',
        'share.open',
        LINE,
        'lab.previous',
      ],
    ],
    [
      GROUP_TITLES.edit,
      [
        'edit.undo',
        'edit.redo',
        LINE,
        'topology.add-pc',
        'topology.add-bare',
        'topology.add-switch',
        'topology.add-server',
        'topology.add-router',
      ],
    ],
    [
      GROUP_TITLES.run,
      [
        'time.run',
        'time.pause',
        'time.step-frame',
        'time.step-event',
        'time.until-focus',
        'time.restart',
        LINE,
        'time.slower',
        'time.faster',
        LINE,
        'time.look',
        'time.look-live',
        'time.go-to-selected',
      ],
    ],
    [
      GROUP_TITLES.packets,
      [
        'packets.find',
        'packets.find-next',
        'packets.find-previous',
        LINE,
        'packets.mark',
        'packets.next-mark',
        'packets.previous-mark',
        LINE,
        'packets.columns',
        'packets.colours',
        LINE,
        'packets.import',
        'packets.live',
      ],
    ],
    [
      GROUP_TITLES.view,
      [
        'palette.open',
        LINE,
        ...PRESETS.map((preset) => `layout.${preset}`),
        'layout.naming',
        LINE,
        'layout.menu',
        'layout.maximise',
        'layout.close',
        LINE,
        'view.projector',
        'theme.switch',
        'language.switch',
      ],
    ],
    [PANELS, panelPlaces().map(({ id }) => `panel.${id}`)],
    [HELP, ['course.open', 'help.open', 'about.open']],
  ];
}

export function MainMenu({ anchor }: { readonly anchor: RefObject<Element | null> }): ReactNode {
  const commands = useCommands();
  const text = useText();
  const close = (): void => void commands.run('menu.open', false);
  return (
    <Popover
      aria-label={text('menu.main')}
      triggerRef={anchor}
      isOpen
      onOpenChange={(isOpen) => {
        if (!isOpen) close();
      }}
      placement="bottom start"
      className={styles['popover'] ?? ''}
    >
      <Menu autoFocus="first" aria-label={text('menu.main')} className={styles['menu'] ?? ''}>
        {entries().map(([title, ids]) => (
          <SubmenuTrigger key={text(title)}>
            <MenuItem textValue={text(title)} className={styles['item'] ?? ''}>
              <Text slot="label">{text(title)}</Text>
              <span aria-hidden="true">▸</span>
            </MenuItem>
            <Popover aria-label={text(title)} className={styles['popover'] ?? ''}>
              <Menu
                aria-label={text(title)}
                className={styles['menu'] ?? ''}
                onAction={(key) => {
                  close();
                  void commands.run('command.used', String(key));
                  void commands.invoke(String(key));
                }}
              >
                {ids.map((id, i) =>
                  id === LINE ? (
                    <Separator key={`line ${i}`} className={styles['line'] ?? ''} />
                  ) : (
                    <CommandItem key={id} id={id} />
                  ),
                )}
              </Menu>
            </Popover>
          </SubmenuTrigger>
        ))}
      </Menu>
    </Popover>
  );
}
