/**
 * CMS EnvelopedData (RFC 5652 §6) and AuthEnvelopedData (RFC 5083) as iPXE opens them: the encrypted content is beside the
 * envelope, in a file of its own; the key in it is encrypted for RSA keys.
 */
import { cbc, gcm } from '@noble/ciphers/aes.js';
import { byteAt, concatBytes, equalBytes, fromLatin1 } from '../../base/bytes.ts';
import { err, ok, type Result } from '../../base/result.ts';
import { childrenOf, contextTag, ElementReader, readElement, readOid, TAG, type Element } from '../der.ts';
import type { PrivateKey } from '../keys/keys.ts';
import { rsaDecrypt } from '../keys/rsa.ts';
import { readPem } from '../pem.ts';
import type { Certificate } from '../x509/certificate.ts';

const ENVELOPED_DATA = '1.2.840.113549.1.7.3';
const AUTH_ENVELOPED_DATA = '1.2.840.113549.1.9.16.1.23';
const RSA_ENCRYPTION = '1.2.840.113549.1.1.1';
const CIPHERS: ReadonlyMap<string | undefined, Pick<Cipher, 'mode' | 'keyBytes'>> = new Map([
  ['2.16.840.1.101.3.4.1.2', { mode: 'cbc', keyBytes: 16 }],
  ['2.16.840.1.101.3.4.1.42', { mode: 'cbc', keyBytes: 32 }],
  ['2.16.840.1.101.3.4.1.6', { mode: 'gcm', keyBytes: 16 }],
  ['2.16.840.1.101.3.4.1.46', { mode: 'gcm', keyBytes: 32 }],
] as const);
const BLOCK_BYTES = 16;
const MAX_RECIPIENTS = 64;

export type EnvelopeFault =
  /** No DER, or none that is a CMS message. */
  | 'message'
  /** A message of another type. */
  | 'message-type'
  | 'unknown-algorithm'
  /** It is for other keys. */
  | 'no-recipient'
  /** The content is not whole blocks. */
  | 'length'
  | 'padding'
  | 'mac';

interface Cipher {
  readonly mode: 'cbc' | 'gcm';
  readonly keyBytes: number;
  readonly iv: Uint8Array;
}

export interface Recipient {
  /** DER of the issuer's name. */
  readonly issuer: Uint8Array;
  readonly serial: Uint8Array;
  readonly encryptedKey: Uint8Array;
}

export interface Envelope {
  readonly recipients: readonly Recipient[];
  readonly cipher: Cipher;
  readonly mac: Uint8Array | undefined;
}

/** An envelope in DER, or in PEM. */
export function readEnvelope(file: Uint8Array): Result<Envelope, EnvelopeFault> {
  const [pem] = readPem(fromLatin1(file, 0, 64).startsWith('-----BEGIN') ? fromLatin1(file) : '');
  const [type, wrapper] = childrenOf(readElement(pem?.der ?? file), TAG.sequence) ?? [];
  const oid = readOid(type);
  if (oid === undefined) return err('message');
  if (oid !== ENVELOPED_DATA && oid !== AUTH_ENVELOPED_DATA) return err('message-type');
  const fields = childrenOf(wrapper && readElement(wrapper.contents), TAG.sequence);
  const reader = new ElementReader(fields ?? []);
  reader.take(TAG.integer);
  reader.take(contextTag(0));
  const infos = childrenOf(reader.take(TAG.set), TAG.set);
  const [, algorithm] = childrenOf(reader.take(TAG.sequence), TAG.sequence) ?? [];
  const attributes = reader.take(contextTag(1));
  const mac = oid === AUTH_ENVELOPED_DATA ? reader.take(TAG.octetString)?.contents : undefined;
  if (infos === undefined || infos.length > MAX_RECIPIENTS || algorithm === undefined) return err('message');
  const cipher = readCipher(algorithm);
  // Attributes would go into the MAC; `openssl cms -encrypt` makes none.
  if (cipher === undefined || (mac !== undefined && attributes !== undefined)) return err('unknown-algorithm');
  if ((cipher.mode === 'gcm') !== (mac !== undefined)) return err('message');
  return ok({ recipients: infos.flatMap((info) => readRecipient(info) ?? []), cipher, mac });
}

/** The IV is the parameter of CBC (RFC 3565 §4.1), and the first of GCM's (RFC 5084 §3.2). */
function readCipher(algorithm: Element): Cipher | undefined {
  const [oid, parameters] = childrenOf(algorithm, TAG.sequence) ?? [];
  const known = CIPHERS.get(readOid(oid));
  const iv = known?.mode === 'gcm' ? childrenOf(parameters, TAG.sequence)?.[0] : parameters;
  if (known === undefined || iv?.tag !== TAG.octetString || iv.contents.length === 0) return undefined;
  if (known.mode === 'cbc' && iv.contents.length !== BLOCK_BYTES) return undefined;
  return { ...known, iv: iv.contents };
}

/** KeyTransRecipientInfo, by the issuer and serial number of a certificate; others are for somebody else. */
function readRecipient(info: Element): Recipient | undefined {
  const reader = new ElementReader(childrenOf(info, TAG.sequence) ?? []);
  reader.take(TAG.integer);
  const [issuer, serial] = childrenOf(reader.take(TAG.sequence), TAG.sequence) ?? [];
  const [algorithm] = childrenOf(reader.take(TAG.sequence), TAG.sequence) ?? [];
  const encryptedKey = reader.take(TAG.octetString);
  if (issuer === undefined || serial?.tag !== TAG.integer || encryptedKey === undefined) return undefined;
  if (readOid(algorithm) !== RSA_ENCRYPTION) return undefined;
  return { issuer: issuer.whole, serial: serial.contents, encryptedKey: encryptedKey.contents };
}

/** Opens the content with a key whose certificate is among those that are known. */
export function openEnveloped(
  { recipients, cipher, mac }: Envelope,
  content: Uint8Array,
  key: PrivateKey | undefined,
  certificates: readonly Certificate[],
): Result<Uint8Array, EnvelopeFault> {
  for (const { issuer, serial, encryptedKey } of recipients) {
    const isKnown = certificates.some((each) => equalBytes(each.issuer.der, issuer) && equalBytes(each.serial, serial));
    const secret = isKnown && key?.kind === 'rsa' ? rsaDecrypt(key, encryptedKey) : undefined;
    if (secret?.length !== cipher.keyBytes) continue;
    return cipher.mode === 'cbc' ? openCbc(secret, cipher.iv, content) : openGcm(secret, cipher.iv, content, mac);
  }
  return err('no-recipient');
}

function openCbc(key: Uint8Array, iv: Uint8Array, content: Uint8Array): Result<Uint8Array, EnvelopeFault> {
  if (content.length === 0 || content.length % BLOCK_BYTES !== 0) return err('length');
  const padded = cbc(key, iv, { disablePadding: true }).decrypt(content);
  const padding = byteAt(padded, padded.length - 1);
  const end = padded.length - padding;
  const isRight = padding >= 1 && padding <= BLOCK_BYTES && padded.subarray(end).every((byte) => byte === padding);
  return isRight ? ok(padded.subarray(0, end)) : err('padding');
}

function openGcm(
  key: Uint8Array,
  iv: Uint8Array,
  content: Uint8Array,
  mac: Uint8Array | undefined,
): Result<Uint8Array, EnvelopeFault> {
  if (mac?.length !== BLOCK_BYTES) return err('mac');
  try {
    return ok(gcm(key, iv).decrypt(concatBytes([content, mac])));
  } catch {
    // The library says so of a tag that does not fit, and of nothing else.
    return err('mac');
  }
}
