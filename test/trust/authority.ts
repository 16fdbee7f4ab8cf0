/** A root, an intermediate, and certificates below it, as tests of chains and signatures need them. */
import { LAB_EPOCH_MS } from '../../src/base/time/calendar.ts';
import { SeededRng } from '../../src/base/rng.ts';
import { generateKey, type KeyKind, type PrivateKey } from '../../src/trust/keys/keys.ts';
import { readCertificate, type Certificate } from '../../src/trust/x509/certificate.ts';
import { issueCertificate, type CertificateRequest } from '../../src/trust/x509/issue.ts';
import type { DigestName } from '../../src/trust/digests.ts';

export const DAY_MS = 86_400_000;

export interface Holder {
  readonly certificate: Certificate;
  readonly key: PrivateKey;
}

export interface Wish extends Partial<Omit<CertificateRequest, 'publicKey'>> {
  readonly subject: string;
  readonly kind?: KeyKind;
  readonly digest?: DigestName;
}

/** Makes certificates from a seed. */
export class Authority {
  private readonly rng: SeededRng;

  constructor(seed: string) {
    this.rng = new SeededRng(seed);
  }

  /** Signed by another, or by itself. */
  make({ kind = 'P-256', digest = 'sha256', ...wish }: Wish, issuer?: Holder): Holder {
    const key = generateKey(kind, this.rng.derive(wish.subject));
    const request: CertificateRequest = {
      publicKey: key,
      notBeforeMs: LAB_EPOCH_MS - DAY_MS,
      notAfterMs: LAB_EPOCH_MS + 365 * DAY_MS,
      keyUsage: [],
      purposes: [],
      altNames: [],
      ...wish,
    };
    const signer =
      issuer === undefined ? { key, digest } : { key: issuer.key, digest, name: issuer.certificate.subject.der };
    const read = readCertificate(issueCertificate(request, signer, this.rng.derive(`serial ${wish.subject}`)));
    if (!read.ok) throw new Error(read.error);
    return { certificate: read.value, key };
  }

  root(subject = 'Lab root', wish: Partial<Wish> = {}): Holder {
    return this.make({ subject, authority: {}, keyUsage: ['keyCertSign', 'cRLSign'], ...wish });
  }

  intermediate(subject: string, issuer: Holder, wish: Partial<Wish> = {}): Holder {
    return this.make({ subject, authority: {}, keyUsage: ['keyCertSign', 'cRLSign'], ...wish }, issuer);
  }

  server(subject: string, issuer: Holder, wish: Partial<Wish> = {}): Holder {
    return this.make({ subject, keyUsage: ['digitalSignature'], purposes: ['serverAuth'], ...wish }, issuer);
  }

  codeSigner(subject: string, issuer: Holder, wish: Partial<Wish> = {}): Holder {
    return this.make({ subject, keyUsage: ['digitalSignature'], purposes: ['codeSigning'], ...wish }, issuer);
  }
}
