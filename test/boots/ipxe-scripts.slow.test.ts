/** Scripts as people write them, on an emulated PC: the BIOS shows them and hands over the keys, and a kernel really starts. */
import { describe, expect, it } from 'vitest';
import { itemAt } from '../../src/base/lists/list.ts';
import { playScript, SCRIPT_CASES, type ScriptCase } from '../support/ipxe-scripts.ts';

const KERNEL: ScriptCase = {
  ...(SCRIPT_CASES.find(({ name }) => name === 'menu, Linux by its line') ?? itemAt(SCRIPT_CASES, 0)),
  name: 'menu, Linux, a real one',
  kernel: 'debian-installer/debian-installer/i386/linux',
  // The kernel's own lines, with its clock before them.
  until: /^\[ +\d+\.\d{6}\] /m,
  shows: [],
};

describe('scripts on an emulated PC', () => {
  it.each([...SCRIPT_CASES, KERNEL])('$name', (each) => {
    const end = playScript('pc', each);
    for (const pattern of each.shows) expect(end.screen).toMatch(pattern);
    for (const pattern of each.lacks ?? []) expect(end.screen).not.toMatch(pattern);
    if (each.requests !== undefined) expect(end.requests).toEqual(each.requests);
    if (each.downloads !== undefined) expect(end.downloads).toEqual(each.downloads);
  });
});
