/** The README's table of the story says what is there: every row is whole, and its labs and lessons exist. */
import { existsSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { storyLabs, storyTable } from '../support/story-table.ts';

describe('the table of the systems of the story', () => {
  const rows = storyTable();

  it('has a row for each system that the article names', () => {
    expect(rows.length).toBeGreaterThan(20);
  });

  it.each(rows.map((row) => [row.system, row] as const))('%s: no cell is empty', (_, row) => {
    expect(row.labs.length).toBeGreaterThan(0);
    expect(row.wrong.length).toBeGreaterThan(0);
    expect(row.oracle).not.toBe('');
    expect(row.lessons.length).toBeGreaterThan(0);
    const files = [
      ...row.lessons.map((id) => `public/lessons/${id}.json`),
      ...row.wrong.filter((name) => name.includes('/')),
    ];
    expect(files.filter((file) => !existsSync(file))).toEqual([]);
  });

  it('names labs that the site has', () => {
    expect(storyLabs().filter((name) => !existsSync(`public/scenarios/${name}.json`))).toEqual([]);
  });
});
