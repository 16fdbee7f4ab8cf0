/**
 * Labs and configurations made to hang, kill or fill the reader that opens them, in families: a seed chooses sizes and
 * shapes. Each names what must be reported to the user.
 */
import { gzipSync, zlibSync } from 'fflate';
import { pngChunk } from '../../src/cli/png.ts';
import { concatBytes, latin1, writeU32 } from '../../src/base/bytes.ts';
import { itemAt } from '../../src/base/lists/list.ts';
import type { Rng } from '../../src/base/rng.ts';
import { writeElement, writeUnsigned } from '../../src/trust/der.ts';
import { Authority } from '../trust/authority.ts';

export type HostileInput =
  | { readonly kind: 'lab'; readonly scenario: object }
  | { readonly kind: 'config'; readonly language: 'dhcpd' | 'kea'; readonly text: string };

export interface HostileCase {
  readonly input: HostileInput;
  /** Some text of the refusal, the log or the screens; absent where the lab just goes on as if nothing were the matter. */
  readonly says?: RegExp;
}

export type Family = (rng: Rng) => HostileCase;

interface Parts {
  readonly script?: string;
  readonly http?: object;
  readonly files?: readonly object[];
  readonly faults?: readonly object[];
  readonly breakpoints?: readonly string[];
  readonly dnsmasq?: string;
  readonly options?: object;
  readonly inputs?: readonly object[];
}

/** A bare machine on a cable with a server: iPXE with a script, or a PXE ROM. */
function lab(parts: Parts): HostileInput {
  const { script, http = {}, files = [], faults = [], breakpoints = [], options = {}, inputs = [] } = parts;
  const firmware =
    script === undefined ? { personality: 'pxe' } : { personality: 'ipxe', embeddedScript: script, options };
  const config =
    parts.dnsmasq ?? 'dhcp-range=10.0.2.50,10.0.2.99\nno-ping\nenable-tftp\ntftp-root=/srv/tftp\ndhcp-boot=b\n';
  const scenario = {
    version: 1,
    name: 'hostile',
    nodes: [
      { kind: 'bare', name: 'pc1', nics: [{ mac: '52:54:00:00:00:01' }], firmware },
      {
        kind: 'server',
        name: 'boot',
        nics: [{ mac: '02:00:00:00:00:01', address: '10.0.2.1/24' }],
        services: { dnsmasq: { config }, http },
        files: [{ path: '/srv/tftp/b', content: { text: 'x' } }, ...files],
      },
    ],
    links: [{ a: 'pc1.net0', b: 'boot.eth0', faults }],
    breakpoints: breakpoints.map((condition) => ({ condition, count: 1 })),
    inputs,
  };
  return { kind: 'lab', scenario };
}

const times = (count: number, text: string): string => text.repeat(count);
const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');
const between = (rng: Rng, low: number, high: number): number => low + rng.below(high - low + 1);
const pick = <Item>(rng: Rng, items: readonly Item[]): Item => itemAt(items, rng.below(items.length));

function regex(rng: Rng): HostileCase {
  const n = between(rng, 2, 900);
  const [pattern, says] = pick<readonly [string, RegExp | undefined]>(rng, [
    ['(.*.*)*zzzz9$', undefined],
    ['(a|aa)+$', undefined],
    [`(${times(Math.min(n, 100), 'x+')})+y`, undefined],
    [`${times(Math.min(n, 60), '(a*)*')}$`, undefined],
    [`.{0,${n}}.{0,900}z`, n > 100 ? /too large/ : undefined],
    [`(a{${n}}){900}`, /at most 1000/],
    ['(?=a)b', /linear time/],
    [String.raw`(a)\1`, /linear time/],
    [`${times(Math.min(n, 300), '(')}a${times(Math.min(n, 300), ')')}`, undefined],
    [times(Math.min(n, 400), '['), /not valid/],
  ]);
  const raw = `r"${pattern}"`;
  const where = rng.below(4);
  if (where === 0)
    return {
      input: lab({ faults: [{ kind: 'match', filter: `frame matches ${raw}`, action: 'drop' }] }),
      ...(says && { says }),
    };
  if (where === 1) return { input: lab({ breakpoints: [`frame matches ${raw}`] }), ...(says && { says }) };
  if (where === 2) return { input: lab({ breakpoints: [`screen:/${pattern}/`] }), ...(says && { says }) };
  const input = { machine: 'pc1', at: { when: `screen:/${pattern}/i` }, do: { keys: ['Enter'] } };
  return { input: lab({ inputs: [input] }), ...(says && { says }) };
}

