/** The TLS handshake of a stream: what was offered, what was chosen and why, and each check of the certificates. */
import { useEffect, useMemo, useState, type ReactNode } from 'react';
import type { HandshakeChoice, HandshakeView, ShownCertificates } from '../../../analysis/streams/handshake.ts';
import { LAB_EPOCH_MS } from '../../../base/time/calendar.ts';
import type { ScenarioCertificate } from '../../../page/document/certificates.ts';
import { useDocument, useView } from '../../../page/store.ts';
import {
  ALERT_DESCRIPTION_NAMES,
  ALERT_LEVEL_NAMES,
  CIPHER_SUITE_NAMES,
  EXTENSION_NAMES,
  NAMED_GROUP_NAMES,
  SIGNATURE_SCHEME_NAMES,
  TLS_VERSION_NAMES,
} from '../../../protocols/tls/fields.ts';
import { CIPHER_SUITES, suiteFitsVersion } from '../../../protocols/tls/cipher/suites.ts';
import { readCertificate, type Certificate } from '../../../trust/x509/certificate.ts';
import { completeChain } from '../../../trust/x509/chain.ts';
import { checkChain, type CheckedCertificate } from '../../../trust/x509/chain-checks.ts';
import { nameText } from '../../../trust/x509/names.ts';
import { usePageQueries, useText } from '../../hooks.ts';
import { trustOf } from '../certificates/lab-trust.ts';
import styles from './handshake.module.css';
import { CHECK_TEXTS, TEXTS } from './handshake-texts.ts';

const NONE: readonly ScenarioCertificate[] = [];
/** Captures of the lab count from its beginning; no other is from before 2000. */
const YEAR_2000_MS = Date.UTC(2000, 0, 1);

export interface HandshakeProps {
  /** The row of the packet list that the stream is of. */
  readonly row: number;
}

export function Handshake({ row }: HandshakeProps): ReactNode {
  const { client } = usePageQueries();
  const capture = useView((state) => state.capture);
  const [view, setView] = useState<HandshakeView | undefined>();
  useEffect(() => {
    let isWanted = true;
    void client.analysis.handshake(row).then((found) => {
      if (isWanted) setView(found);
    });
    return () => {
      isWanted = false;
    };
  }, [client, row, capture]);
  return view === undefined ? null : <Shown view={view} />;
}

function Shown({ view }: { readonly view: HandshakeView }): ReactNode {
  const text = useText();
  const { client, server, certificates, clientCertificates, isClientAsked, alerts, isHidden, isDone, choice } = view;
  const number = (frame: number): number => frame + 1;
  const names = { client, server };
  return (
    <details open className={styles['handshake']} data-testid="handshake">
      <summary>{text(TEXTS.title)}</summary>
      <Choices view={view} />
      {choice?.isResumed === true ? <p>{text(TEXTS.resumed)}</p> : null}
      {certificates === undefined ? null : (
        <Chain
          title={text(TEXTS.certificates, names)}
          shown={certificates}
          host={view.offer.serverName}
          stapled={view.stapled}
        />
      )}
      {isClientAsked ? <p>{text(TEXTS.asked)}</p> : null}
      {clientCertificates === undefined ? null : clientCertificates.chain.length === 0 ? (
        <p>{text(TEXTS.noClient)}</p>
      ) : (
        <Chain title={text(TEXTS.clientCertificates, names)} shown={clientCertificates} />
      )}
      {isHidden ? <p>{text(TEXTS.hidden)}</p> : null}
      <ul>
        {alerts.map(({ frame, from, level, description }, i) => (
          <li key={i} data-verdict={description === 0 ? 'good' : 'bad'}>
            {text(TEXTS.alert, {
              from: names[from],
              number: number(frame),
              level: ALERT_LEVEL_NAMES[level] ?? String(level),
              description: ALERT_DESCRIPTION_NAMES[description] ?? String(description),
            })}
          </li>
        ))}
        <li data-verdict={isDone ? 'good' : 'bad'}>{text(isDone ? TEXTS.done : TEXTS.notDone)}</li>
      </ul>
    </details>
  );
}

