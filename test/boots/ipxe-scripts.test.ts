/** Scripts as people write them, on a bare machine. */
import { describe, expect, it } from 'vitest';
import { playScript, SCRIPT_CASES } from '../support/ipxe-scripts.ts';

describe('scripts on a bare machine', () => {
  it.each(SCRIPT_CASES)('$name', (each) => {
    const end = playScript('bare', each);
    for (const pattern of each.shows) expect(end.screen).toMatch(pattern);
    for (const pattern of each.lacks ?? []) expect(end.screen).not.toMatch(pattern);
    if (each.requests !== undefined) expect(end.requests).toEqual(each.requests);
    if (each.downloads !== undefined) expect(end.downloads).toEqual(each.downloads);
  });
});
