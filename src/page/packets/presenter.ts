/**
 * Keeps the analysis thread informed of how packets are presented, and the browser of what was chosen. A lab that brings
 * columns or colours is shown with them; they do not replace those that the browser keeps.
 */
import type { Scenario, ScenarioPackets } from '../../scenario/schema.ts';
import type { LabClient } from '../lab-client.ts';
import { useDocument, useView } from '../store.ts';
import { isFramed, storageOf } from '../document/kept/browser-labs.ts';
import { DEFAULT_COLOURS } from './colour-rules.ts';
import { DEFAULT_COLUMNS, fieldsOf, parseLook } from './packet-columns.ts';
import { NO_NOTES, usePackets, type FrameNotes } from './packet-store.ts';

const KEY = 'netboot-lab.packets.1';

/** Marks and comments of what is shown: the capture file's, or the lab's. */
export function shownNotes(): FrameNotes {
  if (useView.getState().capture !== undefined) return usePackets.getState().fileNotes;
  const packets = useDocument.getState().scenario?.packets;
  if (packets?.marked === undefined && packets?.comments === undefined) return NO_NOTES;
  const { marked = NO_NOTES.marked, comments = [] } = packets;
  return { marked, comments: comments.map(({ frame, text }) => [frame, text]) };
}

/** The lab with the columns and colours that it is shown with, for a link or a file. */
export function withLook(scenario: Scenario): Scenario {
  const { columns: _columns, colours: _colours, ...notes } = scenario.packets ?? {};
  const packets = { ...notes, ...chosenLook() };
  const { packets: _packets, ...rest } = scenario;
  return Object.keys(packets).length === 0 ? rest : { ...rest, packets };
}

/** Columns and colours that differ from the first ones: part of links and files. */
export function chosenLook(): Pick<ScenarioPackets, 'columns' | 'colours'> {
  const { columns, colours } = usePackets.getState();
  return {
    ...(columns === DEFAULT_COLUMNS ? {} : { columns: [...columns] }),
    ...(colours === DEFAULT_COLOURS ? {} : { colours: [...colours] }),
  };
}

function browserStorage(): Storage | undefined {
  return isFramed() ? undefined : storageOf('localStorage');
}

/** Remembers columns and colours in this browser. */
export function keepLook(): void {
  try {
    browserStorage()?.setItem(KEY, JSON.stringify(chosenLook()));
  } catch {
    // The choice holds until the page is closed.
  }
}

/** The columns and colours of the lab that has been opened, else the browser's. */
export function restoreLook(): void {
  const kept = parseLook(browserStorage()?.getItem(KEY) ?? null);
  const own = useDocument.getState().scenario?.packets;
  usePackets.setState({
    columns: own?.columns ?? kept.columns ?? DEFAULT_COLUMNS,
    colours: own?.colours ?? kept.colours ?? DEFAULT_COLOURS,
    references: [],
    chosen: undefined,
  });
}

export function followPackets(client: LabClient): void {
  restoreLook();
  let sent: unknown;
  const present = async (isFresh: boolean): Promise<void> => {
    const { columns, colours, isColoured, sort, references } = usePackets.getState();
    const presentation = {
      fields: fieldsOf(columns),
      sort,
      colours: isColoured ? colours.map(({ filter, enabled }) => (enabled ? filter : 'frame.number == 0')) : [],
      references,
      ...shownNotes(),
    };
    const text = JSON.stringify(presentation);
    if (text === sent && !isFresh) return;
    sent = text;
    const problems = await client.analysis.present(presentation);
    usePackets.setState(({ presented }) => ({
      presented: presented + 1,
      badFields: problems.fields,
      badColours: problems.colours,
    }));
  };
  void present(true);
  usePackets.subscribe((now, before) => {
    if (now.presented === before.presented) void present(false);
  });
  useDocument.subscribe(({ scenario }, before) => {
    if (scenario?.packets !== before.scenario?.packets) void present(false);
  });
  useView.subscribe(({ capture }, before) => {
    if (capture === before.capture) return;
    // Numbers of frames mean others now.
    usePackets.setState({ references: [], chosen: undefined, fileNotes: NO_NOTES, sort: undefined });
  });
  client.restarts.on(() => void present(true));
}
