/**
 * What a real iPXE of Debian said to our server (`record-ipxe.ts`), replayed: our server understands each of its bytes, and
 * where all of its secrets can be known (RSA key exchange) our client says the same.
 */
import { constants, createPrivateKey, privateDecrypt } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import * as z from 'zod/mini';
import { concatBytes, fromLatin1, latin1, toHex } from '../../src/base/bytes.ts';
import { fromBase64 } from '../../src/base/data/base64.ts';
import { SeededRng, type Rng } from '../../src/base/rng.ts';
import { TlsClient, type TlsClientOptions } from '../../src/net/tls/client.ts';
import { IPXE_GROUPS, IPXE_MAX_FRAGMENT_CODE, IPXE_SCHEMES, IPXE_SUITES } from '../../src/net/tls/ipxe-offer.ts';
import { NAMED_GROUP, SIGNATURE_SCHEME as SCHEME } from '../../src/protocols/tls/fields.ts';
import { decodeHandshake, type ClientHello } from '../../src/protocols/tls/handshake.ts';
import { RecordReader, type TlsRecord } from '../../src/protocols/tls/records.ts';
import { CIPHER_SUITES } from '../../src/protocols/tls/cipher/suites.ts';
import { writePrivateKey } from '../../src/trust/keys/key-files.ts';
import { readCertificate } from '../../src/trust/x509/certificate.ts';
import { HTTP_ANSWER, HTTP_BODY, realSuites, SUITE_SERVERS, TrialServer } from './ipxe-trials.ts';

const RECORDING = z
  .object({
    ipxe: z.string(),
    numbers: z.record(z.string(), z.string()),
    conversations: z.array(z.object({ name: z.string(), flights: z.array(z.string()) })),
  })
  .parse(JSON.parse(readFileSync(new URL('fixtures/ipxe.json', import.meta.url), 'utf8')));

/** What iPXE 2.0.0 offers; later ones have RSA-PSS and finite fields too, and another order. */
const IPXE_200 = {
  groups: [NAMED_GROUP.secp256r1, NAMED_GROUP.secp384r1, NAMED_GROUP.x25519],
  schemes: [
    SCHEME.rsaPkcs1Sha256,
    SCHEME.ecdsaSha224,
    SCHEME.ecdsaSha256,
    SCHEME.ecdsaSha384,
    SCHEME.ecdsaSha512,
    SCHEME.rsaPkcs1Sha1,
    SCHEME.rsaPkcs1Sha224,
    SCHEME.rsaPkcs1Sha384,
    SCHEME.rsaPkcs1Sha512,
  ],
};

function bytesOf(flight: string): Uint8Array {
  return fromBase64(flight.slice(2)) ?? new Uint8Array(0);
}

function sentBy(side: '>' | '<', flights: readonly string[]): Uint8Array {
  return concatBytes(flights.filter((flight) => flight.startsWith(side)).map(bytesOf));
}

function recordsOf(bytes: Uint8Array): TlsRecord[] {
  const records: TlsRecord[] = [];
  new RecordReader().push(bytes, (record) => records.push(record));
  return records;
}

function helloOf(flights: readonly string[]): ClientHello {
  const [record] = recordsOf(sentBy('>', flights));
  const hello = decodeHandshake(record?.fragment ?? new Uint8Array(0), { version: 0x0303, keyExchange: undefined });
  if (!hello.ok || hello.value.kind !== 'client-hello') throw new Error('no hello');
  return hello.value;
}

/** Gives out what was given to it. */
class ReplayedRng extends SeededRng {
  private readonly known: Uint8Array[];

  constructor(known: readonly Uint8Array[]) {
    super('replayed');
    this.known = [...known];
  }

  override bytes(length: number): Uint8Array {
    const next = this.known.shift();
    if (next?.length !== length) throw new Error(`${length} bytes are asked for, ${next?.length ?? 0} were recorded`);
    return next;
  }
}

function ourClient(rng: Rng, sent: Uint8Array[], received: Uint8Array[], offer: Partial<TlsClientOptions>): TlsClient {
  const options: TlsClientOptions = {
    serverName: '10.0.2.2',
    version: 0x0303,
    suites: IPXE_SUITES,
    groups: IPXE_GROUPS,
    schemes: IPXE_SCHEMES,
    maxFragmentCode: IPXE_MAX_FRAGMENT_CODE,
    session: undefined,
    identity: undefined,
    ...offer,
  };
  const client: TlsClient = new TlsClient(rng, options, {
    output: (bytes) => sent.push(bytes),
    ready: () => client.send(latin1(REQUEST)),
    data: (bytes) => received.push(bytes),
    end: () => client.close(),
    failed: (failure) => expect(failure).toBeUndefined(),
    secret: () => undefined,
    agreed: () => undefined,
    certificates: (chain) => {
      const first = readCertificate(chain[0] ?? new Uint8Array(0));
      if (first.ok && first.value.publicKey !== undefined) client.accept(first.value.publicKey);
    },
  });
  return client;
}

