/** Our client against `openssl s_server`, and `openssl s_client` and curl against our server, where the programs are there. */
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { utf8 } from '../../src/base/bytes.ts';
import { IPXE_SUITES } from '../../src/net/tls/ipxe-offer.ts';
import { SERVER_SUITES } from '../../src/net/tls/server-defaults.ts';
import { SessionStore } from '../../src/net/tls/session-store.ts';
import { selfSigned, serverOptions } from '../../src/net/tls/testing.ts';
import { CIPHER_SUITE_NAMES } from '../../src/protocols/tls/fields.ts';
import { CIPHER_SUITES, suiteFitsVersion } from '../../src/protocols/tls/cipher/suites.ts';
import { hasProgram, runClient, runProgram, withFiles, withOurServer, withServer } from './openssl.ts';

const EC = selfSigned('P-256', 'boot.lab');
const RSA = selfSigned('RSA-2048', 'boot.lab');
const LEGACY = ['-cipher', 'ALL:@SECLEVEL=0'];

function identityFor(suite: number): typeof EC {
  return CIPHER_SUITES.get(suite)?.auth === 'ecdsa' ? EC : RSA;
}

describe.runIf(hasProgram('openssl', 'version'))('our client and openssl s_server', () => {
  it('speak TLS 1.2 in each suite', async () => {
    for (const identity of [EC, RSA]) {
      await withServer(identity, ['-no_tls1_3', ...LEGACY], async (port) => {
        for (const id of IPXE_SUITES.filter((one) => identityFor(one) === identity)) {
          const run = await runClient(port, { suites: [id] });
          expect([CIPHER_SUITE_NAMES[id], run.failure, run.text]).toEqual([
            CIPHER_SUITE_NAMES[id],
            undefined,
            'toob\n',
          ]);
        }
      });
    }
  });

  it('speak TLS 1.1', async () => {
    await withServer(RSA, ['-tls1_1', ...LEGACY], async (port) => {
      for (const id of [0xc013, 0xc014, 0x0033, 0x0039, 0x002f, 0x0035]) {
        const run = await runClient(port, { suites: [id], version: 0x0303 });
        expect([id, run.failure, run.text]).toEqual([id, undefined, 'toob\n']);
      }
    });
  });

  it('resume a session, show a certificate, and agree that TLS 1.3 alone is nothing for this client', async () => {
    await withServer(EC, ['-no_tls1_3', '-Verify', '1'], async (port) => {
      const first = await runClient(port, { identity: EC });
      expect([first.failure, first.text]).toEqual([undefined, 'toob\n']);
      const again = await runClient(port, { identity: EC, session: first.session });
      expect([again.failure, again.text]).toEqual([undefined, 'toob\n']);
      // Abbreviated: no certificates in the server's flight.
      const flight = again.flights.find(({ from }) => from === 'server');
      expect(flight?.bytes.length).toBeLessThan(400);
    });
    await withServer(EC, ['-tls1_3'], async (port) => {
      const run = await runClient(port, {});
      expect(run.failure).toEqual({ code: 'alert-received', alert: 70 });
    });
  });
});

describe.runIf(hasProgram('openssl', 'version'))('openssl s_client and our server', () => {
  const versions = [
    [0x0303, '-tls1_2'],
    [0x0302, '-tls1_1'],
    [0x0304, '-tls1_3'],
  ] as const;

  it.each(versions)('speak version %i in each suite', async (version, flag) => {
    for (const identity of [EC, RSA]) {
      const suites = SERVER_SUITES.filter((id) => {
        const suite = CIPHER_SUITES.get(id);
        if (suite === undefined || !suiteFitsVersion(suite, version)) return false;
        return suite.auth === undefined || identityFor(id) === identity;
      });
      for (const id of suites) {
        const options = { ...serverOptions(identity), suites: [id] };
        await withOurServer(options, utf8('answer\n'), async (port, seen) => {
          const args = [
            's_client',
            '-connect',
            `127.0.0.1:${port}`,
            '-servername',
            'boot.lab',
            '-quiet',
            flag,
            ...LEGACY,
          ];
          const { out } = await runProgram('openssl', args, 'hello\n');
          expect([id, out, seen.failures]).toEqual([id, 'answer\n', []]);
          expect(seen.agreements).toMatchObject([{ version, suite: { id }, serverName: 'boot.lab' }]);
        });
      }
    }
  });

  it('agree after a HelloRetryRequest, with a certificate of the client, in both versions', async () => {
    await withFiles(EC, async (folder) => {
      for (const flag of ['-tls1_2', '-tls1_3']) {
        const options = { ...serverOptions(RSA), clientAuth: 'require' as const, groups: [0x0018] };
        await withOurServer(options, utf8('answer\n'), async (port, seen) => {
          const identity = ['-cert', join(folder, 'cert.pem'), '-key', join(folder, 'key.pem')];
          const args = ['s_client', '-connect', `127.0.0.1:${port}`, '-quiet', '-groups', 'X25519:P-384', flag];
          const { out } = await runProgram('openssl', [...args, ...identity], 'hello\n');
          expect([flag, out, seen.failures]).toEqual([flag, 'answer\n', []]);
          expect(seen.agreements[0]?.clientChain).toEqual(EC.chain);
        });
      }
    });
  });

  it('resume a session', async () => {
    await withFiles(EC, async (folder) => {
      const options = { ...serverOptions(EC), maxVersion: 0x0303, sessions: new SessionStore() };
      await withOurServer(options, utf8('answer\n'), async (port, seen) => {
        const file = join(folder, 'session.pem');
        const args = ['s_client', '-connect', `127.0.0.1:${port}`, '-servername', 'boot.lab', '-quiet'];
        await runProgram('openssl', [...args, '-sess_out', file], 'hello\n');
        await runProgram('openssl', [...args, '-sess_in', file], 'hello\n');
        expect(seen.failures).toEqual([]);
        expect(seen.agreements.map(({ isResumed }) => isResumed)).toEqual([false, true]);
      });
    });
  });
});

describe.runIf(hasProgram('curl', '--version'))('curl and our server', () => {
  it('transfer a megabyte in both versions, with the certificate as curl’s authority', async () => {
    const body = new Uint8Array(1_000_000).fill(0x61);
    const head = utf8(`HTTP/1.1 200 OK\r\nContent-Length: ${body.length}\r\nConnection: close\r\n\r\n`);
    await withFiles(EC, async (folder) => {
      for (const version of ['1.2', '1.3']) {
        await withOurServer(serverOptions(EC), new Uint8Array([...head, ...body]), async (port, seen) => {
          const trust = ['-s', '--cacert', join(folder, 'cert.pem'), '--resolve', `boot.lab:${port}:127.0.0.1`];
          const args = [`--tlsv${version}`, '--tls-max', version, '--noproxy', '*', `https://boot.lab:${port}/`];
          const { code, out } = await runProgram('curl', trust.concat(args));
          expect([code, out.length, seen.failures]).toEqual([0, body.length, []]);
        });
      }
    });
  });
});
