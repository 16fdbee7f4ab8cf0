/**
 * What the services of a server were asked, as a table: a row a request, the values that a script reported as columns.
 * A row is an event: selecting it shows its frame, its causes and its bytes elsewhere.
 */
import { memo, useEffect, useMemo, useState, type ReactNode } from 'react';
import { SERVICES, servicesOf, type ServiceId } from '../../services/all.ts';
import type { RequestEvent } from '../../services/service.ts';
import type { ServerNode } from '../../scenario/schema.ts';
import { toCsv } from '../../page/document/csv.ts';
import { useShown } from '../../page/time/displayed-lab.ts';
import { useLive, useView } from '../../page/store.ts';
import { formatSeconds } from '../format.ts';
import { useController, useText } from '../hooks.ts';
import { Button } from '../parts/button.tsx';
import { Empty } from '../parts/empty.tsx';
import { logLine } from '../story/event-sentence.ts';
import styles from './requests.module.css';

/** Rows that are drawn; all of them are copied. */
const SHOWN = 1000;
/** Columns of reported values. */
const MAX_NAMES = 12;

/** Names of the machines whose frames led to the events, by event; asked once for each. */
function useSenders(events: readonly RequestEvent[]): ReadonlyMap<number, string> {
  const { client } = useController();
  const generation = useLive((state) => state.update?.generation);
  const [known, setKnown] = useState<{ readonly generation: number | undefined; readonly names: Map<number, string> }>({
    generation,
    names: new Map(),
  });
  useEffect(() => {
    const names = known.generation === generation ? known.names : new Map<number, string>();
    const missing = events.filter(({ id }) => !names.has(id)).map(({ id }) => id);
    if (missing.length === 0) return undefined;
    let isWanted = true;
    void client.lab.senders(missing).then((found) => {
      if (!isWanted) return;
      const more = missing.map((id, i) => [id, found[i] ?? ''] as const);
      setKnown({ generation, names: new Map([...names, ...more]) });
    });
    return () => {
      isWanted = false;
    };
  }, [client, events, generation, known]);
  return known.names;
}

interface Column {
  readonly id: string;
  readonly title: string;
  readonly value: (event: RequestEvent) => string | number;
  readonly show?: (value: string | number) => string;
}

function valuesOf(event: RequestEvent): readonly (readonly [string, string])[] {
  return event.kind === 'server' && event.request !== undefined ? [...event.request.query, ...event.request.form] : [];
}

/** The names of what was reported, in the order in which they came first. */
function reportedNames(events: readonly RequestEvent[]): readonly string[] {
  const names = new Set<string>();
  for (const event of events) {
    for (const [name] of valuesOf(event)) names.add(name);
    if (names.size >= MAX_NAMES) break;
  }
  return [...names].slice(0, MAX_NAMES);
}

function useColumns(
  service: ServiceId,
  events: readonly RequestEvent[],
  senders: ReadonlyMap<number, string>,
): readonly Column[] {
  const text = useText();
  return useMemo(() => {
    const request = (event: RequestEvent) => (event.kind === 'server' ? event.request : undefined);
    const time: Column = {
      id: 'time',
      title: text('requests.time'),
      value: ({ timeNs }) => timeNs,
      show: (value) => formatSeconds(Number(value)),
    };
    const machine: Column = {
      id: 'machine',
      title: text('requests.machine'),
      value: ({ id }) => senders.get(id) ?? '',
    };
    if (SERVICES[service].requests.view !== 'table') {
      const said: Column = {
        id: 'text',
        title: text(service === 'dnsmasq' || service === 'syslog' ? 'requests.line' : 'requests.asked'),
        value: (event) => (event.kind === 'log' ? logLine(event.service, event.text) : event.text),
      };
      return service === 'dnsmasq' ? [time, said] : [time, machine, said];
    }
    return [
      time,
      machine,
      { id: 'client', title: text('requests.client'), value: (event) => request(event)?.client ?? '' },
      ...reportedNames(events).map((name) => ({
        id: `value ${name}`,
        title: name,
        value: (event: RequestEvent) =>
          valuesOf(event)
            .filter(([known]) => known === name)
            .map(([, value]) => value)
            .join(', '),
      })),
      { id: 'method', title: text('requests.method'), value: (event) => request(event)?.method ?? '' },
      { id: 'url', title: 'URL', value: (event) => request(event)?.target ?? (event.kind === 'log' ? '' : event.text) },
      { id: 'status', title: text('requests.status'), value: (event) => request(event)?.status ?? '' },
      { id: 'bytes', title: text('requests.bytes'), value: (event) => request(event)?.bytes ?? '' },
    ];
  }, [service, events, senders, text]);
}

interface Order {
  readonly column: string;
  readonly isDescending: boolean;
}

function sorted(events: readonly RequestEvent[], columns: readonly Column[], order: Order): readonly RequestEvent[] {
  const column = columns.find(({ id }) => id === order.column);
  if (column === undefined) return events;
  const sign = order.isDescending ? -1 : 1;
  return [...events].sort((one, other) => {
    const a = column.value(one);
    const b = column.value(other);
    const difference =
      typeof a === 'number' && typeof b === 'number'
        ? a - b
        : String(a).localeCompare(String(b), undefined, { numeric: true });
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
  const events = useShown((state) => state.events);
  const all = useMemo(
    () =>
      events.filter(
        (event): event is RequestEvent => event.node === server && SERVICES[service].requests.isRequest(event),
      ),
    [events, server, service],
  );
  const [onlyReports, setOnlyReports] = useState(false);
  const rows = useMemo(
    () => (onlyReports ? all.filter((event) => valuesOf(event).length > 0) : all),
    [all, onlyReports],
  );
  const senders = useSenders(rows);
  const columns = useColumns(service, rows, senders);
  const [order, setOrder] = useState<Order>({ column: 'time', isDescending: false });
  const inOrder = useMemo(() => sorted(rows, columns, order), [rows, columns, order]);
  const [copied, setCopied] = useState(false);
  if (all.length === 0) return <Empty title={text(`service.${service}.empty`)} />;
  const copy = async (): Promise<void> => {
    const cells = inOrder.map((event) => columns.map(({ value, show }) => show?.(value(event)) ?? value(event)));
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
        <table className={styles['table']} data-testid="requests">
          <thead>
            <tr>
              {columns.map(({ id, title }) => (
                <Head key={id} id={id} title={title} order={order} onOrder={setOrder} />
              ))}
            </tr>
          </thead>
          <tbody>
            {inOrder.slice(-SHOWN).map((event) => (
              <Row key={event.id} event={event} columns={columns} />
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
}: {
  readonly event: RequestEvent;
  readonly columns: readonly Column[];
}): ReactNode {
  const isSelected = useView(({ selection }) => selection.kind === 'event' && selection.id === event.id);
  const select = (): void => useView.setState({ selection: { kind: 'event', id: event.id } });
  const severity = event.kind === 'server' ? event.severity : 'info';
  return (
    <tr onClick={select} aria-current={isSelected ? 'true' : undefined} data-severity={severity}>
      {columns.map(({ id, value, show }, i) => {
        const plain = value(event);
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
