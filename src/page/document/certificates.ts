/** The certificate authority of a lab: certificates that are made, imported and used for signing. Loaded when it is needed. */
import { latin1 } from '../../base/bytes.ts';
import { LAB_EPOCH_MS } from '../../base/time/calendar.ts';
import { toBase64 } from '../../base/data/base64.ts';
import { parseIpv4 } from '../../base/address.ts';
import { err, ok, type Result } from '../../base/result.ts';
import { SeededRng } from '../../base/rng.ts';
import { scenarioMessage } from '../../scenario/problems.ts';
import type { FileContent, Scenario } from '../../scenario/schema.ts';
import type { Message } from '../../base/sentence.ts';
import { signDetached } from '../../trust/cms/signed-data.ts';
import { readPrivateKey, writePrivateKey } from '../../trust/keys/key-files.ts';
import { generateKey, type KeyKind, type PrivateKey } from '../../trust/keys/keys.ts';
import { writePem } from '../../trust/pem.ts';
import { readCertificates, type Certificate } from '../../trust/x509/certificate.ts';
import type { AltName } from '../../trust/x509/extensions.ts';
import { issueCertificate, type CertificateRequest } from '../../trust/x509/issue.ts';

export type ScenarioCertificate = Scenario['certificates'][number];

export type CertificateKind = 'root' | 'intermediate' | 'server' | 'client' | 'code-signing';

export interface CertificateWish {
  readonly name: string;
  readonly kind: CertificateKind;
  /** The name of an authority of the lab; absent: it signs itself. */
  readonly issuer?: string | undefined;
  /** Host names and addresses, with blanks or commas between them. */
  readonly hosts: string;
  /** `YYYY-MM-DD`, the first and the last day. */
  readonly from: string;
  readonly until: string;
  readonly key: KeyKind;
  /** The responder that says whether it is revoked; absent: none. */
  readonly ocspUrl?: string | undefined;
}

const DAY_MS = 86_400_000;

/** The days that a form offers: from a day before the lab begins, for ten years. */
export const FIRST_DAY = new Date(LAB_EPOCH_MS - DAY_MS).toISOString().slice(0, 10);
export const LAST_DAY = new Date(LAB_EPOCH_MS + 3650 * DAY_MS).toISOString().slice(0, 10);

/** What each kind is for (RFC 5280 §4.2.1.3, §4.2.1.12). */
const USES: Readonly<Record<CertificateKind, Pick<CertificateRequest, 'keyUsage' | 'purposes' | 'authority'>>> = {
  root: { authority: {}, keyUsage: ['keyCertSign', 'cRLSign'], purposes: [] },
  intermediate: { authority: {}, keyUsage: ['keyCertSign', 'cRLSign'], purposes: [] },
  server: { keyUsage: ['digitalSignature', 'keyEncipherment'], purposes: ['serverAuth'] },
  client: { keyUsage: ['digitalSignature'], purposes: ['clientAuth'] },
  'code-signing': { keyUsage: ['digitalSignature'], purposes: ['codeSigning'] },
};

function altNames(hosts: string): readonly AltName[] {
  return hosts
    .split(/[\s,]+/)
    .filter((host) => host !== '')
    .map((host): AltName => {
      const ip = parseIpv4(host);
      return ip === undefined
        ? { kind: 'dns', name: host }
        : { kind: 'ip', address: Uint8Array.of(ip >>> 24, ip >>> 16, ip >>> 8, ip) };
    });
}

/** The first certificate of an entry. */
export function certificateOf({ certificate }: ScenarioCertificate): Certificate | undefined {
  const read = readCertificates(latin1(certificate));
  return read.ok ? read.value[0] : undefined;
}

interface Holder {
  readonly certificate: Certificate;
  readonly key: PrivateKey;
}

/** A certificate of the lab with its key. */
function holderOf({ certificates }: Scenario, name: string): Holder | undefined {
  const entry = certificates.find((each) => each.name === name);
  const certificate = entry && certificateOf(entry);
  const key = entry?.privateKey === undefined ? undefined : readPrivateKey(latin1(entry.privateKey));
  return certificate === undefined || key === undefined ? undefined : { certificate, key };
}

function missing(name: string): { readonly ok: false; readonly error: Message } {
  return err(scenarioMessage('scenario.no-such-certificate', { name }));
}

/** The same lab, and the same wish, give the same certificate. */
export function makeCertificate(scenario: Scenario, wish: CertificateWish): Result<ScenarioCertificate, Message> {
  const { name, kind, issuer, hosts, from, until, ocspUrl } = wish;
  const rng = new SeededRng(scenario.seed).derive(`certificate ${name}`);
  const key = generateKey(wish.key, rng.derive('key'));
  const signer = issuer === undefined ? undefined : holderOf(scenario, issuer);
  if (issuer !== undefined && signer === undefined) return missing(issuer);
  const names = altNames(hosts);
  const [first] = names;
  const request: CertificateRequest = {
    subject: kind === 'server' && first?.kind === 'dns' ? first.name : name,
    publicKey: key,
    notBeforeMs: Date.parse(`${from}T00:00:00Z`),
    notAfterMs: Date.parse(`${until}T23:59:59Z`),
    altNames: names,
    ...(ocspUrl === undefined || ocspUrl === '' ? {} : { ocspUrl }),
    ...USES[kind],
  };
  const digest = 'sha256';
  const der = issueCertificate(
    request,
    signer === undefined ? { key, digest } : { key: signer.key, digest, name: signer.certificate.subject.der },
    rng,
  );
  return ok({
    name,
    certificate: writePem({ label: 'CERTIFICATE', der }),
    privateKey: writePem({ label: 'PRIVATE KEY', der: writePrivateKey(key) }),
    ...(issuer === undefined ? {} : { issuer }),
  });
}

/** Certificates, and the key if it is there, of a file in PEM or DER. */
export function importCertificate(name: string, file: Uint8Array): Result<ScenarioCertificate, Message> {
  const read = readCertificates(file);
  if (!read.ok || read.value.length === 0) return err(scenarioMessage('scenario.expects.pem'));
  const key = readPrivateKey(file);
  return ok({
    name,
    certificate: read.value.map(({ der }) => writePem({ label: 'CERTIFICATE', der })).join(''),
    ...(key === undefined ? {} : { privateKey: writePem({ label: 'PRIVATE KEY', der: writePrivateKey(key) }) }),
  });
}

/** The authorities between a certificate and its root, and the root: what goes along with a signature or a server's own. */
export function issuersOf({ certificates }: Scenario, name: string): readonly ScenarioCertificate[] {
  const out: ScenarioCertificate[] = [];
  let at = certificates.find((each) => each.name === name)?.issuer;
  while (at !== undefined && out.length < certificates.length) {
    const entry = certificates.find((each) => each.name === at);
    if (entry === undefined || out.includes(entry)) break;
    out.push(entry);
    at = entry.issuer;
  }
  return out;
}

/** The detached signature of some content, as iPXE's `imgverify` takes it. */
export function signatureBy(scenario: Scenario, name: string, content: Uint8Array): Result<FileContent, Message> {
  const signer = holderOf(scenario, name);
  if (signer === undefined) return missing(name);
  const chain = issuersOf(scenario, name).flatMap((entry) => certificateOf(entry) ?? []);
  const rng = new SeededRng(scenario.seed).derive(`signature ${name}`);
  const der = signDetached(content, { ...signer, digest: 'sha256', chain }, rng);
  return ok({ base64: toBase64(der) });
}