/** What was offered, what was chosen of it, and why. */
function Choices({ view }: { readonly view: HandshakeView }): ReactNode {
  const text = useText();
  const { client, server, offer, choice } = view;
  const rows: readonly (readonly [label: string, offered: ReactNode, chosen: string, why: string])[] = [
    [
      text(TEXTS.version),
      offer.versions.map((one) => versionName(one)).join(', '),
      choice === undefined ? '' : versionName(choice.version),
      choice === undefined ? '' : versionReason(view, choice, text),
    ],
    [
      text(TEXTS.suite),
      <Names
        key="suites"
        names={offer.suites.map((one) => CIPHER_SUITE_NAMES[one] ?? hexName(one))}
        chosen={choice === undefined ? undefined : CIPHER_SUITE_NAMES[choice.suite]}
      />,
      choice === undefined ? '' : (CIPHER_SUITE_NAMES[choice.suite] ?? hexName(choice.suite)),
      choice === undefined ? '' : suiteReason(view, choice, text),
    ],
    [
      text(TEXTS.group),
      <Names
        key="groups"
        names={offer.groups.map((one) => NAMED_GROUP_NAMES[one] ?? hexName(one))}
        chosen={choice?.group === undefined ? undefined : NAMED_GROUP_NAMES[choice.group]}
      />,
      choice === undefined ? '' : groupName(choice, text),
      choice === undefined ? '' : groupReason(view, choice, text),
    ],
    [
      text(TEXTS.scheme),
      <Names
        key="schemes"
        names={offer.schemes.map((one) => SIGNATURE_SCHEME_NAMES[one] ?? hexName(one))}
        chosen={choice?.scheme === undefined ? undefined : SIGNATURE_SCHEME_NAMES[choice.scheme]}
      />,
      choice?.scheme === undefined ? '' : (SIGNATURE_SCHEME_NAMES[choice.scheme] ?? hexName(choice.scheme)),
      choice?.scheme === undefined ? '' : rank(offer.schemes, choice.scheme, text),
    ],
    [text(TEXTS.name), offer.serverName ?? text(TEXTS.none), '', ''],
    [
      text(TEXTS.extensions),
      <Names
        key="extensions"
        names={offer.extensions.map((one) => EXTENSION_NAMES[one] ?? String(one))}
        chosen={undefined}
      />,
      (choice?.extensions ?? []).map((one) => EXTENSION_NAMES[one] ?? String(one)).join(', '),
      '',
    ],
  ];
  const at = (frame: number): string => text(TEXTS.frame, { number: frame + 1 });
  return (
    <div className={styles['scroll']} tabIndex={0} role="region" aria-label={text(TEXTS.title)}>
      <table className={styles['table']}>
        <thead>
          <tr>
            <td />
            <th scope="col">
              {text(TEXTS.offered, { client })}, {at(offer.frame)}
            </th>
            <th scope="col">
              {choice === undefined ? text(TEXTS.unanswered) : `${text(TEXTS.chosen, { server })}, ${at(choice.frame)}`}
            </th>
            <th scope="col">{choice === undefined ? '' : text(TEXTS.why)}</th>
          </tr>
        </thead>
        <tbody>
          {rows.map(([label, offered, chosen, why]) => (
            <tr key={label}>
              <th scope="row">{label}</th>
              <td>{offered}</td>
              <td>{chosen}</td>
              <td>{why}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

type Say = ReturnType<typeof useText>;

const hexName = (value: number): string => `0x${value.toString(16).padStart(4, '0')}`;
const versionName = (version: number): string => TLS_VERSION_NAMES[version] ?? hexName(version);

/** A list that is long is folded; what was chosen of it stands out. */
function Names({
  names,
  chosen,
}: {
  readonly names: readonly string[];
  readonly chosen: string | undefined;
}): ReactNode {
  const text = useText();
  const items = names.map((name) => (
    <li key={name} data-chosen={name === chosen}>
      {name}
    </li>
  ));
  if (names.length <= 3) return <ol>{items}</ol>;
  return (
    <details>
      <summary>{text(TEXTS.list, { count: names.length })}</summary>
      <ol>{items}</ol>
    </details>
  );
}

function versionReason({ offer }: HandshakeView, choice: HandshakeChoice, text: Say): string {
  const highest = Math.max(...offer.versions.filter((one) => TLS_VERSION_NAMES[one] !== undefined), 0);
  const about = { version: versionName(highest) };
  return text(choice.version >= highest ? TEXTS.highest : TEXTS.lower, about);
}

/** Of the client's suites those that the version and the server's key allow. */
function suiteReason({ offer }: HandshakeView, choice: HandshakeChoice, text: Say): string {
  const chosen = CIPHER_SUITES.get(choice.suite);
  if (chosen === undefined) return '';
  const fitting = offer.suites.filter((id) => {
    const suite = CIPHER_SUITES.get(id);
    return suite !== undefined && suiteFitsVersion(suite, choice.version) && suite.auth === chosen.auth;
  });
  const place = fitting.indexOf(choice.suite) + 1;
  const about = {
    rank: place,
    fitting: fitting.length,
    all: offer.suites.length,
    passed: offer.suites.length - fitting.length,
  };
  return text(place === 1 ? TEXTS.first : TEXTS.preferred, about);
}

function groupName({ group, suite }: HandshakeChoice, text: Say): string {
  if (group !== undefined) return NAMED_GROUP_NAMES[group] ?? hexName(group);
  const exchange = CIPHER_SUITES.get(suite)?.keyExchange;
  return exchange === 'rsa' ? 'RSA' : exchange === 'dhe' ? text(TEXTS.field) : '';
}

function groupReason({ offer }: HandshakeView, { group, suite }: HandshakeChoice, text: Say): string {
  if (group !== undefined) return rank(offer.groups, group, text);
  return CIPHER_SUITES.get(suite)?.keyExchange === 'rsa' ? text(TEXTS.rsaExchange) : '';
}

function rank(offered: readonly number[], chosen: number, text: Say): string {
  const place = offered.indexOf(chosen) + 1;
  return place === 0 ? '' : text(TEXTS.groupRank, { rank: place, all: offered.length });
}

interface ChainProps {
  readonly title: string;
  readonly shown: ShownCertificates;
  readonly host?: string | undefined;
  readonly stapled?: Uint8Array | undefined;
}

const moment = (ms: number): string => new Date(ms).toISOString().slice(0, 19).replace('T', ' ');
const day = (ms: number): string => moment(ms).slice(0, 10);

function Chain({ title, shown, host, stapled }: ChainProps): ReactNode {
  const text = useText();
  const entries = useDocument((state) => state.scenario?.certificates ?? NONE);
  const isCapture = useView((state) => state.capture !== undefined);
  const isOfLab = shown.timeMs < YEAR_2000_MS;
  const nowMs = isOfLab ? LAB_EPOCH_MS + shown.timeMs : shown.timeMs;
  const checked = useMemo(() => {
    const read = shown.chain.map((der) => readCertificate(der));
    const given = read.flatMap((one) => (one.ok ? [one.value] : []));
    const lab = trustOf(entries);
    const roots = isCapture && lab.trust.roots.length === 0 ? undefined : lab.trust.roots;
    const chain = completeChain(given, lab.all);
    return {
      given,
      certificates: checkChain(chain, { roots, nowMs, host, stapled }),
      hasAll: given.length === read.length,
    };
  }, [shown, entries, isCapture, nowMs, host, stapled]);
  return (
    <section>
      <h3>
        {title}, {text(TEXTS.frame, { number: shown.frame + 1 })}
      </h3>
      <p>{text(isOfLab ? TEXTS.clock : TEXTS.captured, { time: moment(nowMs) })}</p>
      {checked.hasAll ? null : <p data-verdict="bad">{text(TEXTS.unreadable)}</p>}
      <ol className={styles['chain']}>
        {checked.certificates.map((one, index) => (
          <Checked key={index} one={one} isSent={index < checked.given.length} />
        ))}
      </ol>
    </section>
  );
}

function Checked({ one, isSent }: { readonly one: CheckedCertificate; readonly isSent: boolean }): ReactNode {
  const text = useText();
  const { certificate, checks } = one;
  return (
    <li>
      <strong>{subjectOf(certificate)}</strong>{' '}
      <span>
        {text(TEXTS.validity, { from: day(certificate.notBeforeMs), until: day(certificate.notAfterMs) })}
        {isSent ? '' : ` · ${text(TEXTS.notSent)}`}
      </span>
      <ul>
        {checks.map(({ check, verdict }) => (
          <li key={check} data-verdict={verdict}>
            {text(TEXTS.check, { check: text(CHECK_TEXTS[check]), verdict: text(TEXTS[verdict]) })}
          </li>
        ))}
      </ul>
    </li>
  );
}

function subjectOf({ subject }: Certificate): string {
  return nameText(subject);
}
