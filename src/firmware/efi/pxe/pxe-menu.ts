/** Prompt and menu of option 43 (PXE 2.1 table 2-1, tags 9 and 10), as UEFI firmware shows them. */
import { NS_PER_S } from '../../../base/time/clock.ts';
import { itemAt } from '../../../base/lists/list.ts';
import { LOCAL_BOOT, reportMenu, selectedBy } from '../../clients/boot-menu.ts';
import type { Task } from '../../../base/time/task.ts';
import { DISCOVERY_BOOTSTRAP_OVERRIDE, PROMPT_WITH_MENU } from '../../../protocols/pxe/vendor-options.ts';
import type { PxeMenuItem } from '../../../protocols/pxe/vendor-options.ts';
import type { Key } from '../../platform.ts';
import { decide, print, stage } from '../attempt.ts';
import type { Attempt } from '../attempt.ts';
import { efiMessage } from '../messages.ts';
import type { PxeOffer } from './pxe-offers.ts';

/** The longest line of a prompt or an item. */
const LINE_LENGTH = 70;

/** `file`: the offer's own file counts, after Escape too; a number: the type of boot server to look for. */
export type MenuOutcome = number | 'file';

export function* chooseItem(attempt: Attempt, { pxe, bootFile, kind }: PxeOffer): Task<MenuOutcome> {
  if (kind !== 'discovery' || pxe === undefined) return 'file';
  const { bootMenu: items = [], menuPrompt: prompt } = pxe;
  if (((pxe.discoveryControl ?? 0) & DISCOVERY_BOOTSTRAP_OVERRIDE) !== 0 && bootFile !== '') return 'file';
  if (items.length === 0) return LOCAL_BOOT;
  stage(attempt, 'boot-menu', efiMessage('efi.menu', { count: items.length }), 'PXE 2.1 table 2-1');
  const timeoutS = prompt?.timeoutS ?? 0;
  const first = itemAt(items, 0);
  if (timeoutS !== PROMPT_WITH_MENU) {
    const key = timeoutS === 0 ? 'timeout' : yield* waitAtPrompt(attempt, items, timeoutS, prompt?.text ?? '');
    if (key === 'cancel') return 'file';
    if (key === 'timeout') {
      decide(attempt, 'menu-first', efiMessage('efi.menu-first', { item: first.text }), 'PXE 2.1 table 2-1');
      return first.type;
    }
  }
  const item = yield* runMenu(attempt, items);
  if (item === undefined) return 'file';
  decide(attempt, 'menu-chosen', efiMessage('efi.menu-chosen', { item: item.text }), 'PXE 2.1 table 2-1');
  return item.type;
}

/** The prompt counts down behind its text; F8, Enter or M opens the menu. */
function* waitAtPrompt(
  attempt: Attempt,
  items: readonly PxeMenuItem[],
  timeoutS: number,
  text: string,
): Task<'menu' | 'timeout' | 'cancel'> {
  const { console, clock } = attempt.platform;
  const line = text.slice(0, LINE_LENGTH);
  const endNs = clock.nowNs + timeoutS * NS_PER_S;
  reportMenu(attempt.platform.log, items, text, { defaultId: '0', openKey: 'F8', deadlineNs: endNs });
  yield* print(attempt, `${line} \n`);
  try {
    for (;;) {
      const leftS = Math.ceil((endNs - clock.nowNs) / NS_PER_S);
      if (leftS <= 0) return 'timeout';
      yield* print(attempt, `\x1b[A\r\x1b[${Math.max(line.length, 1)}C(${leftS}) \n`);
      const key = yield* console.key(endNs - (leftS - 1) * NS_PER_S - clock.nowNs);
      if (key?.name === 'Escape' || key?.name === 'Ctrl-C') return 'cancel';
      if (key !== undefined && opensMenu(key)) return 'menu';
    }
  } finally {
    reportMenu(attempt.platform.log, [], text);
  }
}

function opensMenu({ name }: Key): boolean {
  return name === 'F8' || name === 'Enter' || name === 'm' || name === 'M';
}

/** Keys that do the same as the arrows. */
const OTHER_KEYS = {
  Left: 'Up',
  Backspace: 'Up',
  u: 'Up',
  U: 'Up',
  Right: 'Down',
  Tab: 'Down',
  ' ': 'Down',
  d: 'Down',
  D: 'Down',
} as const;

const SELECTED = '\x1b[30;47m';
const PLAIN = '\x1b[0m';

function* runMenu(attempt: Attempt, items: readonly PxeMenuItem[]): Task<PxeMenuItem | undefined> {
  const { console } = attempt.platform;
  const title = 'PXE boot menu';
  const draw = function* (index: number, selected: boolean): Task<void> {
    const label = itemAt(items, index).text.slice(0, LINE_LENGTH);
    const place = `\x1b[${items.length - index}A\r`;
    yield* print(attempt, `${place}${selected ? SELECTED : PLAIN}${' '.repeat(label.length)}\r${label} \n`);
    // One line up is the next item: the cursor goes below the last.
    yield* print(attempt, `${PLAIN}${'\x1b[B'.repeat(items.length - index - 1)}\r`);
  };
  reportMenu(attempt.platform.log, items, title, { defaultId: '0' });
  for (const { text } of items) yield* print(attempt, `${text.slice(0, LINE_LENGTH)} \n`);
  let selected = 0;
  try {
    for (;;) {
      yield* draw(selected, true);
      const key = yield* console.key();
      if (key?.name === 'Escape' || key?.name === 'Ctrl-C') return undefined;
      yield* draw(selected, false);
      if (key?.name === 'Enter' || key?.name === 'Ctrl-J') return items[selected];
      const next = selectedBy(key?.name ?? '', selected, items.length, OTHER_KEYS);
      if (next !== selected) reportMenu(attempt.platform.log, items, title, { defaultId: String(next) });
      selected = next;
    }
  } finally {
    reportMenu(attempt.platform.log, [], title);
  }
}
