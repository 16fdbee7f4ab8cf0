/**
 * Makes a lab from what a capture tells: bare machines for its clients, servers that answer as they did, and the files that
 * were fetched, on one switch. Every guess and every hole is reported.
 */
import { formatIpv4, formatMac, type Ipv4Address, type MacAddress } from '../../base/address.ts';
import { toBase64 } from '../../base/data/base64.ts';
import { fromUtf8, utf8 } from '../../base/bytes.ts';
import { NS_PER_MS } from '../../base/time/clock.ts';
import { bootFileName } from '../../protocols/dhcp/values.ts';
import type {
  NetworkSketch,
  SketchedClient,
  SketchedFile,
  SketchedServer,
} from '../../analysis/inferred/network-sketch.ts';
import { dnsmasqConfig } from './dnsmasq-conf.ts';
import { fromCaptureMessage } from './messages.ts';
import { CaptureReport, type ReportLine } from './report.ts';

/** A file of a scenario, as its schema has it. */
export type MadeContent =
  | { readonly text: string }
  | { readonly base64: string }
  | { readonly patternBytes: number }
  | { readonly lab: 'ipxe' }
  /** Too large for a scenario: kept by its hash where the lab is opened. */
  | { readonly bytes: Uint8Array };

export type MadeFile =
  | { readonly path: string; readonly content: MadeContent }
  | { readonly path: string; readonly directory: true };

interface MadeNode {
  readonly kind: string;
  readonly files?: readonly MadeFile[];
}

export interface MadeLab {
  /** For the scenario's parser, but for contents with `bytes`. */
  readonly scenario: { readonly name: string; readonly nodes: readonly MadeNode[] };
  readonly report: readonly ReportLine[];
}

const MOST_CLIENTS = 100;
/** Larger files are named by their hash. */
export const INLINE_BYTES = 64 * 1024;
const TFTP_ROOT = '/srv/tftp';
const HTTP_ROOT = '/srv/http';
/** Time of the machine's own before its ROM runs. */
const ROM_STARTS_MS = 300;
const FIRST_VLAN = 10;

/** Option 93 (RFC 4578 §2.1 and the IANA registry after it) as the lab's UEFI is built. */
const ARCHITECTURES: Readonly<Record<number, { readonly architecture: string; readonly clientArch?: number }>> = {
  6: { architecture: 'ia32' },
  7: { architecture: 'x64' },
  9: { architecture: 'x64', clientArch: 9 },
  10: { architecture: 'arm' },
  11: { architecture: 'arm64' },
  15: { architecture: 'ia32' },
  16: { architecture: 'x64' },
  18: { architecture: 'arm' },
  19: { architecture: 'arm64' },
  25: { architecture: 'riscv64' },
  27: { architecture: 'riscv64' },
};

interface Named<T> {
  readonly name: string;
  readonly of: T;
}

/** Undefined when no client boots in it. `file` is the name of the capture. */
export function labOfSketch(sketch: NetworkSketch, file: string): MadeLab | undefined {
  const report = new CaptureReport();
  const isBoot = ({ firmwares }: SketchedClient): boolean => firmwares.some((one) => one !== 'other');
  const booting = sketch.clients.filter(isBoot);
  const others = sketch.clients.length - booting.length;
  if (booting.length === 0) return undefined;
  if (others > 0) report.missing(fromCaptureMessage('from-capture.not-boot', { count: others }));
  if (booting.length > MOST_CLIENTS)
    report.missing(fromCaptureMessage('from-capture.too-many', { count: MOST_CLIENTS }));
  const clients = named(booting.slice(0, MOST_CLIENTS), 'pc', ({ name }) => name);
  const servers = named(
    sketch.servers.filter((server) => isUsed(server, sketch)),
    'server',
    ({ name }) => name,
  );
  const vlans = vlansOf(clients, servers, report);
  const firstNs = Math.min(...clients.map(({ of }) => of.firstNs));
  if (clients.length > 1) report.guessed(fromCaptureMessage('from-capture.power'));
  for (const address of sketch.relays)
    report.missing(fromCaptureMessage('from-capture.relay', { address: formatIpv4(address) }));
  for (const service of sketch.others) report.missing(fromCaptureMessage('from-capture.service', { service }));
  const { names } = sketch;
  if (names.length > 0)
    report.known(fromCaptureMessage('from-capture.dns', { names: names.map(({ name }) => name).join(', ') }));
  const clientNodes = clients.map((client, i) => clientNode(client, firstNs, i, report));
  const serverNodes = servers.map((server, i) => serverNode(server, sketch, i, report));
  const ports = [
    ...clients.map(({ name }, i) => ({ node: `${name}.net0`, port: String(i + 1), vlan: vlans.get(name) })),
    ...servers.map(({ name }, i) => ({
      node: `${name}.eth0`,
      port: String(clients.length + i + 1),
      vlan: vlans.get(name),
    })),
  ];
  const tagged = ports.filter(({ vlan }) => vlan !== undefined);
  const switchNode = {
    kind: 'switch',
    name: 'sw1',
    position: { x: 260, y: 0 },
    ...(tagged.length === 0 ? {} : { ports: tagged.map(({ port, vlan }) => ({ name: port, mode: 'access', vlan })) }),
  };
  const scenario = {
    version: 1,
    name: `From ${file}`.slice(0, 100),
    seed: 'from-capture',
    nodes: [...clientNodes, switchNode, ...serverNodes],
    links: ports.map(({ node, port }) => ({ a: node, b: `sw1.${port}` })),
  };
  return { report: report.lines, scenario };
}

