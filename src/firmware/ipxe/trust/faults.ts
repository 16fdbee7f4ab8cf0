/** iPXE's numbers for what is wrong with certificates, signatures and answers about them. */
import type { EnvelopeFault } from '../../../trust/cms/enveloped-data.ts';
import type { CmsFault } from '../../../trust/cms/signed-data.ts';
import type { SignatureVerdictFault } from '../../../trust/cms/verify.ts';
import type { CertificateFault } from '../../../trust/x509/certificate.ts';
import type { OcspFault } from '../../../trust/x509/ocsp.ts';
import { Err, type Status } from '../errors.ts';

export const CERTIFICATE_STATUS: Readonly<Record<CertificateFault, Status>> = {
  der: Err.certDer,
  certificate: Err.certInvalid,
  version: Err.certVersion,
  time: Err.certTime,
  'unknown-algorithm': Err.certAlgorithm,
  'algorithm-mismatch': Err.certMismatch,
  'critical-extension': Err.certExtension,
};

export const CMS_STATUS: Readonly<Record<CmsFault, Status>> = {
  message: Err.certDer,
  'message-type': Err.cmsType,
  'unknown-algorithm': Err.certAlgorithm,
};

/** Of envelopes. */
export const ENVELOPE_STATUS: Readonly<Record<EnvelopeFault, Status>> = {
  message: Err.certDer,
  'message-type': Err.cmsType,
  'unknown-algorithm': Err.certAlgorithm,
  'no-recipient': Err.cmsNoRecipients,
  length: Err.cmsLength,
  padding: Err.cmsPadding,
  mac: Err.cmsMac,
};

/** Of chains, and of the signatures above them. */
export const TRUST_STATUS: Readonly<Record<SignatureVerdictFault, Status>> = {
  'empty-chain': Err.chainEmpty,
  untrusted: Err.chainUntrusted,
  'wrong-issuer': Err.chainIssuer,
  'not-ca': Err.chainNotCa,
  'issuer-key-usage': Err.chainKeyUsage,
  expired: Err.chainExpired,
  'path-length': Err.chainPathLength,
  'ocsp-required': Err.chainOcspRequired,
  algorithm: Err.certMismatch,
  'rsa-signature': Err.rsaSignature,
  'ecdsa-signature': Err.ecdsaSignature,
  'no-signatures': Err.cmsNoSignatures,
  'wrong-signer': Err.cmsWrongName,
  'no-certificate': Err.cmsNoCertificate,
  'not-signing': Err.cmsNotSigning,
  'not-code-signing': Err.cmsNotCodeSigning,
};

const OCSP_STATUS: Readonly<Record<Exclude<OcspFault, keyof typeof TRUST_STATUS>, Status>> = {
  malformed: Err.ocspInvalid,
  'response-type': Err.ocspType,
  'malformed-request': Err.ocspMalformedRequest,
  'internal-error': Err.ocspInternal,
  'try-later': Err.ocspTryLater,
  'signature-required': Err.ocspSignatureRequired,
  unauthorized: Err.ocspUnauthorized,
  'id-mismatch': Err.ocspMismatch,
  'not-good': Err.ocspNotGood,
  stale: Err.ocspStale,
  'no-responder-certificate': Err.ocspNoResponder,
  'not-ocsp-signing': Err.ocspNotSigning,
};

export function ocspStatus(fault: OcspFault): Status {
  return { ...OCSP_STATUS, ...TRUST_STATUS }[fault];
}
