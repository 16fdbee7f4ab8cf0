/**
 * The requests to the services of a server as a table: one row per request, with the values that a script reported as
 * columns. A row is an event: selecting it shows its frame, its causes and its bytes elsewhere.
 */
import { memo, useCallback, useEffect, useMemo, useRef, useState, type ReactNode } from 'react';
import type { LabEvent, ServedRequest } from '../../../base/event-log.ts';
import { SERVICES, servicesOf, type ServiceId } from '../../../services/all.ts';
import type { RequestEvent } from '../../../services/service.ts';
import type { ServerNode } from '../../../scenario/schema.ts';
import { toCsv } from '../../../page/document/files/csv.ts';
import type { Fold } from '../../../page/time/event-history.ts';
import { useLive, useView } from '../../../page/store.ts';
import { formatSeconds } from '../../format.ts';
import { useCommands, useMessage, usePageQueries, useText } from '../../hooks.ts';
import { useFold } from '../../use-events.ts';
import { Button } from '../../parts/button.tsx';
import { Empty } from '../../parts/states/empty.tsx';
import { logLine } from '../story/event-sentence.ts';
import tables from '../../parts/table.module.css';
import styles from './requests.module.css';

/** Rows that are drawn; all of them are copied. */
const SHOWN = 1000;
/** How often new rows are sorted in, when the order is not that of time. */
const ORDER_MS = 1000;
/** Columns of reported values. */
const MAX_NAMES = 12;

/** Rows of a service, in the order of the log, and the names that were reported, in the order in which they came first. */
interface Asked {
  readonly all: readonly RequestEvent[];
  readonly reports: readonly RequestEvent[];
  readonly names: readonly string[];
}

function isRequestOf(event: LabEvent, service: ServiceId): event is RequestEvent {
  return SERVICES[service].requests.isRequest(event);
}

class AskedFold implements Fold<Asked> {
  private readonly server: string;
  private readonly service: ServiceId;
  private readonly all: RequestEvent[] = [];
  private readonly reports: RequestEvent[] = [];
  private names: readonly string[] = [];
  result: Asked = { all: this.all, reports: this.reports, names: [] };

  constructor(server: string, service: ServiceId) {
    this.server = server;
    this.service = service;
  }

  add(event: LabEvent): void {
    if (event.node !== this.server || !isRequestOf(event, this.service)) return;
    this.all.push(event);
    const values = valuesOf(event);
    if (values.length > 0) this.reports.push(event);
    for (const [name] of values)
      if (this.names.length < MAX_NAMES && !this.names.includes(name)) this.names = [...this.names, name];
    const { all, reports, names } = this;
    this.result = { all, reports, names };
  }
}

type Senders = ReadonlyMap<number, string>;

/** Names of the machines whose frames led to the events, by event; asked once for each. */
function useSenders(rows: readonly RequestEvent[]): {
  readonly senders: Senders;
  readonly askSenders: (rows: readonly RequestEvent[]) => Promise<Senders>;
} {
  const { client } = usePageQueries();
  const generation = useLive((state) => state.update?.generation);
  const known = useMemo(() => ({ generation, names: new Map<number, string>() }), [generation]);
  const [senders, setSenders] = useState<Senders>(known.names);
  const askSenders = useCallback(
    async (wanted: readonly RequestEvent[]): Promise<Senders> => {
      const { names } = known;
      const missing = wanted.filter(({ id }) => !names.has(id)).map(({ id }) => id);
      if (missing.length > 0) {
        const found = await client.lab.senders(missing);
        missing.forEach((id, i) => names.set(id, found[i] ?? ''));
      }
      return names;
    },
    [client, known],
  );
  useEffect(() => {
    let isWanted = true;
    void askSenders(rows).then((names) => {
      if (isWanted) setSenders(new Map(rows.map(({ id }) => [id, names.get(id) ?? ''])));
    });
    return () => {
      isWanted = false;
    };
  }, [askSenders, rows]);
  return { senders, askSenders };
}

/** A value that changes at most once per given number of milliseconds. */
function useThrottled<T>(value: T, ms: number): T {
  const [shown, setShown] = useState(value);
  const latest = useRef(value);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => {
    latest.current = value;
    timer.current ??= setTimeout(() => {
      timer.current = undefined;
      setShown(latest.current);
    }, ms);
  }, [value, ms]);
  useEffect(
    () => () => {
      clearTimeout(timer.current);
      timer.current = undefined;
    },
    [],
  );
  return shown;
}

