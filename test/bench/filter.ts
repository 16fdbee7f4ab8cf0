/**
 * How fast a filter answers on a million frames of boot traffic, and how fast tshark answers on the same file (half a
 * minute a filter, so only some are asked).
 *
 *     npx tsx test/bench/filter.ts [FRAMES] [--no-tshark]
 */
import { spawnSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, rmSync, statSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Capture, FilteredFrames } from '../../src/analysis/capture.ts';
import { compileFilter } from '../../src/analysis/filter/filter.ts';
import { BootTraffic, fileContent, pc } from '../../src/analysis/fixtures/boot-traffic.ts';
import type { FrameStore } from '../../src/analysis/frame-store.ts';
import { pcapngParts } from '../../src/analysis/pcapng/writer.ts';

const FILTERS = [
  'arp',
  'dhcp.option.dhcp == 2',
  'tftp.opcode == 3 && tftp.block == 7',
  'tftp.source_file contains "linux"',
  'http.request.uri == "/kernel"',
  'ip.addr == 10.0.0.105 and udp.port == 69',
  'tcp.flags.syn == 1 && tcp.flags.ack == 0',
  'frame.len > 1400',
  'frame.number in {1000..2000}',
  'frame contains "pxelinux.cfg"',
];

/** Those that tshark is asked too. */
const COMPARED = new Set(FILTERS.slice(0, 3));

const frames = Number(process.argv.find((arg) => /^\d+$/.test(arg)) ?? 1_000_000);
const withTshark = !process.argv.includes('--no-tshark');

function seconds(from: bigint): number {
  return Number(process.hrtime.bigint() - from) / 1e9;
}

/** Boots in turn: lease, ARP, TFTP of a loader, then kernel by TFTP or HTTP, until there are enough frames. */
function synthesise(count: number): FrameStore {
  const traffic = new BootTraffic();
  const loader = fileContent('pxelinux.0', 42_000);
  const kernel = fileContent('linux', 1_400_000);
  for (let boot = 0; traffic.store.length < count; boot++) {
    const client = pc(1 + (boot % 90));
    const port = 2048 + ((boot * 8) % 50_000);
    traffic.lease(client, 'pxelinux.0');
    traffic.arp(client, { name: 'srv', mac: 0x525400bb0001, ip: 0x0a000001 });
    traffic.tftpRead(client, port, 'pxelinux.0', loader);
    traffic.tftpRead(client, port + 1, 'pxelinux.cfg/default', loader.subarray(0, 700));
    if (boot % 2 === 0) traffic.tftpRead(client, port + 2, 'linux', kernel);
    else traffic.httpGet(client, port + 3, '/kernel', kernel);
  }
  return traffic.store;
}

const folder = mkdtempSync(join(tmpdir(), 'filter-bench-'));
try {
  let start = process.hrtime.bigint();
  const store = synthesise(frames);
  console.log(`${store.length} frames made in ${seconds(start).toFixed(1)} s`);

  const capture = new Capture(store);
  start = process.hrtime.bigint();
  capture.layers.advance();
  console.log(`first pass and index of protocols: ${seconds(start).toFixed(2)} s (once, while frames come in)`);

  const file = join(folder, 'bench.pcapng');
  if (withTshark) {
    const handle = openSync(file, 'w');
    for (const part of pcapngParts(store)) writeSync(handle, part);
    closeSync(handle);
    console.log(`file: ${(statSync(file).size / 1e6).toFixed(0)} MB`);
  }

  for (const text of FILTERS) {
    const filter = compileFilter(text, capture.registry);
    if (!filter.ok) {
      console.log(`${text}: ${filter.error.message}`);
      continue;
    }
    start = process.hrtime.bigint();
    const found = new FilteredFrames(capture, filter.value);
    found.advance();
    const ours = seconds(start);
    let line = `${text}: ${found.length} frames in ${ours.toFixed(3)} s`;
    if (withTshark && COMPARED.has(text)) {
      start = process.hrtime.bigint();
      const args = ['-n', '-r', file, '-Y', text, '-T', 'fields', '-e', 'frame.number'];
      const { stdout } = spawnSync('tshark', args, { encoding: 'utf8', maxBuffer: 1 << 28 });
      const theirs = seconds(start);
      const count = stdout.split('\n').length - 1;
      line += `; tshark: ${count} in ${theirs.toFixed(1)} s, ${(theirs / ours).toFixed(0)} times as long`;
    }
    console.log(line);
  }
  const { rss } = process.memoryUsage();
  console.log(`memory: ${(rss / 1e6).toFixed(0)} MB`);
} finally {
  rmSync(folder, { recursive: true });
}
