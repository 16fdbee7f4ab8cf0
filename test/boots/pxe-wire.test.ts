/**
 * What the `pxe` personality puts on the wire, byte by byte: DHCPDISCOVER and DHCPREQUEST as PXE 2.1 §2.2, RFC 4578
 * and RFC 2131 ask for them. Read from the frames themselves, not through the project's own codecs.
 */
import { describe, expect, it } from 'vitest';
import { byteAt } from '../../src/base/bytes.ts';
import { NS_PER_S } from '../../src/base/time/clock.ts';
import { atLeast, itemAt } from '../../src/base/lists/list.ts';
import type { Lab } from '../../src/lab/lab.ts';
import { play, siteScenario } from '../support/lab.ts';

interface Message {
  readonly timeNs: number;
  readonly frame: Buffer;
  /** The DHCP message: what is behind the headers of Ethernet, IP (20 bytes) and UDP. */
  readonly bytes: Buffer;
  /** In the order of the wire. */
  readonly options: readonly { readonly code: number; readonly hex: string }[];
  /** Behind the end option. */
  readonly rest: Buffer;
}

function readMessage(timeNs: number, frame: Buffer): Message {
  const bytes = frame.subarray(42);
  const options: { code: number; hex: string }[] = [];
  let at = 240;
  for (; bytes[at] !== 255; at += 2 + byteAt(bytes, at + 1))
    options.push({
      code: byteAt(bytes, at),
      hex: bytes.subarray(at + 2, at + 2 + byteAt(bytes, at + 1)).toString('hex'),
    });
  return { timeNs, frame, bytes, options, rest: bytes.subarray(at + 1) };
}

/** What a machine sent to UDP port 67. */
function sent(lab: Lab, port: string): Message[] {
  const { store } = lab.capture;
  const out: Message[] = [];
  for (let i = 0; i < store.length; i++) {
    if (store.direction(i) !== 'out' || store.interfaceOf(i).name !== port) continue;
    const frame = Buffer.from(store.bytes(i));
    if (frame.readUInt16BE(12) === 0x0800 && frame[23] === 17 && frame.readUInt16BE(36) === 67)
      out.push(readMessage(store.timeNs(i), frame));
  }
  return out;
}

function option(message: Message, code: number): string | undefined {
  const found = message.options.filter((one) => one.code === code);
  expect(found.length, `option ${code}`).toBeLessThanOrEqual(1);
  return found[0]?.hex;
}

const { lab } = play(siteScenario('bare-pxe'));
const messages = sent(lab, 'pc1.net0');
const [discover, request] = atLeast(messages, 2);
const named: readonly (readonly [string, Message])[] = [
  ['DHCPDISCOVER', discover],
  ['DHCPREQUEST', request],
];

describe('the PXE ROM on the wire', () => {
  it('sends one DHCPDISCOVER and one DHCPREQUEST when all goes well', () => {
    expect(messages.map((message) => option(message, 53))).toEqual(['01', '03']);
    expect(request.bytes.readUInt32BE(4), 'the same transaction').toBe(discover.bytes.readUInt32BE(4));
  });

  it.each(named)('%s is broadcast from 0.0.0.0 port 68', (_, { frame }) => {
    expect(frame.subarray(0, 14).toString('hex')).toBe('ffffffffffff525400ba00010800');
    expect(frame[14], 'IPv4 without options').toBe(0x45);
    expect(frame.subarray(26, 34).toString('hex')).toBe('00000000ffffffff');
    expect(frame.readUInt16BE(34)).toBe(68);
  });

  it.each(named)('%s has the header of RFC 2131 §4.1', (_, { bytes }) => {
    expect(bytes.subarray(0, 4).toString('hex'), 'op, htype, hlen, hops').toBe('01010600');
    expect(bytes.readUInt16BE(8), 'secs: the first try').toBe(0);
    // PXE 2.1 §2.2.1: the client cannot take unicast before it has an address.
    expect(bytes.readUInt16BE(10), 'flags').toBe(0x8000);
    expect(
      bytes.subarray(12, 28).every((byte) => byte === 0),
      'ciaddr, yiaddr, siaddr, giaddr',
    ).toBe(true);
    expect(bytes.subarray(28, 44).toString('hex')).toBe('525400ba0001'.padEnd(32, '0'));
    expect(
      bytes.subarray(44, 236).every((byte) => byte === 0),
      'sname and file',
    ).toBe(true);
    expect(bytes.readUInt32BE(236)).toBe(0x6382_5363);
  });

  it.each(named)('%s is as long as the longest that any server must take, and padded with zeros', (_, message) => {
    // RFC 2131 §2: 576 bytes with the headers of IP and UDP.
    expect(message.bytes.length).toBeGreaterThanOrEqual(548);
    expect(message.frame.readUInt16BE(16)).toBe(message.bytes.length + 28);
    expect(message.rest.every((byte) => byte === 0)).toBe(true);
  });

  it.each(named)('%s says what the client is (RFC 4578 §2)', (_, message) => {
    expect(option(message, 60)).toBe(Buffer.from('PXEClient:Arch:00000:UNDI:002001').toString('hex'));
    expect(option(message, 93), 'Intel x86PC').toBe('0000');
    expect(option(message, 94), 'UNDI 2.1').toBe('010201');
    // Type 0, then the UUID, which without another ends in the MAC address.
    expect(option(message, 97)).toMatch(/^00[0-9a-f]{20}525400ba0001$/);
    expect(option(message, 97)).toHaveLength(34);
    expect(Number.parseInt(option(message, 57) ?? '', 16)).toBe(1260);
  });

  it.each(named)('%s asks for what PXE 2.1 §2.2 and RFC 4578 §2.4 name', (_, message) => {
    const asked = [...Buffer.from(option(message, 55) ?? '', 'hex')];
    // Mask, router, vendor options, class, boot server and file, and the options reserved for PXE.
    expect(asked).toEqual(expect.arrayContaining([1, 3, 43, 54, 60, 66, 67]));
    expect(asked).toEqual(expect.arrayContaining([128, 129, 130, 131, 132, 133, 134, 135]));
    expect(new Set(asked).size).toBe(asked.length);
  });

  it('names in the DHCPREQUEST the address and the server of the offer it took, and in the DHCPDISCOVER neither', () => {
    expect(option(discover, 50)).toBeUndefined();
    expect(option(discover, 54)).toBeUndefined();
    const address = lab.servers.get('boot')?.leases()[0]?.address ?? '';
    expect(option(request, 50)).toBe(Buffer.from(address.split('.').map(Number)).toString('hex'));
    expect(option(request, 54)).toBe('0a000201');
  });

  it('waits 4, 8, 16 and 32 seconds for offers, and counts them in secs (PXE 2.1 §2.2)', () => {
    const silent = play(siteScenario('wrong-no-dhcp')).lab;
    const tries = sent(silent, 'pc1.net0');
    expect(tries.map((message) => option(message, 53))).toEqual(['01', '01', '01', '01']);
    const seconds = tries.map(({ timeNs }) => (timeNs - itemAt(tries, 0).timeNs) / NS_PER_S);
    expect(seconds).toEqual([0, 4, 12, 28]);
    expect(tries.map(({ bytes }) => bytes.readUInt16BE(8))).toEqual(seconds);
    expect(new Set(tries.map(({ bytes }) => bytes.readUInt32BE(4))).size, 'one transaction').toBe(1);
    const given = silent.log.events.find((event) => event.kind === 'stage' && event.stage === 'boot-failed');
    expect(((given?.timeNs ?? 0) - itemAt(tries, 0).timeNs) / NS_PER_S).toBeCloseTo(60, 3);
  });
});
