/** What the labs of bare machines put on the wire is right, and is shown as Wireshark shows it. */
import { readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { capturePcapng, play, siteScenario } from '../support/lab.ts';
import { checkWhole, comparePart, samples, SENT_AGAIN } from './boots.ts';
import { tsharkAvailable } from './compare-tshark.ts';
import type { KnownDifference } from './known-differences.ts';

const names = readdirSync('public/scenarios')
  .filter((name) => /^bare-.*\.json$/.test(name))
  .map((name) => name.replace('.json', ''));

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

/** Their frames are Ethernet's own: there is no sum of IP to be right. */
const WITHOUT_IP: ReadonlySet<string> = new Set(['bare-fcoe']);

describe.skipIf(!tsharkAvailable())('captures of bare machines before tshark', () => {
  it.each(names)('%s', (name) => {
    const { lab } = play(siteScenario(name));
    const pcapng = capturePcapng(lab);
    const { frames, goodIp, bad } = checkWhole(pcapng);
    expect(bad).toEqual([]);
    expect(frames).toBe(lab.capture.sentCount);
    if (!WITHOUT_IP.has(name)) expect(goodIp).toBeGreaterThan(0);
    const cut = BEGINNING_ALONE.has(name) ? (frame: number) => frame < 900 : samples(frames, 600, 200);
    const part = comparePart(pcapng, frames > WHOLE_FRAMES ? cut : undefined, OWN[name]);
    expect(part.report).toBe('');
    // A comparison of nothing proves nothing.
    expect(part.agreeing).toBeGreaterThan(part.frames * 40);
    expect(part.frames).toBeGreaterThanOrEqual(Math.min(frames, 800));
  });
});
