/** Says that the site has another version than this page, and offers to load it. */
import { useState, type ReactNode } from 'react';
import type { Language } from '../../../page/i18n/index.ts';
import { useView } from '../../../page/store.ts';
import { useText } from '../../hooks.ts';
import { Button } from '../button.tsx';
import styles from './banner.module.css';

/** The texts come with the bar: most visits never need it. */
const TEXTS: Readonly<Record<Language, Readonly<Record<'about' | 'reload', string>>>> = {
  en: {
    about: 'The site has a new version of this page. This one goes on working; load the page again when it suits you.',
    reload: 'Load again',
  },
  fr: {
    about:
      'Le site a une nouvelle version de cette page. Celle-ci continue de fonctionner ; rechargez la page quand cela vous convient.',
    reload: 'Recharger',
  },
};

export function NewVersionBar(): ReactNode {
  const text = useText();
  const said = TEXTS[useView((state) => state.language)];
  const [closed, setClosed] = useState(false);
  if (closed) return null;
  return (
    <section className={styles['bar']} role="status" data-testid="new-version">
      <span>{said.about}</span>
      <Button label={said.reload} onPress={() => location.reload()} />
      <Button label={text('problems.close')} onPress={() => setClosed(true)} />
    </section>
  );
}
