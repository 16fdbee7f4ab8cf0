/**
 * Debian's iPXE and ours in the same lab: the same scripts, keys and servers, and then the same screens and the same
 * requests, but for what is listed as known. Debian's package is of 2019; where it differs from iPXE of today, ours is
 * today's. Real iPXE comes as `undionly.kpxe` on our ROM's UNDI, and as `ipxe.lkrn` with its own driver.
 */
import { describe, expect, it } from 'vitest';
import { diffLines } from './diff.ts';
import { KNOWN_CACHED, KNOWN_LKRN, KNOWN_PROXY, KNOWN_UNDIONLY } from './known-differences.ts';
import { askBeforeDhcp, bootByProxy, converse } from './real-ipxe.ts';

/** The web site went over to HTTPS after 2019; what is centred moves with the length of its address. */
function withoutHttps(lines: readonly string[]): readonly string[] {
  return lines.map((line) => {
    const plain = line.replaceAll('https://ipxe.org', 'http://ipxe.org');
    return plain.startsWith('[') && plain.includes('http://ipxe.org') ? plain.replace(/_\d+_$/, '') : plain;
  });
}

describe.each([
  {
    who: 'undionly.kpxe',
    real: () => converse({ loaded: 'undionly', image: { image: 'ipxe/undionly.kpxe' } }),
    ours: () => converse({ loaded: 'undionly', image: { lab: 'ipxe' } }),
    known: KNOWN_UNDIONLY,
  },
  {
    who: 'ipxe.lkrn',
    real: () => converse({ loaded: 'lkrn' }),
    ours: () => converse({ loaded: 'rom' }),
    known: KNOWN_LKRN,
  },
  {
    who: 'undionly.kpxe in its shell, before any DHCP',
    real: () => askBeforeDhcp({ image: 'ipxe/undionly.kpxe' }),
    ours: () => askBeforeDhcp({ lab: 'ipxe' }),
    known: KNOWN_CACHED,
  },
  {
    who: 'ipxe.lkrn at a ProxyDHCP menu',
    real: () => bootByProxy('lkrn'),
    ours: () => bootByProxy('rom'),
    known: KNOWN_PROXY,
  },
])('our iPXE against Debian\u2019s $who', ({ real, ours, known }) => {
  const theirs = real();
  const mine = ours();

  it('shows and sends as much', () => {
    expect(Object.keys(mine)).toEqual(Object.keys(theirs));
    expect(Object.keys(known).filter((name) => !(name in theirs))).toEqual([]);
  });

  it.each(Object.keys(theirs))('%s: the same, but for known differences', (name) => {
    expect(theirs[name]?.length).toBeGreaterThan(0);
    expect(diffLines(withoutHttps(theirs[name] ?? []), withoutHttps(mine[name] ?? []))).toEqual(
      known[name]?.lines ?? [],
    );
  });
});
