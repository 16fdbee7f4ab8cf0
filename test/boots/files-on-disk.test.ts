/**
 * Files of a server as on a disk: owners and permissions, capitals, a file that changes, a server that closes or is slow.
 * Each on a real boot of a bare machine, with the words of its firmware and the finding.
 */
import { describe, expect, it } from 'vitest';
import { NS_PER_S } from '../../src/base/time/clock.ts';
import type { Lab } from '../../src/lab/lab.ts';
import { labFindings, play } from '../support/lab.ts';
import { smallLab, type SmallLab, type SmallServer } from '../support/small-lab.ts';

const LEASES =
  'dhcp-range=10.0.2.50,10.0.2.99,1h\ndhcp-authoritative\nno-ping\nenable-tftp\ntftp-root=/srv/tftp\ndhcp-boot=boot.0\n';

type Entry = Readonly<Record<string, unknown>>;

const pattern = (patternBytes: number, fields: Entry = {}): Entry => ({ content: { patternBytes }, ...fields });

/** The screen of iPXE that fetches files one after the other, or of the ROM, and what is left to look at. */
function boot(
  script: readonly string[] | undefined,
  files: Readonly<Record<string, Entry>>,
  { config = '', ...server }: Partial<SmallServer> = {},
): { readonly lab: Lab; readonly screen: string; readonly ids: readonly string[] } {
  const firmware: SmallLab['firmware'] =
    script === undefined
      ? {}
      : {
          personality: 'ipxe',
          options: { enable: 'DOWNLOAD_PROTO_FTP DOWNLOAD_PROTO_NFS' },
          embeddedScript: ['#!ipxe', 'dhcp', ...script, ''].join('\n'),
        };
  const all = { 'tftp/.there': pattern(1), ...files };
  const { lab } = play(
    smallLab({ firmware, servers: { '10.0.2.1': { config: LEASES + config, files: all, ...server } } }),
    { timeoutS: 60 },
  );
  return { lab, screen: lab.machine('pc1').screenText(), ids: labFindings(lab).map(({ id }) => id) };
}

const fetching = (uri: string): readonly string[] => [`imgfetch ${uri} && echo GOT || echo FAILED \${errno}`];

/** Seconds that a transfer took, by the server's own account. */
function secondsOf(lab: Lab, protocol: string): number {
  const times = lab.log.events.flatMap((event) =>
    event.kind === 'transfer' && event.node === 'srv1' && event.protocol === protocol && event.totalBytes === 100_000
      ? [event.timeNs]
      : [],
  );
  return ((times.at(-1) ?? 0) - (times.at(0) ?? 0)) / NS_PER_S;
}

const faults = (lab: Lab): readonly string[] =>
  lab.log.events.flatMap((event) => (event.kind === 'fault' ? [`${event.code} ${event.text}`] : []));

