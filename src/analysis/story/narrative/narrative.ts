/**
 * The story of a boot in about ten lines: one for each phase, with names, durations, numbers of frames, and what was lost
 * on the way. Each line can be unfolded down to its frames. It follows the log, at a constant cost per event.
 */
import type { EventId, LabEvent, StageId } from '../../../base/event-log.ts';
import { decimal, type Message } from '../../../base/sentence.ts';
import { FrameColumn } from '../../../protocols/core/frame-column.ts';
import { fold, type ChainLink } from '../explain/explain.ts';
import { narrativeMessage } from './narrative-texts.ts';
import { sayChapter, type Chapter, type Phase } from './narrative-lines.ts';
import { readHeaders } from '../../headers.ts';
import { diskRequest, readSan } from '../san-fact.ts';
import { isNoise, type LabTrace } from '../trace.ts';

const PHASES: Readonly<Record<StageId, Phase>> = {
  'power-on': 'power',
  post: 'power',
  'uefi-sec': 'power',
  'uefi-pei': 'power',
  'uefi-dxe': 'power',
  'uefi-bds': 'power',
  'boot-option': 'address',
  'exit-boot-services': 'kernel',
  'rom-init': 'power',
  'rom-boot': 'power',
  script: 'script',
  'rarp-request': 'address',
  'rarp-reply': 'address',
  'bootp-request': 'address',
  'bootp-reply': 'address',
  bootparams: 'server',
  'dhcp-discover': 'address',
  'dhcp-offer': 'address',
  'dhcp-request': 'address',
  'dhcp-ack': 'address',
  'proxy-dhcp': 'server',
  'boot-menu': 'server',
  'boot-server': 'server',
  'file-request': 'file',
  'file-done': 'file',
  'nbp-entry': 'program',
  'nbp-exit': 'end',
  menu: 'menu',
  'kernel-loaded': 'kernel',
  'kernel-entry': 'kernel',
  'os-dhcp': 'system',
  'os-address': 'system',
  'boot-failed': 'end',
  'next-device': 'end',
  'disk-boot': 'end',
  'boot-sector': 'end',
  'boot-loader': 'end',
  'no-device': 'end',
  'power-off': 'end',
  halted: 'end',
};

export interface StoryLine {
  readonly phase: Message;
  readonly fromNs: number;
  readonly says: Message;
  /** The event that it begins with. */
  readonly event: EventId;
  readonly frames: number;
  readonly lost: number;
  readonly again: number;
}

export interface BootStory {
  readonly machine: string;
  readonly lines: readonly StoryLine[];
}

/** Chapters of one machine that are kept: a machine that boots again and again has a last boot. */
const MOST_CHAPTERS = 60;
/** What is kept of one chapter for unfolding. */
const MOST_EVENTS = 5000;
/** What is shown of it at once. */
const MOST_LINKS = 200;

export class Narrative {
  private readonly trace: LabTrace;
  private added = 0;
  private readonly chapters = new Map<string, Chapter[]>();
  /** Of each transfer under way, where it began. */
  private readonly transfers = new Map<string, Chapter>();
  private readonly names: string[] = [];
  private readonly numbers = new Map<string, number>();
  /** By event: the machine whose boot it belongs to. */
  private readonly owners = new FrameColumn();

  constructor(trace: LabTrace) {
    this.trace = trace;
  }

  /** The trace must have been brought up to date before. */
  update(): void {
    for (const { events } = this.trace; this.added < events.length; this.added++) {
      const event = events[this.added];
      if (event !== undefined) this.add(event);
    }
  }

  /** One story for each machine, in the order in which they were switched on. */
  stories(): readonly BootStory[] {
    return [...this.chapters].map(([machine, chapters]) => ({
      machine,
      lines: chapters.map((chapter, i) => this.lineOf(chapter, i === chapters.length - 1)),
    }));
  }

  /** What a line is made of, down to its frames. */
  unfold(machine: string, line: number): readonly ChainLink[] {
    const events = this.chapters.get(machine)?.[line]?.events ?? [];
    return fold(
      this.trace,
      events.flatMap((id) => this.trace.events[id] ?? []),
    ).slice(0, MOST_LINKS);
  }

  private lineOf(chapter: Chapter, isLast: boolean): StoryLine {
    const count = (kind: string): number =>
      chapter.marked.filter((id) => {
        const event = this.trace.events[id];
        return event !== undefined && this.trace.marksOf(event).some((mark) => mark.kind === kind);
      }).length;
    const [lost, again] = [count('lost'), count('again')];
    return {
      phase: narrativeMessage(`narrative.phase.${chapter.phase}`),
      fromNs: chapter.fromNs,
      says: sayChapter(this.trace, chapter, { lost, again, isLast }),
      event: chapter.reported[0]?.id ?? chapter.events[0] ?? 0,
      frames: chapter.frames,
      lost,
      again,
    };
  }

