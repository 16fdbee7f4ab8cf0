/** What is to the left of the ruler: whether the axis is to scale, its zoom, and the comparison with the run before. */
import type { ReactNode } from 'react';
import { useRuns } from '../../../page/time/run-comparison.ts';
import { useTimeline } from '../../../page/time/timeline-view.ts';
import { useCommands, useText } from '../../hooks.ts';
import { TIMELINE_TEXTS as T } from './texts.ts';
import styles from './timeline.module.css';

export function TimelineTools(): ReactNode {
  const text = useText();
  const commands = useCommands();
  const scale = useTimeline((state) => state.scale);
  const compares = useTimeline((state) => state.compares);
  const hasBefore = useRuns((state) => state.before !== undefined);
  const tool = (id: string, sign: string, isPressed?: boolean): ReactNode => {
    const title = text(commands.get(id)?.title ?? { en: id, fr: id });
    return (
      <button
        type="button"
        title={title}
        aria-label={title}
        {...(isPressed === undefined ? {} : { 'aria-pressed': isPressed })}
        onClick={() => void commands.invoke(id)}
      >
        {sign}
      </button>
    );
  };
  return (
    <span className={styles['tools']} role="group" aria-label={text(T.tools)} data-lane-name>
      <button
        type="button"
        className={styles['scale']}
        title={text(scale === 'time' ? T.toScaleHint : T.byStageHint)}
        onClick={() => void commands.run('timeline.scale')}
      >
        {text(scale === 'time' ? T.toScale : T.byStage)}
      </button>
      {tool('timeline.zoom-out', '−')}
      {tool('timeline.zoom-in', '+')}
      {hasBefore ? tool('timeline.compare', '⇄', compares) : null}
    </span>
  );
}
