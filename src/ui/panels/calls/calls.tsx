/** Calls of programs in order, with parameters, status and duration; a filter; a click selects the call everywhere. */
import { useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useId, useMemo, useRef, useState, type KeyboardEvent, type ReactNode } from 'react';
import { CALL_FIELDS, compileCallFilter } from '../../../analysis/calls/call-filter.ts';
import { CallList, type CallRecord } from '../../../analysis/calls/call-list.ts';
import type { CallFields } from '../../../base/event-log.ts';
import { panelTitle } from '../../../page/panels.ts';
import { useView } from '../../../page/store.ts';
import { useCommands, useMessage, useNumbers, useText } from '../../hooks.ts';
import { Empty } from '../../parts/states/empty.tsx';
import { useFold } from '../../use-events.ts';
import packets from '../packets/packets.module.css';
import styles from './calls.module.css';

const ROW_PX = 20;
const COLUMNS = ['time', 'machine', 'function', 'parameters', 'status', 'duration', 'count', 'caller'] as const;

const makeList = (): CallList => new CallList();

export function Calls(): ReactNode {
  const text = useText();
  const message = useMessage();
  const all = useFold(makeList);
  const [filter, setFilter] = useState('');
  // While a filter is being written, the last one that could be read stays.
  const [applied, setApplied] = useState('');
  const compiled = useMemo(() => compileCallFilter(filter), [filter]);
  const shown = useMemo(() => {
    const passes = compileCallFilter(applied);
    return passes.ok ? all.filter(passes.value.matches) : all;
  }, [all, applied]);
  const listId = useId();
  return (
    <div className={packets['panel']} data-testid="calls">
      <div className={packets['filterBar']}>
        <input
          className={packets['filter']}
          data-state={filter === '' ? 'empty' : compiled.ok ? 'good' : 'bad'}
          aria-label={text('calls.filter')}
          placeholder={text('calls.filterHint')}
          aria-invalid={!compiled.ok}
          value={filter}
          list={listId}
          spellCheck={false}
          autoCapitalize="off"
          onChange={({ target }) => {
            setFilter(target.value);
            if (compileCallFilter(target.value).ok) setApplied(target.value);
          }}
        />
        <datalist id={listId}>
          {CALL_FIELDS.map((name) => (
            <option key={name} value={name} />
          ))}
        </datalist>
        <output className={packets['counts']} data-bad={!compiled.ok}>
          {compiled.ok
            ? text('calls.counts', { shown: shown.length, total: all.length })
            : text('packets.filterProblem', {
                place: compiled.error.start + 1,
                message: message(compiled.error.message),
              })}
        </output>
      </div>
      {all.length === 0 ? <Empty title={text('calls.empty')} /> : <CallRows records={shown} />}
    </div>
  );
}

function CallRows({ records }: { readonly records: readonly CallRecord[] }): ReactNode {
  const text = useText();
  const commands = useCommands();
  const scroller = useRef<HTMLDivElement>(null);
  const selected = useView(({ selection }) => (selection.kind === 'event' ? selection.id : undefined));
  const at = useMemo(() => records.findIndex(({ event }) => event === selected), [records, selected]);
  const virtual = useVirtualizer({
    count: records.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_PX,
    overscan: 12,
  });
  useEffect(() => {
    if (at >= 0) virtual.scrollToIndex(at, { align: 'auto' });
  }, [at, virtual]);
  const choose = (index: number): void => {
    const record = records[Math.max(0, Math.min(records.length - 1, index))];
    if (record !== undefined) void commands.run('select', { kind: 'event', id: record.event });
  };
  const items = virtual.getVirtualItems();
  const press = (event: KeyboardEvent): void => {
    const page = Math.max(1, Math.floor((scroller.current?.clientHeight ?? 0) / ROW_PX) - 1);
    const to = {
      ArrowDown: at + 1,
      ArrowUp: at - 1,
      PageDown: at + page,
      PageUp: at - page,
      Home: 0,
      End: records.length - 1,
    }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    choose(to);
  };
  return (
    <div
      ref={scroller}
      className={packets['list']}
      role="grid"
      aria-label={text(panelTitle('calls'))}
      aria-rowcount={records.length}
      aria-activedescendant={items.some(({ index }) => index === at) ? `call-${at}` : undefined}
      tabIndex={0}
      data-testid="call-list"
      onKeyDown={press}
    >
      <div className={`${packets['head'] ?? ''} ${styles['columns'] ?? ''}`} role="row">
        {COLUMNS.map((column) => (
          <span key={column} role="columnheader">
            {text(`calls.${column}`)}
          </span>
        ))}
      </div>
      <div style={{ height: virtual.getTotalSize(), position: 'relative' }} role="rowgroup">
        {items.map(({ index, start }) => {
          const record = records[index];
          return record === undefined ? null : (
            <div
              key={record.event}
              id={`call-${index}`}
              role="row"
              aria-rowindex={index + 1}
              aria-selected={index === at}
              className={`${packets['row'] ?? ''} ${styles['columns'] ?? ''}`}
              style={{ transform: `translateY(${start}px)` }}
              onPointerDown={() => choose(index)}
            >
              <Cells record={record} />
            </div>
          );
        })}
      </div>
    </div>
  );
}

function Cells({ record }: { readonly record: CallRecord }): ReactNode {
  const text = useText();
  const numbers = useNumbers();
  const { end } = record;
  const parameters = parametersText(record.fields);
  const results = end === undefined || end.fields.length === 0 ? '' : ` → ${parametersText(end.fields)}`;
  const hasFailed = end !== undefined && end.failures > 0;
  const count =
    hasFailed && end.calls > 1
      ? text('calls.failures', { calls: end.calls, failures: end.failures })
      : String(end?.calls ?? '');
  return (
    <>
      <span role="gridcell">{numbers.seconds(record.timeNs)}</span>
      <span role="gridcell">{record.node}</span>
      <span role="gridcell" title={record.function}>
        {record.function}
      </span>
      <span role="gridcell" title={parameters + results}>
        {parameters}
        {results}
      </span>
      <span role="gridcell" className={hasFailed ? styles['failed'] : undefined}>
        {end === undefined ? text('calls.lasts') : hasFailed ? `✗ ${end.status}` : end.status}
      </span>
      <span role="gridcell">{end === undefined ? '' : numbers.seconds(end.durationNs)}</span>
      <span role="gridcell">{count}</span>
      <span role="gridcell">
        {record.caller}
        {record.mode === 'protected' ? ` ${text('calls.protected')}` : ''}
      </span>
    </>
  );
}

function parametersText(fields: CallFields): string {
  return fields.map(([name, value]) => `${name}=${value}`).join(' ');
}
