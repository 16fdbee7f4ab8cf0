/** Proves what commands about packets leave in the document, the filter and links. */
import { beforeEach, describe, expect, it } from 'vitest';
import { parseScenario } from '../../scenario/parse.ts';
import type { Scenario } from '../../scenario/schema.ts';
import { decodeLink, encodeLink } from '../document/link.ts';
import { useDocument, useView } from '../store.ts';
import { DEFAULT_COLOURS } from './colour-rules.ts';
import { DEFAULT_COLUMNS, parseLook } from './packet-columns.ts';
import {
  chosenAsColumn,
  filterByChosen,
  setColours,
  setColumns,
  setComment,
  toggleMark,
  toggleReference,
} from './packet-actions.ts';
import { NO_NOTES, usePackets } from './packet-store.ts';
import { shownNotes, withLook } from './presenter.ts';

function lab(): Scenario {
  const parsed = parseScenario({
    version: 1,
    name: 'Lab',
    nodes: [{ kind: 'bare', name: 'pc1', nics: [{ mac: '52:54:00:00:00:01' }] }],
  });
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.error));
  return parsed.value;
}

const FIELD = { field: 'tftp.block', label: 'Block: 8', value: '8', filter: 'tftp.block == 8', isColumn: true };

beforeEach(() => {
  useDocument.getState().setScenario(lab());
  useView.setState({ filter: '', capture: undefined });
  usePackets.setState({
    columns: DEFAULT_COLUMNS,
    colours: DEFAULT_COLOURS,
    references: [],
    time: 'start',
    prepared: undefined,
    fileNotes: NO_NOTES,
    chosen: { number: 27, event: 99, field: FIELD },
  });
});

describe('filters from what is chosen', () => {
  it('are applied, or wait in the filter bar and are joined to what waits there', async () => {
    const set: string[] = [];
    const setFilter = async (filter: string) => {
      set.push(filter);
      return await Promise.resolve({ ok: true } as const);
    };
    const client = { analysis: { setFilter } };
    await filterByChosen(client, 'selected', true);
    expect(set).toEqual(['tftp.block == 8']);
    expect(useView.getState().filter).toBe('tftp.block == 8');
    await filterByChosen(client, 'and-not', false);
    expect(useView.getState().filter).toBe('tftp.block == 8');
    expect(usePackets.getState().prepared).toBe('tftp.block == 8 && !(tftp.block == 8)');
    await filterByChosen(client, 'or', true);
    expect(useView.getState().filter).toBe('(tftp.block == 8 && !(tftp.block == 8)) || tftp.block == 8');
    expect(usePackets.getState().prepared).toBeUndefined();
  });
});

describe('marks and comments', () => {
  it('on frames of the lab are in its document, and leave it without a trace', () => {
    toggleMark();
    setComment(3, ' Here. ');
    expect(useDocument.getState().scenario?.packets).toEqual({ marked: [27], comments: [{ frame: 3, text: 'Here.' }] });
    expect(shownNotes()).toEqual({ marked: [27], comments: [[3, 'Here.']] });
    toggleMark();
    setComment(3, '');
    expect(useDocument.getState().scenario).not.toHaveProperty('packets');
  });

  it('on frames of a file stay with the file', () => {
    useView.setState({ capture: { id: 'a', name: 'theirs.pcapng', frames: 99 } });
    toggleMark();
    setComment(3, '');
    expect(usePackets.getState().fileNotes).toEqual({ marked: [27], comments: [[3, '']] });
    expect(useDocument.getState().scenario).not.toHaveProperty('packets');
  });

  it('are no more than the document has room for', () => {
    useView.setState({ capture: { id: 'a', name: 'theirs.pcapng', frames: 2000 } });
    usePackets.setState({ fileNotes: { marked: Array.from({ length: 1000 }, (_, i) => i + 100), comments: [] } });
    toggleMark();
    expect(usePackets.getState().fileNotes.marked).not.toContain(27);
  });
});

describe('columns and colours', () => {
  it('go with links, beside the notes; the first ones do not', () => {
    expect(withLook(lab())).not.toHaveProperty('packets');
    chosenAsColumn();
    chosenAsColumn();
    const [rule] = DEFAULT_COLOURS;
    if (rule === undefined) throw new Error('there are no rules');
    setColours([{ ...rule, enabled: false }]);
    toggleMark();
    const { scenario } = useDocument.getState();
    if (scenario === undefined) throw new Error('no lab');
    const opened = decodeLink(encodeLink(withLook(scenario)));
    if (opened?.ok !== true) throw new Error(JSON.stringify(opened));
    const { packets } = opened.value.scenario;
    expect(packets?.columns?.map(({ field }) => field).slice(-2)).toEqual(['tftp.block', 'info']);
    expect(packets?.columns).toHaveLength(DEFAULT_COLUMNS.length + 1);
    expect(packets?.colours).toEqual([{ ...rule, enabled: false }]);
    expect(packets?.marked).toEqual([27]);
    setColumns(undefined);
    setColours(undefined);
    expect(withLook(lab())).not.toHaveProperty('packets');
  });

  it('are the first ones where what the browser kept is no such set', () => {
    expect(parseLook(null)).toEqual({});
    expect(parseLook('{')).toEqual({});
    expect(parseLook('{"columns":[{"field":5}]}')).toEqual({});
    expect(parseLook('{"columns":[{"field":"ip.ttl"}]}')).toEqual({ columns: [{ field: 'ip.ttl' }] });
  });
});

it('a time reference counts time from it, and is taken away again', () => {
  toggleReference();
  expect(usePackets.getState()).toMatchObject({ references: [27], time: 'reference' });
  toggleReference();
  expect(usePackets.getState().references).toEqual([]);
});
