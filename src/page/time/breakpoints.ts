/**
 * The breakpoints of the lab: part of the document, so that links contain them and undo covers them, and set in the
 * running lab as soon as they change. _Run until_ is one more, which stops one run and is then removed.
 */
import type { Scenario } from '../../scenario/schema.ts';
import type { BreakpointProblem } from '../../threads/api/lab-api.ts';
import type { LabClient } from '../lab-client.ts';
import { useDocument, useLive } from '../store.ts';

export type ScenarioBreakpoint = Scenario['breakpoints'][number];

export class Breakpoints {
  private readonly client: LabClient;
  private once: string | undefined;

  constructor(client: LabClient) {
    this.client = client;
    useDocument.subscribe(({ scenario }, before) => {
      if (scenario?.breakpoints !== before.scenario?.breakpoints) void this.send();
    });
  }

  /** Stops the next run at a condition; undefined: no extra stop. Returns the error of the condition. */
  async runOnceTo(condition: string | undefined): Promise<BreakpointProblem | undefined> {
    this.once = condition;
    const problems = await this.send();
    const problem = condition === undefined ? undefined : problems.at(-1);
    if (problem !== undefined) this.once = undefined;
    return problem;
  }

  /** To be called when a run has stopped there. */
  reached(condition: string): void {
    if (this.once === condition) this.once = undefined;
  }

  /** Sets them in the lab that has just been opened, or has changed. */
  async send(): Promise<readonly (BreakpointProblem | undefined)[]> {
    const kept = useDocument.getState().scenario?.breakpoints ?? [];
    const once = this.once === undefined ? [] : [{ condition: this.once, count: 1, once: true }];
    const problems = await this.client.lab.setBreakpoints([
      ...kept.map(({ condition, count, enabled }) => ({ condition, count, enabled })),
      ...once,
    ]);
    useLive.setState({ breakpointProblems: problems.slice(0, kept.length) });
    return problems;
  }
}

/** Adds a breakpoint at the end. */
export function addBreakpoint(condition: string, count = 1): void {
  useDocument.getState().edit((draft) => {
    draft.breakpoints.push({ condition, count, enabled: true });
  });
}

export function removeBreakpoint(index: number): void {
  useDocument.getState().edit((draft) => {
    draft.breakpoints.splice(index, 1);
  });
}
