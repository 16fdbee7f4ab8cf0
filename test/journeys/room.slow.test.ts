/** Room to work: panels that are dragged, moved by keys, maximised, closed and kept; bars that fit at every width. */
import type { Locator, Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { PRESETS } from '../../src/page/layout/presets.ts';
import { journeyHost, openPage, violations } from './lab-page.ts';

const host = journeyHost();
/** The machine may be busy. */
const WAIT = { timeout: 10_000 };
const LAB = '#scenario=bare-pxe&t=30000000000&n=9';

async function open(hash = LAB, kept?: unknown): Promise<Page> {
  return await openPage(host.browser, `${host.site.url}${hash}`, async (page) => {
    await page.setViewportSize({ width: 1440, height: 900 });
    if (kept !== undefined)
      await page.addInitScript(
        `localStorage.getItem('netboot-lab.layout') ?? localStorage.setItem('netboot-lab.layout', ${JSON.stringify(JSON.stringify(kept))})`,
      );
  });
}

const tab = (page: Page, name: string): Locator => page.getByRole('tab', { name, exact: true });

/** The tabs of each group, in reading order, with a star at the one in front. */
async function arrangement(page: Page): Promise<readonly string[]> {
  return await page
    .getByRole('tablist')
    .evaluateAll((lists) =>
      lists.map((list) =>
        [...list.querySelectorAll('[role=tab]')]
          .map((one) => `${one.getAttribute('data-panel-tab') ?? ''}${one.ariaSelected === 'true' ? '*' : ''}`)
          .join(' '),
      ),
    );
}

async function focusedTab(page: Page): Promise<string | null> {
  return await page.evaluate(() => document.activeElement?.getAttribute('data-panel-tab') ?? null);
}

describe('panels', { timeout: 180_000 }, () => {
  it('are dragged among the tabs of others and to their sides, and stay so after a reload', async () => {
    const page = await open();
    const drag = async (name: string, to: Locator, share: number): Promise<void> => {
      const from = await tab(page, name).boundingBox();
      const goal = await to.boundingBox();
      if (from === null || goal === null) throw new Error('not there');
      await page.mouse.move(from.x + 12, from.y + 10);
      await page.mouse.down();
      await page.mouse.move(from.x + 40, from.y + 30, { steps: 4 });
      await page.mouse.move(goal.x + goal.width * share, goal.y + goal.height / 2, { steps: 8 });
      await page.mouse.up();
    };
    await drag('Calls', page.locator('[data-panel=console]'), 0.5);
    await expect.poll(async () => await arrangement(page), WAIT).toContain('console calls*');
    await drag('Explain', page.locator('[data-panel=packets]'), 0.97);
    await expect.poll(async () => await arrangement(page), WAIT).toContain('explain*');
    expect((await arrangement(page)).at(-1)).toBe('explain*');
    await page.reload();
    await expect.poll(async () => (await arrangement(page)).at(-1), WAIT).toBe('explain*');
    expect(await arrangement(page)).toContain('console calls*');
    expect(await violations(page, '[data-workspace]')).toEqual([]);
    await page.context().close();
  });

  it('are moved, split, maximised, closed and opened again by keys, with the focus on what was moved', async () => {
    const page = await open();
    await tab(page, 'Topology').click();
    await page.keyboard.press('ArrowRight');
    expect(await focusedTab(page)).toBe('server');
    await page.keyboard.press('Alt+m');
    await page.getByRole('menuitem', { name: 'Split off' }).waitFor();
    expect(await violations(page, '[role=menu]')).toEqual([]);
    await page.getByRole('menuitem', { name: 'Split off' }).press('ArrowRight');
    await page.getByRole('menuitem', { name: 'below' }).press('Enter');
    await expect.poll(async () => await arrangement(page), WAIT).toContain('server*');
    await expect.poll(async () => await focusedTab(page), WAIT).toBe('server');
    await page.keyboard.press('Alt+Shift+ArrowRight');
    await expect.poll(async () => await arrangement(page), WAIT).toContain('console server*');
    await expect.poll(async () => await focusedTab(page), WAIT).toBe('server');
    await page.keyboard.press('Alt+x');
    await expect
      .poll(async () => await page.locator('[data-panel]:visible:not([data-panel=true])').count(), WAIT)
      .toBe(1);
    await expect.poll(async () => await focusedTab(page), WAIT).toBe('server');
    await page.keyboard.press('Alt+x');
    await expect.poll(async () => await page.locator('[data-panel=topology]').count(), WAIT).toBe(1);
    await page.keyboard.press('Alt+g');
    await expect.poll(async () => await focusedTab(page), WAIT).toBe('timeline');
    await page.keyboard.press('Alt+Shift+g');
    await expect.poll(async () => await focusedTab(page), WAIT).toBe('server');
    await page.keyboard.press('Delete');
    await expect.poll(async () => await arrangement(page), WAIT).toContain('console*');
    await page.keyboard.press('Alt+2');
    await expect.poll(async () => (await arrangement(page)).join(' '), WAIT).toContain('server*');
    await page.context().close();
  });

  it('have layouts with names: of the page, of the reader, and of a link', async () => {
    const page = await open();
    const command = async (words: string): Promise<void> => {
      await page.keyboard.press('Control+k');
      await page.getByRole('combobox', { name: 'Type a command' }).fill(words);
      await page.keyboard.press('Enter');
    };
    await command('close panel');
    await command('keep this layout');
    await page.getByLabel('Name', { exact: true }).fill('mine');
    await page.keyboard.press('Enter');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    const mine = await arrangement(page);
    await command('layout: packets');
    await expect.poll(async () => (await arrangement(page))[0], WAIT).toMatch(/^packets\*/);
    expect(await arrangement(page)).not.toEqual(mine);
    await page.getByRole('button', { name: 'Arrange Packets' }).click();
    await page.getByRole('menuitem', { name: 'Layouts' }).press('ArrowRight');
    await page.getByRole('menuitem', { name: 'mine' }).click();
    await expect.poll(async () => await arrangement(page), WAIT).toEqual(mine);
    await page.getByRole('button', { name: 'Share', exact: true }).click();
    await page.getByLabel('With this arrangement of the panels').check();
    const link = await page.getByTestId('share-link').inputValue();
    const other = await open(new URL(link).hash, { version: 1, preset: 'class' });
    await expect.poll(async () => await arrangement(other), WAIT).toEqual(mine);
    // What a link arranges is not kept.
    await other.goto(`${host.site.url}?again${LAB}`);
    await expect.poll(async () => (await arrangement(other)).join(' '), WAIT).toContain('lesson*');
    await other.evaluate(() => localStorage.setItem('netboot-lab.layout', '{"version":9,"layout":{"root":1}}'));
    await other.goto(`${host.site.url}?once-more${LAB}&layout=not-a-layout`);
    await other.getByTestId('notice').getByText('cannot be read').waitFor();
    expect((await arrangement(other))[0]).toMatch(/^topology\*/);
    for (const each of [page, other]) await each.context().close();
  });
});

/** What is cut, wrapped or beside the page; and which protocol of the selected frame is in sight. */
async function faults(page: Page): Promise<readonly string[]> {
  return await page.evaluate(() => {
    const found: string[] = [];
    const bar = document.querySelector('header');
    if (bar === null) return ['no top bar'];
    const rows = innerWidth < 760 ? 76 : 42;
    if (bar.clientHeight !== rows) found.push(`the top bar is ${bar.clientHeight} px high`);
    if (document.documentElement.scrollWidth > innerWidth) found.push('the page scrolls sideways');
    const boxes = [...bar.querySelectorAll('button, select, input')]
      .map((part) => ({ name: part.ariaLabel ?? part.textContent, box: part.getBoundingClientRect() }))
      .filter(({ box }) => box.width > 0);
    for (const { name, box } of boxes)
      if (box.right > innerWidth || box.left < 0) found.push(`${name} is beside the window`);
    boxes.forEach((a, i) => {
      for (const b of boxes.slice(i + 1)) {
        const apart =
          a.box.right <= b.box.left + 1 ||
          b.box.right <= a.box.left + 1 ||
          a.box.bottom <= b.box.top ||
          b.box.bottom <= a.box.top;
        if (!apart) found.push(`${a.name} lies on ${b.name}`);
      }
    });
    for (const button of document.querySelectorAll('[data-panel] button, header button')) {
      const { width, height } = button.getBoundingClientRect();
      const isBar = button.closest('header, [role=toolbar], [class*=bar]') !== null;
      if (isBar && width > 0 && height > 34) found.push(`“${button.textContent}” has ${height} px`);
    }
    for (const header of document.querySelectorAll('[data-tabset-header]'))
      if (header.scrollHeight > header.clientHeight + 1) found.push('tabs have two rows');
    const tree = document.querySelector('[data-testid=layer-tree]');
    const named = [...(tree?.querySelectorAll('[role=row], [role=treeitem]') ?? [])].find((row) =>
      row.textContent?.includes('Trivial File Transfer Protocol'),
    );
    if (tree !== null && named !== undefined) {
      const [whole, row] = [tree.getBoundingClientRect(), named.getBoundingClientRect()];
      if (row.bottom > whole.bottom + 1 || row.top < whole.top - 1)
        found.push('the protocol of the frame is out of sight');
    }
    return found;
  });
}

describe('each layout', { timeout: 180_000 }, () => {
  it('fits at 1920, 1440, 1280, 820 and 390 pixels', async () => {
    const page = await open();
    const found: string[] = [];
    const command = async (id: string): Promise<void> => {
      await page.keyboard.press('Control+k');
      await page.getByRole('dialog').getByRole('combobox').fill(id);
      await page.keyboard.press('Enter');
    };
    // The French texts are the longer ones.
    await command('language.switch');
    await tab(page, 'Paquets').waitFor();
    for (const [width, height] of [
      [1920, 1080],
      [1440, 900],
      [1280, 720],
      [820, 1180],
      [390, 844],
    ] as const) {
      await page.setViewportSize({ width, height });
      for (const preset of width < 760 ? (['default'] as const) : PRESETS) {
        await command(`layout.${preset}`);
        await page.waitForTimeout(100);
        found.push(...(await faults(page)).map((fault) => `${preset} ${width}: ${fault}`));
      }
    }
    expect(found).toEqual([]);
    await page.context().close();
  });
});

describe('commands', { timeout: 180_000 }, () => {
  it('have keys that can be changed, and are in a menu, by keys alone', async () => {
    const page = await open();
    await page.keyboard.press('F1');
    const dialog = page.getByRole('dialog', { name: 'Keys and commands' });
    await dialog.getByRole('textbox').fill('palette');
    await dialog.getByRole('button', { name: 'Change the key of “Command palette”' }).press('Enter');
    await page.keyboard.press('F9');
    await dialog.getByText('F9 belongs to “Run”.').waitFor();
    expect(await violations(page, '[role=dialog]')).toEqual([]);
    await dialog.getByRole('button', { name: 'Cancel' }).press('Enter');
    await dialog.getByRole('button', { name: 'Change the key of “Command palette”' }).press('Enter');
    await page.keyboard.press('Control+Shift+P');
    await dialog.getByText('Ctrl+Shift+P', { exact: true }).waitFor();
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'detached' });
    await page.reload();
    await tab(page, 'Topology').waitFor();
    await page.keyboard.press('Control+Shift+P');
    const palette = page.getByRole('combobox', { name: 'Type a command' });
    await palette.fill('restart lab');
    await page.keyboard.press('Enter');
    await page.keyboard.press('Control+Shift+P');
    await page
      .getByRole('group', { name: 'Last used' })
      .getByRole('option', { name: /^Restart lab/ })
      .waitFor();
    expect(await violations(page, '[role=dialog]')).toEqual([]);
    await page.keyboard.press('Escape');
    await page.keyboard.press('Alt+Shift+M');
    await page.getByRole('menuitem', { name: 'Lab', exact: true }).waitFor();
    expect(await violations(page, '[role=menu]')).toEqual([]);
    await expect.poll(async () => await page.evaluate(() => document.activeElement?.textContent), WAIT).toMatch(/^Lab/);
    await page.keyboard.type('View');
    await page.keyboard.press('ArrowRight');
    await page.getByRole('menuitem', { name: 'Layout: server' }).press('Enter');
    await expect.poll(async () => (await arrangement(page))[0], WAIT).toBe('server*');
    await page.context().close();
  });
});
