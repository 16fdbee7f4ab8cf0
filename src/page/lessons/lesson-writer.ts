/** The lesson that the reader writes: its draft, made of the open lab and of what was done in it. */
import type { Result } from '../../base/result.ts';
import { missingIn, newDraft, solutionFor, type LessonDraft } from '../../lessons/draft.ts';
import { afterSteps } from '../../lessons/edits.ts';
import { lessonHash } from '../../lessons/hand-in.ts';
import { parseLesson } from '../../lessons/parse.ts';
import type { Lesson } from '../../lessons/schema.ts';
import { compactScenario } from '../../scenario/compact.ts';
import type { Scenario } from '../../scenario/schema.ts';
import type { PlaceProblem } from '../../threads/api/lab-api.ts';
import { withUserActions } from '../document/edits/user-actions.ts';
import { saveFile } from '../document/files/save-file.ts';
import { showPanel } from '../layout/show-panel.ts';
import { useDocument, useLive } from '../store.ts';
import { useLesson } from './lesson-store.ts';
import type { ProgressMemory } from './progress.ts';

/** What writing needs of the course. */
export interface WriterHost {
  readonly memory: ProgressMemory;
  /** The lab that a lesson starts from. */
  start(this: void, lesson: Pick<Lesson, 'start'>): Promise<Result<Scenario, readonly PlaceProblem[]>>;
  show(this: void, problems: readonly PlaceProblem[]): void;
  /** Opens a lesson as a reader would, from its first step. */
  open(this: void, lesson: Lesson): Promise<void>;
}

export class LessonWriter {
  private readonly host: WriterHost;

  constructor(host: WriterHost) {
    this.host = host;
  }

  /** Shows the editor: with the lesson that is open, when it is the reader's own, else with the one that was being written. */
  write(): void {
    const { open, draft } = useLesson.getState();
    const own = open !== undefined && 'lesson' in open.source ? open.source.lesson : undefined;
    const stored = this.host.memory.readDraft();
    const kept = isDraft(stored) ? stored : undefined;
    this.showDraft(draft ?? own ?? kept ?? newDraft());
    useLesson.setState({ isWriting: true });
    showPanel('lesson');
  }

  setDraft(draft: LessonDraft | undefined): void {
    this.showDraft(draft ?? newDraft());
    this.host.memory.writeDraft(draft);
  }

  private showDraft(draft: LessonDraft): void {
    const [missing] = missingIn(draft);
    useLesson.setState({ draft, missing });
  }

  closeEditor(): void {
    useLesson.setState({ isWriting: false });
  }

  /** The lab that is open becomes the start of the lesson that is being written. */
  startFromOpenLab(): void {
    const { draft } = useLesson.getState();
    const { scenario } = useDocument.getState();
    if (draft === undefined || scenario === undefined) return;
    const { breakpoints: _breakpoints, until: _until, ...lab } = compactScenario(scenario);
    this.setDraft({ ...draft, start: { scenario: JSON.parse(JSON.stringify(lab)) as Record<string, never> } });
  }

  /** The open lab, and what was done in it, becomes the solution of a step. */
  async recordSolution(index: number): Promise<void> {
    const { draft } = useLesson.getState();
    const { scenario } = useDocument.getState();
    const step = draft?.steps[index];
    if (draft?.start === undefined || scenario === undefined || step === undefined) return;
    const start = await this.host.start({ ...draft, start: draft.start });
    const before = start.ok ? afterSteps(start.value, draft.steps.slice(0, index)) : start;
    if (!before.ok) {
      this.host.show(before.error);
      return;
    }
    const { inputs, outages } = useLive.getState();
    const solution = [...solutionFor(step, before.value, withUserActions(scenario, { inputs, outages }))];
    const steps = draft.steps.map((each, i) => (i === index ? { ...each, solution } : each));
    this.setDraft({ ...draft, steps });
  }

  /** Opens the lesson that is being written, as a reader would. */
  async tryDraft(): Promise<void> {
    const lesson = this.finishedDraft();
    if (lesson === undefined) return;
    await this.host.open(lesson);
  }

  saveDraft(): void {
    const { draft } = useLesson.getState();
    if (draft !== undefined)
      saveFile(`${draft.id}.json`, `${JSON.stringify(draft, undefined, 2)}\n`, 'application/json');
  }

  /** The address of the lesson that is being written; undefined while something is missing. */
  draftHash(): string | undefined {
    const lesson = this.finishedDraft();
    return lesson === undefined ? undefined : `#${lessonHash({ lesson })}`;
  }

  private finishedDraft(): Lesson | undefined {
    const { draft } = useLesson.getState();
    if (draft === undefined || missingIn(draft).length > 0) return undefined;
    const parsed = parseLesson(draft);
    if (parsed.ok) return parsed.value;
    this.host.show(parsed.error);
    return undefined;
  }
}

/** Whether a stored value can be shown by the editor. */
function isDraft(value: unknown): value is LessonDraft {
  return (
    typeof value === 'object' && value !== null && 'steps' in value && Array.isArray(value.steps) && 'title' in value
  );
}
