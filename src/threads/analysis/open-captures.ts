/** The capture files that are open: what each is, what its frames show of boots, and how it was last looked at. */
import { CaptureStory, MOST_INFERRED_FRAMES } from '../../analysis/inferred/capture-story.ts';
import type { FrameStore } from '../../analysis/frame-store.ts';
import { fileView } from '../../analysis/frame-view.ts';
import { readCapture } from '../../analysis/pcapng/reader.ts';
import { marksOfFile, type FrameMarks } from '../../analysis/story/marks.ts';
import type { CaptureLog, OpenedCapture } from '../api/captures-api.ts';
import { MAX_CAPTURE_BYTES, MAX_CAPTURE_FRAMES } from '../api/captures-api.ts';
import { View } from './view.ts';

/** Frames whose boots are worked out in one step: some milliseconds of work. */
const STEP_FRAMES = 2000;

export class OpenCapture {
  readonly view: View;
  readonly story: CaptureStory;
  private going: Promise<void> | undefined;

  constructor(store: FrameStore) {
    const marks: FrameMarks = marksOfFile(store);
    this.view = new View(store, marks, fileView(store));
    this.story = new CaptureStory(this.view.frames, marks);
  }

  /** Goes through all frames, in steps, once. */
  async learn(pause: () => Promise<void>): Promise<void> {
    this.going ??= (async (): Promise<void> => {
      while (!this.story.advance(STEP_FRAMES)) await pause();
    })();
    await this.going;
  }

  log(): CaptureLog {
    const { story } = this;
    const events = story.log.events.filter(({ kind }) => kind !== 'frame');
    const machines = [...new Set(events.flatMap(({ kind, node }) => (kind === 'stage' ? [node] : [])))];
    return {
      events,
      machines,
      cards: story.log.stations.cards,
      endNs: story.endNs,
      cutAt: story.isCut ? MOST_INFERRED_FRAMES : undefined,
    };
  }
}

export class OpenCaptures {
  private readonly captures = new Map<string, OpenCapture>();

  get(id: string | undefined): OpenCapture | undefined {
    return id === undefined ? undefined : this.captures.get(id);
  }

  open(id: string, bytes: Uint8Array): OpenedCapture {
    const file = readCapture(bytes, { maxFrames: MAX_CAPTURE_FRAMES, maxBytes: MAX_CAPTURE_BYTES });
    const isTooLarge = file.error?.code === 'too-large';
    if (file.error !== undefined && (isTooLarge || file.store.length === 0)) {
      const { message: reason, offset } = file.error;
      return { problem: { reason, offset, isTooLarge }, frames: 0, isDamaged: true };
    }
    this.captures.set(id, new OpenCapture(file.store));
    return { problem: undefined, frames: file.store.length, isDamaged: file.error !== undefined };
  }

  close(id: string): void {
    this.captures.delete(id);
  }
}
