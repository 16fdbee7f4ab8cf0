/**
 * The API of the lab's worker: opens labs, and forwards the page's requests to the open lab. `lab-runner.ts` runs its
 * time, `lab-reporter.ts` sends the page the changes.
 */
import { explainEvent } from '../../analysis/story/explain/explain.ts';
import { Narrative } from '../../analysis/story/narrative/narrative.ts';
import { LabTrace } from '../../analysis/story/trace.ts';
import { toHex } from '../../base/bytes.ts';
import { NS_PER_MS } from '../../base/time/clock.ts';
import { senderOf, type LabEvent } from '../../base/event-log.ts';
import { err } from '../../base/result.ts';
import type { Medium } from '../../lab/content/medium.ts';
import { Lab } from '../../lab/lab.ts';
import type { MachineAnswers, MachineQuestion } from '../../lab/nodes/machine.ts';
import { RunControl } from '../../lab/run-control.ts';
import type { ImageManifest } from '../../lab/content/image-manifest.ts';
import { completeConfigLine } from '../../services/dnsmasq/config/complete.ts';
import { checkDhcpdConfig, checkDnsmasqConfig, ineffectiveDnsmasqLines } from '../../lab/nodes/server-node.ts';
import { diskPlaces } from '../../lab/observe/disk-view.ts';
import { viewBuild } from '../../lab/observe/ipxe-build.ts';
import { mapLowMemory } from '../../lab/observe/memory/low-memory.ts';
import { LessonWatch, type LessonQuestions } from '../../lessons/watch.ts';
import { compileWasm, type CompiledWasm } from '../../machine/v86/host.ts';
import { problemAt, scenarioMessage } from '../../scenario/problems.ts';
import { needsEmulator } from '../../scenario/nodes/queries.ts';
import type { NicModel } from '../../lab/nodes/hardware.ts';
import { romFile, viewRom, type RomView } from '../../lab/nodes/rom-firmware.ts';
import type { ChainImage, PcNode, Scenario } from '../../scenario/schema.ts';
import { VGA_BIOS_IMAGE } from '../../lab/content/images.ts';
import { findVgaFont } from '../../machine/screen/vga-font.ts';
import { inputOf } from '../api/machine-input.ts';
import { listDisks, lookAtDisk } from './content/disk-answers.ts';
import { ImageLoader } from './content/image-loader.ts';
import { LabReporter } from './lab-reporter.ts';
import { LabRunner } from './lab-runner.ts';
import { MachineThreads } from './machine-threads.ts';
import { fetchFile, fileProblem, type ExpectedFile } from './content/site-files.ts';
import { RunWaits } from './run-waits.ts';
import { LabKeyframes } from './keyframes/lab-keyframes.ts';
import type { StoredKeyframes } from './keyframes/stored-keyframes.ts';
import { HOST, type Host } from '../api/host.ts';
import type {
  AskQuestion,
  Breakpoint,
  CablesView,
  ConnectOptions,
  LabApi,
  MachineAction,
  OpenResult,
  RunMode,
  Step,
} from '../api/lab-api.ts';
import { viewCablesAt, viewWay } from './lab-views.ts';

/** What exists once the page has connected. */
interface Connected {
  readonly loader: ImageLoader;
  readonly machines: MachineThreads;
  readonly runner: LabRunner;
  readonly reporter: LabReporter;
  readonly keyframes: LabKeyframes;
}

/** Files of the build that the lab's worker needs. */
export interface LabFiles {
  readonly wasmUrl: URL;
  readonly wasmFile: ExpectedFile;
  /** The module of a machine's thread. */
  readonly machineAddress: string;
  /** Keyframes that this browser has stored; absent where the build has no name. */
  readonly stored?: StoredKeyframes;
}

