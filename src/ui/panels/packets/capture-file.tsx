/** The name of the capture file that is shown, wherever its frames are. */
import type { ReactNode } from 'react';
import { useView } from '../../../page/store.ts';
import { useCommands, useText } from '../../hooks.ts';
import { Button } from '../../parts/button.tsx';
import styles from './packets.module.css';

/** Names the capture file that the packet panels show instead of the lab, with a button to go back. */
export function CaptureFile(): ReactNode {
  const text = useText();
  const commands = useCommands();
  const capture = useView((state) => state.capture);
  if (capture === undefined) return null;
  const said = text('packets.imported', capture);
  return (
    <span className={styles['file']} data-testid="capture-file">
      <span title={said}>{said}</span>
      <Button label={text('packets.backToLive')} onPress={() => void commands.run('packets.live')} />
    </span>
  );
}