  private add(event: LabEvent): void {
    const machine = this.ownerOf(event);
    if (machine === undefined) return;
    this.owners.set(event.id, this.numberOf(machine));
    const own = event.node === machine;
    const current = own ? this.chapterFor(machine, event) : this.chapters.get(machine)?.at(-1);
    if (current === undefined) return;
    const chapter = event.kind === 'transfer' ? this.chapterOf(event, current) : current;
    current.toNs = Math.max(current.toNs, event.timeNs);
    if (own && (event.kind === 'stage' || event.kind === 'decision')) chapter.reported.push(event);
    if (event.kind === 'frame') {
      chapter.frames++;
      if (own) this.countDisk(chapter, event);
      chapter.marked.push(event.id);
    }
    if (!isNoise(event) && chapter.events.length < MOST_EVENTS) chapter.events.push(event.id);
  }

  /** A transfer belongs to where it began: its last block is acknowledged when the machine already runs what it got. */
  private chapterOf(event: LabEvent & { readonly kind: 'transfer' }, current: Chapter): Chapter {
    const key = `${event.node} ${event.transfer}`;
    const chapter = this.transfers.get(key) ?? current;
    if (event.state === 'active') this.transfers.set(key, chapter);
    else this.transfers.delete(key);
    return chapter;
  }

  /** A machine itself, or the one that a server's event goes back to. */
  private ownerOf(event: LabEvent): string | undefined {
    if (this.trace.isMachine(event.node)) return event.node;
    const cause = event.kind === 'fault' ? event.cause : this.trace.causeOf(event.id)?.event;
    return cause === undefined ? undefined : this.names[this.owners.get(cause)];
  }

  private numberOf(machine: string): number {
    const known = this.numbers.get(machine);
    if (known !== undefined) return known;
    const number = this.names.push(machine) - 1;
    this.numbers.set(machine, number);
    return number;
  }

  private countDisk({ disk }: Chapter, { frame }: LabEvent & { readonly kind: 'frame' }): void {
    const bytes = this.trace.store.bytes(frame);
    const headers = readHeaders(bytes);
    const request = headers === undefined ? undefined : diskRequest(readSan(bytes, headers));
    if (request?.way === 'read') {
      disk.reads++;
      disk.readSectors += request.sectors;
    } else if (request?.way === 'write') {
      disk.writes++;
      disk.writtenSectors += request.sectors;
    }
  }

  /** The chapter that an event of the machine belongs to: stages begin new ones, and so does a disk of the network. */
  private chapterFor(machine: string, event: LabEvent): Chapter | undefined {
    const chapters = this.chapters.get(machine) ?? [];
    const last = chapters.at(-1);
    const isDisk = event.kind === 'decision' && event.code === 'san-attach';
    if (event.kind !== 'stage' && (!isDisk || last === undefined)) return last;
    this.chapters.set(machine, chapters);
    const phase = event.kind === 'stage' ? PHASES[event.stage] : 'disk';
    const isPowerOn = event.kind === 'stage' && event.stage === 'power-on';
    if (last?.phase === phase && !isPowerOn && !isDisk) return last;
    // A ProxyDHCP offer that arrives while the machine still waits for its address.
    if (event.kind === 'stage' && event.stage === 'proxy-dhcp' && last !== undefined && isUnanswered(last)) return last;
    const chapter: Chapter = {
      machine,
      phase,
      fromNs: event.timeNs,
      toNs: event.timeNs,
      powerNs: isPowerOn ? event.timeNs : (last?.powerNs ?? event.timeNs),
      reported: [],
      events: [],
      frames: 0,
      marked: [],
      disk: { reads: 0, readSectors: 0, writes: 0, writtenSectors: 0 },
    };
    chapters.push(chapter);
    if (chapters.length > MOST_CHAPTERS) chapters.shift();
    return chapter;
  }
}

/** Whether a machine has asked for an address in this chapter and has none. */
function isUnanswered({ phase, reported }: Chapter): boolean {
  const has = (stage: StageId): boolean => reported.some((event) => event.kind === 'stage' && event.stage === stage);
  return phase === 'address' && has('dhcp-discover') && !has('dhcp-ack');
}

/** The story as plain text, a line for each phase; `say` puts a message into a language. */
export function storyText(stories: readonly BootStory[], say: (message: Message) => string): string {
  const blocks = stories.map(({ machine, lines }) => {
    const shown = lines.map(
      ({ fromNs, says }) => `${say(decimal((fromNs / 1e9).toFixed(3))).padStart(9)} s  ${say(says)}`,
    );
    return [...(stories.length > 1 ? [`== ${machine}`] : []), ...shown].join('\n');
  });
  return `${blocks.join('\n\n')}\n`;
}
