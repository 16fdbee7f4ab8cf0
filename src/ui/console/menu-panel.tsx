/** What the machine shows as a menu, as structure: items, keys, default, time left. Choosing presses the keys. */
import type { ReactNode } from 'react';
import type { LabEvent, MenuSnapshot } from '../../base/event-log.ts';
import { useLive } from '../../app/store.ts';
import { formatSeconds } from '../format.ts';
import { useController, useText } from '../hooks.ts';
import { Button } from '../parts/button.tsx';
import { Empty } from '../parts/empty.tsx';
import styles from './console.module.css';

type MenuEvent = LabEvent & { readonly kind: 'menu' };

const PXE_MENU_TITLE = 'PXE boot menu';

/** A PXE ROM first shows a prompt of the server's wording; F8 opens the menu (PXE 2.1 §2.2.3, option 43.10). */
function isPrompt({ source, title }: MenuSnapshot): boolean {
  return source === 'pxe' && title !== '' && title !== PXE_MENU_TITLE;
}

export function MenuPanel({ machine }: { readonly machine: string }): ReactNode {
  const text = useText();
  const controller = useController();
  const nowNs = useLive((state) => state.update?.timeNs ?? 0);
  const event = useLive((state) =>
    state.events.findLast((known): known is MenuEvent => known.kind === 'menu' && known.node === machine),
  );
  const menu = event?.menu;
  if (menu === undefined || menu.items.length === 0) return <Empty title={text('menu.empty')} />;
  const leftNs = menu.deadlineNs === undefined ? undefined : Math.max(0, menu.deadlineNs - nowNs);
  const choices = menu.items.filter((item) => item.isGap !== true);
  const defaultIndex = Math.max(
    0,
    choices.findIndex((item) => item.id === menu.defaultId),
  );
  /** The cursor starts at the default: arrows from there, then Enter. */
  const choose = (index: number): void => {
    const steps = index - defaultIndex;
    const arrows = Array.from({ length: Math.abs(steps) }, () => (steps > 0 ? 'Down' : 'Up'));
    const open = isPrompt(menu) ? ['F8'] : [];
    void controller.machine(machine, { kind: 'keys', keys: [...open, ...arrows, 'Enter'] });
  };
  return (
    <section className={styles['menu']} aria-label={text('panel.menu')}>
      <strong>{menu.title}</strong> <span>({menu.source})</span>
      {leftNs === undefined ? null : <p>{text('menu.left', { seconds: formatSeconds(leftNs).slice(0, -5) })}</p>}
      <ol>
        {menu.items.map((item) =>
          item.isGap === true ? (
            <li key={item.id} className={styles['gap']}>
              {item.label}
            </li>
          ) : (
            <li key={item.id}>
              <Button
                label={item.key === undefined ? item.label : `${item.label} (${item.key})`}
                isPressed={item.id === menu.defaultId}
                onPress={() => choose(choices.indexOf(item))}
              />
            </li>
          ),
        )}
      </ol>
    </section>
  );
}
