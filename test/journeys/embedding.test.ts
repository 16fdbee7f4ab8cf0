/** What an embedding page is told, and what it may ask for; a stand-in for the page's window carries the messages. */
import { afterAll, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import { pageCommands } from '../../src/page/commands/all.ts';
import type { Controller } from '../../src/page/controller.ts';
import { fronts } from '../../src/page/layout/layout.ts';
import { useLayout } from '../../src/page/layout/layout-store.ts';
import { placePanels } from '../../src/page/panels.ts';
import { speakWithEmbedder, type MessageToEmbedder } from '../../src/page/shell/embedding.ts';
import { useDocument, useLive, useView } from '../../src/page/store.ts';
import { LiveUpdates } from '../../src/page/time/live-updates.ts';
import type { LabNews, StopReason } from '../../src/threads/api/lab-api.ts';
import { siteScenario } from '../support/lab.ts';
import { atLeast } from '../../src/base/lists/list.ts';
import { verbatim } from '../../src/base/sentence.ts';

const reported: MessageToEmbedder[] = [];
const done: string[] = [];
const parent = { postMessage: (message: MessageToEmbedder) => reported.push(message) };
let send: (event: { readonly data: unknown; readonly source: unknown }) => void;

beforeAll(() => {
  vi.stubGlobal('window', { parent });
  vi.stubGlobal('addEventListener', (_: string, listener: typeof send) => {
    send = listener;
  });
  useView.setState({ embed: true });
  useDocument.getState().setScenario(siteScenario('bare-storm-50'));
  useLive.setState({ progress: { kind: 'ready' } });
  placePanels([{ id: 'story', area: 'bottom', title: { en: 'Story', fr: 'Récit' } }]);
  const client = {
    lab: {
      checkCondition: (condition: string) =>
        Promise.resolve(condition === 'tftp.' ? { offset: 5, message: 'a name is missing', condition } : undefined),
    },
    analysis: {
      checkFilter: (filter: string) =>
        Promise.resolve(filter === 'nonsense' ? { ok: false, offset: 0, message: 'no such field' } : { ok: true }),
      setFilter: (filter: string) => Promise.resolve(void done.push(`set ${filter}`)),
    },
  };
  const page = {
    isOfLink: true,
    labName: () => 'storm',
    client,
    time: {
      setPace: (pace: unknown) => done.push(`pace ${String(pace)}`),
      runUntil: (condition: string) => done.push(`until ${condition}`),
    },
    switchOn: (name: unknown) => done.push(`power ${String(name)}`),
  } as unknown as Controller;
  speakWithEmbedder(page, pageCommands(page));
});
afterAll(() => vi.unstubAllGlobals());
beforeEach(() => {
  reported.length = 0;
  done.length = 0;
});

async function ask(command: string, argument?: unknown): Promise<{ ok: boolean; error?: string } | undefined> {
  send({ data: { netbootLab: 1, command, argument, id: 7 }, source: parent });
  await vi.waitFor(() => expect(reported).toHaveLength(1));
  const [answer] = atLeast(reported, 1);
  return answer.event === 'done' ? answer : undefined;
}

it.each([
  ['machine.power', 'pc7', 'power pc7'],
  ['machine.power', undefined, 'power pc3'],
  ['time.pace', '0.5', 'pace 0.5'],
  ['time.pace', 0, 'pace 0'],
  ['time.pace', 'auto', 'pace undefined'],
  ['time.until', 'tftp.block == 7', 'until tftp.block == 7'],
])('carries out %s %s', async (command, argument, effect) => {
  useView.setState({ machine: 'pc3' });
  expect(await ask(command, argument)).toMatchObject({ id: 7, ok: true });
  expect(done).toEqual([effect]);
});

it('filters the packets and shows a panel', async () => {
  expect(await ask('packets.filter', 'tftp')).toMatchObject({ ok: true });
  reported.length = 0;
  expect(await ask('panel.story')).toMatchObject({ ok: true });
  expect(useView.getState()).toMatchObject({ filter: 'tftp', shownPanel: 'story' });
  expect(fronts(useLayout.getState().layout)).toContain('story');
  expect(done).toEqual(['set tftp']);
});

it.each([
  ['machine.power', 'nobody', 'There is no machine "nobody".'],
  ['machine.power', 'sw1', 'There is no machine "sw1".'],
  ['machine.power', { name: 'pc7' }, /^The argument does not fit at \$: expected a text/],
  [
    'time.pace',
    'quick',
    /^The argument does not fit at \$: expected auto, frames, or a number from 0 up; found "quick"$/,
  ],
  ['time.pace', -1, /^The argument does not fit at \$: /],
  ['time.run', 'quick', 'This command takes no argument.'],
  ['time.until', '  ', 'A condition is missing.'],
  ['time.until', undefined, /^The argument does not fit at \$: expected a text/],
  ['time.until', 'tftp.', 'At 6: a name is missing'],
  ['packets.filter', 'nonsense', 'At 1: no such field'],
  ['packets.filter', 'x'.repeat(5000), 'The argument is too long.'],
  ['packets.filter', 7, /^The argument does not fit at \$: expected a text; found 7/],
  ['panel.constructor', undefined, 'There is no command "panel.constructor".'],
  ['lab.new', undefined, 'There is no command "lab.new".'],
])('refuses %s %.20s, and says why', async (command, argument, error) => {
  const answer = await ask(command, argument);
  expect(answer).toMatchObject({ id: 7, ok: false });
  expect(answer?.error).toMatch(error);
  expect(done).toEqual([]);
});

it('refuses a command that the lab is not ready for', async () => {
  useLive.setState({ progress: undefined });
  expect(await ask('time.until', 'tftp')).toMatchObject({ ok: false, error: 'The lab is not ready.' });
  useLive.setState({ progress: { kind: 'ready' } });
});

it('tells of the stages before the stop that they led to, each once', () => {
  const updates = new LiveUpdates(() => undefined);
  updates.opened(3);
  const none = { length: 0, changed: [] };
  const news = (timeNs: number, stage: 'post' | 'halted', stopped?: StopReason): LabNews => ({
    generation: 3,
    timeNs,
    mode: { kind: 'paused' },
    stopped,
    waits: undefined,
    speed: 0,
    frames: 0,
    machines: none,
    links: none,
    switches: none,
    leases: none,
    flights: [],
    hits: [],
    events: [{ id: timeNs, timeNs, node: 'pc1', kind: 'stage', stage, ...verbatim(stage) }],
  });
  updates.receive(news(1, 'post'));
  updates.receive(news(2, 'halted', { kind: 'idle', why: 'halted', missed: undefined }));
  expect(reported.map((message) => ('stage' in message ? message.stage : message.event))).toEqual([
    'post',
    'halted',
    'stopped',
  ]);
  expect(useLive.getState().count).toBe(2);
});
