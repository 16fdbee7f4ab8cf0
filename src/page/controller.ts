/**
 * Joins the workers to the stores: opens labs, feeds updates in, and offers what the page can do as commands.
 * One controller exists for the life of the page.
 */
import { NS_PER_MS } from '../base/clock.ts';
import { err } from '../base/result.ts';
import { CommandRegistry } from './commands/registry.ts';
import type { IpxeAction, IpxeView } from '../lab/ipxe-debugger.ts';
import { Breakpoints } from './time/breakpoints.ts';
import { doneUpTo, withByHand, withOutage } from './document/user-actions.ts';
import { translate } from './i18n/index.ts';
import type {
  BreakpointFault,
  LabUpdate,
  MachineAction,
  PlaceFault,
  RunMode,
  Step,
  StopReason,
} from '../threads/api/lab-api.ts';
import { startLabClient, type LabClient } from './lab-client.ts';
import { decodeLink, type LinkView, type OpenedLink } from './document/link.ts';
import { backToLiveCapture } from './document/capture-file.ts';
import { loadAutosave, saveAutosave } from './document/autosave.ts';
import { saveFile } from './document/save-file.ts';
import { followSelected, useSelected } from './time/selection-details.ts';
import { followShown } from './time/displayed-lab.ts';
import { fetchText } from '../threads/api/site-text.ts';
import { useDocument, useLive, useView, type Pace, type Selection, type StageEvent } from './store.ts';
import { withPanels } from './panels.ts';
import { runsAlike } from './document/scenario-edits.ts';
import { compactScenario } from '../scenario/compact.ts';
import { isNameOf } from '../scenario/machine-names.ts';
import { parseScenarioText } from '../scenario/parse.ts';
import type { Scenario, ScenarioNode, ScenarioUserInput } from '../scenario/schema.ts';

const OPENING_SCENARIO = 'scenarios/debian-installer.json';

/** The paces to choose from, quickest first. */
export const PACES: readonly number[] = [16, 4, 1, 1e-1, 1e-2, 1e-3, 1e-4, 1e-5];
/** The five microseconds of a usual cable take a quarter of a second. */
const FRAME_PACE = 1 / 50_000;

export class Controller {
  readonly client: LabClient;
  readonly commands = new CommandRegistry();
  private readonly breakpoints: Breakpoints;
  private readonly baseUrl: string;
  private generation = -1;
  /** What a lab has told of itself before it was said to be open. */
  private early: LabUpdate[] = [];
  /** The lab of the link, as long as it has not been edited. */
  private linked: Scenario | undefined;
  /** Which stop was last told of: updates repeat it. */
  private lastStop: string | undefined;
  /** Whether the lab is that of a link, edited or not. */
  private fromLink = false;
  /** The scenario of the lab that runs; the document may be ahead of it. */
  private running: Scenario | undefined;
  private readonly opening: { queued: Scenario | undefined; busy: boolean } = { queued: undefined, busy: false };

  private constructor(client: LabClient, baseUrl: string) {
    this.client = client;
    this.baseUrl = baseUrl;
    client.updates.on((update) => this.take(update));
    client.progress.on((progress) => useLive.setState({ progress }));
    this.breakpoints = new Breakpoints(client);
    followShown(client);
    followSelected(client);
    useDocument.subscribe(({ scenario }, before) => {
      if (scenario !== undefined && scenario !== before.scenario) {
        // Looking at somebody's link does not cost the reader what was left here before.
        if (scenario !== this.linked) saveAutosave(scenario);
        useLive.setState({ stale: this.running === undefined || !runsAlike(scenario, this.running) });
      }
    });
  }

  static async start(baseUrl: string): Promise<Controller> {
    return new Controller(await startLabClient(baseUrl), baseUrl);
  }

  /** What the page opens with: the link's lab, else the one that was left, else the opening lab. */
  async openFirst(hash: string): Promise<void> {
    const link = decodeLink(hash);
    if (link !== undefined) {
      if (link.ok) await this.openLink(link.value);
      else {
        useLive.setState({ faults: link.error });
        await this.openNamed(OPENING_SCENARIO, false);
      }
      return;
    }
    // A frame in somebody else's page shows what that page has asked for, not what the reader has left here.
    const saved = isFramed() ? undefined : loadAutosave();
    if (saved !== undefined) await this.open(saved);
    else await this.openNamed(OPENING_SCENARIO);
  }

