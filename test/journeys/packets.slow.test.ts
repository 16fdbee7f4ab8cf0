/**
 * Journeys through the packet panel as Wireshark's users know it: with the keyboard and the right button, on the frames
 * of one boot.
 */
import type { Locator, Page } from 'playwright-core';
import { afterAll, describe, expect, it } from 'vitest';
import { readCapture } from '../../src/analysis/pcapng/reader.ts';
import { decodeLink } from '../../src/page/document/link.ts';
import { IN_FIREFOX } from './browser.ts';
import { journeyHost, openPage, savedCapture, seriousViolations } from './lab-page.ts';

const host = journeyHost();
let page: Page;
let list: Locator;

afterAll(async () => {
  await (page as Page | undefined)?.context().close();
});

async function counts(text: string): Promise<void> {
  await expect.poll(async () => await page.getByTestId('packet-counts').textContent(), { timeout: 10_000 }).toBe(text);
}

async function goTo(number: number): Promise<void> {
  await list.focus();
  await page.keyboard.press('Control+g');
  await page.getByTestId('go-to').fill(String(number));
  await page.keyboard.press('Enter');
  await expect.poll(selectedNumber, { timeout: 5000 }).toBe(String(number));
}

async function selectedNumber(): Promise<string | null> {
  const shown = await list.locator('[role=row][aria-selected=true] [data-column=no]').textContent();
  // A mark stands before it.
  return shown?.replace('◆', '') ?? null;
}

async function pick(...names: readonly string[]): Promise<void> {
  for (const [i, name] of names.entries()) {
    const item = page.getByRole('menuitem', { name, exact: true });
    if (i < names.length - 1) await item.press('ArrowRight');
    else await item.click();
  }
}

/** Opens the menu of a field by the right button, and waits until it says that it is about that field. */
async function menuOf(label: string, subject: string): Promise<void> {
  await line(label).click({ button: 'right' });
  await page.getByRole('menu', { name: 'Menu of the packet' }).getByText(subject, { exact: true }).waitFor();
}

async function filterFor(text: string): Promise<void> {
  await page.getByTestId('filter').fill(text);
}

/** A line of the layers. */
function line(text: string): Locator {
  return page.getByTestId('layer-tree').getByRole('row').filter({ hasText: text }).first();
}

