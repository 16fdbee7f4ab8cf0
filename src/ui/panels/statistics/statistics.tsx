/** Who talks with whom and how much, traffic over time, and how fast servers answer: of the lab, or of an opened capture. */
import { useState, type ReactNode } from 'react';
import { TRAFFIC_LAYERS, type TrafficLayer } from '../../../analysis/statistics/traffic.ts';
import type { Conversation, Endpoint, ResponseTimes } from '../../../threads/api/statistics-api.ts';
import type { AnyText } from '../../../page/i18n/index.ts';
import { useView } from '../../../page/store.ts';
import { panelTitle } from '../../../page/panels.ts';
import type { Numbers } from '../../format.ts';
import { useCommands, useNumbers, usePageQueries, useText } from '../../hooks.ts';
import { Button } from '../../parts/button.tsx';
import { IoGraph } from './io-graph.tsx';
import { SortedTable, type TableColumn } from './sorted-table.tsx';
import { STATISTICS_TEXTS as T } from './texts.ts';
import { useCounted } from './use-counted.ts';
import styles from './statistics.module.css';

const VIEWS = ['conversations', 'endpoints', 'graph', 'responses'] as const;
type StatisticsView = (typeof VIEWS)[number];

const LAYER_NAMES: Readonly<Record<TrafficLayer, string>> = {
  ethernet: 'Ethernet',
  ipv4: 'IPv4',
  udp: 'UDP',
  tcp: 'TCP',
};

export function Statistics(): ReactNode {
  const text = useText();
  const [view, setView] = useState<StatisticsView>('conversations');
  const [layer, setLayer] = useState<TrafficLayer>('ethernet');
  const [limited, setLimited] = useState(false);
  const filter = useView((state) => state.filter);
  const isTraffic = view === 'conversations' || view === 'endpoints';
  return (
    <div className={styles['panel']}>
      <div className={styles['bar']}>
        <div role="group" aria-label={text(T.view)} className={styles['group']}>
          {VIEWS.map((id) => (
            <Button key={id} kind="view" label={text(T[id])} isPressed={view === id} onPress={() => setView(id)} />
          ))}
        </div>
        {isTraffic ? (
          <select
            aria-label={text(T.layer)}
            value={layer}
            onChange={({ target }) => setLayer(TRAFFIC_LAYERS.find((id) => id === target.value) ?? 'ethernet')}
          >
            {TRAFFIC_LAYERS.map((id) => (
              <option key={id} value={id}>
                {LAYER_NAMES[id]}
              </option>
            ))}
          </select>
        ) : null}
        {view === 'graph' ? null : (
          <label>
            <input
              type="checkbox"
              checked={limited}
              disabled={filter === ''}
              onChange={({ target }) => setLimited(target.checked)}
            />{' '}
            {text(T.limit)}
          </label>
        )}
      </div>
      <div className={styles['scroll']} tabIndex={0} role="region" aria-label={text(panelTitle('statistics'))}>
        {isTraffic ? (
          <Traffic view={view} layer={layer} onlyShown={limited && filter !== ''} filter={filter} />
        ) : view === 'graph' ? (
          <IoGraph />
        ) : (
          <Responses onlyShown={limited && filter !== ''} filter={filter} />
        )}
      </div>
    </div>
  );
}

function FilterButton({ what, filter }: { readonly what: string; readonly filter: string }): ReactNode {
  const text = useText();
  const commands = useCommands();
  return (
    <Button
      label={text(T.applyFor, { what })}
      title={filter}
      onPress={() => void commands.run('packets.filter', filter)}
    >
      {text(T.filter)}
    </Button>
  );
}

function conversationColumns(numbers: Numbers): readonly TableColumn<Conversation>[] {
  return [
    { title: T.a, value: ({ a }) => a },
    { title: T.b, value: ({ b }) => b },
    { title: T.frames, value: ({ framesAToB, framesBToA }) => framesAToB + framesBToA },
    { title: T.bytes, value: ({ bytesAToB, bytesBToA }) => bytesAToB + bytesBToA },
    {
      title: T.aToB,
      value: ({ bytesAToB }) => bytesAToB,
      show: ({ framesAToB, bytesAToB }) => `${framesAToB} / ${bytesAToB}`,
    },
    {
      title: T.bToA,
      value: ({ bytesBToA }) => bytesBToA,
      show: ({ framesBToA, bytesBToA }) => `${framesBToA} / ${bytesBToA}`,
    },
    { title: T.start, value: ({ startNs }) => startNs, show: ({ startNs }) => numbers.seconds(startNs) },
    {
      title: T.duration,
      value: ({ startNs, endNs }) => endNs - startNs,
      show: ({ startNs, endNs }) => numbers.seconds(endNs - startNs),
    },
    {
      title: T.filter,
      value: ({ filter }) => filter,
      show: ({ a, b, filter }) => <FilterButton what={`${a} – ${b}`} filter={filter} />,
    },
  ];
}

