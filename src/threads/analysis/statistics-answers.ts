/** Counts of a view that grow with its capture: each frame is taken in once, in steps, however often it is asked for. */
import { FilteredFrames } from '../../analysis/capture.ts';
import { compileFilter } from '../../analysis/filter/filter.ts';
import { countOverTime, spanFor } from '../../analysis/statistics/buckets.ts';
import { ServiceTimes } from '../../analysis/statistics/services.ts';
import { TrafficCounts, type TrafficLayer } from '../../analysis/statistics/traffic.ts';
import type { IoGraphView, ResponsesView, TrafficView } from '../api/statistics-api.ts';
import type { View } from './view.ts';

/** Frames taken in for one answer: less than a tenth of a second of work. */
const STEP_FRAMES = 50_000;
/** Filtering costs more. */
const STEP_FILTERED = 20_000;
/** Rows of a table that a page can show. */
const MAX_ROWS = 500;
const MAX_CURVES = 8;

class Counts {
  readonly traffic = new TrafficCounts();
  readonly services = new ServiceTimes();
  readonly filtered: FilteredFrames | undefined;
  private readonly view: View;
  private next = 0;

  constructor(view: View, filtered: FilteredFrames | undefined) {
    this.view = view;
    this.filtered = filtered;
  }

  get frames(): number {
    return this.next;
  }

  /** True when all frames are in. */
  advance(): boolean {
    const { frames } = this.view;
    const isFiltered = this.filtered?.advance(STEP_FILTERED) ?? true;
    const length = this.filtered?.length ?? frames.length;
    const stop = Math.min(length, this.next + STEP_FRAMES);
    for (; this.next < stop; this.next++) {
      const frame = this.filtered?.at(this.next) ?? this.next;
      const bytes = frames.bytes(frame);
      this.traffic.add(bytes, frames.origLen(frame), frames.timeNs(frame));
      this.services.add(bytes, frame + 1, frames.timeNs(frame));
    }
    return isFiltered && this.next >= length;
  }
}

export class StatisticsAnswers {
  private readonly view: View;
  private whole: Counts | undefined;
  private shown: Counts | undefined;
  private readonly curves = new Map<string, FilteredFrames>();

  constructor(view: View) {
    this.view = view;
  }

  traffic(layer: TrafficLayer, onlyShown: boolean): TrafficView {
    const counts = this.countsOf(onlyShown);
    const complete = counts.advance();
    const conversations = [...counts.traffic.conversations(layer)];
    const endpoints = [...counts.traffic.endpoints(layer)];
    return {
      complete,
      frames: counts.frames,
      conversationCount: conversations.length,
      endpointCount: endpoints.length,
      conversations: conversations
        .sort((a, b) => b.bytesAToB + b.bytesBToA - a.bytesAToB - a.bytesBToA)
        .slice(0, MAX_ROWS),
      endpoints: endpoints
        .sort((a, b) => b.sentBytes + b.receivedBytes - a.sentBytes - a.receivedBytes)
        .slice(0, MAX_ROWS),
    };
  }

  responses(onlyShown: boolean): ResponsesView {
    const counts = this.countsOf(onlyShown);
    const complete = counts.advance();
    return { complete, frames: counts.frames, list: counts.services.list.slice(0, MAX_ROWS) };
  }

  ioGraph(filters: readonly string[]): IoGraphView {
    const { frames } = this.view;
    const startNs = frames.length === 0 ? 0 : frames.timeNs(0);
    const endNs = frames.length === 0 ? 0 : frames.timeNs(frames.length - 1);
    const spanNs = spanFor(endNs - startNs);
    const spans = frames.length === 0 ? 0 : Math.floor((endNs - startNs) / spanNs) + 1;
    const known = new Set(filters);
    for (const text of this.curves.keys()) if (!known.has(text)) this.curves.delete(text);
    let complete = true;
    const series = filters.slice(0, MAX_CURVES).map((text) => {
      const found = this.curveOf(text);
      if ('problem' in found) return found;
      const { filtered } = found;
      if (filtered?.advance(STEP_FILTERED) === false) complete = false;
      return countOverTime(
        filtered?.length ?? frames.length,
        (n) => {
          const frame = filtered?.at(n) ?? n;
          return { timeNs: frames.timeNs(frame), length: frames.origLen(frame) };
        },
        startNs,
        spanNs,
        spans,
      );
    });
    return { complete, frames: frames.length, startNs, spanNs, series };
  }

  private curveOf(
    text: string,
  ): { readonly filtered: FilteredFrames | undefined } | { readonly problem: IoGraphProblem } {
    if (text.trim() === '') return { filtered: undefined };
    const known = this.curves.get(text);
    if (known !== undefined) return { filtered: known };
    const compiled = compileFilter(text, this.view.capture.registry);
    if (!compiled.ok) return { problem: compiled.error.message };
    const filtered = new FilteredFrames(this.view.capture, compiled.value);
    this.curves.set(text, filtered);
    return { filtered };
  }

  private countsOf(onlyShown: boolean): Counts {
    const { filtered } = this.view;
    if (!onlyShown || filtered === undefined) {
      this.whole ??= new Counts(this.view, undefined);
      return this.whole;
    }
    if (this.shown?.filtered !== filtered) this.shown = new Counts(this.view, filtered);
    return this.shown;
  }
}

type IoGraphProblem = Extract<IoGraphView['series'][number], { problem: unknown }>['problem'];
