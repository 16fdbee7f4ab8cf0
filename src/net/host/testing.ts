/** A small network for tests: hosts on one switch, with every frame kept. */
import { parseIpv4, prefixMask, type Ipv4Address } from '../../base/address.ts';
import { EventLog } from '../../base/event-log.ts';
import { EventQueue } from '../../base/time/event-queue.ts';
import { atLeast } from '../../base/lists/list.ts';
import { assert } from '../../base/result.ts';
import { SeededRng } from '../../base/rng.ts';
import { PlugPort, Wire, type WireOptions } from '../link.ts';
import type { FramePort } from '../port.ts';
import { EthernetSwitch, type SwitchOptions } from '../switch.ts';
import { TapPort, type TappedFrame } from '../testing-tap.ts';
import { HostStack } from './host-stack.ts';
import type { HostOptions, NetInterface } from './types.ts';

export interface TestHost {
  readonly host: HostStack;
  readonly eth0: NetInterface;
  readonly wire: Wire;
}

export interface TestHostOptions extends Partial<HostOptions> {
  readonly mtu?: number;
  readonly wire?: WireOptions;
  readonly wrap?: (port: FramePort, net: TestNetwork) => FramePort;
}

export class TestNetwork {
  readonly clock = new EventQueue();
  readonly log = new EventLog(this.clock);
  readonly frames: TappedFrame[] = [];
  readonly rng: SeededRng;
  readonly sw: EthernetSwitch;
  frameCount = 0;
  private readonly keepFrames: boolean;
  private count = 0;

  constructor(seed = 'test', options: { readonly keepFrames?: boolean; readonly sw?: Partial<SwitchOptions> } = {}) {
    this.keepFrames = options.keepFrames ?? true;
    this.rng = new SeededRng(seed);
    this.sw = new EthernetSwitch({ name: 'sw1', clock: this.clock, log: this.log.sink('sw1'), ...options.sw });
  }

  /** A host with one interface, 52:54:00:00:00:0N; the address is like `10.0.0.1/24`, or empty for none. */
  add(name: string, address: string, options: TestHostOptions = {}): TestHost {
    const { mtu, wire: wireOptions, wrap, ...hostOptions } = options;
    const number = ++this.count;
    const host = new HostStack({
      name,
      clock: this.clock,
      rng: this.rng.derive(name),
      log: this.log.sink(name),
      ...hostOptions,
    });
    const plug = new PlugPort(`${name}.eth0`);
    const socket = new PlugPort(`sw1.${number}`);
    this.sw.addPort(socket);
    const wire = new Wire(`${name}-sw1`, this.clock, wireOptions).connect(plug, socket);
    const tap = new TapPort(plug, this.clock, (seen) => {
      this.frameCount++;
      if (this.keepFrames) this.frames.push(seen);
      return undefined;
    });
    const port = wrap === undefined ? tap : wrap(tap, this);
    const mac = 0x5254_0000_0000 + number;
    const eth0 = host.addInterface({ name: 'eth0', port, mac, ...(mtu === undefined ? {} : { mtu }) });
    if (address !== '') {
      const [dotted, length] = atLeast(address.split('/'), 2);
      eth0.setAddress(ip(dotted), prefixMask(Number(length)));
    }
    return { host, eth0, wire };
  }

  codes(): string[] {
    return this.log.events.map((event) =>
      event.kind === 'decision' || event.kind === 'fault' ? event.code : event.kind,
    );
  }

  /** Runs for a span of virtual time. */
  run(durationNs: number): void {
    this.clock.runUntil(this.clock.nowNs + durationNs);
  }
}

/** An address from its dotted text, which must be right. */
export function ip(dotted: string): Ipv4Address {
  const address = parseIpv4(dotted);
  assert(address !== undefined, `not an address: ${dotted}`);
  return address;
}
