/** bootparams has tables only. */
import type { ReactNode } from 'react';
import styles from '../../topology.module.css';
import type { ServiceFormProps } from './service-form.ts';
import { TablesNote } from './tables-note.tsx';

export function BootparamsFields(_props: ServiceFormProps<'bootparams'>): ReactNode {
  return (
    <fieldset className={styles['choices']} data-testid="bootparams-form">
      <legend>bootparams</legend>
      <TablesNote files="/etc/bootparams, /etc/hosts" />
    </fieldset>
  );
}