  private async openLink({ scenario, view }: OpenedLink): Promise<void> {
    useView.setState(({ shown }) => ({
      embed: view.embed === true,
      panels: view.panels,
      filter: view.filter ?? '',
      shown: view.tabs === undefined ? shown : withPanels(shown, view.tabs),
    }));
    this.linked = scenario;
    await this.open(scenario, true, true);
    await this.openMoment(scenario, view);
  }

  /** Goes to the moment that a link names. Emulated PCs are not started without a click. */
  private async openMoment(scenario: Scenario, { atNs, event, frame }: LinkView): Promise<void> {
    const at =
      atNs !== undefined
        ? { timeNs: atNs }
        : event !== undefined
          ? { condition: `event:${event}` }
          : frame !== undefined
            ? { condition: `frame.number == ${frame}` }
            : undefined;
    if (at === undefined) return;
    const needsClick = scenario.nodes.some((node) => node.kind === 'pc');
    useView.setState({ moment: { at, event, frame, needsClick } });
    if (!needsClick) await this.goToMoment(true);
  }

  /** Runs to the moment that is waited for. Breakpoints on the way are counted and do not stop. */
  async goToMoment(unasked = false): Promise<void> {
    const { moment } = useView.getState();
    if (moment === undefined) return;
    useView.setState({ moment: { ...moment, needsClick: false }, pastNs: undefined });
    const { at } = moment;
    if ('condition' in at) await this.breakpoints.runOnceTo(at.condition);
    const until = 'condition' in at ? {} : { untilNs: at.timeNs };
    const passBreakpoints = 'condition' in at ? { but: at.condition } : {};
    await this.setMode({ kind: 'fast', ...until, passBreakpoints, ...(unasked ? { unasked } : {}) });
  }

  /** Stays where the lab is, on the way to a moment. */
  async leaveMoment(): Promise<void> {
    const { moment } = useView.getState();
    useView.setState({ moment: undefined });
    if (moment === undefined || moment.needsClick) return;
    await this.breakpoints.runOnceTo(undefined);
    await this.setMode({ kind: 'paused' });
  }

  /** Another link was put into the address bar. The lab stays when it cannot be read. */
  async openHash(hash: string): Promise<void> {
    const link = decodeLink(hash);
    if (link === undefined) return;
    if (link.ok) await this.openLink(link.value);
    else useLive.setState({ faults: link.error });
  }

  /** Whether the lab came with the page's link. */
  get isOfLink(): boolean {
    return this.fromLink;
  }

  /** Of the lab that is ready to run. */
  labName(): string | undefined {
    return useDocument.getState().scenario?.name;
  }

  /** Opens a scenario of the site by its address below the page. */
  async openNamed(path: string, clearFaults = true): Promise<void> {
    const text = await fetchText(path, this.baseUrl);
    const parsed = text.ok ? parseScenarioText(text.value) : err([text.error]);
    if (parsed.ok) await this.open(parsed.value, clearFaults);
    else useLive.setState({ faults: parsed.error });
  }

  /** A scenario file; what is wrong with it is told by its place. */
  async openText(text: string): Promise<void> {
    const parsed = parseScenarioText(text);
    if (parsed.ok) await this.open(parsed.value);
    else useLive.setState({ faults: parsed.error });
  }

  async openEmpty(): Promise<void> {
    const name = translate(useView.getState().language, 'app.newLab');
    await this.openText(JSON.stringify({ version: 1, name, nodes: [{ kind: 'switch', name: 'sw1' }] }));
  }

  /** Hands the document to the person as a file. */
  saveScenario(): void {
    const { scenario } = useDocument.getState();
    if (scenario === undefined) return;
    const name = scenario.name
      .toLowerCase()
      .replace(/[^a-z0-9]+/g, '-')
      .replace(/^-|-$/g, '');
    saveFile(`${name}.json`, `${JSON.stringify(compactScenario(scenario), undefined, 2)}\n`, 'application/json');
  }

