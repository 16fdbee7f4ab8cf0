/**
 * Slow motion of frames: while one is on a cable, time is slow; the time between frames, such as minutes of waiting in
 * a firmware, runs at another speed. Like every speed, it has no effect on what happens.
 */
import type { Lab } from '../../lab/lab.ts';
import type { RunControl, RunStop } from '../../lab/run-control.ts';

export function isFrameUnderWay(lab: Lab): boolean {
  const { nowNs } = lab.queue;
  return lab.links.some(({ history }) => history.isUnderWay(nowNs));
}

/** Runs up to a time, but no further than to where a frame has just been put on a cable. */
export function runToFrame(lab: Lab, control: RunControl, untilNs: number, isOver: () => boolean): RunStop {
  for (;;) {
    const { nextNs } = lab.queue;
    if (nextNs === undefined || nextNs > untilNs) return control.run(untilNs, isOver);
    const stop = control.run(nextNs, () => false);
    if (stop.kind !== 'limit' || isFrameUnderWay(lab)) return stop;
    if (isOver()) return { kind: 'yield' };
  }
}
