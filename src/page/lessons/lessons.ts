/**
 * The course in the page: opens lessons with their labs, checks the step that is shown as the lab changes, plays
 * solutions through the page's own controls, and makes the link that is handed in.
 */
import { parseGlossary } from '../../lessons/catalogue.ts';
import { afterSteps, applyEdits } from '../../lessons/edits.ts';
import { answerHash, answerOfLink, lessonHash, lessonOfLink, type LessonSource } from '../../lessons/hand-in.ts';
import { parseLessonText, startOf } from '../../lessons/parse.ts';
import { leavesOf, type Lesson, type LessonAction, type LessonStep } from '../../lessons/schema.ts';
import { checkStep, type Answer } from '../../lessons/verdict.ts';
import { questionsOf } from '../../lessons/watch.ts';
import type { LessonEntry } from '../../lessons/catalogue.ts';
import { err, ok, type Result } from '../../base/result.ts';
import { parseScenarioText } from '../../scenario/parse.ts';
import type { Scenario, ScenarioUserInput } from '../../scenario/schema.ts';
import type { LabUpdate, MachineAction, PlaceProblem } from '../../threads/api/lab-api.ts';
import { fetchJson, fetchText } from '../../threads/api/site-text.ts';
import type { LabOpener } from '../document/lab-opener.ts';
import { withUserActions } from '../document/edits/user-actions.ts';
import { showPanel } from '../layout/show-panel.ts';
import type { LabClient } from '../lab-client.ts';
import { useDocument, useLive, useView, type Selection } from '../store.ts';
import type { TimeControls } from '../time/time-controls.ts';
import { LessonWriter } from './lesson-writer.ts';
import { answerIn, progressOf, useLesson, type OpenLesson } from './lesson-store.ts';
import { ProgressMemory, type LessonProgress } from './progress.ts';

type Problems = readonly PlaceProblem[];

/** What lessons need of the page's controller. */
export interface LessonHost {
  readonly client: LabClient;
  readonly labs: Pick<LabOpener, 'lesson' | 'openLesson' | 'returnToLesson' | 'joinLesson'>;
  readonly time: TimeControls;
  select(selection: Selection): void;
  machine(name: string, action: MachineAction): Promise<void>;
  rebuild(): Promise<void>;
}

export class Lessons {
  private readonly controller: LessonHost;
  private readonly baseUrl: string;
  private readonly memory: ProgressMemory;
  /** The lesson that is being written. */
  readonly writer: LessonWriter;
  private isLooking = false;
  private checksAgain = false;
  /** The lab as each step has found it, to go back to. */
  private readonly before = new Map<string, Scenario>();

  constructor(controller: LessonHost, baseUrl: string, storage: Storage | undefined) {
    this.controller = controller;
    this.baseUrl = baseUrl;
    this.memory = new ProgressMemory(storage);
    this.writer = new LessonWriter({
      memory: this.memory,
      start: async (lesson) => await this.start(lesson),
      show: (problems) => this.showProblems(problems),
      open: async (lesson) => {
        this.keep(lesson.id, { done: [], answers: {} });
        await this.open({ lesson });
      },
    });
    useLesson.setState({ progress: this.memory.read() });
    useLive.subscribe(({ update, stale }, before) => {
      if (update !== before.update || stale !== before.stale) void this.checkSteps();
    });
    useView.subscribe(({ selection }, before) => {
      if (selection !== before.selection) void this.checkSteps();
    });
    useDocument.subscribe(() => {
      const { open, isAway } = useLesson.getState();
      const away = open !== undefined && controller.labs.lesson !== open.lesson.id;
      if (away !== isAway) useLesson.setState({ isAway: away });
    });
  }

  /** The lesson of the address that the page starts with. False: there is none, or it cannot be opened. */
  async openFirst(hash: string): Promise<boolean> {
    return !hasLab(hash) && (await this.openLink(hash, true));
  }

