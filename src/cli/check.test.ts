/** `lab check` as a teacher calls it: one link, a file of links, the lesson's own solution. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { applyEdits } from '../lessons/edits.ts';
import { answerHash, lessonHash } from '../lessons/hand-in.ts';
import { parseLessonText, startOf } from '../lessons/parse.ts';
import { parseScenarioText } from '../scenario/parse.ts';
import { checkLesson } from './check.ts';

const read = (path: string): string => readFileSync(new URL(`../../public/${path}`, import.meta.url), 'utf8');
const lesson = parseLessonText(read('lessons/no-file.json'));
if (!lesson.ok) throw new Error('the lesson of this test is wrong');
const start = await startOf(lesson.value, (file) => parseScenarioText(read(`scenarios/${file}`)));
if (!start.ok) throw new Error('the lab of this test is wrong');
const mended = applyEdits(start.value, [
  { at: ['nodes', 'boot', 'services', 'dnsmasq', 'config'], replace: 'no-ping', with: 'dhcp-option=67,boot.bin' },
]);
if (!mended.ok) throw new Error('the answer of this test is wrong');
const link = (answer: Parameters<typeof answerHash>[1]): string =>
  `https://lab.test/#${answerHash({ id: 'no-file' }, answer)}`;
/** Not as the solution does it, but it works. */
const RIGHT = link({ scenario: mended.value, answers: { cause: 1 } });
const WRONG = link({ scenario: mended.value, answers: { cause: 0 } });
const UNTOUCHED = link({ scenario: start.value, answers: { cause: 1 } });

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'lab-check-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

async function check(...args: readonly string[]): Promise<{ readonly code: number; readonly out: string }> {
  let out = '';
  const take = (line: string): void => {
    out += `${line}\n`;
  };
  return { code: await checkLesson(args, { out: take, err: take }), out };
}

describe('lab check', () => {
  it('accepts another way to the same state', async () => {
    const { code, out } = await check('no-file', '--answer', RIGHT);
    expect(out).toContain('ask: passed: expected an answer from boot');
    expect(out).toContain('fail: does not count in a link');
    expect(code).toBe(0);
  });

  it('says what a wrong answer, and a lab that was not mended, lack', async () => {
    const wrong = await check('no-file', '--answer', WRONG, '--json');
    expect(wrong.code).toBe(1);
    expect(JSON.parse(wrong.out)).toMatchObject({
      passed: false,
      steps: [
        {},
        { step: 'cause', counts: true, passed: false, found: '“An address” was chosen' },
        {},
        { passed: true },
      ],
    });
    const inFrench = await check('no-file', '--answer', WRONG, '--lang', 'fr');
    expect(inFrench.out).toMatch(/cause: échoué : attendu .*«\sUne adresse\s» a été choisi/);
    const untouched = await check(`https://lab.test/#${lessonHash({ lesson: lesson.value })}`, '--answer', UNTOUCHED);
    expect(untouched.code).toBe(1);
    expect(untouched.out).toContain('boot: failed: expected stage:nbp-entry in this run; not so far: after');
  });

  it('makes a table of a file of links', async () => {
    const path = join(folder, 'links.txt');
    writeFileSync(path, `Anna, ${RIGHT}\nBen ${WRONG}\n\n${UNTOUCHED}\nDora: nothing\n`);
    const { code, out } = await check('no-file', '--answers', path);
    expect(out.split('\n')).toEqual(
      [
        'name           steps     first missing step',
        'Anna           3/3',
        'Ben            2/3       cause: “An address” was chosen',
        expect.stringMatching(/^3 +1\/3 +ask: it answers with the file none/),
        expect.stringMatching(/^4 +unusable +this link has no lab/),
        '',
      ].map((line) => (typeof line === 'string' ? expect.stringMatching(asPattern(line)) : line) as string),
    );
    expect(code).toBe(2);
  });

  it('tries a lesson by its own solution, and names what it cannot use', async () => {
    expect((await check('no-file', '--solution')).code).toBe(0);
    const broken = JSON.parse(read('lessons/no-file.json')) as { steps: { solution: object[] }[] };
    broken.steps[2]?.solution.splice(0);
    const path = join(folder, 'broken.json');
    writeFileSync(path, JSON.stringify(broken));
    const tried = await check(path, '--solution');
    expect(tried.code).toBe(1);
    expect(tried.out).toContain('NOT OK ask');
    writeFileSync(path, '{"lesson": 1}');
    expect(await check(path, '--solution')).toMatchObject({ code: 2, out: expect.stringContaining('$.id') as string });
    expect((await check('no-such-lesson', '--solution')).code).toBe(2);
    expect((await check('no-file')).code).toBe(2);
  });
});

/** Columns may be of any width. */
function asPattern(line: string): RegExp {
  return new RegExp(`^${line.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&').replace(/ {2,}/g, ' +')}$`);
}
