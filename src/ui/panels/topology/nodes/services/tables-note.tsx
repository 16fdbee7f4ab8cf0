/** Where the tables of a service are edited. */
import type { ReactNode } from 'react';
import { useText } from '../../../../hooks.ts';
import { defineTexts } from '../../../../parts/own-texts.ts';

const TEXTS = defineTexts({
  tables: {
    en: '{files}: in the panel Server, under Configuration.',
    fr: '{files} : dans le panneau Serveur, sous Configuration.',
  },
});

export function TablesNote({ files }: { readonly files: string }): ReactNode {
  const text = useText();
  return <span>{text(TEXTS.tables, { files })}</span>;
}
