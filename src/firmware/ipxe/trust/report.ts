/** Says to the lab what iPXE thinks of a chain or a signature: the numbers that it prints name the fault, not its cause. */
import type { Severity } from '../../../base/event-log.ts';
import { unreachable } from '../../../base/result.ts';
import { keyName } from '../../../trust/keys/keys.ts';
import type { SignatureVerdictFault } from '../../../trust/cms/verify.ts';
import { isSelfIssued, type Certificate } from '../../../trust/x509/certificate.ts';
import type { ChainVerdict } from '../../../trust/x509/chain.ts';
import { commonName, nameText } from '../../../trust/x509/names.ts';
import type { Ipxe } from '../ipxe.ts';
import { ipxeMessage } from '../messages.ts';

/** Who shows a certificate: a server, or the signature of an image. */
export interface Presented {
  readonly by: string;
}

/** Shorter RSA keys are within reach of an attacker (NIST SP 800-57). */
const MIN_RSA_BITS = 2048;

type Message = ReturnType<typeof ipxeMessage>;

function emit(ipxe: Ipxe, code: string, severity: Severity, message: Message): void {
  ipxe.log.emit({ kind: 'decision', code, severity, ...message });
}

/** Such as `2026-01-01`. */
const day = (ms: number): string => new Date(ms).toISOString().slice(0, 10);

function subjectOf({ subject }: Certificate): string {
  return commonName(subject) || nameText(subject);
}

/** Of a chain that was judged: the fault with its cause, or that it is trusted and what is weak in it. */
export function reportChain(
  ipxe: Ipxe,
  { by }: Presented,
  chain: readonly Certificate[],
  { fault, index = 0, rootIndex = -1, outdatedIndex = -1 }: ChainVerdict,
): void {
  if (fault !== undefined) {
    const outdated = chain[outdatedIndex];
    const certificate = outdated ?? chain[index];
    if (certificate !== undefined)
      reportFault(ipxe, by, chain, certificate, outdated === undefined ? fault : 'expired');
    return;
  }
  const root = chain[rootIndex];
  if (root !== undefined)
    emit(ipxe, 'trust-chain', 'info', ipxeMessage('ipxe.trust-chain', { by, root: subjectOf(root) }));
  chain.slice(0, rootIndex + 1).forEach((each, at) => reportWeakness(ipxe, by, each, at === rootIndex));
}

/** What iPXE takes and others do not. The signature of a root means nothing: it is trusted by its fingerprint. */
function reportWeakness(ipxe: Ipxe, by: string, certificate: Certificate, isRoot: boolean): void {
  const about = { by, certificate: subjectOf(certificate) };
  const { publicKey, signatureAlgorithm } = certificate;
  if (signatureAlgorithm.digest === 'sha1' && !isRoot)
    emit(ipxe, 'trust-sha1', 'warn', ipxeMessage('ipxe.trust-sha1', about));
  if (publicKey?.kind === 'rsa' && publicKey.size * 8 < MIN_RSA_BITS)
    emit(ipxe, 'trust-small-key', 'warn', ipxeMessage('ipxe.trust-small-key', { ...about, key: keyName(publicKey) }));
}

function reportFault(
  ipxe: Ipxe,
  by: string,
  chain: readonly Certificate[],
  certificate: Certificate,
  fault: SignatureVerdictFault,
): void {
  const { code, message } = explainFault(ipxe, by, chain, certificate, fault);
  emit(ipxe, code, 'warn', message);
}

interface Explained {
  readonly code: string;
  readonly message: Message;
}

function explainFault(
  ipxe: Ipxe,
  by: string,
  chain: readonly Certificate[],
  certificate: Certificate,
  fault: SignatureVerdictFault,
): Explained {
  const about = { by, certificate: subjectOf(certificate) };
  switch (fault) {
    case 'untrusted':
    case 'empty-chain':
    case 'no-certificate':
      return untrusted(by, chain);
    case 'expired':
      return outOfTime(ipxe, by, certificate);
    case 'wrong-issuer':
    case 'not-ca':
    case 'issuer-key-usage':
    case 'path-length':
      return { code: 'trust-issuer', message: ipxeMessage('ipxe.trust-issuer', about) };
    case 'ocsp-required':
      return {
        code: 'trust-ocsp',
        message: ipxeMessage('ipxe.trust-ocsp', { ...about, url: certificate.ocspUrl ?? '' }),
      };
    case 'algorithm':
    case 'rsa-signature':
    case 'ecdsa-signature':
      return { code: 'trust-signature', message: ipxeMessage('ipxe.trust-signature', about) };
    case 'no-signatures':
    case 'wrong-signer':
      return { code: 'trust-signer', message: ipxeMessage('ipxe.trust-signer', { by }) };
    case 'not-signing':
    case 'not-code-signing':
      return { code: 'trust-not-code-signing', message: ipxeMessage('ipxe.trust-not-code-signing', about) };
    default:
      return unreachable(fault);
  }
}

/** No root of the build is in the chain: it ends with itself, or before its end. */
function untrusted(by: string, chain: readonly Certificate[]): Explained {
  const last = chain.at(-1);
  if (last === undefined)
    return { code: 'trust-no-certificate', message: ipxeMessage('ipxe.trust-no-certificate', { by }) };
  const about = { by, issuer: nameText(last.issuer) };
  if (!isSelfIssued(last))
    return { code: 'trust-incomplete-chain', message: ipxeMessage('ipxe.trust-incomplete-chain', about) };
  return chain.length === 1
    ? { code: 'trust-self-signed', message: ipxeMessage('ipxe.trust-self-signed', about) }
    : { code: 'trust-unknown-root', message: ipxeMessage('ipxe.trust-unknown-root', about) };
}

function outOfTime(ipxe: Ipxe, by: string, certificate: Certificate): Explained {
  const nowMs = ipxe.builtin.unixTimeS * 1000;
  const about = { by, certificate: subjectOf(certificate), now: day(nowMs) };
  // A clock that somebody has set may itself be what is wrong.
  const realMs = ipxe.builtin.untouchedClockMs;
  if (realMs >= certificate.notBeforeMs && realMs <= certificate.notAfterMs)
    return { code: 'trust-clock', message: ipxeMessage('ipxe.trust-clock', about) };
  return nowMs < certificate.notBeforeMs
    ? {
        code: 'trust-not-yet-valid',
        message: ipxeMessage('ipxe.trust-not-yet-valid', { ...about, from: day(certificate.notBeforeMs) }),
      }
    : {
        code: 'trust-expired',
        message: ipxeMessage('ipxe.trust-expired', { ...about, until: day(certificate.notAfterMs) }),
      };
}

/** The signature of an image, once its signer is known. */
export function reportSignature(
  ipxe: Ipxe,
  { by }: Presented,
  signer: Certificate | undefined,
  fault: SignatureVerdictFault | undefined,
): void {
  if (signer === undefined) {
    if (fault !== undefined) emit(ipxe, 'trust-signer', 'warn', ipxeMessage('ipxe.trust-signer', { by }));
  } else if (fault === undefined) {
    emit(ipxe, 'trust-signed', 'info', ipxeMessage('ipxe.trust-signed', { by, certificate: subjectOf(signer) }));
  } else if (fault === 'rsa-signature' || fault === 'ecdsa-signature' || fault === 'algorithm') {
    const about = { by, certificate: subjectOf(signer) };
    emit(ipxe, 'trust-image-signature', 'warn', ipxeMessage('ipxe.trust-image-signature', about));
  } else {
    reportFault(ipxe, by, [signer], signer, fault);
  }
}
