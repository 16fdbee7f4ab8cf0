/** Time as a control: stopping, stepping, looking back and going back, in the page. */
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { encodeLink, type LinkView } from '../../src/page/document/link.ts';
import { siteScenario } from '../support/lab.ts';
import { launchBrowser } from './browser.ts';
import { sha256 } from '../support/once/in-node.ts';
import { openPage, runUntil, savedCapture, serveDist } from './lab-page.ts';
import type { Site } from './serve.ts';

let site: Site;
let browser: Browser;

beforeAll(async () => {
  site = await serveDist();
  browser = await launchBrowser();
});

afterAll(async () => {
  await browser.close();
  site.close();
});

const BLOCK_7 = 'tftp.opcode == 3 && tftp.block == 7';

/** Two machines' worth of frames is enough: DHCP, ARP and a TFTP file of some twenty blocks. */
async function open(view: LinkView = {}, prepare?: (page: Page) => Promise<void>): Promise<Page> {
  const scenario = { ...siteScenario('bare-pxe'), until: undefined };
  return await openPage(browser, `${site.url}${encodeLink(scenario, view)}`, prepare);
}

async function expectCounts(page: Page, counts: RegExp): Promise<void> {
  await expect
    .poll(async () => await page.getByTestId('packet-counts').textContent(), { timeout: 20_000 })
    .toMatch(counts);
}

/** The row of the packet list that is selected. */
async function expectSelected(page: Page, row: RegExp): Promise<void> {
  const selected = page.getByTestId('packet-list').locator('[role=row][aria-selected=true]');
  await expect.poll(async () => await selected.textContent(), { timeout: 20_000 }).toMatch(row);
}

