/** The menu of `choose`. */
import { NS_PER_MS } from '../../../base/time/clock.ts';
import type { MenuItem } from '../../../base/event-log.ts';
import { itemAt } from '../../../base/lists/list.ts';
import { err, ok } from '../../../base/result.ts';
import type { Task } from '../../../base/time/task.ts';
import type { Key } from '../../platform.ts';
import { Err } from '../errors.ts';
import { CTRL_C, ENTER, ESCAPE } from '../control-keys.ts';
import type { Ipxe } from '../ipxe.ts';
import type { Outcome } from '../settings/types.ts';
import type { DynamicUi, UiItem } from './dynamic-ui.ts';
import { keyCode, keyLabel } from './keys.ts';
import { Screen } from './screen.ts';
import { ipxeMessage } from '../messages.ts';

const TITLE_ROW = 1;
const LIST_ROW = 3;
const LIST_COLUMN = 1;
const PAD = 2;

export interface MenuOptions {
  /** Name of the item to begin with. */
  readonly selected: string | undefined;
  /** 0: none. */
  readonly timeoutMs: number;
  /** After a key. */
  readonly retimeoutMs: number;
}

class Menu {
  readonly items: readonly UiItem[];
  readonly visible: number;
  selected: number;
  private readonly ui: DynamicUi;
  private readonly screen: Screen;
  private first = 0;

  constructor(screen: Screen, ui: DynamicUi, selected: number) {
    this.screen = screen;
    this.ui = ui;
    this.items = ui.items;
    this.visible = screen.rows - 5;
    this.selected = selected;
    this.scroll();
  }

  /** Brings the selection into view, by whole pages; true when the list moved. */
  private scroll(): boolean {
    const before = this.first;
    this.first = Math.floor(this.selected / this.visible) * this.visible;
    return this.first !== before;
  }

  /** The next named item in a direction, from `from` on, without passing the ends. */
  private named(from: number, step: 1 | -1): number | undefined {
    for (let at = from; at >= 0 && at < this.items.length; at += step) {
      if (itemAt(this.items, at).name !== undefined) return at;
    }
    return undefined;
  }

  /** Moves by rows and settles on a named item, in the direction of the move if there is one. */
  move(rows: number): void {
    const last = this.items.length - 1;
    const target = Math.max(0, Math.min(last, this.selected + rows));
    const step = rows < 0 ? -1 : 1;
    const back = step === 1 ? -1 : 1;
    this.selected = this.named(target, step) ?? this.named(target, back) ?? this.selected;
  }

  /** To the first row of the next page, or the last row of the one before. */
  page(direction: 1 | -1): void {
    this.move(direction === 1 ? this.first + this.visible - this.selected : this.first - 1 - this.selected);
  }

  wrapDown(): void {
    this.selected = this.named(this.selected + 1, 1) ?? this.named(0, 1) ?? this.selected;
  }

  /** A shortcut: true when it chooses its item at once; a gap's key moves to the item after it. */
  shortcut(code: number): boolean {
    for (let offset = 1; offset <= this.items.length; offset++) {
      const at = (this.selected + offset) % this.items.length;
      const item = itemAt(this.items, at);
      if (item.key === undefined || item.key !== code) continue;
      if (item.name !== undefined) {
        this.selected = at;
        return true;
      }
      const behind = this.named(at, 1);
      if (behind !== undefined && behind !== this.selected) {
        this.selected = behind;
        return false;
      }
    }
    return false;
  }

  drawAll(timeoutS: number | undefined): void {
    this.screen.begin();
    this.screen.centre(TITLE_ROW, this.ui.title, 'normal', true);
    this.drawList(timeoutS);
  }

  drawList(timeoutS: number | undefined): void {
    const isAbove = this.first > 0;
    const isBelow = this.first + this.visible < this.items.length;
    this.screen.put(LIST_ROW - 1, LIST_COLUMN + PAD, isAbove ? '...' : '   ', 'separator');
    this.screen.put(LIST_ROW + this.visible, LIST_COLUMN + PAD, isBelow ? '...' : '   ', 'separator');
    for (let row = 0; row < this.visible; row++) this.drawRow(this.first + row, timeoutS, true);
  }

  drawRow(at: number, timeoutS: number | undefined, isWhole = false): void {
    const row = at - this.first;
    if (row < 0 || row >= this.visible) return;
    const width = this.screen.columns - 2 * LIST_COLUMN;
    const item = this.items[at];
    if (item === undefined) {
      // The last page may be short: lines left from the previous page are cleared.
      if (isWhole && this.first > 0) this.screen.put(LIST_ROW + row, LIST_COLUMN, ' '.repeat(width));
      return;
    }
    let text = `${' '.repeat(PAD)}${item.text.slice(0, width - 2 * PAD)}`.padEnd(width);
    const isSelected = at === this.selected;
    if (isSelected && timeoutS !== undefined) {
      const left = `(${timeoutS})`;
      const end = width - PAD;
      text = text.slice(0, end - left.length) + left + text.slice(end);
    }
    const pair = isSelected ? 'select' : item.name === undefined ? 'separator' : 'normal';
    this.screen.put(LIST_ROW + row, LIST_COLUMN, text, pair, isSelected);
  }

