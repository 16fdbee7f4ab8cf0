/** Maps the faults of a scenario to the ports and cables that they affect. */
import { NS_PER_MS, NS_PER_US } from '../../base/time/clock.ts';
import { err, ok, unreachable, type Result } from '../../base/result.ts';
import { FaultPort, type Fault, type FaultDirection, type FrameAction } from '../../net/faults.ts';
import type { FramePort } from '../../net/port.ts';
import { SilentPort, type Silence } from '../../net/silent-port.ts';
import { nodeOf, parseEndpoint } from '../../scenario/endpoint.ts';
import { problemAt, scenarioMessage, type ScenarioProblem } from '../../scenario/problems.ts';
import { isStation } from '../../scenario/nodes/queries.ts';
import type {
  Scenario,
  ScenarioFault,
  ScenarioNode,
  ScenarioPortFault,
  ScenarioSilence,
} from '../../scenario/schema.ts';
import type { ConditionError } from '../conditions/condition.ts';
import type { NodeContext } from '../context.ts';
import { isPortNamed, nodeNamed, type Cable } from '../rows.ts';
import type { FrameFilters } from '../conditions/triggers.ts';

/** A cable has no link between these times of the lab's clock. */
export interface Outage {
  readonly fromNs: number;
  readonly untilNs: number;
}

type AnyFault = ScenarioFault | ScenarioPortFault | ScenarioSilence;
type Window = Pick<AnyFault, 'fromMs' | 'toMs'>;

function windowOf({ fromMs, toMs }: Window): Outage {
  return {
    fromNs: Math.round((fromMs ?? 0) * NS_PER_MS),
    untilNs: toMs === undefined ? Number.POSITIVE_INFINITY : Math.round(toMs * NS_PER_MS),
  };
}

function outagesOf(faults: readonly AnyFault[]): readonly Outage[] {
  return faults.filter(({ kind }) => kind === 'down').map(windowOf);
}

export class LabFaults {
  /** Filters that cannot be read, by their place in the scenario. */
  readonly problems: ScenarioProblem[] = [];
  private readonly context: Pick<NodeContext, 'clock' | 'rng' | 'log'>;
  private readonly nodes: Scenario['nodes'];
  private readonly filters: FrameFilters;
  /** By the name of the port at either end. */
  private readonly cables: ReadonlyMap<string, Cable>;

  constructor(
    context: Pick<NodeContext, 'clock' | 'rng' | 'log'>,
    nodes: Scenario['nodes'],
    cables: readonly Cable[],
    filters: FrameFilters,
  ) {
    this.context = context;
    this.nodes = nodes;
    this.filters = filters;
    this.cables = new Map(cables.flatMap((cable) => [cable.a, cable.b].map((end) => [end, cable])));
  }

  /**
   * The port as its owner sees it: with its own faults, and with those of its cable if they are applied at this end.
   */
  around(plug: FramePort): FramePort {
    return this.withOwnFaults(this.withCableFaults(plug));
  }

  /** A server's port behind its tap: deaf and mute where the scenario says so. */
  silenced(port: FramePort): FramePort {
    const owner = this.ownerOf(port.name);
    if (owner === undefined) return port;
    const nodeFaults: readonly (ScenarioPortFault | ScenarioSilence)[] = owner.node.faults;
    const silences = nodeFaults.flatMap((fault, i) => {
      if (fault.kind !== 'silent') return [];
      const match = fault.filter === undefined ? ok(undefined) : this.filters.compile(fault.filter);
      if (!match.ok) this.report(`$.nodes[${owner.index}].faults[${i}].filter`, match.error);
      const { filters } = this;
      const filter = match.ok ? match.value : undefined;
      const silence: Silence = {
        ...windowOf(fault),
        ...(filter === undefined ? {} : { match: (frame: Uint8Array) => filters.matchesFrame(filter, frame) }),
        ...(fault.filter === undefined ? {} : { description: fault.filter }),
      };
      return [silence];
    });
    const { clock, log } = this.context;
    return silences.length === 0 ? port : new SilentPort(port, clock, log.sink(owner.node.name), silences);
  }

  /** When a cable has no link: by its own faults, and by those of the ports that it is plugged into. */
  outages({ link, a, b }: Cable): readonly Outage[] {
    return [
      ...outagesOf(link.faults),
      ...[a, b].flatMap((end) => outagesOf(this.ownFaults(end).map(([, each]) => each))),
    ];
  }

