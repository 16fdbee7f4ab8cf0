/**
 * Whether a chain of certificates is to be trusted, by iPXE's rules: a list of fingerprints of roots, names of issuers,
 * authorities, path lengths, times with half a day of grace for clocks that are wrong, OCSP. Each certificate costs at
 * most one signature check.
 */
import { sha256 } from '@noble/hashes/sha2.js';
import { equalBytes } from '../../base/bytes.ts';
import { hasSigned } from '../signature-algorithms.ts';
import { isSelfIssued, type Certificate } from './certificate.ts';

/** What is wrong with a chain; `firmware/ipxe/trust` has the number of each. */
export type ChainFault =
  | 'empty-chain'
  /** No certificate of the chain is a trusted root. */
  | 'untrusted'
  | 'wrong-issuer'
  | 'not-ca'
  /** The issuer's key is not for signing certificates. */
  | 'issuer-key-usage'
  | 'expired'
  | 'path-length'
  | 'ocsp-required'
  | SignatureFault;

/** What is wrong with a signature. */
export type SignatureFault =
  /** The key of the issuer is of another kind than the signature. */
  'algorithm' | 'rsa-signature' | 'ecdsa-signature';

export interface Trust {
  /** SHA-256 fingerprints of the roots. */
  readonly roots: readonly Uint8Array[];
  /** Milliseconds since 1970. */
  readonly nowMs: number;
  /** True for certificates that a responder has called good (RFC 6960); without it, none is. */
  readonly isGood?: (certificate: Certificate) => boolean;
}

/** Of a chain; `index` counts its certificates from 0, the one that is to be trusted. */
export interface ChainVerdict {
  readonly fault?: ChainFault;
  /** The certificate with the fault. */
  readonly index?: number;
  /** The first certificate from the start that is a trusted root. */
  readonly rootIndex?: number;
  /** A root of the list that is out of time: nothing is trusted because of it. */
  readonly outdatedIndex?: number;
}

/** Clocks of PCs are wrong by time zones and a little more: 12.5 hours. */
export const TIME_GRACE_MS = 12.5 * 3_600_000;

/** Certificates that are looked at in one chain. */
const MAX_CHAIN = 32;

export function rootFingerprint(certificate: Certificate): Uint8Array {
  return sha256(certificate.der);
}

export function isInTime({ notBeforeMs, notAfterMs }: Certificate, nowMs: number): boolean {
  return nowMs >= notBeforeMs - TIME_GRACE_MS && nowMs <= notAfterMs + TIME_GRACE_MS;
}

function isListed(certificate: Certificate, { roots }: Trust): boolean {
  const fingerprint = rootFingerprint(certificate);
  return roots.some((root) => equalBytes(root, fingerprint));
}

/** The fault of a signature that a certificate's key has made of some data; undefined for a right one. */
export function signatureFault(
  signer: Certificate,
  algorithm: Certificate['signatureAlgorithm'],
  data: Uint8Array,
  signature: Uint8Array,
): SignatureFault | undefined {
  const kind = algorithm.scheme === 'ecdsa' ? 'ec' : 'rsa';
  if (signer.publicKey?.kind !== kind) return 'algorithm';
  if (hasSigned(signer.publicKey, algorithm, data, signature)) return undefined;
  return kind === 'ec' ? 'ecdsa-signature' : 'rsa-signature';
}

/** What forbids that one certificate has issued the other (RFC 5280 §6.1.3, as far as iPXE looks). */
export function issuerFault(certificate: Certificate, issuer: Certificate): ChainFault | undefined {
  if (!equalBytes(certificate.issuer.der, issuer.subject.der)) return 'wrong-issuer';
  if (!issuer.isCa) return 'not-ca';
  if (issuer.keyUsage !== undefined && !issuer.keyUsage.has('keyCertSign')) return 'issuer-key-usage';
  return signatureFault(issuer, certificate.signatureAlgorithm, certificate.tbs, certificate.signature);
}

/** A chain from the certificate that is to be trusted towards a root. */
export function verifyChain(chain: readonly Certificate[], trust: Trust): ChainVerdict {
  if (chain.length === 0) return { fault: 'empty-chain' };
  const known = chain.slice(0, MAX_CHAIN);
  const rootIndex = known.findIndex((each) => isInTime(each, trust.nowMs) && isListed(each, trust));
  const root = chain[rootIndex];
  if (root === undefined) {
    const outdatedIndex = known.findIndex((each) => isListed(each, trust));
    return { fault: 'untrusted', ...(outdatedIndex < 0 ? {} : { outdatedIndex }) };
  }
  let issuer = root;
  let remaining = limitOf(root);
  for (let index = rootIndex - 1; index >= 0; index--) {
    const certificate = chain[index];
    if (certificate === undefined) break;
    const fault = stepFault(certificate, issuer, remaining, trust);
    if (fault !== undefined) return { fault, index, rootIndex };
    remaining = Math.min(remaining - 1, limitOf(certificate));
    issuer = certificate;
  }
  return { rootIndex };
}

/** How many certificates may follow one: an authority with path length 0 signs others than authorities. */
function limitOf({ pathLength }: Certificate): number {
  return pathLength === undefined ? Number.POSITIVE_INFINITY : pathLength + 1;
}

function stepFault(
  certificate: Certificate,
  issuer: Certificate,
  remaining: number,
  { nowMs, isGood }: Trust,
): ChainFault | undefined {
  if (!isInTime(certificate, nowMs)) return 'expired';
  const fault = issuerFault(certificate, issuer);
  if (fault !== undefined) return fault;
  if (remaining <= 0) return 'path-length';
  return certificate.ocspUrl !== undefined && isGood?.(certificate) !== true ? 'ocsp-required' : undefined;
}

/** A chain, continued with issuers from elsewhere until one names itself or none is there. */
export function completeChain(chain: readonly Certificate[], others: readonly Certificate[]): readonly Certificate[] {
  const out = [...chain];
  for (let last = out.at(-1); last !== undefined && out.length < MAX_CHAIN && !isSelfIssued(last); last = out.at(-1)) {
    const { issuer } = last;
    const next = others.find((other) => equalBytes(other.subject.der, issuer.der));
    if (next === undefined) break;
    out.push(next);
  }
  return out;
}
