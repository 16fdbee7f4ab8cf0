/** Shown while the reader's labs cannot be stored: why, and how to keep them safe. */
import type { ReactNode } from 'react';
import { useLabs } from '../../../page/document/kept/lab-library.ts';
import { useCommands, useText } from '../../hooks.ts';
import styles from './banner.module.css';
import { Button } from '../button.tsx';

export function StorageBar(): ReactNode {
  const text = useText();
  const commands = useCommands();
  const trouble = useLabs((state) => state.trouble);
  if (trouble === undefined) return null;
  return (
    <section
      className={`${styles['banner']} ${styles['stacked']}`}
      data-kind="warning"
      role="alert"
      data-testid="storage"
    >
      <span>{text(`labs.${trouble}`)}</span>
      <span className={styles['actions']}>
        <Button label={text('lab.save')} kind="primary" onPress={() => void commands.run('lab.save')} />
        <Button label={text('labs.tryAgain')} onPress={() => void commands.run('lab.store-again')} />
        <Button label={text('problems.close')} onPress={() => void commands.run('banner.close', 'storage')} />
      </span>
    </section>
  );
}
