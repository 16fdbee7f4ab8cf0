/**
 * Boot programs that once ended a lab or an emulator reach in Chromium what they are for, with the frames and the memory
 * that Node comes to.
 */
import { describe, it } from 'vitest';
import { encodeLink } from '../../src/page/document/link.ts';
import {
  bootLab,
  DISK_FILE,
  FLOPPY_PUT_IN,
  grub,
  ipxe,
  MEDIA,
  MEMTEST,
  SECOND_CONFIGURATION,
  type Parts,
} from '../support/boot-programs.ts';
import { siteScenario } from '../support/lab.ts';
import { expectAsInNode, journeyHost, openPage, runUntil } from './lab-page.ts';

const host = journeyHost();

const SECTOR_READ = 'screen:/SECTOR 1 OF THE DISK/';

const BOOTS: readonly (readonly [string, Parts, string])[] = [
  ['a disk', { pc: { media: MEDIA, bootOrder: ['disk'] } }, SECTOR_READ],
  ['localboot', { pc: { media: MEDIA, bootOrder: ['network', 'disk'] }, config: 'localboot 0x80' }, SECTOR_READ],
  ['sanboot by HTTP', { pc: ipxe('sanboot http://10.0.2.1/disk.img'), files: [DISK_FILE] }, SECTOR_READ],
  ['Memtest86+', { config: 'linux memtest', files: [MEMTEST] }, 'screen:/Memtest86.*v6/'],
  ['poweroff.c32', { config: 'kernel poweroff.c32' }, 'stage:power-off'],
  ['GRUB and halt', grub('halt'), 'stage:power-off'],
  ['pxechn.c32 -c', SECOND_CONFIGURATION, 'screen:/SECOND CONFIGURATION/'],
  ['a floppy disk that is put in', FLOPPY_PUT_IN, 'screen:/SECTOR 1 OF THE FLOPPY/'],
];

describe('boot programs in the page', () => {
  it.each(BOOTS)('%s', { timeout: 180_000 }, async (_name, parts, until) => {
    const scenario = bootLab(parts);
    const page = await openPage(host.browser, `${host.site.url}${encodeLink(scenario)}`);
    await runUntil(page, until, 90_000);
    await expectAsInNode(page, scenario, until);
    await page.context().close();
  });

  it('HTTPS: the same ciphertext', { timeout: 180_000 }, async () => {
    const scenario = siteScenario('bare-ipxe-https');
    const until = 'screen:/This script came by HTTPS/';
    const page = await openPage(host.browser, `${host.site.url}${encodeLink(scenario)}`);
    await runUntil(page, until, 90_000);
    await expectAsInNode(page, scenario, until);
    await page.context().close();
  });
});
