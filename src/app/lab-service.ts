/**
 * What the lab worker does: builds labs, runs their time in turns of some milliseconds, and tells the page what changed
 * at most some twenty times a second. How fast it runs, and how often it is asked, has no effect on what happens.
 */
import { senderOf, type LabEvent } from '../base/event-log.ts';
import { NS_PER_MS } from '../base/clock.ts';
import { err } from '../base/result.ts';
import { Lab } from '../lab/lab.ts';
import type { MachineAnswers, MachineQuestion } from '../lab/machine.ts';
import { RunControl, type RunStop } from '../lab/run-control.ts';
import type { ImageManifest } from '../lab/images.ts';
import { completeConfigLine } from '../lab/boot-server.ts';
import { checkDnsmasqConfig, ineffectiveDnsmasqLines } from '../lab/server-node.ts';
import { viewBuild } from '../lab/ipxe-build.ts';
import { compileWasm, type CompiledWasm } from '../lab/wasm.ts';
import { faultReport, saying } from '../scenario/fault-texts.ts';
import type { ChainImage, Scenario, ScenarioUserInput } from '../scenario/schema.ts';
import { nextTurn, wallMs, waitMs } from './host.ts';
import { ImageLoader } from './image-loader.ts';
import { OpenMenus } from './open-menus.ts';
import { isFrameUnderWay, runToFrame } from './frame-pace.ts';
import { FramePacker } from './frame-packer.ts';
import { isTooMuchUnasked, overgrowth } from './lab-bounds.ts';
import { MachineThreads } from './machine-threads.ts';
import type {
  AskQuestion,
  Breakpoint,
  CablesView,
  Explanation,
  LabApi,
  LabUpdate,
  MachineAction,
  MessageToAnalysis,
  MessageToPage,
  OpenResult,
  RunMode,
  Step,
  StopReason,
} from './lab-api.ts';
import { viewCablesAt, viewFlights, viewLeases, viewLinks, viewMachines, viewSwitches, viewWay } from './lab-views.ts';

/** A turn of the lab; then messages are looked at. */
const TURN_MS = 10;
const UPDATE_MS = 60;
const SCREEN_MS = 40;
/** In slow motion the lab is looked after this often. */
const PACE_TICK_MS = 8;
/** Virtual time that may pass before a menu is noticed. */
const MENU_LOOK_NS = 100 * NS_PER_MS;

interface Opened {
  readonly lab: Lab;
  readonly control: RunControl;
  readonly packer: FramePacker;
  readonly menus: OpenMenus;
  sentEvents: number;
  /** Virtual time of the last update. */
  sentNs: number;
  readonly screens: Map<string, number>;
}

export class LabService implements LabApi {
  private readonly wasmUrl: URL;
  private wasm: CompiledWasm | undefined;
  private loader: ImageLoader | undefined;
  private page: MessagePort | undefined;
  private analysis: MessagePort | undefined;
  private generation = 0;
  private opened: Opened | undefined;
  private opening: AbortController | undefined;
  private mode: RunMode = { kind: 'paused' };
  private stopped: StopReason | undefined;
  /** When the mode was chosen. */
  private runSinceMs = 0;
  private running = false;
  private machines = new MachineThreads(1);
  /** While something is done to the lab, no machine is set going. */
  private holds = 0;
  private watched: readonly string[] = [];
  private lastUpdateMs = 0;
  private lastScreenMs = 0;
  private speedMark = { wallMs: 0, timeNs: 0 };
  private speed = 0;
  /** Where the pace counts from. */
  private paceMark = { wallMs: 0, timeNs: 0, factor: 1 };
  /** The same for the menu that waits. */
  private menuMark: { readonly wallMs: number; readonly timeNs: number } | undefined;

  constructor(wasmUrl: URL) {
    this.wasmUrl = wasmUrl;
  }

  async connect(page: MessagePort, analysis: MessagePort, baseUrl: string, cores: number): Promise<ImageManifest> {
    this.machines = new MachineThreads(cores);
    this.page = page;
    this.analysis = analysis;
    this.loader = new ImageLoader(baseUrl);
    return await this.loader.loadManifest();
  }

