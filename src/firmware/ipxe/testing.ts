/**
 * A bench for tests of iPXE: a bare machine that runs one script as its embedded script, and everything that it
 * printed. Servers may be joined to its cable.
 */
import { EventLog, CausalClock } from '../../base/event-log.ts';
import { EventQueue } from '../../base/time/event-queue.ts';
import { NS_PER_S } from '../../base/time/clock.ts';
import { SeededRng } from '../../base/rng.ts';
import type { LabEvent } from '../../base/event-log.ts';
import { BareMachine } from '../bare/bare-machine.ts';
import type { MachineIdentity, PlatformNic } from '../platform.ts';
import type { FramePort, FrameReceiver } from '../../net/port.ts';
import { DEFAULT_BUILD, type IpxeBuild } from './build.ts';
import type { Ipxe } from './ipxe.ts';
import { IpxePersonality } from './personality.ts';

/** A cable's end whose frames come out at a function and go in by another. */
export class TestPort implements FramePort {
  readonly name: string;
  linkUp = true;
  /** The receiver of the machine's frames. */
  onSend: ((frame: Uint8Array) => void) | undefined;
  readonly sent: Uint8Array[] = [];
  private receiver: FrameReceiver | undefined;
  private listener: ((linkUp: boolean) => void) | undefined;

  constructor(name: string) {
    this.name = name;
  }

  send(frame: Uint8Array): void {
    this.sent.push(frame);
    this.onSend?.(frame);
  }

  receive(frame: Uint8Array): void {
    this.receiver?.(frame);
  }

  setLink(up: boolean): void {
    this.linkUp = up;
    this.listener?.(up);
  }

  setReceiver(receiver: FrameReceiver | undefined): void {
    this.receiver = receiver;
  }

  setLinkListener(listener: ((linkUp: boolean) => void) | undefined): void {
    this.listener = listener;
  }
}

/** The card of the reference captures: an e1000 at 00:02.0. */
export function testNic(index: number, port: FramePort, mac = 0x5254_0012_3456 + index): PlatformNic {
  return {
    name: `net${index}`,
    mac,
    port,
    driver: '82540em',
    bus: {
      kind: 'pci',
      bus: 0,
      device: 2 + index,
      function: 0,
      vendorId: 0x8086,
      deviceId: 0x100e,
      subsystemVendorId: 0x1af4,
      subsystemId: 0x1100,
      classCode: 0x020000,
      revision: 3,
      ioBase: 0xc000,
      irq: 11,
    },
  };
}

export const TEST_IDENTITY: MachineIdentity = {
  uuid: '00000000-0000-0000-0000-000000000000',
  manufacturer: 'QEMU',
  product: 'Standard PC (i440FX + PIIX, 1996)',
  serial: '',
  asset: '',
  boardSerial: '',
};

export interface BenchOptions {
  readonly build?: Partial<IpxeBuild>;
  readonly ports?: number;
  readonly seed?: string;
  readonly identity?: MachineIdentity;
  readonly hasLongMode?: boolean;
  readonly onStart?: (ipxe: Ipxe) => void;
}

export class Bench {
  readonly queue = new EventQueue();
  readonly log = new EventLog(this.queue);
  readonly clock = new CausalClock(this.queue, this.log);
  readonly ports: readonly TestPort[];
  readonly machine: BareMachine;
  readonly personality: IpxePersonality;
  readonly rng: SeededRng;
  /** Characters printed so far. */
  output = '';

  constructor(options: BenchOptions = {}) {
    this.rng = new SeededRng(options.seed ?? 'bench');
    this.ports = Array.from({ length: options.ports ?? 1 }, (_, index) => new TestPort(`pc1.net${index}`));
    // Without the window of the ROM's initialisation, unless it is asked for: the boot begins at once.
    const build = { ...DEFAULT_BUILD, romBannerTimeoutDs: 0, ...options.build };
    this.personality = new IpxePersonality(build, (ipxe) => {
      ipxe.printed.on((text) => {
        this.output += text;
      });
      options.onStart?.(ipxe);
    });
    this.machine = new BareMachine({
      name: 'pc1',
      clock: this.clock,
      rng: this.rng.derive('pc1'),
      log: this.log.sink('pc1'),
      nics: this.ports.map((port, index) => testNic(index, port)),
      identity: options.identity ?? TEST_IDENTITY,
      hasLongMode: options.hasLongMode,
      personalities: () => [this.personality],
    });
  }

  get ipxe(): Ipxe {
    const { running } = this.personality;
    if (running === undefined) throw new Error('iPXE has not started');
    return running;
  }

  get events(): readonly LabEvent[] {
    return this.log.events;
  }

  /** Lets virtual time pass. */
  run(seconds: number): void {
    this.queue.runUntil(this.queue.nowNs + seconds * NS_PER_S);
  }
}

/** Everything up to the end of the banner. */
const BANNER = /^.*?Features: [^\n]*\n/s;

export interface ScriptBench extends BenchOptions {
  /** Virtual seconds; 60 unless told. */
  readonly seconds?: number;
  /** Called with the bench before power on: to join servers, to type keys later. */
  readonly prepare?: (bench: Bench) => void;
}

/** Runs a script as the embedded script of a bare machine; returns what it printed, and the bench. */
export function runScript(text: string, options: ScriptBench = {}): { output: string; bench: Bench } {
  const script = text.startsWith('#!') ? text : `#!ipxe\n${text}`;
  const bench = new Bench({ ...options, build: { ...options.build, embeddedScript: script } });
  options.prepare?.(bench);
  bench.machine.powerOn();
  bench.run(options.seconds ?? 60);
  return { output: bench.output.replace(BANNER, ''), bench };
}
