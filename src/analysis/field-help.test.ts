/** Every help is about a field that the dissectors have, and is found with the values of real frames. */
import { describe, expect, it } from 'vitest';
import { makeRegistry } from '../protocols/all.ts';
import { FIELD_HELP, fieldHelp } from './field-help.ts';

describe('help for fields', () => {
  const registry = makeRegistry();

  it.each(Object.keys(FIELD_HELP))('%s is a field', (key) => {
    const [name = ''] = key.split(' == ');
    expect(registry.field(name)?.name).toBe(name);
  });

  it.each(Object.entries(FIELD_HELP))('%s is said in both languages, as whole sentences', (_key, { en, fr }) => {
    for (const text of [en, fr]) expect(text).toMatch(/^\S.*[.…]$/);
    expect(fr).not.toBe(en);
  });

  it('is chosen by the value where it matters', () => {
    expect(fieldHelp('dhcp.option.type', 60)?.en).toContain('PXEClient');
    expect(fieldHelp('dhcp.option.request_list_item', 67)?.en).toContain('boot file');
    expect(fieldHelp('dhcp.option.vendor.pxeclient.suboption', 9)?.en).toContain('menu');
    expect(fieldHelp('udp.dstport', 4011)?.en).toContain('4011');
    expect(fieldHelp('tftp.option.name', 'blksize')?.fr).toContain('bloc');
    expect(fieldHelp('udp.dstport', 53)).toBeUndefined();
    expect(fieldHelp('toString', 1)).toBeUndefined();
  });
});
