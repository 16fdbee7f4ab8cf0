/** The boots of a capture file: their log, what led to what, the story, and what looks wrong. */
import type { FrameView } from '../frame-view.ts';
import { diagnose } from '../story/findings/diagnose.ts';
import { judge, placeFindings, type Finding } from '../story/findings/judge.ts';
import { EMPTY_REPORT, LabReports } from '../story/findings/trouble.ts';
import { marksOfFile, type FrameMarks } from '../story/marks.ts';
import { Narrative } from '../story/narrative/narrative.ts';
import { LabTrace } from '../story/trace.ts';
import { InferredLog } from './inferred-log.ts';

/** A log of frames takes memory for each of them; boots stand at the beginning of sane captures. */
export const MOST_INFERRED_FRAMES = 300_000;

export class CaptureStory {
  readonly log: InferredLog;
  readonly trace: LabTrace;
  readonly narrative: Narrative;
  private readonly frames: FrameView;

  constructor(frames: FrameView, marks: FrameMarks = marksOfFile(frames.store)) {
    this.frames = frames;
    this.log = new InferredLog(frames);
    this.trace = new LabTrace(this.log.events, frames.store, {
      marks,
      known: (id) => this.log.causeOf(id),
    });
    this.narrative = new Narrative(this.trace);
  }

  /** Whether the file is longer than what is looked through. */
  get isCut(): boolean {
    return this.frames.length > MOST_INFERRED_FRAMES;
  }

  /** Goes on by so many frames at most; true when all are looked through. */
  advance(limit = Number.POSITIVE_INFINITY): boolean {
    const { log, trace, narrative, frames } = this;
    const most = Math.min(frames.length, MOST_INFERRED_FRAMES);
    log.advance(Math.min(limit, most - log.seen));
    trace.update(this.endNs);
    narrative.update();
    return log.seen >= most;
  }

  get endNs(): number {
    const { length } = this.frames;
    return length === 0 ? 0 : this.frames.timeNs(length - 1);
  }

  /** What looks wrong, as for a lab whose machines say nothing themselves. */
  findings(): readonly Finding[] {
    const { log, frames } = this;
    const reports = new LabReports();
    for (const event of log.events) reports.add(event);
    const found = diagnose(log.facts, (mac) => log.stations.nameOfMac(mac));
    const placed = placeFindings(
      found,
      (frame) => frames.timeNs(frame),
      (frame) => log.eventOf(frame),
    );
    const { progressNs } = reports.result;
    return judge(placed, { ...EMPTY_REPORT, progressNs }, (machine) =>
      log.stations.cards.flatMap(([mac, name]) => (name === machine ? [mac] : [])),
    );
  }
}