  async open(scenario: Scenario): Promise<OpenResult> {
    const { loader } = this;
    if (loader === undefined) return { ok: false, faults: [{ path: '$', message: 'the lab is not connected yet' }] };
    this.opening?.abort();
    const opening = new AbortController();
    this.opening = opening;
    const images = await loader.load(scenario, opening.signal, (doneBytes, totalBytes, name) => {
      this.post({ kind: 'progress', progress: { kind: 'images', doneBytes, totalBytes, name } });
    });
    if (!images.ok) return { ok: false, faults: images.error };
    if (this.wasm === undefined && scenario.nodes.some((node) => node.kind === 'pc')) {
      const response = await fetch(this.wasmUrl);
      this.wasm = compileWasm(new Uint8Array(await response.arrayBuffer()));
    }
    this.mode = { kind: 'paused' };
    const lab = build(scenario, {
      images: images.value,
      ...(this.wasm === undefined ? {} : { wasm: this.wasm }),
      cells: this.machines.placeForLab(),
    });
    if (!lab.ok) return { ok: false, faults: lab.error };
    this.opened?.lab.close();
    this.machines.wake();
    this.generation++;
    this.stopped = undefined;
    const packer = new FramePacker(lab.value.capture);
    lab.value.log.on((event) => this.keepScreen(lab.value, event));
    this.opened = {
      lab: lab.value,
      control: new RunControl(lab.value, { atHeldScripts: true }),
      packer,
      menus: new OpenMenus(lab.value.log),
      sentEvents: 0,
      sentNs: 0,
      screens: new Map(),
    };
    this.toAnalysis({ kind: 'reset', generation: this.generation, interfaces: [] });
    this.tell(true);
    this.post({ kind: 'progress', progress: { kind: 'ready' } });
    return { ok: true, generation: this.generation, warnings: lab.value.warnings };
  }

  cancelOpen(): Promise<void> {
    this.opening?.abort();
    return Promise.resolve();
  }

  setMode(mode: RunMode): Promise<void> {
    this.mode = mode;
    this.runSinceMs = wallMs();
    this.stopped = undefined;
    this.speedMark = { wallMs: wallMs(), timeNs: this.opened?.lab.queue.nowNs ?? 0 };
    this.paceMark = { ...this.speedMark, factor: mode.kind === 'pace' ? mode.factor : 1 };
    this.menuMark = undefined;
    if (mode.kind !== 'paused' && !this.running) void this.loop();
    else this.tell(true);
    return Promise.resolve();
  }

  async step(step: Step): Promise<void> {
    const { opened } = this;
    if (opened === undefined) return;
    this.mode = { kind: 'paused' };
    let stop: RunStop = { kind: 'yield' };
    while (isUnfinished(stop) && opened === this.opened && this.mode.kind === 'paused') {
      const startMs = wallMs();
      stop = opened.control.step(step, () => wallMs() - startMs > TURN_MS);
      if (stop.kind === 'waiting') await this.machines.news();
      else await nextTurn();
    }
    this.stopped = reasonOf(stop);
    this.tell(true);
  }

  setBreakpoints(breakpoints: readonly Breakpoint[]): ReturnType<LabApi['setBreakpoints']> {
    const faults = this.opened?.control.setBreakpoints(breakpoints) ?? [];
    this.tell(true);
    return Promise.resolve(faults);
  }

  checkCondition(condition: string): ReturnType<LabApi['checkCondition']> {
    return Promise.resolve(this.opened?.control.check(condition));
  }

  cablesAt(timeNs: number): Promise<CablesView> {
    const { opened } = this;
    return Promise.resolve(opened === undefined ? { links: [], flights: [] } : viewCablesAt(opened.lab, timeNs));
  }

  wayOf(event: number): ReturnType<LabApi['wayOf']> {
    const { opened } = this;
    const found: LabEvent | undefined = opened?.lab.log.events[event];
    return Promise.resolve(opened === undefined || found === undefined ? [] : viewWay(opened.lab, found));
  }

  async machine(name: string, action: MachineAction): Promise<number> {
    const { opened } = this;
    if (opened === undefined) return 0;
    const atNs = await this.quiet(opened, () => opened.lab.userInput(name, inputOf(action)));
    // While time stands, what was done is still to be seen.
    if (this.mode.kind === 'paused') await this.runTo(opened, atNs);
    this.tell(true);
    return atNs;
  }

  async ipxe(machine: string): ReturnType<LabApi['ipxe']> {
    return await this.askMachine(machine, 'ipxe');
  }

