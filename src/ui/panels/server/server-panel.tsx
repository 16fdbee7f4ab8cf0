/**
 * A server: its configuration (checked while typing), its files, leases, log, answers, and the requests to its
 * services.
 */
import { memo, useCallback, useState, type ReactNode } from 'react';
import { isServer } from '../../../scenario/nodes/queries.ts';
import type { LabEvent } from '../../../base/event-log.ts';
import { useSelected } from '../../../page/time/selection-details.ts';
import { useDocument, useLive, useView } from '../../../page/store.ts';
import { formatSeconds } from '../../format.ts';
import { panelTitle } from '../../../page/panels.ts';
import { useCommands, useMessage, useNumbers, useText } from '../../hooks.ts';
import { useLatest } from '../../use-events.ts';
import { Empty } from '../../parts/states/empty.tsx';
import { ErrorBoundary } from '../../parts/states/error-boundary.tsx';
import { lazyPart } from '../../parts/states/lazy-part.tsx';
import { ViewBar } from '../../parts/bars/view-bar.tsx';
import { Transfers } from '../console/ipxe/transfers.tsx';
import { logLine } from '../story/event-sentence.ts';
import { PastNote } from '../timeline/past-bar.tsx';
import tables from '../../parts/table.module.css';
import styles from './server.module.css';

const [ConfigEditor] = lazyPart(async () => (await import('./config-editor.tsx')).ConfigEditor);
const [AskPanel] = lazyPart(async () => (await import('./ask-panel.tsx')).AskPanel);
const [LinesView] = lazyPart(async () => (await import('./lines-view.tsx')).LinesView);
const [RequestsView] = lazyPart(async () => (await import('./requests-view.tsx')).RequestsView);
const [DisksView] = lazyPart(async () => (await import('./disks/disks-view.tsx')).DisksView);
const [FilesView] = lazyPart(async () => (await import('./files-view.tsx')).FilesView);
const [ConfigFormView] = lazyPart(async () => (await import('./config-form.tsx')).ConfigFormView);

const VIEWS = ['config', 'form', 'lines', 'answers', 'ask', 'leases', 'requests', 'files', 'disks', 'log'] as const;
type View = (typeof VIEWS)[number];

export function ServerPanel(): ReactNode {
  const text = useText();
  const commands = useCommands();
  const scenario = useDocument((state) => state.scenario);
  const name = useView((state) => state.server);
  const [shown, setShown] = useState<View>('config');
  const servers = (scenario?.nodes ?? []).filter(isServer);
  const server = servers.find((node) => node.name === name);
  if (server === undefined) return <Empty title={text('server.empty')} />;
  return (
    <div className={styles['panel']}>
      <div className={styles['bar']}>
        <label>
          <span className="visually-hidden">{text(panelTitle('server'))}</span>
          <select value={name} onChange={({ target }) => void commands.run('view.server', target.value)}>
            {servers.map((node) => (
              <option key={node.name}>{node.name}</option>
            ))}
          </select>
        </label>
        <ViewBar
          label={text(panelTitle('server'))}
          views={VIEWS.map((id) => ({ id, label: text(`server.${id}`) }))}
          shown={shown}
          onShow={setShown}
        />
      </div>
      <div className={styles['body']}>
        <ErrorBoundary key={shown}>
          {shown === 'config' ? <ConfigEditor server={server} /> : null}
          {shown === 'form' ? <ConfigFormView key={server.name} server={server} /> : null}
          {shown === 'lines' ? <LinesView server={server} /> : null}
          {shown === 'ask' ? <AskPanel key={server.name} server={server} /> : null}
          {shown === 'files' ? <FilesView server={server} /> : null}
          {shown === 'disks' ? <DisksView server={server} /> : null}
          {shown === 'requests' ? <RequestsView server={server} /> : null}
        </ErrorBoundary>
        {shown === 'answers' ? <Answers server={server.name} /> : null}
        {shown === 'leases' ? <Leases server={server.name} /> : null}
        {shown === 'log' ? <Log server={server.name} /> : null}
      </div>
      <Transfers node={server.name} />
    </div>
  );
}