/** Names as scenarios allow them: those of a lab's own capture, else numbered. */
function named<T>(list: readonly T[], stem: string, nameOf: (one: T) => string): readonly Named<T>[] {
  const taken = new Set<string>(['sw1']);
  return list.map((of, i) => {
    const own = nameOf(of);
    const name = /^[A-Za-z][A-Za-z0-9_-]{0,31}$/.test(own) && !taken.has(own) ? own : `${stem}${i + 1}`;
    taken.add(name);
    return { name, of };
  });
}

function isUsed({ address, replies, refuses }: SketchedServer, { files, names }: NetworkSketch): boolean {
  const has = ({ server }: { readonly server: Ipv4Address }): boolean => server === address;
  return replies.length > 0 || refuses.length > 0 || files.some(has) || names.some(has);
}

/** Groups that are served apart are kept apart: by their tags, or because no other server answered them. */
function vlansOf(
  clients: readonly Named<SketchedClient>[],
  servers: readonly Named<SketchedServer>[],
  report: CaptureReport,
): ReadonlyMap<string, number> {
  const found = new Map<string, number>();
  const all = [...clients, ...servers];
  if (all.some(({ of }) => of.vlan !== undefined)) {
    for (const { name, of } of all) if (of.vlan !== undefined) found.set(name, of.vlan);
    return found;
  }
  const groupOf = new Map<MacAddress, number>();
  const groups: Set<MacAddress>[] = [];
  const answering = servers.filter(({ of }) => of.replies.length > 0);
  const byServer = new Map<string, number>();
  for (const { name, of } of answering) {
    const macs = new Set(of.replies.map(({ client }) => client));
    const known = [...macs].flatMap((mac) => groupOf.get(mac) ?? [])[0];
    const group = known ?? groups.push(new Set()) - 1;
    for (const mac of macs) groupOf.set(mac, group);
    byServer.set(name, group);
  }
  if (new Set(byServer.values()).size < 2) return found;
  report.guessed(fromCaptureMessage('from-capture.vlan-by-answers'));
  const vlanOf = (group: number): number => FIRST_VLAN * (group + 1);
  for (const { name, of } of clients) {
    const group = groupOf.get(of.mac);
    if (group !== undefined) found.set(name, vlanOf(group));
  }
  for (const [name, group] of byServer) found.set(name, vlanOf(group));
  return found;
}

function clientNode({ name, of }: Named<SketchedClient>, firstNs: number, i: number, report: CaptureReport): MadeNode {
  const [first] = of.firmwares.filter((one) => one !== 'other');
  const efi = of.architecture === undefined ? undefined : ARCHITECTURES[of.architecture];
  const isHttp = first === 'http';
  const firmware =
    first === 'ipxe'
      ? { personality: 'ipxe' }
      : first === 'bootp'
        ? { personality: 'bootp' }
        : efi === undefined && !isHttp
          ? { personality: 'pxe' }
          : { personality: 'efi', efi: { ...(efi ?? { architecture: 'x64' }), boot: [isHttp ? 'http' : 'pxe'] } };
  report.known(
    fromCaptureMessage('from-capture.client', {
      client: name,
      firmware:
        first === 'ipxe' ? 'iPXE' : first === 'bootp' ? 'BOOTP' : firmware.personality === 'efi' ? 'UEFI' : 'PXE',
    }),
  );
  if (first === 'ipxe') report.guessed(fromCaptureMessage('from-capture.ipxe-script', { client: name }));
  const onAtMs = Math.round((of.firstNs - firstNs) / NS_PER_MS);
  const node = {
    kind: 'bare',
    name,
    nics: [{ mac: formatMac(of.mac) }],
    firmware,
    ...(onAtMs > ROM_STARTS_MS ? { power: { onAtMs } } : {}),
    position: { x: 0, y: 140 * i },
  };
  return node;
}

