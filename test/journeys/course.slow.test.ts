/**
 * The course as a reader goes through it, in each language: read, check in vain, act, and see the step done. Lines of
 * the configuration are typed; other changes of a lab, which have journeys of their own, are shown by "Show me".
 */
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Lesson, LessonAction, LessonStep } from '../../src/lessons/schema.ts';
import { textIn } from '../../src/lessons/text-in.ts';
import { applyEdits, valueAt } from '../../src/lessons/edits.ts';
import type { Scenario } from '../../src/scenario/schema.ts';
import { readLessons } from '../../tools/catalogue/lessons.ts';
import { startScenario } from '../lessons/trial.ts';
import { journeyHost, violations } from './lab-page.ts';

const WAIT = { timeout: 60_000 };
const host = journeyHost();

const WORDS = {
  en: { check: 'Check', show: 'Show me', apply: 'Apply and restart lab', server: 'Server' },
  fr: { check: 'Vérifier', show: 'Montrez-moi', apply: 'Appliquer et redémarrer', server: 'Serveur' },
} as const;
type Language = keyof typeof WORDS;

async function visit(
  language: Language,
  { width = 1280, colorScheme = 'light' }: { width?: number; colorScheme?: 'light' | 'dark' } = {},
): Promise<Page> {
  const context = await host.browser.newContext({
    viewport: { width, height: 800 },
    locale: language === 'fr' ? 'fr-FR' : 'en-GB',
    colorScheme,
  });
  const page = await context.newPage();
  page.on('pageerror', (error) => {
    throw error;
  });
  return page;
}

function lessonOf(id: string): Lesson {
  const lesson = readLessons().find((entry) => entry.id === id);
  if (lesson === undefined) throw new Error(`there is no lesson ${id}`);
  return lesson;
}

/** In the page as the lesson before has left it, when there was one. */
async function open(page: Page, language: Language, lesson: Lesson): Promise<void> {
  await page.goto(`${host.site.url}#lesson=${lesson.id}`);
  await page
    .getByTestId('lesson')
    .getByRole('heading', { level: 2, name: textIn(lesson.title, language), exact: true })
    .waitFor(WAIT);
  // The lesson's lab can run.
  await expect.poll(async () => await page.getByTestId('clock').textContent(), WAIT).toBe('00:00:00.000 000 000');
  await expect
    .poll(
      async () =>
        await page
          .getByRole('button', { name: /^(Run|Lancer)$/ })
          .first()
          .isEnabled(),
      WAIT,
    )
    .toBe(true);
}

const verdict = (page: Page) => page.getByTestId('verdict').getAttribute('data-state');

/** As a person would; `scenario` is the lab as it is before. */
async function act(
  page: Page,
  language: Language,
  step: LessonStep,
  action: LessonAction,
  scenario: Scenario,
): Promise<void> {
  const words = WORDS[language];
  if ('run' in action) {
    const box = page.getByRole('combobox', { name: /^(Run until…|Avancer jusqu.à…)$/ });
    const button = page.getByTestId('lesson').getByRole('button', { name: action.run });
    if (step.action !== undefined && 'run' in step.action && step.action.run === action.run) await button.click();
    else {
      await box.fill(action.run);
      await box.press('Enter');
    }
  } else if ('answer' in action) {
    const lesson = page.getByTestId('lesson');
    if (typeof action.answer === 'number') await lesson.getByRole('radio').nth(action.answer).check();
    else {
      await lesson.getByRole('textbox').fill(action.answer);
      await lesson.getByRole('textbox').press('Enter');
    }
  } else if ('select' in action) {
    await page.locator('[data-panel-tab=packets]').click();
    const filter = page
      .getByRole('combobox', { name: /^(Display filter|Filtre d’affichage)/ })
      .or(page.getByPlaceholder(/tftp\.opcode == 3$/));
    await filter.last().fill(action.select);
    await page.getByTestId('packet-list').locator('[role=row][aria-selected]').first().click();
  } else if ('edits' in action && action.edits.every(({ at }) => at.at(-1) === 'config')) {
    const changed = applyEdits(scenario, action.edits);
    const [first] = action.edits;
    if (!changed.ok || first === undefined) throw new Error('the solution cannot be applied');
    await page.getByRole('tab', { name: words.server, exact: true }).first().click();
    await page.getByTestId('config-editor').locator('.cm-content').click();
    await page.keyboard.press('Control+a');
    await page.keyboard.insertText(String(valueAt(changed.value, first.at)));
    await page.keyboard.press('Escape');
    await page.getByTestId('config-editor').locator('..').getByRole('button', { name: words.apply }).click();
  } else await page.getByTestId('lesson').getByRole('button', { name: words.show }).click();
}

