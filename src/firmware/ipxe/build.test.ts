/**
 * What a build option switches: the word in the banner's `Features:`, the tag in option 175 on the wire, the commands,
 * and what the machine prints for a request that the build does not support.
 */
import { describe, expect, it } from 'vitest';
import { byteAt, latin1 } from '../../base/bytes.ts';
import { itemAt } from '../../base/lists/list.ts';
import { ALL_OPTIONS_BUILD, DEFAULT_BUILD, FEATURE_FLAGS, featureNames, type FeatureFlag } from './build.ts';
import { allCommands } from './commands/all.ts';
import { probeImage } from './images/types.ts';
import { Bench, runScript } from './testing.ts';

const withFlags = (flags: readonly FeatureFlag[]): { readonly features: ReadonlySet<FeatureFlag> } => ({
  features: new Set([...DEFAULT_BUILD.features, ...flags]),
});
const without = (flag: FeatureFlag): { readonly features: ReadonlySet<FeatureFlag> } => ({
  features: new Set([...DEFAULT_BUILD.features].filter((each) => each !== flag)),
});

/** The feature tags inside option 175 of the first DHCPDISCOVER, and the banner's line. */
function boot(features: ReadonlySet<FeatureFlag>): { readonly tags: ReadonlySet<number>; readonly line: string } {
  const bench = new Bench({ build: { features, embeddedScript: '#!ipxe\ndhcp' } });
  bench.machine.powerOn();
  bench.run(3);
  const frame = itemAt(bench.ports, 0).sent.find((each) => each[12] === 0x08 && each[23] === 17) ?? new Uint8Array(0);
  const tags = new Set<number>();
  for (let at = 14 + 20 + 8 + 240; at < frame.length && frame[at] !== 255; at += 2 + byteAt(frame, at + 1)) {
    if (frame[at] !== 175) continue;
    const end = at + 2 + byteAt(frame, at + 1);
    for (let inner = at + 2; inner < end; inner += 2 + byteAt(frame, inner + 1)) tags.add(byteAt(frame, inner));
  }
  return { tags, line: /Features: (.*)/.exec(bench.output)?.[1] ?? '' };
}

describe('build options', () => {
  it('switch a word of the banner and its tag on the wire together', () => {
    const none = boot(new Set(['DHCP_CMD', 'IMAGE_SCRIPT']));
    // Bus and version are always told.
    expect([none.line, [...none.tags]]).toEqual(['', [0xb1, 0xeb]]);
    for (const flag of FEATURE_FLAGS) {
      const features = new Set<FeatureFlag>(['DHCP_CMD', 'IMAGE_SCRIPT', flag]);
      const names = featureNames({ ...DEFAULT_BUILD, features });
      const { tags, line } = boot(features);
      expect(line, flag).toBe(names.join(' '));
      expect(tags.size, flag).toBe(2 + names.length);
    }
    const all = boot(ALL_OPTIONS_BUILD.features);
    expect(all.line).toBe(
      'DNS FTP HTTP HTTPS iSCSI NFS SLAM TFTP FCoE SRP VLAN AoE ELF MBOOT NBI PXE SDI bzImage COMBOOT Menu PXEXT',
    );
    expect(all.tags.size).toBe(2 + all.line.split(' ').length);
  });

  it('bring each command in, and nothing else does', () => {
    for (const { name, feature } of allCommands) {
      if (feature === 'always') continue;
      const flags = typeof feature === 'string' ? [feature] : feature;
      const features = new Set(ALL_OPTIONS_BUILD.features);
      for (const flag of flags) features.delete(flag);
      expect(
        runScript(`${name} --help`, { build: { features: new Set([...features, 'IMAGE_SCRIPT']) } }).output,
      ).toMatch(flags.includes('IMAGE_SCRIPT') ? /./ : new RegExp(`^${name}: command not found\n$`));
    }
  });

  it('link imgextract only together with an archive', () => {
    const { output } = runScript('imgextract x', { build: DEFAULT_BUILD });
    expect(output).toBe('imgextract: command not found\n');
    for (const flag of ['IMAGE_GZIP', 'IMAGE_ZLIB', 'IMAGE_MIME'] as const) {
      expect(runScript('imgextract', { build: withFlags([flag]) }).output).toMatch(/^Usage:\n\n {2}imgextract /);
    }
  });

  it('give a form its items without menus', () => {
    const { output } = runScript('form && item name Name && choose x', { build: without('MENU_CMD') });
    expect(output).toBe('choose: command not found\n');
  });

  it.each([
    ['DOWNLOAD_PROTO_HTTP', 'http://10.0.0.1/x'],
    ['DOWNLOAD_PROTO_TFTP', 'tftp://10.0.0.1/x'],
    ['DOWNLOAD_PROTO_FTP', 'ftp://10.0.0.1/x'],
    ['DOWNLOAD_PROTO_NFS', 'nfs://10.0.0.1/x'],
  ] as const)('%s: without it its URIs cannot be opened', (flag, uri) => {
    const { output } = runScript(`imgfetch ${uri}`, { build: without(flag) });
    expect(output).toBe('Could not start download: Operation not supported (https://ipxe.org/3c092003)\n');
    expect(runScript(`imgfetch -q -t 100 ${uri}`, { build: withFlags([flag]) }).output).toBe('');
  });

  it('SANBOOT_PROTO_HTTP: without it no drive comes over HTTP', () => {
    expect(runScript('sanhook http://10.0.0.1/disk', { build: without('SANBOOT_PROTO_HTTP') }).output).toBe(
      'Could not open SAN device: Error 0x3f122003 (https://ipxe.org/3f122003)\n',
    );
  });

  it('decide what some bytes are', () => {
    const elf = new Uint8Array(64);
    elf.set([0x7f, 0x45, 0x4c, 0x46, 1, 1, 1]);
    const type = (data: Uint8Array, flag: FeatureFlag, isIn: boolean): string | undefined =>
      probeImage(data, { ...DEFAULT_BUILD, ...(isIn ? withFlags([flag]) : without(flag)) });
    expect([type(elf, 'IMAGE_ELF', true), type(elf, 'IMAGE_ELF', false)]).toEqual(['ELF', 'PXE-NBP']);
    expect(type(latin1('some text'), 'IMAGE_PXE', false)).toBeUndefined();
    expect(type(latin1('#!ipxe\n'), 'IMAGE_SCRIPT', false)).toBe('PXE-NBP');
  });
});