  /** Makes the scenario the document, and the lab. */
  async open(scenario: Scenario, clearFaults = true, fromLink = false): Promise<void> {
    this.fromLink = fromLink;
    // The panels show the lab that is opened, not the capture file that was looked at.
    if (useView.getState().capture !== undefined) await backToLiveCapture(this.client);
    useDocument.getState().setScenario(scenario);
    useDocument.temporal.getState().clear();
    // The panels have something to show while images are on their way.
    this.chooseNodes(scenario);
    await this.rebuild(clearFaults);
  }

  /** Builds the lab anew from the document: time 0, everything off. */
  async rebuild(clearFaults = true): Promise<void> {
    const { scenario } = useDocument.getState();
    if (scenario === undefined) return;
    this.opening.queued = scenario;
    if (this.opening.busy) {
      await this.client.lab.cancelOpen();
      return;
    }
    this.opening.busy = true;
    try {
      while (this.opening.queued !== undefined) {
        const next: Scenario = this.opening.queued;
        this.opening.queued = undefined;
        useLive.setState({ progress: { kind: 'images', doneBytes: 0, totalBytes: 0, name: '' } });
        const result = await this.client.lab.open(next);
        if (result.ok) await this.opened(next, result.generation, clearFaults, result.warnings);
        else if (result.faults.every(({ message }) => message === 'stopped')) useLive.setState({ progress: undefined });
        else useLive.setState({ faults: result.faults, progress: undefined });
      }
    } finally {
      this.opening.busy = false;
    }
  }

  /** The capture, or the frames that the filter shows, as a file. */
  async saveCapture(): Promise<void> {
    const bytes = await this.client.analysis.exportPcapng(useView.getState().filter !== '');
    saveFile('netboot-lab.pcapng', bytes, 'application/x-pcapng');
  }

  select(selection: Selection): void {
    useView.setState({ selection });
    if (selection.kind !== 'node') return;
    const node = useDocument.getState().scenario?.nodes.find((known) => known.name === selection.name);
    if (node?.kind === 'pc' || node?.kind === 'bare') useView.setState({ machine: firstMachine(node) });
    if (node?.kind === 'server') useView.setState({ server: selection.name });
  }

  /** The iPXE that runs on a machine, as it is now. */
  ipxe(name: string): Promise<IpxeView | undefined> {
    return this.client.lab.ipxe(name);
  }

  /** Holds a machine's script, runs a command of it, or lets it go: what takes time takes the lab's. */
  async stepScript(name: string | undefined, action: IpxeAction): Promise<void> {
    if (name === undefined) return;
    await this.machine(name, { kind: 'ipxe', action });
    const { update } = useLive.getState();
    const isStanding = update?.mode.kind === 'paused' && update.timeNs > 0;
    if (!isStanding || (action.kind !== 'step' && action.kind !== 'go')) return;
    // Many a command takes no time: the next one is held already.
    if ((await this.ipxe(name))?.held === undefined) await this.run();
  }

  /** Does something to a machine, and remembers it as part of what is shared. */
  async machine(name: string, action: MachineAction): Promise<void> {
    const timeNs = await this.client.lab.machine(name, action);
    // The document may have been edited since the lab was opened.
    const isKnown = useDocument.getState().scenario?.nodes.some((node) => isNameOf(node, name)) === true;
    if (!isKnown) return;
    const input: ScenarioUserInput = { machine: name, at: { ms: timeNs / NS_PER_MS }, do: inputOf(action) };
    useLive.setState(({ inputs }) => ({ inputs: [...inputs, input] }));
  }

  /** Takes a link down, or up again, and remembers it as part of what is shared. */
  async setLinkUp(link: number, up: boolean): Promise<void> {
    const timeNs = await this.client.lab.setLinkUp(link, up);
    useLive.setState(({ outages }) => ({ outages: withOutage(outages, link, up, timeNs) }));
  }

