/** Shown while the reader's labs cannot be stored: why, and how to keep them safe. */
import type { ReactNode } from 'react';
import { useLabs } from '../../page/document/lab-library.ts';
import { useController, useText } from '../hooks.ts';
import styles from './banner.module.css';
import { Button } from './button.tsx';

export function StorageBar(): ReactNode {
  const text = useText();
  const controller = useController();
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
        <Button label={text('lab.save')} kind="primary" onPress={() => controller.saveScenario()} />
        <Button label={text('labs.tryAgain')} onPress={() => void controller.labs.library.keeper.retry()} />
        <Button label={text('faults.close')} onPress={() => useLabs.setState({ trouble: undefined })} />
      </span>
    </section>
  );
}