describe('permissions', () => {
  it.each([
    ['that only root may read', pattern(900, { mode: '600' }), ''],
    ['of somebody else, with tftp-secure', pattern(900), 'tftp-secure\n'],
    ['of a user that dnsmasq no longer is', pattern(900, { owner: 'dnsmasq' }), 'tftp-secure\nuser=nobody\n'],
  ])('PXE-E3C for a file %s, and the finding for it', (_what, file, config) => {
    const { lab, screen, ids } = boot(undefined, { 'tftp/boot.0': file }, { config });
    expect(screen).toContain('PXE-T02: cannot access /srv/tftp/boot.0: Permission denied');
    expect(screen).toContain('PXE-E3C: TFTP Error - Access Violation.');
    expect(ids).toEqual(['file-denied']);
    const [finding] = labFindings(lab);
    expect(finding).toMatchObject({ severity: 'error', machines: ['pc1'] });
    expect(finding?.remedy.text).toMatch(/chmod a\+r .* tftp-secure/);
  });

  it.each([
    ['that others may not search', '750', false],
    ['that others may search, but not list', '711', true],
  ])('of a directory %s: TFTP, HTTP and FTP agree about the files in it', (_what, mode, isGiven) => {
    const locked = { directory: true, mode };
    const files = Object.fromEntries(
      ['tftp', 'http', 'ftp'].flatMap((root) => [
        [`${root}/locked`, locked],
        [`${root}/locked/x`, pattern(300)],
      ]),
    );
    const script = ['tftp', 'http', 'ftp'].flatMap((scheme) => fetching(`${scheme}://10.0.2.1/locked/x`));
    const { screen } = boot(script, files, { services: { ftp: {} } });
    expect(screen.match(/GOT/g)?.length ?? 0).toBe(isGiven ? 3 : 0);
    expect(screen.match(/FAILED 0x/g)?.length ?? 0).toBe(isGiven ? 0 : 3);
  });

  it.each([
    ['that all may read', pattern(900, { mode: '604' }), ''],
    ['of its own, with tftp-secure', pattern(900, { owner: 'dnsmasq', mode: '400' }), 'tftp-secure\n'],
    ['of the user that it is told to be', pattern(900, { owner: 'tftp', mode: '400' }), 'tftp-secure\nuser=tftp\n'],
  ])('dnsmasq gives a file %s', (_what, file, config) => {
    const { screen, ids } = boot(undefined, { 'tftp/boot.0': file }, { config });
    expect(screen).not.toContain('PXE-E');
    expect(ids).toEqual([]);
  });

  it.each([
    ['http', 'http://10.0.2.1/k', 'Operation not permitted (https://ipxe.org/410c613c)', 'file-denied'],
    ['tftp', 'tftp://10.0.2.1/k', 'Permission denied (https://ipxe.org/0212603c)', 'file-denied'],
    ['nfs', 'nfs://10.0.2.1/srv/nfs/k', 'Permission denied (https://ipxe.org/0233603c)', 'ipxe-denied'],
    ['ftp', 'ftp://10.0.2.1/k', 'Error 0x430b6001 (https://ipxe.org/430b6001)', 'ftp-error'],
  ])('%s refuses iPXE a file of mode 600, and gives one of mode 644', (protocol, uri, words, id) => {
    const services = protocol === 'ftp' || protocol === 'nfs' ? { services: { [protocol]: {} } } : {};
    const denied = boot(fetching(uri), { [`${protocol}/k`]: pattern(900, { mode: '600' }) }, services);
    expect(denied.screen).toContain(`${uri}... ${words}`);
    expect(denied.ids).toEqual([id]);
    const given = boot(fetching(uri), { [`${protocol}/k`]: pattern(900) }, services);
    expect(given.screen).toContain('GOT');
    expect(given.ids).toEqual([]);
  });

  it('HTTP gives its own user what others may not read', () => {
    const { screen } = boot(fetching('http://10.0.2.1/k'), {
      'http/k': pattern(900, { owner: 'www-data', mode: '400' }),
    });
    expect(screen).toContain('GOT');
  });
});

describe('capitals', () => {
  const files = { 'tftp/Boot/Wdsnbp.COM': pattern(900), 'http/Images/K': pattern(900) };
  const config = 'dhcp-boot=boot\\\\wdsnbp.com\n';

  it('count on most servers', () => {
    expect(boot(undefined, files, { config }).screen).toContain('PXE-E3B');
    expect(boot(fetching('http://10.0.2.1/images/k'), files).screen).toContain('Not found');
  });

  it('do not count on one that is case-insensitive', () => {
    const node = { caseInsensitive: true };
    expect(boot(undefined, files, { config, node }).screen).not.toContain('PXE-E');
    expect(boot(fetching('http://10.0.2.1/images/k'), files, { node }).screen).toContain('GOT');
  });
});

