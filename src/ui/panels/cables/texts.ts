/** Texts of the panel of cables. */
import type { Language } from '../../../page/i18n/index.ts';

export const CABLES_TEXTS = {
  empty: {
    en: 'Once the lab runs, the bytes on the cables of its servers are shown here.',
    fr: 'Dès que le labo tourne, les octets sur les câbles de ses serveurs sont affichés ici.',
  },
  cables: { en: 'Bytes on the cables of servers', fr: 'Octets sur les câbles des serveurs' },
  cable: { en: 'Cable', fr: 'Câble' },
  sent: { en: 'Sent by the server', fr: 'Émis par le serveur' },
  received: { en: 'Sent to the server', fr: 'Émis vers le serveur' },
  total: { en: 'Total', fr: 'Total' },
  all: { en: 'All cables', fr: 'Tous les câbles' },
  graphOf: { en: 'Bytes that servers send, over time', fr: 'Octets émis par les serveurs, au fil du temps' },
  asTable: { en: 'As a table', fr: 'En tableau' },
  time: { en: 'Time (s)', fr: 'Temps (s)' },
  perSpan: { en: 'At most {most} in {span} s', fr: 'Au plus {most} en {span} s' },
} as const satisfies Readonly<Record<string, Readonly<Record<Language, string>>>>;
