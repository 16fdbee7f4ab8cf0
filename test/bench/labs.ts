/** Labs for benchmarks: a server with the installer's files, a switch, and whatever is measured. */
import type { LabEvent } from '../../src/base/event-log.ts';
import { NS_PER_S } from '../../src/base/time/clock.ts';
import { itemAt } from '../../src/base/lists/list.ts';
import { Lab } from '../../src/lab/lab.ts';
import { RunControl } from '../../src/lab/run-control.ts';
import { scenarioSchema, type Scenario, type ScenarioInput } from '../../src/scenario/schema.ts';
import type { BenchHost } from './types.ts';

export const KERNEL = 'debian-installer/debian-installer/i386/linux';
export const INITRD = 'debian-installer/debian-installer/i386/initrd.gz';
export const SERVER_IP = '10.0.0.1';
const TIMEOUT_NS = 3600 * NS_PER_S;

type NodeInput = ScenarioInput['nodes'][number];
type ServerInput = Extract<NodeInput, { readonly kind: 'server' }>;

/** The boot server of all benchmarks: 10.0.0.1/16 with DHCP, TFTP and HTTP over the same files. */
export function bootServer(config: string, files: NonNullable<ServerInput['files']>): ServerInput {
  return {
    kind: 'server',
    name: 'boot',
    nics: [{ mac: '02:00:00:00:00:01', address: `${SERVER_IP}/16` }],
    services: {
      dnsmasq: {
        // iPXE waits three seconds for a ProxyDHCP unless option 175.176 is 1: nothing to be measured.
        config: `dhcp-range=10.0.1.1,10.0.99.254,1h\ndhcp-authoritative\nno-ping\nenable-tftp\ntftp-root=/srv\ndhcp-option=encap:175,176,1b\n${config}`,
        tftpWindowsize: true,
      },
      http: { root: '/srv' },
    },
    files,
  };
}

/** `station` and the server, each with a cable to one switch. */
export function benchScenario(station: NodeInput & { readonly name: string }, server: ServerInput): Scenario {
  return scenarioSchema.parse({
    version: 1,
    name: 'benchmark',
    nodes: [station, { kind: 'switch', name: 'sw1' }, server],
    links: [
      { a: `${station.name}.net0`, b: 'sw1.1' },
      { a: 'boot.eth0', b: 'sw1.24' },
    ],
  });
}

export async function openLab(host: BenchHost, scenario: Scenario): Promise<Lab> {
  const images = await host.images(scenario);
  const needsCpu = scenario.nodes.some(({ kind }) => kind === 'pc');
  const lab = Lab.open(scenario, { images, ...(needsCpu ? { wasm: await host.wasm() } : {}) });
  if (!lab.ok) throw new Error(lab.error.map(({ path, message }) => `${path}: ${message}`).join('\n'));
  return lab.value;
}

/** Runs to the condition; returns the wall milliseconds that it took. A lab that does not come there is an error. */
export function runTo(host: BenchHost, lab: Lab, condition: string, count = 1): number {
  const control = new RunControl(lab);
  const [problem] = control.setBreakpoints([{ condition, count }]);
  if (problem !== undefined) throw new Error(problem.message.text);
  const startMs = host.nowMs();
  const stop = control.run(TIMEOUT_NS, () => false);
  if (stop.kind !== 'breakpoint') throw new Error(`${condition} was not met (${stop.kind}):\n${screens(lab)}`);
  return host.nowMs() - startMs;
}

/** Runs until `isOver`, which is asked now and then; returns the wall milliseconds. Cheaper than a filter as condition. */
export function runUntil(host: BenchHost, lab: Lab, isOver: () => boolean): number {
  const startMs = host.nowMs();
  const stop = new RunControl(lab).run(TIMEOUT_NS, isOver);
  if (!isOver()) throw new Error(`the end was not reached (${stop.kind}):\n${screens(lab)}`);
  return host.nowMs() - startMs;
}

function screens(lab: Lab): string {
  return [...lab.machines.values()]
    .slice(0, 1)
    .map((machine) => machine.screenText())
    .join('\n');
}

/** Wall times of events. */
export function stampEvents(
  host: BenchHost,
  lab: Lab,
  isWanted: (event: LabEvent) => boolean,
): { readonly event: LabEvent; readonly wallMs: number }[] {
  const stamps: { event: LabEvent; wallMs: number }[] = [];
  lab.log.on((event) => {
    if (isWanted(event)) stamps.push({ event, wallMs: host.nowMs() });
  });
  return stamps;
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return itemAt(sorted, Math.floor(sorted.length / 2));
}
