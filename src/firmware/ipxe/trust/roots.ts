/** Whom a running iPXE trusts: fingerprints of roots, and certificates that a responder has called good. */
import { fromHex } from '../../../base/bytes.ts';
import type { Certificate } from '../../../trust/x509/certificate.ts';
import type { Trust } from '../../../trust/x509/chain.ts';

/** SHA-256 of the root that iPXE's project keeps (https://ipxe.org/crypto): nobody in a lab has its key. */
const IPXE_ROOT = '9faf717b7f8ca2f93c256c79f8ac5591895d66d1ff3bee6397a70d29c65eed1a';
const FINGERPRINT_BYTES = 32;

export class TrustedRoots {
  private readonly roots: readonly Uint8Array[];
  private readonly good = new WeakSet<Certificate>();

  /** The roots of the build; without any, those of the setting `trust` as it is at start-up, or iPXE's own. */
  constructor(built: readonly Uint8Array[] | undefined, set: Uint8Array | undefined) {
    this.roots = built ?? fingerprints(set ?? fromHex(IPXE_ROOT) ?? new Uint8Array(0));
  }

  /** What a verdict needs to know at a time, in milliseconds since 1970. */
  at(nowMs: number): Trust {
    return { roots: this.roots, nowMs, isGood: (certificate) => this.good.has(certificate) };
  }

  markGood(certificate: Certificate): void {
    this.good.add(certificate);
  }
}

/** One fingerprint after another. */
function fingerprints(raw: Uint8Array): readonly Uint8Array[] {
  const out: Uint8Array[] = [];
  for (let at = 0; at + FINGERPRINT_BYTES <= raw.length; at += FINGERPRINT_BYTES) {
    out.push(raw.subarray(at, at + FINGERPRINT_BYTES));
  }
  return out;
}
