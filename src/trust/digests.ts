/** Digests by name, with the identifiers that signatures give them (RFC 5754, RFC 8017 appendix B.1). */
import { md5, sha1 } from '@noble/hashes/legacy.js';
import { sha224, sha256, sha384, sha512 } from '@noble/hashes/sha2.js';

export const DIGEST_NAMES = ['md5', 'sha1', 'sha224', 'sha256', 'sha384', 'sha512'] as const;
export type DigestName = (typeof DIGEST_NAMES)[number];

interface Digest {
  readonly oid: string;
  readonly bytes: number;
  readonly compute: (data: Uint8Array) => Uint8Array;
}

export const DIGESTS: Readonly<Record<DigestName, Digest>> = {
  md5: { oid: '1.2.840.113549.2.5', bytes: 16, compute: md5 },
  sha1: { oid: '1.3.14.3.2.26', bytes: 20, compute: sha1 },
  sha224: { oid: '2.16.840.1.101.3.4.2.4', bytes: 28, compute: sha224 },
  sha256: { oid: '2.16.840.1.101.3.4.2.1', bytes: 32, compute: sha256 },
  sha384: { oid: '2.16.840.1.101.3.4.2.2', bytes: 48, compute: sha384 },
  sha512: { oid: '2.16.840.1.101.3.4.2.3', bytes: 64, compute: sha512 },
};

export function digestByOid(oid: string | undefined): DigestName | undefined {
  return DIGEST_NAMES.find((name) => DIGESTS[name].oid === oid);
}
