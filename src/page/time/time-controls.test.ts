/** Proves that looking back frame by frame counts each press of a key, however slowly the frames are found. */
import { beforeEach, expect, it } from 'vitest';
import { Emitter } from '../../base/emitter.ts';
import type { LabUpdate } from '../../threads/api/lab-api.ts';
import type { PacketRow } from '../../threads/api/analysis-api.ts';
import type { ThreadName } from '../lab-client.ts';
import { useRecord } from '../captures/capture-store.ts';
import { useView } from '../store.ts';
import { TimeControls } from './time-controls.ts';

const FRAMES_NS = [1e9, 2e9, 3e9, 4e9, 5e9];

const restarts = new Emitter<ThreadName>();
let selected: number[] = [];
/** Whether the thread answers at all. */
let answers = true;

const controls = new TimeControls(
  {
    restarts,
    lab: { setMode: () => Promise.resolve(), step: () => Promise.resolve() },
    analysis: {
      neighbour: async (timeNs, side) => {
        if (!answers) return await new Promise(() => undefined);
        await new Promise((answer) => setTimeout(answer));
        const found = side === 'before' ? FRAMES_NS.findLast((at) => at < timeNs) : FRAMES_NS.find((at) => at > timeNs);
        if (found === undefined) return undefined;
        return { timeNs: found, event: -1, number: FRAMES_NS.indexOf(found) + 1 } as PacketRow;
      },
    },
  },
  { runOnceTo: () => Promise.resolve(undefined) },
  (selection) => void (selection.kind === 'frame' && selected.push(selection.number)),
);

beforeEach(() => {
  selected = [];
  answers = true;
  useRecord.setState({ update: { timeNs: 6e9 } as LabUpdate });
  useView.setState({ pastNs: undefined });
});

it('goes one frame further for each press, also before the first is answered', async () => {
  await Promise.all([1, 2, 3].map(async () => await controls.lookBackToFrame('before')));
  expect(selected).toEqual([5, 4, 3]);
  await Promise.all([controls.lookBackToFrame('after'), controls.lookBackToFrame('before')]);
  expect(selected.slice(3)).toEqual([4, 3]);
  expect(useView.getState().pastNs).toBe(3e9);
});

it('goes on after the analysis thread was ended in the middle of a search', async () => {
  answers = false;
  void controls.lookBackToFrame('before');
  await Promise.resolve();
  answers = true;
  restarts.emit('analysis');
  await controls.lookBackToFrame('before');
  expect(selected).toEqual([5]);
});
