/**
 * What is wrong with the lab that was asked for, what is wrong in the one that runs, and what was just done: places
 * and remedies, in sentences. Nothing is lost meanwhile.
 */
import type { ReactNode } from 'react';
import type { PlaceFault } from '../../threads/api/lab-api.ts';
import { useLive } from '../../page/store.ts';
import { useSay, useText } from '../hooks.ts';
import { Button } from './button.tsx';
import styles from './banner.module.css';

const SHOWN = 8;

export function FaultBanner(): ReactNode {
  const { faults, warnings, notice } = useLive();
  const stopped = useLive((state) => state.update?.stopped);
  const text = useText();
  const say = useSay();
  return (
    <>
      {faults.length > 0 ? (
        <Places
          kind="fault"
          title={text('faults.title')}
          places={faults}
          onClose={() => useLive.setState({ faults: [] })}
        />
      ) : null}
      {warnings.length > 0 ? (
        <Places
          kind="warning"
          title={text('faults.warnings')}
          places={warnings}
          onClose={() => useLive.setState({ warnings: [] })}
        />
      ) : null}
      {stopped?.kind === 'fault' ? (
        <section className={styles['banner']} data-kind="fault" role="alert">
          <div>
            <strong>{text('faults.stopped')}</strong>{' '}
            {typeof stopped.message === 'string' ? stopped.message : say(stopped.message)}
          </div>
        </section>
      ) : null}
      {notice === undefined ? null : (
        <section className={styles['banner']} role="status">
          <span>{text(notice.id, notice.parameters)}</span>
          <Button label={text('faults.close')} onPress={() => useLive.setState({ notice: undefined })} />
        </section>
      )}
    </>
  );
}

function Places({
  kind,
  title,
  places,
  onClose,
}: {
  readonly kind: 'fault' | 'warning';
  readonly title: string;
  readonly places: readonly PlaceFault[];
  readonly onClose: () => void;
}): ReactNode {
  const text = useText();
  const say = useSay();
  return (
    <section className={styles['banner']} data-kind={kind} role="alert" data-testid={`${kind}s`}>
      <div>
        <strong>{title}</strong>
        <ul>
          {places.slice(0, SHOWN).map((place) => (
            <li key={`${place.path} ${place.message}`}>
              <code>{place.path}</code> {place.says === undefined ? place.message : say(place.says)}
            </li>
          ))}
        </ul>
      </div>
      <Button label={text('faults.close')} onPress={onClose} />
    </section>
  );
}
