/**
 * Joins the workers to the stores: opens labs, feeds updates in, and offers what the page can do as commands.
 * One controller exists for the life of the page.
 */
import { CommandRegistry } from './commands.ts';
import type { LabUpdate, MachineAction, PlaceFault, RunMode } from './lab-api.ts';
import { startLabClient, type LabClient } from './lab-client.ts';
import { decodeLink } from './link.ts';
import { loadAutosave, saveAutosave } from './autosave.ts';
import { useDocument, useLive, useView, type Selection } from './store.ts';
import { parseScenarioText } from '../scenario/parse.ts';
import type { Scenario } from '../scenario/schema.ts';

const OPENING_SCENARIO = 'scenarios/debian-installer.json';

export class Controller {
  readonly client: LabClient;
  readonly commands = new CommandRegistry();
  private readonly baseUrl: string;
  private generation = -1;
  private readonly opening: { queued: Scenario | undefined; busy: boolean } = { queued: undefined, busy: false };

  private constructor(client: LabClient, baseUrl: string) {
    this.client = client;
    this.baseUrl = baseUrl;
    client.updates.on((update) => this.take(update));
    client.progress.on((progress) => useLive.setState({ progress }));
    this.registerCommands();
    useDocument.subscribe(({ scenario }, before) => {
      if (scenario !== undefined && scenario !== before.scenario) {
        saveAutosave(scenario);
        useLive.setState({ stale: true });
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
      if (!link.ok) {
        useLive.setState({ faults: link.error });
        await this.openNamed(OPENING_SCENARIO, false);
        return;
      }
      const { scenario, view } = link.value;
      useView.setState({ embed: view.embed === true, filter: view.filter ?? '' });
      await this.open(scenario);
      return;
    }
    const saved = loadAutosave();
    if (saved !== undefined) await this.open(saved);
    else await this.openNamed(OPENING_SCENARIO);
  }

  /** Opens a scenario of the site by its address below the page. */
  async openNamed(path: string, clearFaults = true): Promise<void> {
    const response = await fetch(new URL(path, this.baseUrl));
    const parsed = response.ok
      ? parseScenarioText(await response.text())
      : ({
          ok: false,
          error: [{ path, message: `the scenario cannot be fetched (HTTP ${response.status})` }],
        } as const);
    if (parsed.ok) await this.open(parsed.value, clearFaults);
    else useLive.setState({ faults: parsed.error });
  }

  /** Makes the scenario the document, and the lab. */
  async open(scenario: Scenario, clearFaults = true): Promise<void> {
    useDocument.getState().setScenario(scenario);
    useDocument.temporal.getState().clear();
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
        if (result.ok) this.opened(next, result.generation, clearFaults, result.warnings);
        else useLive.setState({ faults: result.faults, progress: undefined });
      }
    } finally {
      this.opening.busy = false;
    }
  }

  select(selection: Selection): void {
    useView.setState({ selection });
    if (selection.kind !== 'node') return;
    const node = useDocument.getState().scenario?.nodes.find((known) => known.name === selection.name);
    if (node?.kind === 'pc' || node?.kind === 'bare') useView.setState({ machine: selection.name });
    if (node?.kind === 'server') useView.setState({ server: selection.name });
  }

  async machine(name: string, action: MachineAction): Promise<void> {
    await this.client.lab.machine(name, action);
  }

  async setMode(mode: RunMode): Promise<void> {
    await this.client.lab.setMode(mode);
  }

  private opened(scenario: Scenario, generation: number, clearFaults: boolean, warnings: readonly PlaceFault[]): void {
    this.generation = generation;
    const machines = scenario.nodes.filter((node) => node.kind === 'pc' || node.kind === 'bare');
    const servers = scenario.nodes.filter((node) => node.kind === 'server');
    const { machine, server } = useView.getState();
    useView.setState({
      machine: machines.some((node) => node.name === machine) ? machine : machines[0]?.name,
      server: servers.some((node) => node.name === server) ? server : servers[0]?.name,
      selection: { kind: 'none' },
    });
    useLive.setState({
      events: [],
      update: undefined,
      stale: false,
      progress: { kind: 'ready' },
      ...(clearFaults || warnings.length > 0 ? { faults: warnings } : {}),
    });
  }

  private take(update: LabUpdate): void {
    if (update.generation < this.generation) return;
    const { events } = useLive.getState();
    useLive.setState({
      update,
      ...(update.events.length > 0 ? { events: [...events, ...update.events] } : {}),
    });
  }

  private registerCommands(): void {
    const { commands, client } = this;
    commands.register({ id: 'time.run', title: 'time.run', key: 'F9', run: () => this.setMode({ kind: 'fast' }) });
    commands.register({
      id: 'time.pause',
      title: 'time.pause',
      key: 'F8',
      run: () => this.setMode({ kind: 'paused' }),
    });
    commands.register({
      id: 'time.step-frame',
      title: 'time.stepFrame',
      key: 'F10',
      run: () => client.lab.step('frame'),
    });
    commands.register({
      id: 'time.step-event',
      title: 'time.stepEvent',
      key: 'F11',
      run: () => client.lab.step('event'),
    });
    commands.register({ id: 'time.restart', title: 'time.restart', run: () => this.rebuild() });
    commands.register({
      id: 'palette.open',
      title: 'palette.open',
      key: 'Ctrl+K',
      run: () => useView.setState({ paletteOpen: true }),
    });
    commands.register({ id: 'share.open', title: 'share.open', run: () => useView.setState({ shareOpen: true }) });
    commands.register({
      id: 'edit.undo',
      title: 'edit.undo',
      key: 'Ctrl+Z',
      isEnabled: () => useDocument.temporal.getState().pastStates.length > 0,
      run: () => useDocument.temporal.getState().undo(),
    });
    commands.register({
      id: 'edit.redo',
      title: 'edit.redo',
      key: 'Ctrl+Y',
      isEnabled: () => useDocument.temporal.getState().futureStates.length > 0,
      run: () => useDocument.temporal.getState().redo(),
    });
  }
}
