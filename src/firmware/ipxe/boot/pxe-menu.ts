/** The boot menu of PXE's option 43 (PXE 2.1 §2.2.4, table 2-4): prompt, time limit, list, boot server. */
import { LOCAL_BOOT } from '../../clients/boot-menu.ts';
import { byteAt, fromLatin1 } from '../../../base/bytes.ts';
import { NS_PER_S } from '../../../base/time/clock.ts';
import { DISCOVERY_BOOTSTRAP_OVERRIDE, PROMPT_WITH_MENU } from '../../../protocols/pxe/vendor-options.ts';
import type { MenuSnapshot } from '../../../base/event-log.ts';
import { itemAt } from '../../../base/lists/list.ts';
import type { Task } from '../../../base/time/task.ts';
import type { Key } from '../../platform.ts';
import { pxeBootServer } from '../commands/ifmgmt.ts';
import { Err, OK, type Status } from '../errors.ts';
import { CTRL_C, ENTER, ESCAPE } from '../control-keys.ts';
import type { Ipxe } from '../ipxe.ts';
import type { SettingsBlock } from '../settings/block.ts';
import type { NetDevice } from '../net/link/netdev.ts';
import { pxeOption } from '../net/dhcp/pxe-boot-server.ts';
import { SGR_RESET } from '../tui/colours.ts';
import { ipxeMessage } from '../messages.ts';

const PXE = 43 << 8;
const DISCOVERY_CONTROL = PXE | 6;
const BOOT_MENU = PXE | 9;
const MENU_PROMPT = PXE | 10;

interface PxeItem {
  readonly type: number;
  readonly text: string;
}

export function pxeMenuApplies(ipxe: Ipxe): boolean {
  if (!ipxe.build.features.has('PXE_MENU')) return false;
  if (ipxe.settings.getText('vendor-class') !== 'PXEClient' || pxeOption(ipxe, BOOT_MENU) === undefined) return false;
  const control = pxeOption(ipxe, DISCOVERY_CONTROL)?.[0] ?? 0;
  return (control & DISCOVERY_BOOTSTRAP_OVERRIDE) === 0 || ipxe.settings.get('filename') === undefined;
}

/** Type (low byte first), length, text; again and again. */
function readMenu(data: Uint8Array): PxeItem[] {
  const items: PxeItem[] = [];
  for (let at = 0; at + 3 <= data.length;) {
    const end = at + 3 + byteAt(data, at + 2);
    if (end > data.length) break;
    items.push({ type: byteAt(data, at) | (byteAt(data, at + 1) << 8), text: fromLatin1(data, at + 3, end) });
    at = end;
  }
  return items;
}

const letter = (index: number): string => String.fromCharCode(0x41 + index);

/** Reports to panels what is on the screen: `extra` says what Enter chooses, or how long the prompt waits. */
function announce(ipxe: Ipxe, title: string, items: readonly PxeItem[], extra: Partial<MenuSnapshot> = {}): void {
  const shown = items.map(({ text }, index) => ({ id: String(index), label: text, key: letter(index) }));
  ipxe.log.emit({ kind: 'menu', menu: { source: 'pxe', title, items: shown, ...extra } });
}

/** Waits at the prompt; returns whether the menu is wanted, or why not. */
function* prompt(
  ipxe: Ipxe,
  text: string,
  seconds: number,
  items: readonly PxeItem[],
): Task<'menu' | 'first' | 'cancel'> {
  const deadlineNs = ipxe.clock.nowNs + seconds * NS_PER_S;
  announce(ipxe, text, items, { defaultId: '0', openKey: 'F8', deadlineNs });
  yield* ipxe.print(text);
  let outcome: 'menu' | 'first' | 'cancel' = 'first';
  for (let left = seconds; left > 0; left--) {
    const shown = ` (${left})`;
    yield* ipxe.print(shown);
    const key = yield* ipxe.platform.console.key(NS_PER_S);
    yield* ipxe.print('\b \b'.repeat(shown.length));
    if (key === undefined) continue;
    if (key.name === 'F8') outcome = 'menu';
    else if (key.ascii === ESCAPE || key.ascii === CTRL_C) outcome = 'cancel';
    break;
  }
  yield* ipxe.print('\n');
  announce(ipxe, text, []);
  return outcome;
}

