/** Transfers to and from a node with their progress, the latest first; scrolling shows the older ones. */
import { useCallback, type ReactNode } from 'react';
import type { LabEvent } from '../../../../base/event-log.ts';
import type { Fold } from '../../../../page/time/event-history.ts';
import { useLive } from '../../../../page/store.ts';
import { useNumbers, useText } from '../../../hooks.ts';
import { useFold } from '../../../use-events.ts';
import styles from '../console.module.css';

type TransferEvent = LabEvent & { readonly kind: 'transfer' };

const SHOWN = 8;

/** The latest transfers, newest first. Both ends report a transfer: the machine's own report takes precedence. */
class TransfersFold implements Fold<readonly TransferEvent[]> {
  private readonly node: string;
  private readonly alone: boolean;
  private readonly byName = new Map<string, { own?: TransferEvent; other?: TransferEvent }>();
  private shown: readonly TransferEvent[] | undefined = [];

  constructor(node: string, alone: boolean) {
    this.node = node;
    this.alone = alone;
  }

  add(event: LabEvent): void {
    const isOwn = event.node === this.node;
    if (event.kind !== 'transfer' || (!isOwn && !this.alone)) return;
    const name = event.name.split('/').pop() ?? '';
    const known = this.byName.get(name) ?? {};
    if (isOwn) known.own = event;
    else known.other = event;
    // The latest is the last in the map.
    this.byName.delete(name);
    this.byName.set(name, known);
    const [oldest] = this.byName.keys();
    if (this.byName.size > SHOWN && oldest !== undefined) this.byName.delete(oldest);
    this.shown = undefined;
  }

  get result(): readonly TransferEvent[] {
    this.shown ??= [...this.byName.values()].flatMap(({ own, other }) => own ?? other ?? []).reverse();
    return this.shown;
  }
}

export function Transfers({ node }: { readonly node: string }): ReactNode {
  const text = useText();
  const numbers = useNumbers();
  // The only machine of a lab receives all files, also those that its boot program requests.
  const alone = useLive((state) => state.update?.machines.length === 1);
  const make = useCallback(() => new TransfersFold(node, alone), [node, alone]);
  const latest = useFold(make);
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
            {event.state === 'failed' ? text('transfers.failed') : numbers.bytes(event.doneBytes)}
            {event.totalBytes === undefined || event.state === 'failed' ? '' : ` / ${numbers.bytes(event.totalBytes)}`}
          </span>
        </div>
      ))}
    </section>
  );
}
