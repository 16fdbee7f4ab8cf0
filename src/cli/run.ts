/**
 * `lab run`: plays a scenario on the virtual clock as fast as the computer can, until a condition is met. Exit code 0
 * when it was, 1 when not, 2 for a scenario or an argument that cannot be used, 3 when the wall-clock limit was reached.
 */
import { readOptions, readSeconds } from './options.ts';
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { FrameStore } from '../analysis/frame-store.ts';
import { Narrative, storyText } from '../analysis/story/narrative/narrative.ts';
import { LabTrace } from '../analysis/story/trace.ts';
import { writePcapng } from '../analysis/pcapng/writer.ts';
import { NS_PER_MS, NS_PER_S } from '../base/time/clock.ts';
import { err, ok, type Result } from '../base/result.ts';
import { Lab } from '../lab/lab.ts';
import { answerOf } from '../lab/nodes/machine.ts';
import { RunControl, type RunStop } from '../lab/run-control.ts';
import { parseScenarioText } from '../scenario/parse.ts';
import { needsEmulator } from '../scenario/nodes/queries.ts';
import type { Scenario } from '../scenario/schema.ts';
import { VGA_BIOS_IMAGE } from '../lab/content/images.ts';
import { findVgaFont } from '../machine/screen/vga-font.ts';
import { findingsJson } from './findings.ts';
import { openForwards, readForward, withStations, type Forward } from './forward/forward.ts';
import { screenPng } from './png.ts';
import { inLanguage, readLanguage, type CliLanguage } from './language.ts';
import { nextTurn, rest, startWatchdog, wallMs } from './watchdog.ts';
import { readImage, readImages, readWasm } from './images.ts';

export interface RunIo {
  out(line: string): void;
  err(line: string): void;
}

interface Arguments {
  readonly scenario: string;
  readonly until: string | undefined;
  readonly timeoutS: number;
  readonly wallS: number;
  readonly pcapng: string | undefined;
  readonly keylog: string | undefined;
  readonly events: string | undefined;
  readonly findings: string | undefined;
  readonly serial: string | undefined;
  readonly screen: string | undefined;
  readonly type: readonly string[];
  readonly stateHash: boolean;
  readonly story: boolean;
  readonly language: CliLanguage;
  readonly files: string | undefined;
  readonly forwards: readonly Forward[];
}

/** Virtual seconds after which a run that has no condition, or does not meet it, is given up. */
const DEFAULT_TIMEOUT_S = 600;
/** Seconds of this computer's time after which a run is given up. */
const DEFAULT_WALL_S = 1800;
/** What the lab needs to look at the clock, and to write what it was asked for. */
const WALL_GRACE_S = 30;
const WALL_LIMIT_EXIT_CODE = 3;

type CliStop = RunStop | { readonly kind: 'wall'; readonly wallS: number };

function readArguments(args: readonly string[]): Result<Arguments, string> {
  const parsed = readOptions(args, {
    until: { type: 'string' },
    'timeout-s': { type: 'string' },
    'wall-s': { type: 'string' },
    pcapng: { type: 'string' },
    keylog: { type: 'string' },
    events: { type: 'string' },
    findings: { type: 'string' },
    serial: { type: 'string' },
    screen: { type: 'string' },
    type: { type: 'string', multiple: true },
    'state-hash': { type: 'boolean' },
    story: { type: 'boolean' },
    lang: { type: 'string' },
    files: { type: 'string' },
    forward: { type: 'string', multiple: true },
  });
  if (!parsed.ok) return parsed;
  const { values, positionals } = parsed.value;
  const [scenario, ...extra] = positionals;
  if (scenario === undefined || extra.length > 0) return err('expected one scenario file');
  const timeoutS = readSeconds('timeout-s', values['timeout-s'], DEFAULT_TIMEOUT_S);
  if (!timeoutS.ok) return timeoutS;
  const wallS = readSeconds('wall-s', values['wall-s'], DEFAULT_WALL_S);
  if (!wallS.ok) return wallS;
  const forwards: Forward[] = [];
  for (const text of values.forward ?? []) {
    const forward = readForward(text);
    if (!forward.ok) return forward;
    forwards.push(forward.value);
  }
  const language = readLanguage(values.lang);
  if (!language.ok) return language;
  const { until, pcapng, keylog, events, findings, serial, screen, type, files } = values;
  return ok({
    scenario,
    until,
    timeoutS: timeoutS.value,
    wallS: wallS.value,
    pcapng,
    keylog,
    events,
    findings,
    serial,
    screen,
    type: type ?? [],
    stateHash: values['state-hash'] === true,
    story: values.story === true,
    language: language.value,
    files,
    forwards,
  });
}

