/** Who may use a logical unit: RESERVE and RELEASE of SPC-2 §7.21, and persistent reservations (SPC-4 §5.12). */
import { concatBytes, equalBytes, latin1, writeU16, writeU32 } from '../../base/bytes.ts';
import type { ScsiCommand } from '../../protocols/scsi/cdb.ts';
import { SENSE_CODE } from '../../protocols/scsi/fields.ts';
import { badField, badParameter, GOOD, illegal, read, RESERVATION_CONFLICT, type ScsiOutcome } from './outcome.ts';

/** SPC-4 §6.15.2, service actions of PERSISTENT RESERVE IN. */
const READ_KEYS = 0;
const READ_RESERVATION = 1;
const REPORT_CAPABILITIES = 2;
const READ_FULL_STATUS = 3;

/** SPC-4 §6.16.2, of PERSISTENT RESERVE OUT. */
const REGISTER = 0;
const RESERVE = 1;
const RELEASE = 2;
const CLEAR = 3;
const PREEMPT = 4;
const PREEMPT_AND_ABORT = 5;
const REGISTER_AND_IGNORE = 6;

/** SPC-4 §6.15.3.4: types of reservations. */
const WRITE_EXCLUSIVE_TYPES = [1, 5, 7];
const REGISTRANTS_TYPES = [5, 6];
const ALL_REGISTRANTS_TYPES = [7, 8];
const TYPES = [1, 3, 5, 6, 7, 8];

/** Registered paths, at most. */
const MAX_KEYS = 64;
const KEY_BYTES = 8;
const PARAMETER_BYTES = 24;
const NO_KEY = new Uint8Array(KEY_BYTES);

interface Held {
  /** Of the path that made it; with a type for all registrants every one holds it. */
  readonly nexus: string;
  readonly type: number;
}

/** What a change does to others: additional sense codes that their next commands are notified. */
export interface ReservationChange {
  readonly outcome: ScsiOutcome;
  readonly attentions: readonly { readonly nexus: string; readonly code: number }[];
}

function only(outcome: ScsiOutcome): ReservationChange {
  return { outcome, attentions: [] };
}

/** Commands that everybody may send (SPC-4 table 50, SBC-3 table 13). */
const ALWAYS = new Set<ScsiCommand['kind']>([
  'inquiry',
  'report-luns',
  'request-sense',
  'test-unit-ready',
  'read-capacity',
  'persistent-reserve-in',
  'persistent-reserve-out',
]);

const READING = new Set<ScsiCommand['kind']>(['read', 'verify', 'prefetch', 'mode-sense']);

export class Reservations {
  /** RESERVE (6). */
  private owner: string | undefined;
  private generation = 0;
  /** By nexus, in the order of registration. */
  private readonly keys = new Map<string, Uint8Array>();
  private held: Held | undefined;

  /** Reserves for a path, or gives free; false when another has it. */
  reserve(nexus: string, isReserved: boolean): boolean {
    if (this.owner !== undefined && this.owner !== nexus) return !isReserved;
    this.owner = isReserved ? nexus : undefined;
    return true;
  }

  /** A path is gone: what RESERVE reserved for it is free, persistent reservations stay. */
  release(nexus: string): void {
    if (this.owner === nexus) this.owner = undefined;
  }

  reset(): void {
    this.owner = undefined;
  }

  forbids(nexus: string, command: ScsiCommand): boolean {
    const { kind } = command;
    if (this.owner !== undefined && this.owner !== nexus) {
      const isFree = kind === 'inquiry' || kind === 'report-luns' || kind === 'request-sense';
      return !isFree && !(kind === 'reserve' && !command.isReserved);
    }
    // SPC-4 §5.12.3: the two kinds of reservations exclude each other.
    if (kind === 'reserve') return this.keys.size > 0;
    if (this.held === undefined || ALWAYS.has(kind)) return false;
    const { type } = this.held;
    if (this.isHolder(nexus) || (REGISTRANTS_TYPES.includes(type) && this.keys.has(nexus))) return false;
    return !(WRITE_EXCLUSIVE_TYPES.includes(type) && READING.has(kind));
  }

