/** OCSP (RFC 6960) as a responder speaks it: questions are read, answers are made and signed by the issuer itself. */
import { equalBytes } from '../../base/bytes.ts';
import type { Rng } from '../../base/rng.ts';
import {
  childrenOf,
  contextTag,
  ElementReader,
  readElement,
  readOid,
  TAG,
  writeBitString,
  writeElement,
  writeOctetString,
  writeOid,
  writeSequence,
  writeTime,
} from '../der.ts';
import { digestByOid, DIGESTS, type DigestName } from '../digests.ts';
import type { PrivateKey } from '../keys/keys.ts';
import type { Certificate } from './certificate.ts';
import { issuerAlgorithm, signData } from './issue.ts';
import { BASIC_RESPONSE } from './ocsp.ts';

/** Answers without a signature (RFC 6960 §4.2.1). */
export const OCSP_ERROR = { malformedRequest: 1, internalError: 2, unauthorized: 6 } as const;

/** A certificate as a question names it. */
export interface OcspQuestion {
  /** The CertID, which the answer repeats. */
  readonly id: Uint8Array;
  readonly digest: DigestName;
  readonly issuerNameHash: Uint8Array;
  readonly issuerKeyHash: Uint8Array;
  readonly serial: Uint8Array;
}

/** The first question of a request; the lab's clients ask one at a time. Undefined when it cannot be read. */
export function readOcspRequest(data: Uint8Array): OcspQuestion | undefined {
  const [request] = childrenOf(readElement(data), TAG.sequence) ?? [];
  const reader = new ElementReader(childrenOf(request, TAG.sequence) ?? []);
  reader.take(contextTag(0));
  reader.take(contextTag(1));
  const [first] = childrenOf(reader.take(TAG.sequence), TAG.sequence) ?? [];
  const [id] = childrenOf(first, TAG.sequence) ?? [];
  const [algorithm, name, key, serial] = childrenOf(id, TAG.sequence) ?? [];
  const digest = digestByOid(readOid(childrenOf(algorithm, TAG.sequence)?.[0]));
  if (id === undefined || digest === undefined || serial?.tag !== TAG.integer) return undefined;
  if (name?.tag !== TAG.octetString || key?.tag !== TAG.octetString) return undefined;
  return {
    id: id.whole,
    digest,
    issuerNameHash: name.contents,
    issuerKeyHash: key.contents,
    serial: serial.contents,
  };
}

/** Whether an authority is the one whose certificate is asked about. */
export function isAskedIssuer({ digest, issuerNameHash, issuerKeyHash }: OcspQuestion, issuer: Certificate): boolean {
  const { compute } = DIGESTS[digest];
  return (
    equalBytes(compute(issuer.subject.der), issuerNameHash) && equalBytes(compute(issuer.publicKeyBits), issuerKeyHash)
  );
}

export interface OcspAnswer {
  readonly status: 'good' | 'revoked' | 'unknown';
  /** Milliseconds since 1970. */
  readonly thisUpdateMs: number;
  readonly nextUpdateMs: number;
}

/** GeneralizedTime, as OCSP has all times. */
function generalizedTime(ms: number): Uint8Array {
  const time = writeTime(ms);
  return time[0] === TAG.generalizedTime
    ? time
    : writeElement(TAG.generalizedTime, Uint8Array.of(0x32, 0x30), time.subarray(2));
}

const respond = (status: number, ...body: readonly Uint8Array[]): Uint8Array =>
  writeSequence(writeElement(TAG.enumerated, Uint8Array.of(status)), ...body);

export function ocspError(status: number): Uint8Array {
  return respond(status);
}

/** An answer about the certificate with this CertID, signed by its issuer. */
export function ocspResponse(
  id: Uint8Array,
  issuer: { readonly certificate: Certificate; readonly key: PrivateKey },
  answer: OcspAnswer,
  rng: Rng,
): Uint8Array {
  const { certificate, key } = issuer;
  const digest: DigestName = 'sha256';
  const now = generalizedTime(answer.thisUpdateMs);
  const statuses = {
    good: writeElement(contextTag(0, false)),
    revoked: writeElement(contextTag(1), now),
    unknown: writeElement(contextTag(2, false)),
  };
  const until = writeElement(contextTag(0), generalizedTime(answer.nextUpdateMs));
  const signed = writeSequence(
    writeElement(contextTag(1), certificate.subject.der),
    now,
    writeSequence(writeSequence(id, statuses[answer.status], now, until)),
  );
  const basic = writeSequence(
    signed,
    issuerAlgorithm({ key, digest }),
    writeBitString(signData(key, digest, signed, rng)),
  );
  const body = writeSequence(writeOid(BASIC_RESPONSE), writeOctetString(basic));
  return respond(0, writeElement(contextTag(0), body));
}