let REQUEST = '';

describe(`our server as iPXE ${RECORDING.ipxe} met it`, () => {
  it.each(realSuites())('$name: the same answers to the same bytes, and the request inside', (trial) => {
    const flights = RECORDING.conversations.find(({ name }) => name === trial.name)?.flights ?? [];
    const sent: Uint8Array[] = [];
    const server: TrialServer = new TrialServer(trial, {
      output: (bytes) => sent.push(bytes),
      request: () => server.answer(HTTP_ANSWER),
      over: () => undefined,
    });
    for (const flight of flights) if (flight.startsWith('>')) server.receive(bytesOf(flight));
    expect(server.failure).toBeUndefined();
    expect(server.agreement).toMatchObject({ version: 0x0303, serverName: '10.0.2.2', isResumed: false });
    expect(server.request).toMatch(/^GET \/m HTTP\/1\.1\r\n/);
    expect(toHex(concatBytes(sent))).toBe(toHex(sentBy('<', flights)));
  });
});

describe(`our client beside iPXE ${RECORDING.ipxe}`, () => {
  it.each(RECORDING.conversations)('$name: the same hello, but for what is random', ({ flights }) => {
    const { random, sessionId } = helloOf(flights);
    // Of TLS 1.3's time and a session there is nothing in it: one random, twice.
    expect(toHex(sessionId)).toBe(toHex(random));
    const sent: Uint8Array[] = [];
    ourClient(new ReplayedRng([random]), sent, [], IPXE_200).start();
    const [first] = flights;
    expect(toHex(concatBytes(sent))).toBe(toHex(bytesOf(first ?? '')));
  });

  it('what a later iPXE offers more, and in another order', () => {
    const hello = helloOf(RECORDING.conversations[0]?.flights ?? []);
    expect(hello.cipherSuites).toEqual(IPXE_SUITES);
    expect(IPXE_GROUPS.filter((group) => !IPXE_200.groups.includes(group as never))).toEqual([
      NAMED_GROUP.ffdhe2048,
      NAMED_GROUP.ffdhe3072,
      NAMED_GROUP.ffdhe4096,
    ]);
    expect(IPXE_SCHEMES.filter((scheme) => !IPXE_200.schemes.includes(scheme as never))).toEqual([
      SCHEME.rsaPssSha256,
      SCHEME.rsaPssSha384,
      SCHEME.rsaPssSha512,
    ]);
  });

  const rsa = realSuites().filter(({ options }) => CIPHER_SUITES.get(options.suites[0] ?? 0)?.keyExchange === 'rsa');

  it.each(rsa)('$name: with its randomness the same Finished, the same request, the same farewell', (trial) => {
    const flights = RECORDING.conversations.find(({ name }) => name === trial.name)?.flights ?? [];
    const theirs = sentBy('>', flights);
    const records = recordsOf(theirs);
    const key = createPrivateKey({
      key: Buffer.from(writePrivateKey(SUITE_SERVERS.rsa.key)),
      format: 'der',
      type: 'pkcs8',
    });
    // The secret with its padding, as RFC 8017 §7.2.1 lays it out: 00 02, padding, 00, secret.
    const sealed = records.find(({ fragment }) => fragment[0] === 16)?.fragment.subarray(6) ?? new Uint8Array(0);
    const block = privateDecrypt({ key, padding: constants.RSA_NO_PADDING }, sealed);
    const end = block.indexOf(0, 2);
    const isCbc = trial.name.includes('CBC');
    const encrypted = records.slice(records.findIndex(({ type }) => type === 20) + 1);
    const rng = new ReplayedRng([
      helloOf(flights).random,
      block.subarray(end + 3),
      block.subarray(2, end),
      ...encrypted.map(({ fragment }) => fragment.subarray(0, isCbc ? 16 : 8)),
    ]);
    const server = new TrialServer(trial, {
      output: () => undefined,
      request: () => undefined,
      over: () => undefined,
    });
    for (const flight of flights) if (flight.startsWith('>')) server.receive(bytesOf(flight));
    REQUEST = server.request;
    const sent: Uint8Array[] = [];
    const received: Uint8Array[] = [];
    const client = ourClient(rng, sent, received, IPXE_200);
    client.start();
    for (const flight of flights) if (flight.startsWith('<')) client.receive(bytesOf(flight));
    expect(fromLatin1(concatBytes(received))).toContain(HTTP_BODY);
    expect(recordsOf(concatBytes(sent)).map(({ type, fragment }) => [type, toHex(fragment)])).toEqual(
      records.map(({ type, fragment }) => [type, toHex(fragment)]),
    );
  });
});
