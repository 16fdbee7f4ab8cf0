/** SLAM: the file that the server sends, and to which group. */
import type { ReactNode } from 'react';
import { numberLimits } from '../../../../../scenario/field-limits.ts';
import { useText } from '../../../../hooks.ts';
import { NumberField } from '../../../../parts/number-field.tsx';
import { defineTexts } from '../../../../parts/own-texts.ts';
import styles from '../../topology.module.css';
import { CheckedField } from '../node-identity.tsx';
import { GroupCheck } from './group-check.tsx';
import { useServiceSetting, type ServiceFormProps } from './service-form.ts';

const TEXTS = defineTexts({
  title: { en: 'SLAM', fr: 'SLAM' },
  file: { en: 'Sends the file', fr: 'Envoie le fichier' },
  group: { en: 'to the group', fr: 'au groupe' },
  groupPort: { en: 'port of the group', fr: 'port du groupe' },
  port: { en: 'port for reports', fr: 'port des rapports' },
  ttl: { en: 'TTL', fr: 'TTL' },
});

export function SlamdFields({ node, settings }: ServiceFormProps<'slamd'>): ReactNode {
  const text = useText();
  const set = useServiceSetting(node, 'slamd');
  return (
    <fieldset className={styles['choices']} data-testid="slamd-form">
      <legend>{text(TEXTS.title)}</legend>
      {(['file', 'group'] as const).map((key) => (
        <CheckedField
          key={key}
          label={text(TEXTS[key])}
          value={settings[key]}
          onChange={async (typed) => await set([key], typed)}
        />
      ))}
      {(['groupPort', 'port', 'ttl'] as const).map((key) => (
        <NumberField
          key={key}
          label={text(TEXTS[key])}
          value={settings[key]}
          limits={numberLimits('nodes', 'server', 'services', 'slamd', key)}
          step={1}
          set={(value) => void set([key], value)}
        />
      ))}
      <GroupCheck group={settings.group} />
    </fieldset>
  );
}
