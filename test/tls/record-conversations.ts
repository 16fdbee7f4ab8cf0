/**
 * Records conversations of our client with a real `openssl s_server`, one for each suite: needs OpenSSL 3. Run it again when
 * the client's first bytes change:
 *
 *     npx tsx test/tls/record-conversations.ts
 */
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { toBase64 } from '../../src/base/data/base64.ts';
import { IPXE_SUITES } from '../../src/net/tls/ipxe-offer.ts';
import { selfSigned } from '../../src/net/tls/testing.ts';
import { CIPHER_SUITES } from '../../src/protocols/tls/cipher/suites.ts';
import { runClient, withServer } from './openssl.ts';

const LEGACY = ['-cipher', 'ALL:@SECLEVEL=0'];
const EC = selfSigned('P-256', 'boot.lab');
const RSA = selfSigned('RSA-2048', 'boot.lab');

const conversations: unknown[] = [];
for (const [flag, version, suites] of [
  ['-tls1_2', 0x0303, IPXE_SUITES],
  ['-tls1_1', 0x0302, [0xc013, 0xc00a, 0x0033, 0x002f]],
] as const) {
  for (const id of suites) {
    const identity = CIPHER_SUITES.get(id)?.auth === 'ecdsa' ? EC : RSA;
    await withServer(identity, [flag, ...LEGACY], async (port) => {
      const { flights, failure } = await runClient(port, { suites: [id], version });
      if (failure !== undefined) throw new Error(`suite ${id}: ${failure.code}`);
      conversations.push({
        suite: id,
        version,
        flights: flights.map(({ from, bytes }) => `${from === 'client' ? '>' : '<'} ${toBase64(bytes)}`),
      });
    });
  }
}
const openssl = execFileSync('openssl', ['version'], { encoding: 'utf8' }).trim();
const file = new URL('fixtures/s_server.json', import.meta.url);
writeFileSync(file, `${JSON.stringify({ openssl, conversations }, undefined, 1)}\n`);