  /** A lesson in a link; one with a lab is what a reader has handed in, and the lab is open already. */
  async openHash(hash: string): Promise<void> {
    if (!hasLab(hash)) {
      await this.openLink(hash, false);
      return;
    }
    const source = lessonOfLink(hash);
    const answer = answerOfLink(hash);
    if (source?.ok !== true || !answer.ok) return;
    const lesson = await this.lessonOf(source.value);
    if (!lesson.ok) return;
    const start = await this.start(lesson.value);
    if (!start.ok) return;
    this.controller.labs.joinLesson(lesson.value.id);
    this.keep(lesson.value.id, { done: [], answers: answer.value.answers });
    await this.show({ source: source.value, lesson: lesson.value, start: start.value });
  }

  /** The list of the site's lessons, and the glossary. */
  async loadList(): Promise<void> {
    if (useLesson.getState().list.length > 0) return;
    const [list, glossary] = await Promise.all([
      fetchJson('lessons/index.json', this.baseUrl),
      fetchJson('lessons/glossary.json', this.baseUrl),
    ]);
    if (!list.ok) this.showProblems([list.error]);
    const terms = glossary.ok ? parseGlossary(glossary.value) : undefined;
    useLesson.setState({
      list: list.ok ? (list.value as LessonEntry[]) : [],
      glossary: terms?.ok === true ? terms.value : {},
    });
  }

  /** Opens a lesson with its lab, as it starts. Returns whether it could be read. */
  async open(source: LessonSource, isFirst = false): Promise<boolean> {
    const lesson = await this.lessonOf(source);
    const start = lesson.ok ? await this.start(lesson.value) : lesson;
    if (!lesson.ok || !start.ok) {
      this.showProblems(lesson.ok && !start.ok ? start.error : lesson.ok ? [] : lesson.error);
      return false;
    }
    await this.show({ source, lesson: lesson.value, start: start.value });
    const hash = `#${lessonHash(source)}`;
    await this.controller.labs.openLesson(
      lesson.value.id,
      hash,
      this.before.get(this.step()?.id ?? '') ?? start.value,
      isFirst,
    );
    useLesson.setState({ isAway: false });
    return true;
  }

  /** Leaves the lesson for the list; the lab stays. */
  async leave(): Promise<void> {
    useLesson.setState({ open: undefined, verdict: undefined, isAway: false });
    await this.controller.client.lab.watchLesson(undefined);
  }

  /** The lesson's lab again, as it was left. */
  async openLab(): Promise<void> {
    const { open } = useLesson.getState();
    if (open === undefined) return;
    if (await this.controller.labs.returnToLesson(open.lesson.id)) useLesson.setState({ isAway: false });
    else await this.open(open.source);
  }

  /** From the first step on, as if it had never been opened. */
  async startAgain(): Promise<void> {
    const { open } = useLesson.getState();
    if (open === undefined) return;
    this.keep(open.lesson.id, { done: [], answers: {} });
    await this.open(open.source);
  }

  goTo(step: number): void {
    const { open } = useLesson.getState();
    const { scenario } = useDocument.getState();
    const entered = open?.lesson.steps[step];
    if (entered === undefined) return;
    if (scenario !== undefined && !this.before.has(entered.id)) this.before.set(entered.id, scenario);
    useLesson.setState({ step, verdict: undefined, isAsked: false, hints: 0 });
    void this.checkSteps();
  }

  /** The next step, the next lesson, or at the end the list. */
  async next(): Promise<void> {
    const { open, step, list } = useLesson.getState();
    if (open === undefined) return;
    if (step + 1 < open.lesson.steps.length) {
      this.goTo(step + 1);
      return;
    }
    const at = list.findIndex(({ id }) => 'id' in open.source && id === open.source.id);
    const following = at < 0 ? undefined : list[at + 1];
    if (following === undefined) await this.leave();
    else await this.open({ id: following.id });
  }

  previous(): void {
    this.goTo(useLesson.getState().step - 1);
  }

  hint(): void {
    useLesson.setState(({ hints }) => ({ hints: hints + 1 }));
  }

  answer(answer: Answer): void {
    const { open } = useLesson.getState();
    const step = this.step();
    if (open === undefined || step === undefined) return;
    const { done, answers } = progressOf(useLesson.getState(), open.lesson.id);
    this.keep(open.lesson.id, { done, answers: { ...answers, [step.id]: answer } });
    void this.checkSteps();
  }

  /** Checks the step, and says what is missing. */
  async check(): Promise<void> {
    useLesson.setState({ isAsked: true });
    await this.checkSteps();
  }

