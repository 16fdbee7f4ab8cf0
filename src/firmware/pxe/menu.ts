/** The prompt and the menu of option 43 (PXE 2.1 table 2-1, tags 9 and 10): drawn on the screen, chosen by keys. */
import { NS_PER_S } from '../../base/time/clock.ts';
import { itemAt } from '../../base/lists/list.ts';
import { reportMenu, selectedBy } from '../clients/boot-menu.ts';
import type { Task } from '../../base/time/task.ts';
import { PROMPT_WITH_MENU } from '../../protocols/pxe/vendor-options.ts';
import type { PxeMenuItem, PxeVendorOptions } from '../../protocols/pxe/vendor-options.ts';
import { decide, failed, print, stage } from './attempt.ts';
import type { Attempt, Step } from './attempt.ts';
import { pxeMessage } from './messages.ts';

/** The item that is chosen by key or by timeout; undefined when there is no menu and discovery takes any server. */
export function* chooseItem(attempt: Attempt, pxe: PxeVendorOptions): Task<Step<PxeMenuItem | undefined>> {
  const { bootMenu: items, menuPrompt: prompt } = pxe;
  if (items === undefined || items.length === 0) {
    if (items === undefined && prompt === undefined) return { ok: true, value: undefined };
    return failed({ code: 'E74', detail: pxeMessage('pxe.why-failed.empty-menu') });
  }
  stage(attempt, 'boot-menu', pxeMessage('pxe.menu', { count: items.length }), 'PXE 2.1 table 2-1');
  // Without a prompt the menu is shown and waits.
  if (prompt !== undefined) {
    if (prompt.timeoutS === 0) {
      decide(
        attempt,
        'menu-immediate',
        pxeMessage('pxe.menu-immediate', { item: itemAt(items, 0).text }),
        'PXE 2.1 table 2-1',
      );
      return { ok: true, value: items[0] };
    }
    if (prompt.timeoutS === PROMPT_WITH_MENU) {
      decide(attempt, 'menu-shown', pxeMessage('pxe.menu-shown'), 'PXE 2.1 table 2-1');
      yield* print(attempt, `\r${prompt.text}\n`);
      return yield* chooseFromMenu(attempt, items);
    }
    const key = yield* waitAtPrompt(attempt, items, prompt.timeoutS, prompt.text);
    if (key === 'timeout') {
      decide(
        attempt,
        'menu-timeout',
        pxeMessage('pxe.menu-timeout', { item: itemAt(items, 0).text }),
        'PXE 2.1 table 2-1',
      );
      return { ok: true, value: items[0] };
    }
    if (key === 'cancel') return failed({ code: 'EA0', detail: pxeMessage('pxe.why-failed.escape-at-prompt') });
  }
  return yield* chooseFromMenu(attempt, items);
}

function* chooseFromMenu(attempt: Attempt, items: readonly PxeMenuItem[]): Task<Step<PxeMenuItem>> {
  const item = yield* runMenu(attempt, items);
  if (item === undefined) return failed({ code: 'EA0', detail: pxeMessage('pxe.why-failed.escape-in-menu') });
  decide(attempt, 'menu-chosen', pxeMessage('pxe.menu-chosen', { item: item.text }), 'PXE 2.1 table 2-1');
  return { ok: true, value: item };
}

const MENU_TITLE = 'PXE boot menu';

/** The prompt counts down; F8 (or Ctrl-N, for serial consoles) opens the menu. */
function* waitAtPrompt(
  attempt: Attempt,
  items: readonly PxeMenuItem[],
  timeoutS: number,
  text: string,
): Task<'menu' | 'timeout' | 'cancel'> {
  const { console, clock } = attempt.platform;
  const endNs = clock.nowNs + timeoutS * NS_PER_S;
  reportMenu(attempt.platform.log, items, text, { defaultId: '0', openKey: 'F8', deadlineNs: endNs });
  try {
    for (;;) {
      const leftS = Math.ceil((endNs - clock.nowNs) / NS_PER_S);
      yield* print(attempt, `\r${text} (${leftS}) `);
      const secondNs = endNs - (leftS - 1) * NS_PER_S - clock.nowNs;
      const key = yield* console.key(secondNs);
      if (key?.name === 'F8' || key?.name === 'Ctrl-N') return 'menu';
      if (key?.name === 'Escape' || key?.name === 'Ctrl-C') return 'cancel';
      if (clock.nowNs >= endNs) return 'timeout';
    }
  } finally {
    reportMenu(attempt.platform.log, [], text);
    yield* print(attempt, '\n');
  }
}

const SELECTED = '\x1b[7m';
const PLAIN = '\x1b[0m';

function* runMenu(attempt: Attempt, items: readonly PxeMenuItem[]): Task<PxeMenuItem | undefined> {
  const { console } = attempt.platform;
  const width = Math.min(Math.max(...items.map((item) => item.text.length)) + 2, console.columns - 1);
  const draw = function* (index: number, selected: boolean): Task<void> {
    const label = ` ${itemAt(items, index).text}`.padEnd(width).slice(0, width);
    yield* print(attempt, `\r${selected ? SELECTED : PLAIN}${label}${PLAIN}`);
  };
  reportMenu(attempt.platform.log, items, MENU_TITLE, { defaultId: '0' });
  yield* print(attempt, '\x1b[?25l');
  for (let index = 0; index < items.length; index++) {
    yield* draw(index, index === 0);
    yield* print(attempt, '\n');
  }
  let selected = 0;
  try {
    for (;;) {
      const key = yield* console.key();
      if (key === undefined) continue;
      if (key.name === 'Enter') return items[selected];
      if (key.name === 'Escape' || key.name === 'Ctrl-C') return undefined;
      const next = selectedBy(key.name, selected, items.length);
      if (next === selected) continue;
      reportMenu(attempt.platform.log, items, MENU_TITLE, { defaultId: String(next) });
      for (const index of [selected, next]) {
        // The cursor stands below the last item.
        yield* print(attempt, `\x1b[${items.length - index}A`);
        yield* draw(index, index === next);
        yield* print(attempt, `\r\x1b[${items.length - index}B`);
      }
      selected = next;
    }
  } finally {
    reportMenu(attempt.platform.log, [], MENU_TITLE);
    yield* print(attempt, '\x1b[?25h');
  }
}
