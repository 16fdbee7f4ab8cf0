/** Controls the lab's time: run, pause, step, speed, until a condition; and which moment the page shows. */
import type { BreakpointProblem, LabApi, RunMode, Step } from '../../threads/api/lab-api.ts';
import type { AnalysisApi } from '../../threads/api/analysis-api.ts';
import { useRecord } from '../captures/capture-store.ts';
import type { LabClient } from '../lab-client.ts';
import { useLive, useView, type Pace, type Selection } from '../store.ts';
import type { Breakpoints } from './breakpoints.ts';

/** The paces to choose from, quickest first. */
export const PACES: readonly number[] = [16, 4, 1, 1e-1, 1e-2, 1e-3, 1e-4, 1e-5];
/** The usual five microseconds on a cable take a quarter of a second. */
const FRAME_PACE = 1 / 50_000;

/** What of the threads these controls call. */
interface TimeThreads extends Pick<LabClient, 'restarts'> {
  readonly lab: Pick<LabApi, 'setMode' | 'step'>;
  readonly analysis: Pick<AnalysisApi, 'neighbour'>;
}

export class TimeControls {
  private readonly client: TimeThreads;
  private readonly breakpoints: Pick<Breakpoints, 'runOnceTo'>;
  private readonly select: (selection: Selection) => void;
  /** The frames looked back to that are still searched for, in the order of the calls. */
  private lookingBack: Promise<void> = Promise.resolve();

  constructor(
    client: TimeThreads,
    breakpoints: Pick<Breakpoints, 'runOnceTo'>,
    select: (selection: Selection) => void,
  ) {
    this.client = client;
    this.breakpoints = breakpoints;
    this.select = select;
    // A thread that was ended answers nothing more.
    client.restarts.on(() => (this.lookingBack = Promise.resolve()));
  }

  async setMode(mode: RunMode): Promise<void> {
    await this.client.lab.setMode(mode);
  }

  /** Runs at the chosen pace. */
  async run(): Promise<void> {
    await this.setMode(modeOf(useView.getState().pace));
  }

  async pause(): Promise<void> {
    await this.setMode({ kind: 'paused' });
  }

  /** A run goes on at the new pace. */
  async setPace(pace: Pace): Promise<void> {
    useView.setState({ pace: typeof pace === 'number' && !(pace >= 0) ? undefined : pace });
    const { update } = useLive.getState();
    if (update !== undefined && update.mode.kind !== 'paused') await this.run();
  }

  /** The next slower or faster speed that the top bar offers. */
  async changePace(by: -1 | 1): Promise<void> {
    const { pace } = useView.getState();
    const at = PACES.indexOf(typeof pace === 'number' && pace > 0 ? pace : 1);
    const next = PACES[Math.max(0, at) - by];
    if (next !== undefined) await this.setPace(next);
  }

  /** Runs until a condition is met, once. Returns its error, in which case nothing runs. */
  async runUntil(condition: string | undefined): Promise<BreakpointProblem | undefined> {
    const text = condition?.trim() ?? '';
    const problem = await this.breakpoints.runOnceTo(text === '' ? undefined : text);
    if (problem === undefined && text !== '') {
      this.lookBack(undefined);
      await this.run();
    }
    return problem;
  }

  /** Goes on by one frame or one event, which is then selected. */
  async step(step: Step): Promise<void> {
    this.lookBack(undefined);
    await this.client.lab.step(step);
  }

  /** Shows a past time of this run, or with undefined the current state. The lab is not affected. */
  lookBack(timeNs: number | undefined): void {
    const nowNs = useRecord.getState().update?.timeNs ?? 0;
    const pastNs = timeNs === undefined || timeNs >= nowNs ? undefined : Math.max(0, Math.round(timeNs));
    if (pastNs !== useView.getState().pastNs) useView.setState({ pastNs });
  }

  /**
   * Shows and selects the next or the previous listed frame, relative to the shown time. Calls are answered in turn:
   * each starts from the frame that the one before it has reached, so no press of a key is lost.
   */
  async lookBackToFrame(side: 'before' | 'after'): Promise<void> {
    const turn = async (): Promise<void> => await this.lookBackByOne(side);
    this.lookingBack = this.lookingBack.then(turn, turn);
    await this.lookingBack;
  }

  private async lookBackByOne(side: 'before' | 'after'): Promise<void> {
    const { pastNs } = useView.getState();
    const nowNs = useRecord.getState().update?.timeNs ?? 0;
    const found = await this.client.analysis.neighbour(pastNs ?? nowNs, side);
    if (found === undefined) {
      if (side === 'after') this.lookBack(undefined);
      else if (pastNs !== undefined) this.lookBack(0);
      return;
    }
    this.lookBack(found.timeNs);
    this.select(found.event < 0 ? { kind: 'frame', number: found.number } : { kind: 'event', id: found.event });
  }
}

function modeOf(pace: Pace): RunMode {
  if (pace === undefined) return { kind: 'fast', waitAtMenus: true };
  if (pace === 'frames') return { kind: 'pace', factor: FRAME_PACE, quietFactor: 1 };
  return pace === 0 ? { kind: 'fast' } : { kind: 'pace', factor: pace };
}