  private isHolder(nexus: string): boolean {
    if (this.held === undefined) return false;
    return ALL_REGISTRANTS_TYPES.includes(this.held.type) ? this.keys.has(nexus) : this.held.nexus === nexus;
  }

  /** PERSISTENT RESERVE IN. */
  answer(command: Extract<ScsiCommand, { readonly kind: 'persistent-reserve-in' }>): ScsiOutcome {
    const head = new Uint8Array(8);
    writeU32(head, 0, this.generation);
    const { held } = this;
    switch (command.action) {
      case READ_KEYS:
        writeU32(head, 4, KEY_BYTES * this.keys.size);
        return read(concatBytes([head, ...this.keys.values()]).subarray(0, command.allocation));
      case READ_RESERVATION: {
        if (held === undefined) return read(head.subarray(0, command.allocation));
        const body = new Uint8Array(16);
        if (!ALL_REGISTRANTS_TYPES.includes(held.type)) body.set(this.keys.get(held.nexus) ?? NO_KEY);
        body[13] = held.type;
        writeU32(head, 4, body.length);
        return read(concatBytes([head, body]).subarray(0, command.allocation));
      }
      case REPORT_CAPABILITIES: {
        const body = new Uint8Array(8);
        writeU16(body, 0, body.length);
        // TMV: the mask of types below is valid: 1, 3, 5, 6, 7 and 8.
        body[3] = 0x80;
        body[4] = 0xea;
        body[5] = 0x01;
        return read(body.subarray(0, command.allocation));
      }
      case READ_FULL_STATUS: {
        const descriptors = [...this.keys].map(([nexus, key]) => this.fullStatus(nexus, key));
        writeU32(
          head,
          4,
          descriptors.reduce((sum, one) => sum + one.length, 0),
        );
        return read(concatBytes([head, ...descriptors]).subarray(0, command.allocation));
      }
      default:
        return badField(1);
    }
  }

  /** SPC-4 §6.15.5, with the name of an iSCSI port (§7.6.4.6). */
  private fullStatus(nexus: string, key: Uint8Array): Uint8Array {
    const name = latin1(`${nexus.split(' ', 1)[0] ?? ''}\0`);
    const length = Math.ceil(name.length / 4) * 4;
    const out = new Uint8Array(24 + 4 + length);
    out.set(key);
    if (this.held !== undefined && this.isHolder(nexus)) {
      out[12] = 1;
      out[13] = this.held.type;
    }
    writeU16(out, 18, 1);
    writeU32(out, 20, 4 + length);
    out[24] = 0x45;
    writeU16(out, 26, length);
    out.set(name, 28);
    return out;
  }

