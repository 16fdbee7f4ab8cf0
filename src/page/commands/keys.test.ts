/** The groups of commands, and keys that no command may have. */
import { expect, it } from 'vitest';
import { groupOf } from './groups.ts';
import { isModifier, isReserved, noteUsed, useKeys } from './keys.ts';

it('puts commands into groups by what they are about', () => {
  expect(groupOf('time.run')).toBe('run');
  expect(groupOf('panel.packets')).toBe('view');
  expect(groupOf('help.open')).toBe('page');
});

it('leaves to the browser and to dialogs the keys that they need', () => {
  for (const key of ['Tab', 'Shift+Tab', 'Escape', 'Enter', 'Ctrl+W', 'Ctrl+Shift+N', 'F11', 'F12'])
    expect(isReserved(key), key).toBe(true);
  for (const key of ['F2', 'Ctrl+Shift+P', 'Alt+W', 'Ctrl+Enter', 'K']) expect(isReserved(key), key).toBe(false);
  expect(isModifier('AltGraph')).toBe(true);
  expect(isModifier('a')).toBe(false);
});

it('remembers the last commands once each, and not more than a handful', () => {
  for (const id of ['a', 'b', 'a', 'c', 'd', 'e', 'f', 'g']) noteUsed(id);
  expect(useKeys.getState().recent).toEqual(['g', 'f', 'e', 'd', 'c', 'a']);
});