function arithmetic(rng: Rng): HostileCase {
  const field = pick(rng, ['udp.port', 'ip.addr', 'dhcp.option.type', 'eth.addr[0:1]', 'frame.number']);
  const operator = pick(rng, ['+', '*', '-', '&']);
  const count = between(rng, 2, 60);
  const filter = `${times(count, `${field} ${operator} `)}${field} == 1`.slice(0, 1000);
  const kind = pick(rng, ['match', 'break'] as const);
  const input = kind === 'match' ? lab({ faults: [{ kind, filter, action: 'drop' }] }) : lab({ breakpoints: [filter] });
  const isNumber = field !== 'ip.addr' && field !== 'eth.addr[0:1]';
  return { input, ...(count > 16 && isNumber ? { says: /At most 16 operators/ } : {}) };
}

function expand(rng: Rng): HostileCase {
  const length = between(rng, 0, 50_000);
  const tokens = between(rng, 1, 400);
  const loop = rng.below(2) === 0 ? '||\ngoto l\n' : '\n';
  const self = `set p $\nset x ${times(length, 'a')}\${p}{x}\n:l\niseq ${times(tokens, '${x} ')}b ${loop}`;
  const doubling = `set p $\nset v0 ${times(1 + (length % 100), 'b')}\n${Array.from({ length: 40 }, (_, i) => `set v${i + 1} \${p}{v${i}}\${p}{v${i}}\n`).join('')}echo \${v40}\n`;
  return { input: lab({ script: `#!ipxe\n${pick(rng, [self, doubling])}` }), says: /does not fit into iPXE/ };
}

function commands(rng: Rng): HostileCase {
  const n = between(rng, 1000, 60_000);
  return pick<HostileCase>(rng, [
    { input: lab({ script: `#!ipxe\necho x${times(n, ' && echo x')}\n` }) },
    { input: lab({ script: `#!ipxe\n${times(n, 'isset x ;')}\n` }) },
    {
      input: lab({ script: `#!ipxe\n${times(n, 'time ')}echo x\n`, options: { enable: 'TIME_CMD' } }),
      says: /memory is full/,
    },
    { input: lab({ script: '#!ipxe\n:a\niseq a b || goto a\n' }) },
    { input: lab({ script: `#!ipxe\n${times(n, '\n')}:a\ngoto a\n` }) },
    { input: lab({ script: `#!ipxe\necho ${times(10 * n, 'y')}\n` }) },
    { input: lab({ script: `#!ipxe\necho ${times(10 * n, '\\\n')}\n` }) },
    {
      input: lab({
        script: `#!ipxe\nset b ${times(60_000, 'z')}\n:l\ninc i\nset v\${i} \${b} && goto l ||\nset i 0\n:m\ninc i\necho \${b}\ngoto m\n`,
      }),
      says: /Not enough space|310c2006/,
    },
  ]);
}

function nesting(rng: Rng): HostileCase {
  const n = between(rng, 100, 20_000);
  const chain = pick(rng, ['chain', 'imgexec', 'boot', 'chain --autofree']);
  const serve = (text: string) => [{ path: '/srv/http/s', content: { text } }];
  const menus = `DEFAULT vesamenu.c32\n${times(n, 'menu begin x\nmenu title y\n')}LABEL a\nKERNEL b\n`;
  return pick<HostileCase>(rng, [
    {
      input: lab({
        script: '#!ipxe\ndhcp\nchain http://10.0.2.1/s\n',
        files: serve(`#!ipxe\n${chain} http://10.0.2.1/s\n`),
      }),
      says: /Scripts have started scripts 64 deep/,
    },
    {
      input: lab({
        script: '#!ipxe\ndhcp\nimgfetch --name s http://10.0.2.1/s\nimgexec s\n',
        files: serve('#!ipxe\nimgfetch --name s http://10.0.2.1/s\nimgexec s\n'),
      }),
      says: /Scripts have started scripts 64 deep/,
    },
    {
      input: lab({
        script: '#!ipxe\ndhcp\nchain http://10.0.2.1/s\n',
        files: serve('#!ipxe\nchain --replace http://10.0.2.1/s\n'),
      }),
    },
    { input: lab({ script: `#!ipxe\nset ${times(n, 'a.')}b/c 1 || show errno\n` }), says: /Not enough space|310c2006/ },
    { input: lab({ files: [{ path: '/srv/tftp/pxelinux.cfg/default', content: { text: menus.slice(0, 900_000) } }] }) },
    { input: lab({ files: [{ path: times(n, '/a'), content: { text: '' } }] }), says: /hundred folders|at most/ },
    {
      input: lab({
        dnsmasq: `${times(n, '#\n')}dhcp-range=10.0.2.50,10.0.2.99\n${times(50, 'conf-file=/etc/dnsmasq.conf\n')}`,
      }),
    },
  ]);
}

