/**
 * PXELINUX's menu is derived from what a machine fetches: shown with its module, counted down, gone with the kernel.
 */
import { describe, expect, it } from 'vitest';
import type { MenuSnapshot } from '../../base/event-log.ts';
import { itemAt } from '../../base/lists/list.ts';
import { MemoryFileTree } from '../../services/files/file-tree.ts';
import { MenuCursor } from './pxelinux-cursor.ts';
import { PxelinuxMenu, snapshot as snapshotAt } from './pxelinux-menu.ts';
import { parseSyslinuxConfig, type SyslinuxConfig } from './syslinux-config.ts';

function parse(text: string, files: Readonly<Record<string, string>> = {}): SyslinuxConfig {
  return parseSyslinuxConfig({ path: '/default', text }, (name) => {
    const included = files[name];
    return included === undefined ? undefined : { path: `/${name}`, text: included };
  });
}

/** As it first appears. */
function snapshot(config: SyslinuxConfig, nowNs: number): MenuSnapshot {
  return snapshotAt(config, nowNs, new MenuCursor(config));
}

describe('parseSyslinuxConfig', () => {
  it('reads entries, hot keys, submenus, separators and help in any case of letters', () => {
    const config = parse(
      `# a comment
UI vesamenu.c32
Menu Title Choose
TIMEOUT 50
LABEL one
  MENU LABEL ^First one
  KERNEL linux root=/dev/nfs
  APPEND quiet
  TEXT HELP
  label notalabel
  ENDTEXT
menu separator
label two
  menu default
  menu label Second ^2
  linux vmlinuz
  initrd initrd.gz
label hidden
  menu hide
  localboot 0
label off
  menu disable
menu begin more
  menu title More things
  label inner
    kernel memtest
menu end
frobnicate this
label three
  config other.cfg
`,
    );
    expect(config).toMatchObject({
      title: 'Choose',
      ui: 'vesamenu.c32',
      timeoutDs: 50,
      defaultItem: 2,
      kernels: ['linux', 'vmlinuz', 'memtest'],
      configs: ['other.cfg'],
    });
    expect(snapshot(config, 1_000)).toEqual({
      source: 'pxelinux',
      title: 'Choose',
      items: [
        { id: 'one', label: 'First one', key: 'F' },
        { id: 'separator', label: '', isGap: true },
        { id: 'two', label: 'Second 2', key: '2' },
        { id: 'off', label: 'off', isGap: true },
        { id: 'menu more', label: 'More things' },
        { id: 'three', label: 'three' },
      ],
      defaultId: 'two',
      deadlineNs: 5_000_001_000,
    });
  });

  it('takes a default for the entry of that name, else for the program to run', () => {
    expect(parse('default b quiet\nlabel a\nlabel B\n')).toMatchObject({ defaultItem: 1, ui: undefined });
    expect(parse('default menu.c32 x\nlabel a\n')).toMatchObject({ defaultItem: undefined, ui: 'menu.c32' });
    expect(parse('menu begin s\nlabel deep\nmenu end\ndefault deep')).toMatchObject({ ui: undefined });
  });

  it('begins at the first choice when the default cannot be chosen or is not named', () => {
    expect(snapshot(parse('label a\nmenu disable\nlabel b\nlabel c'), 0).defaultId).toBe('b');
    expect(snapshot(parse('default a\nlabel a\nmenu disable\nlabel b'), 0).defaultId).toBe('b');
    expect(snapshot(parse('default a\nlabel b\nlabel a\nmenu hide'), 0).defaultId).toBe('b');
    expect(snapshot(parse('label a'), 0)).not.toHaveProperty('deadlineNs');
  });

  it('gives entries of one name ids of their own', () => {
    expect(snapshot(parse('label a\nlabel a\nmenu separator\nmenu separator'), 0).items.map(({ id }) => id)).toEqual([
      'a',
      'a-2',
      'separator',
      'separator-2',
    ]);
  });

  it('reads submenus to a depth, and what stands deeper as part of the deepest', () => {
    const { items } = parse(`${'MENU BEGIN m\n'.repeat(5000)}LABEL deep\n${'MENU END\n'.repeat(5000)}LABEL top\n`);
    expect(items.map((item) => (item.kind === 'separator' ? '' : item.name))).toEqual(['m', 'top']);
    let depth = 0;
    for (let at = itemAt(items, 0); at.kind === 'menu'; at = itemAt(at.menu.items, 0)) depth++;
    expect(depth).toBe(64);
  });

  it('includes files where they stand, and ends when one includes itself', () => {
    const config = parse('label a\ninclude b.cfg\nmenu include missing.cfg\nlabel c', { 'b.cfg': 'label b\n' });
    expect(config.items.map((item) => (item.kind === 'entry' ? item.name : ''))).toEqual(['a', 'b', 'c']);
    expect(config.files).toEqual(['/default', '/b.cfg']);
    expect(parse('include x', { x: 'label x\ninclude x' }).files).toHaveLength(100);
  });
});

