/** Files on their way to (or from) a node, the latest first, with their progress; the older ones are below, by scrolling. */
import { useMemo, type ReactNode } from 'react';
import type { LabEvent } from '../../base/event-log.ts';
import { useShown } from '../../page/time/displayed-lab.ts';
import { useLive } from '../../page/store.ts';
import { formatBytes } from '../format.ts';
import { useText } from '../hooks.ts';
import styles from './console.module.css';

type TransferEvent = LabEvent & { readonly kind: 'transfer' };

const SHOWN = 8;

export function Transfers({ node }: { readonly node: string }): ReactNode {
  const text = useText();
  const events = useShown((state) => state.events);
  // The only machine of a lab is who all files go to, also those that its boot program asks for.
  const alone = useLive((state) => state.update?.machines.length === 1);
  const latest = useMemo(() => {
    const byId = new Map<string, TransferEvent>();
    for (let i = events.length - 1; i >= 0 && byId.size < SHOWN; i--) {
      const event = events[i];
      if (event.kind !== 'transfer' || (event.node !== node && !alone)) continue;
      const key = event.name.split('/').pop() ?? '';
      const known = byId.get(key);
      // Both ends tell of a file: the machine's own word counts.
      if (known === undefined || (known.node !== node && event.node === node)) byId.set(key, event);
    }
    return [...byId.values()];
  }, [events, node, alone]);
  if (latest.length === 0) return null;
  return (
    <section className={styles['transfers']} aria-label={text('transfers.title', { node })} tabIndex={0}>
      {latest.map((event) => (
        <div key={`${event.transfer} ${event.name}`} className={styles['transfer']}>
          <code title={event.name}>
            {event.protocol} {event.name}
          </code>
          <progress
            aria-label={event.name}
            value={event.state === 'done' ? 1 : event.doneBytes / (event.totalBytes ?? Math.max(1, event.doneBytes))}
          />
          <span data-state={event.state}>
            {event.state === 'failed' ? text('transfers.failed') : formatBytes(event.doneBytes)}
            {event.totalBytes === undefined || event.state === 'failed' ? '' : ` / ${formatBytes(event.totalBytes)}`}
          </span>
        </div>
      ))}
    </section>
  );
}
