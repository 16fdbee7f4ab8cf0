/**
 * The simulation made from a scenario: nodes, cables and what happens among them, on one virtual clock. A lab is a
 * function of its scenario; `run-control.ts` runs it.
 */
import { readU16 } from '../base/bytes.ts';
import { CausalClock, EventLog, type LabEvent } from '../base/event-log.ts';
import { NS_PER_MS, NS_PER_S, NS_PER_US } from '../base/time/clock.ts';
import { failureEvent, reasonOf } from '../base/failures.ts';
import { assert, err, ok, type Result } from '../base/result.ts';
import { SeededRng, type Rng } from '../base/rng.ts';
import { ETHERTYPE } from '../protocols/ethernet/fields.ts';
import { PlugPort } from '../net/link.ts';
import type { PcKeyframes } from '../machine/keyframes/keyframe.ts';
import type { CompiledWasm } from '../machine/v86/host.ts';
import { describeInput, isTyped } from '../scenario/describe-input.ts';
import { nodeOf, parseEndpoint } from '../scenario/endpoint.ts';
import { countOf, hasOtherFirmware, isMachine, isNameOf, namesOf, needsEmulator } from '../scenario/nodes/queries.ts';
import type { Scenario, ScenarioUserInput } from '../scenario/schema.ts';
import type { Message } from '../base/sentence.ts';
import { problemAt, scenarioMessage, type ScenarioProblem } from '../scenario/problems.ts';
import { BootWatch } from './observe/boot-watch.ts';
import { SanWatch } from './observe/san-watch.ts';
import { buildWire, type LabLink } from './cables/cable.ts';
import type { NodeContext } from './context.ts';
import { LabFaults } from './cables/faults.ts';
import type { CellMachine } from './cell/cell-machine.ts';
import type { CellFactory } from './cell/protocol.ts';
import type { ImageBank } from './content/images.ts';
import { withCertificates } from './content/certificates.ts';
import { contentBytes } from './content/files.ts';
import { LabCapture } from './observe/lab-capture.ts';
import type { Machine, MediumInput } from './nodes/machine.ts';
import type { BuildContext, BuiltNode } from './nodes/node-builder.ts';
import { buildNode } from './nodes/builders.ts';
import { cablesOf, nodeNamed, type Cable } from './rows.ts';
import type { LabServer } from './nodes/server-node.ts';
import type { LabSwitch } from './nodes/switch-node.ts';
import { Timeline } from './timeline.ts';
import { FrameFilters, Triggers } from './conditions/triggers.ts';

export interface LabResources {
  readonly images: ImageBank;
  /** Needed by labs with emulated PCs. */
  readonly wasm?: CompiledWasm;
  /** Puts PCs into other threads; without it all are in this one. */
  readonly cells?: CellFactory;
  /** Keyframes of the PCs of this thread. */
  readonly keyframes?: ((machine: string) => PcKeyframes) | undefined;
}

type MediumAction = Extract<ScenarioUserInput['do'], { medium: object }>['medium'];

/** By then, nothing that a machine left on servers and cables is pending any more. */
const REST_NS = 120 * NS_PER_S;

export class Lab {
  readonly scenario: Scenario;
  readonly queue = new Timeline(() => this.lookaheadNs());
  readonly log = new EventLog(this.queue);
  readonly capture = new LabCapture(this.queue, this.log);
  readonly filters = new FrameFilters(this.capture);
  readonly machines = new Map<string, Machine>();
  readonly servers = new Map<string, LabServer>();
  readonly switches = new Map<string, LabSwitch>();
  readonly links: readonly LabLink[];
  readonly triggers: Triggers;
  private readonly ports = new Map<string, PlugPort>();
  /** Of nodes where cables meet. */
  private readonly addPort = new Map<string, NonNullable<BuiltNode['addPort']>>();
  private readonly rng: Rng;
  private readonly faults: LabFaults;
  private readonly context: NodeContext;
  private readonly cells: CellMachine[] = [];
  /** Machines whose keyboard a person has taken over: inputs of the scenario before that place type no more. */
  private readonly takenOver = new Map<string, number>();
  private planned = 0;
  private readonly stages = new Map<string, LabEvent & { readonly kind: 'stage' }>();

