/**
 * Sends the page the changes of the lab, at most about sixteen times a second however fast it runs and no faster than
 * the page can show them, and the analysis worker the captured frames.
 */
import { NS_PER_MS } from '../../base/time/clock.ts';
import { faultMarkOf } from '../../analysis/story/marks.ts';
import type { LabEvent } from '../../base/event-log.ts';
import type { Lab } from '../../lab/lab.ts';
import type { RunControl } from '../../lab/run-control.ts';
import { FramePacker } from './capture-batches.ts';
import { listChange } from '../../base/lists/list-change.ts';
import type { Host } from '../api/host.ts';
import type { LabLists, LabNews, MessageFromPage, MessageToPage, RunMode, StopReason, Waits } from '../api/lab-api.ts';
import type { MessageToAnalysis } from '../api/analysis-api.ts';
import { viewFlights, viewLists } from './lab-views.ts';

const UPDATE_MS = 60;
/** The page is left this many times longer than it needed to show the last update. */
const SHOWN_FACTOR = 2;
/** A page that has not shown an update for so long is hidden, or hangs: it gets the next one. */
const UNSHOWN_MS = 1000;
/** The same while machines only wait and nothing is in the log. */
const CALM_UPDATE_MS = 4000;
const SCREEN_MS = 40;
const SPEED_MS = 400;
/** Events in one message: the page shows a frame of its own between two messages. */
const EVENTS_IN_UPDATE = 1000;
/** Screens recorded between two updates, for looking back. Of a machine that prints more, the later ones are skipped. */
const KEPT_SCREENS = 12;

interface Reported {
  readonly lab: Lab;
  readonly control: RunControl;
  packer: FramePacker;
  /** The lists as the page knows them. */
  sentLists: LabLists;
  /** The last update. */
  sentNews: LabNews | undefined;
  sentEvents: number;
  /** Events whose faults the analysis worker knows. */
  judgedEvents: number;
  /** Virtual time of the last update. */
  sentNs: number;
  readonly screens: Map<string, number>;
}

/** Reports about the run to the page. */
export interface RunState {
  readonly mode: RunMode;
  readonly stopped: StopReason | undefined;
  readonly waits: Waits | undefined;
  /** Nothing happens that must be shown at once. */
  readonly isCalm: boolean;
}

const NO_LISTS: LabLists = { machines: [], links: [], switches: [], leases: [] };

export class LabReporter {
  /** Counts the labs that were opened, and the times that a capture was sent from its start. */
  generation: number;
  private readonly page: MessagePort;
  private analysis: MessagePort;
  private readonly host: Host;
  private opened: Reported | undefined;
  private watched: readonly string[] = [];
  private lastUpdateMs = 0;
  private lastScreenMs = 0;
  private speedMark = { wallMs: 0, timeNs: 0 };
  private speed = 0;
  /** How long the page was busy with an update; undefined while it has not shown the last one. */
  private shownInMs: number | undefined = 0;
  /** Updates that the page has not shown yet. */
  private unshown = 0;
  private keptScreens = 0;
  /** Machines whose last recorded screen is older than what they printed. */
  private readonly unkeptScreens = new Set<string>();

  /** `generation`: the last one that was used before. */
  constructor(page: MessagePort, analysis: MessagePort, generation: number, host: Host) {
    this.page = page;
    this.analysis = analysis;
    this.generation = generation;
    this.host = host;
    page.addEventListener('message', ({ data }: MessageEvent<MessageFromPage>) => {
      this.unshown = Math.max(0, this.unshown - 1);
      if (this.unshown === 0) this.shownInMs = data.busyMs;
    });
    page.start();
  }

  open(lab: Lab, control: RunControl): void {
    this.generation++;
    const packer = new FramePacker(lab.capture);
    this.unkeptScreens.clear();
    lab.log.on((event) => this.keepScreen(lab, event));
    this.opened = {
      lab,
      control,
      packer,
      sentLists: NO_LISTS,
      sentNews: undefined,
      sentEvents: 0,
      judgedEvents: 0,
      sentNs: 0,
      screens: new Map(),
    };
    this.toAnalysis({ kind: 'reset', generation: this.generation, interfaces: [] });
  }

  /** Another analysis worker gets the capture, from its start. */
  sendCaptureTo(analysis: MessagePort): void {
    const { opened } = this;
    this.analysis = analysis;
    this.generation++;
    this.toAnalysis({ kind: 'reset', generation: this.generation, interfaces: [] });
    if (opened === undefined) return;
    opened.packer = new FramePacker(opened.lab.capture);
    opened.judgedEvents = 0;
    opened.sentLists = NO_LISTS;
  }

  /** Screens of these machines are sent as they change. */
  watch(machines: readonly string[]): void {
    this.watched = machines;
    this.opened?.screens.clear();
    this.lastScreenMs = 0;
  }

  /** Restarts the measurement of the speed. */
  resetSpeed(): void {
    this.speedMark = { wallMs: this.host.wallMs(), timeNs: this.opened?.lab.queue.nowNs ?? 0 };
  }

  post(message: MessageToPage): void {
    this.page.postMessage(message, []);
  }

