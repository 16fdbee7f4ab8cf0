/** A cable takes the time of a real one, keeps order, drops when its queue is full, and loses what is on it when pulled. */
import { describe, expect, it } from 'vitest';
import { CausalClock, EventLog } from '../base/event-log.ts';
import { EventQueue } from '../base/time/event-queue.ts';
import { itemAt } from '../base/lists/list.ts';
import { PlugPort, Wire, type WireOptions } from './link.ts';
import { TapPort, type TappedFrame } from './testing-tap.ts';

function cable(options: WireOptions) {
  const clock = new EventQueue();
  const log = new EventLog(clock);
  const a = new PlugPort('pc1.net0');
  const b = new PlugPort('sw1.1');
  const wire = new Wire('cable', clock, options, log.sink('cable')).connect(a, b);
  const arrived: { frame: Uint8Array; timeNs: number }[] = [];
  b.setReceiver((frame) => arrived.push({ frame, timeNs: clock.nowNs }));
  return { clock, log, a, b, wire, arrived };
}

describe('Wire', () => {
  it('takes 12,304 ns at 1 Gbit/s for a full frame with preamble, FCS and gap, and its latency', () => {
    const { clock, a, arrived } = cable({ latencyNs: 500, bandwidthBps: 1e9 });
    a.send(new Uint8Array(1514));
    clock.runAll();
    expect(arrived.map((x) => x.timeNs)).toEqual([(1514 + 24) * 8 + 500]);
  });

  it('counts a short frame as the 64 bytes that go over the wire', () => {
    const { clock, a, arrived } = cable({ latencyNs: 0, bandwidthBps: 1e9 });
    a.send(new Uint8Array(42));
    clock.runAll();
    expect(itemAt(arrived, 0).timeNs).toBe(84 * 8);
  });

  it('sends one frame after the other, and directions do not wait for each other', () => {
    const { clock, a, b, arrived } = cable({ latencyNs: 100, bandwidthBps: 1e9, framing: false });
    let back = 0;
    a.setReceiver(() => {
      back = clock.nowNs;
    });
    a.send(new Uint8Array(1000));
    a.send(new Uint8Array(1000));
    b.send(new Uint8Array(1000));
    clock.runAll();
    expect(arrived.map((x) => x.timeNs)).toEqual([8_100, 16_100]);
    expect(back).toBe(8_100);
  });

  it('drops what does not fit its queue and says so once', () => {
    const { clock, a, wire, log, arrived } = cable({ bandwidthBps: 1e6, queueBytes: 3000, framing: false });
    for (let i = 0; i < 5; i++) a.send(new Uint8Array(1000));
    clock.runAll();
    expect(arrived).toHaveLength(3);
    expect(wire.counters(0)).toEqual({ frames: 3, bytes: 3000, dropped: 2 });
    expect(log.events.map((e) => (e.kind === 'decision' ? e.code : e.kind))).toEqual(['link.queue-full']);
  });

  it('keeps the order when the latency is made shorter under way', () => {
    const { clock, a, wire, arrived } = cable({ latencyNs: 1000, bandwidthBps: 0 });
    a.send(Uint8Array.of(1));
    wire.configure({ latencyNs: 10 });
    a.send(Uint8Array.of(2));
    clock.runAll();
    expect(arrived.map((x) => x.frame[0])).toEqual([1, 2]);
  });

  it('loses the frames on it when pulled, tells both ends, and works again when plugged in', () => {
    const { clock, a, b, wire, arrived } = cable({ latencyNs: 1000 });
    const reported: string[] = [];
    a.setLinkListener((up) => reported.push(`a ${up}`));
    b.setLinkListener((up) => reported.push(`b ${up}`));
    a.send(new Uint8Array(60));
    wire.disconnect();
    a.send(new Uint8Array(60));
    clock.runAll();
    expect(arrived).toHaveLength(0);
    expect(a.linkUp).toBe(false);
    wire.connect(a, b);
    wire.setUp(false);
    wire.setUp(true);
    a.send(new Uint8Array(60));
    clock.runAll();
    expect(arrived).toHaveLength(1);
    expect(reported).toEqual(['a false', 'b false', 'a true', 'b true', 'a false', 'b false', 'a true', 'b true']);
  });
});

describe('TapPort', () => {
  it('shows every frame with its direction and time, and makes it the cause of what follows', () => {
    const queue = new EventQueue();
    const log = new EventLog(queue);
    const clock = new CausalClock(queue, log);
    const seen: TappedFrame[] = [];
    const observe = (record: TappedFrame): number => {
      const { direction, port } = record;
      const frame = seen.push(record) - 1;
      return log.emit(port, { kind: 'frame', port, direction, frame });
    };
    const plugA = new PlugPort('a.0');
    const plugB = new PlugPort('b.0');
    new Wire('w', clock, { latencyNs: 1000, bandwidthBps: 0 }).connect(plugA, plugB);
    const a = new TapPort(plugA, clock, observe, log.sink('a'));
    const b = new TapPort(plugB, clock, observe, log.sink('b'));
    b.setReceiver(() => {
      log.emit('b', { kind: 'log', service: 'test', text: 'got it' });
      b.send(Uint8Array.of(2));
    });
    a.send(Uint8Array.of(1));
    queue.runAll();
    expect(seen.map((s) => `${s.timeNs} ${s.port} ${s.direction} ${s.frame[0]}`)).toEqual([
      '0 a.0 out 1',
      '1000 b.0 in 1',
      '1000 b.0 out 2',
      '2000 a.0 in 2',
    ]);
    expect(log.events.map((e) => e.cause)).toEqual([undefined, 0, 1, 1, 3]);
  });
});
