/** How fast a filter answers on a million frames of boot traffic, and how long tshark takes for the same file. */
import { Capture, FilteredFrames } from '../../../src/analysis/capture.ts';
import { compileFilter } from '../../../src/analysis/filter/filter.ts';
import { BootTraffic, fileContent, pc, SERVER } from '../../../src/analysis/fixtures/boot-traffic.ts';
import type { FrameStore } from '../../../src/analysis/frame-store.ts';
import { pcapngParts } from '../../../src/analysis/pcapng/writer.ts';
import { measured, type BenchHost, type Measure, type Row, type Values } from '../types.ts';

const FRAMES = 1_000_000;

const FILTERS = [
  'dhcp.option.dhcp == 2',
  'tftp.opcode == 3 && tftp.block == 7',
  'arp',
  'tftp.source_file contains "linux"',
  'http.request.uri == "/kernel"',
  'ip.addr == 10.0.0.105 and udp.port == 69',
  'tcp.flags.syn == 1 && tcp.flags.ack == 0',
  'frame.len > 1400',
  'frame.number in {1000..2000}',
  'frame contains "pxelinux.cfg"',
];

/** So many of them tshark is asked too: half a minute each. */
const COMPARED = 2;

/** Boots in turn: lease, ARP, TFTP of a loader, then kernel by TFTP or HTTP, until there are enough frames. */
function synthesise(count: number): FrameStore {
  const traffic = new BootTraffic();
  const loader = fileContent('pxelinux.0', 42_000);
  const kernel = fileContent('linux', 1_400_000);
  for (let boot = 0; traffic.store.length < count; boot++) {
    const client = pc(1 + (boot % 90));
    const port = 2048 + ((boot * 8) % 50_000);
    traffic.lease(client, 'pxelinux.0');
    traffic.arp(client, SERVER);
    traffic.tftpRead(client, port, 'pxelinux.0', loader);
    traffic.tftpRead(client, port + 1, 'pxelinux.cfg/default', loader.subarray(0, 700));
    if (boot % 2 === 0) traffic.tftpRead(client, port + 2, 'linux', kernel);
    else traffic.httpGet(client, port + 3, '/kernel', kernel);
  }
  return traffic.store;
}

async function run(host: BenchHost): Promise<Record<string, number>> {
  const store = synthesise(host.quick ? FRAMES / 10 : FRAMES);
  const values: Record<string, number> = { frames: store.length };
  const capture = new Capture(store);
  let startMs = host.nowMs();
  const elapsedS = (): number => (host.nowMs() - startMs) / 1000;
  capture.layers.advance();
  values['first'] = elapsedS();
  FILTERS.forEach((text, i) => {
    const filter = compileFilter(text, capture.registry);
    if (!filter.ok) throw new Error(`${text}: ${filter.error.message.text}`);
    startMs = host.nowMs();
    const found = new FilteredFrames(capture, filter.value);
    found.advance();
    values[`s${i}`] = elapsedS();
    values[`n${i}`] = found.length;
  });
  const theirs = await host.tshark(pcapngParts(store), FILTERS.slice(0, COMPARED));
  theirs?.forEach(({ count, seconds }, i) => {
    if (count !== values[`n${i}`]) throw new Error(`${FILTERS[i]}: ${values[`n${i}`]} frames, tshark finds ${count}`);
    values[`t${i}`] = seconds;
  });
  return values;
}

function rows(values: Values): Row[] {
  const found = values['filter'];
  if (found === undefined) return [];
  return [
    {
      what: `first pass over ${found['frames']} frames and index (once, while they come in)`,
      value: `${measured(found, 'first').toFixed(2)} s`,
    },
    ...FILTERS.map((what, i): Row => {
      const ours = measured(found, `s${i}`);
      const theirs: number | undefined = found[`t${i}`];
      return {
        what,
        value: `${(ours * 1000).toFixed(0)} ms, ${found[`n${i}`]} frames`,
        ...(theirs === undefined
          ? {}
          : { peer: `tshark ${theirs.toFixed(1)} s, ${(theirs / ours).toFixed(0)} times as long` }),
      };
    }),
  ];
}

export const filter: Measure = {
  name: 'filter',
  title: `Display filters over a million frames. Peer: tshark -Y, which dissects the whole file each time`,
  parts: ['filter'],
  hosts: ['node', 'chromium'],
  run,
  rows,
};
