/** What the page makes of updates: of the lab that is open alone, each event once, and lists from their changes. */
import { expect, it } from 'vitest';
import { useLive } from '../../src/page/store.ts';
import { LiveUpdates } from '../../src/page/time/live-updates.ts';
import type { LabNews, MachineView, StopReason } from '../../src/threads/api/lab-api.ts';
import { verbatim } from '../../src/base/sentence.ts';

const none = { length: 0, changed: [] };
const machine = (name: string, detail: string): MachineView => ({
  name,
  kind: 'bare',
  power: 'on',
  stage: undefined,
  stageDetail: verbatim(detail),
  memMiB: 0,
  instructionsM: 0,
});

function news(generation: number, timeNs: number, more: Partial<LabNews> = {}): LabNews {
  return {
    generation,
    timeNs,
    mode: { kind: 'paused' },
    stopped: undefined,
    waits: undefined,
    speed: 0,
    frames: 0,
    machines: none,
    links: none,
    switches: none,
    leases: none,
    flights: [],
    hits: [],
    events: [{ id: timeNs, timeNs, node: 'pc1', kind: 'log', service: 'x', text: '' }],
    ...more,
  };
}

it('keeps what comes before the lab is said to be open, and nothing of another lab', () => {
  const updates = new LiveUpdates(() => undefined);
  updates.opened(1);
  updates.receive(news(1, 1));
  updates.receive(news(2, 2));
  expect(useLive.getState().count).toBe(1);
  updates.opened(2);
  expect(useLive.getState()).toMatchObject({ count: 1, update: { generation: 2, timeNs: 2 } });
  updates.receive(news(1, 3));
  expect(useLive.getState().count).toBe(1);
});

it('goes on with the same lab as another generation, and loses none of its events', () => {
  const updates = new LiveUpdates(() => undefined);
  updates.opened(4);
  const both = {
    length: 2,
    changed: [
      [0, machine('pc1', 'a')],
      [1, machine('pc2', 'b')],
    ] as const,
  };
  updates.receive(news(4, 1, { machines: both }));
  updates.receive(news(4, 2, { machines: { length: 2, changed: [[1, machine('pc2', 'c')]] } }));
  const { history } = useLive.getState();
  const texts = (): readonly string[] | undefined =>
    useLive.getState().update?.machines.map(({ stageDetail }) => stageDetail?.text ?? '');
  expect(texts()).toEqual(['a', 'c']);
  updates.receive(news(5, 4, { machines: both }));
  updates.follow(5);
  updates.receive(news(4, 3));
  expect(texts()).toEqual(['a', 'b']);
  expect(useLive.getState().history).toBe(history);
  expect([...history.range(0, history.count)].map(({ id }) => id)).toEqual([1, 2, 4, 3]);
});

it('tells of a stop once, however often it is repeated', () => {
  const stops: StopReason[] = [];
  const updates = new LiveUpdates((stopped) => stops.push(stopped));
  updates.opened(6);
  const stopped: StopReason = { kind: 'moment' };
  updates.receive(news(6, 1, { stopped }));
  updates.receive(news(6, 1, { stopped }));
  updates.receive(news(6, 2));
  updates.receive(news(6, 3, { stopped }));
  expect(stops).toHaveLength(2);
});