async function playLesson(page: Page, language: Language, lesson: Lesson): Promise<void> {
  let scenario = await startScenario(lesson);
  await open(page, language, lesson);
  const panel = page.getByTestId('lesson');
  for (const step of lesson.steps) {
    await expect.poll(async () => await panel.getAttribute('data-step'), WAIT).toBe(step.id);
    await panel.getByRole('button', { name: WORDS[language].check, exact: true }).click();
    await expect.poll(async () => await verdict(page), { ...WAIT, message: `${lesson.id}/${step.id}` }).toBe('failed');
    for (const action of step.solution) {
      // What "Show me" has played includes the rest.
      if ((await verdict(page)) === 'done') break;
      await act(page, language, step, action, scenario);
      if ('input' in action || ('edits' in action && !action.edits.every(({ at }) => at.at(-1) === 'config'))) break;
    }
    await expect.poll(async () => await verdict(page), { ...WAIT, message: `${lesson.id}/${step.id}` }).toBe('done');
    for (const action of step.solution)
      if ('edits' in action) {
        const changed = applyEdits(scenario, action.edits);
        if (changed.ok) scenario = changed.value;
      }
    if (step.after !== undefined) await panel.getByTestId('after').waitFor(WAIT);
    if (step !== lesson.steps.at(-1)) await page.keyboard.press('Alt+n');
  }
}

/**
 * `NETBOOT_LAB_AXE=all`: every panel in every lesson, in both themes. Else one panel of each group in turn, and the
 * lesson's own, in one of the themes. All take a quarter of an hour; `-t 'in fr.*can use: (aoe|nfs)$'` chooses a
 * language and lessons.
 */
const LOOKS_AT_ALL = process.env['NETBOOT_LAB_AXE'] === 'all';

/** Each look is at all panels that are in front: axe takes as long for one as for several. */
async function lookAtPanels(page: Page, turn: number): Promise<readonly string[]> {
  const groups = await page
    .locator('[role=tablist]')
    .filter({ has: page.locator('[data-panel-tab]') })
    .all();
  const sizes = await Promise.all(groups.map(async (group) => await group.locator('[data-panel-tab]').count()));
  const found: string[] = [];
  for (let look = 0; look < (LOOKS_AT_ALL ? Math.max(...sizes) : 1); look++) {
    for (const [i, group] of groups.entries())
      await group
        .locator('[data-panel-tab]')
        .nth((turn + look) % (sizes[i] ?? 1))
        .click();
    found.push(...(await violations(page, '[data-panel]')));
  }
  return found;
}

