/**
 * The sequence diagram of a capture as a model: participants, and an arrow for each frame, with the repetitions of
 * a transfer folded into one. It grows with the capture: frames are taken one by one, in order.
 */
import { formatIpv4, formatMac, isGroupMac } from '../../base/address.ts';
import type { MacAddress } from '../../base/address.ts';
import { readU16 } from '../../base/bytes.ts';
import { atLeast, itemAt } from '../../base/lists/list.ts';
import { ETHERTYPE } from '../../protocols/ethernet/fields.ts';
import { ISCSI_PORT } from '../../protocols/iscsi/fields.ts';
import type { FrameSource } from '../../protocols/core/frame-source.ts';
import { TCP_FLAG } from '../../protocols/tcp/fields.ts';
import type { Columns } from '../../protocols/core/dissect.ts';
import { conversationKey, readHeaders } from '../headers.ts';
import type { FrameHeaders } from '../headers.ts';
import type { MarkKind } from '../story/marks.ts';
import { readSan, type SanFact } from '../story/san-fact.ts';

export interface Participant {
  /** Node of the lab, or the address where the capture names no nodes. */
  readonly name: string;
  readonly mac: MacAddress;
  /** Last IPv4 address that it sent from; absent until it has one. */
  readonly address?: string;
}

/** What a folded transfer consists of: ATA or SCSI commands and data, segments of TCP, blocks of TFTP. */
export type FoldedKind = 'ata' | 'scsi' | 'tcp' | 'tftp';

export interface Arrow {
  /** Position of the first frame in the capture. */
  readonly index: number;
  readonly lastIndex: number;
  readonly timeNs: number;
  readonly lastTimeNs: number;
  /** Positions in `participants`; `to` is absent for broadcast and multicast. */
  readonly from: number;
  readonly to?: number;
  readonly protocol: string;
  /** Its frame in the words of its protocol; of a folded transfer, those of its first one. */
  readonly label: string;
  /** What the frames that are folded into it carry. */
  readonly folded?: FoldedKind;
  /** Frames that it stands for, in both directions. */
  readonly count: number;
  /** Payload bytes of all of them. */
  readonly bytes: number;
  /** Whether its frame was lost, sent again and the like; such frames are never folded. */
  readonly marks: readonly MarkKind[];
}

/** Fewer frames than this are shown singly. */
const FOLD_FROM = 4;
const NO_MARKS: readonly MarkKind[] = [];
/** More than a capture can hold. */
const MAX_PARTICIPANTS = 2 ** 26;
/** Blocks of TFTP (RFC 1350 §5). */
const TFTP_DATA = 3;
const TFTP_ACK = 4;

interface Run {
  /** Where its arrows stand in the drawing; only the first once it is folded. */
  readonly places: number[];
  folded: boolean;
}

export type DescribeFrame = (index: number) => Pick<Columns, 'protocol' | 'info'>;

export class Ladder {
  readonly participants: Participant[] = [];
  /** Arrows in order, with gaps where a fold has taken some away: places must not move. */
  private readonly drawing: (Arrow | undefined)[] = [];
  /** The drawing without its gaps; undefined when it has changed. */
  private list: readonly Arrow[] | undefined;
  private readonly frames: FrameSource;
  private readonly describe: DescribeFrame;
  private readonly marksOf: (index: number) => readonly MarkKind[];
  private readonly byMac = new Map<MacAddress, number>();
  /** By conversation: the run of repetitions that its next frame may continue. */
  private readonly runs = new Map<string, Run>();
  /** By pair of stations: the conversations with runs between them. */
  private readonly runsBetween = new Map<number, Set<string>>();
  private next = 0;

  /** `frames` shows each frame once: use `sentView`. `describe` gives protocol and info of a frame. */
  constructor(
    frames: FrameSource,
    describe: DescribeFrame,
    marksOf: (index: number) => readonly MarkKind[] = () => NO_MARKS,
  ) {
    this.frames = frames;
    this.marksOf = marksOf;
    this.describe = describe;
  }

  get arrows(): readonly Arrow[] {
    this.list ??= this.drawing.filter((arrow) => arrow !== undefined);
    return this.list;
  }

  /** Frames taken so far. */
  get added(): number {
    return this.next;
  }

  /** Takes in what the capture has got since, up to frame `end`. Only the last arrows of running transfers change. */
  update(end = this.frames.length): void {
    for (; this.next < Math.min(end, this.frames.length); this.next++) this.add(this.next);
  }

  private add(index: number): void {
    const frame = this.frames.bytes(index);
    const headers = readHeaders(frame);
    if (headers === undefined) return;
    this.list = undefined;
    const from = this.participant(headers.source, this.nodeOf(index));
    this.learnAddress(from, headers);
    const isGroup = isGroupMac(headers.destination);
    const to = isGroup ? undefined : this.participant(headers.destination, undefined);
    const timeNs = this.frames.timeNs(index);
    const marks = this.marksOf(index);
    const one = {
      marks,
      index,
      lastIndex: index,
      timeNs,
      lastTimeNs: timeNs,
      from,
      ...(to === undefined ? {} : { to }),
      count: 1,
      bytes: headers.payloadEnd - headers.payloadStart,
    };
    const key = marks.length > 0 ? undefined : repetitionKey(headers, frame);
    const run = key === undefined ? undefined : this.runs.get(key);
    if (run?.folded === true) {
      const [place] = atLeast(run.places, 1);
      const before = this.drawing[place];
      if (before === undefined) return;
      const { count, bytes } = before;
      const grown = { lastIndex: index, lastTimeNs: timeNs, count: count + 1, bytes: bytes + one.bytes };
      this.drawing[place] = { ...before, ...grown };
      return;
    }
    const { protocol, info } = this.describe(index);
    const arrow: Arrow = { ...one, protocol, label: info };
    const place = this.drawing.push(arrow) - 1;
    if (key === undefined) this.interrupt(from, to);
    else if (run === undefined) this.begin(key, place, from, to);
    else {
      run.places.push(place);
      if (run.places.length >= FOLD_FROM) this.fold(run, headers);
    }
  }

