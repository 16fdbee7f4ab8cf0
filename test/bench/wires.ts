/** The server and the switch of a benchmark, with the lab's own cables, capture and log, and a free port for a station. */
import { CausalClock, EventLog } from '../../src/base/event-log.ts';
import { EventQueue } from '../../src/base/time/event-queue.ts';
import { SeededRng } from '../../src/base/rng.ts';
import { buildWire } from '../../src/lab/cables/cable.ts';
import type { NodeContext } from '../../src/lab/context.ts';
import { LabServer } from '../../src/lab/nodes/server-node.ts';
import { LabSwitch } from '../../src/lab/nodes/switch-node.ts';
import { LabCapture } from '../../src/lab/observe/lab-capture.ts';
import { cablesOf } from '../../src/lab/rows.ts';
import { PlugPort } from '../../src/net/link.ts';
import { SecretStore } from '../../src/protocols/tls/key-log.ts';
import type { FramePort } from '../../src/net/port.ts';
import type { Scenario } from '../../src/scenario/schema.ts';
import type { BenchHost } from './types.ts';

export interface Wires {
  readonly queue: EventQueue;
  readonly log: EventLog;
  readonly clock: CausalClock;
  readonly rng: SeededRng;
  /** Where the station is plugged in. */
  readonly port: FramePort;
}

/** Everything in the scenario but the station, which is given by name. */
export async function wireUp(host: BenchHost, scenario: Scenario, station: string): Promise<Wires> {
  const queue = new EventQueue();
  const log = new EventLog(queue);
  const capture = new LabCapture(queue, log);
  const plugs = new Map<string, PlugPort>();
  const plug = (name: string): PlugPort => {
    const known = plugs.get(name) ?? new PlugPort(name);
    plugs.set(name, known);
    return known;
  };
  const clock = new CausalClock(queue, log);
  const rng = new SeededRng('bench');
  const context: NodeContext = {
    certificates: [],
    secrets: new SecretStore(),
    clock,
    rng,
    log,
    images: await host.images(scenario),
    wasm: undefined,
    port: (name, node) => capture.tap(plug(name), node),
  };
  const servers: LabServer[] = [];
  for (const node of scenario.nodes) {
    if (node.kind === 'server') servers.push(new LabServer(context, node));
    if (node.kind === 'switch') {
      const sw = new LabSwitch(context, node);
      for (const { b } of scenario.links) sw.addPort(b, plug(b));
    }
  }
  const port = context.port(`${station}.net0`, station);
  for (const cable of cablesOf(scenario)) buildWire(context, cable, [], plug(cable.a), plug(cable.b));
  for (const { problems } of servers) if (problems.length > 0) throw new Error(JSON.stringify(problems[0]));
  return { queue, log, clock, rng, port };
}
