/** CMS SignedData, detached: read and made (RFC 5652 §5). The content is beside it, in a file of its own. */
import { equalBytes, fromLatin1 } from '../../base/bytes.ts';
import type { Rng } from '../../base/rng.ts';
import {
  childrenOf,
  contextTag,
  ElementReader,
  readElement,
  readElements,
  readOid,
  TAG,
  writeElement,
  writeInteger,
  writeNull,
  writeOctetString,
  writeOid,
  writeSequence,
  writeSetOf,
  type Element,
} from '../der.ts';
import { DIGESTS, digestByOid, type DigestName } from '../digests.ts';
import type { PrivateKey, SignatureAlgorithm } from '../keys/keys.ts';
import { readPem } from '../pem.ts';
import { readSignatureAlgorithm } from '../signature-algorithms.ts';
import { readCertificate, type Certificate } from '../x509/certificate.ts';
import { issuerAlgorithm, signData } from '../x509/issue.ts';

const SIGNED_DATA = '1.2.840.113549.1.7.2';
const DATA = '1.2.840.113549.1.7.1';
const RSA_ENCRYPTION = '1.2.840.113549.1.1.1';

export interface SignerInfo {
  /** DER of the issuer's name. */
  readonly issuer: Uint8Array;
  readonly serial: Uint8Array;
  readonly algorithm: SignatureAlgorithm;
  readonly signature: Uint8Array;
  /** What is signed is a list of attributes, not the content itself. */
  readonly hasSignedAttributes: boolean;
}

export interface SignedData {
  readonly certificates: readonly Certificate[];
  readonly signers: readonly SignerInfo[];
}

export type CmsFault =
  /** No DER, or none that is a CMS message. */
  | 'message'
  /** A message of another type. */
  | 'message-type'
  | 'unknown-algorithm';

const MAX_SIGNERS = 16;
const MAX_CERTIFICATES = 64;

/** A message in DER, or in PEM. */
export function readSignedData(file: Uint8Array): SignedData | CmsFault {
  const [pem] = readPem(fromLatin1(file, 0, 64).startsWith('-----BEGIN') ? fromLatin1(file) : '');
  const [type, wrapper] = childrenOf(readElement(pem?.der ?? file), TAG.sequence) ?? [];
  const oid = readOid(type);
  if (oid === undefined) return 'message';
  if (oid !== SIGNED_DATA) return 'message-type';
  const fields = childrenOf(wrapper && readElement(wrapper.contents), TAG.sequence);
  if (fields === undefined) return 'message';
  const reader = new ElementReader(fields);
  reader.take(TAG.integer);
  reader.take(TAG.set);
  reader.take(TAG.sequence);
  const certificates = readElements(reader.take(contextTag(0))?.contents ?? new Uint8Array(0));
  reader.take(contextTag(1));
  const infos = childrenOf(reader.take(TAG.set), TAG.set);
  if (certificates === undefined || infos === undefined || infos.length > MAX_SIGNERS) return 'message';
  const signers: SignerInfo[] = [];
  for (const info of infos) {
    const signer = readSigner(info);
    if (typeof signer === 'string') return signer;
    signers.push(signer);
  }
  // A certificate that cannot be read may be one that nobody needs.
  const read = certificates.slice(0, MAX_CERTIFICATES).map(({ whole }) => readCertificate(whole));
  return { certificates: read.flatMap((each) => (each.ok ? [each.value] : [])), signers };
}

function readSigner(info: Element): SignerInfo | CmsFault {
  const fields = childrenOf(info, TAG.sequence);
  if (fields === undefined) return 'message';
  const reader = new ElementReader(fields);
  reader.take(TAG.integer);
  const [issuer, serial] = childrenOf(reader.take(TAG.sequence), TAG.sequence) ?? [];
  const digest = digestByOid(readOid(childrenOf(reader.take(TAG.sequence), TAG.sequence)?.[0]));
  const hasSignedAttributes = reader.take(contextTag(0)) !== undefined;
  const algorithm = reader.take(TAG.sequence);
  const signature = reader.take(TAG.octetString);
  if (issuer === undefined || serial?.tag !== TAG.integer || signature === undefined) return 'message';
  const known = digest === undefined ? undefined : signerAlgorithm(algorithm, digest);
  if (known === undefined) return 'unknown-algorithm';
  return {
    issuer: issuer.whole,
    serial: serial.contents,
    algorithm: known,
    signature: signature.contents,
    hasSignedAttributes,
  };
}

/** A signature may be named by its key alone: the digest has its own field. */
function signerAlgorithm(element: Element | undefined, digest: DigestName): SignatureAlgorithm | undefined {
  if (readOid(childrenOf(element, TAG.sequence)?.[0]) === RSA_ENCRYPTION) return { scheme: 'rsa-pkcs1', digest };
  const named = readSignatureAlgorithm(element);
  return named?.digest === digest ? named : undefined;
}

/** The certificate of a signer, of the message's own or of others. */
export function signerCertificate(
  { issuer, serial }: SignerInfo,
  certificates: readonly Certificate[],
): Certificate | undefined {
  return certificates.find((each) => equalBytes(each.issuer.der, issuer) && equalBytes(each.serial, serial));
}

export interface Signer {
  readonly certificate: Certificate;
  readonly key: PrivateKey;
  readonly digest: DigestName;
  /** Certificates that go along: those between the signer's and a root. */
  readonly chain: readonly Certificate[];
}

/** A detached signature without attributes, as iPXE reads it (`openssl cms -sign -binary -noattr -outform DER`). */
export function signDetached(content: Uint8Array, signer: Signer, rng: Rng): Uint8Array {
  const { certificate, key, digest, chain } = signer;
  const digestAlgorithm = writeSequence(writeOid(DIGESTS[digest].oid), writeNull());
  const info = writeSequence(
    writeInteger(1),
    writeSequence(certificate.issuer.der, writeElement(TAG.integer, certificate.serial)),
    digestAlgorithm,
    key.kind === 'rsa' ? writeSequence(writeOid(RSA_ENCRYPTION), writeNull()) : issuerAlgorithm(signer),
    writeOctetString(signData(key, digest, content, rng)),
  );
  const certificates = [certificate, ...chain].map(({ der }) => der);
  const signedData = writeSequence(
    writeInteger(1),
    writeSetOf([digestAlgorithm]),
    writeSequence(writeOid(DATA)),
    writeElement(contextTag(0), ...certificates),
    writeSetOf([info]),
  );
  return writeSequence(writeOid(SIGNED_DATA), writeElement(contextTag(0), signedData));
}