interface Column {
  readonly id: string;
  readonly title: string;
  readonly value: (event: RequestEvent, sender: string) => string | number;
  readonly show?: (value: string | number) => string;
}

function valuesOf(event: RequestEvent): readonly (readonly [string, string])[] {
  return event.kind === 'server' && event.request !== undefined ? [...event.request.query, ...event.request.form] : [];
}

function useColumns(service: ServiceId, names: readonly string[]): readonly Column[] {
  const text = useText();
  const message = useMessage();
  return useMemo(() => {
    const request = (event: RequestEvent): ServedRequest | undefined =>
      event.kind === 'server' ? event.request : undefined;
    const time: Column = {
      id: 'time',
      title: text('requests.time'),
      value: ({ timeNs }) => timeNs,
      show: (value) => formatSeconds(Number(value)),
    };
    const machine: Column = {
      id: 'machine',
      title: text('requests.machine'),
      value: (_, sender) => sender,
    };
    if (SERVICES[service].requests.view !== 'table') {
      const said: Column = {
        id: 'text',
        title: text(service === 'dnsmasq' || service === 'syslog' ? 'requests.line' : 'requests.asked'),
        value: (event: RequestEvent) => (event.kind === 'log' ? logLine(event.service, event.text) : message(event)),
      };
      return service === 'dnsmasq' ? [time, said] : [time, machine, said];
    }
    return [
      time,
      machine,
      { id: 'client', title: text('requests.client'), value: (event: RequestEvent) => request(event)?.client ?? '' },
      ...names.map((name) => ({
        id: `value ${name}`,
        title: name,
        value: (event: RequestEvent) =>
          valuesOf(event)
            .filter(([known]) => known === name)
            .map(([, value]) => value)
            .join(', '),
      })),
      { id: 'method', title: text('requests.method'), value: (event: RequestEvent) => request(event)?.method ?? '' },
      {
        id: 'url',
        title: 'URL',
        value: (event: RequestEvent) => request(event)?.target ?? (event.kind === 'log' ? '' : message(event)),
      },
      { id: 'status', title: text('requests.status'), value: (event: RequestEvent) => request(event)?.status ?? '' },
      { id: 'bytes', title: text('requests.bytes'), value: (event: RequestEvent) => request(event)?.bytes ?? '' },
    ];
  }, [service, names, text, message]);
}

interface Order {
  readonly column: string;
  readonly isDescending: boolean;
}

const byWord = new Intl.Collator(undefined, { numeric: true });

function sorted(
  events: readonly RequestEvent[],
  columns: readonly Column[],
  order: Order,
  senders: Senders,
): readonly RequestEvent[] {
  const column = columns.find(({ id }) => id === order.column);
  if (column === undefined) return events;
  const sign = order.isDescending ? -1 : 1;
  const valueOf = (event: RequestEvent): string | number => column.value(event, senders.get(event.id) ?? '');
  return [...events].sort((one, other) => {
    const a = valueOf(one);
    const b = valueOf(other);
    const difference = typeof a === 'number' && typeof b === 'number' ? a - b : byWord.compare(String(a), String(b));
    return sign * difference || one.id - other.id;
  });
}

export function RequestsView({ server }: { readonly server: ServerNode }): ReactNode {
  const text = useText();
  const services = servicesOf(server);
  const [chosen, setChosen] = useState<ServiceId>();
  const service = services.find((id) => id === chosen) ?? services.find((id) => id === 'http') ?? services.at(-1);
  if (service === undefined) return <Empty title={text('requests.noService')} />;
  return (
    <div className={styles['view']}>
      <div className={styles['bar']} role="group" aria-label={text('requests.service')}>
        {services.map((id) => (
          <Button key={id} label={SERVICES[id].title} isPressed={id === service} onPress={() => setChosen(id)} />
        ))}
      </div>
      <Requests key={`${server.name} ${service}`} server={server.name} service={service} />
    </div>
  );
}

