/** What makes the page feel whole: bars that stand still, cards by keyboard, parts that fail alone, captures of others. */
import { readFileSync } from 'node:fs';
import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { encodeLink } from '../../src/page/document/link.ts';
import { parseScenario } from '../../src/scenario/parse.ts';
import type { Scenario } from '../../src/scenario/schema.ts';
import { siteScenario } from '../support/lab.ts';
import { journeyHost, openPage, savedCapture, seriousViolations } from './lab-page.ts';

const host = journeyHost();

async function open(
  change: Partial<Scenario> = {},
  name = 'bare-pxe',
  prepare?: (page: Page) => Promise<void>,
): Promise<Page> {
  const scenario = { ...siteScenario(name), until: undefined, ...change };
  return await openPage(host.browser, `${host.site.url}${encodeLink(scenario, {})}`, prepare);
}

const button = (page: Page, name: string): ReturnType<Page['getByRole']> =>
  page.getByRole('button', { name, exact: true });

async function show(page: Page, tab: string): Promise<void> {
  await page.getByRole('tab', { name: tab, exact: true }).click();
}

/** Where the parts of the page stand that must not move. */
async function places(page: Page): Promise<readonly unknown[]> {
  const of = async (selector: string): Promise<unknown> => await page.locator(selector).first().boundingBox();
  return [
    await of('main'),
    await of('[data-panel=packets]'),
    await of('[data-testid=clock]'),
    await of('[data-testid=stage]'),
    await page.getByRole('button', { name: /^(Run|Pause)$/ }).boundingBox(),
  ];
}

describe('the page stands still', { timeout: 180_000 }, () => {
  it.each([1440, 1280, 820])('at %i pixels: running, pausing and notices move nothing', async (width) => {
    const page = await open();
    await page.setViewportSize({ width, height: 800 });
    await page.waitForTimeout(300);
    const before = await places(page);
    await page.getByRole('combobox', { name: 'Speed' }).selectOption('0.1');
    await button(page, 'Run').click();
    await button(page, 'Pause').waitFor();
    expect(await places(page)).toEqual(before);
    await button(page, 'Pause').click();
    await button(page, 'Run').waitFor();
    expect(await places(page)).toEqual(before);
    await show(page, 'Topology');
    await page.getByTestId('topology').locator('[data-id="pc1"]').focus();
    await page.keyboard.press('Delete');
    await page.getByTestId('notice').waitFor();
    expect((await places(page)).slice(0, 3)).toEqual(before.slice(0, 3));
    // It goes by Escape, and nothing is in the way then.
    await page.keyboard.press('Escape');
    await expect.poll(async () => await page.getByTestId('notice').count()).toBe(0);
    await page.context().close();
  });

  it('keeps stages where they were drawn, with room for two machines and for their names', async () => {
    const page = await open({}, 'bare-vlans');
    await page.getByRole('combobox', { name: 'Run until…' }).fill('stage:dhcp-ack');
    await page.getByRole('combobox', { name: 'Run until…' }).press('Enter');
    await page.getByText('reached', { exact: true }).waitFor();
    const timeline = page.getByTestId('timeline');
    const lefts = async (): Promise<readonly string[]> =>
      await timeline
        .locator('[data-stage]')
        .evaluateAll((stages) =>
          stages.map((stage) => `${stage.dataset['stage'] ?? ''} ${stage.parentElement?.style.left ?? ''}`),
        );
    const early = await lefts();
    await button(page, 'Run').click();
    await expect.poll(async () => (await lefts()).length).toBeGreaterThan(early.length);
    await button(page, 'Run').waitFor();
    const late = new Set(await lefts());
    expect(early.filter((stage) => !late.has(stage))).toEqual([]);
    const cut = await timeline
      .locator('[data-stage]')
      .evaluateAll((stages) =>
        stages
          .filter(({ scrollWidth, clientWidth }) => scrollWidth > clientWidth)
          .map(({ textContent }) => textContent),
      );
    expect(cut).toEqual([]);
    const lanes = await timeline.evaluate((scroller) => scroller.scrollHeight <= scroller.clientHeight + 1);
    expect(lanes).toBe(true);
    await page.context().close();
  });
});