  /**
   * Switches a machine on, and lets time run. Before the lab has started, machines that the scenario has on start with
   * it: nothing is to be pressed.
   */
  async switchOn(name: string | undefined): Promise<void> {
    if (name === undefined) return;
    if (!this.startsWithLab(name)) await this.machine(name, { kind: 'power', to: 'on' });
    await this.run();
  }

  /** Whether a machine waits for the lab's time to start, and then switches itself on. */
  startsWithLab(name: string): boolean {
    const { update } = useLive.getState();
    if (update === undefined || update.timeNs > 0) return false;
    const node = useDocument.getState().scenario?.nodes.find((known) => isNameOf(known, name));
    return (node?.kind === 'pc' || node?.kind === 'bare') && node.power !== 'off';
  }

  async setMode(mode: RunMode): Promise<void> {
    await this.client.lab.setMode(mode);
  }

  /** Runs at the chosen pace. */
  async run(): Promise<void> {
    await this.setMode(modeOf(useView.getState().pace));
  }

  /** A run goes on at the new pace. */
  async setPace(pace: Pace): Promise<void> {
    useView.setState({ pace: typeof pace === 'number' && !(pace >= 0) ? undefined : pace });
    const { update } = useLive.getState();
    if (update !== undefined && update.mode.kind !== 'paused') await this.run();
  }

  /** One pace slower or quicker, of those that the top bar offers. */
  async changePace(by: -1 | 1): Promise<void> {
    const { pace } = useView.getState();
    const at = PACES.indexOf(typeof pace === 'number' && pace > 0 ? pace : 1);
    const next = PACES[Math.max(0, at) - by];
    if (next !== undefined) await this.setPace(next);
  }

  async stopOpening(): Promise<void> {
    await this.client.lab.cancelOpen();
  }

  /** Runs until a condition is met, once. Returns what is wrong with it, and runs nothing then. */
  async runUntil(condition: string | undefined): Promise<BreakpointFault | undefined> {
    const text = condition?.trim() ?? '';
    const fault = await this.breakpoints.runOnceTo(text === '' ? undefined : text);
    if (fault === undefined && text !== '') {
      this.look(undefined);
      await this.run();
    }
    return fault;
  }

  /** Goes on by one frame or one event, which is then selected. */
  async step(step: Step): Promise<void> {
    this.look(undefined);
    await this.client.lab.step(step);
  }

  /** Looks back at a time of this run, or with undefined at the lab as it is. The lab is not touched. */
  look(timeNs: number | undefined): void {
    const nowNs = useLive.getState().update?.timeNs ?? 0;
    const pastNs = timeNs === undefined || timeNs >= nowNs ? undefined : Math.max(0, Math.round(timeNs));
    if (pastNs !== useView.getState().pastNs) useView.setState({ pastNs });
  }

  /** Looks at the next or the last listed frame, seen from the time that is looked at, and selects it. */
  async lookAtFrame(side: 'before' | 'after'): Promise<void> {
    const { pastNs, capture } = useView.getState();
    if (capture !== undefined) return;
    const nowNs = useLive.getState().update?.timeNs ?? 0;
    const found = await this.client.analysis.neighbour(pastNs ?? nowNs, side);
    if (found === undefined) {
      if (side === 'after') this.look(undefined);
      else if (pastNs !== undefined) this.look(0);
      return;
    }
    this.look(found.timeNs);
    this.select({ kind: 'event', id: found.event });
  }

  /**
   * Goes to a moment of this run, back or forward, and stands there with `event` selected. Back means from power-on
   * again by the same steps, with what people did up to then; from there the run may go on differently.
   */
  async goTo(timeNs: number, event?: number): Promise<void> {
    const { inputs, outages, update } = useLive.getState();
    const scenario = this.running;
    if (scenario === undefined || update === undefined) return;
    if (timeNs < update.timeNs) {
      const past = doneUpTo({ inputs, outages }, timeNs);
      const result = await this.client.lab.open(withByHand(scenario, past));
      if (!result.ok) {
        useLive.setState({ faults: result.faults });
        return;
      }
      await this.opened(scenario, result.generation, true, result.warnings);
      useLive.setState(past);
    }
    useView.setState({ moment: { at: { timeNs }, event, frame: undefined, needsClick: false } });
    await this.goToMoment();
  }

