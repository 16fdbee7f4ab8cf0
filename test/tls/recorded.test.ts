/**
 * Conversations of our client with `openssl s_server`, recorded by `record-conversations.ts`: with the server's bytes as
 * they came the client sends byte for byte what OpenSSL accepted.
 */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import * as z from 'zod/mini';
import { concatBytes, fromLatin1, toHex, utf8 } from '../../src/base/bytes.ts';
import { fromBase64 } from '../../src/base/data/base64.ts';
import { SeededRng } from '../../src/base/rng.ts';
import { TlsClient } from '../../src/net/tls/client.ts';
import { CLIENT_OPTIONS } from '../../src/net/tls/testing.ts';
import { CIPHER_SUITE_NAMES } from '../../src/protocols/tls/fields.ts';
import { readCertificate } from '../../src/trust/x509/certificate.ts';

const RECORDING = z
  .object({
    openssl: z.string(),
    conversations: z.array(z.object({ suite: z.number(), version: z.number(), flights: z.array(z.string()) })),
  })
  .parse(JSON.parse(readFileSync(new URL('fixtures/s_server.json', import.meta.url), 'utf8')));

function bytesOf(flight: string): Uint8Array {
  return fromBase64(flight.slice(2)) ?? new Uint8Array(0);
}

describe(`our client as ${RECORDING.openssl} met it`, () => {
  it.each(RECORDING.conversations.map((one) => [CIPHER_SUITE_NAMES[one.suite], one.version, one] as const))(
    '%s in version %i',
    (_, version, { suite, flights }) => {
      const sent: Uint8Array[] = [];
      const received: Uint8Array[] = [];
      const client: TlsClient = new TlsClient(
        new SeededRng('recorded'),
        { ...CLIENT_OPTIONS, suites: [suite], version },
        {
          output: (bytes) => sent.push(bytes),
          ready: () => client.send(utf8('boot\n')),
          data: (bytes) => {
            received.push(bytes);
            client.close();
          },
          end: () => undefined,
          failed: (failure) => expect(failure).toBeUndefined(),
          secret: () => undefined,
          agreed: (agreed) => expect(agreed).toMatchObject({ version, suite: { id: suite } }),
          certificates: (chain) => {
            const first = readCertificate(chain[0] ?? new Uint8Array(0));
            if (first.ok && first.value.publicKey !== undefined) client.accept(first.value.publicKey);
          },
        },
      );
      client.start();
      for (const flight of flights) if (flight.startsWith('<')) client.receive(bytesOf(flight));
      const expected = flights.filter((flight) => flight.startsWith('>')).map(bytesOf);
      expect(toHex(concatBytes(sent))).toBe(toHex(concatBytes(expected)));
      expect(fromLatin1(concatBytes(received))).toBe('toob\n');
    },
  );
});
