/** Where a first visit can go from the first boot: to a real PC, to the course, to one's own files. */
import type { ReactNode } from 'react';
import { useOpening } from '../../../../page/opening.ts';
import { useCommands, useText } from '../../../hooks.ts';
import { Button } from '../../../parts/button.tsx';
import { Icon } from '../../../parts/icon.tsx';
import { OPENING_TEXTS as TEXTS } from './opening-texts.ts';
import styles from './opening.module.css';

export function OpeningStrip(): ReactNode {
  const isOn = useOpening((state) => state.isOn);
  const text = useText();
  const commands = useCommands();
  if (!isOn) return null;
  return (
    <nav className={styles['ways']} aria-label={text(TEXTS.ways)} data-testid="opening">
      <span className={styles['lead']}>{text(TEXTS.ways)}</span>
      <Button label={text(TEXTS.pc)} title={text(TEXTS.pcHint)} onPress={() => void commands.run('lab.open')} />
      <Button label={text(TEXTS.course)} onPress={() => void commands.run('course.open')} />
      <Button label={text(TEXTS.own)} onPress={() => void commands.invoke('file.open')} />
      <Button label={text(TEXTS.labs)} onPress={() => void commands.run('lab.choose')} />
      <span className={styles['close']}>
        <Button label={text('problems.close')} kind="icon" onPress={() => void commands.run('opening.close')}>
          <Icon name="close" />
        </Button>
      </span>
    </nav>
  );
}