describe('packets', { timeout: 120_000 }, () => {
  it('of a boot are listed: 54 of a bare machine', async () => {
    page = await openPage(host.browser, `${host.site.url}#scenario=bare-pxe`);
    if (!IN_FIREFOX) await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    page.setDefaultTimeout(10_000);
    list = page.getByTestId('packet-list');
    await page.getByRole('button', { name: 'Run', exact: true }).click();
    await page.getByTestId('packet-counts').getByText('54 of 54 frames').waitFor();
  });

  it('have a menu: a field becomes a filter, applied or prepared, and joined to the one that is there', async () => {
    await goTo(27);
    await menuOf('Block: 8', 'tftp.block == 8');
    expect(await seriousViolations(page)).toEqual([]);
    await pick('Apply as filter', 'Selected');
    await counts('2 of 54 frames');
    await expect.poll(async () => await page.getByTestId('filter').inputValue()).toBe('tftp.block == 8');
    // With the keys: the menu of the row, about the column at its cursor.
    await list.focus();
    await page.keyboard.press('Home');
    await page.keyboard.press('Shift+F10');
    await page.getByRole('menu', { name: 'Menu of the packet' }).waitFor();
    await page.keyboard.press('Escape');
    await expect.poll(async () => await page.getByRole('menu').count()).toBe(0);
    await menuOf('Opcode', 'tftp.opcode == 3');
    await pick('Prepare as filter', '… and not selected');
    await expect
      .poll(async () => await page.getByTestId('filter').inputValue())
      .toBe('tftp.block == 8 && !(tftp.opcode == 3)');
    await page.getByText('Press Enter to apply this filter').waitFor();
    await counts('2 of 54 frames');
    await page.getByTestId('filter').press('Enter');
    await counts('1 of 54 frames');
    await filterFor('');
    await counts('54 of 54 frames');
  });

  it('go to what belongs to them: request, reply, neighbours, the frame that a field names', async () => {
    await goTo(27);
    await list.locator('[role=row][aria-selected=true]').click({ button: 'right' });
    await pick('Go to the reply');
    await expect.poll(selectedNumber, { timeout: 5000 }).toBe('28');
    await list.focus();
    await page.keyboard.press('Control+,');
    await expect.poll(selectedNumber, { timeout: 5000 }).toBe('27');
    await menuOf('Read Request in frame', 'tftp.request_frame == 10');
    await pick('Go to the frame that the field names');
    await expect.poll(selectedNumber, { timeout: 5000 }).toBe('10');
  });

  it('have columns of any field, which are sorted, named, and go with the link', async () => {
    await goTo(27);
    await menuOf('Block: 8', 'tftp.block == 8');
    await pick('Apply as column');
    const head = list.getByRole('columnheader', { name: 'tftp.block' });
    await head.getByRole('button').click();
    await head.getByRole('button').click();
    await expect.poll(async () => await head.getAttribute('aria-sort')).toBe('descending');
    await list.focus();
    await page.keyboard.press('Home');
    await expect
      .poll(async () => await list.locator('[aria-rowindex="1"] [data-column="tftp.block"]').textContent())
      .toBe('21');
    await head.getByRole('button').press('Shift+ArrowLeft');
    await page.getByRole('button', { name: /^Share/ }).click();
    const link = new URL(await page.getByTestId('share-link').inputValue());
    const opened = decodeLink(link.hash);
    expect(opened?.ok === true ? opened.value.scenario.packets?.columns?.at(-2) : undefined).toEqual({
      field: 'tftp.block',
      widthPx: 100,
    });
    await page.keyboard.press('Escape');
    await head.click({ button: 'right' });
    await pick('Columns…');
    expect(await seriousViolations(page)).toEqual([]);
    await page.getByRole('button', { name: 'Back to the first set' }).click();
    await expect.poll(async () => await head.count()).toBe(0);
  });

  it('are coloured by rules that can be changed', async () => {
    const coloured = list.locator('[role=row][data-rule="TFTP"]');
    await coloured.first().waitFor();
    await list.getByRole('row').nth(3).click({ button: 'right' });
    await pick('Colouring rules…');
    expect(await seriousViolations(page)).toEqual([]);
    await page.getByRole('checkbox', { name: 'In use: TFTP', exact: true }).click();
    await page.getByRole('button', { name: 'Apply', exact: true }).click();
    await list.locator('[role=row][data-rule="UDP"]').first().waitFor();
    await expect.poll(async () => await coloured.count()).toBe(0);
    await list.getByRole('row').nth(3).click({ button: 'right' });
    await pick('Colouring rules…');
    await page.getByRole('button', { name: 'Back to the first set' }).click();
    await coloured.first().waitFor();
  });

  it('are marked, commented and timed from a reference; the comment is in the file', async () => {
    await goTo(10);
    await list.focus();
    await page.keyboard.press('Control+m');
    await list.getByRole('img', { name: 'marked' }).waitFor();
    await page.keyboard.press('Control+Alt+t');
    await list.getByText('*REF*').waitFor();
    await page.keyboard.press('Control+Alt+c');
    await page.getByTestId('packet-comment').fill('The ROM asks for the size.');
    await page.getByRole('button', { name: 'Apply', exact: true }).click();
    await list.getByText('The ROM asks for the size.').waitFor();
    const { store } = readCapture(await savedCapture(page), { maxFrames: 100 });
    expect(store.comment(9)).toBe('The ROM asks for the size.');
    await filterFor('frame.marked == 1 && frame.comment contains "size"');
    await counts('1 of 54 frames');
    await filterFor('');
    await page.getByRole('button', { name: 'Undo' }).click();
    await expect.poll(async () => await list.getByText('The ROM asks for the size.').count()).toBe(0);
  });

  it('are found by text, bytes and filter, forwards and back', async () => {
    await goTo(1);
    await list.focus();
    await page.keyboard.press('Control+f');
    const wanted = page.getByTestId('find');
    await wanted.fill('acknowledgement, block');
    await wanted.press('Enter');
    await expect.poll(async () => Number(await selectedNumber())).toBeGreaterThan(10);
    const first = Number(await selectedNumber());
    await wanted.press('Enter');
    await expect.poll(async () => Number(await selectedNumber())).toBe(first + 2);
    await wanted.press('Shift+Enter');
    await expect.poll(async () => Number(await selectedNumber())).toBe(first);
    await page.getByRole('combobox', { name: 'Look for' }).selectOption('hex');
    await wanted.fill('63 82 53 63');
    await wanted.press('Enter');
    await page.getByTestId('found').filter({ hasText: 'from the other end' }).waitFor();
    await expect.poll(selectedNumber).toBe('1');
    await page.getByRole('combobox', { name: 'Look for' }).selectOption('filter');
    await wanted.fill('tftp.');
    await wanted.press('Enter');
    await page.getByTestId('found').filter({ hasText: 'was not expected here' }).waitFor();
    await wanted.press('Escape');
    await expect.poll(async () => await wanted.count()).toBe(0);
  });

  it.skipIf(IN_FIREFOX)('are copied as lines, values and bytes', async () => {
    await goTo(27);
    await list.focus();
    await page.keyboard.press('Control+c');
    const clipboard = async (): Promise<string> => await page.evaluate(() => navigator.clipboard.readText());
    await expect.poll(clipboard).toContain('Data Packet, Block: 8');
    await menuOf('Block: 8', 'tftp.block == 8');
    await pick('Copy', 'Copy: hex stream');
    await expect.poll(clipboard).toBe('0008');
  });

  it('are counted: conversations become filters, answers are timed', async () => {
    await page.getByRole('tab', { name: 'Statistics' }).click();
    const panel = page.locator('[data-panel=statistics]');
    await panel.getByRole('combobox', { name: 'Layer' }).selectOption('udp');
    const table = panel.getByRole('table', { name: 'Conversations' });
    await table.getByRole('row').filter({ hasText: '10.0.2.1' }).first().waitFor();
    await panel.getByRole('button', { name: 'Response times' }).click();
    const data = panel.getByRole('row').filter({ hasText: 'Data → ACK' });
    expect(await data.getByRole('cell').nth(3).textContent()).toBe('21');
    await panel.getByRole('button', { name: 'I/O graph' }).click();
    await panel.getByRole('img', { name: 'Traffic over time' }).waitFor();
    expect(await seriousViolations(page)).toEqual([]);
    await panel.getByRole('button', { name: 'Conversations' }).click();
    await panel.getByRole('combobox', { name: 'Layer' }).selectOption('ethernet');
    await table.getByRole('row').filter({ hasText: 'ff:ff:ff' }).getByRole('button').first().click();
    await counts('3 of 54 frames');
    await filterFor('');
    await counts('54 of 54 frames');
  });

  it('are read as a stream in ASCII, hex and as a tree; files have a preview', async () => {
    await goTo(1);
    await list.focus();
    await page.keyboard.press('Control+Alt+Shift+t');
    const panel = page.locator('[data-panel=streams]');
    await panel.getByRole('button', { name: 'Tree', exact: true }).click();
    await panel.getByText('Magic cookie: DHCP').first().waitFor();
    await panel.getByRole('button', { name: 'Hex dump', exact: true }).click();
    await expect.poll(async () => await panel.locator('pre').first().textContent()).toContain('0000  01 01 06 00');
    await panel.getByRole('button', { name: 'Find files in the capture' }).click();
    await panel.getByRole('button', { name: 'Preview of boot.bin' }).click();
    await page.getByTestId('preview').getByText('00 01 02 03').waitFor();
    expect(await seriousViolations(page)).toEqual([]);
  });
});
