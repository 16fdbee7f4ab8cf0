/**
 * What a first visit is shown: a bare machine that boots in slow motion by itself. It stops at its end, at once when it
 * is paused, and for good when another lab is opened.
 */
import { create } from 'zustand';
import type { LabOpener } from './document/lab-opener.ts';
import { showPanel } from './layout/show-panel.ts';
import { useDocument, useLive, useView } from './store.ts';
import type { UnaskedGuard } from './threads/unasked.ts';
import type { TimeControls } from './time/time-controls.ts';

/** Slow enough to read a sentence for each frame: a small one takes three quarters of a second over a cable. */
const PACE = { kind: 'pace', factor: 1e-5, quietFactor: 1 } as const;

/** Whether the introduction is shown beside the lab. */
export const useOpening = create<{ readonly isOn: boolean }>()(() => ({ isOn: false }));

/** Whether the reader prefers reduced motion. */
export function isStill(): boolean {
  return matchMedia('(prefers-reduced-motion: reduce)').matches;
}

export interface OpeningHost {
  readonly labs: Pick<LabOpener, 'isOpeningLab' | 'rebuild'>;
  readonly time: Pick<TimeControls, 'setMode'>;
  readonly guard: UnaskedGuard;
  readonly isFramed: boolean;
}

export class Opening {
  private readonly host: OpeningHost;

  constructor(host: OpeningHost) {
    this.host = host;
  }

  /** Shows it when the page has opened its opening lab; runs it unless the reader prefers no motion. */
  async start(): Promise<void> {
    const { labs, time, guard, isFramed } = this.host;
    if (!labs.isOpeningLab || isFramed) return;
    useOpening.setState({ isOn: true });
    useView.setState({ pace: 'frames' });
    // On a small screen panels are tabs, and the console has little to show.
    showPanel('topology');
    useDocument.subscribe(() => {
      if (!labs.isOpeningLab) this.close();
    });
    if (useLive.getState().progress?.kind !== 'ready' || guard.mustAsk('run') || isStill()) return;
    // It has not hung when the lab reports that time passes.
    guard.begin('run');
    const stopWatching = useLive.subscribe(({ update }) => {
      if (update === undefined || update.timeNs === 0) return;
      stopWatching();
      guard.end('run');
    });
    await time.setMode({ ...PACE, unasked: true });
  }

  /** From where it stands, or from the beginning when it is over. */
  async play(): Promise<void> {
    const { labs, time } = this.host;
    if (useLive.getState().update?.stopped?.kind === 'idle') await labs.rebuild();
    await time.setMode(PACE);
  }

  close(): void {
    if (!useOpening.getState().isOn) return;
    useOpening.setState({ isOn: false });
    if (useView.getState().pace === 'frames') useView.setState({ pace: undefined });
  }
}