export class LabService implements LabApi {
  private readonly siteFiles: LabFiles;
  private readonly host: Host;
  private wasm: CompiledWasm | undefined;
  private connected: Connected | undefined;
  private opened:
    | { readonly lab: Lab; readonly control: RunControl; readonly trace: LabTrace; readonly story: Narrative }
    | undefined;
  /** Counts what was ordered of the run. */
  private modes = 0;
  private opening: AbortController | undefined;
  private lessonQuestions: LessonQuestions | undefined;
  private lesson: LessonWatch | undefined;

  constructor(files: LabFiles, host: Host = HOST) {
    this.siteFiles = files;
    this.host = host;
  }

  async connect(page: MessagePort, analysis: MessagePort, options: ConnectOptions): Promise<ImageManifest> {
    const { baseUrl, cores, generation } = options;
    const machines = new MachineThreads(cores, this.siteFiles.machineAddress);
    const reporter = new LabReporter(page, analysis, generation, this.host);
    const loader = new ImageLoader(baseUrl);
    const { stored } = this.siteFiles;
    const keyframes = new LabKeyframes({
      stored: options.stores ? stored : undefined,
      loader,
      build: stored?.build,
      host: this.host,
      memoryGiB: options.memoryGiB,
      isOff: !options.takesKeyframes,
      onNews: (news) => reporter.post({ kind: 'keyframes', news }),
    });
    const runner = new LabRunner(
      machines,
      (now) => {
        reporter.report(now, runner);
        const order = this.modes;
        const isPaused = (): boolean => order === this.modes && runner.mode.kind === 'paused';
        if (now && isPaused()) void keyframes.storeSoon(isPaused);
      },
      this.host,
    );
    runner.onTapeMismatch = () => keyframes.clear();
    machines.onFailure = (failure) => runner.fail(failure);
    this.connected = { loader, machines, runner, reporter, keyframes };
    return await loader.loadManifest();
  }

  connectAnalysis(analysis: MessagePort): Promise<number> {
    const { connected } = this;
    connected?.reporter.sendCaptureTo(analysis);
    this.report();
    return Promise.resolve(connected?.reporter.generation ?? 0);
  }

  ping(): ReturnType<LabApi['ping']> {
    return Promise.resolve(this.connected?.machines.ping() ?? []);
  }

  async open(scenario: Scenario): Promise<OpenResult> {
    const { connected } = this;
    if (connected === undefined)
      return { ok: false, problems: [problemAt('$', scenarioMessage('scenario.not-connected'))] };
    const { loader, machines, runner, reporter, keyframes } = connected;
    this.opening?.abort();
    const opening = new AbortController();
    this.opening = opening;
    const images = await loader.load(scenario, opening.signal, (doneBytes, totalBytes, name) => {
      reporter.post({ kind: 'progress', progress: { kind: 'images', doneBytes, totalBytes, name } });
    });
    if (!images.ok) return { ok: false, problems: images.error };
    if (this.wasm === undefined && needsEmulator(scenario.nodes)) {
      const { wasmUrl, wasmFile } = this.siteFiles;
      const bytes = await fetchFile(wasmUrl, wasmFile, opening.signal);
      if (!bytes.ok) {
        const path = wasmUrl.pathname.split('/').slice(-2).join('/');
        return { ok: false, problems: [fileProblem(path, wasmFile, bytes.error)] };
      }
      this.wasm = compileWasm(bytes.value);
    }
    runner.mode = { kind: 'paused' };
    const built = build(scenario, {
      images: images.value,
      ...(this.wasm === undefined ? {} : { wasm: this.wasm }),
      cells: machines.placeForLab(),
      keyframes: keyframes.open({ scenario, images: loader.hashes(scenario) }),
    });
    if (!built.ok) return { ok: false, problems: built.error };
    this.opened?.lab.close();
    const lab = built.value;
    const control = new RunControl(lab, { atHeldScripts: true });
    const trace = new LabTrace(lab.log.events, lab.capture.store);
    this.opened = { lab, control, trace, story: new Narrative(trace) };
    this.lesson = this.lessonQuestions === undefined ? undefined : new LessonWatch(lab, this.lessonQuestions);
    reporter.open(lab, control);
    runner.open({ lab, control, waits: new RunWaits(lab), playedToNs: () => keyframes.taken.playedToNs });
    keyframes.say();
    this.report();
    reporter.post({ kind: 'progress', progress: { kind: 'ready' } });
    return { ok: true, generation: reporter.generation, warnings: lab.warnings };
  }