  private begin(key: string, place: number, from: number, to: number | undefined): void {
    this.runs.set(key, { places: [place], folded: false });
    if (to === undefined) return;
    const pair = pairOf(from, to);
    const keys = this.runsBetween.get(pair);
    if (keys === undefined) this.runsBetween.set(pair, new Set([key]));
    else keys.add(key);
  }

  /** Replaces the run's arrows by one, in the place of the first. */
  private fold(run: Run, headers: FrameHeaders): void {
    const arrows = run.places.map((place) => this.drawing[place]).filter((arrow) => arrow !== undefined);
    const [first] = atLeast(arrows, 1);
    const last = itemAt(arrows, arrows.length - 1);
    // The arrow points the way of the data.
    const heaviest = arrows.reduce((a, b) => (b.bytes > a.bytes ? b : a));
    for (const place of run.places) this.drawing[place] = undefined;
    this.drawing[itemAt(run.places, 0)] = {
      ...heaviest,
      index: first.index,
      lastIndex: last.index,
      timeNs: first.timeNs,
      lastTimeNs: last.timeNs,
      folded: foldedKind(headers),
      count: arrows.length,
      bytes: arrows.reduce((sum, arrow) => sum + arrow.bytes, 0),
    };
    run.places.length = 1;
    run.folded = true;
  }

  /** Something else between the same two stations ends their runs: what follows is drawn below it. */
  private interrupt(from: number, to: number | undefined): void {
    if (to === undefined) return;
    const pair = pairOf(from, to);
    for (const key of this.runsBetween.get(pair) ?? []) this.runs.delete(key);
    this.runsBetween.delete(pair);
  }

  private nodeOf(index: number): string | undefined {
    if (this.frames.direction(index) === 'in') return undefined;
    const { name } = this.frames.interfaceOf(index);
    const dot = name.indexOf('.');
    return dot > 0 ? name.slice(0, dot) : undefined;
  }

  private participant(mac: MacAddress, node: string | undefined): number {
    const known = this.byMac.get(mac);
    if (known !== undefined) {
      const before = itemAt(this.participants, known);
      if (node !== undefined && before.name === formatMac(mac)) this.participants[known] = { ...before, name: node };
      return known;
    }
    const place = this.participants.push({ name: node ?? formatMac(mac), mac }) - 1;
    this.byMac.set(mac, place);
    return place;
  }

  private learnAddress(place: number, headers: FrameHeaders): void {
    const source = headers.ip?.source ?? 0;
    if (source === 0) return;
    const address = formatIpv4(source);
    const participant = itemAt(this.participants, place);
    if (participant.address !== address) this.participants[place] = { ...participant, address };
  }
}

/** One number for two stations, whichever of them comes first. */
function pairOf(a: number, b: number): number {
  return Math.max(a, b) * MAX_PARTICIPANTS + Math.min(a, b);
}

function foldedKind(headers: FrameHeaders): FoldedKind {
  if (headers.etherType === ETHERTYPE.aoe) return 'ata';
  if (isIscsi(headers)) return 'scsi';
  return headers.transport?.kind === 'tcp' ? 'tcp' : 'tftp';
}

const isIscsi = ({ transport }: FrameHeaders): boolean =>
  transport?.kind === 'tcp' && (transport.sourcePort === ISCSI_PORT || transport.destinationPort === ISCSI_PORT);

/** Steps of a login are shown one by one. */
function isLogin(san: SanFact | undefined): boolean {
  if (san?.kind === 'keys') return true;
  return san?.kind === 'pdu' && /^(?:login|logout|text)-/.test(san.pdu.kind);
}

/** Between two stations, commands of AoE to one disk; who asks whether it is there is shown. */
function aoeKey({ source, destination }: FrameHeaders, san: SanFact | undefined): string | undefined {
  if (san?.kind !== 'aoe' || san.message.body.kind !== 'ata') return undefined;
  const { major, minor } = san.message;
  return `aoe ${major}.${minor} ${Math.min(source, destination)} ${Math.max(source, destination)}`;
}

/** What frames of a transfer have in common that may be folded; undefined for all that should be seen singly. */
function repetitionKey(headers: FrameHeaders, frame: Uint8Array): string | undefined {
  const { transport, etherType } = headers;
  if (etherType === ETHERTYPE.aoe) return aoeKey(headers, readSan(frame, headers));
  if (isIscsi(headers) && isLogin(readSan(frame, headers))) return undefined;
  const key = conversationKey(headers);
  if (transport === undefined || key === undefined) return undefined;
  if (transport.kind === 'tcp') {
    const shown = TCP_FLAG.syn | TCP_FLAG.fin | TCP_FLAG.rst;
    return (transport.flags & shown) === 0 ? key : undefined;
  }
  const isTftpPort = transport.sourcePort >= 1024 && transport.destinationPort >= 1024;
  const length = headers.payloadEnd - headers.payloadStart;
  if (!isTftpPort || length < 4) return undefined;
  const opcode = readU16(frame, headers.payloadStart);
  return opcode === TFTP_DATA || (opcode === TFTP_ACK && length === 4) ? key : undefined;
}
