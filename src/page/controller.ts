/**
 * Joins the workers to the stores: opens labs, feeds updates in, and does what the page's commands say. One controller
 * exists for the life of the page.
 */
import { NS_PER_MS } from '../base/time/clock.ts';
import { pauseMs, tickEvery } from './threads/page-clock.ts';
import { ThreadCare } from './threads/thread-care.ts';
import { ignoreEndedCalls, ThreadEnded } from './threads/thread.ts';
import { UnaskedGuard } from './threads/unasked.ts';
import { LiveUpdates } from './time/live-updates.ts';
import { recordRun, useRuns } from './time/run-comparison.ts';
import { hearOfKeyframes } from './time/kept-moments.ts';
import { Moments } from './time/moments.ts';
import { TimeControls } from './time/time-controls.ts';
import type { IpxeAction, IpxeView } from '../lab/observe/ipxe-debugger.ts';
import { Breakpoints } from './time/breakpoints.ts';
import { withOutage } from './document/edits/user-actions.ts';
import type { MachineAction, OpenResult, PlaceProblem } from '../threads/api/lab-api.ts';
import { inputOf } from '../threads/api/machine-input.ts';
import { followRecord } from './captures/capture-store.ts';
import { restoreCaptures } from './captures/restore.ts';
import { LabClient } from './lab-client.ts';
import { browserLabs, isFramed, storageOf } from './document/kept/browser-labs.ts';
import { LabOpener } from './document/lab-opener.ts';
import type { SiteSettings } from './document/site-settings.ts';
import { Opening } from './opening.ts';
import { Course } from './lessons/course.ts';
import { ownFiles } from './document/files/catalogue-files.ts';
import { saveFile } from './document/files/save-file.ts';
import { followPackets, restoreLook, withLook } from './packets/presenter.ts';
import { followSelected } from './time/selection-details.ts';
import { followShown } from './time/displayed-lab.ts';
import { fetchText } from '../threads/api/site-text.ts';
import { useDocument, useLive, useView, type Selection } from './store.ts';
import { runsAlike } from './document/edits/scenario-edits.ts';
import { compactScenario } from '../scenario/compact.ts';
import { itemAt } from '../base/lists/list.ts';
import { isMachine, isNameOf, isServer, namesOf } from '../scenario/nodes/queries.ts';
import type { Scenario, ScenarioUserInput } from '../scenario/schema.ts';
import { problemAt, scenarioMessage } from '../scenario/problems.ts';

export class Controller {
  readonly client: LabClient;
  /** Which lab is open, and the reader's own labs. */
  readonly labs: LabOpener;
  readonly time: TimeControls;
  readonly moments: Moments;
  readonly threads: ThreadCare;
  readonly lessons: Course;
  readonly opening: Opening;
  readonly site: SiteSettings;
  private readonly breakpoints: Breakpoints;
  private readonly live: LiveUpdates;
  private readonly guard = new UnaskedGuard(
    () => sessionStorage,
    () => location.hash,
  );
  private isOpening = false;
  /** The scenario of the lab that runs; the document may be ahead of it. */
  private running: Scenario | undefined;

  private constructor(client: LabClient, baseUrl: string, site: SiteSettings) {
    this.client = client;
    this.site = site;
    this.breakpoints = new Breakpoints(client);
    const select = (selection: Selection): void => this.select(selection);
    this.time = new TimeControls(client, this.breakpoints, select);
    this.moments = new Moments({
      client,
      time: this.time,
      breakpoints: this.breakpoints,
      guard: this.guard,
      select,
      running: () => this.running,
      reopen: async (changed) => await this.reopen(changed),
    });
    this.live = new LiveUpdates((stopped) => void this.moments.standAt(stopped));
    client.news.on((news) => this.live.receive(news));
    client.progress.on((progress) => useLive.setState({ progress }));
    client.keyframes.on(hearOfKeyframes);
    ignoreEndedCalls();
    this.threads = new ThreadCare(client, { every: tickEvery, pause: pauseMs }, this.guard, {
      isOpening: () => this.isOpening,
      reopen: async () => await this.rebuild(),
      captureSent: (generation) => this.live.follow(generation),
    });
    this.labs = this.openerOf(baseUrl);
    this.lessons = new Course(this, baseUrl, isFramed() ? undefined : storageOf('localStorage'));
    this.opening = new Opening({ labs: this.labs, time: this.time, guard: this.guard, isFramed: isFramed() });
    followRecord();
    followShown(client);
    followSelected(client);
    followPackets(client);
    void restoreCaptures();
    useDocument.subscribe(({ scenario }, before) => {
      if (scenario !== undefined && scenario !== before.scenario) {
        this.labs.documentChanged(scenario);
        useLive.setState({ stale: this.running === undefined || !runsAlike(scenario, this.running) });
      }
    });
  }