export function readScenario(path: string, io: RunIo): Scenario | undefined {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    io.err(`${path}: ${(error as Error).message}`);
    return undefined;
  }
  const parsed = parseScenarioText(text);
  if (parsed.ok) return parsed.value;
  for (const problem of parsed.error) io.err(`${path}: ${problem.path}: ${problem.message}`);
  return undefined;
}

export async function runLab(args: readonly string[], io: RunIo): Promise<number> {
  const read = readArguments(args);
  if (!read.ok) {
    io.err(`run: ${read.error}`);
    return 2;
  }
  const options = read.value;
  startWatchdog(
    (options.wallS + WALL_GRACE_S) * 1000,
    `run: one step of the lab does not end; the wall-clock limit of ${options.wallS} s is long over (--wall-s)`,
  );
  const given = readScenario(options.scenario, io);
  if (given === undefined) return 2;
  const stationed = withStations(given, options.forwards);
  if (!stationed.ok) {
    io.err(`run: ${stationed.error}`);
    return 2;
  }
  const scenario = stationed.value;
  if (options.files !== undefined && statSync(options.files, { throwIfNoEntry: false })?.isDirectory() !== true) {
    io.err(`run: --files: ${options.files} is not a folder`);
    return 2;
  }
  const images = readImages(scenario, options.files);
  if (!images.ok) {
    for (const problem of images.error) io.err(`${options.scenario}: ${problem.path}: ${problem.message}`);
    return 2;
  }
  const needsCpu = needsEmulator(scenario.nodes);
  const opened = Lab.open(scenario, { images: images.value, ...(needsCpu ? { wasm: readWasm() } : {}) });
  if (!opened.ok) {
    for (const problem of opened.error) io.err(`${options.scenario}: ${problem.path}: ${problem.message}`);
    return 2;
  }
  const lab = opened.value;
  for (const warning of lab.warnings) io.err(`warning: ${warning.path}: ${warning.message}`);
  const control = new RunControl(lab);
  const problem = prepare(lab, control, options, scenario);
  if (problem !== undefined) {
    io.err(`run: ${problem}`);
    return 2;
  }
  let serial = '';
  const gatherSerial = (): void => {
    for (const machine of lab.machines.values()) serial += machine.takeSerial();
  };
  const endMs = wallMs() + options.wallS * 1000;
  const turn = (untilNs: number): CliStop => {
    let turns = 0;
    const stop = control.run(untilNs, () => ++turns > 1000 || wallMs() > endMs);
    gatherSerial();
    return stop.kind === 'yield' && wallMs() > endMs ? { kind: 'wall', wallS: options.wallS } : stop;
  };
  let stop: CliStop;
  if (options.forwards.length > 0) {
    const ended = await runForwarded(lab, options, turn, endMs, io);
    if (!ended.ok) {
      io.err(`run: ${ended.error}`);
      return 2;
    }
    stop = ended.value;
  } else
    do stop = turn(options.timeoutS * NS_PER_S);
    while (stop.kind === 'yield');
  report(lab, stop, io);
  if (options.story) io.out(storyOf(lab, options.language));
  if (options.stateHash && lab.hasSeveralPcs) lab.queue.runUntil(lab.queue.nowNs);
  if (options.stateHash)
    for (const machine of lab.machines.values()) {
      const hash = answerOf(machine, 'stateHash');
      if (hash !== undefined) io.out(`state ${machine.name} ${hash}`);
    }
  writeOutputs(lab, options, serial);
  if (stop.kind === 'wall') return WALL_LIMIT_EXIT_CODE;
  return stop.kind === 'breakpoint' || (options.until ?? scenario.until) === undefined ? 0 : 1;
}