describe('PxelinuxMenu', () => {
  function play(config: string): {
    menu: PxelinuxMenu;
    files: MemoryFileTree;
    shown: MenuSnapshot[];
    opened: string[];
  } {
    const files = new MemoryFileTree();
    files.addFile('/srv/pxelinux.cfg/default', config);
    files.addFile('/srv/menu.c32', 'x');
    files.addFile('/srv/other.cfg', 'label back\nkernel menu.c32\n');
    const shown: MenuSnapshot[] = [];
    const opened: string[] = [];
    const menu = new PxelinuxMenu({
      read: () => {},
      show: (one) => shown.push(one),
      opened: (title) => opened.push(title),
    });
    return { menu, files, shown, opened };
  }
  const CONFIG = 'default menu.c32\nmenu title T\ntimeout 30\nlabel a\nkernel a/linux\nlabel b\nconfig other.cfg\n';

  it('opens with the module, counts from when the module has read it, stops at a key, ends with the kernel', () => {
    const { menu, files, shown, opened } = play(CONFIG);
    menu.fetched('/srv/pxelinux.cfg/default', files, 1);
    expect(shown).toEqual([]);
    menu.fetched('/srv/menu.c32', files, 2);
    menu.fetched('/srv/pxelinux.cfg/default', files, 3);
    expect(opened).toEqual(['T']);
    expect(shown.map((one) => one.deadlineNs)).toEqual([3_000_000_002, 3_000_000_003]);
    menu.keysPressed(['Down'], 4);
    expect(shown[2]).toMatchObject({ defaultId: 'b' });
    expect(shown[2]).not.toHaveProperty('deadlineNs');
    menu.fetching('/srv/a/initrd');
    expect(shown).toHaveLength(3);
    menu.fetching('/srv/a/linux');
    menu.fetching('/srv/a/linux');
    expect(shown.slice(3)).toEqual([{ source: 'pxelinux', title: '', items: [] }]);
  });

  it('follows keys into submenus and back, as the menu modules do', () => {
    const { menu, files, shown } = play(
      'ui menu.c32\nlabel a\nkernel a\nmenu begin more\nmenu title More\nlabel back\nmenu label Back..\nmenu exit\n' +
        'menu separator\nlabel off\nmenu disable\nlabel x\nmenu label ^X-ray\nkernel x\nlabel top\nmenu goto .top\n' +
        'menu end\nlabel z\nkernel z\n',
    );
    menu.fetched('/srv/pxelinux.cfg/default', files, 1);
    menu.fetched('/srv/menu.c32', files, 2);
    const after = (...keys: string[]): string => {
      menu.keysPressed(keys, 3);
      const last = shown.at(-1);
      return `${last?.title ?? ''}/${last?.defaultId ?? ''}`;
    };
    expect(after('Up')).toBe('/a');
    expect(after('Down', 'Enter')).toBe('More/back');
    expect(shown.at(-1)?.items.map(({ label }) => label)).toEqual(['Back..', '', 'off', 'X-ray', 'top']);
    expect(after('Down')).toBe('More/x');
    expect(after('Enter')).toBe('More/x');
    // A command line is edited: these keys are text.
    expect(after('Tab', 'Down', 'Home', 'Escape')).toBe('More/x');
    expect(after('End', 'Down')).toBe('More/top');
    expect(after('x')).toBe('More/x');
    expect(after('Escape')).toBe('/menu more');
    expect(after('Enter')).toBe('More/x');
    expect(after('Home', 'Enter')).toBe('/menu more');
    expect(after('Enter', 'End', 'Enter', 'Home')).toBe('/a');
    expect(after('Right')).toBe('/z');
    expect(after('PageUp', 'Left')).toBe('/a');
  });

  it('changes to another configuration, which waits for its own module', () => {
    const { menu, files, shown } = play(CONFIG);
    menu.fetched('/srv/pxelinux.cfg/default', files, 1);
    menu.fetched('/srv/menu.c32', files, 2);
    menu.fetched('/srv/other.cfg', files, 3);
    expect(shown.at(-1)?.items).toEqual([]);
    menu.fetched('/srv/menu.c32', files, 4);
    expect(shown.at(-1)?.items.map(({ id }) => id)).toEqual(['back']);
  });

  it('says nothing of a configuration without a menu module', () => {
    const { menu, files, shown, opened } = play('default a\nprompt 1\nlabel a\nkernel a/linux\n');
    menu.fetched('/srv/pxelinux.cfg/default', files, 1);
    menu.fetching('/srv/a/linux');
    menu.close();
    expect([shown, opened]).toEqual([[], []]);
  });
});
