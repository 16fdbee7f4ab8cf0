/** A failure inside one node stays there: it is reported, the node stops, and all others continue. */
import { SecretStore } from '../../protocols/tls/key-log.ts';
import { describe, expect, it } from 'vitest';
import { byteAt } from '../../base/bytes.ts';
import { NS_PER_S } from '../../base/time/clock.ts';
import { CausalClock, EventLog } from '../../base/event-log.ts';
import { EventQueue } from '../../base/time/event-queue.ts';
import { SeededRng } from '../../base/rng.ts';
import { after, sleep } from '../../base/time/task.ts';
import type { Personality } from '../../firmware/platform.ts';
import { PlugPort, Wire } from '../../net/link.ts';
import { parseScenario } from '../../scenario/parse.ts';
import type { BareNode } from '../../scenario/schema.ts';
import { BareNodeMachine } from './bare-node.ts';
import type { NodeContext } from '../context.ts';
import { EMPTY_MANIFEST } from '../content/image-manifest.ts';
import { ImageBank } from '../content/images.ts';
import { Lab } from '../lab.ts';
import { NodeGuard } from './node-guard.ts';

const images = new ImageBank(EMPTY_MANIFEST, new Map());

function bench(): { readonly queue: EventQueue; readonly log: EventLog; readonly context: NodeContext } {
  const queue = new EventQueue();
  const log = new EventLog(queue);
  const clock = new CausalClock(queue, log);
  const port = (name: string): PlugPort => new PlugPort(name);
  const context = {
    clock,
    rng: new SeededRng('1'),
    log,
    images,
    wasm: undefined,
    port,
    certificates: [],
    secrets: new SecretStore(),
  };
  return { queue, log, context };
}

const reported = (log: EventLog, node: string): readonly string[] =>
  log.events.flatMap((event) => {
    if (event.node !== node) return [];
    if (event.kind === 'stage') return [event.stage];
    return event.kind === 'fault' ? [`${event.code}: ${event.text}`] : [];
  });

function bare(context: NodeContext, name: string, personality: () => Personality): BareNodeMachine {
  const scenario = parseScenario({
    version: 1,
    name: 'x',
    nodes: [{ kind: 'bare', name, nics: [{ mac: '52:54:00:12:34:01' }] }],
    links: [],
  });
  if (!scenario.ok) throw new Error(scenario.error[0]?.message);
  const node = scenario.value.nodes[0] as BareNode;
  return new BareNodeMachine(context, node, name, ['52:54:00:12:34:01'], personality);
}

describe('a failure inside a bare machine', () => {
  it('is told with a stage, stops that machine alone, and is over after a reset', () => {
    const { queue, log, context } = bench();
    let isBroken = true;
    let later = 0;
    const ticks: Record<string, number> = { good: 0, bad: 0 };
    const personality = (name: string): Personality => ({
      id: 'test',
      *init() {},
      *boot(platform) {
        platform.clock.schedule(3 * NS_PER_S, () => later++);
        for (;;) {
          yield* sleep(platform.clock, NS_PER_S);
          ticks[name] = (ticks[name] ?? 0) + 1;
          if (name === 'bad' && isBroken) throw new RangeError('Maximum call stack size exceeded');
        }
      },
    });
    const make = (name: string): BareNodeMachine => bare(context, name, () => personality(name));
    const [good, bad] = [make('good'), make('bad')];
    for (const machine of [good, bad]) machine.act({ power: 'on' });
    queue.runUntil(10 * NS_PER_S);
    expect(ticks).toEqual({ good: 9, bad: 1 });
    // What the machine had set up before does not happen either.
    expect(later).toBe(1);
    expect(reported(log, 'bad')).toEqual([
      'power-on',
      'rom-init',
      'rom-boot',
      'machine/failed: The machine failed: Maximum call stack size exceeded',
      'halted',
    ]);
    bad.act({ keys: ['a'] });
    isBroken = false;
    bad.act({ power: 'reset' });
    queue.runUntil(20 * NS_PER_S);
    expect(ticks).toEqual({ good: 19, bad: 10 });
    expect(reported(log, 'good')).toEqual(['power-on', 'rom-init', 'rom-boot']);
  });

  it('is also one in a task that is cancelled, and in its power button', () => {
    const { queue, log, context } = bench();
    const machine = bare(context, 'bad', () => ({
      id: 'test',
      *init() {},
      *boot(platform) {
        try {
          yield after(platform.clock, 100 * NS_PER_S);
          return { kind: 'stopped' };
        } finally {
          // oxlint-disable-next-line no-unsafe-finally -- the error that this is about
          throw new Error('cleaning up failed');
        }
      },
    }));
    machine.act({ power: 'on' });
    queue.runUntil(NS_PER_S);
    machine.act({ power: 'off' });
    expect(reported(log, 'bad').slice(-2)).toEqual([
      'machine/failed: The machine failed: cleaning up failed',
      'halted',
    ]);
  });
});

describe('NodeGuard', () => {
  it('hands frames on until the node fails over one', () => {
    const { queue, context } = bench();
    const [a, b] = [new PlugPort('a.0'), new PlugPort('b.0')];
    new Wire('cable', queue).connect(a, b);
    const failures: unknown[] = [];
    const guard = new NodeGuard({ ...context, port: () => b }, (error) => failures.push(error));
    const port = guard.context.port('b.0', 'b');
    const got: number[] = [];
    port.setReceiver((frame) => {
      const first = byteAt(frame, 0);
      got.push(first);
      if (first === 2) throw new Error('two');
    });
    for (const first of [1, 2, 3]) a.send(Uint8Array.of(first, ...new Uint8Array(59)));
    queue.runAll();
    expect(got).toEqual([1, 2]);
    expect(failures).toEqual([new Error('two')]);
    guard.renew();
    a.send(Uint8Array.of(4, ...new Uint8Array(59)));
    queue.runAll();
    expect(got).toEqual([1, 2, 4]);
  });
});

describe('a failure inside a server', () => {
  it('silences that server, and the machine that asked it comes to its own end', () => {
    const scenario = parseScenario({
      version: 1,
      name: 'x',
      nodes: [
        { kind: 'bare', name: 'pc1', nics: [{ mac: '52:54:00:12:34:01' }] },
        {
          kind: 'server',
          name: 'boot',
          nics: [{ mac: '02:00:00:00:00:01', address: '10.0.2.1/24' }],
          services: {
            dnsmasq: {
              config: 'dhcp-range=10.0.2.50,10.0.2.99\ndhcp-authoritative\nno-ping\nenable-tftp\ndhcp-boot=/nbp.0\n',
            },
          },
          files: [],
        },
      ],
      links: [{ a: 'pc1.net0', b: 'boot.eth0' }],
    });
    if (!scenario.ok) throw new Error(scenario.error[0]?.message);
    const opened = Lab.open(scenario.value, { images });
    if (!opened.ok) throw new Error(opened.error[0]?.message);
    const lab = opened.value;
    lab.servers.get('boot')?.files.addFile('/nbp.0', {
      size: 1000,
      sha256: '',
      load: () => {
        throw new Error('the disk is broken');
      },
    });
    lab.queue.runUntil(600 * NS_PER_S);
    expect(reported(lab.log, 'boot')).toEqual([
      'server/failed: The server failed and is silent from here on: the disk is broken',
    ]);
    expect(reported(lab.log, 'pc1').slice(-3)).toEqual(['boot-failed', 'next-device', 'halted']);
  });
});
