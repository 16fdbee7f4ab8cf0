/** HTTPS: what the settings of a server mean to TLS. */
import type { EventSink } from '../../base/event-log.ts';
import { formatIpv4 } from '../../base/address.ts';
import type { Message } from '../../base/sentence.ts';
import type { TcpConnection } from '../../net/host/types.ts';
import { TlsServerConnection } from '../../net/tls/server-connection.ts';
import { SERVER_GROUPS, SERVER_SCHEMES, SERVER_SUITES } from '../../net/tls/server-defaults.ts';
import type { TlsIdentity, TlsServerOptions } from '../../net/tls/server-flow.ts';
import type { TlsFailure } from '../../net/tls/endpoint.ts';
import { SessionStore } from '../../net/tls/session-store.ts';
import { ALERT, ALERT_DESCRIPTION_NAMES, CIPHER_SUITE_NAMES, TLS_VERSION_NAMES } from '../../protocols/tls/fields.ts';
import { latin1 } from '../../base/bytes.ts';
import { readPrivateKey } from '../../trust/keys/key-files.ts';
import { isSelfIssued, readCertificate, readCertificates, type Certificate } from '../../trust/x509/certificate.ts';
import { completeChain, rootFingerprint, verifyChain } from '../../trust/x509/chain.ts';
import { isForHost } from '../../trust/x509/host-names.ts';
import type { LabCertificate, ServiceContext, ServiceProblem } from '../service.ts';
import { httpMessage } from './messages.ts';
import type { LabResponder } from './ocsp.ts';
import type { HttpsSettings } from './service.ts';

const VERSIONS = { '1.1': 0x0302, '1.2': 0x0303, '1.3': 0x0304 } as const;

interface Surroundings {
  /** Milliseconds since 1970. */
  readonly nowMs: () => number;
  /** Says what is stapled. */
  readonly responder: LabResponder;
}

interface Shown {
  readonly certificate: Certificate;
  readonly identity: TlsIdentity;
}

/** A problem of the settings, or how connections are answered. */
export function httpsAcceptor(
  settings: HttpsSettings,
  { rng, log, certificates, secrets }: ServiceContext,
  at: Surroundings,
): { readonly problems: readonly ServiceProblem[]; accept(connection: TcpConnection): TcpConnection } {
  const problems: ServiceProblem[] = [];
  const problem = (reason: Message): void => void problems.push({ place: 'http.https', reason });
  const shown: Shown[] = [];
  for (const name of settings.certificates) {
    const one = shownAs(name, settings, certificates);
    if ('says' in one) problem(one);
    else shown.push(one);
  }
  const authorities = settings.clientAuthorities.flatMap((name) => {
    const found = certificateNamed(name, certificates);
    if (found === undefined) problem(httpMessage('https.no-certificate', { name }));
    return found === undefined ? [] : [found];
  });
  const options = tlsOptions(settings, shown, authorities, at);
  const random = rng.derive('https');
  let count = 0;

  return {
    problems,
    accept(connection) {
      const client = formatIpv4(connection.remote.address);
      return new TlsServerConnection(connection, random.derive(String(count++)), options, {
        secret: (secret) => secrets.add(secret),
        agreed: ({ version, suite, serverName, isResumed }) => {
          log.emit({
            kind: 'server',
            service: 'http',
            code: 'https.agreed',
            severity: 'info',
            ...httpMessage(isResumed ? 'https.resumed' : 'https.agreed', {
              client,
              version: TLS_VERSION_NAMES[version] ?? '',
              suite: CIPHER_SUITE_NAMES[suite.id] ?? '',
              name: serverName ?? '-',
            }),
            lines: [],
          });
        },
        failed: (failure) => reportFailure(log, client, failure),
      });
    },
  };
}

function reportFailure(log: EventSink, client: string, { code, alert }: TlsFailure): void {
  const about = { client, alert: alert === undefined ? '' : (ALERT_DESCRIPTION_NAMES[alert] ?? String(alert)), code };
  const message =
    code === 'alert-received'
      ? httpMessage('https.alert', about)
      : code === 'no-version'
        ? httpMessage('https.no-version', about)
        : code === 'no-suite'
          ? httpMessage('https.no-suite', about)
          : httpMessage('https.failed', about);
  log.emit({
    kind: 'server',
    service: 'http',
    code: `https.${code}`,
    severity: 'info',
    ...message,
    lines: [],
  });
}

function certificateNamed(name: string, certificates: readonly LabCertificate[]): Certificate | undefined {
  const pem = certificates.find((each) => each.name === name)?.certificate;
  const read = pem === undefined ? undefined : readCertificates(latin1(pem));
  return read?.ok === true ? read.value[0] : undefined;
}

/** The chain up to the root, which clients have themselves. */
function chainOf(name: string, certificates: readonly LabCertificate[]): readonly Certificate[] {
  const chain: Certificate[] = [];
  for (let next: string | undefined = name; next !== undefined && chain.length < certificates.length;) {
    const known: LabCertificate | undefined = certificates.find((each) => each.name === next);
    const certificate = certificateNamed(next, certificates);
    if (certificate === undefined) break;
    if (chain.length > 0 && isSelfIssued(certificate)) break;
    chain.push(certificate);
    next = known?.issuer;
  }
  return chain;
}

function shownAs(
  name: string,
  { sendsIntermediates }: HttpsSettings,
  certificates: readonly LabCertificate[],
): Shown | Message {
  const known = certificates.find((each) => each.name === name);
  const key = known?.privateKey === undefined ? undefined : readPrivateKey(latin1(known.privateKey));
  const chain = chainOf(name, certificates);
  const [certificate] = chain;
  if (certificate === undefined) return httpMessage('https.no-certificate', { name });
  if (key === undefined) return httpMessage('https.no-key', { name });
  const sent = sendsIntermediates ? chain : chain.slice(0, 1);
  return { certificate, identity: { chain: sent.map(({ der }) => der), key } };
}

function tlsOptions(
  settings: HttpsSettings,
  shown: readonly Shown[],
  authorities: readonly Certificate[],
  { nowMs, responder }: Surroundings,
): TlsServerOptions {
  const named = settings.suites;
  const suites = SERVER_SUITES.filter((id) => named === undefined || named.includes(CIPHER_SUITE_NAMES[id] ?? ''));
  return {
    identity: (serverName) => {
      const fitting = shown.find(({ certificate }) => serverName !== undefined && isForHost(certificate, serverName));
      const one = fitting ?? shown[0];
      const stapled = one !== undefined && settings.stapling ? responder.stapled(one.certificate) : undefined;
      return one === undefined || stapled === undefined ? one?.identity : { ...one.identity, stapled };
    },
    minVersion: VERSIONS[settings.minVersion],
    maxVersion: VERSIONS[settings.maxVersion],
    suites,
    groups: SERVER_GROUPS,
    schemes: SERVER_SCHEMES,
    clientAuth: settings.clientAuth,
    authorities: authorities.map(({ subject }) => subject.der),
    verifyClient: (chain) => {
      const read = chain.map((der) => readCertificate(der));
      const given = read.flatMap((one) => (one.ok ? [one.value] : []));
      if (given.length < read.length) return ALERT.badCertificate;
      const roots = authorities.map((one) => rootFingerprint(one));
      const { fault } = verifyChain(completeChain(given, authorities), { roots, nowMs: nowMs() });
      return fault === undefined ? undefined : fault === 'untrusted' ? ALERT.unknownCa : ALERT.badCertificate;
    },
    sessions: new SessionStore(),
  };
}
