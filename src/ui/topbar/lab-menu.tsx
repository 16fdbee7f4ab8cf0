/** The lab's name; it opens the list of labs, which is loaded on demand. */
import { lazy, Suspense, useRef, type ReactNode } from 'react';
import { Button } from 'react-aria-components';
import { useView } from '../../page/store.ts';
import { useCommands, useText } from '../hooks.ts';
import styles from './lab-menu.module.css';

const LabPopover = lazy(async () => ({ default: (await import('./lab-popover.tsx')).LabPopover }));

export function LabMenu({ name }: { readonly name: string }): ReactNode {
  const text = useText();
  const commands = useCommands();
  const button = useRef<HTMLButtonElement>(null);
  const isOpen = useView((state) => state.labsOpen);
  return (
    <>
      <Button
        ref={button}
        className={styles['name'] ?? ''}
        aria-label={`${text('lab.choose')}: ${name}`}
        aria-haspopup="dialog"
        aria-expanded={isOpen}
        onPress={() => void commands.run('lab.choose')}
      >
        {name} <span aria-hidden="true">▾</span>
      </Button>
      <Suspense fallback={null}>{isOpen ? <LabPopover trigger={button} /> : null}</Suspense>
    </>
  );
}
