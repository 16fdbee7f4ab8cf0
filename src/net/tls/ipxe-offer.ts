/** What iPXE's client offers, in its order, as observed of iPXE 2.0. */
import { NAMED_GROUP as GROUP, SIGNATURE_SCHEME as SCHEME } from '../../protocols/tls/fields.ts';

export const IPXE_SUITES = [
  0xc02b, 0xc02f, 0xc02c, 0xc030, 0xc023, 0xc027, 0xc024, 0xc028, 0xc009, 0xc013, 0xc00a, 0xc014, 0x009e, 0x009f,
  0x0067, 0x006b, 0x0033, 0x0039, 0x009c, 0x009d, 0x003c, 0x003d, 0x002f, 0x0035,
];

export const IPXE_GROUPS = [
  GROUP.x25519,
  GROUP.secp256r1,
  GROUP.secp384r1,
  GROUP.ffdhe2048,
  GROUP.ffdhe3072,
  GROUP.ffdhe4096,
];

export const IPXE_SCHEMES = [
  SCHEME.rsaPssSha256,
  SCHEME.rsaPssSha384,
  SCHEME.rsaPssSha512,
  SCHEME.rsaPkcs1Sha224,
  SCHEME.rsaPkcs1Sha256,
  SCHEME.rsaPkcs1Sha384,
  SCHEME.rsaPkcs1Sha512,
  SCHEME.ecdsaSha224,
  SCHEME.ecdsaSha256,
  SCHEME.ecdsaSha384,
  SCHEME.ecdsaSha512,
  SCHEME.rsaPkcs1Sha1,
];

/** 4096 bytes (RFC 6066 §4). */
export const IPXE_MAX_FRAGMENT_CODE = 4;