  ipxeStep(machine: string, action: Parameters<LabApi['ipxeStep']>[1]): Promise<number> {
    return this.machine(machine, { kind: 'ipxe', action });
  }

  async setLinkUp(link: number, up: boolean): Promise<number> {
    const { opened } = this;
    if (opened === undefined) return 0;
    const atNs = await this.quiet(opened, () => opened.lab.setLinkUp(link, up));
    if (this.mode.kind === 'paused') await this.runTo(opened, atNs);
    this.tell(true);
    return atNs;
  }

  watchScreens(machines: readonly string[]): Promise<void> {
    this.watched = machines;
    this.opened?.screens.clear();
    this.lastScreenMs = 0;
    this.tell(true);
    return Promise.resolve();
  }

  files(server: string): ReturnType<LabApi['files']> {
    return Promise.resolve(this.opened?.lab.servers.get(server)?.fileList() ?? []);
  }

  ask(name: string, question: AskQuestion): ReturnType<LabApi['ask']> {
    const lab = this.opened?.lab;
    const server = lab?.servers.get(name);
    if (lab === undefined || server === undefined) return Promise.resolve(undefined);
    if (question.from === 'made') return Promise.resolve(server.ask(question));
    const event = lab.log.events[question.event];
    const { interfaceName } = question;
    const frame = event?.kind === 'frame' ? lab.capture.store.bytes(event.frame) : new Uint8Array(0);
    return Promise.resolve(
      server.ask({ from: 'frame', frame, ...(interfaceName === undefined ? {} : { interfaceName }) }),
    );
  }

  ineffectiveLines(config: string): ReturnType<LabApi['ineffectiveLines']> {
    return Promise.resolve(ineffectiveDnsmasqLines(config));
  }

  async stateHash(machine: string): Promise<string | undefined> {
    const { opened } = this;
    if (opened?.lab.hasSeveralPcs === true) {
      await this.quiet(opened, () => undefined);
      await this.runTo(opened, opened.lab.queue.nowNs);
    }
    return await this.askMachine(machine, 'stateHash');
  }

  explain(id: number): Promise<Explanation | undefined> {
    const events = this.opened?.lab.log.events ?? [];
    const event: LabEvent | undefined = events[id];
    if (event === undefined) return Promise.resolve(undefined);
    const causes: LabEvent[] = [];
    for (let at = event.cause; at !== undefined && causes.length < 24; at = events[at].cause)
      causes.unshift(events[at]);
    const consequences: LabEvent[] = [];
    for (let at = id + 1; at < events.length && consequences.length < 60; at++)
      if (events[at].cause === id) consequences.push(events[at]);
    return Promise.resolve({ causes, event, consequences });
  }

  ipxeBuild(firmware: ChainImage): ReturnType<LabApi['ipxeBuild']> {
    return Promise.resolve(viewBuild(firmware));
  }

  senders(ids: readonly number[]): Promise<readonly (string | undefined)[]> {
    return Promise.resolve(ids.map((id) => senderOf(this.opened?.lab.log.events ?? [], id)));
  }

  checkConfig(config: string): ReturnType<LabApi['checkConfig']> {
    return Promise.resolve(checkDnsmasqConfig(config));
  }

  completeConfig(lineStart: string): ReturnType<LabApi['completeConfig']> {
    return Promise.resolve(completeConfigLine(lineStart));
  }

  /** Runs the lab in turns until it is paused or stops by itself. */
  private async loop(): Promise<void> {
    this.running = true;
    try {
      while (this.mode.kind !== 'paused' && this.opened !== undefined) {
        if (this.holds > 0) {
          await nextTurn();
          continue;
        }
        const stop = this.turn(this.opened);
        const excess = this.excess(this.opened.lab);
        if (excess !== undefined) {
          this.mode = { kind: 'paused' };
          this.stopped = excess;
          this.tell(true);
        } else if (
          (stop.kind === 'breakpoint' && !this.passes(stop.condition)) ||
          (stop.kind === 'idle' && this.mode.kind === 'fast')
        ) {
          this.mode = { kind: 'paused' };
          this.stopped = reasonOf(stop);
          this.tell(true);
        } else if (stop.kind === 'limit' && this.mode.kind === 'fast' && this.isThere(this.mode.untilNs)) {
          this.mode = { kind: 'paused' };
          this.stopped = { kind: 'moment' };
          this.tell(true);
        } else this.tell(false);
        const isPaced = this.mode.kind === 'pace' || this.menuMark !== undefined;
        if (stop.kind === 'waiting') await this.machines.news();
        else if (stop.kind === 'yield' || stop.kind === 'breakpoint' || !isPaced) await nextTurn();
        else await waitMs(PACE_TICK_MS);
      }
    } catch (error) {
      this.mode = { kind: 'paused' };
      this.stopped = { kind: 'fault', message: error instanceof Error ? error.message : String(error) };
      this.tell(true);
      throw error;
    } finally {
      this.running = false;
    }
  }

