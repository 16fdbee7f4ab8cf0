/** The views of a panel, one of them shown: a single row that scrolls sideways where there is no room, and never wraps. */
import type { ReactNode } from 'react';
import { Button } from '../button.tsx';
import styles from '../button.module.css';

export function ViewBar<Id extends string>({
  label,
  views,
  shown,
  onShow,
}: {
  readonly label: string;
  readonly views: readonly { readonly id: Id; readonly label: string }[];
  readonly shown: Id;
  readonly onShow: (id: Id) => void;
}): ReactNode {
  return (
    <span className={styles['views']} role="group" aria-label={label}>
      {views.map((view) => (
        <Button
          key={view.id}
          label={view.label}
          kind="view"
          isPressed={view.id === shown}
          onPress={() => onShow(view.id)}
        />
      ))}
    </span>
  );
}
