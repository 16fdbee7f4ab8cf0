/**
 * Which protocols each frame has, as a small number a frame: there are few different stacks in a capture, so a
 * filter is decided once a stack for most frames. Filled in order while the session makes its first pass.
 */
import type { FieldCollector } from '../../protocols/core/collector.ts';
import type { DissectionSession } from '../../protocols/core/session.ts';
import { atLeast } from '../../base/lists/list.ts';
import { assert } from '../../base/result.ts';
import { u32Column } from '../growing.ts';

/** In a stack beside its protocols: a dissection broke off, so a protocol may be there without its heading. */
export const BROKEN: readonly string[] = ['_ws.malformed', '_ws.short'];

export class LayerIndex {
  /** The protocols of each stack, by stack number. */
  readonly stacks: ReadonlySet<string>[] = [];
  private readonly session: DissectionSession;
  private readonly collector: FieldCollector;
  private readonly numbers = new Map<string, number>();
  private readonly ofFrame = u32Column();

  constructor(session: DissectionSession) {
    this.session = session;
    const fields = ['frame.protocols', ...BROKEN].map((name) => session.registry.field(name));
    const known = fields.filter((field) => field !== undefined);
    assert(known.length === fields.length, 'the registry has frame.protocols and the signs of broken frames');
    this.collector = session.collector(known);
  }

  /** Frames indexed so far. */
  get length(): number {
    return this.ofFrame.length;
  }

  /** Indexes frames up to `end`, at most `limit` of them. */
  advance(end = this.session.frames.length, limit = Number.POSITIVE_INFINITY): void {
    const stop = Math.min(end, this.session.frames.length, this.length + limit);
    const [protocols, ...broken] = atLeast(this.collector.hits, 1);
    for (let index = this.length; index < stop; index++) {
      this.session.collect(index, this.collector);
      let text = protocols.count > 0 ? String(protocols.value(0)) : '';
      for (const hits of broken) if (hits.count > 0) text += `:${hits.field.name}`;
      this.ofFrame.push(this.numberOf(text));
    }
  }

  /** The stack of the frame at `index`, as `eth:ethertype:ip:udp:tftp` numbered by first appearance. */
  stack(index: number): number {
    if (index >= this.length) this.advance(index + 1);
    return this.ofFrame.get(index);
  }

  private numberOf(text: string): number {
    let number = this.numbers.get(text);
    if (number === undefined) {
      number = this.stacks.push(new Set(text.split(':'))) - 1;
      this.numbers.set(text, number);
    }
    return number;
  }
}