  /** Why the lab must stop for what it costs. */
  private excess(lab: Lab): StopReason | undefined {
    const { mode } = this;
    const message = overgrowth(lab);
    if (message !== undefined) return { kind: 'fault', message };
    const isUnasked = mode.kind === 'fast' && mode.unasked === true;
    return isUnasked && isTooMuchUnasked(lab, wallMs() - this.runSinceMs) ? { kind: 'unasked' } : undefined;
  }

  /** Does something to the lab while no machine is under way. */
  private async quiet<T>({ lab }: Opened, act: () => T): Promise<T> {
    this.holds++;
    try {
      while (lab.queue.isUnderWay) await this.machines.news();
      return act();
    } finally {
      this.holds--;
    }
  }

  /** Runs on to a moment that is near. */
  private async runTo({ control }: Opened, timeNs: number): Promise<void> {
    while (control.run(timeNs, () => false).kind === 'waiting') await this.machines.news();
  }

  private async askMachine<Q extends MachineQuestion>(
    name: string,
    question: Q,
  ): Promise<MachineAnswers[Q] | undefined> {
    const machine = this.opened?.lab.machines.get(name);
    if (machine === undefined) return undefined;
    return await new Promise((resolve) => {
      machine.ask(question, resolve);
    });
  }

  private turn(opened: Opened): RunStop {
    const { lab, control } = opened;
    const startMs = wallMs();
    const untilNs = Math.floor(this.limitNs(opened, startMs));
    if (untilNs < lab.queue.nowNs) return { kind: 'limit' };
    const isOver = (): boolean => wallMs() - startMs > TURN_MS;
    const isQuiet = this.mode.kind === 'pace' && this.paceMark.factor === this.mode.quietFactor;
    return isQuiet ? runToFrame(lab, control, untilNs, isOver) : control.run(untilNs, isOver);
  }

  /** How far virtual time may go in this turn. */
  private limitNs({ lab, menus }: Opened, nowMs: number): number {
    const { nowNs } = lab.queue;
    const { mode } = this;
    switch (mode.kind) {
      case 'paused':
        return nowNs;
      case 'pace': {
        const { factor: slow, quietFactor = slow } = mode;
        const factor = quietFactor === slow || isFrameUnderWay(lab) ? slow : quietFactor;
        if (factor !== this.paceMark.factor) this.paceMark = { wallMs: nowMs, timeNs: nowNs, factor };
        return this.paceMark.timeNs + (nowMs - this.paceMark.wallMs) * NS_PER_MS * factor;
      }
      case 'fast': {
        const limitNs = mode.untilNs ?? Number.MAX_SAFE_INTEGER;
        if (mode.waitAtMenus !== true) return limitNs;
        if (!menus.isWaiting(nowNs)) {
          this.menuMark = undefined;
          return Math.min(limitNs, nowNs + MENU_LOOK_NS);
        }
        this.menuMark ??= { wallMs: nowMs, timeNs: nowNs };
        return Math.min(limitNs, this.menuMark.timeNs + (nowMs - this.menuMark.wallMs) * NS_PER_MS);
      }
    }
  }

  /** Whether a breakpoint does not stop the run. */
  private passes(condition: string): boolean {
    const pass = this.mode.kind === 'fast' ? this.mode.passBreakpoints : undefined;
    return pass !== undefined && pass.but !== condition;
  }

  private isThere(timeNs: number | undefined): boolean {
    return timeNs !== undefined && (this.opened?.lab.queue.nowNs ?? 0) >= timeNs;
  }

