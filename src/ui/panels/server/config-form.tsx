/** A form for the most common settings. It edits the same text, so that changes can be undone and learnt from. */
import { useState, type ReactNode } from 'react';
import type { ServerNode } from '../../../scenario/schema.ts';
import {
  addService,
  readForm,
  removeService,
  writeForm,
  type ConfigForm,
  type NewService,
} from '../../../services/dnsmasq/config/form.ts';
import { useCommands, useMessage, usePageQueries, useText } from '../../hooks.ts';
import { Button } from '../../parts/button.tsx';
import { Empty } from '../../parts/states/empty.tsx';
import styles from './ask.module.css';

/** Names of architectures that dnsmasq knows. */
const ARCHITECTURES = ['x86PC', 'X86-64_EFI', 'BC_EFI', 'IA32_EFI', 'ARM64_EFI'];

type TextKey = 'rangeStart' | 'rangeEnd' | 'lease' | 'bootFile' | 'tftpRoot';

export function ConfigFormView({ server }: { readonly server: ServerNode }): ReactNode {
  const config = server.services.dnsmasq?.config;
  const text = useText();
  if (config === undefined) return <Empty title={text('server.noConfig')} />;
  // The form is reset to the current text.
  return <Fields key={config} config={config} server={server.name} />;
}

function Fields({ config, server }: { readonly config: string; readonly server: string }): ReactNode {
  const text = useText();
  const { client } = usePageQueries();
  const commands = useCommands();
  const message = useMessage();
  const [form, setForm] = useState<ConfigForm>(() => readForm(config));
  const [service, setService] = useState<NewService>({ arch: 'x86PC', menu: '', file: '' });
  const [refusal, setRefusal] = useState('');
  const apply = async (next: string): Promise<void> => {
    const problems = await client.lab.checkConfig(next);
    const before = await client.lab.checkConfig(config);
    const [first] = problems;
    setRefusal(first === undefined ? '' : message(first.message));
    if (problems.length > before.length) return;
    await commands.run('server.configure', { server, config: next });
  };
  const input = (key: TextKey, label: string, size: number): ReactNode => (
    <label>
      {label}
      <input
        value={form[key]}
        size={size}
        spellCheck={false}
        onChange={({ target }) => setForm({ ...form, [key]: target.value })}
      />
    </label>
  );
  return (
    <div className={styles['ask']}>
      <form
        className={styles['question']}
        onSubmit={(event) => {
          event.preventDefault();
          void apply(writeForm(config, form));
        }}
      >
        {input('rangeStart', text('form.range'), 15)}
        {input('rangeEnd', text('form.rangeEnd'), 15)}
        {input('lease', text('form.lease'), 8)}
        {input('bootFile', text('form.bootFile'), 24)}
        <label>
          {text('form.tftp')}
          <input
            type="checkbox"
            checked={form.tftp}
            onChange={({ target }) => setForm({ ...form, tftp: target.checked })}
          />
        </label>
        {input('tftpRoot', text('form.tftpRoot'), 20)}
        <Button label={text('form.apply')} kind="primary" onPress={() => void apply(writeForm(config, form))} />
      </form>
      {refusal === '' ? null : (
        <p role="alert" className={styles['silence']}>
          {text('form.refused', { message: refusal })}
        </p>
      )}
      <section className={styles['answer']}>
        <h2>{text('form.menu')}</h2>
        <ul>
          {form.services.map((entry, i) => (
            <li key={`${i}${entry}`}>
              <code>{entry}</code>{' '}
              <Button
                label={text('form.removeEntry', { entry })}
                kind="icon"
                onPress={() => void apply(removeService(config, i))}
              >
                ✕
              </Button>
            </li>
          ))}
        </ul>
      </section>
      <form
        className={styles['question']}
        onSubmit={(event) => {
          event.preventDefault();
          void apply(addService(config, service));
        }}
      >
        <label>
          {text('form.arch')}
          <select value={service.arch} onChange={({ target }) => setService({ ...service, arch: target.value })}>
            {ARCHITECTURES.map((arch) => (
              <option key={arch}>{arch}</option>
            ))}
          </select>
        </label>
        <label>
          {text('form.entry')}
          <input
            value={service.menu}
            size={24}
            onChange={({ target }) => setService({ ...service, menu: target.value })}
          />
        </label>
        <label>
          {text('form.file')}
          <input
            value={service.file}
            size={20}
            spellCheck={false}
            onChange={({ target }) => setService({ ...service, file: target.value })}
          />
        </label>
        <Button
          label={text('form.addEntry')}
          isDisabled={service.menu === ''}
          onPress={() => void apply(addService(config, service))}
        />
      </form>
      <label className={styles['import']}>
        {text('form.import')}
        <input
          type="file"
          accept=".conf,.json,.txt"
          onChange={({ target }) => {
            const file = target.files?.item(0);
            if (file !== null && file !== undefined) {
              void commands.run('file.import-config', file);
            }
          }}
        />
      </label>
    </div>
  );
}
