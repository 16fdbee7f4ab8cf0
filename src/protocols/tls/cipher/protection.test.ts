/** A thousand changed records for each way of protecting them: none is opened, none leads to an exception. */
import { describe, expect, it } from 'vitest';
import { SeededRng } from '../../../base/rng.ts';
import { TLS_VERSION } from '../fields.ts';
import { keyBlock, openRecord, sealRecord, trafficKeys, type RecordKeys } from './protection.ts';
import { CIPHER_SUITES } from './suites.ts';

const rng = new SeededRng('records');
const TYPE = 23;

function keysOf(id: number, version: number): RecordKeys {
  const suite = CIPHER_SUITES.get(id);
  if (suite === undefined) throw new Error(`no suite ${id}`);
  if (version === TLS_VERSION.tls13) return trafficKeys(suite, rng.bytes(suite.hash === 'sha384' ? 48 : 32));
  return keyBlock(version, suite, rng.bytes(48), rng.bytes(32), rng.bytes(32)).client;
}

describe.each<readonly [string, RecordKeys]>([
  ['AES-GCM', keysOf(0xc02b, TLS_VERSION.tls12)],
  ['AES-CBC with SHA-1 in TLS 1.1', keysOf(0xc013, TLS_VERSION.tls11)],
  ['AES-CBC with SHA-384', keysOf(0xc028, TLS_VERSION.tls12)],
  ['AES-CBC with SHA-256', keysOf(0xc027, TLS_VERSION.tls12)],
  ['ChaCha20', keysOf(0xcca8, TLS_VERSION.tls12)],
  ['AES-GCM in TLS 1.3', keysOf(0x1301, TLS_VERSION.tls13)],
])('%s', (_, keys) => {
  it('opens what it has sealed, and nothing that was cut, lengthened or changed', () => {
    for (let i = 0; i < 1000; i++) {
      const data = rng.bytes(rng.below(200));
      const sealed = sealRecord(keys, i, { type: TYPE, data }, (length) => rng.bytes(length));
      expect(openRecord(keys, i, TYPE, sealed)).toEqual({ ok: true, value: { type: TYPE, data } });
      expect(openRecord(keys, i, TYPE, changed(sealed)).ok).toBe(false);
      // A record that is repeated or left out.
      expect(openRecord(keys, i + 1, TYPE, sealed).ok).toBe(false);
    }
  });
});

function changed(bytes: Uint8Array): Uint8Array {
  switch (rng.below(8)) {
    case 0:
      return bytes.slice(0, rng.below(bytes.length));
    case 1:
      return new Uint8Array([...bytes, ...rng.bytes(1 + rng.below(40))]);
    default: {
      const copy = bytes.slice();
      const at = rng.below(copy.length);
      copy[at] = (copy[at] ?? 0) ^ (1 + rng.below(255));
      return copy;
    }
  }
}
