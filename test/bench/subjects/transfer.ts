/**
 * Throughput of the 30 MB initrd through the switch: our firmware's on a bare machine and on an emulated PC, Debian's
 * real iPXE (its option ROM with its own NE2000 driver) in the same emulator from the same server, and our TFTP client
 * alone with the block and window sizes that iPXE does not ask for.
 *
 * A transfer counts from its request to the next request of the same script, all captured and logged as in any lab.
 */
import { parseIpv4, parseMac, prefixMask } from '../../../src/base/address.ts';
import { NS_PER_S } from '../../../src/base/time/clock.ts';
import type { LabEvent } from '../../../src/base/event-log.ts';
import { itemAt } from '../../../src/base/lists/list.ts';
import { startTask } from '../../../src/base/time/task.ts';
import { BufferSink, tftpGet } from '../../../src/firmware/clients/tftp-client.ts';
import { HostStack } from '../../../src/net/host/host-stack.ts';
import { benchScenario, bootServer, INITRD, median, openLab, runUntil, SERVER_IP, stampEvents } from '../labs.ts';
import { measured, type BenchHost, type Measure, type Row, type Values } from '../types.ts';
import { wireUp } from '../wires.ts';

const TIMES = 3;
const MAC = '52:54:00:be:00:01';
const FILES = [
  { path: '/srv/initrd.gz', content: { image: INITRD } },
  { path: '/srv/mark', content: { text: 'mark\n' } },
];

/** Fetches the file several times by TFTP, then by HTTP; `mark` ends the last one. */
function script(times: number): string {
  const fetch = (scheme: string): string =>
    `imgfetch --name a ${scheme}://${SERVER_IP}/initrd.gz || goto failed\nimgfree\n`;
  const body = `${fetch('tftp').repeat(times)}${fetch('http').repeat(times)}`;
  return `#!ipxe\ndhcp\n${body}imgfetch http://${SERVER_IP}/mark\n:failed\nshell\n`;
}

/** Chooses the first event of each request for the file or the mark. */
function requestWatcher(): (event: LabEvent) => boolean {
  const seen = new Set<string>();
  return (event) => {
    if (event.node !== 'boot') return false;
    if (event.kind === 'server' && event.code === 'http.200') return !event.text.includes('.ipxe');
    if (event.kind !== 'transfer' || event.protocol !== 'tftp' || seen.has(event.transfer)) return false;
    seen.add(event.transfer);
    return true;
  };
}

/** Megabytes a second of each transfer by its protocol. */
async function byScript(host: BenchHost, part: string): Promise<Record<string, number>> {
  const times = host.quick ? 1 : TIMES;
  const nics = [{ mac: MAC }];
  const text = script(times);
  const isReal = part === 'real-ipxe';
  const firmware = { personality: 'ipxe' as const, embeddedScript: text };
  const station =
    part === 'bare'
      ? { kind: 'bare' as const, name: 'pc1', nics, firmware }
      : {
          kind: 'pc' as const,
          name: 'pc1',
          nics,
          memMiB: 256,
          ...(isReal ? { optionRom: { image: 'ipxe/pxe-ne2k_pci.rom' } } : { firmware }),
        };
  const server = bootServer(isReal ? `dhcp-boot=http://${SERVER_IP}/bench.ipxe\n` : '', [
    ...FILES,
    { path: '/srv/bench.ipxe', content: { text: text.replace('\ndhcp\n', '\n') } },
  ]);
  const lab = await openLab(host, benchScenario(station, server));
  const bytes = (await host.image(INITRD)).length;
  const stamps = stampEvents(host, lab, requestWatcher());
  runUntil(host, lab, () => stamps.length > 2 * times);
  const rates = stamps.slice(1).map(({ wallMs }, i) => bytes / 1000 / (wallMs - itemAt(stamps, i).wallMs));
  return {
    tftp: median(rates.slice(0, times)),
    tftpFirst: itemAt(rates, 0),
    http: median(rates.slice(times)),
    httpFirst: itemAt(rates, times),
  };
}