  /** PERSISTENT RESERVE OUT. */
  change(
    nexus: string,
    command: Extract<ScsiCommand, { readonly kind: 'persistent-reserve-out' }>,
    data: Uint8Array,
  ): ReservationChange {
    const { action, scope, type } = command;
    if (command.listBytes !== PARAMETER_BYTES || data.length < PARAMETER_BYTES) {
      return only(illegal(SENSE_CODE.parameterListLength));
    }
    // SPC-4 §6.16.3: other ports of the initiator, all target ports and power loss are not for a disk in memory.
    if (((data[20] ?? 0) & 0x0d) !== 0) return only(badParameter(20));
    const own = this.keys.get(nexus);
    const key = data.slice(0, KEY_BYTES);
    const wanted = data.slice(KEY_BYTES, 2 * KEY_BYTES);
    if (action === REGISTER || action === REGISTER_AND_IGNORE) {
      if (action === REGISTER && !equalBytes(key, own ?? NO_KEY)) return only(RESERVATION_CONFLICT);
      return this.register(nexus, wanted);
    }
    if (own === undefined || !equalBytes(key, own)) return only(RESERVATION_CONFLICT);
    switch (action) {
      case RESERVE:
        if (scope !== 0 || !TYPES.includes(type)) return only(badField(2));
        if (this.held !== undefined && !(this.isHolder(nexus) && this.held.type === type)) {
          return only(RESERVATION_CONFLICT);
        }
        this.held ??= { nexus, type };
        return only(GOOD);
      case RELEASE:
        if (this.held === undefined || !this.isHolder(nexus)) return only(GOOD);
        if (scope !== 0 || this.held.type !== type) return only(illegal(SENSE_CODE.invalidRelease));
        return this.releaseHeld(nexus);
      case CLEAR: {
        const notified = this.others(nexus);
        this.generation++;
        this.keys.clear();
        this.held = undefined;
        return {
          outcome: GOOD,
          attentions: notified.map((one) => ({ nexus: one, code: SENSE_CODE.reservationsPreempted })),
        };
      }
      case PREEMPT:
      case PREEMPT_AND_ABORT:
        return this.preempt(nexus, wanted, scope, type);
      default:
        return only(badField(1));
    }
  }

  private others(nexus: string): readonly string[] {
    return [...this.keys.keys()].filter((one) => one !== nexus);
  }

  private register(nexus: string, key: Uint8Array): ReservationChange {
    if (equalBytes(key, NO_KEY)) {
      if (!this.keys.has(nexus)) return only(GOOD);
      const wasHolder = this.held?.nexus === nexus;
      const { held } = this;
      this.generation++;
      this.keys.delete(nexus);
      const isLast = this.keys.size === 0;
      if (held === undefined || !(ALL_REGISTRANTS_TYPES.includes(held.type) ? isLast : wasHolder)) return only(GOOD);
      return this.releaseHeld(nexus);
    }
    if (!this.keys.has(nexus) && this.keys.size >= MAX_KEYS) return only(illegal(SENSE_CODE.insufficientRegistrations));
    this.generation++;
    this.keys.set(nexus, key);
    return only(GOOD);
  }

  private releaseHeld(nexus: string): ReservationChange {
    const type = this.held?.type ?? 0;
    this.held = undefined;
    // SPC-4 §5.12.11.2.2: registrants learn that a reservation which they had a part in is gone.
    const notified = REGISTRANTS_TYPES.includes(type) || ALL_REGISTRANTS_TYPES.includes(type) ? this.others(nexus) : [];
    return {
      outcome: GOOD,
      attentions: notified.map((one) => ({ nexus: one, code: SENSE_CODE.reservationsReleased })),
    };
  }

  private preempt(nexus: string, key: Uint8Array, scope: number, type: number): ReservationChange {
    const { held } = this;
    const isAll = held !== undefined && ALL_REGISTRANTS_TYPES.includes(held.type);
    const takesAll = isAll && equalBytes(key, NO_KEY);
    if (!takesAll && equalBytes(key, NO_KEY)) return only(badParameter(8));
    const struck = this.others(nexus).filter((one) => takesAll || equalBytes(this.keys.get(one) ?? NO_KEY, key));
    const holderKey = held === undefined ? undefined : this.keys.get(held.nexus);
    const takesHeld = takesAll || (!isAll && holderKey !== undefined && equalBytes(holderKey, key));
    if (struck.length === 0 && !takesHeld) return only(RESERVATION_CONFLICT);
    if (takesHeld && (scope !== 0 || !TYPES.includes(type))) return only(badField(2));
    this.generation++;
    for (const one of struck) this.keys.delete(one);
    if (takesHeld) this.held = { nexus, type };
    return {
      outcome: GOOD,
      attentions: struck.map((one) => ({ nexus: one, code: SENSE_CODE.registrationsPreempted })),
    };
  }
}
