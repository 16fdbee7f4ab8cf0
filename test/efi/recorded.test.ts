/**
 * The bare UEFI machine beside OVMF x64 in QEMU: the same servers with the same configurations, the same frames in the same order,
 * byte by byte (DHCP, TFTP, DNS, HTTP, ARP), the same words on the screen, the same waits. Our dnsmasq answers beside the
 * real one. The emulator ran without hardware support beside other work: its clock may have gone at half speed.
 */
import { describe, expect, it } from 'vitest';
import { NS_PER_S } from '../../src/base/time/clock.ts';
import { stripAnsi } from '../../src/firmware/text/ansi.ts';
import type { Lab } from '../../src/lab/lab.ts';
import { RunControl } from '../../src/lab/run-control.ts';
import { parseScenarioText } from '../../src/scenario/parse.ts';
import { openLab } from '../support/lab.ts';
import { CLIENT_MAC, frameLine, inOrder, type FrameLine } from './frames.ts';
import { contentOf, recordings, type RecordedServer, type Recording } from './recording.ts';

/** A server of the lab cannot be set up like these. */
const NOT_PLAYED = new Set([
  // Answers whose HEAD and GET differ, that have a type of their own, or that never come.
  'http-text-type',
  'http-get-only',
  'http-mute',
]);

const KEYS: Readonly<Record<string, string>> = { '\x1b[T': 'F8', '\x1b[B': 'Down', '\r': 'Enter' };

function serverNode({ address, mac, config, files = {}, http, mute, atftpd }: RecordedServer, index: number): object {
  const entries = [
    ...Object.entries(files).map(([path, entry]) => ({ path, entry })),
    ...Object.entries(http ?? {})
      .filter(([, { status }]) => status === undefined)
      .map(([path, entry]) => ({ path: `/srv/http${path}`, entry })),
  ];
  const moved = Object.entries(http ?? {}).flatMap(([from, { status, headers }]) =>
    status?.startsWith('302') === true ? [{ from, to: headers?.[0]?.replace('Location: ', ''), status: 302 }] : [],
  );
  const chunked = Object.values(http ?? {}).some((entry) => entry.chunked === true);
  return {
    kind: 'server',
    name: `server${index + 1}`,
    nics: [{ mac, address }],
    services: {
      ...(config === '' ? {} : { dnsmasq: dnsmasqOf(config, atftpd) }),
      ...(http === undefined ? {} : { http: { redirects: moved, chunked } }),
    },
    files: [
      { path: '/srv/other', content: { text: '' } },
      ...entries.map(({ path, entry }) => ({
        path,
        content: { base64: contentOf(entry).toString('base64') },
        ...(entry.mode === undefined ? {} : { mode: entry.mode }),
      })),
    ],
    ...(mute === undefined ? {} : { faults: [{ kind: 'silent', filter: `udp.port == ${mute} || icmp` }] }),
  };
}

/** dnsmasq itself sends no windows of blocks (RFC 7440): with atftpd's settings its TFTP server does. */
function dnsmasqOf(config: string, hasAtftpd = false): object {
  if (!hasAtftpd) return { config: `user=root\n${config}` };
  return { config: `user=root\n${config}enable-tftp\ntftp-root=/srv\n`, tftpWindowsize: true };
}

function labOf({ name, servers, support, until }: Recording): Lab {
  const boot = [...(support?.['IPv4PXESupport'] === 'n' ? [] : ['pxe']), ...(until === undefined ? [] : ['http'])];
  const parsed = parseScenarioText(
    JSON.stringify({
      version: 1,
      name,
      seed: name,
      nodes: [
        {
          kind: 'bare',
          name: 'pc1',
          nics: [{ mac: CLIENT_MAC.match(/../g)?.join(':'), model: 'virtio' }],
          uuid: '4e455442-4f4f-1000-8000-525400123456',
          firmware: { personality: 'efi', efi: { boot } },
        },
        { kind: 'switch', name: 'sw1' },
        ...servers.map(serverNode),
      ],
      links: [
        { a: 'pc1.net0', b: 'sw1.1' },
        ...servers.map((_, i) => ({ a: `server${i + 1}.eth0`, b: `sw1.${i + 2}` })),
      ],
    }),
  );
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.error));
  return openLab(parsed.value);
}

