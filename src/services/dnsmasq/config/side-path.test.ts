/** A file that a configuration includes is known by its name, and is read where the configuration looks for it. */
import { describe, expect, it } from 'vitest';
import { MemoryFileTree } from '../../files/file-tree.ts';
import { configVerdict, parseConfig } from './parse/parse.ts';
import { sidePath } from './side-path.ts';

describe('the path of a file beside the configuration', () => {
  it.each([
    ['conf-file=/etc/dnsmasq-pxe.conf', 'dnsmasq-pxe.conf', '/etc/dnsmasq-pxe.conf'],
    ['conf-dir=/etc/dnsmasq.d', 'pxe', '/etc/dnsmasq.d/pxe'],
    ['conf-dir=/etc/dnsmasq.d/,*.conf', 'pxe.conf', '/etc/dnsmasq.d/pxe.conf'],
    ['conf-dir=/etc/dnsmasq.d,.bak', 'pxe.conf', '/etc/dnsmasq.d/pxe.conf'],
    ['conf-dir=/etc/dnsmasq.d\nconf-file=/opt/pxe.conf', 'pxe.conf', '/opt/pxe.conf'],
    ['dhcp-hostsfile=/etc/hosts.pxe', 'hosts.pxe', '/etc/hosts.pxe'],
    ['dhcp-optsdir=/etc/opts', 'a', '/etc/opts/a'],
  ])('by %j, %s is %s', (config, name, path) => {
    expect(sidePath(config, name)).toBe(path);
  });

  it.each([
    ['conf-dir=/etc/dnsmasq.d/,*.conf', 'pxelinux.0'],
    ['conf-dir=/etc/dnsmasq.d,.bak', 'pxe.bak'],
    ['conf-dir=/etc/dnsmasq.d', '.hidden'],
    ['# conf-file=/etc/pxe.conf', 'pxe.conf'],
    ['tftp-root=/srv/tftp', 'pxe.conf'],
  ])('by %j, %s has none', (config, name) => {
    expect(sidePath(config, name)).toBeUndefined();
  });

  it('is where the server reads it', () => {
    const config = 'conf-dir=/etc/dnsmasq.d/,*.conf\n';
    const files = new MemoryFileTree();
    expect(configVerdict(parseConfig(config, 'dnsmasq.conf', files))?.text).toContain('/etc/dnsmasq.d');
    files.addFile(sidePath(config, 'pxe.conf') ?? '', 'dhcp-range=10.0.0.5,10.0.0.9\n');
    const parsed = parseConfig(config, 'dnsmasq.conf', files);
    expect(configVerdict(parsed)).toBeUndefined();
    expect(parsed.config.ranges.length).toBe(1);
  });
});