  static async start(baseUrl: string, site: SiteSettings): Promise<Controller> {
    return new Controller(await LabClient.start(baseUrl), baseUrl, site);
  }

  /** Whether the lab came with the page's link. */
  get isOfLink(): boolean {
    return this.labs.isOfLink;
  }

  private openerOf(baseUrl: string): LabOpener {
    const { site } = this;
    const { manifest } = this.client;
    const { library, place, oldStorage } = browserLabs((kept, before) => this.labs.parted(kept, before));
    return new LabOpener(
      {
        manifest,
        site,
        isFramed: isFramed(),
        place,
        oldStorage,
        fetchText: async (path) => await fetchText(path, baseUrl),
        missingFiles: async (scenario) =>
          ownFiles(scenario).length === 0
            ? []
            : await (await import('./document/files/given-files.ts')).missingFiles(scenario),
        showHash: (hash) => {
          if (location.hash !== hash)
            history.replaceState(undefined, '', `${location.pathname}${location.search}${hash}`);
        },
        linkFilter: (filter) => (this.guard.mustAsk('filter') ? '' : filter),
        build: async (scenario) => await this.build(scenario),
        cancelBuild: async () => {
          void this.client.lab.cancelOpen();
          await this.threads.makeRoom();
        },
        pause: async () => await this.time.pause(),
        built: async (scenario, { generation, warnings }, clearProblems) =>
          await this.opened(scenario, generation, clearProblems, warnings),
        chooseNodes: (scenario) => this.chooseNodes(scenario),
        openMoment: async (scenario, view) => await this.moments.open(scenario, view),
      },
      library,
    );
  }

  /**
   * Opens a lab in its thread, or in a fresh one when that does not answer. A lab that hung once is not reopened
   * automatically.
   */
  private async build(scenario: Scenario): Promise<OpenResult> {
    // The panels show the lab that is opened, not the capture file that was looked at.
    if (useView.getState().capture !== undefined) await (await import('./captures/captures.ts')).showLab(this.client);
    const stopped: OpenResult = { ok: false, problems: [problemAt('$', scenarioMessage('scenario.cancelled'))] };
    if (this.guard.mustAsk('open')) return stopped;
    await this.threads.makeRoom();
    this.isOpening = true;
    try {
      return await this.client.lab.open(scenario);
    } catch (error) {
      if (error instanceof ThreadEnded) return stopped;
      throw error;
    } finally {
      this.isOpening = false;
    }
  }

  /** Of the lab that is ready to run. */
  labName(): string | undefined {
    return useDocument.getState().scenario?.name;
  }

  /** Hands the document to the person as a file. */
  saveScenario(): void {
    const { scenario } = useDocument.getState();
    if (scenario === undefined) return;
    const name = scenario.name
      .toLowerCase()
      .replace(/[^a-z0-9]+/g, '-')
      .replace(/^-|-$/g, '');
    saveFile(
      `${name}.json`,
      `${JSON.stringify(compactScenario(withLook(scenario)), undefined, 2)}\n`,
      'application/json',
    );
  }

  /** Builds the lab from the document again: time 0, everything off. */
  async rebuild(): Promise<void> {
    await this.labs.rebuild();
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
    if (node === undefined) return;
    if (isMachine(node)) useView.setState({ machine: itemAt(namesOf(node), 0) });
    if (isServer(node)) useView.setState({ server: selection.name });
  }

  /** The iPXE that runs on a machine, as it is now. */
  ipxe(name: string): Promise<IpxeView | undefined> {
    return this.client.lab.ipxe(name);
  }

