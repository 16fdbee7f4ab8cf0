/**
 * Which part of the timeline is in sight, in pixels of its axis. What lies far from it is not drawn: a machine that asks
 * again and again has thousands of stages and labels, which would all be placed again whenever time goes on.
 */
import { useCallback, useLayoutEffect, useRef, useState, type RefObject } from 'react';
import type { Axis } from './time-axis.ts';

export interface ShownPart {
  readonly fromPx: number;
  readonly toPx: number;
}

export const WHOLE: ShownPart = { fromPx: 0, toPx: Infinity };

/** Within this distance of its end, the timeline follows the run. */
const END_PX = 12;
/** Drawn beyond what is in sight: keys and short scrolls find it there. */
const MARGIN_PX = 600;
/** Scrolling by less changes nothing. */
const STEP_PX = 200;

export interface TimelineScroll {
  readonly shown: ShownPart;
  readonly onScroll: () => void;
  /** The time at this place of the window stays where it is when the axis changes next. */
  readonly onZoom: (clientX: number) => void;
}

/** The timeline stays at the end of the axis until the user scrolls back, or looks at a past moment (`isPast`). */
export function useTimelineScroll(
  scroller: RefObject<HTMLDivElement | null>,
  axis: Axis,
  isPast: boolean,
  onWidth: (px: number) => void,
): TimelineScroll {
  const [follows, setFollows] = useState(true);
  const [left, setLeft] = useState(0);
  const [width, setWidth] = useState(0);
  const onScroll = useCallback(() => {
    const { current } = scroller;
    if (current === null) return;
    setFollows(current.scrollLeft + current.clientWidth >= current.scrollWidth - END_PX);
    setLeft(Math.floor(current.scrollLeft / STEP_PX) * STEP_PX);
  }, [scroller]);
  useLayoutEffect(() => {
    const { current } = scroller;
    if (current === null) return undefined;
    const measure = (): void => {
      setWidth(current.clientWidth);
      onWidth(current.clientWidth);
    };
    const observer = new ResizeObserver(measure);
    observer.observe(current);
    measure();
    return () => observer.disconnect();
  }, [scroller, onWidth]);
  const held = useRef<{ readonly axis: Axis; readonly timeNs: number; readonly offsetPx: number }>(undefined);
  const onZoom = useCallback(
    (clientX: number) => {
      const { current } = scroller;
      if (current === null) return;
      const names = current.querySelector('[data-lane-name]')?.clientWidth ?? 0;
      const offsetPx = clientX - current.getBoundingClientRect().left - names;
      held.current = { axis, timeNs: axis.time(current.scrollLeft + offsetPx), offsetPx };
    },
    [scroller, axis],
  );
  useLayoutEffect(() => {
    const { current } = scroller;
    const { current: hold } = held;
    if (current === null || hold === undefined || hold.axis === axis) return;
    held.current = undefined;
    current.scrollLeft = axis.place(hold.timeNs) - hold.offsetPx;
    onScroll();
  }, [scroller, axis, onScroll]);
  useLayoutEffect(() => {
    const { current } = scroller;
    if (follows && !isPast && current !== null) current.scrollLeft = current.scrollWidth;
  }, [scroller, follows, isPast, axis.widthPx]);
  const fromPx = follows && !isPast ? axis.widthPx - width : left;
  return { shown: { fromPx: fromPx - MARGIN_PX, toPx: fromPx + width + STEP_PX + MARGIN_PX }, onScroll, onZoom };
}

export function isIn({ fromPx, toPx }: ShownPart, startPx: number, endPx = startPx): boolean {
  return endPx >= fromPx && startPx <= toPx;
}
