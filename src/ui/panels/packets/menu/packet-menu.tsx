/** The menu of a packet, a field, bytes or a column: the same commands as in the palette, with what they are about. */
import { useRef, type ReactNode } from 'react';
import {
  Header,
  Menu,
  MenuItem,
  MenuSection,
  Popover,
  Separator,
  SubmenuTrigger,
  Text,
  type Key,
} from 'react-aria-components';
import { FILTER_JOINS } from '../../../../analysis/filter/field-filter.ts';
import type { AnyText } from '../../../../page/i18n/index.ts';
import { TIME_DISPLAYS, usePackets } from '../../../../page/packets/packet-store.ts';
import { useCommands, useText } from '../../../hooks.ts';
import { CommandItem } from '../../../parts/command-item.tsx';
import { PACKET_TEXTS as T } from '../texts.ts';
import styles from '../../../parts/menu.module.css';

const COPIES = ['summary', 'value', 'field', 'filter', 'tree', 'json', 'hex', 'hex-stream', 'c'] as const;

export function PacketMenu(): ReactNode {
  const commands = useCommands();
  const text = useText();
  const menu = usePackets((state) => state.menu);
  const anchor = useRef<HTMLSpanElement>(null);
  const close = (): void => void commands.run('packets.close', 'menu');
  const act = (key: Key): void => {
    close();
    void commands.invoke(String(key));
  };
  if (menu === undefined) return null;
  return (
    <>
      <span ref={anchor} className={styles['anchor']} style={{ left: menu.x, top: menu.y }} />
      <Popover
        aria-label={text(menu.column === undefined ? 'packets.menu' : T.columnMenu)}
        triggerRef={anchor}
        isOpen
        onOpenChange={(open) => {
          if (!open) close();
        }}
        placement="bottom start"
        offset={0}
        className={styles['popover'] ?? ''}
      >
        {menu.column === undefined ? (
          <Menu autoFocus="first" aria-label={text('packets.menu')} onAction={act} className={styles['menu'] ?? ''}>
            {packetItems()}
          </Menu>
        ) : (
          <ColumnMenu column={menu.column} onDone={close} />
        )}
      </Popover>
    </>
  );
}

function Item(item: { readonly id: string; readonly label?: AnyText }): ReactNode {
  // The field under the pointer is chosen as the menu opens: what can be done follows it.
  usePackets((state) => state.chosen);
  return <CommandItem {...item} />;
}

function Submenu({ label, children }: { readonly label: AnyText; readonly children: ReactNode }): ReactNode {
  const commands = useCommands();
  const text = useText();
  return (
    <SubmenuTrigger>
      <MenuItem textValue={text(label)} className={styles['item'] ?? ''}>
        <Text slot="label">{text(label)}</Text>
        <span aria-hidden="true">▸</span>
      </MenuItem>
      <Popover aria-label={text(label)} className={styles['popover'] ?? ''}>
        <Menu
          aria-label={text(label)}
          className={styles['menu'] ?? ''}
          onAction={(key) => {
            void commands.run('packets.close', 'menu');
            void commands.invoke(String(key));
          }}
        >
          {children}
        </Menu>
      </Popover>
    </SubmenuTrigger>
  );
}

function Subject(): ReactNode {
  const chosen = usePackets((state) => state.chosen);
  const text = useText();
  const what = chosen?.field?.filter ?? chosen?.field?.label;
  return (
    <Header className={styles['subject'] ?? ''}>
      {what === undefined || what === '' ? text('packets.foundAt', { number: chosen?.number ?? 0 }) : what}
    </Header>
  );
}

function packetItems(): ReactNode {
  return (
    <>
      <MenuSection>
        <Subject />
        <Submenu label="packets.apply">
          {FILTER_JOINS.map((join) => (
            <Item key={join} id={`packets.apply-${join}`} label={`packets.join-${join}`} />
          ))}
        </Submenu>
        <Submenu label="packets.prepare">
          {FILTER_JOINS.map((join) => (
            <Item key={join} id={`packets.prepare-${join}`} label={`packets.join-${join}`} />
          ))}
        </Submenu>
        <Item id="packets.as-column" />
        <Item id="packets.filter-conversation" />
        <Item id="packets.follow" />
      </MenuSection>
      <Separator className={styles['line'] ?? ''} />
      <Item id="packets.go-linked" />
      <Item id="packets.go-request" />
      <Item id="packets.go-reply" />
      <Item id="event.cause" />
      <Item id="packets.go-next" />
      <Item id="packets.go-previous" />
      <Item id="packets.go-to" />
      <Separator className={styles['line'] ?? ''} />
      <Item id="packets.mark" />
      <Item id="packets.comment" />
      <Item id="packets.reference" />
      <Submenu label="packets.copy">
        {COPIES.map((what) => (
          <Item key={what} id={`packets.copy-${what}`} />
        ))}
      </Submenu>
      <Separator className={styles['line'] ?? ''} />
      <Item id="packets.find" />
      <Submenu label="packets.timeDisplay">
        {TIME_DISPLAYS.map((display) => (
          <Item key={display} id={`packets.time-${display}`} />
        ))}
      </Submenu>
      <Item id="packets.columns" />
      <Item id="packets.colours" />
      <Item id="packets.colouring" />
    </>
  );
}

function ColumnMenu({ column, onDone }: { readonly column: string; readonly onDone: () => void }): ReactNode {
  const commands = useCommands();
  const text = useText();
  const columns = usePackets((state) => state.columns);
  const act = (key: Key): void => {
    onDone();
    if (key === 'up' || key === 'down') void commands.run('packets.sort', { column, descending: key === 'down' });
    else if (key === 'none') void commands.run('packets.sort', undefined);
    else if (key === 'remove')
      void commands.run(
        'packets.set-columns',
        columns.filter(({ field }) => field !== column),
      );
    else if (key === 'reset') void commands.run('packets.set-columns', undefined);
    else void commands.invoke(String(key));
  };
  const item = (id: string, label: AnyText, isDisabled = false): ReactNode => (
    <MenuItem id={id} isDisabled={isDisabled} className={styles['item'] ?? ''}>
      {text(label)}
    </MenuItem>
  );
  return (
    <Menu autoFocus="first" aria-label={text(T.columnMenu)} onAction={act} className={styles['menu'] ?? ''}>
      {item('up', T.sortUp)}
      {item('down', T.sortDown)}
      {item('none', T.sortNone)}
      <Separator className={styles['line'] ?? ''} />
      {item('packets.columns', 'packets.dialog-columns')}
      {item('remove', T.removeColumn, columns.length === 1)}
      {item('reset', T.reset)}
    </Menu>
  );
}