/** While programs wait for answers, what is about to happen need not wait for this computer's clock. */
function runAhead(lab: Lab, limitNs: number, turn: (untilNs: number) => CliStop): CliStop {
  let stop: CliStop = { kind: 'limit' };
  for (let n = 0; n < EVENTS_AHEAD && stop.kind === 'limit'; n++) {
    const { nextNs } = lab.queue;
    if (nextNs === undefined || nextNs > Math.min(limitNs, lab.queue.nowNs + AHEAD_NS)) break;
    stop = turn(nextNs);
  }
  return stop;
}

/** So many turns without a byte are a pause of the programs outside. */
const QUIET_TURNS = 200;
/** How far ahead of the clock frames may be that are on their way, and how many events. */
const AHEAD_NS = NS_PER_MS / 10;
const EVENTS_AHEAD = 1000;

/** Runs at the pace of this computer's clock, so that programs outside of the lab may take part. */
async function runForwarded(
  lab: Lab,
  { forwards, timeoutS, wallS }: Arguments,
  turn: (untilNs: number) => CliStop,
  endMs: number,
  io: RunIo,
): Promise<Result<CliStop, string>> {
  const opened = await openForwards(lab, forwards, ({ node, port, localHost }, localPort) =>
    io.err(`${localHost}:${localPort} leads to ${node}, port ${port}`),
  );
  if (!opened.ok) return opened;
  const forwarding = opened.value;
  const limitNs = timeoutS * NS_PER_S;
  const startMs = wallMs();
  let interrupted = false;
  const interrupt = (): void => {
    interrupted = true;
  };
  process.once('SIGINT', interrupt);
  process.once('SIGTERM', interrupt);
  let stop: CliStop;
  let quietTurns = 0;
  for (;;) {
    quietTurns = forwarding.hasMoved() ? 0 : quietTurns + 1;
    const isBusy = quietTurns < QUIET_TURNS;
    const nowNs = Math.round((wallMs() - startMs) * NS_PER_MS);
    const untilNs = Math.min(limitNs, Math.max(nowNs, lab.queue.nowNs));
    stop = turn(untilNs);
    if (stop.kind === 'idle') {
      // Nothing is left to happen until a program outside acts, and the clock goes on all the same.
      lab.queue.moveTo(untilNs);
      stop = { kind: 'limit' };
    }
    if (isBusy && stop.kind === 'limit') stop = runAhead(lab, limitNs, turn);
    const isOver = stop.kind === 'limit' && lab.queue.nowNs >= limitNs;
    if (interrupted || isOver || stop.kind === 'breakpoint' || stop.kind === 'wall') break;
    if (wallMs() > endMs) stop = { kind: 'wall', wallS };
    if (stop.kind === 'wall') break;
    await (isBusy || stop.kind === 'yield' ? nextTurn() : rest());
  }
  process.off('SIGINT', interrupt);
  process.off('SIGTERM', interrupt);
  forwarding.close();
  return ok(stop);
}

