/** The configuration line by line: how many answers each caused, which, and what has no effect in the lab and why. */
import { useEffect, useMemo, useState, type ReactNode } from 'react';
import type { LabEvent } from '../../base/event-log.ts';
import type { ServerNode } from '../../scenario/schema.ts';
import { useShown } from '../../page/time/displayed-lab.ts';
import { useView } from '../../page/store.ts';
import { formatSeconds } from '../format.ts';
import { useController, useText } from '../hooks.ts';
import { Empty } from '../parts/empty.tsx';
import styles from './ask.module.css';

type ServerEvent = LabEvent & { readonly kind: 'server' };

const CONFIG_FILE = 'dnsmasq.conf';
const SHOWN = 50;

/** Events of a server by the lines (`FILE:LINE`) that caused them. */
function byLine(events: readonly LabEvent[], server: string): ReadonlyMap<string, readonly ServerEvent[]> {
  const found = new Map<string, ServerEvent[]>();
  for (const event of events) {
    if (event.kind !== 'server' || event.node !== server) continue;
    for (const { file, line } of event.lines) {
      const key = `${file}:${line}`;
      const list = found.get(key);
      if (list === undefined) found.set(key, [event]);
      else list.push(event);
    }
  }
  return found;
}

export function LinesView({ server }: { readonly server: ServerNode }): ReactNode {
  const text = useText();
  const { client } = useController();
  const events = useShown((state) => state.events);
  const config = server.services.dnsmasq?.config;
  const caused = useMemo(() => byLine(events, server.name), [events, server.name]);
  const [reasons, setReasons] = useState<ReadonlyMap<number, string>>(new Map());
  useEffect(() => {
    if (config === undefined) return;
    void client.lab
      .ineffectiveLines(config)
      .then((lines) => setReasons(new Map(lines.map(({ line, reason }) => [line, reason]))));
  }, [client, config]);
  if (config === undefined) return <Empty title={text('server.noConfig')} />;
  return (
    <ol className={styles['lines']}>
      {config
        .replace(/\n$/, '')
        .split('\n')
        .map((line, i) => {
          const number = i + 1;
          const answers = caused.get(`${CONFIG_FILE}:${number}`) ?? [];
          const reason = reasons.get(number);
          return (
            <li key={number}>
              <span className={styles['number']}>{number}</span>
              <span className={styles['count']} title={text('lines.count', { count: answers.length })}>
                {answers.length === 0 ? '' : answers.length}
              </span>
              <div>
                {answers.length === 0 ? <code>{line}</code> : <Caused line={line} answers={answers} />}
                {reason === undefined ? null : (
                  <span className={styles['reason']}>{text('lines.ineffective', { reason })}</span>
                )}
              </div>
            </li>
          );
        })}
    </ol>
  );
}

function Caused({ line, answers }: { readonly line: string; readonly answers: readonly ServerEvent[] }): ReactNode {
  return (
    <details>
      <summary>
        <code>{line}</code>
      </summary>
      {answers.slice(-SHOWN).map((event) => (
        <button
          key={event.id}
          type="button"
          onClick={() => useView.setState({ selection: { kind: 'event', id: event.id } })}
        >
          <time>{formatSeconds(event.timeNs)}</time> {event.text}
        </button>
      ))}
    </details>
  );
}
