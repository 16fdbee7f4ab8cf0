/**
 * The capture: every frame seen at every port, append-only, a million and more. Bytes lie in large arenas and
 * the data of each record in columns, so that the garbage collector has nothing to traverse. A frame that crosses a
 * switch is captured at several ports as one and the same array: its bytes (the *body*) are stored once.
 */
import { asEthernet } from './as-ethernet.ts';
import { f64Column, u32Column, u8Column } from './growing.ts';
import { itemAt } from '../base/lists/list.ts';
import { RecentMap } from '../base/lists/recent-map.ts';
import { assert } from '../base/result.ts';
import { SecretStore } from '../protocols/tls/key-log.ts';

/** LINKTYPE_ETHERNET of the pcap registry. */
export const LINKTYPE_ETHERNET = 1;

export type Direction = 'in' | 'out';

/** Where frames were captured: a port of the lab, or an interface of an imported file. */
export interface CaptureInterface {
  /** `node.port` in the lab; may be empty for imported files. */
  readonly name: string;
  /** LINKTYPE_ value. */
  readonly linkType: number;
  /** Longest captured length; 0 is no limit. */
  readonly snapLen: number;
  /** Decimal digits of a second that its stamps have: 6 in classic pcap, 9 in the lab. */
  readonly timePrecision: number;
  readonly description?: string;
}

export interface FrameInput {
  /** Nanoseconds since the store's origin. */
  readonly timeNs: number;
  readonly interfaceId: number;
  readonly direction?: Direction;
  /** From the destination address on, without FCS; must not be changed afterwards. */
  readonly bytes: Uint8Array;
  /** An earlier record of the same frame, at another port: its bytes are stored once. */
  readonly sameAs?: number;
  /** Length on the wire when less was captured. */
  readonly origLen?: number;
  readonly comment?: string;
}

export interface CaptureRecord {
  /** From 1, as Wireshark counts. */
  readonly number: number;
  /** Nanoseconds since the store's origin. */
  readonly timeNs: number;
  readonly interfaceId: number;
  /** Seen from the node that owns the port; absent when a file does not say. */
  readonly direction?: Direction;
  readonly bytes: Uint8Array;
  readonly capLen: number;
  readonly origLen: number;
  readonly comment?: string;
}

const ARENA_BYTES = 4 * 1024 * 1024;
/** A frame that arrives after so many others were sent is stored once more. */
export const FRAMES_UNDER_WAY = 8192;

export class FrameStore {
  /** Seconds from 1970-01-01 UTC to time zero: 0 in the lab, whose time is virtual. */
  readonly originS: number;
  /** Keys of connections in the capture. */
  readonly secrets = new SecretStore();
  private readonly interfaceList: CaptureInterface[] = [];
  /** The first interface of each name. */
  private readonly interfaceByName = new Map<string, number>();
  private readonly arenas: Uint8Array[] = [];
  private arenaUsed = 0;
  private readonly bodyArena = u32Column();
  private readonly bodyOffset = u32Column();
  private readonly bodyLength = u32Column();
  private readonly times = f64Column();
  private readonly bodies = u32Column();
  private readonly origLens = u32Column();
  private readonly interfaceIds = u32Column();
  private readonly directions = u8Column();
  private readonly comments = new Map<number, string>();
  /** Bodies of frames that may still be under way. */
  private readonly known = new RecentMap<Uint8Array, number>(FRAMES_UNDER_WAY);

  constructor(originS = 0) {
    this.originS = originS;
  }

  /** Number of records. Indexes run from 0; a record's number is its index plus one. */
  get length(): number {
    return this.times.length;
  }

  get interfaces(): readonly CaptureInterface[] {
    return this.interfaceList;
  }

  /** Number of distinct stored frames. */
  get bodyCount(): number {
    return this.bodyLength.length;
  }

  /** Memory for frames that has been taken. */
  get byteLength(): number {
    return this.arenas.reduce((sum, arena) => sum + arena.length, 0);
  }

