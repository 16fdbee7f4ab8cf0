/** How certificates, CMS and OCSP name the way something was signed (RFC 4055, RFC 5758). */
import { DIGESTS, digestByOid, type DigestName } from './digests.ts';
import {
  childrenOf,
  contextTag,
  readElement,
  readOid,
  TAG,
  writeNull,
  writeOid,
  writeSequence,
  type Element,
} from './der.ts';
import { verifySignature, type PublicKey, type SignatureAlgorithm } from './keys/keys.ts';

const PSS = '1.2.840.113549.1.1.10';

const ALGORITHMS: readonly {
  readonly oid: string;
  readonly scheme: 'rsa-pkcs1' | 'ecdsa';
  readonly digest: DigestName;
}[] = [
  { oid: '1.2.840.113549.1.1.4', scheme: 'rsa-pkcs1', digest: 'md5' },
  { oid: '1.2.840.113549.1.1.5', scheme: 'rsa-pkcs1', digest: 'sha1' },
  { oid: '1.2.840.113549.1.1.14', scheme: 'rsa-pkcs1', digest: 'sha224' },
  { oid: '1.2.840.113549.1.1.11', scheme: 'rsa-pkcs1', digest: 'sha256' },
  { oid: '1.2.840.113549.1.1.12', scheme: 'rsa-pkcs1', digest: 'sha384' },
  { oid: '1.2.840.113549.1.1.13', scheme: 'rsa-pkcs1', digest: 'sha512' },
  { oid: '1.2.840.10045.4.1', scheme: 'ecdsa', digest: 'sha1' },
  { oid: '1.2.840.10045.4.3.1', scheme: 'ecdsa', digest: 'sha224' },
  { oid: '1.2.840.10045.4.3.2', scheme: 'ecdsa', digest: 'sha256' },
  { oid: '1.2.840.10045.4.3.3', scheme: 'ecdsa', digest: 'sha384' },
  { oid: '1.2.840.10045.4.3.4', scheme: 'ecdsa', digest: 'sha512' },
];

/** The algorithm of an AlgorithmIdentifier; undefined for one that is not known. */
export function readSignatureAlgorithm(element: Element | undefined): SignatureAlgorithm | undefined {
  const [oidElement, parameters] = childrenOf(element, TAG.sequence) ?? [];
  const oid = readOid(oidElement);
  if (oid === PSS) return readPss(parameters);
  const found = ALGORITHMS.find((each) => each.oid === oid);
  return found === undefined ? undefined : { scheme: found.scheme, digest: found.digest };
}

/** The digest of RSASSA-PSS-params; masks and salts are taken to be of the same (RFC 4055 §3.1). */
function readPss(parameters: Element | undefined): SignatureAlgorithm | undefined {
  const hash = childrenOf(parameters, TAG.sequence)?.find(({ tag }) => tag === contextTag(0));
  const digest =
    hash === undefined ? 'sha1' : digestByOid(readOid(childrenOf(readElement(hash.contents), TAG.sequence)?.[0]));
  return digest === undefined ? undefined : { scheme: 'rsa-pss', digest };
}

/** The AlgorithmIdentifier of a v1.5 or ECDSA signature. */
export function writeSignatureAlgorithm(scheme: 'rsa-pkcs1' | 'ecdsa', digest: DigestName): Uint8Array {
  const found = ALGORITHMS.find((each) => each.scheme === scheme && each.digest === digest);
  if (found === undefined) throw new Error(`There is no ${scheme} with ${digest}.`);
  return scheme === 'ecdsa' ? writeSequence(writeOid(found.oid)) : writeSequence(writeOid(found.oid), writeNull());
}

/** Whether a key has signed some data. */
export function hasSigned(
  key: PublicKey | undefined,
  algorithm: SignatureAlgorithm,
  data: Uint8Array,
  signature: Uint8Array,
): boolean {
  if (key === undefined || algorithm.digest === 'md5-sha1') return false;
  return verifySignature(key, algorithm, DIGESTS[algorithm.digest].compute(data), signature);
}
