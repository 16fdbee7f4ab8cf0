/** One cable and two drivers: who gets the frames, and what holds a card for the firmware. */
import { describe, expect, it } from 'vitest';
import { EventQueue } from '../../base/time/event-queue.ts';
import { PlugPort, Wire } from '../../net/link.ts';
import { SharedPort } from './shared-port.ts';
import { PcNicPort, PcTime } from './time.ts';

function bench(): {
  readonly card: PcNicPort;
  readonly guestSends: () => void;
  /** Sends a frame to the machine; says who got it. */
  readonly arrives: () => string | undefined;
  /** How many frames the machine has sent. */
  readonly sent: () => number;
} {
  const queue = new EventQueue();
  const [plug, far] = [new PlugPort('pc1.net0'), new PlugPort('sw.1')];
  new Wire('cable', queue).connect(plug, far);
  const shared = new SharedPort(plug);
  const card = new PcNicPort(shared.firmware, new PcTime(queue));
  let got: string | undefined;
  let sent = 0;
  far.setReceiver(() => sent++);
  shared.guest.setReceiver(() => (got = 'guest'));
  card.setReceiver(() => (got = 'firmware'));
  return {
    card,
    guestSends: () => shared.guest.send(new Uint8Array(60)),
    arrives: () => {
      got = undefined;
      far.send(new Uint8Array(60));
      queue.runAll();
      return got;
    },
    sent: () => {
      queue.runAll();
      return sent;
    },
  };
}

describe('a card that firmware and guest share', () => {
  it('is the guest’s when it is released', () => {
    const { card, arrives, sent } = bench();
    expect(arrives()).toBe('firmware');
    card.release();
    expect(arrives()).toBe('guest');
    card.send(new Uint8Array(60));
    expect(sent()).toBe(0);
    card.take();
    expect(arrives()).toBe('firmware');
  });

  it('stays the firmware’s while it is held for drives of the network, whoever releases it', () => {
    const { card, arrives, sent } = bench();
    card.hold(true);
    card.release();
    expect(arrives()).toBe('firmware');
    card.send(new Uint8Array(60));
    expect(sent()).toBe(1);
    card.hold(false);
    expect(arrives()).toBe('guest');
  });

  it('is the guest’s as soon as its driver sends, and the firmware’s again when that starts again', () => {
    const { card, arrives, guestSends, sent } = bench();
    card.hold(true);
    guestSends();
    expect(arrives()).toBe('guest');
    card.send(new Uint8Array(60));
    expect(sent()).toBe(1);
    card.hold(false);
    card.take();
    expect(arrives()).toBe('firmware');
  });
});
