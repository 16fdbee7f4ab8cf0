/**
 * The page in French shows no English sentence, in any panel, filled by labs of different kinds. What machines, servers and
 * protocols say in their own words is not the page's: screens, logs, configurations, fields of packets.
 */
import { readdirSync, readFileSync } from 'node:fs';
import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import type { MessageText } from '../../src/base/sentence.ts';
import { en } from '../../src/page/i18n/en.ts';
import { fr } from '../../src/page/i18n/fr.ts';
import { labFr } from '../../src/page/i18n/fr/lab.ts';
import { PANELS } from '../../src/ui/panels/all.ts';
import { EDITOR_UI } from '../../src/ui/panels/lesson/editor/editor-texts.ts';
import { MESSAGE_TABLES } from '../support/message-tables.ts';
import { readLessons } from '../../tools/catalogue/lessons.ts';
import { startScenario } from '../lessons/trial.ts';
import { journeyHost } from './lab-page.ts';

const host = journeyHost();

/** Places whose words are not the page's own. */
const QUOTED = [
  'canvas, code, pre, kbd, textarea, datalist, script, style',
  '.xterm, .cm-editor, .react-flow__attribution',
  '[data-testid="packet-list"] [role="row"], [data-testid="byte-view"], [data-testid="layer-tree"]',
  '[data-testid="ladder"] svg, [data-testid="ladder"] td, [data-testid="flights"]',
  '[class*="_log_"], [class*="_conversation_"], [data-testid="ask-answer"] td',
  // Lessons emphasize terms of the protocols.
  '[data-testid="lesson"] em',
].join(', ');

/** Texts of the page with these words in them are English: none of them is a French word, or a term of the field. */
const ENGLISH = /\b(?:the|of|with|from|and|this|that|is|are|was|were|has|have|not|which|when|its|to|by)\b/i;
/** What programs and ROMs print in their own words. */
const PRINTED = /^dnsmasq(?:-\w+)?: .*|PXE-[EM]\w\w: [^.]*\.|file \S+ not found(?: for [\d.]+)?|« .* »/g;
/** What the drawing of the topology says by itself. */
const DRAWING = ['Control Panel', 'Zoom In', 'Zoom Out', 'Fit View', 'Toggle Interactivity', 'Handle'];

const formsOf = (text: MessageText): readonly string[] => (typeof text === 'string' ? [text] : [text.one, text.other]);