  async screenFont(): Promise<Uint8Array | undefined> {
    const bios = await this.connected?.loader.image(VGA_BIOS_IMAGE);
    return bios === undefined ? undefined : findVgaFont(bios);
  }

  cancelOpen(): Promise<void> {
    this.opening?.abort();
    return Promise.resolve();
  }

  async setMode(mode: RunMode): Promise<void> {
    const order = ++this.modes;
    const { opened } = this;
    if (opened?.lab.queue.nowNs === 0) {
      await this.connected?.keyframes.goToward(mode.kind === 'fast' ? mode.untilNs : undefined);
      // Something else was ordered meanwhile.
      if (order !== this.modes || opened !== this.opened) return;
    }
    this.connected?.reporter.resetSpeed();
    this.connected?.runner.setMode(mode);
  }

  async step(step: Step): Promise<void> {
    await this.connected?.runner.step(step);
  }

  setBreakpoints(breakpoints: readonly Breakpoint[]): ReturnType<LabApi['setBreakpoints']> {
    const problems = this.opened?.control.setBreakpoints(breakpoints) ?? [];
    this.report();
    return Promise.resolve(problems);
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
    const input = inputOf(action);
    if (action.kind === 'medium' && action.content !== undefined) {
      const files = await this.connected?.loader.filesOf(action.content);
      if (files === undefined) throw new Error('the medium is not there');
      this.opened?.lab.addFiles(files);
    }
    const atNs = (await this.connected?.runner.act((lab) => lab.userInput(name, input))) ?? 0;
    this.connected?.keyframes.taken.acted({ machine: name, at: { ms: atNs / NS_PER_MS }, do: input });
    return atNs;
  }

  async ipxe(machine: string): ReturnType<LabApi['ipxe']> {
    return await this.askMachine(machine, 'ipxe');
  }

  ipxeStep(machine: string, action: Parameters<LabApi['ipxeStep']>[1]): Promise<number> {
    return this.machine(machine, { kind: 'ipxe', action });
  }

  async setLinkUp(link: number, up: boolean): Promise<number> {
    const atNs = (await this.connected?.runner.act((lab) => lab.setLinkUp(link, up))) ?? 0;
    this.connected?.keyframes.taken.linkSet(link, up, atNs / NS_PER_MS);
    return atNs;
  }

  watchScreens(machines: readonly string[]): Promise<void> {
    this.connected?.reporter.watch(machines);
    this.report();
    return Promise.resolve();
  }

  files(server: string): ReturnType<LabApi['files']> {
    return Promise.resolve(this.opened?.lab.servers.get(server)?.fileList() ?? []);
  }

  fileBytes(server: string, path: string): ReturnType<LabApi['fileBytes']> {
    return Promise.resolve(this.opened?.lab.servers.get(server)?.files.read(path));
  }

  async disks(): ReturnType<LabApi['disks']> {
    return this.opened === undefined ? [] : await listDisks(this.opened.lab);
  }

  async lookAtDisk(...[id, sector]: Parameters<LabApi['lookAtDisk']>): ReturnType<LabApi['lookAtDisk']> {
    const { opened } = this;
    if (opened === undefined) return undefined;
    const { lab, trace } = opened;
    trace.update(lab.queue.nowNs);
    return await lookAtDisk(lab, id, sector, (event) => trace.numberOf(event));
  }

  diskPlaces(event: number): ReturnType<LabApi['diskPlaces']> {
    return Promise.resolve(this.opened === undefined ? [] : diskPlaces(this.opened.lab, event));
  }

  async medium(content: Medium): Promise<Uint8Array | undefined> {
    return await this.connected?.loader.content(content);
  }

