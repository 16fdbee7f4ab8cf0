/** Verifies a detached signature by iPXE's rules: who signed, for what its certificate is, whether it fits the content. */
import { PURPOSES } from '../x509/oids.ts';
import { completeChain, signatureFault, verifyChain, type ChainFault, type Trust } from '../x509/chain.ts';
import { isForHost } from '../x509/host-names.ts';
import type { Certificate } from '../x509/certificate.ts';
import { signerCertificate, type SignedData, type SignerInfo } from './signed-data.ts';

export type SignatureVerdictFault =
  | ChainFault
  | 'no-signatures'
  /** No signer has the wanted name. */
  | 'wrong-signer'
  /** The certificate of the signer is neither in the message nor in the store. */
  | 'no-certificate'
  | 'not-signing'
  | 'not-code-signing';

export interface SignatureVerdict {
  readonly fault?: SignatureVerdictFault;
  /** The certificate of the signer that decided. */
  readonly signer?: Certificate;
}

export interface Verification {
  readonly content: Uint8Array;
  /** The name that a signer must have. */
  readonly signerName?: string | undefined;
  readonly trust: Trust;
  /** Certificates from elsewhere that complete chains. */
  readonly others: readonly Certificate[];
}

/** The chain of a signer: its certificate first; empty when that is not known. */
export function signerChain(
  signer: SignerInfo,
  { certificates }: SignedData,
  others: readonly Certificate[],
): readonly Certificate[] {
  const known = [...certificates, ...others];
  const certificate = signerCertificate(signer, known);
  return certificate === undefined ? [] : completeChain([certificate], known);
}

/** Every signature that is looked at must be right, and there must be one. */
export function verifyDetached(message: SignedData, verification: Verification): SignatureVerdict {
  const { signerName, others } = verification;
  let found: SignatureVerdict | undefined;
  for (const signer of message.signers) {
    const chain = signerChain(signer, message, others);
    const [certificate] = chain;
    if (certificate === undefined) return { fault: 'no-certificate' };
    if (signerName !== undefined && !isForHost(certificate, signerName)) continue;
    const fault = signerFault(signer, certificate, chain, verification);
    if (fault !== undefined) return { fault, signer: certificate };
    found = { signer: certificate };
  }
  return found ?? { fault: signerName === undefined ? 'no-signatures' : 'wrong-signer' };
}

function signerFault(
  { algorithm, signature }: SignerInfo,
  certificate: Certificate,
  chain: readonly Certificate[],
  { content, trust }: Verification,
): SignatureVerdictFault | undefined {
  const { fault } = verifyChain(chain, trust);
  if (fault !== undefined) return fault;
  if (certificate.keyUsage?.has('digitalSignature') !== true) return 'not-signing';
  if (certificate.extKeyUsage?.includes(PURPOSES.codeSigning) !== true) return 'not-code-signing';
  return signatureFault(certificate, algorithm, content, signature);
}