/** A text with anything in its places. */
function patternOf(form: string): RegExp {
  const parts = form.split(/\{\w+\}/).map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${parts.join('.*')}$`, 's');
}

/** What of a text is the same in every lab. */
const wordsOf = (form: string): string => form.replace(/\{\w+\}/g, ' ').trim();

/** A text in both languages. */
interface Both {
  readonly en: MessageText;
  readonly fr: MessageText;
}

const isText = (value: unknown): boolean =>
  typeof value === 'string' || (typeof value === 'object' && value !== null && 'by' in value);

/** The texts in what a module exports, however deep. */
function textsIn(value: unknown): readonly Both[] {
  if (typeof value !== 'object' || value === null) return [];
  if ('en' in value && 'fr' in value && isText(value.en)) return [value as Both];
  return Object.values(value).flatMap(textsIn);
}

/** The texts of panels and dialogs, which are loaded with them. */
const UI = new URL('../../src/ui/', import.meta.url);
const modules = readdirSync(UI, { recursive: true, encoding: 'utf8' }).filter((path) => path.endsWith('texts.ts'));
const OWN_TEXTS = [
  ...(await Promise.all(modules.map(async (path) => (await import(new URL(path, UI).pathname)) as unknown))).flatMap(
    textsIn,
  ),
  ...PANELS.map(({ title }) => title),
];

const FRENCH = [
  ...Object.values<MessageText>(fr),
  ...Object.values(labFr),
  ...OWN_TEXTS.map((text) => text.fr),
].flatMap((text) => formsOf(text));
const frenchPatterns = FRENCH.filter((form) => /\p{L}{3}/u.test(wordsOf(form))).map((form) => patternOf(form));
/** English texts with a word of their own, other than the French ones. */
const englishPatterns = [
  ...Object.values<MessageText>(en),
  ...MESSAGE_TABLES.flatMap((table) => Object.values(table)),
  ...OWN_TEXTS.map((text) => text.en),
]
  .flatMap((text) => formsOf(text))
  .filter((form) => /\p{L}{3}/u.test(wordsOf(form)) && !FRENCH.includes(form))
  .map((form) => patternOf(form));

function isEnglish(text: string): boolean {
  if (DRAWING.includes(text)) return true;
  const own = text.replace(PRINTED, '');
  if (own.trim() === '' || frenchPatterns.some((pattern) => pattern.test(text))) return false;
  return ENGLISH.test(own) || englishPatterns.some((pattern) => pattern.test(text));
}

/** All that is seen or read aloud in the page now. */
async function textsOf(page: Page): Promise<readonly string[]> {
  return await page.evaluate((quoted) => {
    const texts = new Set<string>();
    const add = (text: string | null): void => {
      const plain = (text ?? '').replace(/\s+/g, ' ').trim();
      if (plain !== '') texts.add(plain);
    };
    for (const element of document.querySelectorAll('body *')) {
      if (element.closest(quoted) !== null || !element.checkVisibility()) continue;
      for (const name of ['aria-label', 'title', 'placeholder']) add(element.getAttribute(name));
      // A sentence may have parts in bold: the whole of what is written in one element.
      const own = [...element.childNodes].filter((node) => node.nodeType === Node.TEXT_NODE);
      if (own.length > 0) add(own.map((node) => node.textContent).join(' '));
    }
    return [...texts];
  }, QUOTED);
}

async function show(page: Page, name: string): Promise<void> {
  const tab = page.getByRole('tab', { name, exact: true }).first();
  if (await tab.isVisible()) {
    await tab.click();
    return;
  }
  await page.keyboard.press('Control+k');
  await page.keyboard.insertText(name);
  await page.getByRole('option', { name }).first().waitFor();
  await page.keyboard.press('Enter');
}

const [ASK = ''] = formsOf(fr['ask.ask']);
const FIRST_LAB = 'bare-pxe';
const WRONG_CALL_FILTERS = ['pxe.apx', 'pxe.opcode == "x"', 'len(pxe.api) > 4 and'];
const WRONG_CONDITIONS = ['stage:4', 'serial:/(/', 'event:x', 'screen:x', 'tftp.opcode ==', 'udp.port == "nom"'];
const WRONG_FILTERS = [
  'tftp.opcod == 3',
  'ip.addr == 10.0.0.300',
  'frame[2-1] == 1',
  'tftp.source_file matches "(?=a)"',
];

/** Every panel of the page, in turn. */
async function lookAtPanels(page: Page, look: (place: string) => Promise<void>): Promise<void> {
  for (const { id, title } of PANELS) {
    if (id === 'lesson') continue;
    if (!(await page.locator(`[data-panel="${id}"]`).first().isVisible())) await show(page, title.fr);
    await page.locator(`[data-panel="${id}"]`).first().waitFor();
    await look(title.fr);
  }
}

/** A page in French, and what collects the English texts that it shows in a place. */
async function frenchPage(hash: string, autosaved?: string) {
  const context = await host.browser.newContext({ viewport: { width: 1440, height: 900 }, locale: 'fr-FR' });
  if (autosaved !== undefined)
    await context.addInitScript((text) => localStorage.setItem('netboot-lab.autosave.1', text), autosaved);
  const page = await context.newPage();
  page.setDefaultTimeout(15_000);
  await page.goto(`${host.site.url}${hash}`);
  const found = new Set<string>();
  const look = async (place: string): Promise<void> => {
    await page.waitForTimeout(150);
    for (const text of await textsOf(page)) if (isEnglish(text)) found.add(`${place}: ${text}`);
  };
  return { page, look, found };
}

/** Opens a lab in French and runs it; the English texts of each place are collected. */
async function journey(name: string, settled: string): Promise<readonly string[]> {
  // Messages about wrong conditions and filters are the same in every lab.
  const isFirst = name === FIRST_LAB;
  const { page, look, found } = await frenchPage('', readFileSync(`public/scenarios/${name}.json`, 'utf8'));
  const press = async (button: string): Promise<void> => {
    const one = page.getByRole('button', { name: button, exact: true }).first();
    if (await one.isVisible()) await one.click();
  };
  await look('vide');
  await page.getByRole('button', { name: 'Lancer', exact: true }).click();
  await page.getByTestId('timeline').getByText(settled, { exact: true }).first().waitFor({ timeout: 120_000 });
  await page.getByTestId('packet-list').press('Home');
  await page.getByTestId('layer-tree').waitFor();
  await look('paquets');
  await lookAtPanels(page, look);
  await show(page, 'Flux');
  await press('Chercher les fichiers de la capture');
  await look('fichiers');
  await show(page, 'Paquets');
  await page.getByTestId('filter').fill('tls.handshake.type == 1');
  await look('filtre de TLS');
  const hello = page.getByTestId('packet-list').locator('[role=row][aria-selected]').first();
  if (await hello.isVisible()) {
    await hello.click();
    await show(page, 'Flux');
    await page.getByTestId('handshake').waitFor();
    await look('négociation');
    await show(page, 'Paquets');
  }
  await page.getByTestId('filter').fill('');
  await show(page, 'Appels');
  await look('Appels');
  for (const filter of isFirst ? WRONG_CALL_FILTERS : []) {
    await page.getByRole('combobox', { name: 'Filtre des appels' }).fill(filter);
    await page.locator('[data-testid="calls"] output[data-bad="true"]').waitFor();
    await look(`Appels, ${filter}`);
  }
  await show(page, 'Points d’arrêt');
  const condition = page.getByTestId('breakpoints').getByRole('combobox', { name: 'Condition' });
  for (const wrong of isFirst ? WRONG_CONDITIONS : []) {
    await condition.fill(wrong);
    await page.getByTestId('breakpoints').getByRole('alert').waitFor();
    await look(`Points d’arrêt, ${wrong}`);
  }
  const until = page.getByRole('combobox', { name: "Avancer jusqu'à…" });
  if (await until.isVisible()) {
    await until.fill('ip.src contains 1');
    await until.press('Enter');
    await look('Lancer jusqu’à');
  }
  for (const card of await page.locator('.react-flow__node').all()) {
    await card.focus();
    await page.keyboard.press('Enter');
    await look('carte');
    await page.keyboard.press('Escape');
  }
  await show(page, 'Serveur');
  for (const view of SERVER_VIEWS) {
    await press(view);
    await look(`serveur, ${view}`);
    if (view === fr['server.ask'] && (await page.getByRole('button', { name: ASK, exact: true }).isVisible())) {
      await press(ASK);
      await page.getByTestId('ask-answer').waitFor();
      await look('demande');
    }
  }
  for (const view of CONSOLE_VIEWS) {
    await press(view);
    await look(`console, ${view}`);
  }
  await show(page, 'Paquets');
  await page.getByTestId('filter').fill('tftp.opcode == 3');
  await look('filtre');
  for (const wrong of isFirst ? WRONG_FILTERS : []) {
    await page.getByTestId('filter').fill(wrong);
    await page.locator('[data-testid="packet-counts"][data-bad="true"]').waitFor();
    await look(`filtre, ${wrong}`);
  }
  await page.keyboard.press('Control+k');
  await look('commandes');
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'Partager' }).click();
  await look('partage');
  await page.screenshot({ path: `artefacts/french-${name}.png` });
  await page.context().close();
  return [...found];
}

/** A PC, what is in its memory, and images to order. */
async function pcJourney(): Promise<readonly string[]> {
  const { page, look, found } = await frenchPage('#scenario=pc-flashed-rom');
  const until = page.getByRole('combobox', { name: "Avancer jusqu'à…" });
  await until.fill('stage:rom-init');
  await until.press('Enter');
  await page
    .getByTestId('timeline')
    .getByText(formsOf(fr['stage.rom-init'])[0] ?? '')
    .first()
    .waitFor({ timeout: 60_000 });
  for (const view of PC_VIEWS) {
    await page.getByRole('button', { name: view, exact: true }).first().click();
    await look(`PC, ${view}`);
  }
  const formats = page.locator('fieldset select').last();
  for (const format of await formats.locator('option').allTextContents()) {
    await formats.selectOption({ label: format });
    await look(`image ${format}`);
  }
  await page.screenshot({ path: 'artefacts/french-pc.png' });
  await page.context().close();
  return [...found];
}

/** Two captures of files, the panels that show one, and their comparison. */
async function captureJourney(): Promise<readonly string[]> {
  const { page, look, found } = await frenchPage('#scenario=bare-pxe');
  for (const file of ['tls', 'aoe-vblade']) {
    await page.getByLabel('Ouvrir une capture').first().setInputFiles(`test/oracle/fixtures/${file}.pcapng`);
    await page.getByTestId('documents').getByText(`${file}.pcapng`).first().waitFor();
  }
  await lookAtPanels(page, look);
  await page.getByRole('button', { name: 'Comparer…', exact: true }).first().click();
  await look('comparaison');
  await page.screenshot({ path: 'artefacts/french-captures.png' });
  await page.context().close();
  return [...found];
}

/** A lesson with wrong answers, the list of lessons, and the editor. */
async function lessonJourney(id: string): Promise<readonly string[]> {
  const { page, look, found } = await frenchPage(`#lesson=${id}`);
  // The name of a lesson's lab is part of the document, which is the same in every language.
  const labs = await Promise.all(readLessons().map(async (lesson) => (await startScenario(lesson)).name));
  const lesson = page.getByTestId('lesson');
  await lesson.waitFor();
  for (const step of ['1', '2', '3']) {
    await look(`étape ${step}`);
    const [choice, answer] = [lesson.getByRole('radio').first(), lesson.getByRole('textbox')];
    if (await choice.isVisible()) await choice.check();
    else if (await answer.isVisible()) await answer.fill('rien');
    await page.keyboard.press('Control+Enter');
    await page.keyboard.press('Alt+h');
    await look(`étape ${step}, pas encore faite`);
    await page.keyboard.press('Alt+n');
  }
  await lesson.getByRole('button').first().click();
  await page.getByTestId('course').waitFor();
  await look('cours');
  await page.getByRole('button', { name: 'Écrire une leçon' }).click();
  await page.getByRole('button', { name: EDITOR_UI.addStep.fr }).click();
  await look('éditeur');
  await page.context().close();
  return [...found].filter((text) => !labs.some((lab) => text.endsWith(`: ${lab}`)));
}

