/** HTTPS of a web server: what it shows, what it speaks, what it wants of clients, and what may be wrong with it. */
import { useId, type ReactNode } from 'react';
import { formatIpv4 } from '../../../../../base/address.ts';
import { readU32 } from '../../../../../base/bytes.ts';
import {
  certificateOf,
  FIRST_DAY,
  LAST_DAY,
  type CertificateWish,
  type ScenarioCertificate,
} from '../../../../../page/document/certificates.ts';
import { useDocument } from '../../../../../page/store.ts';
import { CIPHER_SUITE_NAMES } from '../../../../../protocols/tls/fields.ts';
import { CIPHER_SUITES } from '../../../../../protocols/tls/cipher/suites.ts';
import { CLIENT_AUTH, HTTPS_VERSIONS, type HttpsSettings } from '../../../../../services/http/service.ts';
import { useCommands, useText } from '../../../../hooks.ts';
import { Button } from '../../../../parts/button.tsx';
import { NumberField } from '../../../../parts/number-field.tsx';
import styles from '../../topology.module.css';
import { FAULT_TEXTS, TEXTS } from './https-texts.ts';
import { CheckedField } from '../node-identity.tsx';
import { useServiceSetting, type ServiceFormProps } from './service-form.ts';

const PORTS = { min: 1, max: 65_535, isInteger: true };
const NONE: readonly ScenarioCertificate[] = [];
const SUITES = [...CIPHER_SUITES.keys()].map((id) => CIPHER_SUITE_NAMES[id] ?? '').filter((name) => name !== '');

type Fault = keyof typeof FAULT_TEXTS;
const FAULTS = Object.keys(FAULT_TEXTS) as Fault[];

/** Faults of the server itself, by its settings. */
const WRONG_SETTINGS: Partial<Record<Fault, Partial<HttpsSettings>>> = {
  chain: { sendsIntermediates: false },
  version: { minVersion: '1.3', maxVersion: '1.3' },
  suite: { suites: ['TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256'] },
};

/** Faults of its certificate, by another one that is made for it. */
const WRONG_CERTIFICATES: Partial<Record<Fault, Partial<CertificateWish>>> = {
  expired: { from: '2024-01-01', until: '2024-12-31' },
  'not-yet-valid': { from: '2027-01-01' },
  'wrong-name': { hosts: 'other.lab' },
  'self-signed': { issuer: undefined },
  'small-key': { key: 'RSA-1024' },
};

export function HttpsFields({ node, settings: http }: ServiceFormProps<'http'>): ReactNode {
  const text = useText();
  const commands = useCommands();
  const hint = useId();
  const entries = useDocument((state) => state.scenario?.certificates ?? NONE);
  const own = entries.filter(({ privateKey }) => privateKey !== undefined);
  const { https } = http;
  const put = useServiceSetting(node, 'http');
  // A server shows its own certificate, rather than that of an authority.
  const [first] = [...own.filter(({ name }) => !entries.some(({ issuer }) => issuer === name)), ...own];
  return (
    <fieldset className={styles['choices']} data-testid="https">
      <legend>{text(TEXTS.title)}</legend>
      <label>
        <input
          type="checkbox"
          checked={https !== undefined}
          disabled={first === undefined && https === undefined}
          aria-describedby={first === undefined ? hint : undefined}
          onChange={({ target }) =>
            void put(['https'], target.checked && first !== undefined ? { certificates: [first.name] } : undefined)
          }
        />
        {text(TEXTS.on)}
      </label>
      {first === undefined ? <span id={hint}>{text(TEXTS.noCertificate)}</span> : null}
      {https === undefined ? null : (
        <Settings
          https={https}
          entries={entries}
          set={(change) => void put(['https'], { ...https, ...change })}
          make={async (wish) => await commands.run('certificate.make', wish)}
        />
      )}
      <CheckedField
        label={text(TEXTS.ocsp)}
        value={http.ocsp ?? ''}
        onChange={async (typed) => await put(['ocsp'], typed === '' ? undefined : typed)}
      />
    </fieldset>
  );
}

interface SettingsProps {
  readonly https: HttpsSettings;
  readonly entries: readonly ScenarioCertificate[];
  readonly set: (change: Partial<HttpsSettings>) => void;
  readonly make: (wish: CertificateWish) => Promise<unknown>;
}