  romFile(firmware: PcNode['firmware'], model: NicModel): Promise<Uint8Array | undefined> {
    return Promise.resolve(romFile(firmware, model));
  }

  async flashedRom({ flash, nics }: PcNode): Promise<RomView | undefined> {
    if (flash === undefined) return undefined;
    const bytes = await this.connected?.loader.content(flash.rom);
    return bytes === undefined ? undefined : viewRom(bytes, nics[0]?.model ?? 'ne2k', flash.fitIds);
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

  watchLesson(questions: LessonQuestions | undefined): Promise<void> {
    const { opened } = this;
    this.lesson?.close();
    this.lessonQuestions = questions;
    this.lesson = opened === undefined || questions === undefined ? undefined : new LessonWatch(opened.lab, questions);
    return Promise.resolve();
  }

  observeLesson(selected: number | undefined): ReturnType<LabApi['observeLesson']> {
    return Promise.resolve(this.lesson?.observe(selected));
  }

  firstFrame(filter: string): Promise<number | undefined> {
    return Promise.resolve(this.lesson?.firstFrame(filter));
  }

  ineffectiveLines(config: string): ReturnType<LabApi['ineffectiveLines']> {
    return Promise.resolve(ineffectiveDnsmasqLines(config));
  }

  async stateHash(machine: string): Promise<string | undefined> {
    if (this.opened?.lab.hasSeveralPcs === true) await this.connected?.runner.settle();
    return await this.askMachine(machine, 'stateHash');
  }

  async firmwareVariables(machine: string): ReturnType<LabApi['firmwareVariables']> {
    const variables = await this.askMachine(machine, 'variables');
    return variables?.map(({ data, ...variable }) => ({ ...variable, data: toHex(data) }));
  }

  async lowMemory(machine: string): ReturnType<LabApi['lowMemory']> {
    const bytes = await this.askMachine(machine, 'lowMemory');
    return bytes === undefined ? undefined : { bytes, regions: mapLowMemory(bytes) };
  }

  explain(id: number): ReturnType<LabApi['explain']> {
    const { opened } = this;
    if (opened === undefined) return Promise.resolve(undefined);
    const { lab, trace } = opened;
    trace.update(lab.queue.nowNs);
    return Promise.resolve(explainEvent(trace, id));
  }

  stories(): ReturnType<LabApi['stories']> {
    return Promise.resolve(this.narrative()?.stories() ?? []);
  }

  unfoldStory(machine: string, line: number): ReturnType<LabApi['unfoldStory']> {
    return Promise.resolve(this.narrative()?.unfold(machine, line) ?? []);
  }

  private narrative(): Narrative | undefined {
    const { opened } = this;
    opened?.trace.update(opened.lab.queue.nowNs);
    opened?.story.update();
    return opened?.story;
  }

  ipxeBuild(firmware: ChainImage): ReturnType<LabApi['ipxeBuild']> {
    return Promise.resolve(viewBuild(firmware));
  }

  senders(ids: readonly number[]): Promise<readonly (string | undefined)[]> {
    return Promise.resolve(ids.map((id) => senderOf(this.opened?.lab.log.events ?? [], id)));
  }

  checkConfig(config: string, service?: 'dnsmasq' | 'dhcpd'): ReturnType<LabApi['checkConfig']> {
    return Promise.resolve(service === 'dhcpd' ? checkDhcpdConfig(config) : checkDnsmasqConfig(config));
  }

  completeConfig(lineStart: string): ReturnType<LabApi['completeConfig']> {
    return Promise.resolve(completeConfigLine(lineStart));
  }

  private report(): void {
    this.connected?.reporter.report(true, this.connected.runner);
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
}

/** An unexpected error while a lab is built is reported like any other error of a scenario. */
function build(...given: Parameters<typeof Lab.open>): ReturnType<typeof Lab.open> {
  try {
    return Lab.open(...given);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return err([problemAt('$', scenarioMessage('scenario.cannot-be-built', { reason }))]);
  }
}
