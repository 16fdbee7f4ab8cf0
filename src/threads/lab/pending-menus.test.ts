/** A menu is waited for from when it counts down until it is gone, has been taken, or its machine is off. */
import { expect, it } from 'vitest';
import { EventLog } from '../../base/event-log.ts';
import { EventQueue } from '../../base/event-queue.ts';
import { OpenMenus } from './pending-menus.ts';

const item = { id: '0', label: 'Install' };

it('knows which menus count down', () => {
  const log = new EventLog(new EventQueue());
  const menus = new OpenMenus(log);
  const show = (node: string, items: readonly (typeof item)[], deadlineNs?: number): void => {
    const menu = { source: 'pxe', title: 'Boot', items, ...(deadlineNs === undefined ? {} : { deadlineNs }) };
    log.emit(node, { kind: 'menu', menu });
  };
  expect(menus.isWaiting(0)).toBe(false);
  show('pc1', [item], 5e9);
  show('pc2', [item]);
  expect(menus.isWaiting(0)).toBe(true);
  expect(menus.isWaiting(5e9)).toBe(false);
  show('pc1', []);
  expect(menus.isWaiting(0)).toBe(false);
  show('pc1', [item], 9e9);
  log.emit('pc1', { kind: 'stage', stage: 'power-off', text: 'off' });
  expect(menus.isWaiting(0)).toBe(false);
});