  /** Whether the step's check would look at a lab without the reader's last changes. */
  get needsApply(): boolean {
    const step = this.step();
    return useLive.getState().stale && step !== undefined && leavesOf(step.check).some(({ kind }) => !isQuestion(kind));
  }

  /** The lab as this step has found it, without what was done since. */
  async resetStep(): Promise<void> {
    const step = this.step();
    const { open } = useLesson.getState();
    if (step === undefined || open === undefined) return;
    const { done, answers } = progressOf(useLesson.getState(), open.lesson.id);
    const { [step.id]: _answer, ...others } = answers;
    this.keep(open.lesson.id, { done: done.filter((id) => id !== step.id), answers: others });
    useLesson.setState({ isAsked: false, hints: 0, verdict: undefined });
    const scenario = this.before.get(step.id) ?? open.start;
    if (this.controller.labs.lesson !== open.lesson.id) await this.openLab();
    this.replace(scenario);
    await this.controller.rebuild();
  }

  /** Plays the recorded solution of the step, in the page's own lab. */
  async showSolution(): Promise<void> {
    const step = this.step();
    if (step === undefined || useLesson.getState().isPlaying) return;
    useLesson.setState({ isPlaying: true });
    try {
      for (const action of step.solution) await this.play(action);
      await this.checkSteps();
    } finally {
      useLesson.setState({ isPlaying: false });
    }
  }

  /** Runs the lab to a condition, unless it has been met. Returns whether it runs. */
  async run(condition: string): Promise<boolean> {
    const seen = await this.observation();
    const found = seen?.conditions.get(condition);
    if (found !== undefined && 'met' in found && found.met) return false;
    return (await this.controller.time.runUntil(condition)) === undefined;
  }

  /** The address of what is handed in: the lab as it is, what was done to it, and the answers. */
  handInHash(): string | undefined {
    const { open } = useLesson.getState();
    const { scenario } = useDocument.getState();
    if (open === undefined || scenario === undefined) return undefined;
    const { inputs, outages } = useLive.getState();
    const { answers } = progressOf(useLesson.getState(), open.lesson.id);
    return `#${answerHash(open.source, { scenario: withUserActions(scenario, { inputs, outages }), answers })}`;
  }

  /** A lesson file. */
  async openText(text: string): Promise<void> {
    const lesson = parseLessonText(text);
    if (lesson.ok) await this.open({ lesson: lesson.value });
    else this.showProblems(lesson.error);
  }

  /** The address of the lesson that is open. */
  lessonHash(): string | undefined {
    const { open } = useLesson.getState();
    return open === undefined ? undefined : `#${lessonHash(open.source)}`;
  }

  private async openLink(hash: string, isFirst: boolean): Promise<boolean> {
    const source = lessonOfLink(hash);
    if (source === undefined) return false;
    if (source.ok) return await this.open(source.value, isFirst);
    this.showProblems(source.error);
    return false;
  }

  private async show(open: OpenLesson): Promise<void> {
    this.before.clear();
    await this.controller.client.lab.watchLesson(questionsOf(open.lesson));
    const { done } = progressOf(useLesson.getState(), open.lesson.id);
    const first = open.lesson.steps.findIndex(({ id }) => !done.includes(id));
    useLesson.setState({
      open,
      step: Math.max(0, first),
      verdict: undefined,
      isAsked: false,
      hints: 0,
      isAway: false,
      isWriting: false,
    });
    const step = this.step();
    // Steps that were done in an earlier visit are taken as solved.
    const lab = afterSteps(open.start, open.lesson.steps.slice(0, Math.max(0, first)));
    if (step !== undefined) this.before.set(step.id, lab.ok ? lab.value : open.start);
    showPanel('lesson');
    await this.loadList();
  }

  private step(): LessonStep | undefined {
    const { open, step } = useLesson.getState();
    return open?.lesson.steps[step];
  }

  private async observation() {
    const { selection } = useView.getState();
    return await this.controller.client.lab.observeLesson(selection.kind === 'event' ? selection.id : undefined);
  }

  /** Looks whether the step is done. Calls that come meanwhile are one more look. */
  private async checkSteps(): Promise<void> {
    if (this.isLooking) {
      this.checksAgain = true;
      return;
    }
    this.isLooking = true;
    try {
      do {
        this.checksAgain = false;
        await this.checkOnce();
      } while (this.checksAgain);
    } finally {
      this.isLooking = false;
    }
  }