  private constructor(scenario: Scenario, resources: LabResources) {
    this.scenario = scenario;
    this.rng = new SeededRng(scenario.seed);
    this.triggers = new Triggers(this.log, this.filters, (name) => this.machines.get(name)?.screenText() ?? '');
    this.log.on((event) => {
      if (event.kind === 'stage') this.stages.set(event.node, event);
    });
    const clock = new CausalClock(this.queue, this.log);
    const cables = cablesOf(scenario);
    this.faults = new LabFaults({ clock, rng: this.rng, log: this.log }, scenario.nodes, cables, this.filters);
    this.context = {
      clock,
      rng: this.rng,
      log: this.log,
      images: resources.images,
      certificates: scenario.certificates,
      secrets: this.capture.store.secrets,
      wasm: resources.wasm,
      port: (name, node) => this.faults.silenced(this.capture.tap(this.faults.around(this.plug(name)), node)),
    };
    const watch = new BootWatch({
      log: this.log,
      clock,
      server: (name) => this.servers.get(name),
      firmware: (name) => this.firmwareOf(name),
    });
    const sanWatch = new SanWatch({
      log: this.log,
      clock,
      isMachine: (name) => this.machines.has(name),
      isAoe: (frame) => readU16(this.capture.store.bytes(frame), 12) === ETHERTYPE.aoe,
    });
    for (const each of [watch, sanWatch]) this.log.on((event) => this.watch(each, event));
    const context = { ...this.context, scenario, cells: resources.cells, keyframes: resources.keyframes };
    for (const node of scenario.nodes) this.addNode(node, context);
    this.links = cables.map((cable) => this.connect(cable));
  }

  /** Builds the lab, paused at time 0. Errors name their place in the scenario. */
  static open(scenario: Scenario, resources: LabResources): Result<Lab, readonly ScenarioProblem[]> {
    if (needsEmulator(scenario.nodes) && resources.wasm === undefined)
      return err([problemAt('$.nodes', scenarioMessage('scenario.no-emulator'))]);
    const lab = new Lab(withCertificates(scenario), resources);
    const problems = lab.prepare();
    return problems.length > 0 ? err(problems) : ok(lab);
  }

  /** Problems that do not prevent a run: a server that refuses its configuration stays silent, as on a real network. */
  get warnings(): readonly ScenarioProblem[] {
    return this.scenario.nodes.flatMap((node, i) =>
      (this.servers.get(node.name)?.problems ?? []).map(({ place, says }) =>
        problemAt(`$.nodes[${i}].services.${place}`, says),
      ),
    );
  }

  machine(name: string): Machine {
    const machine = this.machines.get(name);
    assert(machine !== undefined, `${name} is a machine of the lab`);
    return machine;
  }

  /**
   * Every machine halted a while ago and no input is pending: what still happens, such as the hellos of a spanning
   * tree, could go on without end.
   */
  get isAtRest(): boolean {
    const { nowNs } = this.queue;
    return (
      this.scenario.inputs.length === 0 &&
      this.machines.size > 0 &&
      [...this.machines.keys()].every((name) => {
        const last = this.stages.get(name);
        return (last?.stage === 'halted' || last?.stage === 'power-off') && nowNs - last.timeNs > REST_NS;
      })
    );
  }

  /** Something that the scenario schedules is still pending: a machine is switched on, keys are pressed. */
  get isPlanned(): boolean {
    return this.planned > 0;
  }

  /**
   * Machines in different threads reach the end of a moment together: the rest of the moment must run before they are
   * compared.
   */
  get hasSeveralPcs(): boolean {
    return this.cells.length > 1;
  }

  /** Ends the threads of its machines. */
  close(): void {
    for (const cell of this.cells) cell.close();
  }

  /** The last stage that a machine went through. */
  latestStage(machine: string): (LabEvent & { readonly kind: 'stage' }) | undefined {
    return this.stages.get(machine);
  }

  /**
   * The personality of a machine's boot ROM, `other` for one that is not ours; undefined for nodes that are not
   * machines.
   */
  private firmwareOf(name: string): string | undefined {
    if (!this.machines.has(name)) return undefined;
    const node = nodeNamed(this.scenario.nodes, name);
    if (node === undefined || !isMachine(node) || hasOtherFirmware(node)) return 'other';
    return node.firmware.personality;
  }

  /** The watch is passive: it must not affect the lab, even when it fails. */
  private watch(watch: BootWatch | SanWatch, event: LabEvent): void {
    try {
      watch.onEvent(event);
    } catch (error) {
      const failure = failureEvent('lab/watch-failed', { reason: reasonOf(error) });
      this.log.emit(event.node, failure, { cause: event.id });
    }
  }

  private plug(name: string): PlugPort {
    const known = this.ports.get(name);
    if (known !== undefined) return known;
    const port = new PlugPort(name);
    this.ports.set(name, port);
    return port;
  }

  private addNode(node: Scenario['nodes'][number], context: BuildContext): void {
    const { machines = [], cells = [], server, switch: device, addPort } = buildNode(context, node);
    for (const cell of cells) {
      this.cells.push(cell);
      this.queue.addCell(cell);
    }
    for (const machine of machines) this.machines.set(machine.name, machine);
    if (server !== undefined) this.servers.set(node.name, server);
    if (device !== undefined) this.switches.set(node.name, device);
    if (addPort !== undefined) this.addPort.set(node.name, addPort);
  }

  /**
   * A frame from a PC is on its cable for at least this long. While a condition is pending, the lookahead is zero: a
   * run may stop at any moment, or an input arrive, and no machine may be ahead of it.
   */
  private lookaheadNs(): number {
    const pcs = new Set(this.cells.map(({ name }) => name));
    const latenciesNs = this.scenario.links
      .filter(({ a, b }) => [a, b].some((end) => pcs.has(nodeOf(end) ?? '')))
      .map(({ latencyUs }) => Math.floor(latencyUs * NS_PER_US));
    const latencyNs = Math.min(...latenciesNs, NS_PER_MS);
    return this.triggers.isWaiting ? Math.min(1, latencyNs) : latencyNs;
  }

