/** NFS: the folders that it exports; UDP and version 2 for clients of Sun's time. */
import type { ReactNode } from 'react';
import { useText } from '../../../../hooks.ts';
import { defineTexts } from '../../../../parts/own-texts.ts';
import styles from '../../topology.module.css';
import { CheckedField } from '../node-identity.tsx';
import { useServiceSetting, type ServiceFormProps } from './service-form.ts';
import { Tick } from './tick.tsx';

const TEXTS = defineTexts({
  title: { en: 'NFS', fr: 'NFS' },
  exports: { en: 'Exported folders, with commas between', fr: 'Dossiers exportés, séparés par des virgules' },
  vers2: { en: 'version 2 too (vers2=y in nfs.conf)', fr: 'la version 2 aussi (vers2=y dans nfs.conf)' },
  udp: { en: 'over UDP too (udp=y in nfs.conf)', fr: 'par UDP aussi (udp=y dans nfs.conf)' },
});

export function NfsFields({ node, settings }: ServiceFormProps<'nfs'>): ReactNode {
  const text = useText();
  const set = useServiceSetting(node, 'nfs');
  return (
    <fieldset className={styles['choices']} data-testid="nfs-form">
      <legend>{text(TEXTS.title)}</legend>
      <CheckedField
        label={text(TEXTS.exports)}
        value={settings.exports.join(', ')}
        onChange={async (typed) =>
          await set(
            ['exports'],
            typed
              .split(',')
              .map((folder) => folder.trim())
              .filter((folder) => folder !== ''),
          )
        }
      />
      <Tick label={text(TEXTS.vers2)} checked={settings.vers2} set={(vers2) => void set(['vers2'], vers2)} />
      <Tick label={text(TEXTS.udp)} checked={settings.udp} set={(udp) => void set(['udp'], udp)} />
    </fieldset>
  );
}
