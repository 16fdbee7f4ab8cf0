/**
 * The configuration line by line: the answers that each line caused, and the lines without effect in the lab with the
 * reason.
 */
import { useCallback, useEffect, useState, type ReactNode } from 'react';
import type { LabEvent } from '../../../base/event-log.ts';
import type { ServerNode } from '../../../scenario/schema.ts';
import type { Fold } from '../../../page/time/event-history.ts';
import { useCommands, useMessage, useNumbers, usePageQueries, useText } from '../../hooks.ts';
import { useFold } from '../../use-events.ts';
import { Empty } from '../../parts/states/empty.tsx';
import styles from './ask.module.css';
import type { Message } from '../../../base/sentence.ts';

type ServerEvent = LabEvent & { readonly kind: 'server' };

const CONFIG_FILE = 'dnsmasq.conf';
const SHOWN = 50;

interface Answered {
  count: number;
  /** The last ones. */
  readonly events: ServerEvent[];
}

/** Answers of a server by the lines (`FILE:LINE`) that caused them. */
class LinesFold implements Fold<{ readonly byLine: ReadonlyMap<string, Answered> }> {
  private readonly server: string;
  private readonly byLine = new Map<string, Answered>();
  result: { readonly byLine: ReadonlyMap<string, Answered> } = { byLine: this.byLine };

  constructor(server: string) {
    this.server = server;
  }

  add(event: LabEvent): void {
    if (event.kind !== 'server' || event.node !== this.server || event.lines.length === 0) return;
    for (const { file, line } of event.lines) {
      const key = `${file}:${line}`;
      const known = this.byLine.get(key) ?? { count: 0, events: [] };
      this.byLine.set(key, known);
      known.count++;
      known.events.push(event);
      if (known.events.length > SHOWN) known.events.shift();
    }
    this.result = { byLine: this.byLine };
  }
}

export function LinesView({ server }: { readonly server: ServerNode }): ReactNode {
  const text = useText();
  const message = useMessage();
  const { client } = usePageQueries();
  const config = server.services.dnsmasq?.config;
  const make = useCallback(() => new LinesFold(server.name), [server.name]);
  const { byLine } = useFold(make);
  const [reasons, setReasons] = useState<ReadonlyMap<number, Message>>(new Map());
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
          const answers = byLine.get(`${CONFIG_FILE}:${number}`);
          const count = answers?.count ?? 0;
          const reason = reasons.get(number);
          return (
            <li key={number}>
              <span className={styles['number']}>{number}</span>
              <span className={styles['count']} title={text('lines.count', { count })}>
                {count === 0 ? '' : count}
              </span>
              <div>
                {answers === undefined ? <code>{line}</code> : <Caused line={line} answers={answers.events} />}
                {reason === undefined ? null : (
                  <span className={styles['reason']}>{text('lines.ineffective', { reason: message(reason) })}</span>
                )}
              </div>
            </li>
          );
        })}
    </ol>
  );
}

function Caused({ line, answers }: { readonly line: string; readonly answers: readonly ServerEvent[] }): ReactNode {
  const numbers = useNumbers();
  const message = useMessage();
  const commands = useCommands();
  return (
    <details>
      <summary>
        <code>{line}</code>
      </summary>
      {answers.map((event) => (
        <button
          key={event.id}
          type="button"
          onClick={() => void commands.run('select', { kind: 'event', id: event.id })}
        >
          <time>{numbers.seconds(event.timeNs)}</time> {message(event)}
        </button>
      ))}
    </details>
  );
}
