/** The editor offers what dnsmasq would take. */
import { describe, expect, it } from 'vitest';
import { itemAt } from '../../../base/lists/list.ts';
import { completeConfigLine } from './complete.ts';
import { configVerdict, parseConfig } from './parse/parse.ts';

describe('completeConfigLine', () => {
  it('offers directives at the beginning of a line', () => {
    expect(completeConfigLine('dhcp-bo').map(({ text }) => text)).toEqual(['dhcp-boot']);
    expect(completeConfigLine('no-such-')).toEqual([]);
  });

  it('offers option names with their codes', () => {
    expect(completeConfigLine('dhcp-option=option:rout')).toEqual([
      { text: 'option:router', detail: '3' },
      { text: 'option:router-discovery', detail: '31' },
      { text: 'option:router-solicitation', detail: '32' },
    ]);
    expect(itemAt(completeConfigLine('dhcp-match=set:efi,option:client-a'), 0).text).toBe('option:client-arch');
  });

  it('offers no option that dnsmasq does not know', () => {
    for (const { text } of completeConfigLine('dhcp-match=set:x,option:'))
      expect(configVerdict(parseConfig(`dhcp-match=set:x,${text}\n`, 'dnsmasq.conf'))?.message, text).toBeUndefined();
  });
});