  private connect(cable: Cable): LabLink {
    for (const end of [cable.a, cable.b]) {
      const endpoint = parseEndpoint(end);
      assert(endpoint !== undefined, 'the schema has checked the ends of cables');
      this.addPort.get(endpoint.node)?.(endpoint.port, this.faults.around(this.plug(end)));
    }
    return buildWire(this.context, cable, this.faults.outages(cable), this.plug(cable.a), this.plug(cable.b));
  }

  private plan(atNs: number, act: () => void): void {
    this.planned++;
    this.queue.scheduleAt(atNs, () => {
      this.planned--;
      act();
    });
  }

  /** Inputs and power of the scenario, put on the clock. */
  private prepare(): ScenarioProblem[] {
    const problems: ScenarioProblem[] = [];
    for (const node of this.scenario.nodes) {
      if (!isMachine(node) || node.power === 'off') continue;
      const firstMs = node.power === 'on' ? 0 : node.power.onAtMs;
      const staggerMs = 'staggerMs' in node ? node.staggerMs : 0;
      namesOf(node).forEach((name, i) => {
        const atMs = firstMs + i * staggerMs;
        this.plan(Math.round(atMs * NS_PER_MS), () => this.machine(name).act({ power: 'on' }));
      });
    }
    this.scenario.inputs.forEach((input, i) => {
      const problem = this.prepareInput(input, i);
      if (problem !== undefined) problems.push(problemAt(`$.inputs[${i}].at.when`, problem));
    });
    return [...problems, ...this.faults.problems];
  }

  /** Returns what is wrong with the input's condition. */
  private prepareInput(input: ScenarioUserInput, index: number): Message | undefined {
    const act = (): void => this.applyInput(input, index);
    if ('ms' in input.at) {
      this.plan(Math.round(input.at.ms * NS_PER_MS), act);
      return undefined;
    }
    const { when, delayMs } = input.at;
    const condition = this.triggers.parse(when);
    if (!condition.ok) {
      const { offset, message: reason } = condition.error;
      return scenarioMessage('scenario.condition', { place: offset + 1, reason });
    }
    this.triggers.when(condition.value, 1, (event) => {
      const dueNs = Math.max(this.queue.nowNs + 1, event.timeNs) + Math.round(delayMs * NS_PER_MS);
      this.plan(dueNs, () => this.log.withCause(event.id, act));
    });
    return undefined;
  }

  /** Files that have been fetched since the lab was opened, for a medium that is put in. */
  addFiles(files: ReadonlyMap<string, Uint8Array>): void {
    this.context.images.add(files);
  }

  /**
   * A user action now. It takes effect one nanosecond from now (or after the time of a machine that has run ahead), as
   * an event of its own, at the returned time: a lab opened with this action among its inputs repeats the run exactly.
   */
  userInput(machine: string, action: ScenarioUserInput['do']): number {
    const atNs = this.queue.openNs;
    this.queue.scheduleAt(atNs, () => this.applyInput({ machine, do: action }));
    return atNs;
  }

  /**
   * The user takes a link down or up, as in `userInput`: a lab with this outage among its faults repeats the run
   * exactly.
   */
  setLinkUp(index: number, up: boolean): number {
    const atNs = this.queue.openNs;
    for (const link of this.links) if (link.index === index) this.queue.scheduleAt(atNs, () => link.setUp(up));
    return atNs;
  }

  /** A user action on a machine; `index` is its place among the inputs of the scenario. */
  applyInput(input: Pick<ScenarioUserInput, 'machine' | 'do'>, index = Number.POSITIVE_INFINITY): void {
    const { machine, do: action } = input;
    const names = [...this.machines.keys()].filter(
      (name) =>
        (name === machine || this.isOneOf(name, machine)) &&
        (!isTyped(action) || index >= (this.takenOver.get(name) ?? 0)),
    );
    if (names.length === 0) return;
    const id = this.log.emit(machine, { kind: 'input', channel: 'user', action, ...describeInput(action) });
    if ('takeOver' in action) for (const name of names) this.takenOver.set(name, index);
    else {
      const done = 'medium' in action ? { medium: this.mediumOf(action.medium) } : action;
      this.log.withCause(id, () => names.forEach((name) => this.machines.get(name)?.act(done)));
    }
  }

  private mediumOf({ drive, content }: MediumAction): MediumInput {
    return content === undefined ? { drive } : { drive, image: contentBytes(content, this.context.images) };
  }

  /** Whether a machine is one of the row of that name. */
  private isOneOf(name: string, nodeName: string): boolean {
    const node = this.scenario.nodes.find((known) => known.name === nodeName);
    return node !== undefined && countOf(node) > 1 && isNameOf(node, name);
  }
}
