/** The layouts that the page brings, each for windows of three widths. Below the smallest all panels are tabs of one area. */
import type { Layout, LayoutGroup, LayoutNode, LayoutSize } from './layout.ts';

export const PRESETS = ['default', 'packets', 'class', 'script', 'server'] as const;

export type Preset = (typeof PRESETS)[number];

/** `small`: a tablet; `large`: a desk with room for a column of explanations beside the packets. */
export type Width = 'small' | 'medium' | 'large';

/** From these widths of the window on, in pixels. */
export const MEDIUM_PX = 1000;
export const LARGE_PX = 1680;

const LAB = ['topology', 'server', 'explain', 'breakpoints', 'certificates', 'moments'];
const FRAMES = ['packets', 'ladder', 'streams', 'calls', 'story', 'statistics', 'cables'];

const group = (tabs: readonly string[], size?: LayoutSize): LayoutGroup => ({ tabs, size });
const row = (size: LayoutSize | undefined, ...parts: readonly LayoutNode[]): LayoutNode => ({
  along: 'row',
  parts,
  size,
});
const column = (size: LayoutSize | undefined, ...parts: readonly LayoutNode[]): LayoutNode => ({
  along: 'column',
  parts,
  size,
});

/** Two lanes, and the panels beside it get the rest. */
const STAGES = group(['timeline'], '122px');
const without = (tabs: readonly string[], ...left: readonly string[]): readonly string[] =>
  tabs.filter((id) => !left.includes(id));

/** A tablet has the width for one panel of text: what the layout is about is on top. */
const SMALL: Readonly<Record<Preset, LayoutNode>> = {
  default: column(undefined, row(40, group(LAB, 46), group(['console'])), STAGES, group(FRAMES)),
  packets: column(undefined, group(FRAMES, 62), STAGES, group(['explain', 'console', ...without(LAB, 'explain')])),
  class: column(
    undefined,
    group(['topology', 'console', ...without(LAB, 'topology')], 44),
    STAGES,
    group(['lesson', ...FRAMES]),
  ),
  script: column(undefined, group(['console', ...without(LAB, 'server')], 50), STAGES, group(['server', ...FRAMES])),
  server: column(undefined, group(['server', 'console', ...without(LAB, 'server')], 54), STAGES, group(FRAMES)),
};

const MEDIUM: Readonly<Record<Preset, LayoutNode>> = {
  default: column(undefined, row(43, group(LAB, 46), group(['console'])), STAGES, group(FRAMES)),
  packets: column(
    undefined,
    group(FRAMES, 62),
    STAGES,
    row(undefined, group(['explain', ...without(LAB, 'explain')], 56), group(['console'])),
  ),
  class: row(
    undefined,
    column(
      undefined,
      row(56, group(without(LAB, 'moments'), 56), group(['console'])),
      STAGES,
      group(['story', ...without(FRAMES, 'story')]),
    ),
    group(['lesson', 'moments'], '360px'),
  ),
  script: row(
    undefined,
    group(['console'], 50),
    column(undefined, group(['server', ...without(LAB, 'server')], 42), STAGES, group(FRAMES)),
  ),
  server: row(
    undefined,
    group(['server'], 50),
    column(undefined, group(['console', ...without(LAB, 'server')], 40), STAGES, group(FRAMES)),
  ),
};

const LARGE: Readonly<Record<Preset, LayoutNode>> = {
  ...MEDIUM,
  default: column(
    undefined,
    row(46, group(without(LAB, 'explain'), 46), group(['console'])),
    STAGES,
    row(undefined, group(FRAMES, 70), group(['explain'])),
  ),
  packets: row(
    undefined,
    column(70, group(FRAMES), STAGES),
    column(undefined, group(without(LAB, 'explain'), 34), group(['console'], 33), group(['explain'])),
  ),
};

const BY_WIDTH = { small: SMALL, medium: MEDIUM, large: LARGE };

export function presetLayout(preset: Preset, width: Width): Layout {
  return { version: 1, root: BY_WIDTH[width][preset] };
}

export function isPreset(name: string): name is Preset {
  return PRESETS.some((preset) => preset === name);
}