describe('time in the page', { timeout: 120_000 }, () => {
  it('stops where a filter is met, steps by one frame, goes back and on again to the same frames', async () => {
    const page = await open();
    await runUntil(page, BLOCK_7, 20_000);
    await expectCounts(page, /^25 of 25/);
    await expectSelected(page, /Data Packet, Block: 7$/);
    await page.getByRole('button', { name: 'Step one frame' }).click();
    await expectCounts(page, /^26 of 26/);
    await expectSelected(page, /Acknowledgement, Block: 7$/);
    await runUntil(page, 'stage:nbp-entry', 20_000);
    await expectCounts(page, /^53 of 53/);
    const first = sha256(await savedCapture(page));
    const end = await page.getByTestId('clock').textContent();
    // The seventh frame, then back to it: nothing later is there.
    const list = page.getByTestId('packet-list');
    await list.focus();
    await list.press('Home');
    for (let row = 1; row < 7; row++) await list.press('ArrowDown');
    await page.getByRole('tab', { name: 'Explain' }).click();
    await page.getByRole('button', { name: 'Go back to the selected moment' }).click();
    await expectCounts(page, /^7 of 7/);
    await runUntil(page, 'stage:nbp-entry', 20_000);
    await expectCounts(page, /^53 of 53/);
    expect(await page.getByTestId('clock').textContent()).toBe(end);
    expect(sha256(await savedCapture(page))).toBe(first);
    await page.context().close();
  });

  it('looks back without touching the lab, and goes back there', async () => {
    const page = await open();
    await runUntil(page, 'stage:nbp-entry', 20_000);
    await expectCounts(page, /^53 of 53/);
    const clock = await page.getByTestId('clock').textContent();
    const playhead = page.getByRole('slider', { name: 'Moment that the views show' });
    await playhead.press('Home');
    await expectCounts(page, /^0 of 53/);
    await page.getByText('Nothing had been printed on it.').waitFor();
    for (let frame = 1; frame <= 2; frame++) {
      await playhead.press('ArrowRight');
      await expectCounts(page, new RegExp(`^${frame} of 53`));
    }
    await expectSelected(page, /DHCP Offer/);
    await page.getByText('Screen as last recorded at').waitFor();
    // By the pointer: into the seconds that the client waits for other offers.
    const box = await playhead.boundingBox();
    const offer = await page.getByTestId('timeline').locator('[data-stage=dhcp-offer]').boundingBox();
    if (box === null || offer === null) throw new Error('the playhead and the stages are shown');
    await page.mouse.move(offer.x + 2 * offer.width, box.y + 5);
    await page.mouse.down();
    await page.mouse.move(offer.x + 0.5 * offer.width, box.y + 5, { steps: 4 });
    await page.mouse.up();
    await expectCounts(page, /^2 of 53/);
    await page.getByRole('tab', { name: 'Story' }).click();
    expect(await page.getByTestId('story').textContent()).not.toContain('was chosen');
    await page.keyboard.press('Escape');
    await expect.poll(async () => await page.getByTestId('story').textContent()).toContain('was chosen');
    expect(await page.getByTestId('past').count()).toBe(0);
    expect(await page.getByTestId('clock').textContent()).toBe(clock);
    // Now the lab itself goes there.
    await page.getByRole('tab', { name: 'Packets' }).click();
    for (let frame = 53; frame > 49; frame--) {
      await playhead.press('ArrowLeft');
      await expectCounts(page, new RegExp(`^${frame} of 53`));
    }
    await page.getByRole('button', { name: 'Go back here' }).click();
    await expectCounts(page, /^50 of 50/);
    await expectSelected(page, /^50/);
    await page.context().close();
  });

  it('stops at several breakpoints, each from its count on; they are part of the link, and can be undone', async () => {
    const page = await open();
    await page.getByRole('tab', { name: 'Breakpoints' }).click();
    const condition = page.getByRole('combobox', { name: 'Condition' });
    const add = page.getByRole('button', { name: 'Add', exact: true });
    await condition.fill('tftp.opcode == ');
    await page.getByText('At 16: ').waitFor();
    expect(await add.isDisabled()).toBe(true);
    await condition.fill('tftp.opcode == 3');
    await page.getByRole('spinbutton', { name: 'from hit' }).fill('3');
    await add.click();
    await condition.fill('stage:dhcp-ack');
    await add.click();
    const panel = page.getByTestId('breakpoints');
    const run = page.getByRole('button', { name: 'Run', exact: true });
    await run.click();
    await panel.getByText('hit 1 time · stopped here').waitFor();
    await expectCounts(page, /^4 of 4/);
    await run.click();
    await panel.getByText('hit 3 times · stopped here').waitFor();
    await expectSelected(page, /Data Packet, Block: 3$/);
    await page.getByRole('checkbox', { name: 'Stop at tftp.opcode == 3' }).uncheck();
    await run.click();
    await expectCounts(page, /^54 of 54/);
    await page.getByRole('button', { name: 'Undo' }).click();
    expect(await page.getByRole('checkbox', { name: 'Stop at tftp.opcode == 3' }).isChecked()).toBe(true);
    await page.getByRole('button', { name: 'Share' }).click();
    const link = await page.getByTestId('share-link').inputValue();
    const other = await openPage(browser, link.replace(/&t=\d+/, '').replace(/&e=\d+/, ''));
    await other.getByRole('tab', { name: 'Breakpoints' }).click();
    await other.getByText('stage:dhcp-ack').waitFor();
    await other.context().close();
    await page.context().close();
  });

  it.each([
    ['a frame', { frame: 7 }, /^7 of 7/, /^7/],
    ['an answer of the server', { event: 18 }, /^[12] of/, /^1.*DHCP Discover/],
    ['a stage', { event: 11 }, /^[01] of/, undefined],
  ] as const)('opens at %s that a link names', async (_, view, counts, row) => {
    const page = await open({ ...view, tabs: ['explain'] });
    await expectCounts(page, counts);
    if (row !== undefined) await expectSelected(page, row);
    await page.getByTestId('explain').getByRole('heading', { level: 2 }).first().waitFor();
    expect(await page.getByRole('tab', { name: 'Explain' }).getAttribute('aria-selected')).toBe('true');
    await page.context().close();
  });

  it('keeps moments under names and notes with arrows in the link, and shows them again by number', async () => {
    const page = await open();
    await runUntil(page, BLOCK_7, 20_000);
    await page.getByRole('tab', { name: 'Moments', exact: true }).click();
    const name = page.getByRole('textbox', { name: 'What there is to see' });
    await name.fill('The seventh block');
    await name.press('Enter');
    await page.getByRole('tab', { name: 'Topology', exact: true }).click();
    await page.getByRole('button', { name: 'Note', exact: true }).click();
    await page.getByRole('textbox', { name: 'Text of the note' }).fill('It asks for each block.');
    await page.keyboard.press('Tab');
    await page.getByRole('combobox', { name: 'Arrow to' }).selectOption('pc1');
    await page.getByTestId('topology').locator('[data-id="note 0"]').getByText('It asks for each block.').waitFor();
    await runUntil(page, 'stage:nbp-entry', 20_000);
    // What a link would hold: the document as it is kept for the next visit.
    await page.reload();
    await expect
      .poll(async () => await page.getByRole('button', { name: 'Run', exact: true }).isEnabled(), { timeout: 20_000 })
      .toBe(true);
    const topology = page.getByTestId('topology');
    await topology.locator('[data-id="note 0"]').getByText('It asks for each block.').waitFor();
    await expect.poll(async () => await topology.locator('[data-id="arrow 0"] polygon').count()).toBe(1);
    await runUntil(page, 'stage:nbp-entry', 20_000);
    await page.keyboard.press('Alt+j');
    await page.keyboard.press('1');
    await expect.poll(async () => await page.getByTestId('clock').textContent()).toMatch(/^00:00:0/);
    await page.keyboard.press('Alt+j');
    await expectSelected(page, /Data Packet, Block: 7$/);
    await expectCounts(page, /^25 of 53/);
    await page.screenshot({ path: 'artefacts/page/classroom.png' });
    await topology.locator('[data-id="note 0"]').focus();
    await page.keyboard.press('Delete');
    await expect.poll(async () => await topology.locator('[data-id="note 0"]').count()).toBe(0);
    await page.context().close();
  });
});
