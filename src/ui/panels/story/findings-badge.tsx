/** On the tab of the Story panel: how many things look wrong, or a green dot. */
import type { ReactNode } from 'react';
import { useFindings } from '../../../page/findings.ts';
import { useText } from '../../hooks.ts';
import styles from './findings-badge.module.css';

export function FindingsBadge({ id }: { readonly id: string }): ReactNode {
  const text = useText();
  const count = useFindings((state) => state.list.length);
  const worst = useFindings((state) => state.list[0]?.severity);
  const label = count === 0 ? text('story.nothingWrong') : text('story.countWrong', { count });
  return (
    <>
      <span
        className={styles['badge']}
        data-severity={worst ?? 'none'}
        title={label}
        aria-hidden="true"
        data-testid="findings-badge"
      >
        {count === 0 ? '●' : count}
      </span>
      <span id={id} hidden>
        {label}
      </span>
    </>
  );
}
