/** The menu that the machine shows, as structure: items, keys, default, time left. Choosing presses the keys. */
import { useCallback, type ReactNode } from 'react';
import type { LabEvent, MenuItem, MenuSnapshot } from '../../../../base/event-log.ts';
import { useShown } from '../../../../page/time/displayed-lab.ts';
import type { Fold } from '../../../../page/time/event-history.ts';
import { useCommands, useNumbers, useText } from '../../../hooks.ts';
import { useFold } from '../../../use-events.ts';
import { Empty } from '../../../parts/states/empty.tsx';
import styles from '../console.module.css';

const SOURCES: Readonly<Record<string, string>> = {
  ipxe: 'iPXE',
  pxe: 'PXE, option 43',
  pxelinux: 'PXELINUX',
  grub: 'GRUB',
};

/** The menu on a machine's screen: the last one reported, unless the machine was switched off or on since. */
class MenuFold implements Fold<MenuSnapshot | undefined> {
  private readonly machine: string;
  result: MenuSnapshot | undefined;

  constructor(machine: string) {
    this.machine = machine;
  }

  add(event: LabEvent): void {
    if (event.node !== this.machine) return;
    if (event.kind === 'menu') this.result = event.menu.items.length > 0 ? event.menu : undefined;
    else if (event.kind === 'stage' && ['power-on', 'power-off'].includes(event.stage)) this.result = undefined;
  }
}

/** Keys that choose the `index`th of the items that can be chosen. */
function keysTo(menu: MenuSnapshot, choices: readonly MenuItem[], index: number): readonly string[] {
  const open = menu.openKey === undefined ? [] : [menu.openKey];
  const times = (count: number, key: string): readonly string[] => Array.from({ length: count }, () => key);
  // PXELINUX does not report its cursor.
  if (menu.source === 'pxelinux') return [...open, 'Home', ...times(index, 'Down'), 'Enter'];
  const steps =
    index -
    Math.max(
      0,
      choices.findIndex(({ id }) => id === menu.defaultId),
    );
  return [...open, ...times(Math.abs(steps), steps > 0 ? 'Down' : 'Up'), 'Enter'];
}

export function MenuPanel({ machine }: { readonly machine: string }): ReactNode {
  const text = useText();
  const commands = useCommands();
  const make = useCallback(() => new MenuFold(machine), [machine]);
  const menu = useFold(make);
  const isPast = useShown((state) => state.pastNs !== undefined);
  const choices = menu?.items.filter((item) => item.isGap !== true) ?? [];
  const title = menu === undefined ? '' : `${menu.title} (${SOURCES[menu.source] ?? menu.source})`.trim();
  return (
    <>
      <p role="status" className="visually-hidden">
        {menu === undefined ? '' : text('menu.shown', { title, count: choices.length })}
      </p>
      {menu === undefined ? (
        <Empty title={text('menu.empty')} />
      ) : (
        <section className={styles['menu']} aria-label={text('panel.menu')}>
          <h2>{title}</h2>
          <Countdown menu={menu} />
          {menu.openKey === undefined ? null : <p>{text('menu.prompt', { key: menu.openKey })}</p>}
          <ol>
            {menu.items.map((item) =>
              item.isGap === true ? (
                <li key={item.id} className={styles['gap']}>
                  {item.label}
                </li>
              ) : (
                <li key={item.id}>
                  <button
                    type="button"
                    disabled={isPast}
                    aria-current={item.id === menu.defaultId ? 'true' : undefined}
                    onClick={() =>
                      void commands.run('machine.keys', {
                        machine,
                        keys: [...keysTo(menu, choices, choices.indexOf(item))],
                      })
                    }
                  >
                    {item.label}
                    {item.key === undefined ? null : (
                      <>
                        {' '}
                        <kbd>{item.key}</kbd>
                      </>
                    )}
                    {item.id === menu.defaultId ? <em> {text('menu.selected')}</em> : null}
                  </button>
                </li>
              ),
            )}
          </ol>
        </section>
      )}
    </>
  );
}

function Countdown({ menu }: { readonly menu: MenuSnapshot }): ReactNode {
  const text = useText();
  const numbers = useNumbers();
  const nowNs = useShown((state) => state.update?.timeNs ?? 0);
  if (menu.deadlineNs === undefined) return <p>{text('menu.waits')}</p>;
  const item = menu.items.find(({ id }) => id === menu.defaultId)?.label ?? '';
  const seconds = numbers.decimal(Math.max(0, menu.deadlineNs - nowNs) / 1e9, 1);
  return <p role="timer">{text('menu.left', { seconds, item })}</p>;
}