describe.each([
  ['en', 'light'],
  ['fr', 'dark'],
] as const)('the course in %s, %s', (language, colorScheme) => {
  const lessons = readLessons().filter(({ kind }) => kind === 'lesson');
  let page: Page;
  beforeAll(async () => {
    page = await visit(language, { colorScheme });
  });
  afterAll(async () => await page.context().close());

  it.each(lessons.map((lesson, turn) => [lesson.id, lesson, turn] as const))(
    'has no check that passes before its action, or fails after it, and panels that all can use: %s',
    async (_id, lesson, turn) => {
      await playLesson(page, language, lesson);
      const isChecked = LOOKS_AT_ALL || (turn % 2 === 0) === (colorScheme === 'light');
      if (isChecked) expect(await lookAtPanels(page, turn)).toEqual([]);
    },
  );

  it('has marked all lessons as done, also when the page is loaded again', async () => {
    await page.getByTestId('lesson').getByRole('button').first().click();
    const course = page.getByTestId('course');
    await course.waitFor(WAIT);
    expect(await course.locator('li[data-done=true]').count()).toBe(lessons.length);
    await page.screenshot({ path: `artefacts/course-${language}.png` });
    await page.goto('about:blank');
    await page.goto(host.site.url);
    await page.getByTestId('clock').waitFor(WAIT);
    await page.keyboard.press('Alt+l');
    await expect.poll(async () => await course.locator('li[data-done=true]').count(), WAIT).toBe(lessons.length);
  });
});

it('a challenge is handed in by its link', async () => {
  const page = await visit('en');
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  await playLesson(page, 'en', lessonOf('case-3'));
  await page.getByTestId('lesson').getByText('More', { exact: true }).click();
  await page.getByRole('button', { name: 'Copy the link to hand in' }).click();
  await page.getByRole('button', { name: 'Copied' }).waitFor(WAIT);
  const link = await page.evaluate(async () => await navigator.clipboard.readText());
  const { checkLesson } = await import('../../src/cli/check.ts');
  const lines: string[] = [];
  const io = { out: (line: string) => lines.push(line), err: (line: string) => lines.push(line) };
  expect(await checkLesson(['case-3', '--answer', link], io), lines.join('\n')).toBe(0);
  // The teacher opens it: the lesson, with the lab as it was handed in.
  await page.goto('about:blank');
  await page.goto(link);
  await page.getByTestId('lesson').waitFor(WAIT);
  await page.getByRole('tab', { name: 'Server', exact: true }).first().click();
  await expect.poll(async () => await page.getByTestId('config-editor').textContent(), WAIT).toContain('enable-tftp');
  await page.context().close();
});

it('is accessible in both themes, by keyboard, and on a phone', async () => {
  for (const width of [1280, 390]) {
    const page = await visit('en', { width });
    await open(page, 'en', lessonOf('no-file'));
    await page.keyboard.press('Control+Enter');
    await page.keyboard.press('Alt+h');
    await page.getByTestId('hint').waitFor(WAIT);
    for (const theme of ['light', 'dark']) {
      await page.evaluate((name) => (document.documentElement.dataset['theme'] = name), theme);
      expect(await violations(page, '[data-panel=lesson]')).toEqual([]);
      await page.screenshot({ path: `artefacts/lesson-${width}-${theme}.png` });
    }
    // By keyboard alone.
    const button = page.getByTestId('lesson').getByRole('button', { name: /^Run until/ });
    await button.focus();
    await page.keyboard.press('Enter');
    await expect.poll(async () => await verdict(page), WAIT).toBe('done');
    await page.keyboard.press('Alt+n');
    await page.getByTestId('lesson').getByRole('radio').first().focus();
    await page.keyboard.press('ArrowDown');
    await expect.poll(async () => await verdict(page), WAIT).toBe('done');
    expect(await violations(page, '[data-panel=lesson]')).toEqual([]);
    if (width === 390) {
      await page.getByRole('tab', { name: 'Console' }).click();
      await page.getByRole('button', { name: /What did the machine not get/ }).click();
      await page.getByTestId('lesson').waitFor(WAIT);
    }
    await page.getByRole('button', { name: 'All lessons' }).click();
    await page.getByTestId('course').waitFor(WAIT);
    expect(await violations(page, '[data-panel=lesson]')).toEqual([]);
    await page.screenshot({ path: `artefacts/course-${width}.png` });
    await page.context().close();
  }
});

