/**
 * Protocols register themselves under a stable id: which fields they have, in which tables of other protocols they
 * stand (EtherTypes, IP protocol numbers, ports), and how they dissect. `all.ts` lists them.
 */
import { assert } from '../../base/result.ts';
import { field, fieldCount, type FieldDef } from './field.ts';
import { BUILT_IN_FIELDS } from './builtin.ts';
import type { Dissection } from './dissect.ts';

/** Returned by a dissector, before it has added anything, when the bytes are not its protocol's. */
export const REJECTED = -1;

/**
 * Dissects `d.bytes[start, end)` by adding fields to `d`, and returns the offset of the first byte that it left.
 * Reading or adding beyond `end` ends the protocol as malformed; that is the way to deal with short packets.
 * `argument` is what the caller has to say (an EtherType, say).
 */
export type Dissector = (d: Dissection, start: number, end: number, argument: number) => number;

type FieldTable = Readonly<Record<string, FieldDef>>;

export interface ProtocolInit {
  /** Wireshark's filter name: `ip`, `udp`, `dhcp`. */
  readonly id: string;
  /** `Internet Protocol Version 4`. */
  readonly name: string;
  /** `IPv4`. */
  readonly shortName: string;
  /** A table of fields, or several. */
  readonly fields: FieldTable | readonly FieldTable[];
  /** Where others find it: `{ 'udp.port': [67, 68] }`. An empty list when only `expect` or hand-over leads to it. */
  readonly tables?: Readonly<Record<string, readonly number[]>>;
  /** Tables and ids of protocols that its dissector may hand bytes to. What is not listed may be skipped by filters. */
  readonly calls?: readonly string[];
  /** `frame.protocols` does not name it: it can be in frames that have one of these protocols. */
  readonly unlistedIn?: readonly string[];
  readonly dissect: Dissector;
}

export interface Protocol {
  /** Dense, unique in this run of the program. */
  readonly index: number;
  readonly id: string;
  readonly name: string;
  readonly shortName: string;
  /** The field of the whole protocol: its heading in the tree, and the filter `udp`. */
  readonly field: FieldDef;
  readonly fields: readonly FieldDef[];
  readonly tables: Readonly<Record<string, readonly number[]>>;
  readonly calls: readonly string[];
  /** Empty for one that `frame.protocols` names. */
  readonly unlistedIn: readonly string[];
  readonly dissect: Dissector;
}

let nextProtocol = 0;

function isList(fields: ProtocolInit['fields']): fields is readonly FieldTable[] {
  return Array.isArray(fields);
}

export function defineProtocol(init: ProtocolInit): Protocol {
  return {
    index: nextProtocol++,
    id: init.id,
    name: init.name,
    shortName: init.shortName,
    field: field(init.id, init.name, 'protocol'),
    fields: (isList(init.fields) ? init.fields : [init.fields]).flatMap((table) => Object.values(table)),
    tables: init.tables ?? {},
    calls: init.calls ?? [],
    unlistedIn: init.unlistedIn ?? [],
    dissect: init.dissect,
  };
}

export function protocolCount(): number {
  return nextProtocol;
}

/** "Decode as": in this table, this key belongs to that protocol. */
export interface DecodeAs {
  readonly table: string;
  readonly key: number;
  readonly protocol: string;
}

/** Fields that are known when all protocols of the frame have run. */
const AFTER_ALL: ReadonlySet<string> = new Set(['frame.protocols', 'eth.padding', 'eth.trailer']);

const NO_TABLE: ReadonlyMap<number, Protocol> = new Map();

export class Registry {
  readonly protocols: readonly Protocol[];
  /** Every field that has a name, by name. */
  readonly fields: ReadonlyMap<string, FieldDef>;
  private readonly byId = new Map<string, Protocol>();
  private readonly tables = new Map<string, Map<number, Protocol>>();
  private readonly owners = new Map<number, Protocol>();

  constructor(protocols: readonly Protocol[], decodeAs: readonly DecodeAs[] = []) {
    this.protocols = protocols;
    const fields = new Map<string, FieldDef>();
    for (const def of BUILT_IN_FIELDS) fields.set(def.name, def);
    for (const protocol of protocols) {
      assert(!this.byId.has(protocol.id), `protocol ${protocol.id} is registered once`);
      this.byId.set(protocol.id, protocol);
      for (const def of [protocol.field, ...protocol.fields]) {
        assert(!fields.has(def.name), `field ${def.name} is defined once`);
        fields.set(def.name, def);
        this.owners.set(def.index, protocol);
      }
      for (const [table, keys] of Object.entries(protocol.tables)) {
        const entries = this.tables.get(table) ?? new Map<number, Protocol>();
        this.tables.set(table, entries);
        for (const key of keys) {
          assert(!entries.has(key), `${table} ${key} belongs to one protocol`);
          entries.set(key, protocol);
        }
      }
    }
    this.fields = fields;
    for (const { table, key, protocol } of decodeAs) {
      const target = this.byId.get(protocol);
      if (target !== undefined) this.tables.get(table)?.set(key, target);
    }
  }

  protocol(id: string): Protocol | undefined {
    return this.byId.get(id);
  }

  field(name: string): FieldDef | undefined {
    return this.fields.get(name);
  }

  /** The protocol that a field belongs to; undefined for those of the framework (`_ws.expert.message`). */
  ownerOf(def: FieldDef): Protocol | undefined {
    return this.owners.get(def.index);
  }

  table(name: string): ReadonlyMap<number, Protocol> {
    return this.tables.get(name) ?? NO_TABLE;
  }

  /** By `Protocol.index`: 1 for the protocols that must run so that these fields are found. */
  neededFor(fields: readonly FieldDef[]): Uint8Array {
    const needed = new Uint8Array(protocolCount());
    // Findings, undissected data and the list of all protocols can come from anywhere; what follows a payload is known
    // when the payload has been read.
    if (fields.some((def) => !this.owners.has(def.index) || AFTER_ALL.has(def.name))) return needed.fill(1);
    const wanted = new Set(fields.map((def) => this.owners.get(def.index)));
    for (const protocol of this.protocols) {
      const reached = new Set<Protocol>();
      this.reach(protocol, reached);
      for (const one of reached) if (wanted.has(one)) needed[protocol.index] = 1;
    }
    return needed;
  }

  private reach(from: Protocol, reached: Set<Protocol>): void {
    if (reached.has(from)) return;
    reached.add(from);
    for (const name of from.calls) {
      const one = this.byId.get(name);
      if (one !== undefined) this.reach(one, reached);
      for (const protocol of this.protocols) if (name in protocol.tables) this.reach(protocol, reached);
    }
  }

  /** An array for `wanted`, indexed by `FieldDef.index`. */
  static wantedArray(fields: readonly FieldDef[]): Uint8Array {
    const wanted = new Uint8Array(fieldCount());
    for (const def of fields) wanted[def.index] = 1;
    return wanted;
  }
}
