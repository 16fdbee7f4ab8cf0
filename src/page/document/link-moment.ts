/** The moment that a link names, or that somebody goes back to: the lab runs there and stands. */
import type { Scenario } from '../../scenario/schema.ts';
import type { RunMode } from '../../threads/api/lab-api.ts';
import type { Breakpoints } from '../time/breakpoints.ts';
import { useView } from '../store.ts';
import type { LinkView } from './link.ts';

export class LinkMoment {
  private readonly breakpoints: Breakpoints;
  private readonly setMode: (mode: RunMode) => Promise<void>;

  constructor(breakpoints: Breakpoints, setMode: (mode: RunMode) => Promise<void>) {
    this.breakpoints = breakpoints;
    this.setMode = setMode;
  }

  /** Goes to the moment that a link names. Emulated PCs are not started without a click. */
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
    const needsClick = scenario.nodes.some((node) => node.kind === 'pc');
    useView.setState({ moment: { at, event, frame, needsClick } });
    if (!needsClick) await this.go(true);
  }

  /** Runs to the moment that is waited for. Breakpoints on the way are counted and do not stop. */
  async go(unasked = false): Promise<void> {
    const { moment } = useView.getState();
    if (moment === undefined) return;
    useView.setState({ moment: { ...moment, needsClick: false }, pastNs: undefined });
    const { at } = moment;
    if ('condition' in at) await this.breakpoints.runOnceTo(at.condition);
    const until = 'condition' in at ? {} : { untilNs: at.timeNs };
    const passBreakpoints = 'condition' in at ? { but: at.condition } : {};
    await this.setMode({ kind: 'fast', ...until, passBreakpoints, ...(unasked ? { unasked } : {}) });
  }

  /** Stays where the lab is, on the way to a moment. */
  async leave(): Promise<void> {
    const { moment } = useView.getState();
    useView.setState({ moment: undefined });
    if (moment === undefined || moment.needsClick) return;
    await this.breakpoints.runOnceTo(undefined);
    await this.setMode({ kind: 'paused' });
  }
}
