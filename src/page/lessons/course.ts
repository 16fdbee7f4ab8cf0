/** The way to the lessons: their code is fetched when a lesson is first wanted, so that the page does not wait for it. */
import type { LessonHost, Lessons } from './lessons.ts';

export class Course {
  private readonly host: LessonHost;
  private readonly baseUrl: string;
  private readonly storage: Storage | undefined;
  private loading: Promise<Lessons> | undefined;
  /** Once a lesson has been wanted. */
  private lessons: Lessons | undefined;

  constructor(host: LessonHost, baseUrl: string, storage: Storage | undefined) {
    this.host = host;
    this.baseUrl = baseUrl;
    this.storage = storage;
  }

  async load(): Promise<Lessons> {
    this.loading ??= this.fetch();
    return await this.loading;
  }

  /** The lesson of the address that the page starts with. False: there is none, or it cannot be opened. */
  async openFirst(hash: string): Promise<boolean> {
    return namesLesson(hash) && (await (await this.load()).openFirst(hash));
  }

  /** A lesson in a link; one with a lab is what a reader has handed in, and the lab is open already. */
  async openHash(hash: string): Promise<void> {
    if (namesLesson(hash)) await (await this.load()).openHash(hash);
  }

  /** A lesson file. Returns false when the text is none. */
  async openText(text: string): Promise<boolean> {
    if (!/^\s*\{\s*"lesson"\s*:/.test(text)) return false;
    await (await this.load()).openText(text);
    return true;
  }

  /** Whether the step's check would look at a lab without the reader's last changes. */
  get needsApply(): boolean {
    return this.lessons?.needsApply ?? false;
  }

  lessonHash(): string | undefined {
    return this.lessons?.lessonHash();
  }

  handInHash(): string | undefined {
    return this.lessons?.handInHash();
  }

  draftHash(): string | undefined {
    return this.lessons?.writer.draftHash();
  }

  private async fetch(): Promise<Lessons> {
    try {
      const { Lessons: Loaded } = await import('./lessons.ts');
      this.lessons = new Loaded(this.host, this.baseUrl, this.storage);
      return this.lessons;
    } catch (error) {
      // Tried again the next time: the network may be back.
      this.loading = undefined;
      throw error;
    }
  }
}

function namesLesson(hash: string): boolean {
  return /[#&]lesson(?:-doc)?=/.test(hash);
}
