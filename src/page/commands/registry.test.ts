/** A command is run when it can be, with an argument that fits its schema; otherwise the reason is returned. */
import * as z from 'zod/mini';
import { describe, expect, it } from 'vitest';
import { commandMessage } from './messages.ts';
import { CommandRegistry, keyName, needsArgument, type Command } from './registry.ts';

const done: unknown[] = [];
let isReady = true;

const jump: Command = {
  id: 'toy.jump',
  title: 'time.run',
  key: 'F2',
  argument: z.strictObject({ metres: z.number().check(z.lte(3)) }),
  whyNot: () => (isReady ? undefined : commandMessage('command.not-ready')),
  refusal: (argument) =>
    Promise.resolve(
      (argument as { metres: number }).metres === 0 ? commandMessage('command.condition-missing') : undefined,
    ),
  run: (argument) => done.push(argument),
};
const stop: Command = { id: 'toy.stop', title: 'time.pause', run: () => done.push('stop') };

describe('the registry of commands', () => {
  const registry = new CommandRegistry([jump, stop]);

  it('runs a command with what its schema made of the argument', async () => {
    done.length = 0;
    expect(await registry.invoke('toy.jump', { metres: 2 })).toBeUndefined();
    expect(await registry.invoke('toy.stop')).toBeUndefined();
    expect(done).toEqual([{ metres: 2 }, 'stop']);
  });

  it.each([
    ['toy.jump', { metres: 4 }, 'The argument does not fit at $.metres: expected at most 3; found 4'],
    ['toy.jump', { metres: '2' }, 'The argument does not fit at $.metres: expected a number; found "2"'],
    ['toy.jump', { metres: 0 }, 'A condition is missing.'],
    ['toy.stop', 'now', 'This command takes no argument.'],
    ['toy.fly', undefined, 'There is no command toy.fly.'],
  ])('does not run %s with %j', async (id, argument, reason) => {
    done.length = 0;
    expect((await registry.invoke(id, argument))?.text).toBe(reason);
    expect(done).toEqual([]);
  });

  it('says why a command cannot be done now, and gives its key to nothing meanwhile', async () => {
    isReady = false;
    expect(registry.whyNot('toy.jump')?.text).toBe('The lab is not ready.');
    expect((await registry.invoke('toy.jump', { metres: 1 }))?.text).toBe('The lab is not ready.');
    expect(registry.forKey('F2')).toBeUndefined();
    isReady = true;
    expect(registry.whyNot('toy.jump')).toBeUndefined();
    expect(registry.forKey('F2')).toBe(jump);
  });

  it('gives a key to the command of the panel that has the focus, and only there', () => {
    const everywhere = { id: 'toy.all', title: 'time.run', key: 'Ctrl+G', run: () => undefined } as const;
    const here = { ...everywhere, id: 'toy.here', panel: 'packets' };
    const both = new CommandRegistry([everywhere, here]);
    expect(both.forKey('Ctrl+G')).toBe(everywhere);
    expect(both.forKey('Ctrl+G', 'console')).toBe(everywhere);
    expect(both.forKey('Ctrl+G', 'packets')).toBe(here);
    expect(new CommandRegistry([here]).forKey('Ctrl+G', 'ladder')).toBeUndefined();
  });

  it('gives commands the keys that the reader has chosen, or none', () => {
    const all = { id: 'toy.all', title: 'time.run', key: 'Ctrl+G', run: () => undefined } as const;
    const other = { ...all, id: 'toy.here', key: 'F2' };
    const both = new CommandRegistry([all, other]);
    both.setKeys({ 'toy.all': 'F2', 'toy.here': null, 'toy.gone': 'F3' });
    expect(both.forKey('F2')?.id).toBe('toy.all');
    expect(both.forKey('Ctrl+G')).toBeUndefined();
    expect(both.get('toy.here')?.key).toBeUndefined();
    expect(both.list().map(({ key }) => key)).toEqual(['F2', undefined]);
    both.setKeys({});
    expect(both.forKey('Ctrl+G')).toBe(all);
  });

  it('refuses a second command with an id, until the first is removed', () => {
    const twice = new CommandRegistry();
    const remove = twice.register(stop);
    expect(() => twice.register({ ...stop })).toThrow('two commands with the id toy.stop');
    remove();
    twice.register({ ...stop });
    expect(twice.list()).toHaveLength(1);
  });

  it('knows which commands mean nothing without an argument', () => {
    expect(needsArgument(jump)).toBe(true);
    expect(needsArgument(stop)).toBe(false);
    expect(needsArgument({ ...stop, argument: z.optional(z.string()) })).toBe(false);
  });
});

it('names keys as commands do', () => {
  const none = { ctrlKey: false, metaKey: false, altKey: false, shiftKey: false };
  expect(keyName({ ...none, key: 'k', metaKey: true })).toBe('Ctrl+K');
  expect(keyName({ ...none, key: 'F10', shiftKey: true })).toBe('Shift+F10');
  expect(keyName({ ...none, key: '?', shiftKey: true })).toBe('?');
  expect(keyName({ ...none, key: 'T', ctrlKey: true, altKey: true, shiftKey: true })).toBe('Ctrl+Alt+Shift+T');
  expect(keyName({ ...none, key: 'T', shiftKey: true })).toBe('T');
});
