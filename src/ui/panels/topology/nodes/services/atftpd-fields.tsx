/** atftpd: TFTP, the groups for streams of RFC 2090, and the table of files that PXE's MTFTP sends. */
import type { ReactNode } from 'react';
import { numberLimits } from '../../../../../scenario/field-limits.ts';
import type { ServiceSettings } from '../../../../../services/all.ts';
import { parseGroupAddresses, parseGroupPorts } from '../../../../../services/atftpd/group-pool.ts';
import { useText } from '../../../../hooks.ts';
import { Button } from '../../../../parts/button.tsx';
import { NumberField } from '../../../../parts/number-field.tsx';
import { defineTexts } from '../../../../parts/own-texts.ts';
import styles from '../../topology.module.css';
import { CheckedField } from '../node-identity.tsx';
import { GroupCheck } from './group-check.tsx';
import { useServiceSetting, type ServiceFormProps } from './service-form.ts';
import { Tick } from './tick.tsx';

const TEXTS = defineTexts({
  title: { en: 'atftpd', fr: 'atftpd' },
  root: { en: 'Folder', fr: 'Dossier' },
  retryTimeoutS: { en: 'Retries after (s)', fr: 'Relance après (s)' },
  multicast: { en: 'multicast by RFC 2090', fr: 'multidiffusion selon la RFC 2090' },
  mcastAddr: { en: 'Groups (such as 239.255.0.0-31)', fr: 'Groupes (tels que 239.255.0.0-31)' },
  mcastPort: { en: 'Ports of the groups', fr: 'Ports des groupes' },
  noPorts: { en: 'no ports such as 1758-1760', fr: 'pas des ports tels que 1758-1760' },
  mcastTtl: { en: 'TTL', fr: 'TTL' },
  switchClient: {
    en: 'a master that is silent once is replaced',
    fr: 'un maître qui se tait une fois est remplacé',
  },
  mtftp: { en: 'MTFTP of PXE', fr: 'MTFTP de PXE' },
  mtftpPort: { en: 'Port', fr: 'Port' },
  file: { en: 'File {number}', fr: 'Fichier {number}' },
  group: { en: 'Group of file {number}', fr: 'Groupe du fichier {number}' },
  port: { en: 'Port of file {number}', fr: 'Port du fichier {number}' },
  add: { en: 'Add a file', fr: 'Ajouter un fichier' },
  remove: { en: 'Remove file {number}', fr: 'Retirer le fichier {number}' },
});

/** What a new line begins with: a group of its own for each file (PXE 2.1 §3.4). */
const NEW_FILE = { file: '/srv/tftp/image', group: '239.255.2.1', port: 1760 };

export function AtftpdFields({ node, settings }: ServiceFormProps<'atftpd'>): ReactNode {
  const text = useText();
  const set = useServiceSetting(node, 'atftpd');
  const groups = parseGroupAddresses(settings.mcastAddr);
  const ports = parseGroupPorts(settings.mcastPort);
  const field = (key: 'root' | 'mcastAddr' | 'mcastPort'): ReactNode => (
    <CheckedField
      label={text(TEXTS[key])}
      value={settings[key]}
      onChange={async (typed) => await set([key], typed === '' ? undefined : typed)}
    />
  );
  const number = (key: 'retryTimeoutS' | 'mcastTtl' | 'mtftpPort'): ReactNode => (
    <NumberField
      label={text(TEXTS[key])}
      value={settings[key]}
      limits={numberLimits('nodes', 'server', 'services', 'atftpd', key)}
      step={1}
      set={(value) => void set([key], value)}
    />
  );
  return (
    <>
      <fieldset className={styles['choices']} data-testid="atftpd-form">
        <legend>{text(TEXTS.title)}</legend>
        {field('root')}
        {number('retryTimeoutS')}
        <Tick
          label={text(TEXTS.multicast)}
          checked={settings.multicast}
          set={(multicast) => void set(['multicast'], multicast)}
        />
        {settings.multicast ? (
          <>
            {field('mcastAddr')}
            {field('mcastPort')}
            {groups === undefined ? <GroupCheck group={settings.mcastAddr} /> : null}
            {ports === undefined ? (
              <span role="alert" className={styles['invalid']}>
                {text(TEXTS.noPorts)}
              </span>
            ) : null}
          </>
        ) : null}
        {number('mcastTtl')}
        <Tick
          label={text(TEXTS.switchClient)}
          checked={settings.switchClient}
          set={(switchClient) => void set(['switchClient'], switchClient)}
        />
      </fieldset>
      <fieldset className={styles['choices']} data-testid="mtftp-form">
        <legend>{text(TEXTS.mtftp)}</legend>
        {number('mtftpPort')}
        {settings.mtftp.map((entry, index) => (
          // oxlint-disable-next-line react/no-array-index-key -- the file, its group and its port may all be typed over
          <MtftpFile key={index} node={node} entry={entry} index={index} all={settings.mtftp} />
        ))}
        <Button label={text(TEXTS.add)} onPress={() => void set(['mtftp'], [...settings.mtftp, NEW_FILE])} />
      </fieldset>
    </>
  );
}

type MtftpEntry = ServiceSettings<'atftpd'>['mtftp'][number];

function MtftpFile({
  node,
  entry,
  index,
  all,
}: {
  readonly node: ServiceFormProps<'atftpd'>['node'];
  readonly entry: MtftpEntry;
  readonly index: number;
  readonly all: readonly MtftpEntry[];
}): ReactNode {
  const text = useText();
  const set = useServiceSetting(node, 'atftpd');
  const number = index + 1;
  return (
    <span role="group" aria-label={text(TEXTS.file, { number })} className={styles['choices']}>
      {(['file', 'group'] as const).map((key) => (
        <CheckedField
          key={key}
          label={text(TEXTS[key], { number })}
          value={entry[key]}
          onChange={async (typed) => await set(['mtftp', index, key], typed)}
        />
      ))}
      <NumberField
        label={text(TEXTS.port, { number })}
        value={entry.port}
        limits={numberLimits('nodes', 'server', 'services', 'atftpd', 'mtftp', 'port')}
        step={1}
        set={(port) => void set(['mtftp', index, 'port'], port)}
      />
      <GroupCheck group={entry.group} />
      <Button
        label={text(TEXTS.remove, { number })}
        onPress={() =>
          void set(
            ['mtftp'],
            all.filter((_, at) => at !== index),
          )
        }
      />
    </span>
  );
}
