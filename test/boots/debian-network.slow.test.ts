/**
 * The installer's own kernel on the lab's network: unmodified kernel and initrd drive the NE2000 card with ne2k-pci,
 * get a lease from the lab's DHCP server, fetch the preseed file and a file of a mebibyte over the lab's HTTP, and the
 * guest's own sha256sum says that every byte arrived.
 */
import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { formatIpv4 } from '../../src/base/address.ts';
import { byteAt, fromLatin1 } from '../../src/base/bytes.ts';
import { NS_PER_S } from '../../src/base/time/clock.ts';
import { collectOption, decodeDhcp } from '../../src/protocols/dhcp/codec.ts';
import { DHCP_MESSAGE_TYPE, DHCP_OPTION } from '../../src/protocols/dhcp/options.ts';
import type { Lab } from '../../src/lab/lab.ts';
import { capturePcapng, labFindings, play, siteScenario } from '../support/lab.ts';
import { tsharkAvailable } from '../oracle/compare-tshark.ts';
import { checkWhole, comparePart, samples, SENT_AGAIN } from '../oracle/boots.ts';

/** A file of `patternBytes`: each byte is the low eight bits of its place. */
const PAYLOAD = Uint8Array.from({ length: 1 << 20 }, (_, i) => i & 0xff);
const PC = '52:54:00:12:34:01';

/** Frames that a port sent after a moment: UDP to this port, payload. */
function datagramsSent(lab: Lab, port: string, fromNs: number, udpPort: number): Uint8Array[] {
  const { store } = lab.capture;
  const out: Uint8Array[] = [];
  for (let i = 0; i < store.length; i++) {
    if (store.direction(i) !== 'out' || store.interfaceOf(i).name !== port || store.timeNs(i) < fromNs) continue;
    const frame = store.bytes(i);
    const udpAt = 14 + 4 * (byteAt(frame, 14) & 15);
    const isUdp = frame[12] === 0x08 && frame[13] === 0 && frame[23] === 17;
    if (isUdp && byteAt(frame, udpAt + 2) * 256 + byteAt(frame, udpAt + 3) === udpPort)
      out.push(frame.subarray(udpAt + 8));
  }
  return out;
}

/** How many frames were sent from a moment on. */
function sentSince(lab: Lab, fromNs: number): number {
  const { store } = lab.capture;
  let count = 0;
  for (let i = store.length - 1; i >= 0 && store.timeNs(i) >= fromNs; i--) if (store.direction(i) === 'out') count++;
  return count;
}

describe('the Debian installer on the network', () => {
  it('gets an address from the lab, fetches a file by HTTP, and its sha256 is right', () => {
    const scenario = siteScenario('debian-network');
    const sha256 = createHash('sha256').update(PAYLOAD).digest('hex');
    // The condition that ends the run is the true hash, and stands nowhere else in the scenario.
    expect(scenario.until).toBe(`serial:/${sha256}/`);
    expect(JSON.stringify({ ...scenario, until: '' })).not.toContain(sha256);

    const { lab, stop } = play(scenario);
    expect(stop.kind).toBe('breakpoint');
    expect(labFindings(lab)).toEqual([]);
    const { events } = lab.log;
    const stages = events.flatMap((event) => (event.kind === 'stage' ? [event] : []));
    const osDhcp = stages.find(({ stage }) => stage === 'os-dhcp');
    expect(stages.map(({ stage }) => stage)).toEqual(
      expect.arrayContaining(['power-on', 'post', 'rom-init', 'dhcp-ack', 'nbp-entry', 'kernel-entry', 'os-dhcp']),
    );

    // The lease that the kernel asked for is the one that the server has written down.
    const fromNs = osDhcp?.timeNs ?? Number.POSITIVE_INFINITY;
    const asked = datagramsSent(lab, 'pc1.net0', fromNs, 67).map((bytes) => decodeDhcp(bytes));
    const types = asked.map((one) => (one.ok ? collectOption(one.value, DHCP_OPTION.messageType)?.[0] : undefined));
    expect(types).toEqual([DHCP_MESSAGE_TYPE.discover, DHCP_MESSAGE_TYPE.request]);
    const vendors = asked.map((one) =>
      one.ok ? fromLatin1(collectOption(one.value, DHCP_OPTION.vendorClass) ?? new Uint8Array(0)) : '',
    );
    // busybox's udhcpc under the installer's name; our ROM says PXEClient.
    for (const vendor of vendors) expect(vendor).toBe('d-i');
    const answers = datagramsSent(lab, 'boot.eth0', fromNs, 68).map((bytes) => decodeDhcp(bytes));
    const ack = answers.at(-1);
    const lease = lab.servers.get('boot')?.leases()[0];
    expect(lease).toMatchObject({ mac: PC });
    expect(ack?.ok === true && formatIpv4(ack.value.yiaddr)).toBe(lease?.address);

    // Its own TCP: SYN with the options of Linux, then the requests, seen by the server as coming from the lease.
    const served = events.flatMap((event) =>
      event.kind === 'server' && event.service === 'http' && event.timeNs > fromNs ? [event.text] : [],
    );
    expect(served).toEqual([
      expect.stringMatching(`^${lease?.address} "GET /preseed\\.cfg HTTP/1\\.1" 200 `),
      expect.stringMatching(`^${lease?.address} "GET /payload\\.bin HTTP/1\\.1" 200 ${PAYLOAD.length}$`),
    ]);
    const lines = events.flatMap((event) =>
      event.kind === 'console' && event.channel === 'serial0' ? [event.text] : [],
    );
    expect(lines.some((line) => line.includes(`${sha256}  /tmp/payload.bin`))).toBe(true);

    if (tsharkAvailable()) {
      const pcapng = capturePcapng(lab);
      const { frames, bad } = checkWhole(pcapng);
      expect(bad).toEqual([]);
      expect(frames).toBe(lab.capture.sentCount);
      // The whole of what the operating system did, with the loss that its card's small memory brings about.
      const ofOs = sentSince(lab, fromNs - 20 * NS_PER_S);
      expect(comparePart(pcapng, samples(frames, 200, ofOs), SENT_AGAIN).report).toBe('');
    }
  });
});
