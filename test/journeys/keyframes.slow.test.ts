/**
 * With keyframes, going back to a moment of a PC plays what was executed before up to one, and leads to the memory that a run
 * in full has. A stored keyframe that was damaged is dropped, and the page says so.
 */
import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { NS_PER_S } from '../../src/base/time/clock.ts';
import { answerOf } from '../../src/lab/nodes/machine.ts';
import { encodeLink } from '../../src/page/document/link.ts';
import { formatClock } from '../../src/ui/format.ts';
import { openLab, siteScenario } from '../support/lab.ts';
import { journeyHost, openPage, stateHash } from './lab-page.ts';

const EARLY_S = 4.2;
const LATE_S = 4.4;
const MOMENTS = [EARLY_S, LATE_S].map((s) => ({ name: `second ${s}`, atNs: s * NS_PER_S }));

const site = siteScenario('debian-installer');
/** A small memory is stored and hashed quickly. */
const scenario = {
  ...site,
  nodes: site.nodes.map((node) => (node.kind === 'pc' ? { ...node, memMiB: 96 } : node)),
  moments: MOMENTS,
};

const host = journeyHost();

async function showMoment(page: Page, number: number): Promise<void> {
  const { name } = MOMENTS[number - 1] ?? {};
  await page.getByRole('button', { name: `Show moment ${number}: ${String(name)}`, exact: true }).click();
}

async function arrive(page: Page, second: number): Promise<void> {
  await expect
    .poll(async () => (await page.getByTestId('clock').textContent())?.trim(), { timeout: 120_000 })
    .toBe(formatClock(second * NS_PER_S));
}

/** Sizes of the keyframes that the browser has stored, kB; with `damage` one word of each is changed. */
async function stored(page: Page, damage = false): Promise<readonly number[]> {
  return await page.evaluate(async (isDamaging) => {
    const root = await navigator.storage.getDirectory();
    const folder = await root.getDirectoryHandle('keyframes', { create: true });
    const sizes: number[] = [];
    for await (const handle of folder.values()) {
      if (handle.kind !== 'file' || !handle.name.endsWith('.keyframe')) continue;
      const { size } = await handle.getFile();
      if (size > 0) sizes.push(Math.round(size / 1000));
      if (!isDamaging) continue;
      const file = await handle.createWritable({ keepExistingData: true });
      await file.write({ type: 'write', position: Math.floor(size / 2), data: Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8) });
      await file.close();
    }
    return sizes;
  }, damage);
}

it('goes back to a moment of a PC from keyframes, and drops a damaged one', async () => {
  const lab = openLab(scenario);
  const expected = MOMENTS.map(({ atNs }) => {
    lab.queue.runUntil(atNs);
    return answerOf(lab.machine('pc1'), 'stateHash');
  });

  const page = await openPage(
    host.browser,
    `${host.site.url}?keyframes=on${encodeLink(scenario, { tabs: ['moments'] })}`,
  );
  await showMoment(page, 2);
  await arrive(page, LATE_S);
  expect(await stateHash(page, 'pc1')).toBe(expected[1]);
  await expect.poll(async () => await stored(page), { timeout: 30_000 }).toHaveLength(1);

  await showMoment(page, 1);
  await page.getByTestId('past').waitFor();
  await page.keyboard.press('F6');
  await page.getByTestId('past').waitFor({ state: 'hidden' });
  await arrive(page, EARLY_S);
  expect(await stateHash(page, 'pc1')).toBe(expected[0]);
  await showMoment(page, 2);
  await arrive(page, LATE_S);
  expect(await stateHash(page, 'pc1')).toBe(expected[1]);

  // The same browser, another page.
  const openLink = async (): Promise<void> => {
    await page.goto('about:blank');
    await page.goto(`${host.site.url}?keyframes=on${encodeLink(scenario, { atNs: LATE_S * NS_PER_S })}`);
    await page.getByRole('button', { name: 'Go there' }).click();
  };
  await stored(page, true);
  await openLink();
  await page.getByText('was damaged and has been removed').waitFor();
  expect(await stored(page)).toEqual([]);
  await page.context().close();
});
