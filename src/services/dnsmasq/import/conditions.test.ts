/** Kea's conditions on clients' options: a class that is taken over has the members that it had before. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { latin1 } from '../../../base/bytes.ts';
import { importKea } from './kea.ts';
import { fileFor } from './testing.ts';
import type { ImportResult } from './writer.ts';

const VENDOR_CLASS = 60;
const USER_CLASS = 77;

/** Imports a configuration that gives `yes` to clients of whom a condition holds. */
const kea = (test: string): ImportResult =>
  importKea(
    JSON.stringify({
      Dhcp4: {
        'client-classes': [{ name: 'c', test, 'boot-file-name': 'yes' }],
        subnet4: [{ subnet: '10.0.0.0/24', pools: [{ pool: '10.0.0.5-10.0.0.9' }] }],
      },
    }),
  );

function isMember(imported: ImportResult, code: number, text: string): boolean {
  return fileFor(imported, [[code, latin1(text)]]) === 'yes';
}

describe('conditions on parts of options', () => {
  const text = fc.string({ unit: fc.constantFrom('A', 'B', ':', '*'), minLength: 2, maxLength: 4 });
  const data = fc.string({ unit: fc.constantFrom('A', 'B', ':', '*'), minLength: 1, maxLength: 10 });

  it('hold for the same clients, wherever the part lies', () => {
    fc.assert(
      fc.property(text, data, fc.nat(3), (wanted, sent, at) => {
        const imported = kea(`substring(option[60].hex, ${at}, ${wanted.length}) == '${wanted}'`);
        expect(imported.report).toEqual([]);
        expect(isMember(imported, VENDOR_CLASS, sent)).toBe(sent.slice(at, at + wanted.length) === wanted);
      }),
      { numRuns: 150 },
    );
  });

  it('never hold when the part is shorter than what it is compared with, and so say the opposite of all', () => {
    expect(isMember(kea("substring(option[77].hex, 0, 2) == 'iPXE'"), USER_CLASS, 'iPXE')).toBe(false);
    expect(isMember(kea("not (substring(option[77].hex, 0, 2) == 'iPXE')"), USER_CLASS, 'iPXE')).toBe(true);
    expect(isMember(kea("substring(option[77].hex, 0, 2) != 'iPXE'"), USER_CLASS, 'iPXE')).toBe(true);
  });

  it('take a part of a part', () => {
    const imported = kea("substring(substring(option[60].hex, 3, 10), 2, all) == 'Client'");
    expect(isMember(imported, VENDOR_CLASS, 'xx-xxClient')).toBe(true);
    expect(isMember(imported, VENDOR_CLASS, 'xx-xClient')).toBe(false);
  });
});

describe('conditions on whole options', () => {
  it('are anchored at the beginning, and the text says so', () => {
    const imported = kea("option[77].hex == 'iPXE'");
    expect(isMember(imported, USER_CLASS, 'iPXE')).toBe(true);
    expect(isMember(imported, USER_CLASS, 'not iPXE')).toBe(false);
    expect(imported.config).toContain('# option 77 begins with "iPXE"\ndhcp-match=set:ipxe,77,69:50:58:45\n');
  });

  it('are found anywhere in options that dnsmasq takes for names, which is reported', () => {
    const imported = kea("option[15].hex == 'lab'");
    expect(isMember(imported, 15, 'x.lab')).toBe(true);
    expect(imported.report.map(({ message }) => message.text)).toEqual([
      'dnsmasq finds "lab" anywhere in option 15, not only where the file says',
    ]);
  });

  it('are left out, and reported, where dnsmasq wants addresses', () => {
    const { config, report } = kea('option[3].hex == 0x0a000001');
    expect(report.length).toBe(1);
    expect(config).not.toContain('dhcp-match');
  });
});

describe('conditions that stand in one another without end', () => {
  it.each([
    ['not', kea(`${'not '.repeat(5000)}option[60].exists`)],
    ['parentheses', kea(`${'('.repeat(5000)}option[60].exists${')'.repeat(5000)}`)],
  ])('%s: are left out, and reported', (_name, { config, report }) => {
    expect(report.length).toBe(1);
    expect(config).not.toContain('dhcp-match');
  });
});
