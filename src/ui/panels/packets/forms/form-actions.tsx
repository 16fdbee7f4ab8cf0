/** What forms of the packet panel end with. */
import type { ReactNode } from 'react';
import { useText } from '../../../hooks.ts';
import { Button } from '../../../parts/button.tsx';
import buttons from '../../../parts/button.module.css';
import styles from '../../../topbar/dialog.module.css';
import { PACKET_TEXTS as T } from '../texts.ts';

export function Actions({
  onCancel,
  children,
}: {
  readonly onCancel: () => void;
  readonly children?: ReactNode;
}): ReactNode {
  const text = useText();
  return (
    <div className={styles['actions']}>
      <button type="submit" className={`${buttons['button']} ${buttons['primary']}`}>
        {text(T.apply)}
      </button>
      <Button label={text(T.cancel)} onPress={onCancel} />
      {children}
    </div>
  );
}
