/**
 * One capture under analysis: its frames, the dissection session over them, and the index of protocol stacks. The
 * panels' questions (which frames match, what does row n show) are asked here; all of it runs in a worker.
 */
import { itemAt } from '../base/lists/list.ts';
import { makeRegistry } from '../protocols/all.ts';
import type { FrameSource } from '../protocols/core/frame-source.ts';
import type { Registry } from '../protocols/core/registry.ts';
import { DissectionSession } from '../protocols/core/session.ts';
import type { Filter } from './filter/filter.ts';
import { LayerIndex } from './filter/layer-index.ts';
import { u32Column } from './growing.ts';

export class Capture {
  /** A `FrameStore`, or a `FrameView` of one. */
  readonly frames: FrameSource;
  readonly registry: Registry;
  readonly session: DissectionSession;
  readonly layers: LayerIndex;

  constructor(frames: FrameSource, registry: Registry = makeRegistry()) {
    this.frames = frames;
    this.registry = registry;
    this.session = new DissectionSession(frames, registry);
    this.layers = new LayerIndex(this.session);
  }

  /** Whether the frame at `index` matches. For many frames with one filter, use `FilteredFrames`. */
  matches(filter: Filter, index: number): boolean {
    const verdict = filter.verdict(itemAt(this.layers.stacks, this.layers.stack(index)));
    return verdict ?? filter.matches(this.session, index);
  }
}

/** The frames that match a filter, found in order and in steps, so that a growing capture and a busy page both work. */
export class FilteredFrames {
  readonly filter: Filter;
  private readonly capture: Capture;
  private readonly found = u32Column();
  /** By stack number: 1 matches, 2 does not, 3 must be looked at; 0 not asked yet. */
  private verdicts = new Uint8Array(16);
  private next = 0;

  constructor(capture: Capture, filter: Filter) {
    this.capture = capture;
    this.filter = filter;
  }

  /** Number of matching frames so far. */
  get length(): number {
    return this.found.length;
  }

  /** Frames looked at so far. */
  get examined(): number {
    return this.next;
  }

  /** Index of the n-th matching frame, from 0. */
  at(n: number): number {
    return this.found.get(n);
  }

  /** How many matching frames come before the frame at `index`: where it stands, or would stand, in the list. */
  position(index: number): number {
    let low = 0;
    let high = this.found.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.found.get(middle) < index) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** The indexes found so far, as a copy to hand to another thread. */
  toArray(): Uint32Array {
    return this.found.values.slice(0, this.found.length);
  }

  /** Looks at `limit` more frames; true when the end of the capture is reached. */
  advance(limit = Number.POSITIVE_INFINITY): boolean {
    const { layers, session, frames } = this.capture;
    const stop = Math.min(frames.length, this.next + limit);
    for (; this.next < stop; this.next++) {
      const stack = layers.stack(this.next);
      const verdict = this.verdicts[stack] || this.decide(stack);
      if (verdict === 1 || (verdict === 3 && this.filter.matches(session, this.next))) this.found.push(this.next);
    }
    return this.next >= frames.length;
  }

  private decide(stack: number): number {
    if (stack >= this.verdicts.length) {
      const grown = new Uint8Array(stack * 2);
      grown.set(this.verdicts);
      this.verdicts = grown;
    }
    const verdict = this.filter.verdict(itemAt(this.capture.layers.stacks, stack));
    this.verdicts[stack] = verdict === undefined ? 3 : verdict ? 1 : 2;
    return this.verdicts[stack];
  }
}
