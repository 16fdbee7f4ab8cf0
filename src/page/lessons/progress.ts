/** How far the reader is in each lesson: kept in this browser, and sent nowhere. */
import { isAnswer } from '../../lessons/hand-in.ts';
import type { Answer } from '../../lessons/verdict.ts';

export interface LessonProgress {
  /** Ids of the steps that are done. */
  readonly done: readonly string[];
  /** By step. */
  readonly answers: Readonly<Record<string, Answer>>;
}

const KEY = 'netboot-lab.lessons.1';
const DRAFT_KEY = 'netboot-lab.lesson-draft.1';
/** Of lessons, and of the steps of one: what is stored may be anything. */
const MOST = 500;

type Stored = Readonly<Record<string, LessonProgress>>;

export class ProgressMemory {
  private readonly storage: Pick<Storage, 'getItem' | 'setItem'> | undefined;

  /** `storage` is undefined where it is refused; then progress lasts as long as the page. */
  constructor(storage: Pick<Storage, 'getItem' | 'setItem'> | undefined) {
    this.storage = storage;
  }

  read(): Stored {
    try {
      return toStored(JSON.parse(this.storage?.getItem(KEY) ?? '{}'));
    } catch {
      return {};
    }
  }

  /** The lesson that was being written, as it was stored. */
  readDraft(): unknown {
    try {
      return JSON.parse(this.storage?.getItem(DRAFT_KEY) ?? 'null');
    } catch {
      return undefined;
    }
  }

  writeDraft(draft: object | undefined): void {
    try {
      this.storage?.setItem(DRAFT_KEY, JSON.stringify(draft ?? null));
    } catch {
      // It is kept until the page is closed, and can be saved as a file.
    }
  }

  write(progress: Stored): void {
    try {
      this.storage?.setItem(KEY, JSON.stringify(progress));
    } catch {
      // The storage is full or refused: the marks hold until the page is closed.
    }
  }
}

function toStored(value: unknown): Stored {
  if (typeof value !== 'object' || value === null) return {};
  return Object.fromEntries(
    Object.entries(value)
      .slice(0, MOST)
      .flatMap(([id, each]) => {
        if (typeof each !== 'object' || each === null) return [];
        const { done, answers } = each as Readonly<Record<string, unknown>>;
        const steps = Array.isArray(done) ? done.filter((step) => typeof step === 'string').slice(0, MOST) : [];
        const given = typeof answers === 'object' && answers !== null ? Object.entries(answers).slice(0, MOST) : [];
        const kept = given.filter((pair): pair is [string, Answer] => isAnswer(pair[1]));
        return [[id, { done: steps, answers: Object.fromEntries(kept) }]];
      }),
  );
}
