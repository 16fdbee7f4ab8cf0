/**
 * Boot programs that once ended a lab or an emulator reach in Chromium what they are for, with the frames and the memory
 * that Node comes to. `NETBOOT_LAB_PROGRAMS=all` adds by hand a boot of each family, the calls that were missing, and the
 * site's labs of boot programs, some eight minutes; `-t 'by hand.*GRUB'` chooses.
 */
import { describe, it } from 'vitest';
import type { Scenario } from '../../src/scenario/schema.ts';
import { encodeLink } from '../../src/page/document/link.ts';
import {
  bootDisk,
  bootLab,
  DISK_FILE,
  FLOPPY_PUT_IN,
  grub,
  ipxe,
  MEDIA,
  MEMTEST,
  SECOND_CONFIGURATION,
  TRIPLE_FAULT,
  type Parts,
} from '../support/boot-programs.ts';
import { boot, FAMILIES } from '../support/boot-families.ts';
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

const HTTP_CONFIGURATION = 'set 209:string my.cfg\nset 210:string http://10.0.2.1/\nchain tftp://10.0.2.1/pxelinux.0';
const GRUB_CD = { medium: 'iso', grubConfig: 'echo CD OVER HTTP\nsleep 100\n' };

/** What was missing from the APIs, and what had not been run. */
const CALLS: readonly (readonly [string, Parts, string])[] = [
  [
    'RESTART_TFTP',
    { ...grub('echo SECOND PROGRAM; sleep 100'), boots: 'pxelinux.0', config: 'kernel pxechn.c32\nappend -r core.0' },
    'screen:/SECOND/',
  ],
  [
    'options 209 and 210 of a script, and the file API',
    {
      pc: ipxe(HTTP_CONFIGURATION),
      files: [{ path: '/srv/tftp/my.cfg', content: { text: 'say HTTP CONFIGURATION\nprompt 1\n' } }],
    },
    'screen:/HTTP CONFIGURATION/',
  ],
  [
    'FILE_EXEC',
    {
      pc: ipxe('chain tftp://10.0.2.1/pxelinux.0'),
      config: 'kernel sanboot.c32\nappend http://10.0.2.1/disk.img',
      files: [DISK_FILE],
    },
    SECTOR_READ,
  ],
  [
    'sanboot of a CD',
    { pc: ipxe('sanboot http://10.0.2.1/boot.iso'), files: [{ path: '/srv/tftp/boot.iso', content: GRUB_CD }] },
    'screen:/CD OVER HTTP/',
  ],
  [
    'pxechainloader of GRUB',
    {
      ...grub('insmod pxechain\npxechainloader (tftp)/pxelinux.0\nboot'),
      config: 'say CHAINED PXELINUX\nprompt 1',
    },
    'screen:/CHAINED PXELINUX/',
  ],
  ['12 MiB of memory', { pc: { memMiB: 12 }, config: 'say TWELVE\nprompt 1' }, 'screen:/TWELVE/'],
  ['Memtest86+ by iPXE', { pc: ipxe('chain http://10.0.2.1/memtest'), files: [MEMTEST] }, 'screen:/Memtest86.*v6/'],
  [
    'a triple fault',
    { boots: 'nbp.0', files: [{ path: '/srv/tftp/nbp.0', content: bootDisk(TRIPLE_FAULT) }] },
    'tftp.opcode == 1 && frame.time_relative > 10',
  ],
];

const SITE: readonly (readonly [string, string])[] = [
  ['pc-grub-disk', 'screen:/Stage 2 has read/'],
  ['pc-grub-pxe', 'screen:/Memtest86.*v6/'],
  ['pc-lpxelinux', 'screen:/All of this came over HTTP/'],
  ['pc-memdisk-iso', 'screen:/Nothing is left to do/'],
  ['pc-ipxe-cd', 'screen:/Nothing is left to do/'],
  ['pc-ipxe-usb', 'screen:/Nothing is left to do/'],
  ['pc-floppy-change', 'stage:boot-loader'],
  ['pc-initrd-names', 'screen:/boot.wim/'],
  ['pc-flashed-rom', 'pc2.screen:/runs the script of the server/'],
  ['pc-etherboot', 'serial:/Linux version/'],
  ['wrong-programs', 'stage:no-device'],
];

const BY_HAND: readonly (readonly [string, Scenario, string])[] =
  process.env['NETBOOT_LAB_PROGRAMS'] === 'all'
    ? [
        ...Object.entries(FAMILIES).map(
          ([name, family]) => [name, boot(family, `${name} 1`), `screen:/${family.end}/`] as const,
        ),
        ...CALLS.map(([name, parts, until]) => [name, bootLab(parts), until] as const),
        ...SITE.map(([name, until]) => [name, siteScenario(name), until] as const),
      ]
    : [];

async function bootsAsInNode(scenario: Scenario, until: string): Promise<void> {
  const page = await openPage(host.browser, `${host.site.url}${encodeLink(scenario)}`);
  await runUntil(page, until, 90_000);
  await expectAsInNode(page, scenario, until);
  await page.context().close();
}

describe('boot programs in the page', () => {
  it.each(BOOTS)('%s', { timeout: 180_000 }, async (_name, parts, until) => {
    await bootsAsInNode(bootLab(parts), until);
  });

  it('HTTPS: the same ciphertext', { timeout: 180_000 }, async () => {
    await bootsAsInNode(siteScenario('bare-ipxe-https'), 'screen:/This script came by HTTPS/');
  });

  it.each(BY_HAND)('by hand: %s', { timeout: 180_000 }, async (_name, scenario, until) => {
    await bootsAsInNode(scenario, until);
  });
});