  private tell(now: boolean): void {
    const { opened } = this;
    if (opened === undefined) return;
    const ms = wallMs();
    this.sendScreens(opened, ms, now);
    if (!now && ms - this.lastUpdateMs < UPDATE_MS) return;
    this.lastUpdateMs = ms;
    const { lab } = opened;
    if (ms - this.speedMark.wallMs > 400) {
      this.speed = (lab.queue.nowNs - this.speedMark.timeNs) / NS_PER_MS / (ms - this.speedMark.wallMs);
      this.speedMark = { wallMs: ms, timeNs: lab.queue.nowNs };
    }
    for (const message of opened.packer.pack(this.generation)) {
      this.analysis?.postMessage(message, 'bytes' in message ? [message.bytes.buffer, message.meta.buffer] : []);
    }
    for (const machine of lab.machines.values()) {
      const text = machine.takeSerial();
      if (text !== '') this.post({ kind: 'serial', serial: { machine: machine.name, text } });
    }
    const events = lab.log.events.slice(opened.sentEvents).filter((event) => event.kind !== 'frame');
    opened.sentEvents = lab.log.events.length;
    // At speed, frames that have arrived meanwhile are too many for anybody to see.
    const isWatched = this.mode.kind === 'pace' || this.stopped?.kind === 'step';
    const update: LabUpdate = {
      generation: this.generation,
      timeNs: lab.queue.nowNs,
      mode: this.mode,
      stopped: this.stopped,
      speed: this.speed,
      frames: lab.capture.sentCount,
      events,
      machines: viewMachines(lab),
      links: viewLinks(lab),
      flights: viewFlights(lab, isWatched ? opened.sentNs : lab.queue.nowNs, lab.queue.nowNs),
      hits: opened.control.hits,
      switches: viewSwitches(lab),
      leases: viewLeases(lab),
    };
    opened.sentNs = lab.queue.nowNs;
    this.post({ kind: 'update', update });
  }

  /** What is printed on a screen that somebody looks at is kept as it stood then: looking back shows it. */
  private keepScreen(lab: Lab, event: LabEvent): void {
    if (event.kind !== 'console' || event.channel !== 'screen' || !this.watched.includes(event.node)) return;
    lab.machines.get(event.node)?.ask('screen', (screen) => {
      // A picture under the text would be kept again with every line.
      if (screen.kind !== 'text' || screen.backdrop !== undefined) return;
      const past = { timeNs: event.timeNs, screen: { machine: event.node, ...screen } };
      this.page?.postMessage({ kind: 'past-screen', past } satisfies MessageToPage, [screen.cells.buffer]);
    });
  }

  private sendScreens(opened: Opened, ms: number, now: boolean): void {
    if (!now && ms - this.lastScreenMs < SCREEN_MS) return;
    this.lastScreenMs = ms;
    for (const name of this.watched) {
      const machine = opened.lab.machines.get(name);
      if (machine === undefined || opened.screens.get(name) === machine.screenVersion) continue;
      opened.screens.set(name, machine.screenVersion);
      machine.ask('screen', (screen) => {
        const message: MessageToPage = { kind: 'screen', screen: { machine: name, ...screen } };
        this.page?.postMessage(message, [screen.kind === 'text' ? screen.cells.buffer : screen.rgba.buffer]);
      });
    }
  }

  private post(message: MessageToPage): void {
    this.page?.postMessage(message);
  }

  private toAnalysis(message: MessageToAnalysis): void {
    this.analysis?.postMessage(message);
  }
}

/** A lab that cannot be built, for a reason that nobody has thought of, is a fault like others to who opens a link. */
function build(...given: Parameters<typeof Lab.open>): ReturnType<typeof Lab.open> {
  try {
    return Lab.open(...given);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return err([faultReport('$', saying('scenario.cannot-be-built', { reason }))]);
  }
}

function isUnfinished({ kind }: RunStop): boolean {
  return kind === 'yield' || kind === 'waiting';
}

function reasonOf(stop: RunStop): StopReason | undefined {
  switch (stop.kind) {
    case 'breakpoint':
    case 'idle':
    case 'step':
      return stop;
    case 'yield':
    case 'waiting':
    case 'limit':
      return undefined;
  }
}

function inputOf(action: MachineAction): ScenarioUserInput['do'] {
  switch (action.kind) {
    case 'power':
      return { power: action.to };
    case 'keys':
      return { keys: [...action.keys] };
    case 'type':
      return { type: action.text };
    case 'serial':
      return { serial: action.text };
    case 'ipxe':
      return { ipxe: action.action };
  }
}
