/** The certificates of the lab: made by a form, imported, shown with a verdict; and files that are signed with them. */
import { useMemo, type ReactNode } from 'react';
import { toHex } from '../../../base/bytes.ts';
import { toBase64 } from '../../../base/data/base64.ts';
import { formatIpv4 } from '../../../base/address.ts';
import { certificateOf, type ScenarioCertificate } from '../../../page/document/certificates.ts';
import { useDocument } from '../../../page/store.ts';
import { keyName } from '../../../trust/keys/keys.ts';
import type { Certificate } from '../../../trust/x509/certificate.ts';
import { completeChain, rootFingerprint, verifyChain } from '../../../trust/x509/chain.ts';
import { nameText } from '../../../trust/x509/names.ts';
import { PURPOSES } from '../../../trust/x509/oids.ts';
import { readU32 } from '../../../base/bytes.ts';
import { useCommands, useText } from '../../hooks.ts';
import { Button } from '../../parts/button.tsx';
import { Empty } from '../../parts/states/empty.tsx';
import { Icon } from '../../parts/icon.tsx';
import { NewCertificate } from './new-certificate.tsx';
import { SignedFiles } from './signed-files.tsx';
import styles from './certificates.module.css';
import { trustOf, type LabTrust } from './lab-trust.ts';
import { FAULT_TEXTS, TEXTS } from './texts.ts';

const NONE: readonly ScenarioCertificate[] = [];

export function CertificatesPanel(): ReactNode {
  const text = useText();
  const entries = useDocument((state) => state.scenario?.certificates ?? NONE);
  const lab = useMemo(() => trustOf(entries), [entries]);
  return (
    <div className={styles['panel']} data-testid="certificates">
      <p className={styles['note']}>{text(TEXTS.public)}</p>
      {entries.length === 0 ? (
        <Empty title={text(TEXTS.empty)}>{text(TEXTS.emptyHint)}</Empty>
      ) : (
        <ul className={styles['list']}>
          {entries.map((entry) => (
            <Entry key={entry.name} entry={entry} lab={lab} />
          ))}
        </ul>
      )}
      <NewCertificate entries={entries} />
      <SignedFiles entries={entries} lab={lab} />
    </div>
  );
}

function Entry({ entry, lab }: { readonly entry: ScenarioCertificate; readonly lab: LabTrust }): ReactNode {
  const text = useText();
  const commands = useCommands();
  const { name, certificate: pem, privateKey } = entry;
  const certificate = useMemo(() => certificateOf(entry), [entry]);
  return (
    <li>
      <details>
        <summary>
          <strong>{name}</strong>
          {certificate === undefined ? (
            <span data-verdict="bad">{text(TEXTS.unreadable)}</span>
          ) : (
            <Verdict certificate={certificate} lab={lab} />
          )}
          {entry.revoked === true ? <span data-verdict="bad"> · {text(TEXTS.revoked)}</span> : null}
        </summary>
        {certificate === undefined ? null : <Fields certificate={certificate} />}
        <p className={styles['files']}>
          <File name={name} what={text(TEXTS.pem)} file={`${name}.pem`} content={pem} />
          {certificate === undefined ? null : (
            <a
              download={`${name}.der`}
              href={`data:application/pkix-cert;base64,${toBase64(certificate.der)}`}
              aria-label={text(TEXTS.download, { what: text(TEXTS.der), name })}
            >
              {text(TEXTS.der)}
            </a>
          )}
          {privateKey === undefined ? null : (
            <File name={name} what={text(TEXTS.keyFile)} file={`${name}.key`} content={privateKey} />
          )}
          {entry.issuer === undefined ? null : (
            <label>
              <input
                type="checkbox"
                checked={entry.revoked === true}
                onChange={({ target }) => void commands.run('certificate.revoke', { name, revoked: target.checked })}
              />{' '}
              {text(TEXTS.revoked)}
            </label>
          )}
          <Button
            label={text(TEXTS.remove, { name })}
            kind="icon"
            onPress={() => void commands.run('certificate.remove', name)}
          >
            <Icon name="close" />
          </Button>
        </p>
      </details>
    </li>
  );
}

function File(props: {
  readonly name: string;
  readonly what: string;
  readonly file: string;
  readonly content: string;
}): ReactNode {
  const text = useText();
  const { name, what, file, content } = props;
  return (
    <a
      download={file}
      href={`data:application/x-pem-file,${encodeURIComponent(content)}`}
      aria-label={text(TEXTS.download, { what, name })}
    >
      {what}
    </a>
  );
}

function Verdict({ certificate, lab }: { readonly certificate: Certificate; readonly lab: LabTrust }): ReactNode {
  const text = useText();
  const verdict = verifyChain(completeChain([certificate], lab.all), lab.trust);
  const fault = verdict.outdatedIndex === undefined ? verdict.fault : 'expired';
  return (
    <span data-verdict={fault === undefined ? 'good' : 'bad'}>
      {text(fault === undefined ? TEXTS.good : FAULT_TEXTS[fault])}
    </span>
  );
}

/** `2026-01-01 00:00:00`. */
const moment = (ms: number): string => new Date(ms).toISOString().slice(0, 19).replace('T', ' ');

function usesOf({ isCa, pathLength, keyUsage, extKeyUsage }: Certificate, text: ReturnType<typeof useText>): string {
  const authority = pathLength === undefined ? text(TEXTS.authority) : text(TEXTS.pathLength, { length: pathLength });
  const purposes = Object.entries(PURPOSES);
  return [
    ...(isCa ? [authority] : []),
    ...(keyUsage ?? []),
    ...(extKeyUsage ?? []).map((oid) => purposes.find(([, known]) => known === oid)?.[0] ?? oid),
  ].join(', ');
}

function Fields({ certificate }: { readonly certificate: Certificate }): ReactNode {
  const text = useText();
  const { subject, issuer, notBeforeMs, notAfterMs, altNames, publicKey, serial, signatureAlgorithm } = certificate;
  const names = altNames.map((alt) => {
    if (alt.kind === 'dns') return alt.name;
    return alt.address.length === 4 ? formatIpv4(readU32(alt.address, 0)) : toHex(alt.address, ':');
  });
  const rows: readonly (readonly [string, string])[] = [
    [text(TEXTS.subject), nameText(subject)],
    [text(TEXTS.issuedBy), nameText(issuer)],
    [text(TEXTS.validity), `${moment(notBeforeMs)} – ${moment(notAfterMs)}`],
    [text(TEXTS.names), names.join(', ')],
    [text(TEXTS.uses), usesOf(certificate, text)],
    [text(TEXTS.key), publicKey === undefined ? '?' : keyName(publicKey)],
    [text(TEXTS.signature), `${signatureAlgorithm.scheme}, ${signatureAlgorithm.digest}`],
    [text(TEXTS.ocsp), certificate.ocspUrl ?? ''],
    [text(TEXTS.serial), toHex(serial)],
    [text(TEXTS.fingerprint), toHex(rootFingerprint(certificate))],
  ];
  return (
    <dl className={styles['fields']}>
      {rows
        .filter(([, value]) => value !== '')
        .map(([label, value]) => (
          <div key={label}>
            <dt>{label}</dt>
            <dd>{value}</dd>
          </div>
        ))}
    </dl>
  );
}