function links(rng: Rng): HostileCase {
  const count = between(rng, 2, 40);
  const target = pick(rng, ['/srv/tftp', '.', '..', '/', 'd0']);
  const circle = Array.from({ length: count }, (_, i) => ({ path: `/srv/tftp/d${i}`, link: target }));
  const chain = Array.from({ length: count }, (_, i) => ({
    path: `/srv/tftp/c${i}`,
    link: times(between(rng, 1, 100), `c${i + 1}/`),
  }));
  return {
    input: lab({
      files: pick(rng, [circle, chain]),
      dnsmasq: 'dhcp-range=10.0.2.50,10.0.2.99\nenable-tftp\ntftp-root=/srv/tftp\ndhcp-boot=d0/d1/b\n',
    }),
  };
}

function duplicates(rng: Rng): HostileCase {
  const faults = Array.from({ length: between(rng, 6, 32) }, () => ({ kind: 'duplicate', probability: 1 }));
  return { input: lab({ faults }), says: /one frame becomes at most 16 frames/ };
}

function redirects(rng: Rng): HostileCase {
  const length = between(rng, 1, 30);
  const hops = Array.from({ length }, (_, i) => ({
    from: `/r${i}`,
    to: `/r${(i + 1) % length}`,
    status: pick(rng, [301, 302, 303, 307]),
  }));
  return {
    input: lab({ script: '#!ipxe\ndhcp\nimgfetch http://10.0.2.1/r0\n', http: { redirects: hops } }),
    says: /4f0c6001/,
  };
}

function bombs(rng: Rng): HostileCase {
  const size = between(rng, 1, 600) * 1_000_000;
  const zeros = new Uint8Array(Math.min(size, 300_000_000));
  const format = pick(rng, ['gzip', 'zlib', 'png', 'claim'] as const);
  if (format === 'png') {
    const header = new Uint8Array(13);
    const side = pick(rng, [8, 2000, 60_000]);
    writeU32(header, 0, side);
    writeU32(header, 4, side);
    header.set([1, 0, 0, 0, 0], 8);
    const idat = zlibSync(zeros.subarray(0, 100_000_000));
    const signature = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a);
    const file = concatBytes([
      signature,
      pngChunk('IHDR', header),
      pngChunk('IDAT', idat),
      pngChunk('IEND', new Uint8Array(0)),
    ]);
    return {
      input: lab({
        script: '#!ipxe\ndhcp\nconsole --picture http://10.0.2.1/p || echo refused\necho done\n',
        files: [{ path: '/srv/http/p', content: { base64: base64(file) } }],
        options: { enable: 'CONSOLE_CMD,CONSOLE_FRAMEBUFFER,IMAGE_PNG' },
      }),
      says: /done/,
    };
  }
  const file = format === 'zlib' ? zlibSync(zeros) : gzipSync(format === 'claim' ? new Uint8Array(10) : zeros);
  // The size that a gzip file claims stands in its last four bytes (RFC 1952 §2.3.1).
  if (format === 'claim') file.set([255, 255, 255, 255], file.length - 4);
  return {
    input: lab({
      script: '#!ipxe\ndhcp\nimgfetch --name g http://10.0.2.1/p\nimgextract g || echo refused\necho done\n',
      files: [{ path: '/srv/http/p', content: { base64: base64(file) } }],
      options: { enable: 'IMAGE_GZIP,IMAGE_ZLIB,IMAGE_ARCHIVE_CMD' },
    }),
    says: format !== 'claim' && zeros.length > 268_435_456 ? /Not enough space/ : /done/,
  };
}

