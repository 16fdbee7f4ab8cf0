/**
 * The filter: applied while typing whenever it is valid, with completion of names, and errors shown at their position.
 */
import { useEffect, useId, useRef, useState, type ReactNode } from 'react';
import type { Message } from '../../../../base/sentence.ts';
import type { FilterState } from '../../../../threads/api/analysis-api.ts';
import { useView } from '../../../../page/store.ts';
import { usePackets } from '../../../../page/packets/packet-store.ts';
import { useThreads } from '../../../../page/threads/thread-care.ts';
import { useCommands, usePageQueries, useMessage, useText } from '../../../hooks.ts';
import { Button, CommandButton } from '../../../parts/button.tsx';
import { Icon } from '../../../parts/icon.tsx';
import styles from '../packets.module.css';

export function FilterBar({
  counts,
}: {
  readonly counts: { readonly shown: number; readonly total: number; readonly filtering: boolean };
}): ReactNode {
  const text = useText();
  const message = useMessage();
  const { client } = usePageQueries();
  const commands = useCommands();
  const filter = useView((state) => state.filter);
  const [draft, setDraft] = useState(filter);
  const prepared = usePackets((state) => state.prepared);
  const [state, setState] = useState<FilterState>({ ok: true });
  const [completions, setCompletions] = useState<readonly { text: string; label: string; detail: Message }[]>([]);
  const fileInput = useRef<HTMLInputElement>(null);
  const capture = useView((state) => state.capture);
  const listId = useId();
  // A fresh analysis thread has no filter.
  const analysisStarts = useThreads((threads) => threads.analysisStarts);
  useEffect(() => setDraft(filter), [filter, analysisStarts]);
  // It stands in the box, and waits for Enter.
  useEffect(() => {
    if (prepared !== undefined) setDraft(prepared);
  }, [prepared]);
  const isWaiting = prepared !== undefined && draft === prepared && draft !== filter;
  useEffect(() => {
    let live = true;
    void (async () => {
      if (isWaiting) {
        const checked = await client.analysis.checkFilter(draft);
        if (live) setState(checked);
        return;
      }
      const result = await client.analysis.setFilter(draft);
      if (!live) return;
      setState(result);
      if (result.ok) await commands.run('view.filter', draft);
    })();
    void client.analysis.complete(draft, draft.length).then((found) => {
      if (live) setCompletions(found.slice(0, 30));
    });
    return () => {
      live = false;
    };
  }, [client, commands, draft, capture, analysisStarts, isWaiting]);
  return (
    <div className={styles['filterBar']}>
      <input
        className={styles['filter']}
        data-state={draft === '' ? 'empty' : state.ok ? 'good' : 'bad'}
        aria-label={text('packets.filter')}
        placeholder={text('packets.filterHint')}
        aria-invalid={!state.ok}
        value={draft}
        list={listId}
        spellCheck={false}
        autoCapitalize="off"
        data-testid="filter"
        onChange={(event) => setDraft(event.target.value)}
        onKeyDown={({ key }) => {
          if (key === 'Enter' && isWaiting) void commands.run('packets.filter', draft);
        }}
      />
      {isWaiting ? (
        <span className={styles['waiting']} role="status">
          {text('packets.preparedHint')}
        </span>
      ) : null}
      <datalist id={listId}>
        {completions.map((item) => (
          <option key={item.text} value={item.text}>
            {`${item.label} ${message(item.detail)}`}
          </option>
        ))}
      </datalist>
      <output className={styles['counts']} data-bad={!state.ok} data-testid="packet-counts">
        {state.ok
          ? text(counts.filtering ? 'packets.filtering' : 'packets.counts', {
              shown: counts.shown,
              total: counts.total,
            })
          : text('packets.filterProblem', { place: state.offset + 1, message: message(state.message) })}
      </output>
      <input
        ref={fileInput}
        type="file"
        accept=".pcap,.pcapng,.cap,.gz"
        className="visually-hidden"
        tabIndex={-1}
        aria-label={text('packets.import')}
        onChange={({ target }) => {
          const [file] = target.files ?? [];
          if (file !== undefined) void commands.run('packets.import', file);
          target.value = '';
        }}
      />
      <Button label={text('packets.import')} onPress={() => fileInput.current?.click()} />
      <CommandButton id="packets.save">
        <Icon name="save" />
        {text('packets.export')}
      </CommandButton>
    </div>
  );
}
