/**
 * Proves that `lab frames` prints the fields and the list as tshark does, and that capture files go there and back.
 * Needs tshark.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readCapture } from '../../src/analysis/pcapng/reader.ts';
import { writePcapng } from '../../src/analysis/pcapng/writer.ts';
import { runFrames } from '../../src/cli/frames.ts';
import { mixedCapture } from './captures.ts';
import { runTshark, tsharkVersion } from './tshark.ts';

const folder = mkdtempSync(join(tmpdir(), 'frames-cli-'));
const MIXED = join(folder, 'mixed.pcapng');
const IPXE = new URL('fixtures/ipxe-script-over-tftp.pcap', import.meta.url).pathname;

const FIELDS = [
  'frame.time_relative',
  'frame.time_delta',
  'frame.len',
  'frame.protocols',
  'eth.src',
  'eth.dst',
  'eth.type',
  'vlan.id',
  'arp.opcode',
  'arp.src.proto_ipv4',
  'ip.src',
  'ip.dst',
  'ip.addr',
  'ip.ttl',
  'ip.id',
  'ip.checksum',
  'ip.flags.df',
  'udp.port',
  'udp.length',
  'udp.checksum',
  'udp.stream',
  'tcp.port',
  'tcp.stream',
  'tcp.seq',
  'tcp.ack',
  'tcp.flags',
  'tcp.flags.syn',
  'dhcp.id',
  'dhcp.flags',
  'dhcp.option.dhcp',
  'dhcp.ip.your',
  'dhcp.hw.mac_addr',
  'dhcp.option.vendor_class_id',
  'dhcp.option.request_list_item',
  'dhcp.option.value',
  'tftp.opcode',
  'tftp.block',
  'tftp.source_file',
  'tftp.option.name',
  'tftp.option.value',
  'dns.qry.name',
  'dns.a',
  'dns.flags.rcode',
  'http.request.uri',
  'http.response.code',
  'icmp.type',
  'icmp.seq',
];

/** The lab dissects neither IPv6 nor EAPOL; to it, these are EtherTypes. */
const KNOWN = 'not ipv6 and not eapol';
const UNKNOWN = 'not eth.type in {0x86dd, 0x888e}';

function lab(...args: readonly string[]): { code: number; out: string; err: string } {
  let out = '';
  let err = '';
  const code = runFrames(args, { out: (line) => (out += `${line}\n`), err: (line) => (err += `${line}\n`) });
  return { code, out, err };
}

beforeAll(() => {
  tsharkVersion();
  writeFileSync(MIXED, writePcapng(mixedCapture()));
});

afterAll(() => {
  rmSync(folder, { recursive: true });
});

describe.each([
  ['a mixed capture', MIXED],
  ['a boot of iPXE', IPXE],
])('%s', (_, file) => {
  it.each(FIELDS)('has the same %s', (field) => {
    const wanted = ['-Y', UNKNOWN, '-e', 'frame.number', '-e', field];
    const theirs = runTshark(file, ['-T', 'fields', '-Y', KNOWN, '-e', 'frame.number', '-e', field]);
    expect(lab(file, ...wanted).out).toBe(theirs);
  });
});

/**
 * Whose Info column is known to differ: Wireshark shows the TTL of pings, the names of more EtherTypes, and the
 * start line already on the first segment of an HTTP message in several.
 */
const OTHER_INFO = 'not icmp and not eth.type == 0x88b5 and not (tcp.seq == 1 and frame.len > 1000)';

describe('lab frames', () => {
  it.each([
    ['a mixed capture', MIXED],
    ['a boot of iPXE', IPXE],
  ])('lists %s as tshark does', (_, file) => {
    const theirs = runTshark(file, ['-Y', `${KNOWN} and ${OTHER_INFO}`]).replaceAll(
      'ff:ff:ff:ff:ff:ff',
      'Broadcast   ',
    );
    expect(lab(file, '-Y', `${UNKNOWN} and ${OTHER_INFO}`).out.split('\n')).toEqual(theirs.split('\n'));
  });

  it('prints the chosen frames', () => {
    expect(lab(IPXE, '-Y', 'tftp.opcode == 4', '-e', 'frame.number', '-e', 'tftp.block').out).toBe('25\t0\n27\t1\n');
  });

  it('prints the layers as a tree', () => {
    const { out } = lab(IPXE, '-Y', 'frame.number == 23', '--tree');
    expect(out).toMatch(/^Trivial File Transfer Protocol/m);
    expect(out).toMatch(/^ {4}Source File: hello.ipxe$/m);
  });

  it('shows where a filter is wrong, and ends with 2', () => {
    const { code, err } = lab(IPXE, '-Y', 'tftp.opcod == 4');
    expect(code).toBe(2);
    expect(err).toBe(
      'frames: "tftp.opcod" is neither a field nor a protocol. Did you mean tftp.opcode, fip.opcode?\n    tftp.opcod == 4\n    ^~~~~~~~~~\n',
    );
  });

  it('prints the frames before the damage, says where it is, and ends with 2', () => {
    const file = join(folder, 'cut.pcap');
    writeFileSync(file, readFileSync(IPXE).subarray(0, 300));
    const { code, out, err } = lab(file, '-e', 'frame.number');
    expect([code, out]).toEqual([2, '1\n2\n']);
    expect(err).toContain('cut short');
  });

  it.each([[[]], [['a', 'b']], [['-Y']], [['--nonsense', 'a']], [['/does/not/exist']]])('refuses %j', (args) => {
    expect(lab(...args).code).toBe(2);
  });
});

describe('capture files', () => {
  it('are read by capinfos and tshark with names, directions, comments and nanoseconds', () => {
    const store = mixedCapture();
    store.setComment(0, 'the first — look');
    const file = join(folder, 'comment.pcapng');
    writeFileSync(file, writePcapng(store));
    const info = execFileSync('capinfos', [file], { encoding: 'utf8' });
    expect(info).toMatch(/File timestamp precision: +nanoseconds/);
    expect(info).toMatch(/Capture application: +Netboot Lab/);
    expect(info).toMatch(/Name = pc1.net0/);
    const fields = ['frame.comment', 'frame.interface_name', 'frame.packet_flags_direction', 'frame.time_epoch'];
    const first = runTshark(file, ['-c', '1', '-T', 'fields', ...fields.flatMap((name) => ['-e', name])]);
    expect(first.trim().split('\t')).toEqual(['the first — look', 'pc1.net0', '0x00000002', '0.000020000']);
  });

  it('written by editcap in other formats are read back', () => {
    for (const format of ['pcap', 'nsecpcap', 'pcapng']) {
      const file = join(folder, `again.${format}`);
      execFileSync('editcap', ['-F', format, IPXE, file]);
      const [ours, original] = [readCapture(readFileSync(file)), readCapture(readFileSync(IPXE))];
      expect(ours.error).toBeUndefined();
      expect(ours.store.length).toBe(original.store.length);
      expect(ours.store.record(28)).toEqual(original.store.record(28));
    }
  });
});
