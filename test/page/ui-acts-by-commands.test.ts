/** Components act through commands: they neither call what acts on the lab nor change the page's stores themselves. */
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

/** What only commands do. Types keep components from the controller; stores are open, and so are edits of the document. */
const ACTIONS: readonly RegExp[] = [
  /\buse(?:View|Live|Document|Missing|Labs|Threads|Selected|Shown|Layout|Keys|Timeline|Runs)\b[^;\n]*\.setState\b/,
  /\buseDocument\b[^;]*\b(?:edit|setScenario)\b/,
  /import (?!type\b)[^;]*\/page\/(?:controller|lab-client|lab-opener)\.ts'/,
  /import (?!type\b)[^;]*\b(?:showPanel|changeLanguage|importCapture|backToLiveCapture|openFiles|replaceConfig)\b[^;]*;/,
  /import (?!type\b)[^;]*\b(?:addNode|addServerCard|addLink|removeAll|renameNode|addBreakpoint|removeBreakpoint|replacePart)\b[^;]*;/,
];

/** It builds the page. */
const START = 'main.tsx';

function violations(text: string): readonly string[] {
  return ACTIONS.flatMap((action) => action.exec(text)?.[0] ?? []);
}

const files = readdirSync('src/ui', { recursive: true, encoding: 'utf8' }).filter(
  (file) => /\.tsx?$/.test(file) && !file.includes('.test.') && file !== START,
);

describe('components', () => {
  it('act through commands alone', () => {
    expect(files.length).toBeGreaterThan(60);
    const found = files.flatMap((file) =>
      violations(readFileSync(`src/ui/${file}`, 'utf8')).map((text) => `${file}: ${text}`),
    );
    expect(found).toEqual([]);
  });

  it.each([
    'onPress={() => useView.setState({ paletteOpen: true })}',
    'const edit = useDocument((state) => state.edit);',
    'useDocument.getState().edit((draft) => {',
    "import { Controller } from '../page/controller.ts';",
    "import { notify, showPanel } from '../../page/panels.ts';",
    "import { renameNode } from '../../../page/document/scenario-edits.ts';",
  ])('would be caught at: %s', (line) => {
    expect(violations(line)).not.toEqual([]);
  });
});
