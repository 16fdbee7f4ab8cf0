/** Commands of labs as a whole and of files: open, keep, remove, save, what is dropped on the page. */
import * as z from 'zod/mini';
import { scenarioSchema } from '../../../scenario/schema.ts';
import { useLabs } from '../../document/kept/lab-library.ts';
import { useMissing } from '../../document/files/missing-files.ts';
import { useOpening } from '../../opening.ts';
import { defineCommand, defineCommandWith, unlessLab, unlessReady } from '../define.ts';
import { commandMessage } from '../messages.ts';

/** Of a lab in this browser. */
const labId = z.string().check(z.minLength(1));

export const LAB_COMMANDS = [
  defineCommand({ id: 'lab.new', title: 'app.newLab', run: async ({ labs }) => await labs.openEmpty() }),
  defineCommandWith({
    id: 'lab.open',
    title: 'lab.openOpening',
    /** A file of `scenarios/`. */
    argument: z.optional(z.string().check(z.regex(/^[\w-]+\.json$/))),
    run: async ({ labs, site }, file = site.pcLab) => await labs.openNamed(`scenarios/${file}`),
  }),
  defineCommand({
    id: 'opening.play',
    title: { en: 'Play the first boot', fr: 'Jouer le premier démarrage' },
    whyNot: unlessReady,
    run: async ({ opening }) => await opening.play(),
  }),
  defineCommand({
    id: 'opening.close',
    title: { en: 'Close the introduction', fr: 'Fermer l’introduction' },
    whyNot: () => (useOpening.getState().isOn ? undefined : commandMessage('command.no-opening')),
    run: ({ opening }) => opening.close(),
  }),
  defineCommandWith({
    id: 'lab.open-own',
    title: 'labs.open',
    argument: labId,
    run: async ({ labs }, id) => await labs.openOwn(id),
  }),
  defineCommand({
    id: 'lab.previous',
    title: 'labs.previous',
    whyNot: ({ labs }) => (labs.canGo('back') ? undefined : commandMessage('command.no-previous-lab')),
    run: async ({ labs }) => await labs.go('back'),
  }),
  defineCommandWith({
    id: 'lab.rename',
    title: 'labs.rename',
    argument: z.strictObject({ id: labId, name: scenarioSchema.shape.name }),
    run: async ({ labs }, { id, name }) => await labs.rename(id, name),
  }),
  defineCommandWith({
    id: 'lab.duplicate',
    title: 'labs.duplicate',
    argument: labId,
    run: async ({ labs }, id) => await labs.duplicate(id),
  }),
  defineCommandWith({
    id: 'lab.remove',
    title: 'labs.delete',
    argument: labId,
    run: async ({ labs }, id) => await labs.remove(id),
  }),
  defineCommand({
    id: 'lab.restore',
    title: 'labs.restore',
    whyNot: () => (useLabs.getState().removed === undefined ? commandMessage('command.no-deleted-lab') : undefined),
    run: async ({ labs }) => await labs.restore(),
  }),
  defineCommand({
    id: 'lab.save',
    title: 'lab.save',
    whyNot: unlessLab,
    run: (page) => page.saveScenario(),
  }),
  defineCommand({
    id: 'lab.store-again',
    title: 'labs.tryAgain',
    run: async ({ labs }) => await labs.library.keeper.retry(),
  }),
  defineCommand({ id: 'lab.stop-opening', title: 'opening.stop', run: async (page) => await page.stopOpening() }),
  defineCommandWith({
    id: 'file.take',
    title: 'file.take',
    argument: z.array(z.file()),
    run: async (page, files) => {
      const { openFiles } = await import('../../document/files/dropped-files.ts');
      await openFiles(page, files);
    },
  }),
  defineCommandWith({
    id: 'file.import-config',
    title: 'form.import',
    argument: z.file(),
    run: async (page, file) => {
      const { replaceConfig } = await import('../../document/files/dropped-files.ts');
      await replaceConfig(page, file.name, await file.text());
    },
  }),
  defineCommand({ id: 'file.ask', title: 'files.give', run: () => useMissing.setState({ isOpen: true }) }),
  defineCommand({ id: 'file.ask-later', title: 'files.later', run: () => useMissing.setState({ isOpen: false }) }),
  defineCommand({ id: 'packets.save', title: 'packets.export', run: async (page) => await page.saveCapture() }),
] as const;
