/**
 * Debian's iPXE and ours in the same lab: the same script, loaded by the same ROM, and then the same screens and the same
 * requests, but for what `KNOWN` lists. Debian's package is of 2019; where it differs from iPXE of today, ours is today's.
 */
import { describe, expect, it } from 'vitest';
import { diffLines } from './diff.ts';
import { KNOWN } from './known-differences.ts';
import { converse } from './real-ipxe.ts';

/** The web site went over to HTTPS after 2019. */
function withoutHttps(lines: readonly string[]): readonly string[] {
  return lines.map((line) => line.replaceAll('https://ipxe.org', 'http://ipxe.org'));
}

describe('our iPXE against the real one', () => {
  const real = converse({ image: 'ipxe/undionly.kpxe' });
  const ours = converse({ lab: 'ipxe' });

  const compared = [
    ...Object.keys(real.screens).map((name) => [name, real.screens[name], ours.screens[name]] as const),
    ['http', real.http, ours.http] as const,
    ['tftp', real.tftp, ours.tftp] as const,
    ['dhcp', real.dhcp, ours.dhcp] as const,
  ];

  it.each(compared)('%s: the same, but for known differences', (name, theirs, mine) => {
    expect(theirs.length).toBeGreaterThan(0);
    expect(diffLines(withoutHttps(theirs), withoutHttps(mine))).toEqual(KNOWN[name]?.lines ?? []);
  });
});
