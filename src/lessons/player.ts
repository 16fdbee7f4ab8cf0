/**
 * Plays a lesson without the page: a lab, the reader's actions on it, and the verdict on each step. The page does the same
 * with its own controls; both use the same conditions and the same checks.
 */
import { NS_PER_MS, NS_PER_S } from '../base/time/clock.ts';
import { err, ok, type Result } from '../base/result.ts';
import type { EventId } from '../base/event-log.ts';
import type { Lab } from '../lab/lab.ts';
import { RunControl } from '../lab/run-control.ts';
import type { ScenarioProblem } from '../scenario/problems.ts';
import type { Scenario, ScenarioUserInput } from '../scenario/schema.ts';
import { applyEdits } from './edits.ts';
import type { Lesson, LessonAction, LessonStep, ScenarioEdit } from './schema.ts';
import { checkStep, type Answer, type Verdict } from './verdict.ts';
import { LessonWatch, questionsOf } from './watch.ts';

type Reports = readonly ScenarioProblem[];

export interface PlayerHost {
  open(scenario: Scenario): Result<Lab, Reports>;
  /** Whether the computer's own time for this is over. */
  isTimeOver(): boolean;
}

/** What a reader has done: the lab as they changed it, with their inputs, and their answers by step. */
export interface LessonAnswer {
  readonly scenario: Scenario;
  readonly answers: Readonly<Record<string, Answer>>;
}

export class LessonPlayer {
  readonly start: Scenario;
  private readonly lesson: Lesson;
  private readonly host: PlayerHost;
  private lab: Lab;
  private control: RunControl;
  private watch: LessonWatch;
  private scenario: Scenario;
  private inputs: ScenarioUserInput[] = [];
  private readonly answers: Record<string, Answer> = {};
  private selected: EventId | undefined;

  private constructor(lesson: Lesson, start: Scenario, scenario: Scenario, lab: Lab, host: PlayerHost) {
    this.lesson = lesson;
    this.host = host;
    this.start = start;
    this.scenario = scenario;
    this.lab = lab;
    this.control = new RunControl(lab);
    this.watch = new LessonWatch(lab, questionsOf(lesson));
  }

  /** `scenario`: the lab as a reader has left it; absent: as the lesson starts it. */
  static open(
    lesson: Lesson,
    start: Scenario,
    host: PlayerHost,
    scenario: Scenario = start,
  ): Result<LessonPlayer, Reports> {
    const lab = host.open(scenario);
    return lab.ok ? ok(new LessonPlayer(lesson, start, scenario, lab.value, host)) : lab;
  }

  close(): void {
    this.lab.close();
  }

  check(step: LessonStep): Verdict {
    return checkStep(step, {
      observation: this.watch.observe(this.selected),
      scenario: this.scenario,
      start: this.start,
      answer: this.answers[step.id],
    });
  }

  answer(step: LessonStep, answer: Answer): void {
    this.answers[step.id] = answer;
  }

  /** Plays the recorded actions of a step. */
  solve(step: LessonStep): Result<undefined, Reports> {
    for (const action of step.solution) {
      const done = this.act(step, action);
      if (!done.ok) return done;
    }
    return ok(undefined);
  }

  /** What a reader would hand in. */
  get handedIn(): LessonAnswer {
    return {
      scenario: { ...this.scenario, inputs: [...this.scenario.inputs, ...this.inputs] },
      answers: this.answers,
    };
  }

  /** Runs until all of these conditions have been met in this run, or nothing is left to happen, or `limitS` is over. */
  run(conditions: readonly string[]): void {
    const limitNs = Math.max(this.lesson.limitS * NS_PER_S, this.lab.queue.nowNs);
    const isDone = (): boolean => conditions.length > 0 && conditions.every((condition) => this.watch.isMet(condition));
    if (isDone()) return;
    this.control.setBreakpoints(conditions.map((condition) => ({ condition, count: 1 })));
    for (let turns = 1; ; turns++) {
      const stop = this.control.run(limitNs, () => this.lab.isAtRest || this.host.isTimeOver());
      // As in the page, what stopped the run is selected.
      if (stop.kind === 'breakpoint') this.selected = stop.event;
      if (stop.kind === 'breakpoint' ? isDone() : stop.kind !== 'yield') return;
      if (stop.kind === 'yield' && (this.lab.isAtRest || this.host.isTimeOver())) return;
    }
  }

  private act(step: LessonStep, action: LessonAction): Result<undefined, Reports> {
    if ('run' in action) this.run([action.run]);
    else if ('runToEnd' in action) this.run([]);
    else if ('answer' in action) this.answers[step.id] = action.answer;
    else if ('select' in action) this.selected = this.watch.firstFrame(action.select);
    else if ('input' in action) {
      const { machine, do: act } = action.input;
      const atNs = this.lab.userInput(machine, act);
      this.inputs.push({ machine, at: { ms: atNs / NS_PER_MS }, do: act });
      this.control.setBreakpoints([]);
      this.control.run(atNs, () => false);
    } else return this.reopen(action.edits);
    return ok(undefined);
  }

  private reopen(edits: readonly ScenarioEdit[]): Result<undefined, Reports> {
    const changed = applyEdits(this.scenario, edits);
    if (!changed.ok) return changed;
    const lab = this.host.open(changed.value);
    if (!lab.ok) return err(lab.error);
    this.lab.close();
    this.lab = lab.value;
    this.control = new RunControl(lab.value);
    this.watch = new LessonWatch(lab.value, questionsOf(this.lesson));
    this.scenario = changed.value;
    this.inputs = [];
    this.selected = undefined;
    return ok(undefined);
  }
}
