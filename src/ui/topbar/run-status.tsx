/**
 * Why the lab is paused, or slower than it could be: beside the buttons that run it, and announced to screen readers.
 */
import type { ReactNode } from 'react';
import type { Missed, StopReason, Waits } from '../../threads/api/lab-api.ts';
import { useLive } from '../../page/store.ts';
import { useText } from '../hooks.ts';
import styles from './run-status.module.css';

type Translate = ReturnType<typeof useText>;

/** The condition that a stop at a held script names. */
const HELD_SCRIPT = 'script held';

function missedText(text: Translate, { condition, forNs }: Missed): string {
  const seconds = Math.round(forNs / 1e9);
  const time =
    seconds < 120 ? text('end.seconds', { count: seconds }) : text('end.minutes', { count: Math.round(seconds / 60) });
  return text('end.missed', { condition, time });
}

function endText(text: Translate, stopped: StopReason): string {
  const missed = 'missed' in stopped && stopped.missed !== undefined ? [missedText(text, stopped.missed)] : [];
  switch (stopped.kind) {
    case 'breakpoint': {
      const { number, condition } = stopped;
      if (condition === HELD_SCRIPT) return '';
      return number === undefined ? text('end.reached', { condition }) : text('end.breakpoint', { number, condition });
    }
    case 'idle':
      return [...missed, text(`end.${stopped.why}`, { machine: stopped.machine ?? '' })].join(' ');
    case 'repeats': {
      const { machine, rounds } = stopped;
      return [...missed, text('end.repeats', { machine, rounds })].join(' ');
    }
    case 'missed':
      return missed.join(' ');
    case 'moment': {
      const seconds = Math.floor((stopped.playedToNs ?? 0) / 1e9);
      return seconds === 0 ? text('end.moment') : text('end.momentPlayed', { count: seconds });
    }
    case 'failure':
      return stopped.machine === undefined ? text('end.failure') : text('end.failureOf', { machine: stopped.machine });
    case 'step':
    case 'unasked':
    case 'mismatch':
      return '';
  }
}

function waitsText(text: Translate, waits: Waits): string {
  const { machine } = waits;
  return text(`waits.${waits.kind}`, { machine, rounds: waits.kind === 'repeats' ? waits.rounds : 0 });
}

/** Empty while there is nothing to say. */
export function useRunStatus(): string {
  const text = useText();
  const stopped = useLive((state) => (state.update?.mode.kind === 'paused' ? state.update.stopped : undefined));
  // The rounds of a machine that repeats itself keep counting: the announced text need not change.
  const waits = useLive((state) => state.update?.waits);
  if (stopped !== undefined) return endText(text, stopped);
  return waits === undefined ? '' : waitsText(text, waits);
}

/**
 * The button to emphasise: Run, the restart when the lab has ended, or neither, when Run would end at once and a
 * machine needs an action of the user.
 */
export function useNextStep(): 'run' | 'restart' | 'act' {
  return useLive(({ update }) => {
    const stopped = update?.mode.kind === 'paused' ? update.stopped : undefined;
    if (stopped?.kind === 'failure') return 'restart';
    if (stopped?.kind !== 'idle') return 'run';
    return stopped.why === 'halted' ? 'restart' : 'act';
  });
}

export function RunStatus(): ReactNode {
  const status = useRunStatus();
  return (
    <span className={styles['status']} role="status" title={status} data-testid="run-status">
      {status}
    </span>
  );
}
