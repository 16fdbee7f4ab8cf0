/** Which server a configuration is for, and what becomes of it. */
import { describe, expect, it } from 'vitest';
import { configVerdict, parseConfig } from '../../services/dnsmasq/config/parse.ts';
import { configKind, takeOverConfig } from './import-config.ts';

describe('a configuration file', () => {
  it('is known by its looks', () => {
    expect(configKind('subnet 10.0.0.0 netmask 255.0.0.0 { }')).toBe('dhcpd');
    expect(configKind('# x\nhost a {\n hardware ethernet 0:1:2:3:4:5; }')).toBe('dhcpd');
    expect(configKind('// Kea\n{ "Dhcp4": {} }')).toBe('kea');
    expect(configKind('{ "version": 1 }')).toBe('dnsmasq');
    expect(configKind('host-record=a,10.0.0.1\ndhcp-range=10.0.0.1,10.0.0.9\n')).toBe('dnsmasq');
  });

  it('carries what was not taken over as comments', async () => {
    const { config, report } = await takeOverConfig(
      'include "x";\nsubnet 10.0.0.0 netmask 255.0.0.0 { range 10.0.0.1; }',
    );
    expect(report).toHaveLength(1);
    expect(config).toContain('# line 1: include');
    expect(configVerdict(parseConfig(config, 'x'))).toBeUndefined();
    expect((await takeOverConfig('port=0\n')).config).toBe('port=0\n');
  });
});