function serverNode(
  { name, of }: Named<SketchedServer>,
  sketch: NetworkSketch,
  i: number,
  report: CaptureReport,
): MadeNode {
  const files = sketch.files.filter(({ server }) => server === of.address);
  const tftp = files.filter(({ protocol }) => protocol === 'tftp');
  const http = files.filter(({ protocol }) => protocol === 'http');
  const isSilent = tftp.length > 0 && tftp.every(({ outcome }) => outcome === 'asked') && of.refuses.length === 0;
  if (isSilent) report.guessed(fromCaptureMessage('from-capture.silent', { server: name }));
  const chained = chainedFiles(of);
  const own = { ...of, name };
  const names = sketch.names.filter(({ server }) => server === of.address);
  const { text: config, prefix } = dnsmasqConfig(
    own,
    tftp.some(({ outcome }) => outcome !== 'asked') || isSilent,
    names,
    sketch.pings,
    report,
  );
  const made = files.flatMap((file) => fileEntry(file, name, chained.has(file.name), report));
  // dnsmasq does not start without the folder that it serves.
  const hasRoot = !config.includes('enable-tftp') || made.some(({ path }) => path.startsWith(`${TFTP_ROOT}/`));
  const entries: readonly MadeFile[] = hasRoot ? made : [...made, { path: TFTP_ROOT, directory: true }];
  const complete = files.filter(({ isComplete }) => isComplete).length;
  if (complete > 0) report.known(fromCaptureMessage('from-capture.files', { count: complete }));
  const redirects = http.flatMap(({ name: from, redirect }) =>
    redirect === undefined ? [] : [{ from, to: redirect }],
  );
  const node = {
    kind: 'server',
    name,
    nics: [
      {
        mac: of.mac === 0 ? `02:00:00:00:01:${(i + 1).toString(16).padStart(2, '0')}` : formatMac(of.mac),
        address: `${formatIpv4(of.address)}/${prefix}`,
      },
    ],
    services: {
      dnsmasq: { config },
      ...(http.length === 0 ? {} : { http: redirects.length === 0 ? {} : { redirects } }),
    },
    files: entries.filter((entry, at) => entries.findIndex(({ path }) => path === entry.path) === at),
    ...(isSilent ? { faults: [{ kind: 'silent', filter: 'tftp' }] } : {}),
    position: { x: 520, y: 140 * i },
  };
  return node;
}

/** Files after which their client came back as iPXE. */
function chainedFiles({ replies }: SketchedServer): ReadonlySet<string> {
  const chaining = new Set(replies.flatMap(({ client, firmware }) => (firmware === 'ipxe' ? [client] : [])));
  return new Set(
    replies.flatMap(({ client, firmware, message }) =>
      chaining.has(client) && firmware === 'pxe' ? (bootFileName(message) ?? []) : [],
    ),
  );
}

function fileEntry(file: SketchedFile, server: string, isChained: boolean, report: CaptureReport): readonly MadeFile[] {
  const { protocol, name, bytes, isComplete, sizeBytes } = file;
  if (protocol === 'ftp') {
    report.missing(fromCaptureMessage('from-capture.service', { service: 'FTP' }));
    return [];
  }
  if (file.redirect !== undefined || file.outcome === 'error' || file.outcome === 'asked') return [];
  const [plain = ''] = name.split('?');
  if (plain !== name) report.missing(fromCaptureMessage('from-capture.query', { uri: name }));
  const path = pathOf(protocol, plain);
  if (path === undefined) {
    report.missing(fromCaptureMessage('from-capture.path', { file: name }));
    return [];
  }
  if (isChained) {
    report.guessed(fromCaptureMessage('from-capture.chain', { file: name }));
    return [{ path, content: { lab: 'ipxe' } }];
  }
  if (!isComplete || bytes === undefined) {
    const size = sizeBytes ?? bytes?.length ?? 0;
    report.missing(fromCaptureMessage('from-capture.hole', { file: name, bytes: size }));
    return [{ path, content: { patternBytes: size } }];
  }
  report.known(fromCaptureMessage('from-capture.file', { file: name, bytes: bytes.length, server }));
  return [{ path, content: contentOf(bytes) }];
}

function pathOf(protocol: 'tftp' | 'http', name: string): string | undefined {
  const clean = name.replaceAll('\\', '/');
  const parts = clean.split('/').filter((part) => part !== '');
  if (parts.length === 0 || parts.some((part) => part === '.' || part === '..') || clean.length > 1000)
    return undefined;
  if (Array.from(clean).some((letter) => letter < ' ')) return undefined;
  const path = `/${parts.join('/')}`;
  const root = protocol === 'tftp' ? TFTP_ROOT : HTTP_ROOT;
  return path.startsWith(`${root}/`) ? path : `${root}${path}`;
}

function contentOf(bytes: Uint8Array): MadeContent {
  if (bytes.length > INLINE_BYTES) return { bytes };
  const text = fromUtf8(bytes);
  const isText = !/[^\t\n\r -~\u{a0}-\u{10ffff}]/u.test(text) && !text.includes('\u{fffd}');
  return isText && sameBytes(utf8(text), bytes) ? { text } : { base64: toBase64(bytes) };
}

function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}
