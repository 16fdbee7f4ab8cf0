/** Opens, shows, keeps and closes capture files. */
import { toHex } from '../../base/bytes.ts';
import type { Message } from '../../base/sentence.ts';
import { problemAt, scenarioMessage } from '../../scenario/problems.ts';
import {
  MAX_CAPTURE_BYTES,
  MAX_CAPTURE_FRAMES,
  type CaptureLog,
  type ComparedDocument,
} from '../../threads/api/captures-api.ts';
import type { LabUpdate, MachineView } from '../../threads/api/lab-api.ts';
import { stageDetail } from '../../base/event-log.ts';
import { isFramed, storageOf } from '../document/kept/browser-labs.ts';
import type { LabClient } from '../lab-client.ts';
import { showInLayout, useLayout } from '../layout/layout-store.ts';
import { frontOf, groupsOf } from '../layout/layout.ts';
import { showPanel } from '../layout/show-panel.ts';
import { notify, useDocument, useLive, useView, type Selection } from '../store.ts';
import { EventHistory } from '../time/event-history.ts';
import { HAS_CAPTURES, useCaptures, type CaptureEntry, type CaptureRecord, type Keeping } from './capture-store.ts';
import { forgetCapture, keepCapture, keptCaptures, MAX_KEPT_BYTES } from './kept-captures.ts';

type Client = Pick<LabClient, 'analysis'>;

/** The lab, among ids of captures. */
const LAB = '';
const MIB = 1024 ** 2;
const ID_BYTES = 8;

/** Captures that the analysis thread of this page has. */
const loaded = new WeakMap<object, Set<string>>();

function loadedIn({ analysis }: Client): Set<string> {
  const known = loaded.get(analysis) ?? new Set();
  loaded.set(analysis, known);
  return known;
}

/** Opens a file as a document of its own, and shows it. */
export async function openCapture(client: Client, file: File): Promise<void> {
  const id = toHex(crypto.getRandomValues(new Uint8Array(ID_BYTES)));
  const { name, size: sizeBytes } = file;
  const entry: CaptureEntry = { id, name, sizeBytes, frames: 0, isDamaged: false, file, keeping: undefined };
  const read = await load(client, entry);
  if (read === undefined) return;
  useCaptures.setState(({ list }) => ({ list: [...list, read] }));
  await showCapture(client, id);
  await keep(read);
}

/** Reads the file in the analysis thread; undefined when it cannot be, which is said. */
async function load(client: Client, entry: CaptureEntry): Promise<CaptureEntry | undefined> {
  const { id, name, file } = entry;
  const refuse = (why: Message): undefined => {
    useLive.setState({ problems: [problemAt(name, why)] });
  };
  const tooLarge = (): undefined =>
    refuse(
      scenarioMessage('scenario.capture-too-large', {
        name,
        size: Math.ceil(file.size / MIB),
        limit: MAX_CAPTURE_BYTES / MIB,
      }),
    );
  if (file.size > MAX_CAPTURE_BYTES) return tooLarge();
  let bytes: Uint8Array;
  try {
    bytes = new Uint8Array(await file.arrayBuffer());
  } catch {
    return refuse(scenarioMessage('scenario.capture-gone', { name }));
  }
  const { problem, frames, isDamaged } = await client.analysis.openCapture(id, bytes);
  if (problem === undefined) {
    loadedIn(client).add(id);
    return { ...entry, frames, isDamaged };
  }
  if (problem.isTooLarge && problem.reason.says.id === 'capture.frames')
    return refuse(scenarioMessage('scenario.capture-too-many-frames', { name, limit: String(MAX_CAPTURE_FRAMES) }));
  return refuse(scenarioMessage('scenario.capture-unreadable', { reason: problem.reason, offset: problem.offset }));
}

export async function showCapture(client: Client, id: string): Promise<void> {
  const entry = useCaptures.getState().list.find((one) => one.id === id);
  if (entry === undefined) return;
  if (!loadedIn(client).has(id) && (await load(client, entry)) === undefined) return;
  await client.analysis.showCapture(id);
  // The selection is an event of the lab, or a frame of another capture.
  useView.setState({
    capture: { id, name: entry.name, frames: entry.frames },
    selection: { kind: 'none' },
    pastNs: undefined,
  });
  for (const group of groupsOf(useLayout.getState().layout.root)) {
    const other = [...CAPTURE_PANELS, ...group.tabs].find((tab) => group.tabs.includes(tab) && !LAB_PANELS.has(tab));
    if (other !== undefined && LAB_PANELS.has(frontOf(group) ?? '')) showInLayout(other);
  }
  if (useCaptures.getState().records.has(id)) return;
  const log = await client.analysis.captureLog(id);
  if (log === undefined) return;
  useCaptures.setState(({ records }) => ({ records: new Map([...records, [id, recordOf(log, entry.frames)]]) }));
}

/** What is first shown of a capture, in each group of panels. */
const CAPTURE_PANELS = ['explain', 'packets'];

/** Panels of what a capture does not have. */
const LAB_PANELS: ReadonlySet<string> = new Set([
  'topology',
  'server',
  'breakpoints',
  'certificates',
  'moments',
  'calls',
  'cables',
]);

/** Numbers that no lab has. */
let generation = -2;