describe('the topology by keyboard', { timeout: 180_000 }, () => {
  it('adds a card with room and a cable, renames it, removes it by Delete and Backspace, and undoes', async () => {
    const page = await open();
    const topology = page.getByTestId('topology');
    const card = (name: string): ReturnType<Page['locator']> =>
      topology.locator(`.react-flow__node[data-id="${name}"]`);
    const canvas = await topology.boundingBox();
    for (const name of ['Add PC', 'Add bare machine', 'Add server']) await button(page, name).click();
    await card('bare1').waitFor();
    // The drawing keeps its size when a sheet is opened.
    expect(await topology.boundingBox()).toEqual(canvas);
    await expect
      .poll(async () => {
        const boxes = await topology
          .locator('.react-flow__node')
          .evaluateAll((nodes) => nodes.map((node) => node.getBoundingClientRect()));
        return boxes.some((a, i) =>
          boxes.some((b, j) => i < j && a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom),
        );
      })
      .toBe(false);
    expect(await topology.getByLabel(/^bare1\.net0 – /).count()).toBe(1);
    await card('bare1').focus();
    await page.keyboard.press('Shift+Tab');
    await page.keyboard.press('Tab');
    const outline = await card('bare1')
      .locator('> div')
      .evaluate((shown) => getComputedStyle(shown).outlineStyle);
    expect(outline).not.toBe('none');
    await page.keyboard.press('F2');
    await page
      .locator('input:focus')
      .and(page.getByLabel('Name', { exact: true }))
      .waitFor();
    await page.getByLabel('Name', { exact: true }).fill('sw1');
    await page.keyboard.press('Enter');
    await page.getByRole('alert').getByText('sw1').waitFor();
    await page.getByLabel('Name', { exact: true }).fill('desk');
    await page.keyboard.press('Enter');
    await card('desk').waitFor();
    expect(await topology.getByLabel(/^desk\.net0 – /).count()).toBe(1);
    for (const key of ['Delete', 'Backspace']) {
      await card('desk').focus();
      await page.keyboard.press(key);
      await expect.poll(async () => await card('desk').count()).toBe(0);
      expect(await button(page, 'Remove desk').count()).toBe(0);
      await page.getByTestId('notice').getByRole('button', { name: 'Undo' }).click();
      await card('desk').waitFor();
      expect(await topology.getByLabel(/^desk\.net0 – /).count()).toBe(1);
    }
    expect(await seriousViolations(page)).toEqual([]);
    await page.context().close();
  });

  it('draws the frame of a step on its cable, named and large enough to click, in any motion', async () => {
    for (const reducedMotion of ['no-preference', 'reduce'] as const) {
      const page = await open({}, 'bare-pxe', async (fresh) => await fresh.emulateMedia({ reducedMotion }));
      await button(page, 'Step one frame').click();
      const mark = page.locator('[data-testid=flights] g[data-colour=dhcp]').first();
      await mark.getByText('DHCP', { exact: true }).waitFor();
      const box = await mark.locator('rect').boundingBox();
      expect(Math.min(box?.width ?? 0, box?.height ?? 0)).toBeGreaterThanOrEqual(16);
      await page
        .getByTestId('topology')
        .locator('.react-flow__pane')
        .click({ position: { x: 4, y: 4 } });
      await mark.click();
      const selected = page.getByTestId('packet-list').locator('[role=row][aria-selected=true]');
      await selected.getByText('DHCP Discover', { exact: false }).waitFor();
      await page.context().close();
    }
  });
});

describe('a part that fails', { timeout: 180_000 }, () => {
  it('says so, leaves the others, and works when it is tried again', async () => {
    let isDown = true;
    const page = await open({}, 'bare-pxe', async (fresh) => {
      // A service worker would have the files already.
      await fresh.addInitScript('ServiceWorkerContainer.prototype.register = () => Promise.reject(new Error("none"))');
      await fresh.route(/\/assets\/(ladder|config-editor)-[^/]*\.js$/, async (route) => {
        if (isDown) await route.abort();
        else await route.continue();
      });
    });
    await show(page, 'Ladder');
    const failed = page.locator('[data-panel=ladder]').getByTestId('failed-part');
    await failed.getByText('could not be loaded').waitFor();
    expect(await seriousViolations(page)).toEqual([]);
    await show(page, 'Server');
    const server = page.locator('[data-panel=server]');
    await server.getByTestId('failed-part').waitFor();
    // The panel's other views, the other panels and the lab go on.
    await server.getByRole('button', { name: 'Files', exact: true }).click();
    await server.getByRole('cell', { name: /boot\.bin/ }).waitFor();
    await button(page, 'Run').click();
    await page.getByTestId('stage').getByText('stops where guest code').waitFor();
    await show(page, 'Packets');
    await page
      .getByTestId('packet-counts')
      .getByText(/of \d\d frames/)
      .waitFor();
    isDown = false;
    await show(page, 'Ladder');
    const retry = page.locator('[data-panel=ladder]').getByRole('button', { name: 'Try again' });
    if ((await retry.count()) > 0) await retry.click();
    await page.getByTestId('ladder').getByText('DHCP Discover').first().waitFor();
    await page.context().close();
  });
});

