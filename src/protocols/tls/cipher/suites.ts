/** The cipher suites that the lab can speak: how keys are exchanged, who signs, how records are protected. */

export type SuiteHash = 'sha256' | 'sha384';
export type KeyExchange = 'rsa' | 'dhe' | 'ecdhe';
export type RecordCipher =
  | { readonly kind: 'cbc'; readonly keyBytes: 16 | 32; readonly mac: 'sha1' | 'sha256' | 'sha384' }
  | { readonly kind: 'gcm'; readonly keyBytes: 16 | 32 }
  | { readonly kind: 'chacha'; readonly keyBytes: 32 };

export interface CipherSuite {
  readonly id: number;
  /** Absent in TLS 1.3, where the suite says nothing about keys (RFC 8446 §B.4). */
  readonly keyExchange: KeyExchange | undefined;
  /** Of the server's certificate. */
  readonly auth: 'rsa' | 'ecdsa' | undefined;
  readonly cipher: RecordCipher;
  /** Of the PRF in TLS 1.2 (RFC 5246 §5) and of HKDF in TLS 1.3. */
  readonly hash: SuiteHash;
}

const gcm = (keyBytes: 16 | 32): RecordCipher => ({ kind: 'gcm', keyBytes });
const CHACHA: RecordCipher = { kind: 'chacha', keyBytes: 32 };
const cbc = (keyBytes: 16 | 32, mac: 'sha1' | 'sha256' | 'sha384'): RecordCipher => ({ kind: 'cbc', keyBytes, mac });

function suite(
  id: number,
  keyExchange: KeyExchange | undefined,
  auth: 'rsa' | 'ecdsa' | undefined,
  cipher: RecordCipher,
  hash: SuiteHash = 'sha256',
): CipherSuite {
  return { id, keyExchange, auth, cipher, hash };
}

const SUITES: readonly CipherSuite[] = [
  // RFC 8446 §B.4.
  suite(0x1301, undefined, undefined, gcm(16)),
  suite(0x1302, undefined, undefined, gcm(32), 'sha384'),
  suite(0x1303, undefined, undefined, CHACHA),
  // RFC 5289.
  suite(0xc02b, 'ecdhe', 'ecdsa', gcm(16)),
  suite(0xc02c, 'ecdhe', 'ecdsa', gcm(32), 'sha384'),
  suite(0xc02f, 'ecdhe', 'rsa', gcm(16)),
  suite(0xc030, 'ecdhe', 'rsa', gcm(32), 'sha384'),
  suite(0xc023, 'ecdhe', 'ecdsa', cbc(16, 'sha256')),
  suite(0xc024, 'ecdhe', 'ecdsa', cbc(32, 'sha384'), 'sha384'),
  suite(0xc027, 'ecdhe', 'rsa', cbc(16, 'sha256')),
  suite(0xc028, 'ecdhe', 'rsa', cbc(32, 'sha384'), 'sha384'),
  // RFC 8422 §6.
  suite(0xc009, 'ecdhe', 'ecdsa', cbc(16, 'sha1')),
  suite(0xc00a, 'ecdhe', 'ecdsa', cbc(32, 'sha1')),
  suite(0xc013, 'ecdhe', 'rsa', cbc(16, 'sha1')),
  suite(0xc014, 'ecdhe', 'rsa', cbc(32, 'sha1')),
  // RFC 5288.
  suite(0x009c, 'rsa', 'rsa', gcm(16)),
  suite(0x009d, 'rsa', 'rsa', gcm(32), 'sha384'),
  suite(0x009e, 'dhe', 'rsa', gcm(16)),
  suite(0x009f, 'dhe', 'rsa', gcm(32), 'sha384'),
  // RFC 5246 §A.5.
  suite(0x003c, 'rsa', 'rsa', cbc(16, 'sha256')),
  suite(0x003d, 'rsa', 'rsa', cbc(32, 'sha256')),
  suite(0x0067, 'dhe', 'rsa', cbc(16, 'sha256')),
  suite(0x006b, 'dhe', 'rsa', cbc(32, 'sha256')),
  suite(0x002f, 'rsa', 'rsa', cbc(16, 'sha1')),
  suite(0x0035, 'rsa', 'rsa', cbc(32, 'sha1')),
  suite(0x0033, 'dhe', 'rsa', cbc(16, 'sha1')),
  suite(0x0039, 'dhe', 'rsa', cbc(32, 'sha1')),
  // RFC 7905.
  suite(0xcca8, 'ecdhe', 'rsa', CHACHA),
  suite(0xcca9, 'ecdhe', 'ecdsa', CHACHA),
  suite(0xccaa, 'dhe', 'rsa', CHACHA),
];

export const CIPHER_SUITES: ReadonlyMap<number, CipherSuite> = new Map(SUITES.map((one) => [one.id, one]));

/** Suites with AEAD or a MAC other than SHA-1 came with TLS 1.2 (RFC 5246 §1.2). */
export function suiteFitsVersion(suite: CipherSuite, version: number): boolean {
  if (version >= 0x0304) return suite.keyExchange === undefined;
  if (suite.keyExchange === undefined) return false;
  return version >= 0x0303 || (suite.cipher.kind === 'cbc' && suite.cipher.mac === 'sha1');
}
