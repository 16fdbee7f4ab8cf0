/**
 * Where the cursor of a Syslinux menu module (menu.c32, vesamenu.c32) stands: the keys that move it are known, so its
 * position is a function of the keys pressed. As observed: no wrapping at the ends; Left and Right turn pages; a hot
 * key moves and does not start; a submenu remembers its cursor; Tab edits a command line until Enter or Escape.
 */
import { itemAt } from '../../base/lists/list.ts';
import type { SyslinuxItem, SyslinuxMenu } from './syslinux-config.ts';

/** Items of a page, unless the configuration says otherwise (MENU ROWS). */
const PAGE_ITEMS = 12;

/** Hidden and disabled entries and separators are passed over. */
function canStand(item: SyslinuxItem): boolean {
  return item.kind === 'menu' || (item.kind === 'entry' && !item.isHidden && !item.isDisabled);
}

function places(menu: SyslinuxMenu): readonly number[] {
  return menu.items.flatMap((item, i) => (canStand(item) ? [i] : []));
}

export class MenuCursor {
  /** From the top menu to the one that is shown. */
  private path: readonly SyslinuxMenu[];
  private readonly at = new Map<SyslinuxMenu, number>();
  private isEditing = false;

  constructor(top: SyslinuxMenu) {
    this.path = [top];
  }

  get menu(): SyslinuxMenu {
    return itemAt(this.path, this.path.length - 1);
  }

  /** Index into the menu's items; undefined when none can be selected. */
  get index(): number | undefined {
    const { menu } = this;
    const known = this.at.get(menu) ?? menu.defaultItem;
    return known !== undefined && canStand(itemAt(menu.items, known)) ? known : places(menu)[0];
  }

  /** True when the cursor moves, or another menu is shown. */
  press(key: string): boolean {
    if (this.isEditing) {
      this.isEditing = key !== 'Enter' && key !== 'Escape';
      return false;
    }
    const { menu, index } = this;
    if (index === undefined) return false;
    const order = places(menu);
    const rank = order.indexOf(index);
    switch (key) {
      case 'Up':
        return this.moveTo(itemAt(order, Math.max(0, rank - 1)));
      case 'Down':
        return this.moveTo(itemAt(order, Math.min(order.length - 1, rank + 1)));
      case 'PageUp':
      case 'Left':
        return this.moveTo(itemAt(order, Math.max(0, rank - PAGE_ITEMS)));
      case 'PageDown':
      case 'Right':
        return this.moveTo(itemAt(order, Math.min(order.length - 1, rank + PAGE_ITEMS)));
      case 'Home':
        return this.moveTo(itemAt(order, 0));
      case 'End':
        return this.moveTo(itemAt(order, order.length - 1));
      case 'Tab':
        this.isEditing = itemAt(menu.items, index).kind === 'entry';
        return false;
      case 'Enter':
        return this.enter(itemAt(menu.items, index));
      case 'Escape':
        return this.leave();
      default:
        return this.hotKey(key.toUpperCase());
    }
  }

  private moveTo(index: number): boolean {
    const isElsewhere = index !== this.index;
    this.at.set(this.menu, index);
    return isElsewhere;
  }

  private enter(item: SyslinuxItem): boolean {
    if (item.kind === 'menu') return this.show([...this.path, item.menu]);
    if (item.kind !== 'entry' || item.shows === undefined) return false;
    if (item.shows.kind === 'parent') return this.leave();
    const found = pathTo(itemAt(this.path, 0), item.shows.name);
    return found !== undefined && this.show(found);
  }

  private leave(): boolean {
    return this.path.length > 1 && this.show(this.path.slice(0, -1));
  }

  private show(path: readonly SyslinuxMenu[]): boolean {
    this.path = path;
    return true;
  }

  private hotKey(key: string): boolean {
    const { items } = this.menu;
    const found = items.findIndex((item) => item.kind !== 'separator' && canStand(item) && item.key === key);
    return found >= 0 && this.moveTo(found);
  }
}

/** From the top menu down to the one of that name; `.top` is the top menu itself. */
function pathTo(menu: SyslinuxMenu, name: string): readonly SyslinuxMenu[] | undefined {
  if (name === '.top') return [menu];
  for (const item of menu.items) {
    if (item.kind !== 'menu') continue;
    const below = item.name === name ? [item.menu] : pathTo(item.menu, name);
    if (below !== undefined) return [menu, ...below];
  }
  return undefined;
}