  /** Returns the interface's id. */
  addInterface(info: Partial<CaptureInterface> = {}): number {
    const made = { name: '', linkType: LINKTYPE_ETHERNET, snapLen: 0, timePrecision: 9, ...info };
    const id = this.interfaceList.push(made) - 1;
    if (!this.interfaceByName.has(made.name)) this.interfaceByName.set(made.name, id);
    return id;
  }

  /** The id of the interface of that name, made when there is none. */
  interfaceNamed(name: string): number {
    return this.interfaceByName.get(name) ?? this.addInterface({ name });
  }

  /** Returns the record's index. */
  append(frame: FrameInput): number {
    assert(frame.interfaceId < this.interfaceList.length, 'a frame is captured at a known interface');
    const index = this.length;
    this.times.push(frame.timeNs);
    this.bodies.push(frame.sameAs === undefined ? this.bodyOf(frame.bytes) : this.body(frame.sameAs));
    this.origLens.push(frame.origLen ?? frame.bytes.length);
    this.interfaceIds.push(frame.interfaceId);
    this.directions.push(frame.direction === undefined ? 0 : frame.direction === 'in' ? 1 : 2);
    if (frame.comment !== undefined) this.comments.set(index, frame.comment);
    return index;
  }

  record(index: number): CaptureRecord {
    const bytes = this.bytes(index);
    const direction = this.direction(index);
    const comment = this.comments.get(index);
    return {
      number: index + 1,
      timeNs: this.timeNs(index),
      interfaceId: this.interfaceId(index),
      bytes,
      capLen: bytes.length,
      origLen: this.origLen(index),
      ...(direction === undefined ? {} : { direction }),
      ...(comment === undefined ? {} : { comment }),
    };
  }

  timeNs(index: number): number {
    return this.times.get(index);
  }

  /** A view of the stored bytes. */
  bytes(index: number): Uint8Array {
    const body = this.bodies.get(index);
    const offset = this.bodyOffset.get(body);
    return itemAt(this.arenas, this.bodyArena.get(body)).subarray(offset, offset + this.bodyLength.get(body));
  }

  /** As Ethernet would have it, whatever the interface's link type: for what reads headers from bytes. */
  ethernet(index: number): Uint8Array {
    const { linkType } = this.interfaceOf(index);
    const bytes = this.bytes(index);
    return linkType === LINKTYPE_ETHERNET ? bytes : asEthernet(bytes, linkType);
  }

  /** Equal for records of one and the same frame at several ports. */
  body(index: number): number {
    return this.bodies.get(index);
  }

  capLen(index: number): number {
    return this.bodyLength.get(this.bodies.get(index));
  }

  origLen(index: number): number {
    return this.origLens.get(index);
  }

  interfaceId(index: number): number {
    return this.interfaceIds.get(index);
  }

  interfaceOf(index: number): CaptureInterface {
    return itemAt(this.interfaceList, this.interfaceIds.get(index));
  }

  direction(index: number): Direction | undefined {
    const value = this.directions.values[index];
    return value === 0 ? undefined : value === 1 ? 'in' : 'out';
  }

  comment(index: number): string | undefined {
    return this.comments.get(index);
  }

  /** Notes of a person on a frame; undefined takes the note away. */
  setComment(index: number, text: string | undefined): void {
    if (text === undefined) this.comments.delete(index);
    else this.comments.set(index, text);
  }

  private bodyOf(bytes: Uint8Array): number {
    const seen = this.known.get(bytes);
    if (seen !== undefined) return seen;
    if (this.arenas.length === 0 || this.arenaUsed + bytes.length > ARENA_BYTES) {
      this.arenas.push(new Uint8Array(Math.max(ARENA_BYTES, bytes.length)));
      this.arenaUsed = 0;
    }
    const arena = this.arenas.length - 1;
    itemAt(this.arenas, arena).set(bytes, this.arenaUsed);
    const body = this.bodyLength.length;
    this.bodyArena.push(arena);
    this.bodyOffset.push(this.arenaUsed);
    this.bodyLength.push(bytes.length);
    this.arenaUsed += bytes.length;
    this.known.set(bytes, body);
    return body;
  }
}
