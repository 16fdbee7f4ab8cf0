/** `imgdecrypt` of our iPXE opens what `openssl cms -encrypt` has sealed, once content and envelope are apart. */
import { afterAll, describe, expect, test } from 'vitest';
import { equalBytes, utf8 } from '../../src/base/bytes.ts';
import { toBase64 } from '../../src/base/data/base64.ts';
import { SeededRng } from '../../src/base/rng.ts';
import { ALL_OPTIONS_BUILD } from '../../src/firmware/ipxe/build.ts';
import { runScript } from '../../src/firmware/ipxe/testing.ts';
import { childrenOf, contextTag, readElement, TAG, writeElement, type Element } from '../../src/trust/der.ts';
import { openEnveloped, readEnvelope } from '../../src/trust/cms/enveloped-data.ts';
import { writePem } from '../../src/trust/pem.ts';
import { mutated } from '../hostile/trust-mutations.ts';
import { Authority, type Holder } from './authority.ts';
import { Openssl } from './openssl.ts';

const openssl = new Openssl();
afterAll(() => openssl.dispose());
const authority = new Authority('imgdecrypt');
const encipher = { keyUsage: ['keyEncipherment'] } as const;
const owner = authority.make({ subject: 'pc1', kind: 'RSA-2048', ...encipher });
const other = authority.make({ subject: 'pc2', kind: 'RSA-2048', ...encipher });
const script = utf8('#!ipxe\necho the secret script runs\n');

interface Sealed {
  readonly data: Uint8Array;
  readonly envelope: Uint8Array;
}

/** The message without its encrypted content, and that content: what iPXE's own tool `cmsdetach` makes of it. */
function detach(message: Uint8Array): Sealed {
  let data: Uint8Array = new Uint8Array(0);
  const rewrite = (element: Element, depth: number): Uint8Array => {
    if (depth === 5 && element.tag === contextTag(0, false)) {
      data = element.contents;
      return new Uint8Array(0);
    }
    const isOpen = depth < 5 && (element.tag === TAG.sequence || element.tag === contextTag(0));
    const children = isOpen ? childrenOf(element, element.tag) : undefined;
    if (children === undefined) return element.whole;
    return writeElement(element.tag, ...children.map((child) => rewrite(child, depth + 1)));
  };
  const whole = readElement(message);
  if (whole === undefined) throw new Error('no DER');
  return { envelope: rewrite(whole, 1), data };
}

function seal(cipher: string, recipients: readonly Holder[] = [owner]): Sealed {
  const names = recipients.map(({ certificate }, i) =>
    openssl.write(`r${i}.pem`, writePem({ label: 'CERTIFICATE', der: certificate.der })),
  );
  openssl.write('plain', script);
  openssl.must(`cms -encrypt -binary -${cipher} -in plain -outform DER -out sealed.der ${names.join(' ')}`);
  return detach(openssl.read('sealed.der'));
}

function run({ data, envelope }: Sealed, lines: string, holder = owner): string {
  const uri = (bytes: Uint8Array): string => `data:;base64,${toBase64(bytes)}`;
  const prepare = `imgfetch -q -n boot.ipxe.dat ${uri(data)}\nimgfetch -q -n boot.ipxe.env ${uri(envelope)}\n`;
  return runScript(prepare + lines, {
    build: { features: ALL_OPTIONS_BUILD.features, certificates: [holder.certificate], privateKey: holder.key },
  }).output;
}

const OPEN = 'imgdecrypt boot.ipxe.dat boot.ipxe.env ||\n';

describe.each(['aes-128-cbc', 'aes-256-cbc', 'aes-128-gcm', 'aes-256-gcm'])('%s', (cipher) => {
  const sealed = seal(cipher);

  test('is opened in place, loses its suffix, and runs; the envelope is freed', () => {
    const output = run(sealed, `${OPEN}imgstat\nchain boot.ipxe\n`);
    expect(output).toBe(`boot.ipxe : ${script.length} bytes [script]\nthe secret script runs\n`);
  });

  test('takes another name, and keeps the envelope, when asked to', () => {
    const output = run(sealed, 'imgdecrypt --name it --keep boot.ipxe.dat boot.ipxe.env\nimgstat\n');
    expect(output).toMatch(/^it : 35 bytes \[script\]\nboot\.ipxe\.env : \d+ bytes \[DER\]\n$/);
  });

  test('is for others too, and for nobody else', () => {
    expect(run(seal(cipher, [other, owner]), `${OPEN}chain boot.ipxe\n`)).toBe('the secret script runs\n');
    expect(run(sealed, OPEN, other)).toBe('Could not decrypt: Permission denied (https://ipxe.org/022ae63c)\n');
  });

  test('that was changed is refused', () => {
    const data = sealed.data.slice();
    data[data.length - 1] = (data.at(-1) ?? 0) ^ 1;
    const number = cipher.endsWith('gcm') ? '022ae93c' : '022ae83c';
    expect(run({ ...sealed, data }, OPEN)).toContain(number);
    const cut = run({ ...sealed, data: data.subarray(0, -1) }, OPEN);
    expect(cut).toContain(cipher.endsWith('gcm') ? '022ae93c' : '022ae73c');
  });

  test('that is damaged anywhere is opened to something else at best, never with an exception', () => {
    for (let i = 0; i < 150; i++) {
      const rng = new SeededRng(`${cipher} ${i}`);
      const envelope = readEnvelope(mutated(sealed.envelope, rng));
      if (!envelope.ok) continue;
      const opened = openEnveloped(envelope.value, mutated(sealed.data, rng), owner.key, [owner.certificate]);
      // CBC protects nothing; GCM does.
      if (opened.ok && cipher.endsWith('gcm')) expect(equalBytes(opened.value, script)).toBe(true);
    }
  });
});
