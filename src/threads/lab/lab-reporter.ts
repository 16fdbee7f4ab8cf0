/**
 * Tells the page what has changed in the lab: at most some twenty times a second, however fast it runs; and the analysis
 * worker what was captured.
 */
import { NS_PER_MS } from '../../base/clock.ts';
import type { LabEvent } from '../../base/event-log.ts';
import type { Lab } from '../../lab/lab.ts';
import type { RunControl } from '../../lab/run-control.ts';
import { FramePacker } from './capture-batches.ts';
import { wallMs } from '../api/host.ts';
import type { LabUpdate, MessageToAnalysis, MessageToPage, RunMode, StopReason } from '../api/lab-api.ts';
import { viewFlights, viewLeases, viewLinks, viewMachines, viewSwitches } from './lab-views.ts';

const UPDATE_MS = 60;
const SCREEN_MS = 40;
const SPEED_MS = 400;

interface Reported {
  readonly lab: Lab;
  readonly control: RunControl;
  readonly packer: FramePacker;
  sentEvents: number;
  /** Virtual time of the last update. */
  sentNs: number;
  readonly screens: Map<string, number>;
}

/** What the page is told of the run. */
export interface RunState {
  readonly mode: RunMode;
  readonly stopped: StopReason | undefined;
}

export class LabReporter {
  /** Counts the labs that were opened. */
  generation = 0;
  private readonly page: MessagePort;
  private readonly analysis: MessagePort;
  private opened: Reported | undefined;
  private watched: readonly string[] = [];
  private lastUpdateMs = 0;
  private lastScreenMs = 0;
  private speedMark = { wallMs: 0, timeNs: 0 };
  private speed = 0;

  constructor(page: MessagePort, analysis: MessagePort) {
    this.page = page;
    this.analysis = analysis;
  }

  open(lab: Lab, control: RunControl): void {
    this.generation++;
    const packer = new FramePacker(lab.capture);
    lab.log.on((event) => this.keepScreen(lab, event));
    this.opened = { lab, control, packer, sentEvents: 0, sentNs: 0, screens: new Map() };
    this.toAnalysis({ kind: 'reset', generation: this.generation, interfaces: [] });
  }

  /** Screens of these machines are sent as they change. */
  watch(machines: readonly string[]): void {
    this.watched = machines;
    this.opened?.screens.clear();
    this.lastScreenMs = 0;
  }

  /** The speed is measured anew. */
  resetSpeed(): void {
    this.speedMark = { wallMs: wallMs(), timeNs: this.opened?.lab.queue.nowNs ?? 0 };
  }

  post(message: MessageToPage): void {
    this.page.postMessage(message, []);
  }

  /** Sends what is due; with `now` all that there is. */
  tell(now: boolean, { mode, stopped }: RunState): void {
    const { opened } = this;
    if (opened === undefined) return;
    const ms = wallMs();
    this.sendScreens(opened, ms, now);
    if (!now && ms - this.lastUpdateMs < UPDATE_MS) return;
    this.lastUpdateMs = ms;
    const { lab } = opened;
    if (ms - this.speedMark.wallMs > SPEED_MS) {
      this.speed = (lab.queue.nowNs - this.speedMark.timeNs) / NS_PER_MS / (ms - this.speedMark.wallMs);
      this.speedMark = { wallMs: ms, timeNs: lab.queue.nowNs };
    }
    for (const message of opened.packer.pack(this.generation)) {
      this.analysis.postMessage(message, 'bytes' in message ? [message.bytes.buffer, message.meta.buffer] : []);
    }
    for (const machine of lab.machines.values()) {
      const text = machine.takeSerial();
      if (text !== '') this.post({ kind: 'serial', serial: { machine: machine.name, text } });
    }
    const events = lab.log.events.slice(opened.sentEvents).filter((event) => event.kind !== 'frame');
    opened.sentEvents = lab.log.events.length;
    // At speed, frames that have arrived meanwhile are too many for anybody to see.
    const isWatched = mode.kind === 'pace' || stopped?.kind === 'step';
    const update: LabUpdate = {
      generation: this.generation,
      timeNs: lab.queue.nowNs,
      mode,
      stopped,
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
      this.page.postMessage({ kind: 'past-screen', past } satisfies MessageToPage, [screen.cells.buffer]);
    });
  }

  private sendScreens(opened: Reported, ms: number, now: boolean): void {
    if (!now && ms - this.lastScreenMs < SCREEN_MS) return;
    this.lastScreenMs = ms;
    for (const name of this.watched) {
      const machine = opened.lab.machines.get(name);
      if (machine === undefined || opened.screens.get(name) === machine.screenVersion) continue;
      opened.screens.set(name, machine.screenVersion);
      machine.ask('screen', (screen) => {
        const message: MessageToPage = { kind: 'screen', screen: { machine: name, ...screen } };
        this.page.postMessage(message, [screen.kind === 'text' ? screen.cells.buffer : screen.rgba.buffer]);
      });
    }
  }

  private toAnalysis(message: MessageToAnalysis): void {
    this.analysis.postMessage(message, []);
  }
}
