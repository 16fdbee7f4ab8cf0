/**
 * U-Boot beside itself: what Debian's `u-boot-qemu` 2023.01 (`qemu_arm64` in QEMU, card 52:54:00:ba:00:01) sent, with dnsmasq
 * 2.90 at 10.0.2.1, and what ours sends in the same network. The captures are the command `dhcp` with a file of 5000 bytes,
 * without any server, with a server that pings each address for three seconds first, and a start that nobody stops.
 */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readCapture } from '../../src/analysis/pcapng/reader.ts';
import type { FrameStore } from '../../src/analysis/frame-store.ts';
import { readU16, readU32, toHex } from '../../src/base/bytes.ts';
import { NS_PER_S } from '../../src/base/time/clock.ts';
import { labFindings, play } from '../support/lab.ts';
import { smallLab, type SmallServer } from '../support/small-lab.ts';

const SERVER = 'dhcp-range=10.0.2.50,10.0.2.99,1h\ndhcp-authoritative\nport=0\nenable-tftp\ntftp-root=/srv/tftp\n';
const NAMED = `${SERVER}no-ping\ndhcp-boot=hello.img\n`;
const FILES = { 'tftp/hello.img': 5000 };
/** The last four bytes of the MAC address, to which the milliseconds since power on are added. */
const XID_BASE = 0x00ba_0001;
const DISCOVER = 1;
const REQUEST = 3;

interface Sent {
  readonly timeNs: number;
  readonly to: number;
  /** What is in the UDP datagram. */
  readonly data: Uint8Array;
}

/** What the card 52:54:00:ba:00:01 sent by UDP. */
function sentBy(store: FrameStore): readonly Sent[] {
  return [...Array(store.length).keys()].flatMap((i) => {
    const frame = store.bytes(i);
    if (store.direction(i) === 'in') return [];
    if (toHex(frame.subarray(6, 12)) !== '525400ba0001' || readU16(frame, 12) !== 0x0800 || frame[23] !== 17) return [];
    const data = frame.slice(42, 34 + readU16(frame, 38));
    return [{ timeNs: store.timeNs(i), to: readU16(frame, 36), data }];
  });
}

function recorded(name: string): readonly Sent[] {
  const path = new URL(`../oracle/fixtures/uboot-${name}.pcap`, import.meta.url);
  return sentBy(readCapture(new Uint8Array(readFileSync(path))).store);
}

function boot(server: SmallServer, options: Readonly<Record<string, unknown>> = {}) {
  const firmware = { personality: 'uboot', options };
  const { lab } = play(smallLab({ firmware, servers: { '10.0.2.1': server } }), { timeoutS: 90 });
  const texts = lab.log.events.flatMap((one) => (one.kind === 'console' && one.node === 'pc1' ? [one.text] : []));
  const screen = texts.join('').replaceAll('*\b', '*');
  return { sent: sentBy(lab.capture.store), screen, findings: labFindings(lab).map(({ id }) => id) };
}

function xids(sent: readonly Sent[], type: number): readonly number[] {
  return sent.flatMap(({ to, data }) => (to === 67 && data[242] === type ? [readU32(data, 4)] : []));
}

/** Without its number, which counts milliseconds: they differ from run to run there, too. */
function withoutXid({ to, data }: Sent): string {
  const bytes = data.slice();
  if (to === 67) bytes.fill(0, 4, 8);
  return toHex(bytes);
}