  /** Goes to the moment that is looked back at, else to that of the selected event. */
  async goBackHere(): Promise<void> {
    const { selection, pastNs } = useView.getState();
    const event = selection.kind === 'event' ? useSelected.getState().explanation?.event : undefined;
    if (pastNs !== undefined)
      await this.goTo(pastNs, event !== undefined && event.timeNs <= pastNs ? event.id : undefined);
    else if (event !== undefined) await this.goTo(event.timeNs, event.id);
  }

  /** Shows the machine and the server that were shown, or the first ones. */
  private chooseNodes(scenario: Scenario): void {
    const machines = scenario.nodes.filter((node) => node.kind === 'pc' || node.kind === 'bare');
    const servers = scenario.nodes.filter((node) => node.kind === 'server');
    const { machine, server } = useView.getState();
    useView.setState({
      machine: machines.some((node) => machine !== undefined && isNameOf(node, machine))
        ? machine
        : machines.map(firstMachine)[0],
      server: servers.some((node) => node.name === server) ? server : servers[0]?.name,
      selection: { kind: 'none' },
    });
  }

  private async opened(
    scenario: Scenario,
    generation: number,
    clearFaults: boolean,
    warnings: readonly PlaceFault[],
  ): Promise<void> {
    this.generation = generation;
    this.running = scenario;
    this.chooseNodes(scenario);
    useView.setState({ pastNs: undefined, moment: undefined });
    useLive.setState({
      events: [],
      stages: [],
      update: undefined,
      stale: false,
      progress: { kind: 'ready' },
      warnings,
      inputs: [],
      outages: [],
      ...(clearFaults ? { faults: [] } : {}),
    });
    const { early } = this;
    this.early = [];
    for (const update of early) this.take(update);
    await this.breakpoints.send();
  }

  private take(update: LabUpdate): void {
    if (update.generation < this.generation) return;
    if (update.generation > this.generation) {
      this.early.push(update);
      return;
    }
    const { events, stages } = useLive.getState();
    const newStages = update.events.filter((event): event is StageEvent => event.kind === 'stage');
    useLive.setState({
      update,
      ...(update.events.length > 0 ? { events: [...events, ...update.events] } : {}),
      ...(newStages.length > 0 ? { stages: [...stages, ...newStages] } : {}),
    });
    const { stopped } = update;
    const stop = stopped === undefined ? undefined : JSON.stringify([update.generation, update.timeNs, stopped]);
    if (stopped !== undefined && stop !== this.lastStop) void this.standAt(stopped);
    this.lastStop = stop;
  }

  /** Selects what the run has stopped for, or what a link wanted selected there. */
  private async standAt(stopped: StopReason): Promise<void> {
    if (stopped.kind === 'breakpoint') this.breakpoints.reached(stopped.condition);
    const { moment } = useView.getState();
    if (stopped.kind === 'unasked' && moment !== undefined) {
      useView.setState({ moment: { ...moment, needsClick: true } });
      return;
    }
    const wanted = moment?.needsClick === false ? moment : undefined;
    if (wanted !== undefined) useView.setState({ moment: undefined });
    const event = stopped.kind === 'breakpoint' || stopped.kind === 'step' ? stopped.event : undefined;
    const frame = wanted?.frame;
    const id = wanted?.event ?? event ?? (frame && (await this.client.analysis.eventOfFrame(frame)));
    if (id !== undefined) this.select({ kind: 'event', id });
  }
}

function modeOf(pace: Pace): RunMode {
  if (pace === undefined) return { kind: 'fast', waitAtMenus: true };
  if (pace === 'frames') return { kind: 'pace', factor: FRAME_PACE, quietFactor: 1 };
  return pace === 0 ? { kind: 'fast' } : { kind: 'pace', factor: pace };
}

function isFramed(): boolean {
  return window.parent !== window;
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
    case 'take-over':
      return { takeOver: true };
  }
}

/** The machine that a node is, or the first of its row. */
function firstMachine(node: ScenarioNode): string {
  return node.kind === 'bare' && node.count > 1 ? `${node.name}1` : node.name;
}
