/** Commands of capture files, which are documents beside the lab. */
import * as z from 'zod/mini';
import type { Message } from '../../../base/sentence.ts';
import { useCaptures } from '../../captures/capture-store.ts';
import { useView } from '../../store.ts';
import { defineCommand, defineCommandWith } from '../define.ts';
import { commandMessage } from '../messages.ts';

/** What acts on captures is loaded with the first of them. */
const captures = async (): Promise<typeof import('../../captures/captures.ts')> =>
  await import('../../captures/captures.ts');

const captureId = z.string().check(z.minLength(1));

function unlessCaptures(): Message | undefined {
  return useCaptures.getState().list.length === 0 ? commandMessage('command.no-capture') : undefined;
}

function unlessCapture(): Message | undefined {
  return useView.getState().capture === undefined ? commandMessage('command.no-capture') : undefined;
}

export const CAPTURE_COMMANDS = [
  defineCommandWith({
    id: 'packets.import',
    title: 'packets.import',
    argument: z.file(),
    run: async ({ client }, file) => await (await captures()).openCapture(client, file),
  }),
  defineCommand({
    id: 'packets.live',
    title: 'packets.backToLive',
    whyNot: unlessCapture,
    run: async ({ client }) => await (await captures()).showLab(client),
  }),
  defineCommandWith({
    id: 'capture.show',
    title: { en: 'Show a capture', fr: 'Montrer une capture' },
    argument: captureId,
    run: async ({ client }, id) => await (await captures()).showCapture(client, id),
  }),
  defineCommand({
    id: 'capture.next',
    title: { en: 'Next document: the lab, then captures', fr: 'Document suivant : le labo, puis les captures' },
    key: 'Alt+PageDown',
    whyNot: unlessCaptures,
    run: async ({ client }) => await (await captures()).stepDocument(client, 1),
  }),
  defineCommand({
    id: 'capture.previous',
    title: { en: 'Previous document', fr: 'Document précédent' },
    key: 'Alt+PageUp',
    whyNot: unlessCaptures,
    run: async ({ client }) => await (await captures()).stepDocument(client, -1),
  }),
  defineCommandWith({
    id: 'capture.close',
    title: { en: 'Close the capture', fr: 'Fermer la capture' },
    key: 'Alt+W',
    /** Without one: the capture that is shown. */
    argument: z.optional(captureId),
    whyNot: unlessCaptures,
    run: async ({ client }, id = useView.getState().capture?.id) => {
      if (id !== undefined) await (await captures()).closeCapture(client, id);
    },
  }),
  defineCommand({
    id: 'capture.make-lab',
    title: { en: 'Make a lab of the capture', fr: 'Faire un labo de la capture' },
    whyNot: unlessCapture,
    run: async (page) => await (await import('../../captures/make-lab.ts')).makeLab(page),
  }),
  defineCommand({
    id: 'capture.compare-open',
    title: { en: 'Compare…', fr: 'Comparer…' },
    whyNot: unlessCaptures,
    run: async ({ client }) => {
      const { list } = useCaptures.getState();
      const shown = useView.getState().capture?.id ?? list[0]?.id ?? '';
      await (await captures()).compareDocuments(client, '', shown);
    },
  }),
  defineCommandWith({
    id: 'capture.compare',
    title: { en: 'Compare two documents', fr: 'Comparer deux documents' },
    /** The empty one is the lab. */
    argument: z.strictObject({ a: z.string(), b: z.string() }),
    whyNot: unlessCaptures,
    run: async ({ client }, { a, b }) => await (await captures()).compareDocuments(client, a, b),
  }),
  defineCommand({
    id: 'capture.compare-close',
    title: { en: 'Close the comparison', fr: 'Fermer la comparaison' },
    whyNot: unlessCaptures,
    run: () => useCaptures.setState({ comparison: undefined }),
  }),
  defineCommandWith({
    id: 'capture.look',
    title: { en: 'Show a frame of a document', fr: 'Montrer une trame d’un document' },
    argument: z.strictObject({ document: z.string(), number: z.int().check(z.gte(1)) }),
    run: async (page, { document, number }) => await (await captures()).lookAtFrame(page, document, number),
  }),
  defineCommand({
    id: 'capture.reopen',
    title: { en: 'Open the closed capture again', fr: 'Rouvrir la capture fermée' },
    whyNot: () =>
      useCaptures.getState().closed === undefined ? commandMessage('command.no-closed-capture') : undefined,
    run: async ({ client }) => await (await captures()).reopenCapture(client),
  }),
] as const;
