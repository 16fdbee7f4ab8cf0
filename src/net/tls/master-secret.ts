/** The secrets of TLS 1.1 and 1.2: master secret and Finished (RFC 5246 §8.1 and §7.4.9, RFC 7627 §4). */
import { concatBytes } from '../../base/bytes.ts';
import {
  MASTER_SECRET_BYTES,
  prf,
  transcriptHash,
  VERIFY_DATA_BYTES,
} from '../../protocols/tls/cipher/key-schedule.ts';
import type { CipherSuite } from '../../protocols/tls/cipher/suites.ts';

export interface HandshakeRandoms {
  readonly client: Uint8Array;
  readonly server: Uint8Array;
}

/** `transcript` up to the ClientKeyExchange when the secret is an extended one, undefined when not. */
export function masterSecretOf(
  version: number,
  { hash }: CipherSuite,
  premaster: Uint8Array,
  randoms: HandshakeRandoms,
  transcript: readonly Uint8Array[] | undefined,
): Uint8Array {
  const [label, seed] =
    transcript === undefined
      ? ['master secret', concatBytes([randoms.client, randoms.server])]
      : ['extended master secret', transcriptHash(version, hash, transcript)];
  return prf(version, hash, premaster, label, seed, MASTER_SECRET_BYTES);
}

export function verifyDataOf(
  version: number,
  { hash }: CipherSuite,
  masterSecret: Uint8Array,
  side: 'client' | 'server',
  transcript: readonly Uint8Array[],
): Uint8Array {
  const seed = transcriptHash(version, hash, transcript);
  return prf(version, hash, masterSecret, `${side} finished`, seed, VERIFY_DATA_BYTES);
}
