/**
 * PXELINUX's menu as structure, on the real tree of the Debian installer: read from its files, and reported for a PC
 * that boots it, from the menu's appearance to the kernel that was chosen.
 */
import { describe, expect, it } from 'vitest';
import { fromUtf8 } from '../../src/base/bytes.ts';
import { readImage } from '../../src/cli/images.ts';
import { MenuCursor } from '../../src/lab/observe/pxelinux-cursor.ts';
import { snapshot } from '../../src/lab/observe/pxelinux-menu.ts';
import { parseSyslinuxConfig } from '../../src/lab/observe/syslinux-config.ts';
import { play, siteScenario } from '../support/lab.ts';

const MENU = {
  source: 'pxelinux',
  title: 'Debian GNU/Linux installer menu (BIOS mode)',
  items: [
    { id: 'install', label: 'Install', key: 'I' },
    { id: 'menu advanced', label: 'Advanced options', key: 'A' },
    { id: 'menu dark', label: 'Accessible dark contrast installer menu', key: 'D' },
    { id: 'help', label: 'Help', key: 'H' },
  ],
  defaultId: 'install',
};

describe("the Debian installer's menu", () => {
  it('is read from its files, submenus and all', () => {
    const file = (path: string): { path: string; text: string } | undefined => {
      const bytes = readImage(`debian-installer/${path}`);
      return bytes === undefined ? undefined : { path, text: fromUtf8(bytes) };
    };
    const first = file('pxelinux.cfg/default');
    if (first === undefined) throw new Error('the Debian installer is not among the images');
    const config = parseSyslinuxConfig(first, file);
    expect(config.ui).toBe('debian-installer/i386/boot-screens/vesamenu.c32');
    expect(snapshot(config, 0, new MenuCursor(config))).toEqual(MENU);
    // Entries of submenus start kernels too.
    expect(config.kernels.length).toBeGreaterThan(5);
    expect(new Set(config.kernels)).toEqual(new Set(['debian-installer/i386/linux']));
    expect(config.files).toContain('debian-installer/i386/boot-screens/adtxt.cfg');
  });

  it('is told of a PC that shows it, and gone when the kernel is fetched', () => {
    const { lab, stop } = play(siteScenario('debian-installer'), { until: 'stage:kernel-loaded', timeoutS: 60 });
    expect(stop.kind).toBe('breakpoint');
    const reported = lab.log.events.filter(
      (event) => event.kind === 'menu' || (event.kind === 'stage' && ['menu', 'kernel-loaded'].includes(event.stage)),
    );
    expect(reported).toMatchObject([
      { node: 'pc1', text: 'PXELINUX shows its menu: Debian GNU/Linux installer menu (BIOS mode)' },
      { node: 'pc1', menu: MENU },
      { node: 'pc1', menu: { source: 'pxelinux', title: '', items: [] } },
      { node: 'pc1', text: 'The kernel linux is loaded' },
    ]);
  });

  it('is chosen from by arrows counted from its default', () => {
    const scenario = siteScenario('debian-installer');
    const { lab, stop } = play(
      {
        ...scenario,
        inputs: [
          {
            machine: 'pc1',
            at: { when: 'stage:menu', delayMs: 4000 },
            do: { keys: ['Down', 'Down', 'Down', 'Enter'] },
          },
        ],
      },
      { until: 'tftp.source_file contains "prompt.cfg"', timeoutS: 60 },
    );
    // The fourth item, help, is another configuration: PXELINUX fetches it.
    expect(stop.kind).toBe('breakpoint');
    expect(lab.latestStage('pc1')?.stage).toBe('menu');
  });
});
