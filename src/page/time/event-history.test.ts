/** The history gives the same as the whole list would, and looks at each event once. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { LabEvent } from '../../base/event-log.ts';
import { EventFold, EventHistory, latest, LatestFold } from './event-history.ts';
import { verbatim } from '../../base/sentence.ts';

type LogEvent = LabEvent & { readonly kind: 'log' };

function isOfA(event: LabEvent): event is LogEvent {
  return event.kind === 'log' && event.node === 'a';
}

/** Times go forward, but for what is told a little late. */
const events = fc
  .array(fc.record({ node: fc.constantFrom('a', 'b'), stepNs: fc.integer({ min: -30, max: 100 }) }), { maxLength: 80 })
  .map((steps) => {
    let nowNs = 100;
    return steps.map(({ node, stepNs }, id): LogEvent => {
      nowNs = Math.max(nowNs, nowNs + stepNs);
      return { id, timeNs: Math.max(0, nowNs + Math.min(0, stepNs)), node, kind: 'log', service: 'x', text: '' };
    });
  });

const time = fc.integer({ min: 0, max: 5000 });

describe('the history of a run', () => {
  it('shows of a past moment what had happened by then, forwards and backwards', () => {
    fc.assert(
      fc.property(events, time, (all, pastNs) => {
        const history = new EventHistory();
        history.append(all);
        const shown = { history, count: all.length, pastNs };
        const past = all.filter(({ timeNs }) => timeNs <= pastNs);
        expect([...history.forwards(shown)]).toEqual(past);
        expect([...history.backwards(shown)]).toEqual([...past].reverse());
        expect(latest(shown, 3, isOfA)).toEqual(past.filter(isOfA).slice(-3));
      }),
    );
  });

  it('folds what is new, in whatever pieces it comes, and each event once', () => {
    fc.assert(
      fc.property(events, fc.array(fc.nat(9), { maxLength: 30 }), (all, pieces) => {
        const history = new EventHistory();
        const taken: number[] = [];
        const picked = new LatestFold(4, isOfA);
        const fold = new EventFold(
          {
            add: (event) => {
              taken.push(event.id);
              picked.add(event);
            },
            get result() {
              return picked.result;
            },
          },
          history,
          undefined,
        );
        let at = 0;
        for (const piece of [...pieces, all.length]) {
          history.append(all.slice(at, at + piece));
          at = Math.min(all.length, at + piece);
          expect(fold.upTo(history.count)).toEqual(all.slice(0, at).filter(isOfA).slice(-4));
        }
        expect(taken).toEqual(all.map(({ id }) => id));
      }),
    );
  });

  it('gives the same value as long as nothing that it shows has come', () => {
    const history = new EventHistory();
    const fold = new EventFold(new LatestFold(4, isOfA), history, undefined);
    const log = (id: number, node: string): LogEvent => ({ id, timeNs: id, node, kind: 'log', service: 'x', text: '' });
    history.append([log(0, 'a')]);
    const before = fold.upTo(1);
    history.append([log(1, 'b')]);
    expect(fold.upTo(2)).toBe(before);
    history.append([log(2, 'a')]);
    expect(fold.upTo(3)).not.toBe(before);
  });
});

describe('the stages of a run', () => {
  it('stand in the order of time, and are found by it', () => {
    const history = new EventHistory();
    const stage = (id: number, node: string, timeNs: number): LabEvent => ({
      id,
      timeNs,
      node,
      kind: 'stage',
      stage: 'post',
      ...verbatim(''),
    });
    history.append([stage(0, 'a', 100), stage(1, 'b', 120), stage(2, 'a', 500), stage(3, 'a', 400)]);
    const { stages } = history;
    expect(stages.of('a').map(({ id }) => id)).toEqual([0, 3, 2]);
    expect([stages.count, stages.nodes]).toEqual([4, ['a', 'b']]);
    expect([99, 100, 450, 500].map((timeNs) => stages.latest('a', timeNs)?.id)).toEqual([undefined, 0, 3, 2]);
    expect([100, 121, 450].map((timeNs) => stages.before(timeNs)?.id)).toEqual([undefined, 1, 3]);
    expect([0, 100, 120, 500].map((timeNs) => stages.after(timeNs)?.id)).toEqual([0, 1, 3, undefined]);
  });
});
