/** Menus, forms and line editing: what stands on the screen, what keys do. */
import { describe, expect, it } from 'vitest';
import { itemAt } from '../../../base/lists/list.ts';
import type { Key } from '../../platform.ts';
import { keyNamed } from '../../text/keys.ts';
import { runScript, type Bench } from '../testing.ts';
import { EditString } from './edit-string.ts';

/** Runs a script and presses keys a second after power-on, one each 10 ms. */
function play(script: string, keys: readonly string[], seconds = 60): { output: string; bench: Bench } {
  return runScript(script, {
    seconds,
    prepare: (bench) => {
      keys.forEach((key, index) => bench.queue.schedule(1e9 + index * 1e7, () => bench.machine.press(key)));
    },
  });
}

/** A key for each character. */
const chars = (text: string): string[] => Array.from(text);

/** The last line printed. */
const last = (text: string): string => text.trimEnd().split('\n').at(-1) ?? '';

const MENU =
  'menu Boot menu\nitem --gap -- --- Systems\nitem --key l linux Boot Linux\nitem shell Enter iPXE shell\nitem\n' +
  'item --gap --key t Tools\nitem --key x exit Exit to BIOS\nitem mem Memory test\n';
const CHOOSE = `${MENU}choose target && echo got:\${target} || echo failed:\${errno}`;

describe('menus', () => {
  it('draws title, items and gaps as iPXE does', () => {
    const { bench } = play(CHOOSE, [], 2);
    const { screen } = bench.machine;
    const lines = screen.text().split('\n');
    expect(itemAt(lines, 1).trim()).toBe('Boot menu');
    expect(lines.slice(3, 10)).toEqual([
      '   --- Systems',
      '   Boot Linux',
      '   Enter iPXE shell',
      '',
      '   Tools',
      '   Exit to BIOS',
      '   Memory test',
    ]);
    const attribute = (row: number, column: number): number => itemAt(screen.cells, row * 80 + column) >>> 8;
    // Bold white on red from column 1 to 78, cyan on blue for gaps, white on blue elsewhere.
    expect([attribute(4, 0), attribute(4, 1), attribute(4, 78), attribute(4, 79)]).toEqual([0x17, 0x4f, 0x4f, 0x17]);
    expect([attribute(3, 3), attribute(5, 3), attribute(1, 36)]).toEqual([0x13, 0x17, 0x1f]);
  });

  it.each([
    [['Enter'], 'got:linux'],
    [['Up', 'Enter'], 'got:linux'],
    [['Down', 'Down', 'Enter'], 'got:exit'],
    [['End', 'Enter'], 'got:mem'],
    [['End', 'Down', 'Enter'], 'got:mem'],
    [['End', 'Tab', 'Enter'], 'got:linux'],
    [['PageDown', 'PageUp', 'Enter'], 'got:linux'],
    [['x'], 'got:exit'],
    [['t', 'Enter'], 'got:exit'],
    [['Escape'], 'failed:0xb2ce0a0'],
    [['Ctrl-C'], 'failed:0xb2ce0a0'],
  ])('%s', (keys, expected) => {
    expect(last(play(CHOOSE, keys).output)).toBe(expected);
  });

  it('takes the default when the time is over, and waits for ever after a key', () => {
    const script = `${MENU}choose --default exit --timeout 3000 target && echo got:\${target} after \${unixtime}`;
    const { output, bench } = play(script, []);
    expect(last(output)).toMatch(/^got:exit/);
    const menu = bench.events.find((event) => event.kind === 'menu');
    expect(menu?.kind === 'menu' && menu.menu).toMatchObject({
      source: 'ipxe',
      title: 'Boot menu',
      defaultId: 'exit',
      deadlineNs: 3.3e9,
    });
    const waiting = play(script, ['Up']);
    expect(last(waiting.output)).not.toMatch(/got/);
    const now = waiting.bench.events.findLast((event) => event.kind === 'menu');
    expect(now?.kind === 'menu' && [now.menu.defaultId, now.menu.deadlineNs]).toEqual(['shell', undefined]);
  });

  it('fails without a menu or without a named item', () => {
    expect(play('choose x ||\necho ${errno}', []).output).toBe('No default user interface\n0x2d16203b\n');
    expect(play('menu m\nitem\nchoose x ||\necho ${errno}', []).output).toBe('0x2d2ce03b\n');
    expect(play('choose --menu none x ||', []).output).toBe('"none": no such user interface\n');
  });

  it('runs the script of the issue, with a submenu', () => {
    const script =
      '#!ipxe\n:start\nmenu\nitem linux Boot Linux\nitem shell Enter iPXE shell\nitem more More\nitem exit Exit to BIOS\n' +
      'choose --default exit --timeout 3000 target && goto ${target}\n:linux\nchain ftp://${server}/bzImage\n:shell\nshell\n' +
      ':more\nmenu --name sub Tools\nitem --menu sub back Back\nchoose --menu sub t && goto ${t}\n:back\ngoto start\n:exit\nexit\n';
    const { bench } = play(script, []);
    expect(bench.machine.screen.text()).toContain('No bootable device.');
    const { output } = play(script, ['Up', 'Enter', 'Enter', 'Up', 'Up', 'Enter'], 3);
    expect(last(output)).toBe('iPXE>');
  });
});