function Requests({ server, service }: { readonly server: string; readonly service: ServiceId }): ReactNode {
  const text = useText();
  const make = useCallback(() => new AskedFold(server, service), [server, service]);
  const asked = useFold(make);
  const { all } = asked;
  const [onlyReports, setOnlyReports] = useState(false);
  const rows = onlyReports ? asked.reports : all;
  const [order, setOrder] = useState<Order>({ column: 'time', isDescending: false });
  const columns = useColumns(service, asked.names);
  const isByTime = order.column === 'time' && !order.isDescending;
  const latest = useMemo(() => (onlyReports ? asked.reports : asked.all).slice(-SHOWN), [asked, onlyReports]);
  // An order other than that of the log needs all rows: new ones are sorted in from time to time.
  const settled = useThrottled(asked, ORDER_MS);
  const others = useMemo(
    () => (isByTime ? undefined : (onlyReports ? settled.reports : settled.all).slice()),
    [isByTime, onlyReports, settled],
  );
  const { senders, askSenders } = useSenders(others ?? latest);
  const drawn = useMemo(
    () => (others === undefined ? latest : sorted(others, columns, order, senders).slice(-SHOWN)),
    [latest, others, columns, order, senders],
  );
  const [copied, setCopied] = useState(false);
  if (all.length === 0) return <Empty title={text(`service.${service}.empty`)} />;
  const copy = async (): Promise<void> => {
    const names = await askSenders(rows);
    const cells = sorted(rows, columns, order, names).map((event) =>
      columns.map(({ value, show }) => {
        const plain = value(event, names.get(event.id) ?? '');
        return show?.(plain) ?? plain;
      }),
    );
    await navigator.clipboard.writeText(toCsv([columns.map(({ title }) => title), ...cells]));
    setCopied(true);
  };
  return (
    <>
      <div className={styles['bar']}>
        <span role="status" data-testid="request-count">
          {rows.length > SHOWN
            ? text('requests.latest', { shown: SHOWN, count: rows.length })
            : text(SERVICES[service].requests.view === 'log' ? 'requests.lines' : 'requests.count', {
                count: rows.length,
              })}
        </span>
        {SERVICES[service].requests.view === 'table' ? (
          <label className={styles['only']}>
            <input type="checkbox" checked={onlyReports} onChange={({ target }) => setOnlyReports(target.checked)} />
            {text('requests.onlyReports')}
          </label>
        ) : null}
        <Button label={text(copied ? 'share.copied' : 'requests.copy')} onPress={() => void copy()} />
      </div>
      <div className={styles['scroll']} role="region" aria-label={text('server.requests')} tabIndex={0}>
        <table className={`${tables['scrolled']} ${styles['table']}`} data-testid="requests">
          <thead>
            <tr>
              {columns.map(({ id, title }) => (
                <Head key={id} id={id} title={title} order={order} onOrder={setOrder} />
              ))}
            </tr>
          </thead>
          <tbody>
            {drawn.map((event) => (
              <Row key={event.id} event={event} columns={columns} sender={senders.get(event.id) ?? ''} />
            ))}
          </tbody>
        </table>
      </div>
    </>
  );
}

function Head({
  id,
  title,
  order,
  onOrder,
}: {
  readonly id: string;
  readonly title: string;
  readonly order: Order;
  readonly onOrder: (order: Order) => void;
}): ReactNode {
  const isSorted = order.column === id;
  const direction = order.isDescending ? 'descending' : 'ascending';
  return (
    <th scope="col" aria-sort={isSorted ? direction : undefined} data-reported={id.startsWith('value ')}>
      <button type="button" onClick={() => onOrder({ column: id, isDescending: isSorted && !order.isDescending })}>
        {title}
        <span aria-hidden="true">{isSorted ? (order.isDescending ? ' ▾' : ' ▴') : ''}</span>
      </button>
    </th>
  );
}

const Row = memo(function Row({
  event,
  columns,
  sender,
}: {
  readonly event: RequestEvent;
  readonly sender: string;
  readonly columns: readonly Column[];
}): ReactNode {
  const isSelected = useView(({ selection }) => selection.kind === 'event' && selection.id === event.id);
  const commands = useCommands();
  const select = (): void => void commands.run('select', { kind: 'event', id: event.id });
  const severity = event.kind === 'server' ? event.severity : 'info';
  return (
    <tr onClick={select} aria-current={isSelected ? 'true' : undefined} data-severity={severity}>
      {columns.map(({ id, value, show }, i) => {
        const plain = value(event, sender);
        const shown = show?.(plain) ?? String(plain);
        return (
          <td key={id} data-number={typeof plain === 'number'} data-reported={id.startsWith('value ')} title={shown}>
            {i === 0 ? (
              <button type="button" aria-pressed={isSelected} onClick={select}>
                {shown}
              </button>
            ) : (
              shown
            )}
          </td>
        );
      })}
    </tr>
  );
});