function endpointColumns(): readonly TableColumn<Endpoint>[] {
  return [
    { title: T.address, value: ({ address }) => address },
    { title: T.frames, value: ({ sentFrames, receivedFrames }) => sentFrames + receivedFrames },
    { title: T.bytes, value: ({ sentBytes, receivedBytes }) => sentBytes + receivedBytes },
    {
      title: T.sent,
      value: ({ sentBytes }) => sentBytes,
      show: ({ sentFrames, sentBytes }) => `${sentFrames} / ${sentBytes}`,
    },
    {
      title: T.received,
      value: ({ receivedBytes }) => receivedBytes,
      show: ({ receivedFrames, receivedBytes }) => `${receivedFrames} / ${receivedBytes}`,
    },
    {
      title: T.filter,
      value: ({ filter }) => filter,
      show: ({ address, filter }) => <FilterButton what={address} filter={filter} />,
    },
  ];
}

function Traffic({
  view,
  layer,
  onlyShown,
  filter,
}: {
  readonly view: 'conversations' | 'endpoints';
  readonly layer: TrafficLayer;
  readonly onlyShown: boolean;
  readonly filter: string;
}): ReactNode {
  const text = useText();
  const numbers = useNumbers();
  const { client } = usePageQueries();
  const counted = useCounted(
    `${layer}/${onlyShown ? filter : ''}`,
    async () => await client.analysis.traffic(layer, onlyShown),
  );
  if (counted === undefined || counted.frames === 0) return <p className={styles['note']}>{text(T.empty)}</p>;
  const isOfPairs = view === 'conversations';
  const count = isOfPairs ? counted.conversationCount : counted.endpointCount;
  const shown = isOfPairs ? counted.conversations.length : counted.endpoints.length;
  return (
    <>
      <p className={styles['note']} role="status">
        {counted.complete ? '' : text(T.counting, { frames: counted.frames })}{' '}
        {shown < count ? text(T.shown, { shown, count }) : ''}
      </p>
      {isOfPairs ? (
        <SortedTable
          label={text(T.conversations)}
          rows={counted.conversations}
          columns={conversationColumns(numbers)}
          keyOf={({ a, b }) => `${a} ${b}`}
        />
      ) : (
        <SortedTable
          label={text(T.endpoints)}
          rows={counted.endpoints}
          columns={endpointColumns()}
          keyOf={({ address }) => address}
        />
      )}
    </>
  );
}

/** Requests that are not named by words of their protocol. */
const REQUEST_NAMES: Readonly<Record<string, AnyText>> = {
  'Read request': T.readRequest,
  'Write request': T.writeRequest,
  Query: T.query,
};

function GoTo({ number }: { readonly number: number }): ReactNode {
  const text = useText();
  const commands = useCommands();
  if (number === 0) return '';
  return (
    <Button label={text(T.goTo, { number })} onPress={() => void commands.run('packets.go-to-frame', number)}>
      {number}
    </Button>
  );
}

function responseColumns(text: (id: AnyText) => string, numbers: Numbers): readonly TableColumn<ResponseTimes>[] {
  const ms = (ns: number): string => numbers.decimal(ns / 1e6, 3);
  return [
    { title: T.service, value: ({ service }) => service.toUpperCase() },
    {
      title: T.what,
      value: ({ what }) => {
        const named = REQUEST_NAMES[what];
        return named === undefined ? what : text(named);
      },
    },
    { title: T.server, value: ({ server }) => server },
    { title: T.requests, value: ({ requests }) => requests },
    { title: T.replies, value: ({ replies }) => replies },
    { title: T.retries, value: ({ retries }) => retries },
    { title: T.errors, value: ({ errors }) => errors },
    {
      title: T.min,
      value: ({ minNs, replies }) => (replies === 0 ? 0 : minNs),
      show: ({ minNs, replies }) => (replies === 0 ? '' : ms(minNs)),
    },
    {
      title: T.mean,
      value: ({ sumNs, replies }) => (replies === 0 ? 0 : sumNs / replies),
      show: ({ sumNs, replies }) => (replies === 0 ? '' : ms(sumNs / replies)),
    },
    { title: T.max, value: ({ maxNs }) => maxNs, show: ({ maxNs, replies }) => (replies === 0 ? '' : ms(maxNs)) },
    {
      title: T.slowest,
      value: ({ slowest }) => slowest,
      show: ({ slowest }) => <GoTo number={slowest} />,
    },
    {
      title: T.filter,
      value: (row) => row.filter,
      show: (row) => <FilterButton what={`${row.service} ${row.what}`} filter={row.filter} />,
    },
  ];
}

function Responses({ onlyShown, filter }: { readonly onlyShown: boolean; readonly filter: string }): ReactNode {
  const text = useText();
  const numbers = useNumbers();
  const { client } = usePageQueries();
  const counted = useCounted(
    `responses/${onlyShown ? filter : ''}`,
    async () => await client.analysis.responses(onlyShown),
  );
  if (counted === undefined || counted.list.length === 0)
    return <p className={styles['note']}>{text(counted === undefined ? T.empty : T.noResponses)}</p>;
  return (
    <>
      {counted.complete ? null : (
        <p className={styles['note']} role="status">
          {text(T.counting, { frames: counted.frames })}
        </p>
      )}
      <SortedTable
        label={text(T.responses)}
        rows={counted.list}
        columns={responseColumns(text, numbers)}
        keyOf={({ service, what, server }) => `${service} ${what} ${server}`}
      />
    </>
  );
}
