/** The lab of a conversation: one machine, servers of all kinds, and the iPXE that is asked. */
import type { Lab } from '../../src/lab/lab.ts';
import { parseScenarioText } from '../../src/scenario/parse.ts';
import { openLab } from '../support/lab.ts';
import { conformanceScript, PAGES } from './scripts.ts';

/** Who is asked, and how it comes to run. */
export type Subject =
  /** An `undionly.kpxe` that the PXE ROM loads: a real one, or the lab's own. */
  | { readonly loaded: 'undionly'; readonly image: object }
  /** Debian's `ipxe.lkrn`, that PXELINUX loads as a kernel: it drives the card itself. */
  | { readonly loaded: 'lkrn' }
  /** The firmware `ipxe` in the card's own ROM: it drives the card itself. */
  | { readonly loaded: 'rom' };

const CONFIG = (program: string): string => `dhcp-range=10.0.6.50,10.0.6.50,1h
dhcp-authoritative
no-ping
dhcp-option=option:router,10.0.6.1
dhcp-option=option:dns-server,10.0.6.1
# No ProxyDHCP: neither waits for one.
dhcp-option=encap:175,176,1b
domain=lab.test
local=/lab.test/
host-record=web.lab.test,10.0.6.1
cname=alias.lab.test,web.lab.test
enable-tftp
tftp-root=/srv/tftp
dhcp-userclass=set:ipxe,iPXE
dhcp-boot=tag:!ipxe,${program}
dhcp-boot=tag:ipxe,http://10.0.6.1/test.ipxe
`;

/** Addresses from one server, what to boot from another (PXE 2.1 §2.2.3): its menu names a boot server. */
const PROXY = `dhcp-range=10.0.6.0,proxy
dhcp-userclass=set:ipxe,iPXE
dhcp-ignore=tag:!ipxe
enable-tftp
tftp-root=/srv/tftp
pxe-prompt="Press F8 for the menu",2
pxe-service=x86PC,"Boot the script",script
pxe-service=x86PC,"Boot locally"
pxe-service=x86PC,"Something else",else
`;

const LARGE = { patternBytes: 40_000_000 };

const file = (path: string, text: string): object => ({ path, content: { text } });

const PXELINUX: readonly object[] = [
  { path: '/srv/tftp/pxelinux.0', content: { image: 'syslinux/pxelinux.0' } },
  { path: '/srv/tftp/ldlinux.c32', content: { image: 'syslinux/bios/ldlinux.c32' } },
  { path: '/srv/tftp/ipxe.lkrn', content: { image: 'ipxe/ipxe.lkrn' } },
  file('/srv/tftp/pxelinux.cfg/default', 'DEFAULT ipxe\nLABEL ipxe\n  KERNEL ipxe.lkrn\n'),
];

const machine = (more: object): object => ({
  kind: 'pc',
  name: 'pc1',
  memMiB: 64,
  nics: [{ mac: '52:54:00:c0:00:01' }],
  ...more,
});

const server = (name: string, last: number, services: object, files: readonly object[] = []): object => ({
  kind: 'server',
  name,
  nics: [{ mac: `02:00:00:00:00:0${last}`, address: `10.0.6.${last}/24` }],
  services,
  files,
});

function open(nodes: readonly object[], links: readonly object[]): Lab {
  const parsed = parseScenarioText(
    JSON.stringify({ version: 1, name: 'conformance', seed: 'conformance', nodes, links }),
  );
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.error));
  return openLab(parsed.value);
}

/** Before a DHCP server, and a ProxyDHCP server with a menu. */
export function proxyLab(who: 'lkrn' | 'rom'): Lab {
  const dhcp = `dhcp-range=10.0.6.50,10.0.6.50,1h
dhcp-authoritative
no-ping
dhcp-userclass=set:ipxe,iPXE
dhcp-boot=tag:!ipxe,pxelinux.0
enable-tftp
tftp-root=/srv/tftp
`;
  return open(
    [
      machine({ firmware: { personality: who === 'rom' ? 'ipxe' : 'pxe' } }),
      { kind: 'switch', name: 'sw1' },
      server('dhcp', 1, { dnsmasq: { config: dhcp } }, PXELINUX),
      server('proxy', 2, { dnsmasq: { config: PROXY } }, [
        file('/srv/tftp/script.0', '#!ipxe\necho THE SCRIPT\nsleep 60\n'),
      ]),
    ],
    [
      { a: 'pc1.net0', b: 'sw1.1' },
      { a: 'dhcp.eth0', b: 'sw1.2' },
      { a: 'proxy.eth0', b: 'sw1.3' },
    ],
  );
}

const TARGETS = [
  { name: 'iqn.2026-01.test:disk', luns: [{ source: { emptyMiB: 64 } }] },
  {
    name: 'iqn.2026-01.test:secret',
    luns: [{ source: { emptyMiB: 64 } }],
    chap: { username: 'joe', password: 'secretsecret' },
    mutualChap: { username: 'back', password: 'backbackback' },
  },
];

export function conformanceLab(subject: Subject): Lab {
  const programs =
    subject.loaded === 'undionly' ? [{ path: '/srv/tftp/undionly.kpxe', content: subject.image }] : PXELINUX;
  const http = {
    auth: [
      { path: '/closed', user: 'u', password: 'p' },
      { path: '/digest', user: 'u', password: 'p', scheme: 'digest' },
    ],
    redirects: [{ from: '/moved', to: '/one.txt', status: 301 }],
  };
  return open(
    [
      machine({ firmware: { personality: subject.loaded === 'rom' ? 'ipxe' : 'pxe' } }),
      { kind: 'switch', name: 'sw1' },
      server(
        'boot',
        1,
        {
          dnsmasq: { config: CONFIG(subject.loaded === 'undionly' ? 'undionly.kpxe' : 'pxelinux.0') },
          http,
          iscsi: { targets: TARGETS },
        },
        [
          ...programs,
          file('/srv/http/test.ipxe', conformanceScript()),
          file('/srv/http/pages.ipxe', PAGES),
          file('/srv/http/five.ipxe', '#!ipxe\nexit 5\n'),
          file('/srv/http/one.txt', 'one\n'),
          file('/srv/http/a b.txt', 'a blank\n'),
          file('/srv/http/closed/one.txt', 'one\n'),
          file('/srv/http/digest/one.txt', 'one\n'),
          file('/srv/tftp/two.ipxe', '#!ipxe\necho two runs\n'),
          { path: '/srv/tftp/large', content: LARGE },
          { path: '/srv/http/large', content: LARGE },
        ],
      ),
      server('other', 2, { http: { port: 8080, chunked: true } }, [file('/srv/http/chunks.txt', 'in chunks\n')]),
    ],
    [
      // Slow enough for a key to come in the middle of a download.
      { a: 'pc1.net0', b: 'sw1.1', latencyUs: 200, bandwidthMbps: 100 },
      { a: 'boot.eth0', b: 'sw1.2' },
      { a: 'other.eth0', b: 'sw1.3' },
    ],
  );
}
