/** Commands of the lab's time: run, stop, step, speed, looking back, moments. */
import type { Expectation } from '../../../scenario/problems.ts';
import * as z from 'zod/mini';
import { useSelected } from '../../time/selection-details.ts';
import { notify, useView, type Pace } from '../../store.ts';
import { defineCommand, defineCommandWith, unlessOfLab, unlessPast, unlessProjector, unlessReady } from '../define.ts';
import { useKeys } from '../keys.ts';
import { commandMessage } from '../messages.ts';

/** What a speed is, for an embedding page that sends another. */
const PACE = 'scenario.expects.pace' satisfies `scenario.expects.${Expectation}`;
/** A number from 0 up, also written as text: an embedding page may send either. */
const factor = z.union([z.number().check(z.gte(0)), z.string().check(z.regex(/^\d+(?:\.\d+)?(?:e-?\d+)?$/i, PACE))]);
const timeNs = z.number().check(z.gte(0));

function isDialogOpen(): boolean {
  const { paletteOpen, shareOpen, aboutOpen, labsOpen, describedOpen } = useView.getState();
  return paletteOpen || shareOpen || aboutOpen || labsOpen || describedOpen || useKeys.getState().isOpen;
}

function eventCommand<const Id extends 'event.cause' | 'event.effect'>(id: Id, key: string) {
  const side = id === 'event.cause' ? 'previous' : 'next';
  return defineCommand({
    id,
    title: id,
    key,
    whyNot: () => {
      const { explanation } = useSelected.getState();
      if (explanation === undefined) return commandMessage('command.no-event');
      return explanation[side] === undefined ? commandMessage(`command.no-${side}`) : undefined;
    },
    run: (page) => {
      const next = useSelected.getState().explanation?.[side];
      if (next !== undefined) page.select({ kind: 'event', id: next });
    },
  });
}

export const TIME_COMMANDS = [
  defineCommand({
    id: 'time.run',
    title: 'time.run',
    key: 'F9',
    whyNot: unlessReady,
    run: async ({ time }) => await time.run(),
  }),
  defineCommand({
    id: 'time.pause',
    title: 'time.pause',
    key: 'F8',
    whyNot: unlessReady,
    run: async ({ time }) => await time.pause(),
  }),
  defineCommand({
    id: 'time.step-frame',
    title: 'time.stepFrame',
    key: 'F10',
    whyNot: unlessReady,
    run: async ({ time }) => await time.step('frame'),
  }),
  defineCommand({
    id: 'time.step-event',
    title: 'time.stepEvent',
    key: 'Shift+F10',
    whyNot: unlessReady,
    run: async ({ time }) => await time.step('event'),
  }),
  defineCommandWith({
    id: 'time.until',
    title: 'time.until',
    whyNot: unlessReady,
    argument: z.string(),
    refusal: async ({ client }, given) => {
      const condition = given.trim();
      if (condition === '') return commandMessage('command.condition-missing');
      const found = await client.lab.checkCondition(condition);
      if (found === undefined) return undefined;
      return commandMessage('command.at', { place: found.offset + 1, problem: found.message });
    },
    run: async ({ time }, condition) => await time.runUntil(condition),
  }),
  defineCommandWith({
    id: 'time.pace',
    title: 'time.pace',
    whyNot: unlessReady,
    argument: z.union([z.enum(['auto', 'frames']), factor], PACE),
    run: async ({ time }, given) => {
      const pace: Pace = given === 'auto' ? undefined : given === 'frames' ? given : Number(given);
      await time.setPace(pace);
    },
  }),
  defineCommand({
    id: 'time.slower',
    title: 'time.slower',
    key: 'Alt+,',
    run: async ({ time }) => await time.changePace(-1),
  }),
  defineCommand({
    id: 'time.faster',
    title: 'time.faster',
    key: 'Alt+.',
    run: async ({ time }) => await time.changePace(1),
  }),
  defineCommandWith({
    id: 'time.go-to',
    title: 'time.goTo',
    whyNot: () => unlessReady() ?? unlessOfLab(),
    argument: timeNs,
    run: async ({ moments }, to) => await moments.goTo(to),
  }),
  defineCommand({
    id: 'time.go-to-selected',
    title: 'time.goToSelected',
    key: 'F6',
    whyNot: () => {
      const { pastNs, selection } = useView.getState();
      return (
        unlessReady() ??
        unlessOfLab() ??
        (pastNs === undefined && selection.kind !== 'event' ? commandMessage('command.no-event') : undefined)
      );
    },
    run: async ({ moments }) => await moments.goBackHere(),
  }),
  defineCommandWith({
    id: 'time.look',
    title: 'time.look',
    argument: timeNs,
    run: ({ time }, to) => time.lookBack(to),
  }),
  defineCommand({
    id: 'time.look-live',
    title: 'time.lookLive',
    key: 'Escape',
    whyNot: () => unlessPast() ?? (isDialogOpen() ? commandMessage('command.dialog') : undefined),
    run: ({ time }) => time.lookBack(undefined),
  }),
  defineCommand({
    id: 'time.look-before',
    title: 'time.lookBefore',
    key: 'F7',
    whyNot: unlessReady,
    run: async ({ time }) => await time.lookBackToFrame('before'),
  }),
  defineCommand({
    id: 'time.look-after',
    title: 'time.lookAfter',
    key: 'Shift+F7',
    whyNot: () => unlessReady() ?? unlessPast(),
    run: async ({ time }) => await time.lookBackToFrame('after'),
  }),
  defineCommand({
    id: 'time.present-next',
    title: { en: 'Present the next frame of the run', fr: 'Présenter la trame suivante' },
    key: 'Space',
    whyNot: () => unlessReady() ?? unlessProjector(),
    run: async ({ time }) => {
      // From the present it begins at the beginning.
      if (useView.getState().pastNs === undefined) time.lookBack(0);
      else await time.lookBackToFrame('after');
    },
  }),
  defineCommand({
    id: 'time.present-before',
    title: { en: 'Present the frame before', fr: 'Présenter la trame précédente' },
    key: 'Shift+Space',
    whyNot: () => unlessReady() ?? unlessProjector(),
    run: async ({ time }) => await time.lookBackToFrame('before'),
  }),
  defineCommand({
    id: 'time.explain-exact',
    title: 'time.exact',
    run: () => notify({ id: 'time.exactHint' }),
  }),
  defineCommand({ id: 'time.restart', title: 'time.restart', run: async (page) => await page.rebuild() }),
  defineCommand({
    id: 'moment.go',
    title: 'moment.go',
    whyNot: () => (useView.getState().moment === undefined ? commandMessage('command.no-moment') : undefined),
    run: async ({ moments }) => await moments.go(),
  }),
  defineCommand({
    id: 'moment.leave',
    title: 'moment.leave',
    whyNot: () => (useView.getState().moment === undefined ? commandMessage('command.no-moment') : undefined),
    run: async ({ moments }) => await moments.leave(),
  }),
  eventCommand('event.cause', 'Alt+ArrowUp'),
  eventCommand('event.effect', 'Alt+ArrowDown'),
] as const;