function Settings({ https, entries, set, make }: SettingsProps): ReactNode {
  const text = useText();
  const names = entries.filter(({ privateKey }) => privateKey !== undefined).map(({ name }) => name);
  const { suites = SUITES } = https;
  const breakIt = async (fault: Fault): Promise<void> => {
    const settings = WRONG_SETTINGS[fault];
    if (settings !== undefined) return set(settings);
    const wish = wishFor(fault, https, entries);
    if (wish === undefined) return undefined;
    const isThere = entries.some(({ name }) => name === wish.name);
    if (!isThere && (await make(wish)) !== undefined) return undefined;
    return set({ certificates: [wish.name] });
  };
  return (
    <>
      <Names
        label={text(TEXTS.certificates)}
        names={names}
        chosen={https.certificates}
        least={1}
        set={(certificates) => set({ certificates })}
      />
      <NumberField
        label={text(TEXTS.port)}
        value={https.port}
        limits={PORTS}
        step={1}
        set={(port) => set({ port: port ?? 443 })}
      />
      <Choice
        label={text(TEXTS.from)}
        value={https.minVersion}
        options={HTTPS_VERSIONS}
        set={(minVersion) =>
          set({ minVersion, maxVersion: minVersion > https.maxVersion ? minVersion : https.maxVersion })
        }
      />
      <Choice
        label={text(TEXTS.to)}
        value={https.maxVersion}
        options={HTTPS_VERSIONS}
        set={(maxVersion) =>
          set({ maxVersion, minVersion: maxVersion < https.minVersion ? maxVersion : https.minVersion })
        }
      />
      <label>
        <input
          type="checkbox"
          checked={https.sendsIntermediates}
          onChange={({ target }) => set({ sendsIntermediates: target.checked })}
        />
        {text(TEXTS.intermediates)}
      </label>
      <label>
        <input type="checkbox" checked={https.stapling} onChange={({ target }) => set({ stapling: target.checked })} />
        {text(TEXTS.stapling)}
      </label>
      <Choice
        label={text(TEXTS.clientAuth)}
        value={https.clientAuth}
        options={CLIENT_AUTH}
        says={(value) => text(TEXTS[value])}
        set={(clientAuth) => set({ clientAuth })}
      />
      {https.clientAuth === 'none' ? null : (
        <Names
          label={text(TEXTS.authorities)}
          names={entries.map(({ name }) => name)}
          chosen={https.clientAuthorities}
          least={0}
          set={(clientAuthorities) => set({ clientAuthorities })}
        />
      )}
      <label>
        {text(TEXTS.fault)}
        <select
          value=""
          onChange={({ target }) => {
            const fault = FAULTS.find((one) => one === target.value);
            if (fault !== undefined) void breakIt(fault);
          }}
        >
          <option value="">{text(TEXTS.choose)}</option>
          {FAULTS.map((fault) => (
            <option key={fault} value={fault}>
              {text(FAULT_TEXTS[fault])}
            </option>
          ))}
        </select>
      </label>
      <details>
        <summary>{text(TEXTS.suites, { count: suites.length, all: SUITES.length })}</summary>
        <Names label="" names={SUITES} chosen={suites} least={1} set={(chosen) => set({ suites: [...chosen] })} />
        <Button label={text(TEXTS.allSuites)} onPress={() => set({ suites: undefined })} />
      </details>
    </>
  );
}

/** A certificate like the one that the server shows, but for the fault. */
function wishFor(
  fault: Fault,
  https: HttpsSettings,
  entries: readonly ScenarioCertificate[],
): CertificateWish | undefined {
  const wrong = WRONG_CERTIFICATES[fault];
  const shown = entries.find(({ name }) => name === https.certificates[0]);
  const certificate = shown && certificateOf(shown);
  if (wrong === undefined || shown === undefined || certificate === undefined) return undefined;
  const hosts = certificate.altNames.map((alt) =>
    alt.kind === 'dns' ? alt.name : alt.address.length === 4 ? formatIpv4(readU32(alt.address, 0)) : '',
  );
  const issuer = entries.find(({ name, privateKey }) => name === shown.issuer && privateKey !== undefined)?.name;
  const wish: CertificateWish = {
    name: fault,
    kind: 'server',
    hosts: hosts.join(' '),
    from: FIRST_DAY,
    until: LAST_DAY,
    key: 'P-256',
    ...(issuer === undefined ? {} : { issuer }),
    ...wrong,
  };
  const { issuer: signer, ...rest } = wish;
  return signer === undefined ? rest : wish;
}

function Choice<Value extends string>(props: {
  readonly label: string;
  readonly value: Value;
  readonly options: readonly Value[];
  readonly says?: (value: Value) => string;
  readonly set: (value: Value) => void;
}): ReactNode {
  const { label, value, options, says = String, set } = props;
  return (
    <label>
      {label}
      <select
        value={value}
        onChange={({ target }) => {
          const chosen = options.find((option) => option === target.value);
          if (chosen !== undefined) set(chosen);
        }}
      >
        {options.map((option) => (
          <option key={option} value={option}>
            {says(option)}
          </option>
        ))}
      </select>
    </label>
  );
}

/** Names that are chosen, in their order; the last `least` of them stay. */
function Names(props: {
  readonly label: string;
  readonly names: readonly string[];
  readonly chosen: readonly string[];
  readonly least: number;
  readonly set: (chosen: string[]) => void;
}): ReactNode {
  const { label, names, chosen, least, set } = props;
  return (
    <span role="group" aria-label={label} className={styles['choices']}>
      {label}
      {names.map((name) => (
        <label key={name}>
          <input
            type="checkbox"
            checked={chosen.includes(name)}
            disabled={chosen.includes(name) && chosen.length <= least}
            onChange={({ target }) =>
              set(names.filter((one) => (one === name ? target.checked : chosen.includes(one))))
            }
          />
          {name}
        </label>
      ))}
    </span>
  );
}