type ServerEvent = LabEvent & { readonly kind: 'server' };

const SHOWN_ANSWERS = 400;

function Answers({ server }: { readonly server: string }): ReactNode {
  const text = useText();
  const picks = useCallback(
    (event: LabEvent): event is ServerEvent => event.kind === 'server' && event.node === server,
    [server],
  );
  const answers = useLatest(SHOWN_ANSWERS, picks);
  const related = useSelected((state) => state.related);
  const selected = useSelected((state) => state.explanation?.event.id);
  if (answers.length === 0) return <Empty title={text('server.noAnswers')} />;
  return (
    <ol className={styles['answers']}>
      {answers.map((event) => (
        <Answer key={event.id} event={event} isRelated={related.has(event.id)} isSelected={event.id === selected} />
      ))}
    </ol>
  );
}

interface Marked<E> {
  readonly event: E;
  readonly isRelated: boolean;
  readonly isSelected: boolean;
}

const Answer = memo(function Answer({ event, isRelated, isSelected }: Marked<ServerEvent>): ReactNode {
  const numbers = useNumbers();
  const message = useMessage();
  const commands = useCommands();
  return (
    <li data-severity={event.severity} data-related={isRelated}>
      <button
        type="button"
        aria-pressed={isSelected}
        onClick={() => void commands.run('select', { kind: 'event', id: event.id })}
      >
        <time>{numbers.seconds(event.timeNs)}</time> {message(event)}
      </button>
      {event.lines.map((line) => (
        <code key={`${line.file}:${line.line}`}>
          {line.file}:{line.line} {line.text}
        </code>
      ))}
    </li>
  );
});

function Leases({ server }: { readonly server: string }): ReactNode {
  const text = useText();
  const numbers = useNumbers();
  const all = useLive((state) => state.update?.leases);
  const leases = (all ?? []).filter((lease) => lease.server === server);
  if (leases.length === 0) return <Empty title={text('server.noLeases')} />;
  return (
    <>
      <PastNote />
      <table className={tables['scrolled']}>
        <thead>
          <tr>
            <th>{text('server.address')}</th>
            <th>MAC</th>
            <th>{text('server.hostname')}</th>
            <th>{text('server.expires')}</th>
          </tr>
        </thead>
        <tbody>
          {leases.map((lease) => (
            <tr key={lease.address}>
              <td>{lease.address}</td>
              <td>{lease.mac}</td>
              <td>{lease.hostname}</td>
              <td>{lease.expiresNs === undefined ? text('server.never') : `${numbers.seconds(lease.expiresNs)} s`}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </>
  );
}

type LogEvent = LabEvent & { readonly kind: 'log' };

const SHOWN_LINES = 1000;

function Log({ server }: { readonly server: string }): ReactNode {
  const text = useText();
  const picks = useCallback(
    (event: LabEvent): event is LogEvent => event.kind === 'log' && event.node === server,
    [server],
  );
  const lines = useLatest(SHOWN_LINES, picks);
  const related = useSelected((state) => state.related);
  const selected = useSelected((state) => state.explanation?.event.id);
  if (lines.length === 0) return <Empty title={text('server.noLog')} />;
  return (
    <ol className={styles['log']}>
      {lines.map((event) => (
        <LogLine key={event.id} event={event} isRelated={related.has(event.id)} isSelected={event.id === selected} />
      ))}
    </ol>
  );
}

const LogLine = memo(function LogLine({ event, isRelated, isSelected }: Marked<LogEvent>): ReactNode {
  const commands = useCommands();
  return (
    <li data-related={isRelated}>
      <button
        type="button"
        aria-pressed={isSelected}
        onClick={() => void commands.run('select', { kind: 'event', id: event.id })}
      >
        {`${formatSeconds(event.timeNs)} ${logLine(event.service, event.text)}`}
      </button>
    </li>
  );
});