function* choose(ipxe: Ipxe, items: readonly PxeItem[]): Task<PxeItem | undefined> {
  const { rows, columns } = ipxe.platform.console;
  const top = Math.max(0, rows - items.length - 1);
  let selected = 0;
  const draw = (index: number): string => {
    const pair = ipxe.colours.sgr(index === selected ? 'pxe' : 'default');
    return `\x1b[${top + index + 1};1H${pair}${` ${letter(index)}. ${itemAt(items, index).text}`.slice(0, columns).padEnd(columns)}`;
  };
  yield* ipxe.print(`${SGR_RESET}\x1b[2J${items.map((_, index) => draw(index)).join('')}`);
  announce(ipxe, '', items, { defaultId: '0' });
  let chosen: PxeItem | undefined;
  for (;;) {
    const key: Key | undefined = yield* ipxe.key();
    if (key === undefined) continue;
    const before = selected;
    if (key.ascii === ESCAPE || key.ascii === CTRL_C) break;
    const wanted = key.name.length === 1 ? key.name.toUpperCase().charCodeAt(0) - 0x41 : -1;
    if (key.name === 'Up') selected = Math.max(0, selected - 1);
    else if (key.name === 'Down') selected = Math.min(items.length - 1, selected + 1);
    else if (wanted >= 0 && wanted < items.length) selected = wanted;
    if (selected !== before) {
      announce(ipxe, '', items, { defaultId: String(selected) });
      yield* ipxe.print(draw(before) + draw(selected));
    }
    if (key.ascii === ENTER || (wanted >= 0 && wanted < items.length)) {
      chosen = items[selected];
      break;
    }
  }
  yield* ipxe.print(`${SGR_RESET}\x1b[2J\x1b[${rows};1H\n`);
  announce(ipxe, '', []);
  return chosen;
}

/** `boot` boots what the settings below a block name. */
export function* runPxeMenu(
  ipxe: Ipxe,
  device: NetDevice,
  boot: (ipxe: Ipxe, from: SettingsBlock, device: NetDevice) => Task<Status>,
): Task<Status> {
  const data = pxeOption(ipxe, BOOT_MENU) ?? new Uint8Array(0);
  if (data.length > 255) return Err.pxeMenuTooLong;
  const items = readMenu(data);
  if (items.length === 0) return Err.pxeMenuTooLong;
  ipxe.log.emit({ kind: 'stage', stage: 'boot-menu', ...ipxeMessage('ipxe.pxe-menu', { count: items.length }) });
  const promptData = pxeOption(ipxe, MENU_PROMPT);
  const seconds = promptData?.[0] ?? PROMPT_WITH_MENU;
  let wanted: 'menu' | 'first' | 'cancel' = 'menu';
  if (seconds !== PROMPT_WITH_MENU && promptData !== undefined) {
    wanted = yield* prompt(ipxe, fromLatin1(promptData, 1).replace(/\0.*$/s, ''), seconds, items);
  }
  if (wanted === 'cancel') return Err.pxeMenuCancelled;
  const item = wanted === 'first' ? items[0] : yield* choose(ipxe, items);
  if (item === undefined) return Err.pxeMenuCancelled;
  if (item.type === LOCAL_BOOT) return OK;
  const found = yield* pxeBootServer(ipxe, device, item.type);
  if (found !== OK) return found;
  const block = ipxe.settings.root.children.find((child) => child.name === 'pxebs');
  return block === undefined ? Err.nothingToBoot : yield* boot(ipxe, block, device);
}
