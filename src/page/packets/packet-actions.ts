/** What the commands about packets do. Loaded with the first of them. */
import { joinFilters, type FilterJoin } from '../../analysis/filter/field-filter.ts';
import { SCENARIO_LIMITS } from '../../scenario/limits.ts';
import type { Scenario, ScenarioPackets } from '../../scenario/schema.ts';
import type { CopyFormat, Relation, SearchQuery } from '../../threads/api/packets-api.ts';
import type { Controller } from '../controller.ts';
import type { LabClient } from '../lab-client.ts';
import { showPanel } from '../layout/show-panel.ts';
import { notify, useDocument, useView } from '../store.ts';
import { DEFAULT_COLOURS } from './colour-rules.ts';
import { DEFAULT_COLUMNS } from './packet-columns.ts';
import { usePackets, type FrameNotes } from './packet-store.ts';
import { keepLook, shownNotes } from './presenter.ts';

type Page = Pick<Controller, 'client' | 'select'>;

/** What applying a filter needs of the threads. */
interface Filtering {
  readonly analysis: { setFilter(filter: string): Promise<unknown> };
}

export type CopyWhat = CopyFormat | 'value' | 'field' | 'filter';

/** The analysis thread has the filter before the list asks how many frames it shows. */
async function applyFilter({ analysis }: Filtering, filter: string): Promise<void> {
  await analysis.setFilter(filter);
  usePackets.setState({ prepared: undefined });
  useView.setState({ filter });
  showPanel('packets');
}

/** The filter is joined to what stands in the filter bar. */
export async function filterByChosen(client: Filtering, join: FilterJoin, isApplied: boolean): Promise<void> {
  const { chosen, prepared } = usePackets.getState();
  const filter = chosen?.field?.filter;
  if (filter === undefined) return;
  const joined = joinFilters(prepared ?? useView.getState().filter, join, filter);
  if (isApplied) await applyFilter(client, joined);
  else {
    showPanel('packets');
    usePackets.setState({ prepared: joined });
  }
}

export async function filterConversation(client: LabClient): Promise<void> {
  const { analysis } = client;
  const { chosen } = usePackets.getState();
  const filter = chosen === undefined ? undefined : await analysis.conversationFilter(chosen.number);
  if (filter === undefined) notify({ id: 'packets.noConversation' });
  else await applyFilter(client, filter);
}

export function chosenAsColumn(): void {
  const { chosen, columns } = usePackets.getState();
  const field = chosen?.field?.field;
  if (field === undefined) return;
  if (columns.some((column) => column.field === field)) notify({ id: 'packets.columnIsThere', parameters: { field } });
  else if (columns.length < SCENARIO_LIMITS.maxColumns) {
    // Before the last one, which takes the room that is left.
    setColumns([...columns.slice(0, -1), { field }, ...columns.slice(-1)]);
  }
}

export function setColumns(columns: ScenarioPackets['columns']): void {
  usePackets.setState(({ sort }) => ({
    columns: columns ?? DEFAULT_COLUMNS,
    sort: sort !== undefined && columns?.some(({ field }) => field === sort.column) === true ? sort : undefined,
  }));
  keepLook();
}

export function setColours(colours: ScenarioPackets['colours']): void {
  usePackets.setState({ colours: colours ?? DEFAULT_COLOURS });
  keepLook();
}

// ---- going somewhere

export async function goToFrame({ client, select }: Page, number: number): Promise<void> {
  const row = await client.analysis.indexOfFrame(number);
  if (row === undefined) {
    const { total } = await client.analysis.counts();
    notify(
      number > total
        ? { id: 'packets.noFrame', parameters: { number, total } }
        : { id: 'packets.frameHidden', parameters: { number } },
    );
    return;
  }
  const event = await client.analysis.eventOfFrame(number);
  showPanel('packets');
  select(event === undefined ? { kind: 'frame', number } : { kind: 'event', id: event });
}

export async function goToRelated(page: Controller, relation: Relation): Promise<void> {
  const { chosen } = usePackets.getState();
  if (chosen === undefined) return;
  const number = await page.client.analysis.related(chosen.number, relation);
  if (number === undefined) notify({ id: 'packets.nothingRelated', parameters: { number: chosen.number } });
  else await goToFrame(asPage(page), number);
}

export async function goToLinked(page: Controller): Promise<void> {
  const frame = usePackets.getState().chosen?.field?.frame;
  if (frame !== undefined) await goToFrame(asPage(page), frame);
}

function asPage(page: Controller): Page {
  return { client: page.client, select: (selection) => page.select(selection) };
}

