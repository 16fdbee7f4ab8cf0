/** Verifies chains in a running iPXE, with what it fetches to complete them: cross-signed certificates and OCSP, by HTTP. */
import { toBase64 } from '../../../base/data/base64.ts';
import { crc32 } from '../../../base/data/crc32.ts';
import { err, ok } from '../../../base/result.ts';
import type { Task } from '../../../base/time/task.ts';
import { readSignedData } from '../../../trust/cms/signed-data.ts';
import { isSelfIssued, type Certificate } from '../../../trust/x509/certificate.ts';
import { completeChain, verifyChain, type ChainVerdict, type Trust } from '../../../trust/x509/chain.ts';
import { ocspFault, ocspRequest } from '../../../trust/x509/ocsp.ts';
import { OK, type Status } from '../errors.ts';
import type { Ipxe } from '../ipxe.ts';
import { runJob } from '../net/transfer/job.ts';
import { parseUri } from '../net/transfer/uri.ts';
import type { Outcome } from '../settings/types.ts';
import { ocspStatus, TRUST_STATUS } from './faults.ts';
import { reportChain, type Presented } from './report.ts';

/** Where cross-signed certificates are looked for without the setting `crosscert`. */
const CROSSCERT = 'http://ca.ipxe.org/auto';

/** Downloads for one chain: a server that always has another certificate ends it here. */
const MAX_DOWNLOADS = 8;

/** What a verdict needs to know now. */
export function trustNow(ipxe: Ipxe): Trust {
  return ipxe.roots.at(ipxe.builtin.unixTimeS * 1000);
}

/** The chain that was trusted, or iPXE's number. What was wrong is told to the lab, about `presented`. */
export function* verifyTrust(
  ipxe: Ipxe,
  given: readonly Certificate[],
  presented: Presented,
  timeoutMs = 0,
): Task<Outcome<readonly Certificate[]>> {
  const { certificates } = ipxe;
  for (const each of given) certificates.add(each, 'met');
  for (let left = MAX_DOWNLOADS; ; left--) {
    const chain = completeChain(given, certificates.all);
    const verdict = verifyChain(chain, trustNow(ipxe));
    const status = left > 0 ? yield* mend(ipxe, chain, verdict, timeoutMs) : undefined;
    if (status === OK) continue;
    reportChain(ipxe, presented, chain, verdict);
    if (verdict.fault !== undefined) return err(status ?? TRUST_STATUS[verdict.fault]);
    for (const each of chain.slice(0, (verdict.rootIndex ?? 0) + 1)) certificates.markValidated(each);
    return ok(chain);
  }
}

/** Fetches what a chain lacks: OK when there is something new, or why not; undefined when nothing can be fetched for it. */
function* mend(
  ipxe: Ipxe,
  chain: readonly Certificate[],
  { fault, index = 0 }: ChainVerdict,
  timeoutMs: number,
): Task<Status | undefined> {
  const [certificate, issuer, last] = [chain[index], chain[index + 1], chain.at(-1)];
  if (fault === 'ocsp-required' && certificate !== undefined && issuer !== undefined) {
    return yield* askResponder(ipxe, certificate, issuer, timeoutMs);
  }
  if (fault !== 'untrusted' || last === undefined || isSelfIssued(last)) return undefined;
  return (yield* fetchCrossSigned(ipxe, last, timeoutMs)) ? OK : undefined;
}

function* download(ipxe: Ipxe, text: string, timeoutMs: number): Task<Outcome<Uint8Array>> {
  const uri = ipxe.transfers.check(parseUri(text));
  if (!uri.ok) return uri;
  const got: { data?: Uint8Array } = {};
  const status = yield* runJob(ipxe, { title: undefined, timeoutMs }, function* (progress) {
    const fetched = yield* ipxe.transfers.fetch(uri.value, progress);
    if (!fetched.ok) return fetched.error;
    got.data = fetched.value.data;
    return OK;
  });
  return got.data === undefined ? err(status) : ok(got.data);
}

/** GET with the question in the path (RFC 6960 appendix A.1). */
function* askResponder(ipxe: Ipxe, certificate: Certificate, issuer: Certificate, timeoutMs: number): Task<Status> {
  const question = encodeURIComponent(toBase64(ocspRequest(certificate, issuer)));
  const answer = yield* download(ipxe, `${certificate.ocspUrl ?? ''}/${question}`, timeoutMs);
  if (!answer.ok) return answer.error;
  const fault = ocspFault(answer.value, certificate, issuer, trustNow(ipxe).nowMs);
  if (fault !== undefined) return ocspStatus(fault);
  ipxe.roots.markGood(certificate);
  return OK;
}

/** Looks for a certificate of a chain's missing issuer; false when none came. */
function* fetchCrossSigned(ipxe: Ipxe, { issuer }: Certificate, timeoutMs: number): Task<boolean> {
  const base = ipxe.settings.getText('crosscert') ?? CROSSCERT;
  // The name of the file is the CRC-32 of the issuer's name, without the final complement.
  const name = (~crc32(issuer.der) >>> 0).toString(16).padStart(8, '0');
  const answer = yield* download(ipxe, `${base}/${name}.der?subject=${toBase64(issuer.der)}`, timeoutMs);
  if (!answer.ok) return false;
  const message = readSignedData(answer.value);
  if (typeof message === 'string') return false;
  const before = ipxe.certificates.all.length;
  for (const each of message.certificates) ipxe.certificates.add(each, 'met');
  return ipxe.certificates.all.length > before;
}
