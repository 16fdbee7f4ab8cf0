/** The sentence of one phase of a boot, from what was gathered of it. */
import { formatIpv4 } from '../../../base/address.ts';
import { readU32 } from '../../../base/bytes.ts';
import { spanMessage } from '../../../base/span.ts';
import type { EventId, LabEvent, StageId } from '../../../base/event-log.ts';
import type { Message } from '../../../base/sentence.ts';
import { collectOption, type DhcpMessage } from '../../../protocols/dhcp/codec.ts';
import { DHCP_OPTION } from '../../../protocols/dhcp/options.ts';
import { TFTP_ERROR } from '../../../protocols/tftp/codec.ts';
import { DISK_SECTOR_BYTES } from '../san-fact.ts';
import { narrativeMessage } from './narrative-texts.ts';
import type { FrameMeaning } from '../frame-fact.ts';
import type { LabTrace } from '../trace.ts';

export type Phase =
  | 'power'
  | 'script'
  | 'address'
  | 'disk'
  | 'server'
  | 'file'
  | 'program'
  | 'menu'
  | 'kernel'
  | 'system'
  | 'end';

/** A phase of a machine's boot, as it is gathered. */
export interface Chapter {
  readonly machine: string;
  readonly phase: Phase;
  readonly fromNs: number;
  toNs: number;
  /** When the machine was switched on. */
  readonly powerNs: number;
  /** Stages and decisions, then all that belongs to it. */
  readonly reported: LabEvent[];
  readonly events: EventId[];
  frames: number;
  readonly marked: EventId[];
  /** What the machine has asked disks of the network for. */
  readonly disk: { reads: number; readSectors: number; writes: number; writtenSectors: number };
}

type Trouble = Message | '';

/** What files and disks come by; the rest only leads there. */
const FILES: ReadonlySet<FrameMeaning['kind']> = new Set(['tftp', 'tcp', 'aoe']);

/** Sentences that one line joins. */
const MOST_JOINED = 4;

/** `isLast`: what it tells may still go on. */
export function sayChapter(
  trace: LabTrace,
  chapter: Chapter,
  { lost, again, isLast }: { readonly lost: number; readonly again: number; readonly isLast: boolean },
): Message {
  const marks = sayMarks(lost, again);
  const trouble: Trouble = marks === '' ? '' : narrativeMessage('narrative.trouble', { marks });
  switch (chapter.phase) {
    case 'power':
      return sayPower(chapter);
    case 'address':
      // What came before DHCP: the machine's own words say all that there is.
      return stageOf(chapter, 'dhcp-discover') === undefined
        ? sayReported(chapter, marks)
        : sayAddress(trace, chapter, trouble, isLast);
    case 'file':
      return sayFiles(trace, chapter, trouble, isLast);
    case 'program':
      return chapter.frames === 0 ? sayReported(chapter, marks) : sayProgram(trace, chapter, trouble);
    case 'menu':
      return narrativeMessage('narrative.menu', { node: chapter.machine, time: spanOf(chapter) });
    case 'kernel': {
      const entry = stageOf(chapter, 'kernel-entry');
      if (entry === undefined) return sayReported(chapter, marks);
      const time = spanMessage(entry.timeNs - chapter.powerNs);
      return narrativeMessage('narrative.kernel', { node: chapter.machine, time });
    }
    case 'disk':
      return sayDisk(trace, chapter, trouble, isLast);
    case 'script':
    case 'server':
    case 'system':
    case 'end':
      return sayReported(chapter, marks);
  }
}

function sayMarks(lost: number, again: number): Message | '' {
  if (lost === 0) return again === 0 ? '' : narrativeMessage('narrative.marks.again', { again });
  return again === 0
    ? narrativeMessage('narrative.marks.lost', { lost })
    : narrativeMessage('narrative.marks', { lost, again });
}

function spanOf({ fromNs, toNs }: Chapter): Message {
  return spanMessage(toNs - fromNs);
}

function stagesOf({ reported }: Chapter, stage: StageId): readonly (LabEvent & { readonly kind: 'stage' })[] {
  return reported.flatMap((event) => (event.kind === 'stage' && event.stage === stage ? [event] : []));
}

function stageOf(chapter: Chapter, stage: StageId): (LabEvent & { readonly kind: 'stage' }) | undefined {
  return stagesOf(chapter, stage)[0];
}

/** The first of these parameters that the sentence of an event has. */
function parameter(event: LabEvent | Message | undefined, ...names: readonly string[]): string {
  const parameters = event !== undefined && 'says' in event ? event.says.parameters : {};
  const found = names.map((name) => parameters[name]).find((value) => value !== undefined);
  return typeof found === 'string' || typeof found === 'number' ? String(found) : '';
}