export async function goToMark(page: Controller, step: 1 | -1): Promise<void> {
  const marked = [...shownNotes().marked].sort((a, b) => a - b);
  const from = usePackets.getState().chosen?.number ?? 0;
  const next = step > 0 ? marked.find((number) => number > from) : marked.findLast((number) => number < from);
  const number = next ?? marked.at(step > 0 ? 0 : -1);
  if (number === undefined) notify({ id: 'packets.noMarks' });
  else await goToFrame(asPage(page), number);
}

// ---- notes

/** Of a capture file they are kept while it is open; on frames of the lab they are part of the document. */
function note(change: (notes: FrameNotes) => FrameNotes): void {
  const changed = change(shownNotes());
  if (Math.max(changed.marked.length, changed.comments.length) > SCENARIO_LIMITS.maxFrameNotes) {
    notify({ id: 'packets.tooManyNotes', parameters: { limit: SCENARIO_LIMITS.maxFrameNotes } });
    return;
  }
  if (useView.getState().capture !== undefined) usePackets.setState({ fileNotes: changed });
  else useDocument.getState().edit((draft) => writeNotes(draft, changed));
}

function writeNotes(draft: Scenario, { marked, comments }: FrameNotes): void {
  const { marked: _marked, comments: _comments, ...rest } = draft.packets ?? {};
  const kept = comments.filter(([, text]) => text !== '').map(([frame, text]) => ({ frame, text }));
  draft.packets = {
    ...rest,
    ...(marked.length === 0 ? {} : { marked: [...marked] }),
    ...(kept.length === 0 ? {} : { comments: kept }),
  };
  if (Object.keys(draft.packets).length === 0) delete draft.packets;
}

export function toggleMark(): void {
  const { chosen } = usePackets.getState();
  if (chosen === undefined) return;
  const { number } = chosen;
  note(({ marked, ...rest }) => ({
    ...rest,
    marked: marked.includes(number) ? marked.filter((one) => one !== number) : [...marked, number],
  }));
}

export function unmarkAll(): void {
  note((notes) => ({ ...notes, marked: [] }));
}

export function setComment(number: number, text: string): void {
  note(({ comments, ...rest }) => ({
    ...rest,
    comments: [...comments.filter(([frame]) => frame !== number), [number, text.trim()]],
  }));
}

export function toggleReference(): void {
  usePackets.setState(({ chosen, references, time }) => {
    if (chosen === undefined) return {};
    const { number } = chosen;
    return references.includes(number)
      ? { references: references.filter((one) => one !== number) }
      : { references: [...references, number], time: time === 'start' ? 'reference' : time };
  });
}

// ---- search

export async function search(page: Controller, query: SearchQuery, back: boolean): Promise<void> {
  usePackets.setState({ query, found: { id: 'packets.searching' } });
  const { chosen } = usePackets.getState();
  const { analysis } = page.client;
  const from = chosen === undefined ? undefined : await analysis.indexOfFrame(chosen.number);
  const result = await analysis.search({ query, from, back });
  if (!result.ok) {
    usePackets.setState({ found: { problem: result.problem } });
    return;
  }
  const { number, wrapped } = result;
  const id = number === undefined ? 'packets.notFound' : wrapped ? 'packets.foundFromEnd' : 'packets.foundAt';
  usePackets.setState({ found: { id, parameters: { number: number ?? 0 } } });
  if (number !== undefined) await goToFrame(asPage(page), number);
}

export async function searchAgain(page: Controller, back: boolean): Promise<void> {
  const { query } = usePackets.getState();
  if (query !== undefined) await search(page, query, back);
}

// ---- copies

export async function copyChosen({ analysis }: LabClient, what: CopyWhat): Promise<void> {
  const { chosen } = usePackets.getState();
  if (chosen === undefined) return;
  const { number, field } = chosen;
  const text = await textOf(analysis, number, field, what);
  if (text === undefined) return;
  try {
    await navigator.clipboard.writeText(text);
    notify({ id: 'packets.copied', parameters: { count: text.length } });
  } catch {
    notify({ id: 'packets.notCopied' });
  }
}

async function textOf(
  analysis: LabClient['analysis'],
  number: number,
  field: NonNullable<ReturnType<typeof usePackets.getState>['chosen']>['field'],
  what: CopyWhat,
): Promise<string | undefined> {
  switch (what) {
    case 'filter':
      return field?.filter;
    case 'value':
      return field?.value ?? (await analysis.copy(number, 'summary'));
    case 'field':
      return field?.label ?? (await analysis.copy(number, 'summary'));
    case 'summary':
    case 'tree':
    case 'json':
    case 'hex':
    case 'hex-stream':
    case 'c':
      return await analysis.copy(number, what, field?.range);
  }
}
