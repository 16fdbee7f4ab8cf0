/** The form that makes a certificate, and the import of one. */
import { useRef, useState, type ReactNode } from 'react';
import type { Message } from '../../../base/sentence.ts';
import {
  FIRST_DAY,
  LAST_DAY,
  type CertificateKind,
  type CertificateWish,
  type ScenarioCertificate,
} from '../../../page/document/certificates.ts';
import { useCommands, useMessage, useText } from '../../hooks.ts';
import { Button } from '../../parts/button.tsx';
import styles from './certificates.module.css';
import { KIND_TEXTS, TEXTS } from './texts.ts';

const KINDS = ['root', 'intermediate', 'server', 'client', 'code-signing'] as const;
const KEYS = ['P-256', 'P-384', 'RSA-2048', 'RSA-3072', 'RSA-1024'] as const;

const FIRST: CertificateWish = { name: '', kind: 'root', hosts: '', from: FIRST_DAY, until: LAST_DAY, key: 'P-256' };

export function NewCertificate({ entries }: { readonly entries: readonly ScenarioCertificate[] }): ReactNode {
  const text = useText();
  const message = useMessage();
  const commands = useCommands();
  const [wish, setWish] = useState(FIRST);
  const [refusal, setRefusal] = useState<Message>();
  const picker = useRef<HTMLInputElement>(null);
  const set = (change: Partial<CertificateWish>): void => setWish({ ...wish, ...change });
  const authorities = entries.filter(({ privateKey }) => privateKey !== undefined);
  const canMake = wish.name.trim() !== '';
  const make = async (): Promise<void> => {
    if (!canMake) return;
    const { issuer, ocspUrl = '', ...rest } = wish;
    const given = {
      ...rest,
      name: wish.name.trim(),
      ...(issuer === undefined ? {} : { issuer }),
      ...(ocspUrl === '' || wish.kind === 'root' ? {} : { ocspUrl }),
    };
    const reason = await commands.run('certificate.make', given);
    setRefusal(reason);
    if (reason === undefined) setWish({ ...wish, name: '', hosts: '' });
  };
  const take = async (file: File): Promise<void> => {
    const name = file.name.replace(/\.[^.]*$/, '').slice(0, 64);
    const bytes = new Uint8Array(await file.arrayBuffer());
    setRefusal(await commands.run('certificate.import', { name, file: bytes }));
  };
  const choose = (kind: CertificateKind): void => {
    const [first] = authorities;
    set({ kind, issuer: kind === 'root' ? undefined : (wish.issuer ?? first?.name) });
  };
  return (
    <form
      className={styles['form']}
      aria-label={text(TEXTS.new)}
      onSubmit={(event) => {
        event.preventDefault();
        void make();
      }}
    >
      <h2>{text(TEXTS.new)}</h2>
      <label>
        {text(TEXTS.name)}
        <input value={wish.name} maxLength={64} onChange={({ target }) => set({ name: target.value })} />
      </label>
      <label>
        {text(TEXTS.kind)}
        <select
          value={wish.kind}
          onChange={({ target }) => choose(KINDS.find((kind) => kind === target.value) ?? 'root')}
        >
          {KINDS.map((kind) => (
            <option key={kind} value={kind}>
              {text(KIND_TEXTS[kind])}
            </option>
          ))}
        </select>
      </label>
      <label>
        {text(TEXTS.issuer)}
        <select
          value={wish.issuer ?? ''}
          onChange={({ target }) => set({ issuer: target.value === '' ? undefined : target.value })}
        >
          <option value="">{text(TEXTS.itself)}</option>
          {authorities.map(({ name }) => (
            <option key={name}>{name}</option>
          ))}
        </select>
      </label>
      <label>
        {text(TEXTS.hosts)}
        <input
          value={wish.hosts}
          placeholder="boot.lab.test 192.168.1.1"
          spellCheck={false}
          autoCapitalize="off"
          onChange={({ target }) => set({ hosts: target.value })}
        />
      </label>
      <label>
        {text(TEXTS.from)}
        <input type="date" required value={wish.from} onChange={({ target }) => set({ from: target.value })} />
      </label>
      <label>
        {text(TEXTS.until)}
        <input type="date" required value={wish.until} onChange={({ target }) => set({ until: target.value })} />
      </label>
      <label>
        {text(TEXTS.key)}
        <select
          value={wish.key}
          onChange={({ target }) => set({ key: KEYS.find((key) => key === target.value) ?? 'P-256' })}
        >
          {KEYS.map((key) => (
            <option key={key}>{key}</option>
          ))}
        </select>
      </label>
      {wish.kind === 'root' ? null : (
        <label>
          {text(TEXTS.ocspUrl)}
          <input
            value={wish.ocspUrl ?? ''}
            placeholder="http://192.168.1.1/ocsp"
            spellCheck={false}
            autoCapitalize="off"
            onChange={({ target }) => set({ ocspUrl: target.value })}
          />
        </label>
      )}
      <div className={styles['actions']}>
        <Button label={text(TEXTS.make)} kind="primary" isDisabled={!canMake} onPress={() => void make()} />
        <Button label={text(TEXTS.import)} onPress={() => picker.current?.click()} />
        <input
          ref={picker}
          type="file"
          hidden
          aria-label={text(TEXTS.import)}
          accept=".pem,.der,.crt,.cer,.key"
          onChange={({ target }) => {
            const file = target.files?.item(0);
            if (file !== null && file !== undefined) void take(file);
            target.value = '';
          }}
        />
      </div>
      {refusal === undefined ? null : <p role="alert">{message(refusal)}</p>}
    </form>
  );
}