  /** Redraws after a change of the selection. */
  update(before: number, timeoutS: number | undefined): void {
    if (this.scroll()) this.drawList(timeoutS);
    else {
      if (before !== this.selected) this.drawRow(before, timeoutS);
      this.drawRow(this.selected, timeoutS);
    }
  }
}

/** Shows a menu until an item is chosen. */
export function* runMenu(ipxe: Ipxe, ui: DynamicUi, options: MenuOptions): Task<Outcome<UiItem>> {
  const firstNamed = ui.items.findIndex((item) => item.name !== undefined);
  if (firstNamed < 0) return err(Err.menuEmpty);
  const wanted = ui.items.findIndex((item) => item.name !== undefined && item.name === options.selected);
  const marked = ui.items.findLastIndex((item) => item.name !== undefined && item.isDefault);
  const screen = new Screen(ipxe);
  const menu = new Menu(screen, ui, wanted >= 0 ? wanted : marked >= 0 ? marked : firstNamed);
  const { clock } = ipxe;
  let deadlineNs = options.timeoutMs === 0 ? undefined : clock.nowNs + options.timeoutMs * NS_PER_MS;
  const leftS = (): number | undefined =>
    deadlineNs === undefined ? undefined : Math.ceil((deadlineNs - clock.nowNs) / 1_000_000_000);
  announce(ipxe, ui, itemAt(menu.items, menu.selected), deadlineNs);
  ipxe.log.emit({
    kind: 'stage',
    stage: 'menu',
    ...(ui.title === '' ? ipxeMessage('ipxe.menu') : ipxeMessage('ipxe.menu-titled', { title: ui.title })),
  });
  menu.drawAll(leftS());
  yield* screen.flush();
  let chosen: UiItem | undefined;
  let status = Err.menuCancelled as number;
  for (;;) {
    // Wake up when the number of seconds left changes.
    const waitNs = deadlineNs === undefined ? undefined : ((deadlineNs - clock.nowNs - 1) % 1_000_000_000) + 1;
    const key: Key | undefined = yield* ipxe.platform.console.key(waitNs);
    const before = menu.selected;
    if (key === undefined) {
      if (deadlineNs !== undefined && clock.nowNs >= deadlineNs) {
        chosen = menu.items[menu.selected];
        break;
      }
    } else {
      deadlineNs = options.retimeoutMs === 0 ? undefined : clock.nowNs + options.retimeoutMs * NS_PER_MS;
      if (key.ascii === CTRL_C || (key.ascii === ESCAPE && key.name === 'Escape')) break;
      if (key.ascii === ENTER || press(menu, key)) {
        chosen = menu.items[menu.selected];
        status = 0;
        break;
      }
      // Any key stops the countdown, or starts another; some move the selection.
      announce(ipxe, ui, itemAt(menu.items, menu.selected), deadlineNs);
    }
    menu.update(before, leftS());
    yield* screen.flush();
  }
  yield* screen.end();
  ipxe.log.emit({ kind: 'menu', menu: { source: 'ipxe', title: ui.title, items: [] } });
  return chosen === undefined ? err(status) : ok(chosen);
}

/** True when the key chooses. */
function press(menu: Menu, key: Key): boolean {
  switch (key.name) {
    case 'Up':
      menu.move(-1);
      return false;
    case 'Down':
      menu.move(1);
      return false;
    case 'PageUp':
      menu.page(-1);
      return false;
    case 'PageDown':
      menu.page(1);
      return false;
    case 'Home':
      menu.move(-menu.items.length);
      return false;
    case 'End':
      menu.move(menu.items.length);
      return false;
    case 'Tab':
      menu.wrapDown();
      return false;
    default:
      return menu.shortcut(keyCode(key));
  }
}

function announce(ipxe: Ipxe, ui: DynamicUi, selected: UiItem, deadlineNs: number | undefined): void {
  const items = ui.items.map((item, index): MenuItem => {
    const key = item.key === undefined ? {} : { key: keyLabel(item.key) };
    return {
      id: item.name ?? `gap${index}`,
      label: item.text,
      ...key,
      ...(item.name === undefined ? { isGap: true } : {}),
    };
  });
  const deadline = deadlineNs === undefined ? {} : { deadlineNs };
  const start = selected.name === undefined ? {} : { defaultId: selected.name };
  ipxe.log.emit({ kind: 'menu', menu: { source: 'ipxe', title: ui.title, items, ...start, ...deadline } });
}
