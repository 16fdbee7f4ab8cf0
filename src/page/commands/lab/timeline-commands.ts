/** Commands of how Boot stages is drawn. */
import * as z from 'zod/mini';
import { useRuns } from '../../time/run-comparison.ts';
import { DENSE_FROM, useTimeline, zoomed } from '../../time/timeline-view.ts';
import { useLive } from '../../store.ts';
import { defineCommand, defineCommandWith } from '../define.ts';
import { commandMessage } from '../messages.ts';

const PANEL = 'timeline';
/** What a press of a key zooms by. */
const STEP = 2;

function zoom(factor: number): void {
  const { update } = useLive.getState();
  useTimeline.setState((view) => ({ scale: 'time', pxPerS: zoomed(view, factor, update?.timeNs ?? 0) }));
}

export const TIMELINE_COMMANDS = [
  defineCommand({
    id: 'timeline.scale',
    title: { en: 'Boot stages: to scale, or with room for names', fr: 'Étapes : à l’échelle, ou place pour les noms' },
    run: () =>
      useTimeline.setState(({ scale }) => ({ scale: scale === 'time' ? 'stages' : 'time', pxPerS: undefined })),
  }),
  defineCommand({
    id: 'timeline.zoom-in',
    title: { en: 'Boot stages: zoom in', fr: 'Étapes : agrandir' },
    key: '+',
    panel: PANEL,
    run: () => zoom(STEP),
  }),
  defineCommand({
    id: 'timeline.zoom-out',
    title: { en: 'Boot stages: zoom out', fr: 'Étapes : réduire' },
    key: '-',
    panel: PANEL,
    run: () => zoom(1 / STEP),
  }),
  defineCommand({
    id: 'timeline.fit',
    title: { en: 'Boot stages: the whole run', fr: 'Étapes : toute l’exécution' },
    key: '0',
    panel: PANEL,
    run: () => useTimeline.setState({ scale: 'time', pxPerS: undefined }),
  }),
  /** By the wheel: the factor of one turn. */
  defineCommandWith({
    id: 'timeline.zoom',
    title: { en: 'Boot stages: zoom', fr: 'Étapes : zoom' },
    argument: z.number().check(z.gte(0.1), z.lte(10)),
    run: (_, factor) => zoom(factor),
  }),
  defineCommand({
    id: 'timeline.dense',
    title: { en: 'Boot stages: thin lanes, or with names', fr: 'Étapes : lignes fines, ou avec les noms' },
    run: () => {
      const count = useLive.getState().history.stages.nodes.length;
      useTimeline.setState(({ isDense = count >= DENSE_FROM }) => ({ isDense: !isDense }));
    },
  }),
  defineCommand({
    id: 'timeline.compare',
    title: {
      en: 'Compare with the run before the last change',
      fr: 'Comparer avec l’exécution d’avant la dernière modification',
    },
    whyNot: () => (useRuns.getState().before === undefined ? commandMessage('command.no-run-before') : undefined),
    run: () => useTimeline.setState(({ compares }) => ({ compares: !compares })),
  }),
] as const;
