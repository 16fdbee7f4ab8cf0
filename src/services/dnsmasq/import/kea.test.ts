/** A Kea configuration taken over: dnsmasq accepts the text, and gives each client what Kea would. */
import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import { itemAt } from '../../../base/lists/list.ts';
import { configVerdict, parseConfig } from '../config/parse.ts';
import { importKea } from './kea.ts';
import { offer, optionOf } from './testing.ts';

const USUAL = `{
  // Kea takes comments.
  "Dhcp4": {
    "interfaces-config": { "interfaces": ["eth0"] },
    "lease-database": { "type": "memfile" },
    "valid-lifetime": 3600,
    "authoritative": true,
    "next-server": "10.0.0.9",
    "option-data": [{ "name": "domain-name-servers", "data": "10.0.0.1, 10.0.0.2" }],
    "client-classes": [
      { "name": "ipxe", "test": "option[77].hex == 'iPXE'", "boot-file-name": "http://10.0.0.9/boot.ipxe" },
      { "name": "bios", "test": "option[93].hex == 0x0000 and not member('ipxe')", "boot-file-name": "undionly.kpxe" },
      { "name": "uefi", "test": "(option[93].hex == 0x0007 or option[93].hex == 0x0009) and not member('ipxe')",
        "boot-file-name": "ipxe.efi" },
      { "name": "http", "test": "substring(option[60].hex,0,10) == 'HTTPClient'",
        "boot-file-name": "http://10.0.0.9/ipxe.efi",
        "option-data": [{ "name": "vendor-class-identifier", "data": "HTTPClient" }], },
    ],
    "subnet4": [
      {
        "id": 1,
        "subnet": "10.0.0.0/24",
        "pools": [
          { "pool": "10.0.0.100 - 10.0.0.150", "client-class": "UNKNOWN" },
          { "pool": "10.0.0.160/28", "client-class": "KNOWN", "option-data": [{ "code": 42, "data": "10.0.0.3" }] },
        ],
        "option-data": [{ "name": "routers", "data": "10.0.0.254" }, { "code": 66, "data": "10.0.0.9", "always-send": true }],
        "reservations": [
          { "hw-address": "52:54:00:ba:00:42", "ip-address": "10.0.0.42", "hostname": "printer" },
          { "hw-address": "52:54:00:ba:00:43", "ip-address": "10.0.0.43", "boot-file-name": "special.0", "next-server": "10.0.0.8" },
          { "hw-address": "52:54:00:ba:00:44" }
        ]
      }
    ]
  }
}`;

