/** What the labs without an emulator put on the wire is right, and is shown as Wireshark shows it. */
import { readdirSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { itemAt } from '../../src/base/lists/list.ts';
import { capturePcapng, play, siteScenario } from '../support/lab.ts';
import { checkCaptures, comparePart, samples, SENT_AGAIN, type WholeCheck } from './boots.ts';
import { tsharkAvailable } from './compare-tshark.ts';
import type { KnownDifference } from './known-differences.ts';

/** They cannot be opened. */
const REFUSED: ReadonlySet<string> = new Set(['wrong-field', 'wrong-missing-image']);

const names = readdirSync('public/scenarios')
  .filter((name) => /^(bare|dnsmasq|wrong)-.*\.json$/.test(name))
  .map((name) => name.replace('.json', ''))
  .filter((name) => !REFUSED.has(name) && siteScenario(name).nodes.every(({ kind }) => kind !== 'pc'));
/** Field by field; of the others the forms and the checksums of their frames. */
const compared = names.filter((name) => name.startsWith('bare-'));

/**
 * A client that asks twice from one port is answered from two ports of the server. What still comes from the first one
 * tshark adds to the conversation of the second; here it stays with its own.
 */
const ASKED_TWICE: readonly KnownDifference[] = ['udp.stream', 'udp.time_*', 'tftp.request_frame'].map((field) => ({
  field,
  what: 'value',
  reason: 'late answers to the first of two requests from one port',
}));

/** tshark has made the conversation of an FTP data connection before its SYN comes, and then does not count it. */
const ANNOUNCED: readonly KnownDifference[] = [
  { field: 'tcp.completeness', what: 'value', theirs: /^(30|38)$/, reason: 'the SYN of an announced connection' },
  { field: 'ftp.*', what: 'missing', theirs: / 0$/, reason: 'a data connection that was given up: frame 0' },
  { field: 'ftp.setup-frame', what: 'value', theirs: /^0$/, reason: 'a data connection that was given up: frame 0' },
];

/** A sample begins in the middle: tshark does not count what comes again in a conversation of which it saw nothing before. */
const CUT_OFF: readonly KnownDifference[] = [
  { field: 'tcp.completeness', what: 'value', theirs: /^0$/, reason: 'the conversation began before the sample' },
];

const OWN: Readonly<Record<string, readonly KnownDifference[]>> = {
  'bare-inventory-100': [...SENT_AGAIN, ...CUT_OFF],
  'bare-ipxe-ftp': ANNOUNCED,
  'bare-loss': ASKED_TWICE,
};

/** Up to this length a capture is compared whole: a cut leaves conversations without their beginning. */
const WHOLE_FRAMES = 1500;

/** Many connections at once: what a cut leaves of each says little. */
const BEGINNING_ALONE: ReadonlySet<string> = new Set(['bare-round-robin']);

/** Their frames are Ethernet's own, and ARP's: there is no sum of IP to be right. */
const WITHOUT_IP = /fcoe|^wrong-rarp-(segment|table)$/;

/** Of labs that end by themselves, or never. */
const MOST_S = 120;

describe.skipIf(!tsharkAvailable())('captures of bare machines before tshark', () => {
  const captures: Uint8Array[] = [];
  const sent: number[] = [];
  let checks: readonly WholeCheck[] = [];

  beforeAll(() => {
    for (const name of names) {
      const { lab } = play(siteScenario(name), { timeoutS: MOST_S });
      captures.push(capturePcapng(lab));
      sent.push(lab.capture.sentCount);
    }
    checks = checkCaptures(captures);
  });

  it.each(names)('%s: every frame is whole, and its checksums are right', (name) => {
    const { frames, goodIp, bad } = itemAt(checks, names.indexOf(name));
    expect(bad).toEqual([]);
    expect(frames).toBe(itemAt(sent, names.indexOf(name)));
    expect(frames).toBeGreaterThan(0);
    if (!WITHOUT_IP.test(name)) expect(goodIp).toBeGreaterThan(0);
  });

  it.each(compared)('%s is shown as tshark shows it', (name) => {
    const pcapng = itemAt(captures, names.indexOf(name));
    const { frames } = itemAt(checks, names.indexOf(name));
    const cut = BEGINNING_ALONE.has(name) ? (frame: number) => frame < 900 : samples(frames, 600, 200);
    const part = comparePart(pcapng, frames > WHOLE_FRAMES ? cut : undefined, OWN[name]);
    expect(part.report).toBe('');
    // A comparison of nothing proves nothing.
    expect(part.agreeing).toBeGreaterThan(part.frames * 40);
    expect(part.frames).toBeGreaterThanOrEqual(Math.min(frames, 800));
  });
});
