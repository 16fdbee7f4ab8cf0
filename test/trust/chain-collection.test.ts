/**
 * A collection of chains, each a combination of an authority and a server's certificate that are right or wrong in one way,
 * with keys of three kinds: iPXE's rules and `openssl verify` give the same verdicts, but where the list of differences says why.
 */
import { afterAll, describe, expect, test } from 'vitest';
import { LAB_EPOCH_MS } from '../../src/base/time/calendar.ts';
import type { KeyKind } from '../../src/trust/keys/keys.ts';
import { writePem } from '../../src/trust/pem.ts';
import { rootFingerprint, TIME_GRACE_MS, verifyChain } from '../../src/trust/x509/chain.ts';
import { Authority, DAY_MS, type Holder, type Wish } from './authority.ts';
import { Openssl } from './openssl.ts';

const openssl = new Openssl();
afterAll(() => openssl.dispose());
const nowMs = LAB_EPOCH_MS;
const KINDS: readonly KeyKind[] = ['P-256', 'P-384', 'RSA-2048'];

/** Undefined: a server's certificate in the place of an authority's. */
const AUTHORITIES: Readonly<Record<string, Partial<Wish> | undefined>> = {
  'a right authority': {},
  'an authority that expired': { notBeforeMs: nowMs - 9 * DAY_MS, notAfterMs: nowMs - DAY_MS },
  'an authority of tomorrow': { notBeforeMs: nowMs + DAY_MS },
  'an authority for a leaf alone': { authority: { pathLength: 0 } },
  'an authority whose key is for other uses': { keyUsage: ['digitalSignature'] },
  'no authority': undefined,
  'an authority of which nothing says what its key is for': { keyUsage: [] },
};

const LEAVES: Readonly<Record<string, Partial<Wish>>> = {
  'a right leaf': {},
  'a leaf that expired': { notBeforeMs: nowMs - 9 * DAY_MS, notAfterMs: nowMs - DAY_MS },
  'a leaf of tomorrow': { notBeforeMs: nowMs + DAY_MS },
  'a leaf that expired an hour ago': { notBeforeMs: nowMs - 9 * DAY_MS, notAfterMs: nowMs - TIME_GRACE_MS / 12 },
  'a leaf for clients': { purposes: ['clientAuth'] },
  'a leaf signed with SHA-384': { digest: 'sha384' },
};

/** Where OpenSSL has another verdict, whatever else is right. */
const DIFFERENCES: Readonly<Record<string, string>> = {
  'a leaf that expired an hour ago': 'iPXE forgives a clock that is wrong by 12.5 hours',
};

interface Collected {
  readonly name: string;
  readonly leaf: string;
  readonly chain: readonly Holder[];
  readonly root: Holder;
}

function* collection(kind: KeyKind): Generator<Collected> {
  const authority = new Authority(`collection ${kind}`);
  const root = authority.root('Root', { kind });
  const stranger = authority.root('Stranger', { kind });
  const between = authority.intermediate('Between', root, { kind });
  for (const [above, middleWish] of Object.entries(AUTHORITIES)) {
    const middle =
      middleWish === undefined
        ? authority.server(above, root, { kind })
        : authority.intermediate(above, root, { kind, ...middleWish });
    for (const [below, leafWish] of Object.entries(LEAVES)) {
      const leaf = authority.server(`${below} below ${above}`, middle, leafWish);
      yield { name: `${below} below ${above}`, leaf: below, chain: [leaf, middle, root], root };
    }
    const deep = authority.server(`deep below ${above}`, authority.intermediate(`under ${above}`, middle, { kind }));
    yield { name: `one more authority below ${above}`, leaf: '', chain: [deep, middle, root], root };
  }
  const under = authority.intermediate('Under', between, { kind });
  const forger = { certificate: between.certificate, key: stranger.key };
  const deep = authority.server('deep', under);
  yield { name: 'two authorities', leaf: '', chain: [deep, under, between, root], root };
  yield { name: 'the second of two authorities is missing', leaf: '', chain: [deep, under, root], root };
  yield { name: 'a root that nobody trusts', leaf: '', chain: [deep, under, between, root], root: stranger };
  yield { name: 'a forged leaf', leaf: '', chain: [authority.server('forged', forger), between, root], root };
  yield {
    name: 'a leaf below a forged authority',
    leaf: '',
    chain: [
      authority.server('low', authority.intermediate('Forged', forger, { kind })),
      authority.intermediate('Forged', forger, { kind }),
      between,
      root,
    ],
    root,
  };
}

describe.each(KINDS)('with keys of %s', (kind) => {
  const all = [...collection(kind)];

  test(`${all.length} chains get OpenSSL's verdicts, but for the differences`, () => {
    const pem = ({ certificate: { der } }: Holder): string => writePem({ label: 'CERTIFICATE', der });
    const verdicts = { good: 0, bad: 0 };
    const unexpected: string[] = [];
    for (const { name, leaf, chain, root } of all) {
      const { fault } = verifyChain(
        chain.map(({ certificate }) => certificate),
        { roots: [rootFingerprint(root.certificate)], nowMs },
      );
      openssl.write('root.pem', pem(root));
      openssl.write('leaf.pem', chain.slice(0, 1).map(pem).join(''));
      openssl.write('others.pem', chain.slice(1).map(pem).join(''));
      const { status, text } = openssl.run(
        `verify -attime ${nowMs / 1000} -CAfile root.pem -untrusted others.pem leaf.pem`,
      );
      verdicts[fault === undefined ? 'good' : 'bad']++;
      const agrees = (fault === undefined) === (status === 0);
      const reason = DIFFERENCES[leaf];
      if (!agrees && !(reason !== undefined && fault === undefined)) {
        unexpected.push(`${name}: iPXE ${fault ?? 'good'}, OpenSSL ${text.split('\n').slice(0, 3).join(' ')}`);
      }
    }
    expect(unexpected).toEqual([]);
    expect(verdicts.good).toBeGreaterThan(10);
    expect(verdicts.bad).toBeGreaterThan(20);
  });
});
