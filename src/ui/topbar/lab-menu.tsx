/** The lab's name, which opens the catalogue, and beside it what the lab is about; both are loaded on demand. */
import { lazy, Suspense, useRef, type ReactNode } from 'react';
import { Button } from 'react-aria-components';
import { useDocument, useView } from '../../page/store.ts';
import { useCommands, useText } from '../hooks.ts';
import { CommandButton } from '../parts/button.tsx';
import { Icon } from '../parts/icon.tsx';
import styles from './lab-menu.module.css';

const Catalogue = lazy(async () => ({ default: (await import('./catalogue/catalogue.tsx')).Catalogue }));
const LabAbout = lazy(async () => ({ default: (await import('./about/lab-about.tsx')).LabAbout }));

export function LabMenu({ name }: { readonly name: string }): ReactNode {
  const text = useText();
  const commands = useCommands();
  const about = useRef<HTMLSpanElement>(null);
  const isOpen = useView((state) => state.labsOpen);
  const isDescribed = useView((state) => state.describedOpen);
  const hasDescription = useDocument(({ scenario }) => (scenario?.description ?? '') !== '');
  return (
    <>
      <Button
        className={styles['name'] ?? ''}
        aria-label={text('page.pair', { name: text('lab.choose'), what: name })}
        aria-haspopup="dialog"
        aria-expanded={isOpen}
        onPress={() => void commands.run('lab.choose')}
      >
        {name} <span aria-hidden="true">▾</span>
      </Button>
      <span ref={about} className={styles['about']} data-empty={!hasDescription}>
        <CommandButton id="lab.describe" kind="icon">
          <Icon name="info" />
        </CommandButton>
      </span>
      <Suspense fallback={null}>
        {isOpen ? <Catalogue /> : null}
        {isDescribed ? <LabAbout trigger={about} /> : null}
      </Suspense>
    </>
  );
}
