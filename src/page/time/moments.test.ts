/** The way to a moment whose keyframe does not fit is run again in full, with what the user did, and says so. */
import { beforeEach, expect, it } from 'vitest';
import { lab } from '../../../test/page/labs.ts';
import type { ScenarioUserInput } from '../../scenario/schema.ts';
import type { LabUpdate, RunMode } from '../../threads/api/lab-api.ts';
import { useLive, useView, type Moment } from '../store.ts';
import { Moments } from './moments.ts';

const KEY: ScenarioUserInput = { machine: 'pc1', at: { ms: 2000 }, do: { keys: ['Enter'] } };
const OUTAGE = { link: 0, fromNs: 3e9 };
const MISMATCH = { kind: 'mismatch', machine: 'pc1' } as const;

let opened: unknown[] = [];
let modes: RunMode[] = [];
let opens = true;

const moments = new Moments({
  client: { analysis: undefined as never },
  time: {
    setMode: (mode) => Promise.resolve(void modes.push(mode)),
    pause: () => Promise.resolve(),
    lookBack: () => undefined,
  },
  breakpoints: { runOnceTo: () => Promise.resolve(undefined), reached: () => undefined },
  guard: { mustAsk: () => false, begin: () => undefined, end: () => undefined },
  select: () => undefined,
  running: () => lab('Running'),
  // As opening does it: nothing has been done in the lab yet, and it goes nowhere.
  reopen: ({ inputs }) => {
    opened.push(inputs);
    useView.setState({ moment: undefined });
    useLive.setState({ inputs: [], outages: [] });
    return Promise.resolve(opens);
  },
});

beforeEach(() => {
  opened = [];
  modes = [];
  opens = true;
  useLive.setState({
    update: { timeNs: 4e9 } as LabUpdate,
    inputs: [KEY],
    outages: [OUTAGE],
    notice: undefined,
  });
  useView.setState({ moment: undefined });
});

it('opens the lab again, with what the user did, and goes on to the same moment', async () => {
  const moment: Moment = { at: { timeNs: 9e9 }, event: 7, frame: undefined, needsClick: false, hasHung: false };
  useView.setState({ moment });
  await moments.standAt(MISMATCH);
  expect(opened).toEqual([[KEY]]);
  expect(useLive.getState()).toMatchObject({
    inputs: [KEY],
    outages: [OUTAGE],
    notice: { id: 'moment.startsOver', parameters: { machine: 'pc1' } },
  });
  expect(useView.getState().moment).toEqual(moment);
  expect(modes).toEqual([{ kind: 'fast', untilNs: 9e9, passBreakpoints: {} }]);
});

it('goes to where the lab stood when it was not on its way to a moment', async () => {
  await moments.standAt(MISMATCH);
  expect(modes).toEqual([{ kind: 'fast', untilNs: 4e9, passBreakpoints: {} }]);
});

it('stays where it is when the lab cannot be opened', async () => {
  opens = false;
  await moments.standAt(MISMATCH);
  expect([modes, useLive.getState().notice]).toEqual([[], undefined]);
});
