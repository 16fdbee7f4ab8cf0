/** Commands of the menu, and of the keys that commands have. */
import * as z from 'zod/mini';
import { defineCommand, defineCommandWith } from '../define.ts';
import { isReserved, noteUsed, useKeys } from '../keys.ts';
import { commandMessage } from '../messages.ts';

export const KEY_COMMANDS = [
  defineCommand({
    id: 'help.open',
    title: 'help.open',
    key: 'F1',
    run: () => useKeys.setState({ isOpen: true, menuOpen: false }),
  }),
  defineCommand({
    id: 'help.close',
    title: { en: 'Close the list of keys', fr: 'Fermer la liste des touches' },
    run: () => useKeys.setState({ isOpen: false }),
  }),
  defineCommandWith({
    id: 'menu.open',
    title: 'menu.main',
    key: 'Alt+Shift+M',
    argument: z.optional(z.boolean()),
    run: (_, menuOpen = true) => useKeys.setState({ menuOpen }),
  }),
  defineCommandWith({
    id: 'command.used',
    title: { en: 'Note that a command was used', fr: 'Noter qu’une commande a servi' },
    argument: z.string().check(z.maxLength(80)),
    run: (_, id) => noteUsed(id),
  }),
  /** `taken`: the command that had the key, which it loses. */
  defineCommandWith({
    id: 'keys.set',
    title: { en: 'Give a command a key', fr: 'Donner une touche à une commande' },
    argument: z.strictObject({
      id: z.string().check(z.maxLength(80)),
      key: z.nullable(z.string().check(z.minLength(1), z.maxLength(40))),
      taken: z.optional(z.string().check(z.maxLength(80))),
    }),
    refusal: (_, { key }) =>
      key !== null && isReserved(key) ? commandMessage('command.key-reserved', { key }) : undefined,
    run: (_, { id, key, taken }) =>
      useKeys.setState(({ changed }) => ({
        changed: { ...changed, [id]: key, ...(taken === undefined ? {} : { [taken]: null }) },
      })),
  }),
  defineCommandWith({
    id: 'keys.reset',
    title: { en: 'Give commands their own keys again', fr: 'Rendre leurs touches aux commandes' },
    argument: z.optional(z.string().check(z.maxLength(80))),
    run: (_, id) =>
      useKeys.setState(({ changed }) => ({
        changed: id === undefined ? {} : Object.fromEntries(Object.entries(changed).filter(([known]) => known !== id)),
      })),
  }),
] as const;
