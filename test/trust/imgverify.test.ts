/** `imgverify` and `imgtrust` of our iPXE on a bare machine: what it prints, what it trusts, and what the lab is codes. */
import { describe, expect, test } from 'vitest';
import { utf8 } from '../../src/base/bytes.ts';
import { toBase64 } from '../../src/base/data/base64.ts';
import { LAB_EPOCH_MS } from '../../src/base/time/calendar.ts';
import { SeededRng } from '../../src/base/rng.ts';
import { ALL_OPTIONS_BUILD } from '../../src/firmware/ipxe/build.ts';
import { runScript } from '../../src/firmware/ipxe/testing.ts';
import { signDetached } from '../../src/trust/cms/signed-data.ts';
import { rootFingerprint } from '../../src/trust/x509/chain.ts';
import type { Certificate } from '../../src/trust/x509/certificate.ts';
import { Authority, DAY_MS, type Holder } from './authority.ts';

const authority = new Authority('imgverify');
const root = authority.root();
const middle = authority.intermediate('Middle', root);
const signer = authority.codeSigner('Anna', middle);
const script = utf8('#!ipxe\necho the signed script runs\n');

const sign = (holder: Holder, chain: readonly Certificate[] = [middle.certificate]): Uint8Array =>
  signDetached(script, { ...holder, digest: 'sha256', chain }, new SeededRng('sign'));
const uri = (bytes: Uint8Array): string => `data:;base64,${toBase64(bytes)}`;

interface Run {
  readonly image?: Uint8Array;
  readonly signature?: Uint8Array;
  readonly lines: string;
  readonly roots?: readonly Holder[];
}

/** Runs lines in which `image` and `image.sig` are there; what they print, and what the lab is codes. */
function run({ image = script, signature = sign(signer), lines, roots = [root] }: Run) {
  const prepare = `imgfetch -q -n image ${uri(image)}\nimgfetch -q -n image.sig ${uri(signature)}\n`;
  const { output, bench } = runScript(prepare + lines, {
    build: {
      features: ALL_OPTIONS_BUILD.features,
      trust: roots.map(({ certificate }) => rootFingerprint(certificate)),
      certificates: roots.map(({ certificate }) => certificate),
    },
  });
  const codes = bench.events.flatMap((event) =>
    event.kind === 'decision' && event.code.startsWith('trust-') ? [event.code] : [],
  );
  return { output, codes };
}

const START = 'imgtrust\nimgverify image image.sig ||\nchain image ||\n';

describe('a signed script', () => {
  test('runs, and its signature is freed unless it is kept', () => {
    const { output, codes } = run({ lines: `${START}imgstat image\nimgstat image.sig ||\n` });
    expect(output).toMatch(
      /^the signed script runs\nimage : 35 bytes \[script\].* \[TRUSTED\]\n"image.sig": no such image\n$/,
    );
    expect(codes).toEqual(['trust-chain', 'trust-signed']);
    expect(run({ lines: 'imgverify --keep image image.sig\nimgstat image.sig' }).output).toContain('[DER]');
  });

  test('that was changed by one byte does not', () => {
    const { output, codes } = run({ image: script.with(9, 0x20), lines: `${START}echo \${errno}` });
    expect(output).toBe(
      'Could not verify: Invalid argument (https://ipxe.org/1c69e502)\n' +
        'Could not boot: Permission denied (https://ipxe.org/0200813c)\n0x200813c\n',
    );
    expect(codes).toEqual(['trust-chain', 'trust-image-signature']);
  });

  test('by an RSA key has another number', () => {
    const rsa = authority.codeSigner('Rita', middle, { kind: 'RSA-2048' });
    expect(run({ image: script.with(9, 0x20), signature: sign(rsa), lines: START }).output).toContain(
      'Could not verify: Permission denied (https://ipxe.org/0227e13c)\n',
    );
    expect(run({ signature: sign(rsa), lines: START }).output).toBe('the signed script runs\n');
  });

  const past = { notBeforeMs: LAB_EPOCH_MS - 9 * DAY_MS, notAfterMs: LAB_EPOCH_MS - DAY_MS };
  const other = authority.root('Other');
  test.each<readonly [string, Partial<Run>, string, string]>([
    ['of an unknown root', { roots: [other] }, '0216eb3c', 'trust-incomplete-chain'],
    [
      'of an unknown root that it brings along',
      { roots: [other], signature: sign(signer, [middle.certificate, root.certificate]) },
      '0216eb3c',
      'trust-unknown-root',
    ],
    ['without its intermediate', { signature: sign(signer, []) }, '0216eb3c', 'trust-incomplete-chain'],
    ['of a server', { signature: sign(authority.server('S', middle)) }, '022ae23c', 'trust-not-code-signing'],
    ['expired', { signature: sign(authority.codeSigner('E', middle, past)) }, '0216e43c', 'trust-expired'],
    ['signed by itself', { signature: sign(authority.make({ subject: 'Self' }), []) }, '0216eb3c', 'trust-self-signed'],
  ])('%s', (_, about, number, code) => {
    const { output, codes } = run({ ...about, lines: START });
    expect(output).toContain(`Could not verify: Permission denied (https://ipxe.org/${number})\n`);
    expect(codes.at(-1)).toBe(code);
  });

  test('must be by the signer that is named', () => {
    expect(run({ lines: 'imgverify --signer Anna image image.sig && echo yes' }).output).toBe('yes\n');
    const { output, codes } = run({ lines: 'imgverify --signer Bob image image.sig || echo no' });
    expect(output).toBe('Could not verify: Permission denied (https://ipxe.org/022ae43c)\nno\n');
    expect(codes.at(-1)).toBe('trust-signer');
  });

  test('a clock that was set wrong is codes apart from a certificate out of time', () => {
    const { output, codes } = run({ lines: `set builtin/unixtime ${LAB_EPOCH_MS / 1000 - 86400 * 40}\n${START}` });
    expect(output).toContain('0216eb3c');
    expect(codes).toEqual(['trust-clock']);
  });
});

test('imgtrust for good cannot be taken back', () => {
  const { output } = run({ lines: 'imgtrust --permanent\nimgtrust --allow ||\nchain image ||\n' });
  expect(output).toBe(
    'Could not set image trust requirement: Permission denied (https://ipxe.org/0200823c)\n' +
      'Could not boot: Permission denied (https://ipxe.org/0200813c)\n',
  );
});

test('certstat shows what the build has, what was met and what was validated', () => {
  const { output } = run({ lines: 'imgverify image image.sig\ncertstat\ncertfree\ncertstat' });
  const lines = output.split('\n').map((line) => line.replace(/[0-9a-f]{40}/, '#'));
  expect(lines).toEqual([
    'Lab root : # [PERMANENT] [VALIDATED]',
    'Anna : # [VALIDATED]',
    'Middle : # [VALIDATED]',
    'Lab root : # [PERMANENT] [VALIDATED]',
    '',
  ]);
});
