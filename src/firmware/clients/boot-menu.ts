/** The boot menu of option 43 (PXE 2.1 table 2-1, tag 9), whatever firmware draws it: what it reports, and how keys move in it. */
import type { EventSink, MenuSnapshot } from '../../base/event-log.ts';
import type { PxeMenuItem } from '../../protocols/pxe/vendor-options.ts';

/** The item type that boots from a local device. */
export const LOCAL_BOOT = 0;

/** Reports what is on the screen; without items the menu has gone. */
export function reportMenu(
  log: EventSink,
  items: readonly PxeMenuItem[],
  title: string,
  extra: Partial<MenuSnapshot> = {},
): void {
  const list = items.map((item, index) => ({ id: String(index), label: item.text }));
  log.emit({ kind: 'menu', menu: { source: 'pxe', title, items: list, ...extra } });
}

/** The item that a key selects. `others`: keys of some firmware, by what they stand for. */
export function selectedBy(
  key: string,
  selected: number,
  count: number,
  others: Readonly<Record<string, 'Up' | 'Down'>> = {},
): number {
  switch (others[key] ?? key) {
    case 'Up':
      return Math.max(selected - 1, 0);
    case 'Down':
      return Math.min(selected + 1, count - 1);
    case 'Home':
    case 'PageUp':
      return 0;
    case 'End':
    case 'PageDown':
      return count - 1;
    default:
      return selected;
  }
}
