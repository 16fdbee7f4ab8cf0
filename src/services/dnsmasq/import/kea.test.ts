/** A Kea configuration taken over: dnsmasq accepts the text, and gives each client what Kea would. */
import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import { itemAt } from '../../../base/lists/list.ts';
import { configVerdict, parseConfig } from '../config/parse/parse.ts';
import { collectOption, decodeDhcp } from '../../../protocols/dhcp/codec.ts';
import { latin1, toHex } from '../../../base/bytes.ts';
import { dhcpArrival, dhcpMessage, testServer } from '../testing.ts';
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
    expect(report.map(({ place }) => place.text)).toEqual([
      '$.Dhcp4.hooks-libraries',
      '$.Dhcp4.client-classes[0].test',
      '$.Dhcp4.subnet4[0].option-data[0].data',
      '$.Dhcp4.subnet4[0].pools[0].client-class',
      '$.Dhcp4.subnet4[0].pools[1].pool',
      '$.Dhcp4.subnet4[0].reservations[0].duid',
      '$.Dhcp4.subnet4[0].reservations[0]',
    ]);
    expect(config).not.toContain('odd');
    expect(itemAt(importKea('{ "Dhcp4": ').report, 0).message.text).toBe('this is not JSON');
    expect(itemAt(importKea('{ "Dhcp6": {} }').report, 0).place.text).toBe('$.Dhcp4');
  });

  it('takes included files, also in one another, and says which are not there', () => {
    const files: Record<string, string> = {
      '/etc/kea/subnets.json': `// Of the office.
        { "subnet": "10.0.0.0/24", "pools": [ <?include "/etc/kea/pool.json"?> ], # one
          "boot-file-name": "office.0", },`,
      '/etc/kea/pool.json': '{ "pool": "10.0.0.100 - 10.0.0.150" }',
    };
    const text = `{ "Dhcp4": {
      <?include "/etc/kea/missing.json"?>,
      // <?include "/etc/kea/comment.json"?>
      "option-data": [ <?include "/etc/kea/gone.json"?> { "name": "routers", "data": "10.0.0.254" }, ],
      "subnet4": [ <?include "/etc/kea/subnets.json"?> ] } }`;
    const imported = importKea(text, (path) => files[path]);
    const answer = offer(imported, 'bios');
    expect([answer.reply?.file, optionOf(answer, 3)]).toEqual(['office.0', '10.0.0.254']);
    expect(imported.report.map(({ place, message }) => `${place.text}: ${message.text}`)).toEqual([
      'line 2: the included file /etc/kea/missing.json is not here: put its text in its place',
      'line 4: the included file /etc/kea/gone.json is not here: put its text in its place',
    ]);
  });

  it('ends where files include each other', () => {
    const { report } = importKea('{ "Dhcp4": { <?include "a"?> } }', () => '<?include "a"?> <?include "a"?>');
    expect(report.length).toBeGreaterThan(0);
  });

  it('puts options of a space inside the option that holds it', () => {
    const imported = importKea(`{ "Dhcp4": {
      "option-def": [
        { "name": "discovery-control", "code": 6, "space": "vendor-encapsulated-options-space", "type": "uint8" },
        { "name": "menu-prompt", "code": 10, "space": "vendor-encapsulated-options-space", "type": "binary" },
        { "name": "ipxe", "code": 175, "type": "empty", "encapsulate": "ipxe-space" },
        { "name": "user", "code": 190, "space": "ipxe-space", "type": "string" },
        { "name": "keep-san", "code": 8, "space": "ipxe-space", "type": "uint8" },
        { "name": "odd", "code": 200, "type": "record", "record-types": "uint8, string" }
      ],
      "option-data": [
        { "name": "vendor-encapsulated-options" },
        { "name": "discovery-control", "space": "vendor-encapsulated-options-space", "data": "0x8" },
        { "code": 10, "space": "vendor-encapsulated-options-space", "csv-format": false, "data": "00505845" },
        { "name": "ipxe", "always-send": true },
        { "name": "user", "space": "ipxe-space", "data": "lab", "always-send": true },
        { "name": "keep-san", "space": "ipxe-space", "data": "1", "always-send": true },
        { "code": 1, "space": "vendor-4491", "data": "x", "always-send": true },
        { "name": "user", "data": "nowhere" },
        { "name": "user", "space": "other", "data": "nowhere" },
        { "name": "odd", "data": "1, x" },
        { "name": "routers", "data": "10.0.0.1", "never-send": true }
      ],
      "subnet4": [{ "subnet": "10.0.0.0/24", "pools": [{ "pool": "10.0.0.100 - 10.0.0.150" }] }] } }`);
    const raw = (code: number): string => {
      const { reply } = testServer(imported.config).server.explain(
        dhcpArrival(dhcpMessage(1, 1, [[55, Uint8Array.of(1, 3, 43, 67, 125, 175)]])),
      );
      const found = decodeDhcp(reply?.data ?? new Uint8Array(0));
      return found.ok ? toHex(collectOption(found.value, code) ?? new Uint8Array(0)) : 'unreadable';
    };
    // dnsmasq writes the last line's first.
    expect(raw(43).replace(/ff$/, '')).toBe('0a0400505845060108');
    expect(raw(175).replace(/ff$/, '')).toBe(`080101be03${toHex(latin1('lab'))}`);
    expect(imported.config).toContain('dhcp-option-force=vi-encap:4491,1,"x"');
    expect(raw(3)).toBe('0a000001');
    expect(imported.report.map(({ place }) => place.text)).toEqual([
      '$.Dhcp4.option-def[5].type',
      '$.Dhcp4.option-data[7]',
      '$.Dhcp4.option-data[8]',
      '$.Dhcp4.option-data[9]',
      '$.Dhcp4.option-data[10].never-send',
    ]);
  });

  it('takes the newer names of what it had before, and says what stands beside DHCPv4', () => {
    const { config, report } = importKea(`{ "Dhcp6": {}, "Control-agent": {}, "Dhcp4": {
      "hooks-libraries": [{ "library": "libdhcp_lease_cmds.so" }],
      "client-classes": [{ "name": "pxe", "test": "option[60].exists", "boot-file-name": "a.0", "only-if-required": true }],
      "subnet4": [{ "id": 1, "subnet": "10.0.0.0/24", "client-classes": ["pxe", "other"],
        "pools": [{ "pool": "10.0.0.100 - 10.0.0.150" }] }] } }`);
    expect(config).toMatch(/dhcp-range=tag:\S+,set:net-10-0-0-0,/);
    expect(report.map(({ place }) => place.text)).toEqual([
      '$.Dhcp6',
      '$.Control-agent',
      '$.Dhcp4.hooks-libraries',
      '$.Dhcp4.client-classes[0].only-if-required',
      '$.Dhcp4.subnet4[0].client-classes',
    ]);
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
