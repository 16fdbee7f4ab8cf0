/** Layouts as documents: what is read is bounded and made whole, and changes keep every panel in one place. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { PanelPlace } from '../panels.ts';
import { closed, completed, moved, neighbour, opened, shown } from './edits.ts';
import { fronts, groupsOf, isArrangedAlike, onlyPanels, panelsIn, readLayoutText, type Layout } from './layout.ts';
import { presetLayout, PRESETS } from './presets.ts';

const AREAS: Readonly<Record<string, PanelPlace['area']>> = {
  topology: 'left',
  server: 'left',
  console: 'right',
  timeline: 'middle',
  packets: 'bottom',
  story: 'bottom',
  lesson: 'side',
};
const places = Object.entries(AREAS).map(([id, area]) => ({ id, area, title: { en: id, fr: id } }));
const isPanel = (id: string): boolean => id in AREAS;
const read = (value: unknown): Layout | undefined => readLayoutText(JSON.stringify(value), isPanel);

const lab: Layout = {
  version: 1,
  root: {
    along: 'column',
    parts: [
      { along: 'row', parts: [{ tabs: ['topology', 'server'], size: 40 }, { tabs: ['console'] }] },
      { tabs: ['timeline'], size: '122px' },
      { tabs: ['packets', 'story'], size: 40 },
    ],
  },
};

function place(id: string): PanelPlace {
  const found = places.find((known) => known.id === id);
  if (found === undefined) throw new Error(id);
  return found;
}

describe('a layout that is read', () => {
  it('loses panels that the page does not have, and those that are there twice', () => {
    const layout = read({
      version: 1,
      root: {
        along: 'row',
        parts: [{ tabs: ['packets', 'gone'] }, { tabs: ['packets'] }, { tabs: ['story'], size: 20 }],
      },
    });
    expect(layout?.root).toEqual({ along: 'row', parts: [{ tabs: ['packets'] }, { tabs: ['story'], size: 20 }] });
  });

  it('is the group that is left when the others have no panel', () => {
    const layout = read({
      version: 1,
      root: { along: 'row', parts: [{ along: 'column', parts: [{ tabs: ['gone'] }, { tabs: ['story'] }], size: 30 }] },
    });
    expect(layout?.root).toEqual({ tabs: ['story'] });
  });

  it.each([
    ['another version', { version: 2, root: { tabs: ['packets'] } }],
    ['no known panel', { version: 1, root: { tabs: ['gone'] } }],
    ['a size that is none', { version: 1, root: { tabs: ['packets'], size: '50%' } }],
    ['a size beyond the whole', { version: 1, root: { tabs: ['packets'], size: 101 } }],
    ['what does not belong', { version: 1, root: { tabs: ['packets'], script: 'x' } }],
    ['a list', []],
  ])('is refused with %s', (_, value) => {
    expect(read(value)).toBeUndefined();
  });

  it('is refused when it is deep, wide or long', () => {
    const deep = (depth: number): unknown =>
      depth === 0 ? { tabs: ['packets'] } : { along: 'row', parts: [deep(depth - 1)] };
    expect(read({ version: 1, root: deep(6) })).toBeDefined();
    expect(read({ version: 1, root: deep(7) })).toBeUndefined();
    expect(readLayoutText('{"along":"row","parts":['.repeat(300), isPanel)).toBeUndefined();
    expect(readLayoutText(`${JSON.stringify(lab)}${' '.repeat(8000)}`, isPanel)).toBeUndefined();
  });

  it('is read as it was written', () => {
    for (const preset of PRESETS)
      for (const width of ['small', 'medium', 'large'] as const) {
        const layout = presetLayout(preset, width);
        const known = new Set(panelsIn(layout));
        expect(known.size).toBe(panelsIn(layout).length);
        expect(readLayoutText(JSON.stringify(layout), (id) => known.has(id))).toEqual(
          JSON.parse(JSON.stringify(layout)),
        );
      }
  });
});

describe('a panel', () => {
  it('comes to the front, and from behind one that is maximised', () => {
    const layout = shown({ ...lab, maximised: 'console' }, 'server');
    expect(fronts(layout)).toEqual(['server', 'console', 'timeline', 'packets']);
    expect(layout.maximised).toBeUndefined();
    expect(shown({ ...lab, maximised: 'topology' }, 'server').maximised).toBe('topology');
    expect(isArrangedAlike(lab, layout)).toBe(true);
  });

  it('opens among those of its area, or where its area is', () => {
    const without = closed(lab, 'story') ?? lab;
    expect(panelsIn(without)).not.toContain('story');
    expect(groupsOf(opened(without, place('story'), places).root).at(-1)).toMatchObject({
      tabs: ['packets', 'story'],
      front: 'story',
    });
    const learning = opened(lab, place('lesson'), places);
    expect(learning.root).toEqual({ along: 'row', parts: [lab.root, { tabs: ['lesson'], size: '360px' }] });
  });

  it('that a layout does not name is behind those of its area', () => {
    const small: Layout = { version: 1, root: { along: 'row', parts: [{ tabs: ['server'] }, { tabs: ['packets'] }] } };
    const whole = completed(small, places);
    expect(groupsOf(whole.root).map(({ tabs }) => tabs)).toContainEqual(['server', 'topology']);
    expect(fronts(whole)).toEqual(expect.arrayContaining(['server', 'packets', 'console', 'timeline']));
    expect(panelsIn(whole)).not.toContain('lesson');
  });

  it('moves among the tabs of another, or to a side of a group, which may be its own', () => {
    const among = moved(lab, 'story', { beside: 'console', where: 'among' });
    expect(groupsOf(among.root).map(({ tabs }) => tabs)).toEqual([
      ['topology', 'server'],
      ['console', 'story'],
      ['timeline'],
      ['packets'],
    ]);
    const split = moved(lab, 'server', { beside: 'server', where: 'below' });
    expect(groupsOf(split.root).map(({ tabs }) => tabs)).toEqual([
      ['topology'],
      ['server'],
      ['console'],
      ['timeline'],
      ['packets', 'story'],
    ]);
    // Alone, it has no side to go to.
    expect(moved(lab, 'console', { beside: 'console', where: 'left' })).toBe(lab);
    expect(moved(lab, 'console', { beside: 'gone', where: 'among' })).toBe(lab);
  });

  it('knows who is beside it, whatever the sizes', () => {
    // As the DOM measures it: what it has is inherited.
    const size = Object.create({ width: 1400, height: 800 }) as { readonly width: number; readonly height: number };
    expect(neighbour(lab, 'server', 'right', size)).toBe('console');
    expect(neighbour(lab, 'server', 'left', size)).toBeUndefined();
    expect(neighbour(lab, 'packets', 'above', size)).toBe('timeline');
    expect(neighbour(lab, 'console', 'below', size)).toBe('timeline');
    expect(neighbour(lab, 'story', 'below', size)).toBeUndefined();
  });

  it('is in one place after any changes, and what is left can be read again', () => {
    const ids = Object.keys(AREAS);
    const id = fc.constantFrom(...ids);
    const change = fc.oneof(
      fc.record({ kind: fc.constant('close' as const), id }),
      fc.record({ kind: fc.constant('open' as const), id }),
      fc.record({
        kind: fc.constant('move' as const),
        id,
        beside: id,
        where: fc.constantFrom('left', 'right', 'above', 'below', 'among'),
      }),
    );
    fc.assert(
      fc.property(fc.array(change, { maxLength: 25 }), (changes) => {
        let layout = lab;
        for (const step of changes) {
          if (step.kind === 'close') layout = closed(layout, step.id) ?? layout;
          else if (step.kind === 'open') layout = opened(layout, place(step.id), places);
          else layout = moved(layout, step.id, step);
          const open = panelsIn(layout);
          expect(new Set(open).size).toBe(open.length);
          expect(groupsOf(layout.root).every(({ tabs }) => tabs.length > 0)).toBe(true);
        }
        expect(onlyPanels(layout, () => true)?.root).toEqual(layout.root);
      }),
    );
  });
});