function sayPower(chapter: Chapter): Message {
  const { machine: node, fromNs } = chapter;
  // A script of a loaded program begins no boot.
  if (stageOf(chapter, 'power-on') === undefined && stageOf(chapter, 'script') !== undefined)
    return sayReported(chapter, '');
  const boot = stageOf(chapter, 'rom-boot');
  const first =
    boot === undefined
      ? narrativeMessage('narrative.power', { node })
      : narrativeMessage('narrative.power.rom', {
          node,
          time: spanMessage(boot.timeNs - fromNs),
          rom: parameter(boot, 'rom'),
        });
  // Such as a ROM that the BIOS passes over.
  const wrong = chapter.reported.flatMap((event): readonly Message[] =>
    event.kind === 'decision' && event.severity !== 'info' ? [event] : [],
  );
  return wrong.slice(0, MOST_JOINED).reduce((said, next) => narrativeMessage('narrative.also', { said, next }), first);
}

function sayAddress(trace: LabTrace, chapter: Chapter, trouble: Trouble, isLast: boolean): Message {
  const { machine: node, frames } = chapter;
  const count = stagesOf(chapter, 'dhcp-discover').length;
  const asked =
    count === 1 ? narrativeMessage('narrative.address.once') : narrativeMessage('narrative.address.often', { count });
  const time = spanOf(chapter);
  const ack = stagesOf(chapter, 'dhcp-ack').at(-1);
  const cause = ack === undefined ? undefined : trace.events[trace.causeOf(ack.id)?.event ?? -1];
  const meaning = cause === undefined ? undefined : trace.factOf(cause)?.meaning;
  if (ack === undefined || cause === undefined || meaning?.kind !== 'dhcp')
    return ack === undefined
      ? narrativeMessage(isLast ? 'narrative.address.open' : 'narrative.address.none', {
          node,
          asked,
          time,
          frames,
          trouble,
        })
      : sayReported(chapter, '');
  const offers = stagesOf(chapter, 'dhcp-offer').length;
  return narrativeMessage('narrative.address', {
    node,
    asked,
    address: formatIpv4(meaning.message.yiaddr),
    server: whoGave(trace, meaning.message) ?? cause.node,
    time,
    frames,
    trouble,
    choice: offers > 1 ? narrativeMessage('narrative.address.choice', { count: offers }) : '',
  });
}

/** Behind a relay it is not the sender of the frame (RFC 2132 §9.7). */
function whoGave(trace: LabTrace, message: DhcpMessage): string | undefined {
  const identifier = collectOption(message, DHCP_OPTION.serverIdentifier);
  return identifier?.length === 4 ? trace.nameOfIp(readU32(identifier, 0)) : undefined;
}

/** Files that servers sent in full, with their lengths. */
function served(trace: LabTrace, { events }: Chapter): readonly (LabEvent & { readonly kind: 'transfer' })[] {
  return events.flatMap((id) => {
    const event = trace.events[id];
    return event?.kind === 'transfer' && event.state === 'done' && !trace.isMachine(event.node) ? [event] : [];
  });
}

/** Empty when all came in frames that another machine had asked for, by multicast. */
function serverOf(trace: LabTrace, { events }: Chapter): Message | '' {
  let server: string | undefined;
  for (const id of events) {
    const event = trace.events[id];
    const fact = event === undefined || trace.isMachine(event.node) ? undefined : trace.factOf(event);
    if (event === undefined || fact === undefined) continue;
    const { ip } = fact.headers;
    // A router passes on what others have sent.
    const sender = (ip === undefined ? undefined : trace.nameOfIp(ip.source)) ?? event.node;
    if (trace.isMachine(sender)) continue;
    server ??= sender;
    if (!FILES.has(fact.meaning.kind)) continue;
    server = sender;
    break;
  }
  return server === undefined ? '' : narrativeMessage('narrative.file.from', { server });
}

function sayFiles(trace: LabTrace, chapter: Chapter, trouble: Trouble, isLast: boolean): Message {
  return trustOf(chapter).reduce(
    (said, next) => narrativeMessage('narrative.also', { said, next }),
    sayTransfers(trace, chapter, trouble, isLast),
  );
}

/** How a connection was secured, and whom the machine trusted or did not: each once. */
function trustOf({ reported }: Chapter): readonly Message[] {
  const said = reported.flatMap((event): readonly (Message & { readonly code: string })[] =>
    event.kind === 'decision' && /^(?:tls|trust)-/.test(event.code) ? [event] : [],
  );
  return said.filter(({ code }, i) => said.findIndex((other) => other.code === code) === i).slice(0, MOST_JOINED);
}