describe('a capture file of somebody', { timeout: 180_000 }, () => {
  it('is a document beside the lab, with story, causes, streams and files; closing it can be undone', async () => {
    const page = await open();
    await button(page, 'Run').click();
    await page.getByTestId('stage').getByText('stops where guest code').waitFor();
    const bytes = await savedCapture(page);
    await button(page, 'Restart lab').click();
    await page.getByText('it starts with the lab').waitFor();
    const buffer = Buffer.from(bytes);
    await page.getByLabel('Open capture').first().setInputFiles({ name: 'theirs.pcapng', mimeType: '', buffer });
    const documents = page.getByTestId('documents');
    await documents.getByRole('button', { name: 'theirs.pcapng', exact: true }).waitFor();
    await page.getByTestId('timeline').getByText('File received').waitFor();
    const tftp = page.getByTestId('packet-list').getByRole('row').filter({ hasText: 'Read Request' });
    await page.getByTestId('packet-list').press('Home');
    await tftp.first().click();
    await show(page, 'Streams');
    await page.getByText(/^UDP /).waitFor();
    await button(page, 'Find files in the capture').click();
    await page.getByRole('cell', { name: 'boot.bin' }).first().waitFor();
    await show(page, 'Explain');
    await page.getByTestId('explain').getByText('asks boot').first().waitFor();
    await show(page, 'Story');
    await page.getByTestId('boot-story').getByText('gets boot.bin from boot').waitFor();
    await page.keyboard.press('Alt+w');
    await expect.poll(async () => await documents.count()).toBe(0);
    await page.getByTestId('notice').getByRole('button', { name: 'Undo' }).click();
    await page.getByTestId('boot-story').getByText('gets boot.bin from boot').waitFor();
    await show(page, 'Packets');
    await page.keyboard.press('Control+k');
    await page.getByRole('combobox', { name: 'Type a command' }).fill('New lab');
    await page.keyboard.press('Enter');
    await documents.getByRole('button', { name: 'theirs.pcapng', exact: true }).waitFor();
    await page.getByText('No frame has crossed a cable yet').waitFor();
    await page.context().close();
  });
});

describe('the console', { timeout: 180_000 }, () => {
  it('says that a script has the keyboard, and gives it to the person', async () => {
    const parsed = parseScenario({
      ...siteScenario('bare-pxe'),
      inputs: [
        { machine: 'pc1', at: { ms: 100 }, do: { keys: ['F8'] } },
        { machine: 'pc1', at: { when: 'stage:nbp-entry', delayMs: 500 }, do: { keys: ['Enter'] } },
      ],
    });
    if (!parsed.ok) throw new Error(JSON.stringify(parsed.error));
    const page = await open({ inputs: parsed.value.inputs });
    const line = page.getByTestId('script-keyboard');
    await line.getByText('Next: F8, at 0.1 s').waitFor();
    await page.getByRole('combobox', { name: 'Run until…' }).fill('stage:dhcp-ack');
    await page.getByRole('combobox', { name: 'Run until…' }).press('Enter');
    await line.getByText('Next: Enter, 0.5 s after stage:nbp-entry').waitFor();
    await line.getByRole('button', { name: 'Take over' }).click();
    await line.getByText('You have the keyboard').waitFor();
    await button(page, 'Run').click();
    await button(page, 'Run').waitFor();
    await show(page, 'Story');
    await page.getByTestId('story').getByText('takes the keyboard over').waitFor();
    expect(
      await page
        .getByTestId('story')
        .getByText(/: Enter$/)
        .count(),
    ).toBe(0);
    await page.context().close();
  });

  it('gives the text of its screen to the clipboard and its picture to a file', async () => {
    const page = await open();
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    await button(page, 'Run').click();
    await page.getByTestId('stage').getByText('stops where guest code').waitFor();
    await button(page, 'Copy text of the screen').click();
    await page.getByTestId('notice').getByText('is in the clipboard').waitFor();
    expect(await page.evaluate(async () => await navigator.clipboard.readText())).toContain('CLIENT IP: ');
    const download = page.waitForEvent('download');
    await button(page, 'Save screen as PNG').click();
    const bytes = readFileSync(await (await download).path());
    expect(bytes.subarray(1, 4).toString()).toBe('PNG');
    await page.context().close();
  });
});