describe('a file that changes', () => {
  const shorter = pattern(90_000, { change: { at: { afterBytes: 40_000 }, content: { patternBytes: 1000 } } });

  it('and becomes shorter while dnsmasq sends it ends the transfer with error 0 and its words', () => {
    const { lab, screen, ids } = boot(undefined, { 'tftp/boot.0': shorter });
    expect(screen).toContain('PXE-T00: cannot read /srv/tftp/boot.0: Success');
    expect(screen).toContain('PXE-E36');
    expect(ids).toEqual(['pxe/E36']);
    expect(faults(lab)).toEqual(['fault.file-replaced /srv/tftp/boot.0 is written over.']);
    const lines = lab.log.events.flatMap((event) => (event.kind === 'log' ? [event.text] : []));
    expect(lines.slice(-2)).toEqual([
      'dnsmasq-tftp: cannot read /srv/tftp/boot.0: Success',
      expect.stringMatching(/^dnsmasq-tftp: failed sending \/srv\/tftp\/boot\.0 to /),
    ]);
  });

  it.each([
    ['http', 'http://10.0.2.1/k', 'Input/output error (https://ipxe.org/1d0c6239)'],
    ['ftp', 'ftp://10.0.2.1/k', 'Error 0x430b6001 (https://ipxe.org/430b6001)'],
  ])('and becomes shorter is cut off by %s', (protocol, uri, words) => {
    const services = protocol === 'ftp' ? { services: { ftp: {} } } : {};
    expect(boot(fetching(uri), { [`${protocol}/k`]: shorter }, services).screen).toContain(`${uri}... ${words}`);
  });

  it('keeps its length when it is written over with as much: the new content comes from there on', () => {
    const files = {
      'http/s': {
        content: { text: `${'#'.repeat(20_000)}\necho OLD\n` },
        change: { at: { afterBytes: 10_000 }, content: { text: `${'#'.repeat(20_000)}\necho NEW\n` } },
      },
    };
    const { screen } = boot(['imgfetch http://10.0.2.1/s', 'imgstat', 'imgexec s'], {
      'http/s': { ...files['http/s'], content: { text: `#!ipxe\n${files['http/s'].content.text.slice(7)}` } },
    });
    expect(screen).toContain('NEW');
    expect(screen).not.toContain('OLD');
  });

  it('is whole for whoever has it open when it is removed, and gone for the next', () => {
    const { lab, screen } = boot(['imgfetch http://10.0.2.1/k && echo GOT', ...fetching('http://10.0.2.1/k')], {
      'http/k': pattern(90_000, { change: { at: { afterBytes: 1000 } } }),
    });
    expect(screen).toMatch(/GOT[^]*Not found[^]*FAILED/);
    expect(faults(lab)).toEqual(['fault.file-removed /srv/http/k is removed.']);
  });

  it('changes at a time', () => {
    const script = ['imgfetch http://10.0.2.1/k && echo GOT', 'sleep 10', ...fetching('http://10.0.2.1/k')];
    const { screen } = boot(script, { 'http/k': pattern(900, { change: { at: { ms: 10_000 } } }) });
    expect(screen).toMatch(/GOT[^]*FAILED 0x2d0c613b/);
  });
});

describe('a server that breaks', () => {
  it.each([
    ['http', 'http://10.0.2.1/k', 'Input/output error (https://ipxe.org/1d0c6239)'],
    ['ftp', 'ftp://10.0.2.1/k', 'Error 0x430b6001 (https://ipxe.org/430b6001)'],
  ])('%s closes the connection after so many bytes of a file', (protocol, uri, words) => {
    const settings = { closeAfterBytes: 50_000 };
    const server = protocol === 'http' ? { http: settings } : { services: { ftp: settings } };
    const { lab, screen } = boot(fetching(uri), { [`${protocol}/k`]: pattern(100_000) }, server);
    expect(screen).toContain(`${uri}... ${words}`);
    expect(faults(lab)).toEqual([
      expect.stringMatching(/^fault\.server-closed closes the connection to 10\.0\.2\.\d+ after 50000 bytes of \/k/),
    ]);
  });

  it('gives files that are shorter', () => {
    const files = { 'http/k': pattern(50_000) };
    const { screen } = boot(fetching('http://10.0.2.1/k'), files, { http: { closeAfterBytes: 50_000 } });
    expect(screen).toContain('GOT');
  });
});

