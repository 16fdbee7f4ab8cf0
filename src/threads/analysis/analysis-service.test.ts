/** Proves that a file that was made to hurt is listed whole, and that frames are found by the events that they are. */
import { describe, expect, it } from 'vitest';
import { HOSTILE_FAMILIES, hostileCapture } from '../../../test/hostile/captures.ts';
import { FrameStore } from '../../analysis/frame-store.ts';
import { writePcapng } from '../../analysis/pcapng/writer.ts';
import { AnalysisService } from './analysis-service.ts';

function fileOf(...names: readonly string[]): Uint8Array {
  const store = new FrameStore();
  store.addInterface({ name: 'if0' });
  for (const name of names) {
    const family = HOSTILE_FAMILIES.find((one) => one.name === name);
    if (family === undefined) throw new Error(`no family ${name}`);
    const made = hostileCapture(family, 2000, 'file');
    for (let index = 0; index < Math.min(made.length, 3); index++) {
      store.append({ timeNs: store.length, interfaceId: 0, bytes: made.bytes(index) });
    }
  }
  return writePcapng(store);
}

function service(): AnalysisService {
  return new AnalysisService(() => Promise.resolve());
}

describe('a capture file', () => {
  it('with frames nested a thousand deep is listed with all its frames, each of which can be looked at', async () => {
    const analysis = service();
    const bytes = fileOf('gaps', 'VLAN tags', 'ICMP quotes', 'IP in IP', 'gaps');
    expect(await analysis.openCapture('a', bytes)).toEqual({ problem: undefined, frames: 9, isDamaged: false });
    await analysis.showCapture('a');
    expect(await analysis.counts()).toMatchObject({ shown: 9, total: 9 });
    const rows = await analysis.rows(0, 9);
    expect(rows.map(({ protocol }) => protocol).join(' ')).toBe('TCP TCP TCP VLAN ICMP IPv4 TCP TCP TCP');
    for (let row = 0; row < 9; row++) expect((await analysis.detail(row))?.row.number).toBe(row + 1);
    // What another thread is sent must survive being copied.
    expect(structuredClone(await analysis.detail(4))).toBeDefined();
    expect((await analysis.ladder(100, 'first')).arrows.length).toBe(9);
  });

  it('that is none is refused with the place', async () => {
    const { problem } = await service().openCapture('a', Uint8Array.of(1, 2, 3, 4, 5));
    expect(problem).toMatchObject({ offset: 0, isTooLarge: false });
  });
});

describe('frames of the lab', () => {
  it('are found by their events, the first record of each', async () => {
    const analysis = service();
    analysis.receive({ kind: 'reset', generation: 1, interfaces: ['a.net0', 'b.net0'] });
    const frame = new Uint8Array(60);
    // Time, port, direction (1 out), length, event: sent at one port, seen at the other, then another frame.
    const meta = Float64Array.from([10, 0, 1, 60, 7, 20, 1, 0, -1, 7, 30, 1, 1, 60, 9]);
    const bytes = new Uint8Array(120);
    bytes.set(frame);
    analysis.receive({ kind: 'frames', generation: 1, meta, bytes });
    expect((await analysis.rowsOfEvents([9, 7, 8, -1])).map((row) => row?.number)).toEqual([
      2,
      1,
      undefined,
      undefined,
    ]);
    expect(await analysis.indexOfEvent(9)).toBe(1);
    expect(await analysis.eventOfFrame(1)).toBe(7);
  });

  it('that arrive are known as those that were sent, also when others were sent in between; only what does not arrive is lost', async () => {
    const analysis = service();
    analysis.receive({ kind: 'reset', generation: 1, interfaces: ['a.net0', 'b.net0'] });
    const sent = [10, 0, 1, 60, 1, 10, 0, 1, 60, 2];
    const meta = Float64Array.from([...sent, 20, 1, 0, -2, -1, 2e9, 0, 1, 60, 3, 2e9 + 10, 1, 0, -1, -1]);
    const bytes = new Uint8Array(180);
    bytes[60] = 2;
    bytes[120] = 4;
    analysis.receive({ kind: 'frames', generation: 1, meta, bytes });
    expect((await analysis.rows(0, 3)).map(({ marks }) => marks)).toEqual([[], ['lost'], []]);
    analysis.receive({ kind: 'struck', generation: 1, frames: [{ frameEvent: 3, kind: 'duplicate' }] });
    expect(await analysis.markedFrames(10)).toMatchObject([
      { number: 2, event: 2, marks: ['lost'] },
      { number: 3, event: 3, marks: ['duplicate'] },
    ]);
  });
});
