/**
 * The bytes on the cable of each server, both ways and over time: what one stream for fifty machines costs beside fifty
 * transfers, and how several servers share the load.
 */
import type { ReactNode } from 'react';
import { nodeOf } from '../../../scenario/endpoint.ts';
import { isServer } from '../../../scenario/nodes/queries.ts';
import { useDocument, useLive } from '../../../page/store.ts';
import type { IoGraphView } from '../../../threads/api/statistics-api.ts';
import { useNumbers, usePageQueries, useText } from '../../hooks.ts';
import { busySpans, CurveMark, Curves, curvesOf, type CurveStyle } from '../../parts/curves/curves.tsx';
import tables from '../../parts/table.module.css';
import { useCounted } from '../statistics/use-counted.ts';
import { CABLES_TEXTS as T } from './texts.ts';
import styles from './cables.module.css';

const CURVES: readonly CurveStyle[] = [
  { colour: 'var(--p-tftp)', dash: '' },
  { colour: 'var(--p-http)', dash: '6 3' },
  { colour: 'var(--p-dhcp)', dash: '2 3' },
  { colour: 'var(--p-dns)', dash: '8 3 2 3' },
  { colour: 'var(--p-arp)', dash: '4 4' },
  { colour: 'var(--text)', dash: '10 4' },
];

interface CableBytes {
  /** The server's end, such as `boot.eth0`. */
  readonly port: string;
  readonly name: string;
  readonly sent: number;
  readonly received: number;
}

/** The cables of servers, in the order of the document; at most as many as there are curves. */
function useServerCables(): readonly CableBytes[] {
  const scenario = useDocument((state) => state.scenario);
  const links = useLive((state) => state.update?.links);
  const servers = new Set((scenario?.nodes ?? []).filter(isServer).map(({ name }) => name));
  return (links ?? [])
    .flatMap(({ a, b, bytesAToB = 0, bytesBToA = 0 }): CableBytes[] => {
      const name = `${a} – ${b}`;
      if (servers.has(nodeOf(a) ?? '')) return [{ port: a, name, sent: bytesAToB, received: bytesBToA }];
      if (servers.has(nodeOf(b) ?? '')) return [{ port: b, name, sent: bytesBToA, received: bytesAToB }];
      return [];
    })
    .slice(0, CURVES.length);
}

export function Cables(): ReactNode {
  const text = useText();
  const { client } = usePageQueries();
  const cables = useServerCables();
  const filters = cables.map(({ port }) => `frame.interface_name == "${port}"`);
  const counted = useCounted(JSON.stringify(filters), async () => await client.analysis.ioGraph(filters));
  const sum = (of: (cable: CableBytes) => number): number => cables.reduce((total, cable) => total + of(cable), 0);
  const total = sum(({ sent, received }) => sent + received);
  if (total === 0) return <p className={styles['note']}>{text(T.empty)}</p>;
  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- it is scrolled by keys
    <div className={styles['panel']} tabIndex={0} role="region" aria-label={text(T.cables)}>
      <table className={tables['table']} aria-label={text(T.cables)}>
        <thead>
          <tr>
            <th>{text(T.cable)}</th>
            <th className={styles['number']}>{text(T.sent)}</th>
            <th className={styles['number']}>{text(T.received)}</th>
            <th className={styles['number']}>{text(T.total)}</th>
          </tr>
        </thead>
        <tbody>
          {cables.map(({ port, name, sent, received }, place) => (
            <tr key={port}>
              <th scope="row">
                <CurveMark style={CURVES[place]} /> {name}
              </th>
              <Bytes value={sent} />
              <Bytes value={received} />
              <Bytes value={sent + received} />
            </tr>
          ))}
          {cables.length > 1 ? (
            <tr>
              <th scope="row">{text(T.all)}</th>
              <Bytes value={sum(({ sent }) => sent)} />
              <Bytes value={sum(({ received }) => received)} />
              <Bytes value={total} />
            </tr>
          ) : null}
        </tbody>
      </table>
      {counted === undefined || counted.frames === 0 ? null : <Graph counted={counted} cables={cables} />}
    </div>
  );
}

function Bytes({ value }: { readonly value: number }): ReactNode {
  const numbers = useNumbers();
  return (
    <td className={styles['number']} title={String(value)}>
      {numbers.bytes(value)}
    </td>
  );
}

function Graph({
  counted,
  cables,
}: {
  readonly counted: IoGraphView;
  readonly cables: readonly CableBytes[];
}): ReactNode {
  const text = useText();
  const numbers = useNumbers();
  const { startNs, spanNs } = counted;
  const curves = curvesOf(counted, 'bytes');
  return (
    <>
      <Curves
        label={text(T.graphOf)}
        curves={curves}
        curveStyles={CURVES}
        counted={counted}
        sayMost={(most) => text(T.perSpan, { most: numbers.bytes(most), span: spanNs / 1e9 })}
      />
      <details>
        <summary>{text(T.asTable)}</summary>
        <table className={tables['table']} aria-label={text(T.graphOf)}>
          <thead>
            <tr>
              <th>{text(T.time)}</th>
              {cables.map(({ port, name }) => (
                <th key={port} className={styles['number']}>
                  {name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {busySpans(curves).map((span) => (
              <tr key={span}>
                <td>{numbers.seconds(startNs + span * spanNs)}</td>
                {curves.map((values, place) => (
                  <Bytes key={cables[place]?.port} value={values[span] ?? 0} />
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </details>
    </>
  );
}
