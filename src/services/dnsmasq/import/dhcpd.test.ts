/** A dhcpd.conf taken over: dnsmasq accepts the text, and gives each client what dhcpd would. */
import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import { configVerdict, parseConfig } from '../config/parse.ts';
import { importDhcpd } from './dhcpd.ts';
import { offer, optionOf } from './testing.ts';

const CLASSIC = `# An ordinary network.
authoritative;
ddns-update-style none;
default-lease-time 600;
max-lease-time 7200;
option domain-name "example.org";
option domain-name-servers 10.0.0.1, 10.0.0.2;
option arch code 93 = unsigned integer 16; # RFC 4578

subnet 10.0.0.0 netmask 255.255.255.0 {
  range 10.0.0.100 10.0.0.150;
  range 10.0.0.180;
  option routers 10.0.0.254;
  next-server 10.0.0.9;
  class "pxeclients" {
    match if substring (option vendor-class-identifier, 0, 9) = "PXEClient";
    if option arch = 00:07 or option arch = 00:09 {
      filename "bootx64.efi";
    } else if option user-class = "iPXE" {
      filename "http://10.0.0.9/boot.ipxe";
    } else {
      filename "pxelinux.0";
    }
  }
  class "httpclients" {
    match if substring (option vendor-class-identifier, 0, 10) = "HTTPClient";
    option vendor-class-identifier "HTTPClient";
    filename "http://10.0.0.9/bootx64.efi";
  }
}
group {
  filename "special.0";
  host printer {
    hardware ethernet 52:54:00:BA:00:42;
    fixed-address 10.0.0.42;
    option host-name "printer";
  }
  host installer { hardware ethernet 52:54:00:ba:00:43; fixed-address 10.0.0.43; filename "installer.0"; next-server 10.0.0.8; }
}
`;

describe('a dhcpd.conf', () => {
  it.each([
    ['bios', 'pxelinux.0'],
    ['uefi-x64', 'bootx64.efi'],
    ['uefi-bc', 'bootx64.efi'],
    ['uefi-http', 'http://10.0.0.9/bootx64.efi'],
    ['ipxe', 'http://10.0.0.9/boot.ipxe'],
    ['plain', ''],
  ] as const)('names for %s the file %s', (kind, file) => {
    const answer = offer(importDhcpd(CLASSIC), kind);
    expect(answer.reply?.file).toBe(file);
    expect(answer.reply?.nextServer).toBe('10.0.0.9');
    expect(optionOf(answer, 3)).toBe('10.0.0.254');
    expect(optionOf(answer, 6)).toBe('10.0.0.1, 10.0.0.2');
    expect(optionOf(answer, 15)).toBe('example.org');
    expect(optionOf(answer, 51)).toBe('600 s');
  });

  it('keeps hosts: address, name, own file, and the file of their group', () => {
    const printer = offer(importDhcpd(CLASSIC), 'bios', '52:54:00:ba:00:42');
    expect(printer.reply?.yourAddress).toBe('10.0.0.42');
    expect(optionOf(printer, 12)).toBe('printer');
    expect(printer.reply?.file).toBe('special.0');
    expect(offer(importDhcpd(CLASSIC), 'plain').reply?.file).toBe('');
    const installer = offer(importDhcpd(CLASSIC), 'bios', '52:54:00:ba:00:43');
    expect([installer.reply?.file, installer.reply?.nextServer]).toEqual(['installer.0', '10.0.0.8']);
  });

  it('keeps pools for known clients, denied clients and encapsulated settings', () => {
    const text = `
option space ipxe;
option ipxe-encap-opts code 175 = encapsulate ipxe;
option ipxe.no-pxedhcp code 176 = unsigned integer 8;
option ipxe.no-pxedhcp 1;
subnet 10.0.0.0 netmask 255.255.255.0 {
  pool { deny unknown-clients; range 10.0.0.10 10.0.0.19; }
  pool { allow unknown-clients; range 10.0.0.20 10.0.0.29; }
}
host a { hardware ethernet 52:54:00:ba:00:0a; }
host b { hardware ethernet 52:54:00:ba:00:0b; deny booting; }
if exists ipxe.http { filename "menu.ipxe"; } else { filename "undionly.kpxe"; }
`;
    expect(offer(importDhcpd(text), 'bios', '52:54:00:ba:00:0a').reply?.yourAddress).toMatch(/^10\.0\.0\.1\d$/);
    expect(offer(importDhcpd(text), 'bios').reply?.yourAddress).toMatch(/^10\.0\.0\.2\d$/);
    expect(offer(importDhcpd(text), 'bios', '52:54:00:ba:00:0b').silence?.text).toContain('ignore');
    expect(offer(importDhcpd(text), 'bios').reply?.file).toBe('undionly.kpxe');
    expect(offer(importDhcpd(text), 'ipxe').reply?.file).toBe('menu.ipxe');
    expect(optionOf(offer(importDhcpd(text), 'ipxe'), 175)).toContain('no-pxedhcp = 1');
  });

  it('reports by line what it cannot take over, and leaves it out', () => {
    const { config, report } = importDhcpd(`include "/etc/dhcp/more.conf";
failover peer "x" { primary; }
subnet 10.0.0.0 netmask 255.255.255.0 { range 10.0.0.5 10.0.0.9; range 192.168.0.1 192.168.0.2; }
class "odd" { match if suffix(option host-name, 3) = "abc"; filename "odd.0"; }
option no-such-option 3;
host named { hardware ethernet 52:54:00:ba:00:01; fixed-address pc.example.org; }
if binary-to-ascii(16, 8, ":", hardware) = "1:2" { filename "x"; } else { filename "y"; }
`);
    expect(configVerdict(parseConfig(config, 'dnsmasq.conf'))).toBeUndefined();
    expect(report.map(({ place }) => place).toSorted()).toEqual([
      'line 1',
      'line 2',
      'line 3',
      'line 4',
      'line 5',
      'line 6',
      'line 7',
    ]);
    expect(config).not.toMatch(/odd|192\.168|,y$/m);
  });

  it('makes a text that dnsmasq takes from whatever it is given', () => {
    const words = [
      'subnet',
      '10.0.0.0',
      'netmask',
      '255.255.255.0',
      '{',
      '}',
      ';',
      'range',
      '10.0.0.5',
      'if',
      'option',
      'arch',
      '=',
      '00:07',
      'filename',
      '"a,b"',
      'host',
      'x',
      'hardware',
      'ethernet',
      '52:54:00:00:00:01',
      'fixed-address',
      '10.0.0.6',
      'else',
      'class',
      '"c"',
      'match',
      'exists',
      'user-class',
      'not',
      'pool',
      'deny',
      'unknown-clients',
      'domain-name',
      '"d"',
      'group',
      'next-server',
      '#',
      '\n',
    ];
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...words), { maxLength: 60 }), (list) => {
        const { config } = importDhcpd(list.join(' '));
        expect(configVerdict(parseConfig(config, 'dnsmasq.conf'))).toBeUndefined();
      }),
      { numRuns: 400 },
    );
  });
});