it('a lesson is written in the page, tried, shared by a link, and corrected by the command line', async () => {
  const page = await visit('en');
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  await open(page, 'en', lessonOf('case-3'));
  await page.keyboard.press('Alt+l');
  await page.getByRole('button', { name: 'All lessons' }).click();
  await page.getByRole('button', { name: 'Write a lesson' }).click();
  const editor = page.getByTestId('lesson-editor');
  const missing = page.getByTestId('missing');
  await expect.poll(async () => await missing.textContent()).toContain('the lab to start from');
  expect(await editor.getByRole('button', { name: 'Try the lesson' }).isDisabled()).toBe(true);
  await editor.getByRole('button', { name: 'Start from the open lab' }).click();
  await editor.getByLabel('Title').first().fill('Nobody sends the file');
  await editor.getByLabel('About it, in one line').fill('A server that forgets a service.');
  await editor.getByLabel('Title').last().fill('Mend it');
  await editor.getByLabel('Text (Markdown)').fill('The [server](panel:server) has the file, and **no TFTP**.');
  await editor.getByLabel('Task, in one line').fill('Let the machine start.');
  await editor.getByLabel('Condition, as for Run until').fill('stage:nbp-entry');
  await editor.getByLabel('Hint', { exact: true }).fill('One line of the configuration is missing.');
  await expect.poll(async () => await missing.textContent()).toBe('Still missing:step 1: a solution');
  // The author solves it, and the lab becomes the solution.
  await page.getByRole('tab', { name: 'Server', exact: true }).first().click();
  await page.getByTestId('config-editor').locator('.cm-content').click();
  await page.keyboard.press('Control+Home');
  await page.keyboard.insertText('enable-tftp\n');
  await page.keyboard.press('Escape');
  await page.getByTestId('config-editor').locator('..').getByRole('button', { name: WORDS.en.apply }).click();
  await editor.getByRole('button', { name: /^Take the open lab as the solution/ }).click();
  await expect.poll(async () => await missing.textContent()).toBe('Nothing is missing.');
  await page.screenshot({ path: 'artefacts/lesson-editor.png' });
  expect(await violations(page, '[data-panel=lesson]')).toEqual([]);
  await editor.getByRole('button', { name: 'Copy the lesson’s link' }).click();
  await editor.getByRole('button', { name: 'Copied' }).waitFor(WAIT);
  const link = await page.evaluate(async () => await navigator.clipboard.readText());
  expect(link).toContain('#lesson-doc=');

  // A reader opens the link, fails, mends, and hands in.
  const reader = await visit('en');
  await reader.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  await reader.goto(link);
  const panel = reader.getByTestId('lesson');
  await panel.getByRole('heading', { name: 'Nobody sends the file' }).waitFor(WAIT);
  await panel.getByRole('button', { name: 'Check', exact: true }).click();
  await expect.poll(async () => await verdict(reader), WAIT).toBe('failed');
  const { checkLesson } = await import('../../src/cli/check.ts');
  const handIn = async (): Promise<number> => {
    if (!(await panel.getByRole('button', { name: 'Reset this step' }).isVisible()))
      await panel.getByText('More', { exact: true }).click();
    await panel.getByRole('button', { name: /^(Copy the link to hand in|Copied)$/ }).click();
    await panel.getByRole('button', { name: 'Copied' }).waitFor(WAIT);
    const answer = await reader.evaluate(async () => await navigator.clipboard.readText());
    return await checkLesson([link, '--answer', answer], { out: () => undefined, err: () => undefined });
  };
  expect(await handIn()).toBe(1);
  await panel.getByRole('button', { name: 'Show me' }).click();
  await expect.poll(async () => await verdict(reader), WAIT).toBe('done');
  expect(await handIn()).toBe(0);
  const solution = { out: () => undefined, err: () => undefined };
  expect(await checkLesson([link, '--solution'], solution)).toBe(0);
  await page.context().close();
  await reader.context().close();
});