  /** Pauses a machine's script, runs one command of it, or continues it; commands that take time take virtual time. */
  async stepScript(name: string | undefined, action: IpxeAction): Promise<void> {
    if (name === undefined) return;
    await this.machine(name, { kind: 'ipxe', action });
    const { update } = useLive.getState();
    const isStanding = update?.mode.kind === 'paused' && update.timeNs > 0;
    if (!isStanding || (action.kind !== 'step' && action.kind !== 'go')) return;
    // Many commands take no time: the script is already paused at the next one.
    if ((await this.ipxe(name))?.held === undefined) await this.time.run();
  }

  /** Acts on a machine, and records the action for sharing. */
  async machine(name: string, action: MachineAction): Promise<void> {
    const timeNs = await this.client.lab.machine(name, action);
    // The document may have been edited since the lab was opened.
    const isKnown = useDocument.getState().scenario?.nodes.some((node) => isNameOf(node, name)) === true;
    if (!isKnown) return;
    const input: ScenarioUserInput = { machine: name, at: { ms: timeNs / NS_PER_MS }, do: inputOf(action) };
    useLive.setState(({ inputs }) => ({ inputs: [...inputs, input] }));
  }

  /** Takes a link down, or up again, and records that for sharing. */
  async setLinkUp(link: number, up: boolean): Promise<void> {
    const timeNs = await this.client.lab.setLinkUp(link, up);
    useLive.setState(({ outages }) => ({ outages: withOutage(outages, link, up, timeNs) }));
  }

  /**
   * Switches a machine on, and lets time run. Machines that the scenario switches on start with the lab: nothing is
   * pressed before that.
   */
  async switchOn(name: string | undefined): Promise<void> {
    if (name === undefined) return;
    if (!this.startsWithLab(name)) await this.machine(name, { kind: 'power', to: 'on' });
    await this.time.run();
  }

  /** Whether a machine will be switched on by the scenario when the lab's time starts. */
  startsWithLab(name: string): boolean {
    const { update } = useLive.getState();
    if (update === undefined || update.timeNs > 0) return false;
    const node = useDocument.getState().scenario?.nodes.find((known) => isNameOf(known, name));
    return node !== undefined && isMachine(node) && node.power !== 'off';
  }

  async stopOpening(): Promise<void> {
    await this.client.lab.cancelOpen();
  }

  /** Reopens the running lab from the start, with the given changes. */
  private async reopen(changed: Scenario): Promise<boolean> {
    const { running } = this;
    const result = await this.client.lab.open(changed);
    if (!result.ok) useLive.setState({ problems: result.problems });
    else if (running !== undefined) await this.opened(running, result.generation, true, result.warnings);
    return result.ok;
  }

  /** Shows the machine and the server that were shown, or the first ones. */
  private chooseNodes(scenario: Scenario): void {
    const machines = scenario.nodes.filter(isMachine);
    const servers = scenario.nodes.filter(isServer);
    const { machine, server } = useView.getState();
    useView.setState({
      machine: machines.some((node) => machine !== undefined && isNameOf(node, machine))
        ? machine
        : machines.flatMap(namesOf)[0],
      server: servers.some((node) => node.name === server) ? server : servers[0]?.name,
      selection: { kind: 'none' },
    });
  }

  /** The stages so far are kept to be compared, when the same lab opens with a change that runs otherwise. */
  private keepRunBefore(next: Scenario): void {
    const { running } = this;
    if (running?.name !== next.name) useRuns.setState({ before: undefined });
    else if (!runsAlike(running, next)) {
      const { history, update } = useLive.getState();
      const before = recordRun(history.stages, update?.timeNs ?? 0);
      if (before !== undefined) useRuns.setState({ before });
    }
  }

  private async opened(
    scenario: Scenario,
    generation: number,
    clearProblems: boolean,
    warnings: readonly PlaceProblem[],
  ): Promise<void> {
    this.guard.end('open');
    this.keepRunBefore(scenario);
    this.running = scenario;
    this.chooseNodes(scenario);
    restoreLook();
    useView.setState({ pastNs: undefined, moment: undefined });
    useLive.setState({
      stale: false,
      progress: { kind: 'ready' },
      warnings,
      inputs: [],
      outages: [],
      ...(clearProblems ? { problems: [] } : {}),
    });
    this.live.opened(generation);
    await this.breakpoints.send();
  }
}