/** Puts `--until` and `--type` in place; returns what is wrong with them. */
function prepare(lab: Lab, control: RunControl, options: Arguments, scenario: Scenario): string | undefined {
  const until = options.until ?? scenario.until;
  if (until !== undefined) {
    const [problem] = control.setBreakpoints([{ condition: until, count: 1, once: true }]);
    if (problem !== undefined) return `--until: at ${problem.offset + 1}: ${problem.message.text}`;
  }
  for (const text of options.type) {
    const at = text.lastIndexOf('@');
    if (at < 0) return `--type: expected TEXT@EVENT, not ${text}`;
    const condition = lab.triggers.parse(text.slice(at + 1));
    if (!condition.ok) return `--type: at ${at + 2 + condition.error.offset}: ${condition.error.message.text}`;
    const typed = text.slice(0, at).replaceAll('\\n', '\n');
    lab.triggers.when(condition.value, 1, (event) => {
      lab.queue.scheduleAt(Math.max(lab.queue.nowNs + 1, event.timeNs), () =>
        lab.applyInput({ machine: event.node, do: { type: typed } }),
      );
    });
  }
  return undefined;
}

function report(lab: Lab, stop: CliStop, io: RunIo): void {
  const seconds = (lab.queue.nowNs / NS_PER_S).toFixed(9);
  const frames = `${lab.capture.sentCount} frames`;
  for (const machine of lab.machines.values()) {
    const stage = lab.latestStage(machine.name);
    if (stage !== undefined && lab.machines.size <= 16) io.out(`${machine.name} ${stage.stage}: ${stage.text}`);
  }
  if (stop.kind === 'breakpoint') io.out(`reached ${stop.condition} at ${seconds} s, ${frames}`);
  else io.out(`stopped (${reasonOf(stop)}) at ${seconds} s, ${frames}`);
}

/** The boots as they are read: a line for each phase. */
function storyOf(lab: Lab, language: CliLanguage): string {
  const trace = new LabTrace(lab.log.events, lab.capture.store);
  trace.update(lab.queue.nowNs);
  const narrative = new Narrative(trace);
  narrative.update();
  return storyText(narrative.stories(), (message) => inLanguage(language, message));
}

function reasonOf(stop: CliStop): string {
  if (stop.kind === 'wall') return `the wall-clock limit of ${stop.wallS} s is over: --wall-s sets another`;
  return stop.kind === 'idle' ? 'nothing is left to happen' : 'time is over';
}

/** The frames as they were sent, each once: what a capture of the whole lab would show. */
export function capturePcapng(lab: Lab): Uint8Array {
  const { store } = lab.capture;
  const sent = new FrameStore();
  for (const info of store.interfaces) sent.addInterface(info);
  sent.secrets.addText(store.secrets.text);
  for (let index = 0; index < store.length; index++)
    if (store.direction(index) === 'out') sent.append(store.record(index));
  return writePcapng(sent);
}

function writeOutputs(lab: Lab, options: Arguments, serial: string): void {
  if (options.pcapng !== undefined) writeFileSync(options.pcapng, capturePcapng(lab));
  if (options.keylog !== undefined) writeFileSync(options.keylog, lab.capture.store.secrets.text);
  if (options.events !== undefined)
    writeFileSync(options.events, lab.log.events.map((event) => `${JSON.stringify(event)}\n`).join(''));
  if (options.findings !== undefined) writeFileSync(options.findings, findingsJson(lab));
  if (options.serial !== undefined) writeFileSync(options.serial, serial, 'latin1');
  if (options.screen?.endsWith('.png') === true) {
    const font = findVgaFont(readImage(VGA_BIOS_IMAGE) ?? new Uint8Array(0));
    for (const machine of lab.machines.values()) {
      const png = screenPng(answerOf(machine, 'screen'), font);
      const path = lab.machines.size === 1 ? options.screen : options.screen.replace(/png$/, `${machine.name}.png`);
      if (png !== undefined) writeFileSync(path, png);
    }
  } else if (options.screen !== undefined) {
    const machines = [...lab.machines.values()];
    const text = machines.map((machine) =>
      machines.length === 1 ? `${machine.screenText()}\n` : `== ${machine.name}\n${machine.screenText()}\n`,
    );
    writeFileSync(options.screen, text.join('\n'));
  }
}