  private async checkOnce(): Promise<void> {
    const { open, isAway } = useLesson.getState();
    const step = this.step();
    if (open === undefined || step === undefined || isAway || useLive.getState().update === undefined) return;
    const observation = await this.observation();
    const { scenario } = useDocument.getState();
    if (observation === undefined || scenario === undefined || this.step() !== step) return;
    const answer = answerIn(useLesson.getState(), step.id);
    const verdict = checkStep(step, { observation, scenario, start: open.start, answer });
    const passed = verdict.passed && !this.needsApply;
    useLesson.setState({ verdict: { ...verdict, passed } });
    const { done, answers } = progressOf(useLesson.getState(), open.lesson.id);
    if (passed && !done.includes(step.id)) this.keep(open.lesson.id, { done: [...done, step.id], answers });
  }

  private keep(id: string, progress: LessonProgress): void {
    useLesson.setState((state) => ({ progress: { ...state.progress, [id]: progress } }));
    this.memory.write(useLesson.getState().progress);
  }

  private replace(scenario: Scenario): void {
    useDocument.getState().edit((draft) => Object.assign(draft, structuredClone(scenario)));
  }

  private async play(action: LessonAction): Promise<void> {
    const { controller } = this;
    const { scenario } = useDocument.getState();
    if ('run' in action) {
      const since = useLive.getState().update;
      if (await this.run(action.run)) await stopped(since);
    } else if ('runToEnd' in action) {
      const since = useLive.getState().update;
      await controller.time.run();
      await stopped(since);
    } else if ('answer' in action) this.answer(action.answer);
    else if ('select' in action) {
      const id = await controller.client.lab.firstFrame(action.select);
      showPanel('packets');
      if (id !== undefined) controller.select({ kind: 'event', id });
    } else if ('input' in action) await controller.machine(action.input.machine, actionOf(action.input.do));
    else if (scenario !== undefined) {
      const changed = applyEdits(scenario, action.edits);
      if (!changed.ok) {
        this.showProblems(changed.error);
        return;
      }
      this.replace(changed.value);
      await controller.rebuild();
    }
  }

  private async lessonOf(source: LessonSource): Promise<Result<Lesson, Problems>> {
    if ('lesson' in source) return ok(source.lesson);
    const text = await fetchText(`lessons/${source.id}.json`, this.baseUrl);
    return text.ok ? parseLessonText(text.value) : err([text.error]);
  }

  private async start(lesson: Pick<Lesson, 'start'>): Promise<Result<Scenario, Problems>> {
    return await startOf(lesson, async (file) => {
      const text = await fetchText(`scenarios/${file}`, this.baseUrl);
      return text.ok ? parseScenarioText(text.value) : err([text.error]);
    });
  }

  private showProblems(problems: Problems): void {
    useLive.setState({ problems });
  }
}

function hasLab(hash: string): boolean {
  return /[#&]lab=/.test(hash);
}

function isQuestion(kind: string): boolean {
  return kind === 'choice' || kind === 'value';
}

/** When a run has ended that was started after an update. */
async function stopped(since: LabUpdate | undefined): Promise<void> {
  const isOver = (): boolean => {
    const { update } = useLive.getState();
    return update !== since && update?.mode.kind === 'paused';
  };
  if (isOver()) return;
  await new Promise<void>((resolve) => {
    const end = useLive.subscribe(() => {
      if (!isOver()) return;
      end();
      resolve();
    });
  });
}

function actionOf(input: ScenarioUserInput['do']): MachineAction {
  if ('keys' in input) return { kind: 'keys', keys: input.keys };
  if ('type' in input) return { kind: 'type', text: input.type };
  if ('serial' in input) return { kind: 'serial', text: input.serial };
  if ('power' in input) return { kind: 'power', to: input.power };
  if ('ipxe' in input) return { kind: 'ipxe', action: input.ipxe };
  if ('medium' in input) {
    const { drive, content } = input.medium;
    return { kind: 'medium', drive, ...(content === undefined ? {} : { content }) };
  }
  return { kind: 'take-over' };
}