describe('the command dhcp of U-Boot', () => {
  it('sends byte for byte what the real one sent', () => {
    const theirs = recorded('dhcp');
    const { sent, findings } = boot({ config: NAMED, files: FILES });
    expect(sent.map(withoutXid)).toEqual(theirs.map(withoutXid));
    expect(sent.length).toBe(2 + 1 + 5);
    for (const one of [theirs, sent]) {
      const [first = 0] = xids(one, DISCOVER);
      expect(first - XID_BASE).toBeGreaterThanOrEqual(0);
      expect(first - XID_BASE).toBeLessThan(1000);
      expect(xids(one, REQUEST)).toEqual([first]);
    }
    expect(findings).toEqual([]);
  });

  it('asks again at the same times, each time as another transaction, and gives up with the same words', () => {
    const theirs = recorded('silence');
    const { sent, screen, findings } = boot({ config: 'port=0\n' });
    expect(sent.map(withoutXid)).toEqual(theirs.map(withoutXid));
    const passed = (list: readonly Sent[]) => list.map(({ timeNs }) => (timeNs - (list[0]?.timeNs ?? 0)) / NS_PER_S);
    for (const [i, s] of passed(sent).entries()) expect(Math.abs(s - (passed(theirs)[i] ?? 0))).toBeLessThan(0.03);
    for (const [i, xid] of xids(sent, DISCOVER).entries()) {
      const elapsed = xid - (xids(sent, DISCOVER)[0] ?? 0);
      expect(Math.abs(elapsed - (xids(theirs, DISCOVER)[i] ?? 0) + (xids(theirs, DISCOVER)[0] ?? 0))).toBeLessThan(30);
    }
    expect(screen).toContain('BOOTP broadcast 17\n\nRetry time exceeded; starting again\n=> ');
    expect(findings).toEqual(['no-dhcp-answer']);
  });

  it('takes an offer that answers an earlier broadcast, and requests in its transaction', () => {
    const config = `${SERVER}dhcp-boot=hello.img\n`;
    for (const sent of [recorded('late'), boot({ config, files: FILES }).sent]) {
      const asked = xids(sent, DISCOVER);
      expect(asked.length).toBe(4);
      expect(xids(sent, REQUEST)).toEqual(asked.slice(0, 1));
      const request = sent.find(({ to, data }) => to === 67 && data[242] === REQUEST);
      expect(request === undefined ? 0 : readU16(request.data, 8)).toBe(3);
    }
  });

  it('says on the screen what the real one says', () => {
    const files = { 'tftp/hello.img': 1_300_000 };
    const { screen } = boot({ config: NAMED, files });
    expect(screen.replace(/\(\d+ ms\)/, '(27 ms)').replace(/[\d.]+ MiB\/s/, '14.1 MiB/s')).toContain(`=> dhcp
BOOTP broadcast 1
DHCP client bound to address 10.0.2.65 (27 ms)
Using virtio-net#31 device
TFTP from server 10.0.2.1; our IP address is 10.0.2.65
Filename 'hello.img'.
Load address: 0x40200000
Loading: *#################################################################
\t ########################
\t 14.1 MiB/s
done
Bytes transferred = 1300000 (13d620 hex)
=> `);
  });

  it('says that a file is missing', () => {
    const { screen, findings } = boot({ config: NAMED, files: { 'tftp/other.img': 10 } });
    expect(screen).toContain(
      "Loading: *\nTFTP error: 'file /srv/tftp/hello.img not found for 10.0.2.65' (1)\nNot retrying...\n=> ",
    );
    expect(findings).toEqual(['tftp-missing-file']);
  });

  it('makes a name of its address when it is told none', () => {
    const { screen, findings } = boot({ config: `${SERVER}no-ping\n`, files: { 'tftp/0A000241.img': 10 } });
    expect(screen).toContain("*** Warning: no boot file name; using '0A000241.img'\n");
    expect(screen).toContain('Bytes transferred = 10 (a hex)\n');
    expect(findings).toEqual([]);
  });

  it('asks a silent TFTP server eleven times', () => {
    const { sent, screen, findings } = boot({ config: NAMED.replace('enable-tftp\n', '') });
    expect(sent.filter(({ to }) => to === 69).length).toBe(11);
    expect(screen).toContain(`Loading: *${'T '.repeat(10)}\nRetry count exceeded; starting again\n=> `);
    expect(findings).toEqual(['port-unreachable']);
  });

  it('says that no station has the address of the server', () => {
    const { screen, findings } = boot({ config: NAMED.replace('hello.img', 'hello.img,,10.0.2.77'), files: FILES });
    expect(screen).toContain('Loading: *\nARP Retry count exceeded; starting again\n');
    expect(findings).toEqual(['loader/unresolved']);
  });
});

it('asks for a script as U-Boot and for a program as UEFI when nobody stops it', () => {
  const theirs = recorded('bootcmd');
  const { sent, findings } = boot({ config: NAMED, files: FILES }, { bootcmd: true });
  expect(sent.map(withoutXid)).toEqual(theirs.map(withoutXid));
  expect(findings).toEqual([]);
});
