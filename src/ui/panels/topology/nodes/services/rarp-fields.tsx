/** RARP: whom it answers. Its tables are edited as files. */
import type { ReactNode } from 'react';
import { useText } from '../../../../hooks.ts';
import { defineTexts } from '../../../../parts/own-texts.ts';
import styles from '../../topology.module.css';
import { CheckedField } from '../node-identity.tsx';
import { useServiceSetting, type ServiceFormProps } from './service-form.ts';
import { TablesNote } from './tables-note.tsx';
import { Tick } from './tick.tsx';

const TEXTS = defineTexts({
  title: { en: 'RARP', fr: 'RARP' },
  bootFolder: {
    en: 'Answers only machines with a boot file in (such as /srv/tftp)',
    fr: 'Ne répond qu’aux machines ayant un fichier d’amorçage dans (tel que /srv/tftp)',
  },
  offLink: {
    en: 'gives addresses of other networks too (rarpd -o)',
    fr: 'donne aussi des adresses d’autres réseaux (rarpd -o)',
  },
  arpPackets: {
    en: 'answers reverse requests in ARP packets too (rarpd -A)',
    fr: 'répond aussi aux demandes inverses dans des paquets ARP (rarpd -A)',
  },
});

export function RarpFields({ node, settings }: ServiceFormProps<'rarp'>): ReactNode {
  const text = useText();
  const set = useServiceSetting(node, 'rarp');
  return (
    <fieldset className={styles['choices']} data-testid="rarp-form">
      <legend>{text(TEXTS.title)}</legend>
      <TablesNote files="/etc/ethers, /etc/hosts" />
      <CheckedField
        label={text(TEXTS.bootFolder)}
        value={settings.bootFolder ?? ''}
        onChange={async (typed) => await set(['bootFolder'], typed === '' ? undefined : typed)}
      />
      <Tick label={text(TEXTS.offLink)} checked={settings.offLink} set={(offLink) => void set(['offLink'], offLink)} />
      <Tick
        label={text(TEXTS.arpPackets)}
        checked={settings.arpPackets}
        set={(arpPackets) => void set(['arpPackets'], arpPackets)}
      />
    </fieldset>
  );
}
