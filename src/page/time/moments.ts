/** Moments of a run to go to: a link's, one looked back at, that of a selected event. */
import type { StopReason } from '../../threads/api/lab-api.ts';
import { needsEmulator } from '../../scenario/nodes/queries.ts';
import type { Scenario } from '../../scenario/schema.ts';
import type { LinkView } from '../document/link.ts';
import { doneUpTo, withUserActions, type UserActions } from '../document/edits/user-actions.ts';
import type { LabClient } from '../lab-client.ts';
import { notify, useDocument, useLive, useView, type Selection } from '../store.ts';
import type { UnaskedGuard } from '../threads/unasked.ts';
import type { Breakpoints } from './breakpoints.ts';
import { useSelected } from './selection-details.ts';
import type { TimeControls } from './time-controls.ts';

export interface MomentsOptions {
  readonly client: Pick<LabClient, 'analysis'>;
  readonly time: Pick<TimeControls, 'setMode' | 'pause' | 'lookBack'>;
  readonly breakpoints: Pick<Breakpoints, 'runOnceTo' | 'reached'>;
  readonly guard: Pick<UnaskedGuard, 'mustAsk' | 'begin' | 'end'>;
  readonly select: (selection: Selection) => void;
  /** The scenario of the lab that runs. */
  readonly running: () => Scenario | undefined;
  /** Reopens it with the given changes. False when that fails. */
  readonly reopen: (changed: Scenario) => Promise<boolean>;
}

export class Moments {
  private readonly options: MomentsOptions;

  constructor(options: MomentsOptions) {
    this.options = options;
  }

  /**
   * Goes to the moment that a link names. Without a click, emulated PCs are not started, and a run that has hung before
   * is not repeated.
   */
  async open(scenario: Scenario, { atNs, event, frame }: LinkView): Promise<void> {
    const at =
      atNs !== undefined
        ? { timeNs: atNs }
        : event !== undefined
          ? { condition: `event:${event}` }
          : frame !== undefined
            ? { condition: `frame.number == ${frame}` }
            : undefined;
    if (at === undefined) return;
    const hasHung = this.options.guard.mustAsk('run');
    const needsClick = hasHung || needsEmulator(scenario.nodes);
    useView.setState({ moment: { at, event, frame, needsClick, hasHung } });
    if (!needsClick) await this.go(true);
  }

  /** Runs to the pending moment. Breakpoints before it are counted and do not stop the run. */
  async go(unasked = false): Promise<void> {
    const { moment } = useView.getState();
    if (moment === undefined) return;
    const { time, breakpoints, guard } = this.options;
    if (unasked) guard.begin('run');
    useView.setState({ moment: { ...moment, needsClick: false }, pastNs: undefined });
    const { at } = moment;
    if ('condition' in at) await breakpoints.runOnceTo(at.condition);
    const until = 'condition' in at ? {} : { untilNs: at.timeNs };
    const passBreakpoints = 'condition' in at ? { but: at.condition } : {};
    await time.setMode({ kind: 'fast', ...until, passBreakpoints, ...(unasked ? { unasked } : {}) });
  }

  /** Stays where the lab is, instead of running on to a moment. */
  async leave(): Promise<void> {
    const { moment } = useView.getState();
    const { time, breakpoints, guard } = this.options;
    useView.setState({ moment: undefined });
    if (moment === undefined || moment.needsClick) return;
    await breakpoints.runOnceTo(undefined);
    await time.pause();
    guard.end('run');
  }

  /**
   * Goes to a moment of this run, back or forward, and pauses there with `event` selected. Going back replays the run
   * from power-on with the user actions up to that moment; from there the run may take a different course.
   */
  async goTo(timeNs: number, event?: number): Promise<void> {
    const { inputs, outages, update } = useLive.getState();
    if (update === undefined) return;
    if (timeNs < update.timeNs && !(await this.replay(doneUpTo({ inputs, outages }, timeNs)))) return;
    useView.setState({ moment: { at: { timeNs }, event, frame: undefined, needsClick: false, hasHung: false } });
    await this.go();
  }

  /** Opens the lab that runs again, for the user's actions to be done at their times. False when that fails. */
  private async replay(past: UserActions): Promise<boolean> {
    const { running, reopen } = this.options;
    const scenario = running();
    if (scenario === undefined || !(await reopen(withUserActions(scenario, past)))) return false;
    useLive.setState(past);
    return true;
  }

  /** What was kept of a machine does not fit this run: the way to where the lab was going is run in full. */
  private async startOver(machine: string): Promise<void> {
    const { inputs, outages, update } = useLive.getState();
    const { moment } = useView.getState();
    const at = moment?.at ?? { timeNs: update?.timeNs ?? 0 };
    if (!(await this.replay({ inputs, outages }))) return;
    const { event, frame } = moment ?? {};
    useView.setState({ moment: { at, event, frame, needsClick: false, hasHung: false } });
    notify({ id: 'moment.startsOver', parameters: { machine } });
    await this.go();
  }

  /** Shows a named moment of the lab: looks back at it, or runs to it where it is still to come. */
  async show(number: number): Promise<void> {
    const kept = useDocument.getState().scenario?.moments[number];
    const { update } = useLive.getState();
    if (kept === undefined || update === undefined) return;
    if (kept.atNs > update.timeNs) {
      await this.goTo(kept.atNs, kept.event);
      return;
    }
    await this.options.time.pause();
    this.options.time.lookBack(kept.atNs);
    if (kept.event !== undefined) this.options.select({ kind: 'event', id: kept.event });
  }

  /** Goes to the moment that is looked back at, else to that of the selected event. */
  async goBackHere(): Promise<void> {
    const { selection, pastNs } = useView.getState();
    const event = selection.kind === 'event' ? useSelected.getState().explanation?.event : undefined;
    if (pastNs !== undefined)
      await this.goTo(pastNs, event !== undefined && event.timeNs <= pastNs ? event.id : undefined);
    else if (event !== undefined) await this.goTo(event.timeNs, event.id);
  }

  /** Selects the event that the run stopped for, or the one that the link names. */
  async standAt(stopped: StopReason): Promise<void> {
    const { client, breakpoints, guard, select } = this.options;
    guard.end('run');
    if (stopped.kind === 'mismatch') {
      await this.startOver(stopped.machine);
      return;
    }
    if (stopped.kind === 'breakpoint') breakpoints.reached(stopped.condition);
    const { moment } = useView.getState();
    if (stopped.kind === 'unasked' && moment !== undefined) {
      useView.setState({ moment: { ...moment, needsClick: true } });
      return;
    }
    const wanted = moment?.needsClick === false ? moment : undefined;
    if (wanted !== undefined) useView.setState({ moment: undefined });
    const event = stopped.kind === 'breakpoint' || stopped.kind === 'step' ? stopped.event : undefined;
    const frame = wanted?.frame;
    const id = wanted?.event ?? event ?? (frame && (await client.analysis.eventOfFrame(frame)));
    if (id !== undefined) select({ kind: 'event', id });
  }
}