function recordOf({ events, machines, cards, endNs, cutAt }: CaptureLog, frames: number): CaptureRecord {
  const history = new EventHistory();
  history.append(events);
  const views = machines.map((name): MachineView => {
    const stage = history.stages.latest(name, Number.POSITIVE_INFINITY);
    const detail = stage === undefined ? undefined : stageDetail(stage);
    return { name, kind: 'pc', power: 'on', stage: stage?.stage, stageDetail: detail, memMiB: 0, instructionsM: 0 };
  });
  const update: LabUpdate = {
    generation: generation--,
    timeNs: endNs,
    mode: { kind: 'paused' },
    stopped: undefined,
    waits: undefined,
    speed: 0,
    frames,
    machines: views,
    links: [],
    flights: [],
    hits: [],
    switches: [],
    leases: [],
  };
  return { update, history, count: history.count, stageCount: history.stages.count, machines, cards, endNs, cutAt };
}

/** The lab's own frames, and all that is the lab's. */
export async function showLab({ analysis }: Client): Promise<void> {
  await analysis.showCapture(undefined);
  useView.setState(({ selection }) => ({
    capture: undefined,
    selection: selection.kind === 'event' || selection.kind === 'frame' ? { kind: 'none' } : selection,
    pastNs: undefined,
  }));
}

/** The next document, or the one before: the lab, then the captures in their order. */
export async function stepDocument(client: Client, by: 1 | -1): Promise<void> {
  const { list } = useCaptures.getState();
  const { capture } = useView.getState();
  const ids = [undefined, ...list.map(({ id }) => id)];
  const at = ids.indexOf(capture?.id);
  const next = ids[(at + by + ids.length) % ids.length];
  await (next === undefined ? showLab(client) : showCapture(client, next));
}

/** Compares two documents; the empty id is the lab's. */
export async function compareDocuments(client: Client, a: string, b: string): Promise<void> {
  useCaptures.setState({ comparison: { a, b, differences: undefined } });
  const { list } = useCaptures.getState();
  const about = async (id: string): Promise<ComparedDocument | undefined> => {
    if (id === LAB) return { id: undefined, name: useDocument.getState().scenario?.name ?? '' };
    const entry = list.find((one) => one.id === id);
    const isThere = entry !== undefined && (loadedIn(client).has(id) || (await load(client, entry)) !== undefined);
    return isThere ? { id, name: entry.name } : undefined;
  };
  const [first, second] = [await about(a), await about(b)];
  if (first === undefined || second === undefined) {
    useCaptures.setState({ comparison: undefined });
    return;
  }
  const differences = await client.analysis.compareDocuments(first, second);
  useCaptures.setState(({ comparison }) =>
    comparison?.a === a && comparison.b === b ? { comparison: { a, b, differences } } : {},
  );
}

/** Shows a frame of a document. */
export async function lookAtFrame(
  page: { readonly client: Client; select(selection: Selection): void },
  document: string,
  number: number,
): Promise<void> {
  const { client } = page;
  if ((useView.getState().capture?.id ?? LAB) !== document)
    await (document === LAB ? showLab(client) : showCapture(client, document));
  const event = await client.analysis.eventOfFrame(number);
  page.select(event === undefined ? { kind: 'frame', number } : { kind: 'event', id: event });
  showPanel('packets');
}

export async function closeCapture(client: Client, id: string): Promise<void> {
  const { list } = useCaptures.getState();
  const entry = list.find((one) => one.id === id);
  if (entry === undefined) return;
  if (useView.getState().capture?.id === id) await showLab(client);
  useCaptures.setState(({ records }) => ({
    list: list.filter((one) => one !== entry),
    closed: entry,
    comparison: undefined,
    records: new Map([...records].filter(([known]) => known !== id)),
  }));
  loadedIn(client).delete(id);
  await client.analysis.closeCapture(id);
  await forgetCapture(id);
  markKept();
  notify({
    id: 'capture.closed',
    parameters: { name: entry.name },
    action: { label: 'edit.undo', run: () => void reopenCapture(client) },
  });
}

/** Undoes closing. */
export async function reopenCapture(client: Client): Promise<void> {
  const { closed } = useCaptures.getState();
  if (closed === undefined) return;
  useCaptures.setState(({ list }) => ({ list: [...list, closed], closed: undefined }));
  useLive.setState({ notice: undefined });
  await showCapture(client, closed.id);
  await keep(closed);
}

async function keep(entry: CaptureEntry): Promise<void> {
  const keeping = await keepingOf(entry);
  useCaptures.setState(({ list }) => ({
    list: list.map((one) => (one.id === entry.id ? { ...one, keeping } : one)),
  }));
  markKept();
  if (keeping === 'kept' || useLive.getState().problems.length > 0) return;
  const { name } = entry;
  if (keeping === 'large') notify({ id: 'capture.notKeptLarge', parameters: { name, limit: MAX_KEPT_BYTES / MIB } });
  else notify({ id: 'capture.notKept', parameters: { name } });
}

async function keepingOf(entry: CaptureEntry): Promise<Keeping> {
  if (entry.sizeBytes > MAX_KEPT_BYTES) return 'large';
  return !isFramed() && (await keepCapture(entry)) ? 'kept' : 'refused';
}

/** The next page looks for kept captures only when there are any. */
function markKept(): void {
  const hasAny = useCaptures.getState().list.some(({ keeping }) => keeping === 'kept');
  try {
    if (hasAny) storageOf('localStorage')?.setItem(HAS_CAPTURES, '1');
    else storageOf('localStorage')?.removeItem(HAS_CAPTURES);
  } catch {
    // They are found when another one is opened.
  }
}

/** Lists the captures that this browser keeps; none is read before it is shown. */
export async function listKept(): Promise<void> {
  const kept = await keptCaptures();
  useCaptures.setState(({ list }) => ({
    list: [...kept.filter(({ id }) => !list.some((one) => one.id === id)), ...list],
  }));
}
