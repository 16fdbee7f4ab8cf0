/** Marks move by the clock that is handed in, stop when the lab is paused, and do not move with reduced motion. */
import { beforeEach, describe, expect, it } from 'vitest';
import type { FlightView, LabUpdate, RunMode } from '../../../../threads/api/lab-api.ts';
import type { LabClient } from '../../../../page/lab-client.ts';
import { useShown } from '../../../../page/time/displayed-lab.ts';
import { FlightPlayer, type Mark } from './flights.ts';

const FLIGHT: FlightView = { link: 0, direction: 'a-to-b', sentNs: 1000, arrivalNs: 6000, event: 7 };
const ROW = { event: 7, colour: 'dhcp', protocol: 'DHCP', info: 'DHCP Discover' };

class HandClock {
  ms = 0;
  isStill = false;
  private next: (() => void) | undefined;

  readonly host = {
    nowMs: (): number => this.ms,
    nextFrame: (draw: () => void): void => {
      this.next = draw;
    },
    isStill: (): boolean => this.isStill,
  };

  /** Goes on by some time and draws once. */
  draw(ms: number): void {
    this.ms += ms;
    const { next } = this;
    this.next = undefined;
    next?.();
  }
}

function update(mode: RunMode, timeNs: number, flights: readonly FlightView[]): Pick<LabUpdate, 'timeNs'> {
  return { generation: 1, mode, timeNs, flights, stopped: undefined } as unknown as LabUpdate;
}

const PACE: RunMode = { kind: 'pace', factor: 5e-6 };

describe('frames on their way', () => {
  let clock: HandClock;
  let marks: readonly Mark[];
  const show = (...given: Parameters<typeof update>): void => {
    useShown.setState({ update: update(...given) as LabUpdate, pastNs: undefined });
  };

  beforeEach(() => {
    clock = new HandClock();
    marks = [];
    const analysis = { rowsOfEvents: () => Promise.resolve([ROW]) } as unknown as LabClient['analysis'];
    new FlightPlayer({ analysis }, clock.host).draw(0, (drawn) => {
      marks = drawn;
    });
  });

  it('move from end to end in the time that the pace gives them', async () => {
    show(PACE, 1000, [FLIGHT]);
    clock.draw(0);
    // 5 µs of virtual time at 5e-6 seconds per second are 1000 ms.
    const places: number[] = [];
    for (let i = 0; i < 4; i++) {
      clock.draw(250);
      places.push(...marks.map(({ place }) => Math.round(place * 1000) / 1000));
    }
    expect(places).toEqual([0.25, 0.5, 0.75]);
    await Promise.resolve();
  });

  it('are told what they are', async () => {
    show(PACE, 1000, [FLIGHT]);
    await Promise.resolve();
    await Promise.resolve();
    clock.draw(100);
    expect(marks[0]?.look).toEqual(ROW);
  });

  it('stand where the lab stands, and go on from there', () => {
    show(PACE, 1000, [FLIGHT]);
    clock.draw(0);
    show({ kind: 'paused' }, 3500, [FLIGHT]);
    clock.draw(700);
    expect(marks[0]?.place).toBeCloseTo(0.5);
    clock.draw(5000);
    expect(marks[0]?.place).toBeCloseTo(0.5);
    show(PACE, 3500, [FLIGHT]);
    clock.draw(250);
    expect(marks[0]?.place).toBeCloseTo(0.75);
    clock.draw(300);
    expect(marks).toEqual([]);
  });

  it('appear and do not move with reduced motion', () => {
    clock.isStill = true;
    show(PACE, 1000, [FLIGHT]);
    const places = new Set<number>();
    for (let i = 0; i < 3; i++) {
      clock.draw(250);
      for (const { place } of marks) places.add(place);
    }
    expect([...places]).toEqual([0.5]);
  });
});
