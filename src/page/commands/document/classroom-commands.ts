/** Commands for the classroom: notes on the drawing, and named moments of the run. */
import * as z from 'zod/mini';
import { nextNotePlace } from '../../document/edits/scenario-edits.ts';
import { useDocument, useLive, useView } from '../../store.ts';
import { useSelected } from '../../time/selection-details.ts';
import { defineCommand, defineCommandWith, unlessLab, unlessProjector, unlessReady } from '../define.ts';
import { unlessPart } from './document-commands.ts';

const index = z.int().check(z.gte(0));
const edit = useDocument.getState().edit;

export const CLASSROOM_COMMANDS = [
  defineCommandWith({
    id: 'note.add',
    title: { en: 'Write a note on the drawing', fr: 'Écrire une note sur le dessin' },
    whyNot: unlessLab,
    argument: z.strictObject({ text: z.string().check(z.minLength(1)) }),
    run: (page, { text }) => {
      const { scenario } = useDocument.getState();
      if (scenario === undefined) return;
      edit((draft) => void draft.notes.push({ text, position: nextNotePlace(draft) }));
      page.select({ kind: 'note', index: scenario.notes.length });
    },
  }),
  defineCommandWith({
    id: 'note.remove',
    title: { en: 'Remove a note', fr: 'Supprimer une note' },
    argument: index,
    refusal: (_, note) => unlessPart({ note }),
    run: (page, note) => {
      edit((draft) => void draft.notes.splice(note, 1));
      page.select({ kind: 'none' });
    },
  }),
  defineCommandWith({
    id: 'moment.keep',
    title: { en: 'Keep this moment under a name', fr: 'Garder ce moment sous un nom' },
    whyNot: unlessReady,
    argument: z.strictObject({ name: z.string().check(z.minLength(1)) }),
    run: (_, { name }) => {
      const { pastNs, selection } = useView.getState();
      const atNs = pastNs ?? useLive.getState().update?.timeNs ?? 0;
      const event = selection.kind === 'event' ? useSelected.getState().explanation?.event : undefined;
      const selected = event !== undefined && event.timeNs <= atNs ? { event: event.id } : {};
      edit((draft) => {
        draft.moments.push({ name, atNs: Math.round(atNs), ...selected });
        draft.moments.sort((a, b) => a.atNs - b.atNs);
      });
    },
  }),
  defineCommandWith({
    id: 'moment.remove',
    title: { en: 'Remove a named moment', fr: 'Supprimer un moment nommé' },
    argument: index,
    refusal: (_, moment) => unlessPart({ moment }),
    run: (_, moment) => edit((draft) => void draft.moments.splice(moment, 1)),
  }),
  defineCommandWith({
    id: 'moment.show',
    title: { en: 'Show a named moment', fr: 'Montrer un moment nommé' },
    whyNot: unlessReady,
    argument: index,
    refusal: (_, moment) => unlessPart({ moment }),
    run: async ({ moments }, number) => await moments.show(number),
  }),
  ...([1, 2, 3, 4, 5, 6, 7, 8, 9] as const).map((number) =>
    defineCommand({
      id: `moment.show-${number}`,
      title: { en: `Show moment ${number}`, fr: `Montrer le moment ${number}` },
      key: String(number),
      whyNot: () => unlessReady() ?? unlessProjector() ?? unlessPart({ moment: number - 1 }),
      run: async ({ moments }) => await moments.show(number - 1),
    }),
  ),
] as const;