describe('forms', () => {
  const form = 'form Network\nitem ip:ipv4 Address\nitem --secret password Password\n';

  it('stores what was typed, by the type of each field', () => {
    const keys = [...chars('10.0.0.7'), 'Enter', ...chars('pw'), 'Enter'];
    expect(last(play(`${form}present && echo \${ip} \${password}`, keys).output)).toBe('10.0.0.7 pw');
  });

  it('marks a value that its type refuses, and stays', () => {
    const { bench } = play(`${form}present`, [...chars('10.'), 'Enter', 'Enter'], 3);
    expect(bench.machine.screen.text()).toContain('ERR');
    expect(bench.machine.screen.text()).not.toContain('pw');
  });

  it('is given up by Ctrl-C', () => {
    expect(last(play(`${form}present || echo \${errno}`, ['Ctrl-C']).output)).toBe('0xb63e0a0');
    expect(play('form\npresent || echo ${errno}', []).output).toBe('0x1c63e002\n');
  });
});

describe('a screen that is left', () => {
  it('is cleared in the console\u2019s own colours; the script goes on at its foot', () => {
    const { bench } = play(`${MENU}choose target\necho chosen\nsleep 60`, ['Enter'], 3);
    const { screen } = bench.machine;
    expect(screen.text()).toBe(`${'\n'.repeat(23)}chosen`);
    expect(screen.cells.every((cell) => cell >>> 8 === 7)).toBe(true);
  });
});

describe('long lists', () => {
  it('go by whole pages, with dots where there is more', () => {
    const items = Array.from({ length: 30 }, (_, index) => `item i${index} Item ${index}\n`).join('');
    const choose = `menu Many\n${items}choose x && echo got:\${x}`;
    const { bench } = play(choose, ['PageDown'], 2);
    const lines = bench.machine.screen.text().split('\n');
    expect(lines[2]).toBe('   ...');
    expect(lines[3]).toBe('   Item 20');
    expect(lines.length).toBe(13);
    expect(last(play(choose, ['PageDown', 'PageUp', 'Enter']).output)).toBe('got:i19');
    expect(last(play(choose, ['PageDown', 'PageDown', 'Enter']).output)).toBe('got:i29');
  });
});

