/** Whom the lab trusts, for the verdicts of the panel. */
import { LAB_EPOCH_MS } from '../../../base/time/calendar.ts';
import { certificateOf, type ScenarioCertificate } from '../../../page/document/certificates.ts';
import { isSelfIssued, type Certificate } from '../../../trust/x509/certificate.ts';
import { rootFingerprint, type Trust } from '../../../trust/x509/chain.ts';

/** All certificates of the lab; its roots are the authorities that have signed themselves. */
export interface LabTrust {
  readonly all: readonly Certificate[];
  readonly trust: Trust;
}

export function trustOf(entries: readonly ScenarioCertificate[]): LabTrust {
  const all = entries.flatMap((entry) => certificateOf(entry) ?? []);
  const roots = all.filter((each) => each.isCa && isSelfIssued(each)).map(rootFingerprint);
  // A responder is not asked here: what names one is judged by the rest.
  return { all, trust: { roots, nowMs: LAB_EPOCH_MS, isGood: () => true } };
}