/** Each key a while after the one before; the first when the prompt or the menu is there. */
function run(lab: Lab, { keys = [] }: Recording): void {
  const control = new RunControl(lab);
  let left = [...keys];
  for (let halves = 1; halves < 300 && !isOver(lab); halves++) {
    control.run((halves * NS_PER_S) / 2, () => false);
    const [next] = left;
    const isThere = lab.log.events.some((event) => event.kind === 'menu' && event.menu.items.length > 0);
    if (next === undefined || !isThere) continue;
    lab.machine('pc1').act({ keys: [KEYS[next.send] ?? next.send] });
    left = left.slice(1);
  }
}

function isOver(lab: Lab): boolean {
  return lab.log.events.some((event) => event.kind === 'stage' && event.stage === 'halted');
}

function labLines(lab: Lab): readonly FrameLine[] {
  const { store } = lab.capture;
  const lines: FrameLine[] = [];
  for (let i = 0; i < store.length; i++) {
    if (store.interfaceOf(i).name !== 'pc1.net0') continue;
    const line = frameLine(store.timeNs(i) / 1000, Buffer.from(store.bytes(i)));
    if (line !== undefined) lines.push(line);
  }
  return lines;
}

/** Until the firmware goes on to HTTP boot, where that is not what was recorded. */
function recordedLines({ frames, until }: Recording): readonly FrameLine[] {
  const lines: FrameLine[] = [];
  for (const { us, bytes, hex } of frames) {
    const frame = Buffer.alloc(bytes);
    frame.write(hex, 'hex');
    const line = frameLine(us, frame);
    if (line === undefined) continue;
    if (until === undefined && line.text.includes(' 93=0010 ')) break;
    lines.push(line);
  }
  return lines;
}

/** An acknowledgment of options with its names and values in the order of the alphabet. */
function sortedOptions(text: string): string {
  return text.replace(/(?<= tftp 6 ").*(?="$)/, (options) => options.split('\\u0000').toSorted().join(' '));
}

/** What a person reads: no escape sequences, progress only at its end, one place of the card. */
function words(text: string, { until }: Recording): string {
  return stripAnsi(text.replaceAll('\x1b[=3h', ''))
    .replaceAll(/Pci\(0x[0-9A-F]+,0x0\)/g, 'Pci()')
    .replaceAll(/(\r {2}Downloading\.\.\.\d+(%| Bytes))+/g, (all) => `\r${all.slice(all.lastIndexOf('\r') + 1)}`)
    .replaceAll('\r', '')
    .replaceAll(/ *\(\d+\) /g, '')
    .replace(/\n(BdsDxe: (loading|starting) \w+ "EFI Internal Shell"|BdsDxe: No bootable)[\s\S]*$/, '')
    .replace(until === undefined ? /\n+>>Start HTTP[\s\S]*$/ : /$^/, '')
    .replaceAll(/ {3,}/g, '   ')
    .replaceAll(/\n+/g, '\n')
    .trim();
}

describe.each(recordings().filter(({ name }) => !NOT_PLAYED.has(name)))('$name', (recording) => {
  const lab = labOf(recording);
  run(lab, recording);
  const ours = inOrder(labLines(lab));
  const theirs = inOrder(recordedLines(recording));

  it('sends and gets the same frames', () => {
    // atftpd confirms options in an order of its own.
    const ordered = recording.servers.some(({ atftpd }) => atftpd === true) ? sortedOptions : String;
    const words = ({ from, text }: FrameLine): string => `${from} ${ordered(text)}`;
    expect(ours.map(words)).toEqual(theirs.map(words));
  });

  it('waits as long', () => {
    const waits = (lines: readonly FrameLine[]): readonly number[] =>
      lines.filter(({ from }) => from === 'client').map(({ us }, i, all) => (us - (all[i - 1]?.us ?? us)) / 1e6);
    const recorded = waits(theirs);
    // A clock of whole seconds may be a second early; a busy emulator is late.
    const wrong = waits(ours).filter((seconds, i) => {
      const other = recorded[i] ?? 0;
      return other < 0.8 * seconds - 1 || other > 2.2 * seconds + 2;
    });
    expect(wrong).toEqual([]);
  });

  it('says the same', () => {
    const printed = lab.log.events.flatMap((event) =>
      event.kind === 'console' && event.channel === 'screen' ? [event.text] : [],
    );
    const recorded = recording.console.flatMap(([, text]) => (typeof text === 'string' ? [text] : []));
    expect(words(printed.join(''), recording)).toBe(words(recorded.join(''), recording));
  });
});