function sayTransfers(trace: LabTrace, chapter: Chapter, trouble: Trouble, isLast: boolean): Message {
  const { machine: node, frames } = chapter;
  const done = stagesOf(chapter, 'file-done');
  const time = spanOf(chapter);
  const [first] = done;
  if (first === undefined) {
    const file = parameter(stagesOf(chapter, 'file-request').at(-1), 'file', 'uri');
    return narrativeMessage(isLast ? 'narrative.file.open' : 'narrative.file.failed', {
      node,
      file,
      time,
      frames,
      trouble,
    });
  }
  const bytes = done.reduce((sum, event) => sum + Number(parameter(event, 'bytes')), 0);
  const about = { node, from: serverOf(trace, chapter), bytes, time, frames, trouble };
  return done.length === 1
    ? narrativeMessage('narrative.file', { ...about, file: parameter(first, 'file', 'uri') })
    : narrativeMessage('narrative.files', { ...about, count: done.length });
}

function sayProgram(trace: LabTrace, chapter: Chapter, trouble: Trouble): Message {
  const { machine: node, events } = chapter;
  const files = served(trace, chapter);
  const bytes = files.reduce((sum, file) => sum + file.doneBytes, 0);
  const missing = events.filter((id) => {
    const event = trace.events[id];
    const meaning = event === undefined ? undefined : trace.factOf(event)?.meaning;
    return (
      meaning?.kind === 'tftp' && meaning.packet.opcode === 'error' && meaning.packet.code === TFTP_ERROR.fileNotFound
    );
  }).length;
  return narrativeMessage('narrative.program', {
    node,
    time: spanOf(chapter),
    files: files.length === 0 ? '' : narrativeMessage('narrative.program.files', { count: files.length, bytes }),
    missing: missing === 0 ? '' : narrativeMessage('narrative.program.missing', { count: missing }),
    reads: sayReads(chapter),
    trouble,
  });
}

/** ` and reads 12 KiB of it with 3 commands`; empty when no disk of the network was read. */
function sayReads({ disk }: Chapter): Message | '' {
  const { reads, readSectors, writes, writtenSectors } = disk;
  if (reads + writes === 0) return '';
  const kib = (sectors: number): number => Math.ceil((sectors * DISK_SECTOR_BYTES) / 1024);
  const about = { reads, readKiB: kib(readSectors), writes, writtenKiB: kib(writtenSectors) };
  return narrativeMessage(writes === 0 ? 'narrative.disk.reads' : 'narrative.disk.uses', about);
}

function sayDisk(trace: LabTrace, chapter: Chapter, trouble: Trouble, isLast: boolean): Message {
  const { machine: node, frames, reported } = chapter;
  const timeouts = reported.filter((event) => event.kind === 'decision' && event.code === 'san-timeout').length;
  const found = reported.find((event) => event.kind === 'decision' && event.code === 'san-attached');
  const about = { node, time: spanOf(chapter), frames, trouble };
  const waits = timeouts === 0 ? '' : narrativeMessage('narrative.disk.timeouts', { count: timeouts });
  const disk = parameter(found ?? reported.find((event) => event.kind === 'decision'), 'disk');
  if (found === undefined) {
    return narrativeMessage(isLast ? 'narrative.disk.open' : 'narrative.disk.failed', { ...about, disk, waits });
  }
  const from = serverOf(trace, chapter);
  return narrativeMessage('narrative.disk', { ...about, disk, from, waits, reads: sayReads(chapter) });
}

/** What the machine said itself, one after the other. */
function sayReported({ machine: node, reported, frames }: Chapter, marks: Message | ''): Message {
  const messages = reported.flatMap((event): readonly Message[] =>
    event.kind === 'stage' || event.kind === 'decision' ? [event] : [],
  );
  const distinct = messages.filter((message, i) => messages.findIndex(({ text }) => text === message.text) === i);
  // Some name the machine themselves: pc1 is switched off.
  const who = parameter(distinct[0], 'machine') === node ? '' : narrativeMessage('narrative.who', { node });
  const what = distinct
    .slice(0, MOST_JOINED)
    .reduce((first, next) => narrativeMessage('narrative.join', { first, next }));
  return frames === 0
    ? narrativeMessage('narrative.reported', { who, what })
    : narrativeMessage(marks === '' ? 'narrative.reported.frames' : 'narrative.reported.marked', {
        who,
        what,
        frames,
        marks,
      });
}
