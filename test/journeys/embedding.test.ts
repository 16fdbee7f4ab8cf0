/** What an embedding page is told, and what it may ask for; a stand-in for the page's window carries the messages. */
import { afterAll, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import { CommandRegistry } from '../../src/page/commands/registry.ts';
import type { Controller } from '../../src/page/controller.ts';
import { speakWithEmbedder, type MessageToEmbedder } from '../../src/page/shell/embedding.ts';
import { useDocument, useLive, useView } from '../../src/page/store.ts';
import { LiveUpdates } from '../../src/page/time/live-updates.ts';
import type { LabNews, StopReason } from '../../src/threads/api/lab-api.ts';
import { siteScenario } from '../support/lab.ts';
import { atLeast } from '../../src/base/list.ts';
import { verbatim } from '../../src/base/sentence.ts';

const told: MessageToEmbedder[] = [];
const done: string[] = [];
const parent = { postMessage: (message: MessageToEmbedder) => told.push(message) };
let send: (event: { readonly data: unknown; readonly source: unknown }) => void;

beforeAll(() => {
  vi.stubGlobal('window', { parent });
  vi.stubGlobal('addEventListener', (_: string, listener: typeof send) => {
    send = listener;
  });
  useView.setState({ embed: true });
  useDocument.getState().setScenario(siteScenario('bare-storm-50'));
  const commands = new CommandRegistry();
  for (const id of ['time.until', 'time.pace', 'machine.power', 'packets.filter', 'panel.story', 'lab.new'])
    commands.register({ id, title: 'time.run', run: (argument) => done.push(`${id} ${argument ?? ''}`) });
  const client = {
    lab: {
      checkCondition: (condition: string) =>
        Promise.resolve(condition === 'tftp.' ? { offset: 5, message: 'a name is missing', condition } : undefined),
    },
    analysis: {
      checkFilter: (filter: string) =>
        Promise.resolve(filter === 'nonsense' ? { ok: false, offset: 0, message: 'no such field' } : { ok: true }),
    },
  };
  speakWithEmbedder({ isOfLink: true, labName: () => 'storm', commands, client } as unknown as Controller);
});
afterAll(() => vi.unstubAllGlobals());
beforeEach(() => {
  told.length = 0;
  done.length = 0;
});

async function ask(command: string, argument?: unknown): Promise<{ ok: boolean; error?: string } | undefined> {
  send({ data: { netbootLab: 1, command, argument, id: 7 }, source: parent });
  await vi.waitFor(() => expect(told).toHaveLength(1));
  const [answer] = atLeast(told, 1);
  return answer.event === 'done' ? answer : undefined;
}

it.each([
  ['machine.power', 'pc7'],
  ['machine.power', undefined],
  ['time.pace', '0.5'],
  ['time.pace', 'auto'],
  ['time.until', 'tftp.block == 7'],
  ['packets.filter', 'tftp'],
  ['panel.story', undefined],
])('carries out %s %s', async (command, argument) => {
  expect(await ask(command, argument)).toMatchObject({ id: 7, ok: true });
  expect(done).toEqual([`${command} ${argument ?? ''}`]);
});

it.each([
  ['machine.power', 'nobody', 'there is no machine "nobody"'],
  ['machine.power', 'sw1', 'there is no machine "sw1"'],
  ['time.pace', 'quick', 'the pace is none of auto, frames, or a number from 0 up'],
  ['time.until', '  ', 'a condition is missing'],
  ['time.until', 'tftp.', 'at 6: a name is missing'],
  ['packets.filter', 'nonsense', 'at 1: no such field'],
  ['packets.filter', 'x'.repeat(5000), 'the argument is too long'],
  ['packets.filter', 7, 'the argument is no string'],
  ['panel.constructor', undefined, 'there is no panel "constructor"'],
  ['lab.new', undefined, 'there is no command "lab.new"'],
])('refuses %s %.20s, and says why', async (command, argument, error) => {
  expect(await ask(command, argument)).toMatchObject({ id: 7, ok: false, error });
  expect(done).toEqual([]);
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
  updates.take(news(1, 'post'));
  updates.take(news(2, 'halted', { kind: 'idle', why: 'halted', missed: undefined }));
  expect(told.map((message) => ('stage' in message ? message.stage : message.event))).toEqual([
    'post',
    'halted',
    'stopped',
  ]);
  expect(useLive.getState().count).toBe(2);
});