  private withCableFaults(plug: FramePort): FramePort {
    const cable = this.cables.get(plug.name);
    if (cable === undefined) return plug;
    const { a, b, link, index } = cable;
    // They are applied at one end, for both directions: at the station's end if there is one, else at the first.
    const side = !this.isAtStation(a) && this.isAtStation(b) ? 'b' : 'a';
    if (cable[side] !== plug.name) return plug;
    const directionOf = ({ direction }: ScenarioFault): FaultDirection =>
      direction === 'both' ? 'both' : (direction === 'a-to-b') === (side === 'a') ? 'out' : 'in';
    const faults = link.faults.map((fault, i) => [i, fault] as const);
    return this.wrap(plug, this.read(faults, directionOf, `$.links[${index}]`), `${a} ${b}`, `${a} – ${b}`);
  }

  private withOwnFaults(port: FramePort): FramePort {
    const owner = this.ownerOf(port.name);
    if (owner === undefined) return port;
    const faults = this.read(this.ownFaults(port.name), ({ direction }) => direction, `$.nodes[${owner.index}]`);
    return this.wrap(port, faults, port.name, owner.node.name);
  }

  private wrap(port: FramePort, faults: readonly Fault[], stream: string, sink: string): FramePort {
    if (faults.length === 0) return port;
    const { clock, rng, log } = this.context;
    return new FaultPort(port, clock, rng.derive(`faults of ${stream}`), log.sink(sink), faults);
  }

  /** The faults of a node that apply to a port, each with its index in the node's list. */
  private ownFaults(port: string): readonly (readonly [number, ScenarioPortFault])[] {
    const name = parseEndpoint(port)?.port ?? '';
    const faults: readonly (ScenarioPortFault | ScenarioSilence)[] = this.ownerOf(port)?.node.faults ?? [];
    return faults.flatMap((fault, i) =>
      fault.kind !== 'silent' && (fault.port === undefined || isPortNamed(name, fault.port))
        ? [[i, fault] as const]
        : [],
    );
  }

  private read<Each extends ScenarioFault | ScenarioPortFault>(
    faults: readonly (readonly [number, Each])[],
    directionOf: (fault: Each) => FaultDirection,
    place: string,
  ): readonly Fault[] {
    return faults.flatMap(([i, fault]) => {
      const made = makeFault(fault, directionOf(fault), this.filters);
      if (made === undefined) return [];
      if (made.ok) return [made.value];
      this.report(`${place}.faults[${i}].filter`, made.error);
      return [];
    });
  }

  /** Once, however many ports have the fault. */
  private report(path: string, { offset, message }: ConditionError): void {
    if (this.problems.some((known) => known.path === path)) return;
    this.problems.push(problemAt(path, scenarioMessage('scenario.condition', { place: offset + 1, reason: message })));
  }

  private ownerOf(port: string): { readonly node: ScenarioNode; readonly index: number } | undefined {
    const node = nodeNamed(this.nodes, nodeOf(port) ?? '');
    return node === undefined ? undefined : { node, index: this.nodes.indexOf(node) };
  }

  private isAtStation(port: string): boolean {
    const owner = this.ownerOf(port);
    return owner !== undefined && isStation(owner.node);
  }
}

/** Undefined for faults that do not concern a port: an outage belongs to the cable. */
function makeFault(
  fault: ScenarioFault | ScenarioPortFault,
  direction: FaultDirection,
  filters: FrameFilters,
): Result<Fault, ConditionError> | undefined {
  const base = { direction, ...windowOf(fault) };
  switch (fault.kind) {
    case 'loss':
    case 'duplicate':
    case 'corrupt':
      return ok({ kind: fault.kind, probability: fault.probability, ...base });
    case 'delay':
      return ok({ kind: 'delay', delayNs: fault.delayUs * NS_PER_US, jitterNs: fault.jitterUs * NS_PER_US, ...base });
    case 'reorder':
      return ok({ kind: 'reorder', probability: fault.probability, delayNs: fault.delayUs * NS_PER_US, ...base });
    case 'bandwidth':
      return ok({ kind: 'bandwidth', bandwidthBps: fault.mbps * 1e6, ...base });
    case 'mtu':
      return ok({ kind: 'mtu', mtuBytes: fault.bytes, ...base });
    case 'down':
      return undefined;
    case 'match': {
      const filter = filters.compile(fault.filter);
      if (!filter.ok) return err(filter.error);
      return ok({
        kind: 'nth',
        n: fault.nth ?? 1,
        times: fault.nth === undefined ? Number.POSITIVE_INFINITY : 1,
        match: (frame) => filters.matchesFrame(filter.value, frame),
        description: fault.filter,
        action: actionOf(fault),
        ...base,
      });
    }
    default:
      return unreachable(fault);
  }
}

function actionOf({
  action,
  delayUs,
}: {
  readonly action: FrameAction['kind'];
  readonly delayUs: number;
}): FrameAction {
  return action === 'delay' ? { kind: 'delay', delayNs: delayUs * NS_PER_US } : { kind: action };
}