const SERVER_VIEWS = [
  fr['server.config'],
  fr['server.form'],
  fr['server.answers'],
  fr['server.leases'],
  fr['server.requests'],
  fr['server.lines'],
  fr['server.files'],
  fr['server.log'],
  fr['server.ask'],
].flatMap((text) => formsOf(text));

const CONSOLE_VIEWS = [
  fr['console.serial'],
  fr['console.menu'],
  fr['console.script'],
  fr['console.settings'],
  fr['console.build'],
  fr['console.screen'],
].flatMap((text) => formsOf(text));

const PC_VIEWS = [...CONSOLE_VIEWS, ...formsOf(fr['console.memory'])]
  .filter((view) => !formsOf(fr['console.build']).includes(view))
  .concat(formsOf(fr['console.build']));

describe('the page in French', () => {
  it.each([
    [FIRST_LAB, fr['stage.nbp-entry']],
    ['bare-ipxe-menu', fr['stage.menu']],
    ['bare-ipxe-https', fr['stage.halted']],
    ['wrong-missing-file', fr['stage.boot-failed']],
    ['bare-fcoe', fr['stage.halted']],
  ] as const)('shows no English sentence in %s', async (name, settled) => {
    expect(await journey(name, formsOf(settled)[0] ?? '')).toEqual([]);
  });

  it('shows no English sentence about a PC, its memory and images to order', async () => {
    expect(await pcJourney()).toEqual([]);
  });

  it('shows no English sentence about captures and their comparison', async () => {
    expect(await captureJourney()).toEqual([]);
  });

  it.each(['first-boot', 'vlan', 'case-1'])('shows no English sentence in the lesson %s', async (id) => {
    expect(await lessonJourney(id)).toEqual([]);
  });

  it('would be found wanting by the English texts', () => {
    const whole = (text: MessageText): string => (formsOf(text)[0] ?? '').replace(/\{\w+\}/g, '7');
    for (const text of [en['time.exactHint'], en['topology.remove'], en['server.apply'], en['menu.waits']])
      expect(isEnglish(whole(text))).toBe(true);
    for (const text of [fr['time.exactHint'], fr['topology.remove'], fr['server.apply'], fr['menu.waits']])
      expect(isEnglish(whole(text))).toBe(false);
  });
});
