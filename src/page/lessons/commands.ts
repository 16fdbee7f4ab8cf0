/** The commands of the course. */
import * as z from 'zod/mini';
import type { Message } from '../../base/sentence.ts';
import type { LessonDraft } from '../../lessons/draft.ts';
import { defineCommand, defineCommandWith } from '../commands/define.ts';
import { commandMessage } from '../commands/messages.ts';
import { closeInLayout, isOpen } from '../layout/layout-store.ts';
import { showPanel } from '../layout/show-panel.ts';
import { useLesson } from './lesson-store.ts';

function unlessOpen(): Message | undefined {
  return useLesson.getState().open === undefined ? commandMessage('command.no-lesson') : undefined;
}

function unlessDraft(): Message | undefined {
  return useLesson.getState().isWriting ? undefined : commandMessage('command.no-draft');
}

function unlessFinished(): Message | undefined {
  const { missing } = useLesson.getState();
  if (missing !== undefined) return commandMessage('command.draft-lacks', { what: missing });
  return unlessDraft();
}

export const LESSON_COMMANDS = [
  defineCommand({
    id: 'course.open',
    title: { en: 'Course', fr: 'Cours' },
    key: 'Alt+L',
    run: async ({ lessons }) => {
      await (await lessons.load()).loadList();
      showPanel('lesson');
    },
  }),
  defineCommand({
    id: 'course.load',
    title: { en: 'Load the list of lessons', fr: 'Charger la liste des leçons' },
    run: async ({ lessons }) => await (await lessons.load()).loadList(),
  }),
  defineCommand({
    id: 'course.close',
    title: { en: 'Close the course', fr: 'Fermer le cours' },
    whyNot: () => (isOpen('lesson') ? undefined : commandMessage('command.no-lesson')),
    run: () => closeInLayout('lesson'),
  }),
  defineCommandWith({
    id: 'lesson.open',
    title: { en: 'Open a lesson', fr: 'Ouvrir une leçon' },
    argument: z.string(),
    run: async ({ lessons }, id) => await (await lessons.load()).open({ id }),
  }),
  defineCommand({
    id: 'lesson.check',
    title: { en: 'Check this step', fr: 'Vérifier cette étape' },
    key: 'Ctrl+Enter',
    whyNot: unlessOpen,
    run: async ({ lessons }) => await (await lessons.load()).check(),
  }),
  defineCommandWith({
    id: 'lesson.answer',
    title: { en: 'Answer the question', fr: 'Répondre à la question' },
    argument: z.union([z.int().check(z.gte(0)), z.string().check(z.maxLength(400))]),
    run: async ({ lessons }, answer) => (await lessons.load()).answer(answer),
  }),
  defineCommandWith({
    id: 'lesson.run',
    title: { en: 'Run as the step says', fr: 'Lancer comme l’étape le dit' },
    argument: z.string(),
    run: async ({ lessons }, condition) => await (await lessons.load()).run(condition),
  }),
  defineCommandWith({
    id: 'lesson.show-panel',
    title: { en: 'Go to the panel of the step', fr: 'Aller au panneau de l’étape' },
    argument: z.strictObject({ panel: z.string(), node: z.optional(z.string()) }),
    run: (page, { panel, node }) => {
      if (node !== undefined) page.select({ kind: 'node', name: node });
      showPanel(panel);
    },
  }),
  defineCommand({
    id: 'lesson.hint',
    title: { en: 'Hint', fr: 'Indice' },
    key: 'Alt+H',
    whyNot: () => {
      const { open, step, hints } = useLesson.getState();
      const count = open?.lesson.steps[step]?.hints.length ?? 0;
      return hints < count ? undefined : commandMessage('command.no-hint');
    },
    run: async ({ lessons }) => (await lessons.load()).hint(),
  }),
  defineCommand({
    id: 'lesson.show',
    title: { en: 'Show me', fr: 'Montrez-moi' },
    whyNot: () => {
      const { open, step, isPlaying } = useLesson.getState();
      const count = open?.lesson.steps[step]?.solution.length ?? 0;
      return !isPlaying && count > 0 ? undefined : commandMessage('command.no-solution');
    },
    run: async ({ lessons }) => await (await lessons.load()).showSolution(),
  }),
  defineCommand({
    id: 'lesson.reset',
    title: { en: 'Reset this step', fr: 'Recommencer cette étape' },
    whyNot: unlessOpen,
    run: async ({ lessons }) => await (await lessons.load()).resetStep(),
  }),
  defineCommand({
    id: 'lesson.start-again',
    title: { en: 'Start the lesson again', fr: 'Recommencer la leçon' },
    whyNot: unlessOpen,
    run: async ({ lessons }) => await (await lessons.load()).startAgain(),
  }),
  defineCommand({
    id: 'lesson.open-lab',
    title: { en: 'Open the lesson’s lab', fr: 'Ouvrir le labo de la leçon' },
    whyNot: unlessOpen,
    run: async ({ lessons }) => await (await lessons.load()).openLab(),
  }),
  defineCommandWith({
    id: 'lesson.go-to',
    title: { en: 'Go to a step', fr: 'Aller à une étape' },
    /** From 0. */
    argument: z.int().check(z.gte(0)),
    run: async ({ lessons }, step) => (await lessons.load()).goTo(step),
  }),
  defineCommand({
    id: 'lesson.next',
    title: { en: 'Next', fr: 'Suivant' },
    key: 'Alt+N',
    whyNot: unlessOpen,
    run: async ({ lessons }) => await (await lessons.load()).next(),
  }),
  defineCommand({
    id: 'lesson.previous',
    title: { en: 'Previous step', fr: 'Étape précédente' },
    key: 'Alt+P',
    whyNot: () => {
      const { open, step } = useLesson.getState();
      return open !== undefined && step > 0 ? undefined : commandMessage('command.no-previous-step');
    },
    run: async ({ lessons }) => (await lessons.load()).previous(),
  }),
  defineCommand({
    id: 'lesson.leave',
    title: { en: 'All lessons', fr: 'Toutes les leçons' },
    whyNot: unlessOpen,
    run: async ({ lessons }) => await (await lessons.load()).leave(),
  }),
  defineCommand({
    id: 'lesson.write',
    title: { en: 'Write a lesson', fr: 'Écrire une leçon' },
    run: async ({ lessons }) => (await lessons.load()).writer.write(),
  }),
  defineCommandWith({
    id: 'draft.change',
    title: { en: 'Change the lesson', fr: 'Modifier la leçon' },
    argument: z.custom<LessonDraft>((value) => typeof value === 'object' && value !== null),
    run: async ({ lessons }, draft) => (await lessons.load()).writer.setDraft(draft),
  }),
  defineCommand({
    id: 'draft.clear',
    title: { en: 'New lesson', fr: 'Nouvelle leçon' },
    whyNot: unlessDraft,
    run: async ({ lessons }) => (await lessons.load()).writer.setDraft(undefined),
  }),
  defineCommand({
    id: 'draft.start',
    title: { en: 'Start from the open lab', fr: 'Partir du labo ouvert' },
    whyNot: unlessDraft,
    run: async ({ lessons }) => (await lessons.load()).writer.startFromOpenLab(),
  }),
  defineCommandWith({
    id: 'draft.record',
    title: { en: 'Take the open lab as the solution', fr: 'Prendre le labo ouvert comme solution' },
    /** The step, from 0. */
    argument: z.int().check(z.gte(0)),
    run: async ({ lessons }, step) => await (await lessons.load()).writer.recordSolution(step),
  }),
  defineCommand({
    id: 'draft.try',
    title: { en: 'Try the lesson', fr: 'Essayer la leçon' },
    whyNot: unlessFinished,
    run: async ({ lessons }) => await (await lessons.load()).writer.tryDraft(),
  }),
  defineCommand({
    id: 'draft.save',
    title: { en: 'Save the lesson as a file', fr: 'Enregistrer la leçon dans un fichier' },
    whyNot: unlessDraft,
    run: async ({ lessons }) => (await lessons.load()).writer.saveDraft(),
  }),
  defineCommand({
    id: 'draft.close',
    title: { en: 'Close the editor', fr: 'Fermer l’éditeur' },
    whyNot: unlessDraft,
    run: async ({ lessons }) => (await lessons.load()).writer.closeEditor(),
  }),
] as const;