  /** Sends what is due; with `now` everything. */
  report(now: boolean, { mode, stopped, waits, isCalm }: RunState): void {
    const { opened } = this;
    if (opened === undefined) return;
    const ms = this.host.wallMs();
    this.sendScreens(opened, ms, now);
    const { lab } = opened;
    const isSlow = isCalm && opened.sentEvents === lab.log.events.length;
    if (!now && ms - this.lastUpdateMs < (isSlow ? CALM_UPDATE_MS : this.intervalMs)) return;
    this.lastUpdateMs = ms;
    this.keptScreens = 0;
    for (const node of this.unkeptScreens) this.sendPastScreen(lab, node, lab.queue.nowNs);
    this.unkeptScreens.clear();
    if (ms - this.speedMark.wallMs > SPEED_MS) {
      this.speed = (lab.queue.nowNs - this.speedMark.timeNs) / NS_PER_MS / (ms - this.speedMark.wallMs);
      this.speedMark = { wallMs: ms, timeNs: lab.queue.nowNs };
    }
    for (const message of opened.packer.pack(this.generation)) {
      this.analysis.postMessage(message, 'bytes' in message ? [message.bytes.buffer, message.meta.buffer] : []);
    }
    const struck = lab.log.events.slice(opened.judgedEvents).flatMap((event) => faultMarkOf(event) ?? []);
    opened.judgedEvents = lab.log.events.length;
    if (struck.length > 0) this.toAnalysis({ kind: 'struck', generation: this.generation, frames: struck });
    for (const machine of lab.machines.values()) {
      const text = machine.takeSerial();
      if (text !== '') this.post({ kind: 'serial', serial: { machine: machine.name, text } });
    }
    const events = lab.log.events.slice(opened.sentEvents).filter((event) => event.kind !== 'frame');
    opened.sentEvents = lab.log.events.length;
    // At full speed, the frames that have arrived meanwhile are too many to display.
    const isWatched = mode.kind === 'pace' || stopped?.kind === 'step';
    const before = opened.sentLists;
    const lists = viewLists(lab);
    opened.sentLists = lists;
    const news: LabNews = {
      generation: this.generation,
      timeNs: lab.queue.nowNs,
      mode,
      stopped,
      waits,
      speed: this.speed,
      frames: lab.capture.sentCount,
      events,
      machines: listChange(before.machines, lists.machines),
      links: listChange(before.links, lists.links),
      switches: listChange(before.switches, lists.switches),
      leases: listChange(before.leases, lists.leases),
      flights: viewFlights(lab, isWatched ? opened.sentNs : lab.queue.nowNs, lab.queue.nowNs),
      hits: opened.control.hits,
    };
    opened.sentNs = lab.queue.nowNs;
    this.postNews(opened, news);
  }

  /** Many events go ahead in parts, each with the state of the lab that the page knows. */
  private postNews(opened: Reported, news: LabNews): void {
    const { sentNews } = opened;
    const { machines, links, switches, leases } = opened.sentLists;
    opened.sentNews = {
      ...news,
      machines: listChange(machines, machines),
      links: listChange(links, links),
      switches: listChange(switches, switches),
      leases: listChange(leases, leases),
    };
    let { events } = news;
    if (sentNews !== undefined) {
      for (; events.length > EVENTS_IN_UPDATE; events = events.slice(EVENTS_IN_UPDATE)) {
        this.postUpdate({ ...sentNews, generation: news.generation, events: events.slice(0, EVENTS_IN_UPDATE) });
      }
    }
    this.postUpdate({ ...news, events });
  }

  private postUpdate(news: LabNews): void {
    this.post({ kind: 'update', news });
    this.unshown++;
    this.shownInMs = undefined;
  }

  /** Time between two updates: a page that is slow to show them gets fewer, so that it has time for its user. */
  private get intervalMs(): number {
    if (this.shownInMs === undefined) return UNSHOWN_MS;
    return Math.min(UNSHOWN_MS, Math.max(UPDATE_MS, this.shownInMs * (1 + SHOWN_FACTOR)));
  }

  /** The text of a displayed screen is recorded as it changes: looking back shows it. */
  private keepScreen(lab: Lab, event: LabEvent): void {
    if (event.kind !== 'console' || event.channel !== 'screen' || !this.watched.includes(event.node)) return;
    if (this.keptScreens < KEPT_SCREENS) {
      this.keptScreens++;
      this.sendPastScreen(lab, event.node, event.timeNs);
    } else this.unkeptScreens.add(event.node);
  }

  private sendPastScreen(lab: Lab, node: string, timeNs: number): void {
    lab.machines.get(node)?.ask('screen', (screen) => {
      // A background picture would be stored again with every line.
      if (screen.kind !== 'text' || screen.backdrop !== undefined) return;
      const past = { timeNs, screen: { machine: node, ...screen } };
      this.page.postMessage({ kind: 'past-screen', past } satisfies MessageToPage, [screen.cells.buffer]);
    });
  }

  private sendScreens(opened: Reported, ms: number, now: boolean): void {
    const intervalMs = this.intervalMs > UPDATE_MS ? this.intervalMs : SCREEN_MS;
    if (!now && ms - this.lastScreenMs < intervalMs) return;
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
