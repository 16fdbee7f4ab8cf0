/** Which server a configuration is for, and what becomes of it. */
import { describe, expect, it } from 'vitest';
import type { Message } from '../../../base/sentence.ts';
import { configVerdict, parseConfig } from '../../../services/dnsmasq/config/parse/parse.ts';
import { configKind, convertConfig } from './import-config.ts';

const ENGLISH = ({ text }: Message): string => text;

describe('a configuration file', () => {
  it('is known by its looks', () => {
    expect(configKind('subnet 10.0.0.0 netmask 255.0.0.0 { }')).toBe('dhcpd');
    expect(configKind('# x\nhost a {\n hardware ethernet 0:1:2:3:4:5; }')).toBe('dhcpd');
    expect(configKind('// Kea\n{ "Dhcp4": {} }')).toBe('kea');
    expect(configKind('{ "version": 1 }')).toBe('dnsmasq');
    expect(configKind('host-record=a,10.0.0.1\ndhcp-range=10.0.0.1,10.0.0.9\n')).toBe('dnsmasq');
  });

  it('is known for a dhcpd.conf by its statements, when it is only a part of one', () => {
    const fragment =
      'option space ipxe;\noption ipxe.priority code 1 = signed integer 8;\noption ipxe-encap code 175 = encapsulate ipxe;\n';
    expect(configKind(fragment)).toBe('dhcpd');
    expect(configKind('next-server 10.0.0.1;\nfilename "pxelinux.0";\n')).toBe('dhcpd');
    for (const part of [
      'allow booting;\nallow bootp;',
      'authoritative; # alone',
      '  range 10.0.0.5 10.0.0.9;\n',
      'host a\n{\n  hardware ethernet 52:54:00:00:00:01;\n  fixed-address 10.0.0.3;\n}\n',
      'if exists user-class and option user-class = "iPXE" {\n}\n',
      'ping-check false; subnet 10.0.2.0 netmask 255.255.255.0 { }',
      'subclass "known" 1:52:54:00:00:00:01;',
      'option domain-name-servers 10.0.0.1, 10.0.0.2;\r\n',
    ])
      expect([part, configKind(part)]).toEqual([part, 'dhcpd']);
    expect(configKind('dhcp-host = 52:54:00:00:00:01,10.0.0.3;\nno-ping\n')).toBe('dnsmasq');
    expect(configKind('# comment; with a semicolon\ndhcp-option=3,10.0.0.1 # a;b\n')).toBe('dnsmasq');
    expect(configKind('dhcp-boot=a;b\naddress=/x/10.0.0.1\n')).toBe('dnsmasq');
  });

  it('carries what was not converted as comments', async () => {
    const kea =
      '{ "Dhcp4": { "subnet4": [{ "subnet": "10.0.0.0/24", "pools": [{ "pool": "10.0.0.5-10.0.0.9" }], "odd": 1 }] } }';
    const { config, report } = await convertConfig(kea, ENGLISH);
    expect(report).toHaveLength(1);
    expect(config).toContain('# $.Dhcp4.subnet4[0].odd');
    expect(configVerdict(parseConfig(config, 'x'))).toBeUndefined();
    expect((await convertConfig('port=0\n', ENGLISH)).config).toBe('port=0\n');
  });

  it('is left as it is when the lab runs its program', async () => {
    const text = 'subnet 10.0.0.0 netmask 255.0.0.0 { range 10.0.0.1; }';
    expect(await convertConfig(text, ENGLISH)).toEqual({ config: text, report: [] });
  });
});
