/** OCSP (RFC 6960) as a client speaks it: the question whether a certificate was revoked, and what an answer is worth. */
import { sha1 } from '@noble/hashes/legacy.js';
import { equalBytes } from '../../base/bytes.ts';
import {
  childrenOf,
  contextTag,
  ElementReader,
  readBitString,
  readElement,
  readOid,
  readTime,
  TAG,
  writeElement,
  writeNull,
  writeOctetString,
  writeOid,
  writeSequence,
  type Element,
} from '../der.ts';
import { DIGESTS } from '../digests.ts';
import type { SignatureAlgorithm } from '../keys/keys.ts';
import { readSignatureAlgorithm } from '../signature-algorithms.ts';
import { readCertificate, type Certificate } from './certificate.ts';
import { issuerFault, signatureFault, TIME_GRACE_MS, type ChainFault } from './chain.ts';
import { PURPOSES } from './oids.ts';

export const BASIC_RESPONSE = '1.3.6.1.5.5.7.48.1.1';

export type OcspFault =
  | 'malformed'
  | 'response-type'
  /** The responder answers with an error of its own (RFC 6960 §2.3). */
  | 'malformed-request'
  | 'internal-error'
  | 'try-later'
  | 'signature-required'
  | 'unauthorized'
  | 'id-mismatch'
  /** Revoked, or unknown to the responder. */
  | 'not-good'
  | 'stale'
  | 'no-responder-certificate'
  | 'not-ocsp-signing'
  | ChainFault;

const STATUS_FAULTS = new Map<number | undefined, OcspFault>([
  [1, 'malformed-request'],
  [2, 'internal-error'],
  [3, 'try-later'],
  [5, 'signature-required'],
  [6, 'unauthorized'],
]);

/** CertID (RFC 6960 §4.1.1). */
export function certificateId(certificate: Certificate, issuer: Certificate): Uint8Array {
  return writeSequence(
    writeSequence(writeOid(DIGESTS.sha1.oid), writeNull()),
    writeOctetString(sha1(certificate.issuer.der)),
    writeOctetString(sha1(issuer.publicKeyBits)),
    writeElement(TAG.integer, certificate.serial),
  );
}

export function ocspRequest(certificate: Certificate, issuer: Certificate): Uint8Array {
  return writeSequence(writeSequence(writeSequence(writeSequence(certificateId(certificate, issuer)))));
}

interface BasicResponse {
  readonly signed: Uint8Array;
  readonly responder: Element;
  readonly answers: readonly Element[];
  readonly algorithm: SignatureAlgorithm;
  readonly signature: Uint8Array;
  readonly certificates: readonly Certificate[];
}

function readResponse(data: Uint8Array): BasicResponse | OcspFault {
  const [status, wrapper] = childrenOf(readElement(data), TAG.sequence) ?? [];
  if (status?.tag !== TAG.enumerated) return 'malformed';
  if (status.contents[0] !== 0) return STATUS_FAULTS.get(status.contents[0]) ?? 'malformed';
  const [type, body] = childrenOf(wrapper && readElement(wrapper.contents), TAG.sequence) ?? [];
  if (readOid(type) !== BASIC_RESPONSE) return 'response-type';
  const [signed, algorithm, signature, certificates] =
    childrenOf(body && readElement(body.contents), TAG.sequence) ?? [];
  const reader = new ElementReader(childrenOf(signed, TAG.sequence) ?? []);
  reader.take(contextTag(0));
  const responder = reader.take();
  reader.take(TAG.generalizedTime);
  const answers = childrenOf(reader.take(TAG.sequence), TAG.sequence);
  const known = readSignatureAlgorithm(algorithm);
  const bits = readBitString(signature);
  if (signed === undefined || responder === undefined || answers === undefined) return 'malformed';
  if (known === undefined || bits === undefined) return 'malformed';
  const list = childrenOf(certificates && readElement(certificates.contents), TAG.sequence) ?? [];
  const read = list.slice(0, 8).map(({ whole }) => readCertificate(whole));
  return {
    signed: signed.whole,
    responder,
    answers,
    algorithm: known,
    signature: bits,
    certificates: read.flatMap((each) => (each.ok ? [each.value] : [])),
  };
}

/** The certificate of the responder: the issuer itself, or one that it has made for that. */
function isResponder(certificate: Certificate, { tag, contents }: Element): boolean {
  if (tag === contextTag(1)) return equalBytes(certificate.subject.der, contents);
  const hash = readElement(contents);
  return tag === contextTag(2) && hash !== undefined && equalBytes(sha1(certificate.publicKeyBits), hash.contents);
}

/** What is wrong with an answer about a certificate at a time; undefined when it says that it is good. */
export function ocspFault(
  data: Uint8Array,
  certificate: Certificate,
  issuer: Certificate,
  nowMs: number,
): OcspFault | undefined {
  const response = readResponse(data);
  if (typeof response === 'string') return response;
  const { responder, signed, algorithm, signature } = response;
  const signer = [issuer, ...response.certificates].find((each) => isResponder(each, responder));
  if (signer === undefined) return 'no-responder-certificate';
  if (signer !== issuer) {
    if (signer.extKeyUsage?.includes(PURPOSES.ocspSigning) !== true) return 'not-ocsp-signing';
    const fault = issuerFault(signer, issuer);
    if (fault !== undefined) return fault;
  }
  return signatureFault(signer, algorithm, signed, signature) ?? answerFault(response, certificate, issuer, nowMs);
}

function answerFault(
  { answers }: BasicResponse,
  certificate: Certificate,
  issuer: Certificate,
  nowMs: number,
): OcspFault | undefined {
  const [answer] = answers;
  const [id, status, thisUpdate, next] = childrenOf(answer, TAG.sequence) ?? [];
  if (id === undefined || status === undefined) return 'malformed';
  if (!equalBytes(id.whole, certificateId(certificate, issuer))) return 'id-mismatch';
  if (status.tag !== contextTag(0, false)) return 'not-good';
  const from = readTime(thisUpdate);
  const until = next?.tag === contextTag(0) ? readTime(readElement(next.contents)) : undefined;
  if (from === undefined) return 'malformed';
  if (nowMs < from - TIME_GRACE_MS || (until !== undefined && nowMs > until + TIME_GRACE_MS)) return 'stale';
  return undefined;
}
