/**
 * Every check of a chain, certificate by certificate, each with its verdict: where `verifyChain` stops at the first fault,
 * a person wants to see all of them.
 */
import { equalBytes } from '../../base/bytes.ts';
import { isSelfIssued, type Certificate } from './certificate.ts';
import { isInTime, rootFingerprint, signatureFault } from './chain.ts';
import { isForHost } from './host-names.ts';
import { ocspFault } from './ocsp.ts';
import { PURPOSES } from './oids.ts';

export const CHAIN_CHECKS = [
  'time',
  'host',
  'purpose',
  'issuer',
  'authority',
  'path-length',
  'signature',
  'root',
  'ocsp',
  'strength',
] as const;
export type ChainCheck = (typeof CHAIN_CHECKS)[number];

/** `unknown`: what the check needs is not here. `weak`: iPXE takes it, others do not. */
export type CheckVerdict = 'good' | 'bad' | 'unknown' | 'weak';

export interface CheckedCertificate {
  readonly certificate: Certificate;
  readonly checks: readonly { readonly check: ChainCheck; readonly verdict: CheckVerdict }[];
}

export interface ChainCircumstances {
  /** SHA-256 fingerprints of trusted roots; undefined: nobody says whom the client trusts. */
  readonly roots: readonly Uint8Array[] | undefined;
  /** Milliseconds since 1970. */
  readonly nowMs: number;
  /** Whom the client has asked for. */
  readonly host: string | undefined;
  /** The OCSP answer that the server sent along. */
  readonly stapled: Uint8Array | undefined;
}

/** Shorter RSA keys are within reach of an attacker (NIST SP 800-57). */
const MIN_RSA_BYTES = 256;

/** `chain` begins with the server's own and goes on as far as certificates are known. */
export function checkChain(
  chain: readonly Certificate[],
  circumstances: ChainCircumstances,
): readonly CheckedCertificate[] {
  return chain.map((certificate, index) => {
    const verdicts: Partial<Record<ChainCheck, CheckVerdict | undefined>> = {
      ...(index === 0 ? ownChecks(certificate, chain[1], circumstances) : {}),
      time: isInTime(certificate, circumstances.nowMs) ? 'good' : 'bad',
      ...issuerChecks(certificate, index, chain, circumstances.roots),
      strength: strength(certificate),
    };
    const checks = CHAIN_CHECKS.flatMap((check) => {
      const verdict = verdicts[check];
      return verdict === undefined ? [] : [{ check, verdict }];
    });
    return { certificate, checks };
  });
}

type Verdicts = Partial<Record<ChainCheck, CheckVerdict | undefined>>;

const verdict = (isGood: boolean): CheckVerdict => (isGood ? 'good' : 'bad');

function ownChecks(
  certificate: Certificate,
  issuer: Certificate | undefined,
  { host, stapled, nowMs }: ChainCircumstances,
): Verdicts {
  const { extKeyUsage, ocspUrl } = certificate;
  const answer =
    stapled === undefined || issuer === undefined
      ? 'unknown'
      : verdict(ocspFault(stapled, certificate, issuer, nowMs) === undefined);
  return {
    host: host === undefined ? 'unknown' : verdict(isForHost(certificate, host)),
    purpose: extKeyUsage === undefined ? undefined : verdict(extKeyUsage.includes(PURPOSES.serverAuth)),
    ocsp: ocspUrl === undefined && stapled === undefined ? undefined : answer,
  };
}

function issuerChecks(
  certificate: Certificate,
  index: number,
  chain: readonly Certificate[],
  roots: ChainCircumstances['roots'],
): Verdicts {
  const fingerprint = rootFingerprint(certificate);
  const isListed = roots?.some((root) => equalBytes(root, fingerprint)) === true;
  // What is trusted by itself needs no issuer; what nobody trusts, and names itself, has none.
  if (isListed) return { root: 'good' };
  if (isSelfIssued(certificate)) return { root: roots === undefined ? 'unknown' : 'bad' };
  const issuer = chain[index + 1];
  if (issuer === undefined) return { issuer: 'unknown' };
  const isAuthority = issuer.isCa && issuer.keyUsage?.has('keyCertSign') !== false;
  const isSigned =
    signatureFault(issuer, certificate.signatureAlgorithm, certificate.tbs, certificate.signature) === undefined;
  return {
    issuer: verdict(equalBytes(certificate.issuer.der, issuer.subject.der)),
    authority: verdict(isAuthority),
    // `index` certificates that sign stand below the issuer, but for the last, which signs none.
    'path-length': issuer.pathLength === undefined ? undefined : verdict(index <= issuer.pathLength),
    signature: verdict(isSigned),
  };
}

function strength({ publicKey, signatureAlgorithm, ...certificate }: Certificate): CheckVerdict | undefined {
  const isShort = publicKey?.kind === 'rsa' && publicKey.size < MIN_RSA_BYTES;
  const isOldDigest =
    ['sha1', 'md5'].includes(signatureAlgorithm.digest) && !equalBytes(certificate.issuer.der, certificate.subject.der);
  return isShort || isOldDigest ? 'weak' : undefined;
}
