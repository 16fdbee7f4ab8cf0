/** The commands of the course. */
import * as z from 'zod/mini';
import type { Message } from '../../base/sentence.ts';
import { defineCommand, defineCommandWith } from '../commands/define.ts';
import { commandMessage } from '../commands/messages.ts';
import { showPanel } from '../panels.ts';
import { useView } from '../store.ts';
import { useLesson } from './lesson-store.ts';

function unlessOpen(): Message | undefined {
  return useLesson.getState().open === undefined ? commandMessage('command.no-lesson') : undefined;
}

export const LESSON_COMMANDS = [
  defineCommand({
    id: 'course.open',
    title: { en: 'Course', fr: 'Cours' },
    key: 'Alt+L',
    run: async ({ lessons }) => {
      await lessons.loadList();
      showPanel('lesson');
    },
  }),
  defineCommand({
    id: 'course.load',
    title: { en: 'Load the list of lessons', fr: 'Charger la liste des leçons' },
    run: async ({ lessons }) => await lessons.loadList(),
  }),
  defineCommand({
    id: 'course.close',
    title: { en: 'Close the course', fr: 'Fermer le cours' },
    whyNot: () => (useView.getState().sideOpen ? undefined : commandMessage('command.no-lesson')),
    run: () => useView.setState({ sideOpen: false }),
  }),
  defineCommandWith({
    id: 'lesson.open',
    title: { en: 'Open a lesson', fr: 'Ouvrir une leçon' },
    argument: z.string(),
    run: async ({ lessons }, id) => await lessons.open({ id }),
  }),
  defineCommand({
    id: 'lesson.check',
    title: { en: 'Check this step', fr: 'Vérifier cette étape' },
    key: 'Ctrl+Enter',
    whyNot: unlessOpen,
    run: async ({ lessons }) => await lessons.check(),
  }),
  defineCommandWith({
    id: 'lesson.answer',
    title: { en: 'Answer the question', fr: 'Répondre à la question' },
    argument: z.union([z.int().check(z.gte(0)), z.string().check(z.maxLength(400))]),
    run: ({ lessons }, answer) => lessons.answer(answer),
  }),
  defineCommandWith({
    id: 'lesson.run',
    title: { en: 'Run as the step says', fr: 'Lancer comme l’étape le dit' },
    argument: z.string(),
    run: async ({ lessons }, condition) => await lessons.run(condition),
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
    run: ({ lessons }) => lessons.hint(),
  }),
  defineCommand({
    id: 'lesson.show',
    title: { en: 'Show me', fr: 'Montrez-moi' },
    whyNot: () => {
      const { open, step, isPlaying } = useLesson.getState();
      const count = open?.lesson.steps[step]?.solution.length ?? 0;
      return !isPlaying && count > 0 ? undefined : commandMessage('command.no-solution');
    },
    run: async ({ lessons }) => await lessons.showSolution(),
  }),
  defineCommand({
    id: 'lesson.reset',
    title: { en: 'Reset this step', fr: 'Recommencer cette étape' },
    whyNot: unlessOpen,
    run: async ({ lessons }) => await lessons.resetStep(),
  }),
  defineCommand({
    id: 'lesson.start-again',
    title: { en: 'Start the lesson again', fr: 'Recommencer la leçon' },
    whyNot: unlessOpen,
    run: async ({ lessons }) => await lessons.startAgain(),
  }),
  defineCommand({
    id: 'lesson.open-lab',
    title: { en: 'Open the lesson’s lab', fr: 'Ouvrir le labo de la leçon' },
    whyNot: unlessOpen,
    run: async ({ lessons }) => await lessons.openLab(),
  }),
  defineCommandWith({
    id: 'lesson.go-to',
    title: { en: 'Go to a step', fr: 'Aller à une étape' },
    /** From 0. */
    argument: z.int().check(z.gte(0)),
    run: ({ lessons }, step) => lessons.goTo(step),
  }),
  defineCommand({
    id: 'lesson.next',
    title: { en: 'Next', fr: 'Suivant' },
    key: 'Alt+N',
    whyNot: unlessOpen,
    run: async ({ lessons }) => await lessons.next(),
  }),
  defineCommand({
    id: 'lesson.previous',
    title: { en: 'Previous step', fr: 'Étape précédente' },
    key: 'Alt+P',
    whyNot: () => {
      const { open, step } = useLesson.getState();
      return open !== undefined && step > 0 ? undefined : commandMessage('command.no-previous-step');
    },
    run: ({ lessons }) => lessons.previous(),
  }),
  defineCommand({
    id: 'lesson.leave',
    title: { en: 'All lessons', fr: 'Toutes les leçons' },
    whyNot: unlessOpen,
    run: async ({ lessons }) => await lessons.leave(),
  }),
] as const;
