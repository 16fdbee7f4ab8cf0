/** The first state of a panel: what it will show, and how to get there. */
import type { ReactNode } from 'react';
import styles from './empty.module.css';

export function Empty({ title, children }: { readonly title: string; readonly children?: ReactNode }): ReactNode {
  return (
    <div className={styles['empty']}>
      <p className={styles['title']}>{title}</p>
      {children}
    </div>
  );
}
