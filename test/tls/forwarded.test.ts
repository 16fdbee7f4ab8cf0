/**
 * Real programs fetch from the lab's HTTPS server by the bridge of the command line, `lab run --forward`: OpenSSL reads the
 * OCSP answer that is stapled to the certificate, and curl takes the lab's authority when it is given, and refuses without.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writePrivateKey } from '../../src/trust/keys/key-files.ts';
import { writePem } from '../../src/trust/pem.ts';
import { Authority, type Holder } from '../trust/authority.ts';
import { hasProgram, runProgram } from './openssl.ts';

/** Good by the lab's clock and by that of this computer, which these programs look at. */
const TIMES = { notBeforeMs: Date.UTC(2020, 0, 1), notAfterMs: Date.UTC(2120, 0, 1) };
const authority = new Authority('forwarded');
const root = authority.root('Lab root', TIMES);
const middle = authority.intermediate('Lab intermediate', root, TIMES);
const server = (name: string): Holder =>
  authority.server(name, middle, { ...TIMES, altNames: [{ kind: 'dns', name }] });

const entry = (name: string, { certificate, key }: Holder, about: object): object => ({
  name,
  certificate: writePem({ label: 'CERTIFICATE', der: certificate.der }),
  privateKey: writePem({ label: 'PRIVATE KEY', der: writePrivateKey(key) }),
  ...about,
});

const LAB = {
  version: 1,
  name: 'forwarded',
  certificates: [
    entry('root', root, {}),
    entry('middle', middle, { issuer: 'root' }),
    entry('good.lab', server('good.lab'), { issuer: 'middle' }),
    entry('revoked.lab', server('revoked.lab'), { issuer: 'middle', revoked: true }),
  ],
  nodes: [
    {
      kind: 'server',
      name: 'boot',
      nics: [{ mac: '02:00:00:00:00:01', address: '10.0.2.1/24' }],
      services: { http: { https: { certificates: ['good.lab', 'revoked.lab'], stapling: true } } },
      files: [{ path: '/srv/http/kernel', content: { patternBytes: 1_000_000 } }],
    },
  ],
  links: [],
};

let folder = '';
let lab: ChildProcess | undefined;
let port = '';

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'netboot-lab-forwarded-'));
  writeFileSync(join(folder, 'lab.json'), JSON.stringify(LAB));
  writeFileSync(join(folder, 'root.pem'), writePem({ label: 'CERTIFICATE', der: root.certificate.der }));
  const args = ['run', join(folder, 'lab.json'), '--timeout-s', '3600', '--forward', 'boot:443=127.0.0.1:0'];
  const child = spawn(process.execPath, ['--import', 'tsx', 'src/cli/main.ts', ...args]);
  lab = child;
  let said = '';
  port = await new Promise((resolve, reject) => {
    child.stderr.on('data', (text: Buffer) => {
      said += text.toString();
      const [, found] = /127\.0\.0\.1:(\d+) leads to boot/.exec(said) ?? [];
      if (found !== undefined) resolve(found);
    });
    child.on('exit', () => reject(new Error(said)));
  });
});

afterAll(() => {
  lab?.kill();
  rmSync(folder, { recursive: true });
});

describe.runIf(hasProgram('openssl', 'version'))('openssl s_client', () => {
  const shakeHands = async (name: string, ...flags: readonly string[]): Promise<string> => {
    const about = ['-connect', `127.0.0.1:${port}`, '-servername', name, '-verify_hostname', name];
    // It ends at a line with a Q.
    return (await runProgram('openssl', ['s_client', ...about, '-CAfile', join(folder, 'root.pem'), ...flags], 'Q\n'))
      .out;
  };

  it.each([
    ['-tls1_2', 'good.lab', 'good'],
    ['-tls1_3', 'good.lab', 'good'],
    ['-tls1_2', 'revoked.lab', 'revoked'],
    ['-tls1_3', 'revoked.lab', 'revoked'],
  ])('%s reads what is stapled to the certificate of %s', async (version, name, status) => {
    const text = await shakeHands(name, version, '-status');
    expect(text).toContain('OCSP Response Status: successful (0x0)');
    expect(text).toMatch(new RegExp(`Cert Status: ${status}\\n`));
    expect(text).toContain('Verify return code: 0 (ok)');
  });

  it('that does not ask gets nothing stapled', async () => {
    const text = await shakeHands('good.lab');
    expect(text).not.toContain('OCSP');
    expect(text).toContain('Verify return code: 0 (ok)');
  });
});

describe.runIf(hasProgram('curl', '--version'))('curl', () => {
  const fetch = (...flags: readonly string[]): ReturnType<typeof runProgram> =>
    runProgram(
      'curl',
      ['-s', '--noproxy', '*', '--resolve', `good.lab:${port}:127.0.0.1`, `https://good.lab:${port}/kernel`].concat(
        flags,
      ),
    );

  it.each(['1.2', '1.3'])('fetches by TLS %s, with the root of the lab', async (version) => {
    const flags = ['--cacert', join(folder, 'root.pem'), `--tlsv${version}`, '--tls-max', version];
    const { code, out } = await fetch(...flags);
    expect(code).toBe(0);
    expect(out.length).toBe(1_000_000);
    expect(out.charCodeAt(999_999)).toBe(999_999 & 0xff);
  });

  it('refuses without it', async () => {
    // CURLE_PEER_FAILED_VERIFICATION.
    expect((await fetch()).code).toBe(60);
  });
});
