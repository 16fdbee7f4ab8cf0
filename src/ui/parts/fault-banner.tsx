/** What is wrong with the lab that was asked for: the place and the remedy, in sentences. Nothing is lost meanwhile. */
import type { ReactNode } from 'react';
import { useLive } from '../../app/store.ts';
import { useText } from '../hooks.ts';
import { Button } from './button.tsx';
import styles from './fault-banner.module.css';

export function FaultBanner(): ReactNode {
  const faults = useLive((state) => state.faults);
  const text = useText();
  if (faults.length === 0) return null;
  return (
    <section className={styles['banner']} role="alert">
      <div>
        <strong>{text('faults.title')}</strong>
        <ul>
          {faults.slice(0, 8).map((fault) => (
            <li key={`${fault.path} ${fault.message}`}>
              <code>{fault.path}</code> {fault.message}
            </li>
          ))}
        </ul>
      </div>
      <Button label={text('faults.close')} onPress={() => useLive.setState({ faults: [] })} />
    </section>
  );
}
