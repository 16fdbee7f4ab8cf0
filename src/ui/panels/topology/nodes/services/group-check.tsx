/** Says under a form that a service cannot use a group: the lab may have such a fault, so it is no error of the document. */
import type { ReactNode } from 'react';
import { parseGroupAddresses } from '../../../../../services/atftpd/group-pool.ts';
import { useText } from '../../../../hooks.ts';
import { defineTexts } from '../../../../parts/own-texts.ts';
import styles from '../../topology.module.css';

const TEXTS = defineTexts({
  group: {
    en: '{group}: no multicast address (224.0.0.0 to 239.255.255.255), the service will not start',
    fr: '{group} : ce n’est pas une adresse de multidiffusion (224.0.0.0 à 239.255.255.255), le service ne démarrera pas',
  },
});

export function GroupCheck({ group }: { readonly group: string }): ReactNode {
  const text = useText();
  if (parseGroupAddresses(group) !== undefined) return null;
  return (
    <span role="alert" className={styles['invalid']}>
      {text(TEXTS.group, { group })}
    </span>
  );
}
