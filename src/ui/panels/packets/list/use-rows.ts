/** The rows of the packet list as they are needed. */
import { useCallback, useEffect, useRef, useState } from 'react';
import type { PacketRow } from '../../../../threads/api/analysis-api.ts';
import { usePageQueries } from '../../../hooks.ts';
import type { Tail } from './use-capture-end.ts';

const PAGE = 64;

interface Pages {
  readonly pages: Map<number, readonly PacketRow[]>;
  readonly asked: Set<number>;
}

const noPages = (): Pages => ({ pages: new Map(), asked: new Set() });

/**
 * Rows that were fetched, by pages, and the last ones, which came with the count. When the view changes, or the end has
 * moved ahead, the old rows stay until new ones arrive: the list never turns blank.
 */
export function useRows(
  version: string,
  count: number,
  tails: readonly Tail[],
): (index: number) => PacketRow | undefined {
  const { client } = usePageQueries();
  const current = useRef(noPages());
  const before = useRef(new Map<number, readonly PacketRow[]>());
  const [, redraw] = useState(0);
  useEffect(() => {
    before.current = current.current.pages;
    current.current = noPages();
    redraw((n) => n + 1);
  }, [version]);
  return useCallback(
    (index: number): PacketRow | undefined => {
      for (const { from, rows } of tails) {
        const row = rows[index - from];
        if (row !== undefined) return row;
      }
      const asking = current.current;
      const ask = (page: number): void => {
        const rows = asking.pages.get(page);
        const complete = rows !== undefined && (rows.length === PAGE || page * PAGE + rows.length >= count);
        if (complete || asking.asked.has(page) || page < 0 || page * PAGE >= count) return;
        asking.asked.add(page);
        void client.analysis.rows(page * PAGE, (page + 1) * PAGE).then((fetched) => {
          if (asking !== current.current) return;
          asking.asked.delete(page);
          asking.pages.set(page, fetched);
          redraw((n) => n + 1);
        });
      };
      const page = Math.floor(index / PAGE);
      ask(page);
      // What one scrolls to next.
      ask(page + 1);
      ask(page - 1);
      return asking.pages.get(page)?.[index % PAGE] ?? before.current.get(page)?.[index % PAGE];
    },
    [client, count, tails],
  );
}