describe('a Kea configuration', () => {
  it.each([
    ['bios', 'undionly.kpxe'],
    ['uefi-x64', 'ipxe.efi'],
    ['uefi-bc', 'ipxe.efi'],
    ['uefi-http', 'http://10.0.0.9/ipxe.efi'],
    ['ipxe', 'http://10.0.0.9/boot.ipxe'],
    ['ipxe-uefi', 'http://10.0.0.9/boot.ipxe'],
    ['plain', ''],
  ] as const)('names for %s the file %s', (kind, file) => {
    const answer = offer(importKea(USUAL), kind);
    expect(answer.reply?.file).toBe(file);
    expect(answer.reply?.nextServer).toBe('10.0.0.9');
    expect(answer.reply?.yourAddress).toMatch(/^10\.0\.0\.1[0-5]\d$/);
    expect(optionOf(answer, 3)).toBe('10.0.0.254');
    expect(optionOf(answer, 6)).toBe('10.0.0.1, 10.0.0.2');
    expect(optionOf(answer, 51)).toBe('3600 s');
    expect(optionOf(answer, 66)).toBe('10.0.0.9');
  });

  it('keeps reservations, and pools for those who have one', () => {
    const printer = offer(importKea(USUAL), 'bios', '52:54:00:ba:00:42');
    expect([printer.reply?.yourAddress, optionOf(printer, 12)]).toEqual(['10.0.0.42', 'printer']);
    const special = offer(importKea(USUAL), 'bios', '52:54:00:ba:00:43');
    expect([special.reply?.file, special.reply?.nextServer]).toEqual(['special.0', '10.0.0.8']);
    const known = offer(importKea(USUAL), 'plain', '52:54:00:ba:00:44');
    expect(known.reply?.yourAddress).toMatch(/^10\.0\.0\.1[67]\d$/);
    expect([optionOf(known, 42), optionOf(known, 3)]).toEqual(['10.0.0.3', '10.0.0.254']);
    expect(optionOf(offer(importKea(USUAL), 'plain'), 42)).toBeUndefined();
  });

  it('has nothing to report about that', () => {
    expect(importKea(USUAL).report).toEqual([]);
  });

  it('reports by path what it cannot take over', () => {
    const { config, report } = importKea(`{ "Dhcp4": {
      "hooks-libraries": [],
      "client-classes": [{ "name": "odd", "test": "concat(option[12].hex, 'x') == 'y'", "boot-file-name": "odd" }],
      "subnet4": [{ "subnet": "10.0.0.0/24", "pools": [{ "pool": "10.0.0.5-10.0.0.9", "client-class": "odd" }, { "pool": "1.2.3.4" }],
        "option-data": [{ "name": "routers", "data": "gateway" }], "reservations": [{ "duid": "00:01" }] }] } }`);
    expect(configVerdict(parseConfig(config, 'dnsmasq.conf'))).toBeUndefined();
    expect(report.map(({ place }) => place)).toEqual([
      '$.Dhcp4.hooks-libraries',
      '$.Dhcp4.client-classes[0].test',
      '$.Dhcp4.subnet4[0].option-data[0].data',
      '$.Dhcp4.subnet4[0].pools[0].client-class',
      '$.Dhcp4.subnet4[0].pools[1].pool',
      '$.Dhcp4.subnet4[0].reservations[0].duid',
      '$.Dhcp4.subnet4[0].reservations[0]',
    ]);
    expect(config).not.toContain('odd');
    expect(itemAt(importKea('{ "Dhcp4": ').report, 0).text).toContain('no JSON');
    expect(itemAt(importKea('{ "Dhcp6": {} }').report, 0).place).toBe('$.Dhcp4');
  });

  it('makes a text that dnsmasq takes from whatever it is given', () => {
    const text = fc.constantFrom(
      '10.0.0.5',
      'a,b',
      '"x"\n',
      '',
      'option[93].hex == 0x7',
      "member('a')",
      'a',
      '52:54:00:00:00:01',
      '10.0.0.1-10.0.0.9',
      '10.0.0.0/24',
      'routers',
    );
    const item = fc.dictionary(
      fc.constantFrom(
        'name',
        'test',
        'boot-file-name',
        'next-server',
        'pool',
        'client-class',
        'hw-address',
        'ip-address',
        'hostname',
        'data',
        'subnet',
        'server-hostname',
      ),
      text,
    );
    const subnet = fc.record({
      subnet: fc.constantFrom('10.0.0.0/24', '10.0.1.0/24', 'x'),
      pools: fc.array(item, { maxLength: 2 }),
      'option-data': fc.array(item, { maxLength: 2 }),
      reservations: fc.array(item, { maxLength: 2 }),
    });
    const whole = fc.record({
      Dhcp4: fc.record({
        'client-classes': fc.array(item, { maxLength: 3 }),
        subnet4: fc.array(subnet, { maxLength: 2 }),
      }),
    });
    fc.assert(
      fc.property(fc.oneof(whole, fc.jsonValue()), (value) => {
        const { config } = importKea(JSON.stringify(value));
        expect(configVerdict(parseConfig(config, 'dnsmasq.conf'))).toBeUndefined();
      }),
      { numRuns: 400 },
    );
  });
});