function configurations(rng: Rng): HostileCase {
  const n = between(rng, 1000, 60_000);
  const dhcpd = (text: string): HostileInput => ({ kind: 'config', language: 'dhcpd', text });
  const kea = (text: string): HostileInput => ({ kind: 'config', language: 'kea', text });
  const classes = [
    { name: 'c0', test: "option[60].text == 'x'" },
    ...Array.from({ length: 30 }, (_, i) => ({
      name: `c${i + 1}`,
      test: `member('c${i}') and member('c${i}')`,
      'boot-file-name': 'x',
    })),
  ];
  return pick<HostileCase>(rng, [
    { input: dhcpd(times(n, '\n')) },
    { input: dhcpd(times(n, '"\\')), says: /semicolon/ },
    { input: dhcpd(times(n, 'a{')), says: /more than 100 deep/ },
    { input: dhcpd(`class "a" { match if ${times(n, '(')}1; }`), says: /line 1/ },
    { input: dhcpd(`class "a" { match if ${times(n, 'not ')}known; }`), says: /line 1/ },
    { input: kea(`{"Dhcp4": {} ${times(n, '"\\')}`), says: /not JSON/ },
    { input: kea(`{"Dhcp4": {} ${times(n, '/* ')}`), says: /not JSON/ },
    { input: kea(`{"Dhcp4": {} ${times(n, ', ')}`), says: /not JSON/ },
    { input: kea(JSON.stringify({ Dhcp4: { 'client-classes': classes } })), says: /class/ },
  ]);
}

/** What is deflated in a link is bounded before it is read: `test/support/hostile.ts` has those. */
function longLines(rng: Rng): HostileCase {
  const n = between(rng, 1000, 200_000);
  const text = times(n, pick(rng, [' ', '\t', 'x', '\r', '=', ',', '"', '\\', '\u00e9']));
  return pick<HostileCase>(rng, [
    { input: lab({ dnsmasq: `dhcp-range=10.0.2.50,10.0.2.99\ndhcp-boot=b${text}\n` }) },
    { input: lab({ dnsmasq: `dhcp-range=10.0.2.50,10.0.2.99\n#${text}\n${text}\n` }) },
    {
      input: lab({
        files: [
          { path: '/srv/tftp/pxelinux.cfg/default', content: { text: `LABEL a${text}\nMENU LABEL ${text}\n${text}` } },
        ],
      }),
    },
    { input: lab({ script: `#!ipxe\necho ${text}\n${text}\nset x ${text}\nparams\n` }) },
    {
      input: lab({
        script: `#!ipxe\nmenu ${text.slice(0, 5000)}\nitem a ${text.slice(0, 5000)}\nchoose --timeout 100 x ||\n`,
      }),
    },
    {
      input: lab({
        script: `#!ipxe\nimgfetch data:,${text.slice(0, 50_000)} ||\nchain http://${text.slice(0, 5000)}/ ||\n`,
      }),
    },
  ]);
}

/** Certificates and signatures that are damaged, endless, or ask for calculations without end. */
function signatures(rng: Rng): HostileCase {
  const n = between(rng, 1000, 60_000);
  const der = (tag: number, ...parts: readonly Uint8Array[]): Uint8Array => writeElement(tag, ...parts);
  const nested = Uint8Array.from({ length: 2 * Math.min(n, 30_000) }, (_, i) => (i % 2 === 0 ? 0x30 : 0x80));
  const key = der(0x30, writeUnsigned(rng.bytes(n).fill(0xff)), writeUnsigned(rng.bytes(n).fill(0xff)));
  const { certificate } = new Authority(`hostile ${rng.u32()}`).root();
  const changed = certificate.der.slice();
  for (let i = between(rng, 1, 8); i > 0; i--) changed[rng.below(changed.length)] = rng.below(256);
  const data = pick(rng, [
    nested,
    Uint8Array.of(0x30, 0x84, 0xff, 0xff, 0xff, 0xff, 0x30),
    der(0x30, ...Array.from({ length: Math.min(n, 20_000) }, () => Uint8Array.of(0x30, 0))),
    der(0x30, key, key, key),
    changed,
    certificate.der.subarray(0, rng.below(certificate.der.length)),
    latin1(times(n, '-----BEGIN CMS-----\n')),
    latin1(times(Math.min(n, 2000), `-----BEGIN CERTIFICATE-----\n${base64(changed)}\n-----END CERTIFICATE-----\n`)),
  ]);
  const files = [
    { path: '/srv/http/i', content: { text: '#!ipxe\necho it runs\n' } },
    { path: '/srv/http/s', content: { base64: base64(data) } },
  ];
  const script =
    '#!ipxe\ndhcp\nimgtrust\nimgfetch --name i http://10.0.2.1/i\n' +
    'certstore http://10.0.2.1/s ||\nimgverify i http://10.0.2.1/s || echo refused\nchain i ||\n';
  return { input: lab({ script, files, options: { enable: 'IMAGE_TRUST_CMD CERT_CMD' } }), says: /refused/ };
}

export const FAMILIES: Readonly<Record<string, Family>> = {
  regex,
  arithmetic,
  expand,
  commands,
  nesting,
  links,
  duplicates,
  redirects,
  bombs,
  configurations,
  longLines,
  signatures,
};