describe('a server with a limited rate', () => {
  const cases: readonly (readonly [string, readonly string[] | undefined, string, Partial<SmallServer>])[] = [
    ['tftp', undefined, 'tftp/boot.0', { services: { dnsmasq: { tftpBytesPerSecond: 50_000 } } }],
    ['http', fetching('http://10.0.2.1/k'), 'http/k', { http: { bytesPerSecond: 50_000 } }],
    ['ftp', fetching('ftp://10.0.2.1/k'), 'ftp/k', { services: { ftp: { bytesPerSecond: 50_000 } } }],
  ];

  it.each(cases)('%s takes two seconds for 100 kB at 50 kB/s', (protocol, script, path, server) => {
    const { lab, screen, ids } = boot(script, { [path]: pattern(100_000) }, server);
    if (script !== undefined) expect(screen).toContain('GOT');
    expect(secondsOf(lab, protocol)).toBeGreaterThan(1.9);
    expect(secondsOf(lab, protocol)).toBeLessThan(2.2);
    expect(ids).toEqual([]);
  });
});

describe('a disk that is full', () => {
  /** Three minutes of a machine that gets an address from a server without room. */
  function run(
    config: string,
    services: SmallServer['services'] = {},
  ): { lines: readonly string[]; ids: readonly string[] } {
    const firmware = { personality: 'ipxe', embeddedScript: '#!ipxe\ndhcp && echo GOT\nsleep 170\n' };
    const server: SmallServer = { config, services, node: { diskFull: true } };
    const { lab } = play(smallLab({ firmware, servers: { '10.0.2.1': server } }), { timeoutS: 180 });
    expect(lab.machine('pc1').screenText()).toContain('GOT');
    const lines = lab.log.events.flatMap((event) =>
      event.kind === 'log' && event.service.includes('dhcp') ? [event.text] : [],
    );
    return { lines, ids: labFindings(lab).map(({ id }) => id) };
  }
  const range = 'dhcp-range=10.0.2.50,10.0.2.99,1h\nno-ping\n';

  it.each([
    ['where Debian has it', '', '/var/lib/misc/dnsmasq.leases'],
    ['where dhcp-leasefile says', 'dhcp-leasefile=/srv/leases\n', '/srv/leases'],
  ])('keeps dnsmasq from writing its lease file %s: it says so each minute, and serves', (_where, line, file) => {
    const { lines, ids } = run(range + line);
    const failed = `dnsmasq-dhcp: failed to write ${file}: No space left on device (retry in 60 s)`;
    expect(lines[lines.indexOf(failed) - 1]).toMatch(/DHCPACK/);
    expect(lines.slice(lines.indexOf(failed))).toEqual([failed, failed, failed]);
    expect(ids).toEqual(['disk-full']);
  });

  it('does not concern a dnsmasq that writes no lease file', () => {
    const { lines, ids } = run(`${range}leasefile-ro\n`);
    expect(lines.filter((line) => line.includes('No space'))).toEqual([]);
    expect(ids).toEqual([]);
  });

  it('is a line in the log of dhcpd before the lease is given all the same', () => {
    const dhcpd = 'subnet 10.0.2.0 netmask 255.255.255.0 { range 10.0.2.100 10.0.2.110; }';
    const { lines, ids } = run('port=0\n', { dhcpd: { config: dhcpd } });
    const failed = 'dhcpd: commit_leases: unable to commit, fflush(): No space left on device';
    expect(lines.filter((line) => line === failed)).toHaveLength(1);
    expect(lines[lines.indexOf(failed) + 1]).toMatch(/^dhcpd: DHCPACK on 10\.0\.2\.100/);
    expect(ids).toEqual(['disk-full']);
  });
});