describe('config', () => {
  it('lays the screen out as iPXE does', () => {
    const { bench } = play('config net0', ['Down'], 2);
    const lines = bench.machine.screen.text().split('\n');
    expect(itemAt(lines, 1).trim()).toBe('iPXE configuration settings - net0');
    expect(lines.slice(3, 6)).toEqual(['  ../', '  busid.......... 01:80:86:10:0e', '  busloc......... 0x10']);
    expect(lines[13]).toBe('  gateway........ <not specified>');
    expect(lines[19]).toBe('  ...');
    expect(itemAt(lines, 20).trim()).toBe('net0/busid:hex - Bus ID');
    expect(lines[23]).toBe('        Ctrl-D - delete setting     Ctrl-X - exit configuration utility');
  });

  it('offers to delete only what is set in this very block, and shows an edited row as an edit box', () => {
    const instructions = (keys: readonly string[]): string => {
      const { bench } = play('set net0/ip 10.0.0.1\nset gateway 10.0.0.2\nconfig net0', keys, 2);
      return itemAt(bench.machine.screen.text().split('\n'), 23).trim();
    };
    const leave = 'Ctrl-X - exit configuration utility';
    // The way up, the card's own bus identifier, and the gateway that is only set above.
    expect(instructions([])).toBe(leave);
    expect(instructions(['Down'])).toBe(`Ctrl-D - delete setting     ${leave}`);
    expect(instructions(Array.from({ length: 10 }, () => 'Down'))).toBe(leave);
    const { bench } = play('config net0', ['Down', 'Enter'], 2);
    const row = Array.from(bench.machine.screen.cells.subarray(4 * 80, 5 * 80), (cell) => cell >>> 8);
    expect([row[0], row[1], row[18], row[78], row[79]]).toEqual([0x17, 0x38, 0x30, 0x38, 0x17]);
  });

  it('edits and deletes settings of a block', () => {
    const down = Array.from({ length: 22 }, () => 'Down');
    const { bench } = play('config net0\nshow net0/filename', ['Home', ...down], 3);
    const selected = bench.machine.screen.text();
    expect(selected).toContain('iPXE configuration settings - net0');
    expect(selected).toMatch(/https:\/\/ipxe\.org\/cfg\//);
    const toFile = Array.from({ length: 18 }, () => 'Down');
    const keys = [...toFile, ...chars('x.0'), 'Enter', 'Ctrl-X'];
    expect(last(play('config net0\nshow net0/filename', keys).output)).toBe('net0/filename:string = x.0');
  });
});

describe('line editing', () => {
  const press = (edit: EditString, ...names: string[]): string => {
    for (const name of names) {
      const key: Key | undefined = keyNamed(name);
      if (key !== undefined) edit.press(key);
    }
    return `${edit.text.slice(0, edit.cursor)}|${edit.text.slice(edit.cursor)}`;
  };

  it('knows the keys', () => {
    const edit = new EditString('one two three');
    expect(press(edit, 'Ctrl-W')).toBe('one two |');
    expect(press(edit, 'Ctrl-A', 'Right', 'Delete')).toBe('o|e two ');
    expect(press(edit, 'Ctrl-E', 'Ctrl-B', 'Backspace', 'x')).toBe('oe twx| ');
    expect(press(edit, 'Left', 'Left', 'Ctrl-K')).toBe('oe t|');
    expect(press(edit, 'Left', 'Ctrl-U')).toBe('|t');
    expect(press(edit, 'Home', 'Backspace', 'End', 'Ctrl-D')).toBe('t|');
  });

  it('reads a line with what was there before, and recalls the shell’s lines', () => {
    const { output } = play('set n ab\nread n && echo <${n}>', ['Left', 'X', 'Enter']);
    expect(last(output)).toBe('<aXb>');
    const shell = play(
      'shell',
      [...chars('echo 1'), 'Enter', ...chars('echo 2'), 'Enter', 'Up', 'Up', 'Enter'],
      3,
    ).output;
    expect(shell.match(/^1$/gm)?.length).toBe(2);
    expect(play('read --timeout 1000 n ||\necho ${errno}', []).output).toBe('\n0x4c32e035\n');
  });
});