/** Our TFTP client on a host stack, with the lab's own cables, switch, server, capture and log. */
async function byClient(host: BenchHost, blksize: number, windowsize: number): Promise<Record<string, number>> {
  const serverNode = bootServer('', FILES);
  const scenario = benchScenario({ kind: 'bare', name: 'client', nics: [{ mac: MAC }], power: 'off' }, serverNode);
  const { queue, log, clock, rng, port } = await wireUp(host, scenario, 'client');
  const stack = new HostStack({ name: 'client', clock, rng, log: log.sink('client') });
  const net0 = stack.addInterface({ name: 'net0', port, mac: parseMac(MAC) ?? 0 });
  net0.setAddress(parseIpv4('10.0.0.2') ?? 0, prefixMask(16));

  const rates: number[] = [];
  for (let i = 0; i < (host.quick ? 1 : TIMES); i++) {
    const socket = stack.openUdp();
    const sink = new BufferSink();
    let bytes = 0;
    const timeoutsNs = [NS_PER_S];
    const task = tftpGet(
      clock,
      socket,
      {
        server: parseIpv4(SERVER_IP) ?? 0,
        filename: 'initrd.gz',
        options: { tsize: true, blksize, ...(windowsize > 1 ? { windowsize } : {}) },
        requestTimeoutsNs: timeoutsNs,
        dataTimeoutsNs: timeoutsNs,
      },
      sink,
    );
    const startMs = host.nowMs();
    startTask(task, (result) => {
      if (!result.ok || result.value.windowsize !== windowsize) throw new Error(JSON.stringify(result));
      bytes = result.value.totalBytes;
    });
    const isOver = (): boolean => bytes > 0;
    while (!isOver() && queue.step());
    rates.push(bytes / 1000 / (host.nowMs() - startMs));
    socket.close();
  }
  return { tftp: median(rates), tftpFirst: itemAt(rates, 0) };
}

const CLIENTS: Readonly<Record<string, readonly [blksize: number, windowsize: number]>> = {
  'client-1432': [1432, 1],
  'client-1468': [1468, 1],
  'client-1432-window-16': [1432, 16],
};

function rate(value: number, first: number): string {
  return `${value.toFixed(1)} MB/s (first ${first.toFixed(1)})`;
}

function rows(values: Values): Row[] {
  const real = values['real-ipxe'];
  const row = (what: string, part: string, protocol: 'tftp' | 'http', least?: number): Row => {
    const value = measured(values[part], protocol);
    const first = measured(values[part], `${protocol}First`);
    return {
      what,
      value: rate(value, first),
      ...(part === 'real-ipxe' || real === undefined
        ? {}
        : {
            peer: `${measured(real, protocol).toFixed(1)} MB/s, ratio ${(value / measured(real, protocol)).toFixed(1)}`,
          }),
      ...(least === undefined ? {} : { target: { text: `at least ${least} MB/s`, met: value >= least } }),
    };
  };
  const list: Row[] = [];
  const add = (part: string, make: () => readonly Row[]): void => {
    if (values[part] !== undefined) list.push(...make());
  };
  add('bare', () => [
    row('bare machine, TFTP blksize 1432, lock-step', 'bare', 'tftp', 20),
    row('bare machine, HTTP', 'bare', 'http', 60),
  ]);
  add('pc', () => [
    row('emulated PC, TFTP blksize 1432, lock-step', 'pc', 'tftp', 20),
    row('emulated PC, HTTP', 'pc', 'http', 60),
  ]);
  add('client-1432', () => [row('TFTP client alone, blksize 1432, lock-step', 'client-1432', 'tftp', 20)]);
  add('client-1468', () => [row('TFTP client alone, blksize 1468, lock-step', 'client-1468', 'tftp', 20)]);
  add('client-1432-window-16', () => [
    row('TFTP client alone, blksize 1432, windowsize 16', 'client-1432-window-16', 'tftp', 60),
  ]);
  add('real-ipxe', () => [
    row('real iPXE in the same emulator, TFTP', 'real-ipxe', 'tftp'),
    row('real iPXE in the same emulator, HTTP', 'real-ipxe', 'http'),
  ]);
  return list;
}

export const transfer: Measure = {
  name: 'transfer',
  title: 'Throughput of the 30 MB initrd. Peer: real iPXE (pxe-ne2k_pci.rom) in the same emulator',
  parts: ['bare', 'pc', 'real-ipxe', ...Object.keys(CLIENTS)],
  hosts: ['node', 'chromium'],
  run: async (host, part) => {
    const client = CLIENTS[part];
    return client === undefined ? await byScript(host, part) : await byClient(host, ...client);
  },
  rows,
};
