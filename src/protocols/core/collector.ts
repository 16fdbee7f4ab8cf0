/**
 * What a filter or a column asks of a frame: the occurrences of a few fields. No tree is built; the arrays are used
 * again for each frame, so that a million frames leave nothing to collect.
 */
import { itemAt } from '../../base/lists/list.ts';
import { fieldCount, readFieldValue, type FieldDef, type FieldValue } from './field.ts';
import { Registry } from './registry.ts';

/** The occurrences of one field in the frame at hand. */
export class FieldHits {
  readonly field: FieldDef;
  count = 0;
  readonly starts: number[] = [];
  readonly lengths: number[] = [];
  /** For each occurrence: which one of its protocol in the frame it belongs to, from 1 (`ip.ttl#2`). */
  readonly layers: number[] = [];
  private readonly sources: Uint8Array[] = [];
  private readonly given: FieldValue[] = [];

  constructor(def: FieldDef) {
    this.field = def;
  }

  push(bytes: Uint8Array, start: number, length: number, value: FieldValue, layer: number): void {
    const at = this.count++;
    this.sources[at] = bytes;
    this.starts[at] = start;
    this.lengths[at] = length;
    this.given[at] = value;
    this.layers[at] = layer;
  }

  value(at: number): FieldValue {
    const given = this.given[at];
    if (given !== undefined) return given;
    // Spelled out: this is done for each frame that a filter meets.
    const source = this.sources[at];
    const start = this.starts[at];
    const length = this.lengths[at];
    if (source === undefined || start === undefined || length === undefined)
      throw new RangeError(`There is no occurrence ${at} of ${this.count}.`);
    return readFieldValue(this.field, source, start, length);
  }

  /** The bytes of the occurrence, for slices and for comparing with bytes. */
  bytes(at: number): Uint8Array {
    const given = this.given[at];
    if (given instanceof Uint8Array) return given;
    const start = itemAt(this.starts, at);
    return itemAt(this.sources, at).subarray(start, start + itemAt(this.lengths, at));
  }
}

export class FieldCollector {
  readonly hits: readonly FieldHits[];
  /** By `FieldDef.index`. */
  readonly wanted: Uint8Array;
  /** By `Protocol.index`. */
  readonly needed: Uint8Array;
  private readonly slots: (FieldHits | undefined)[];

  /** `fields` may hold a field twice; both places of `hits` are then the same object. */
  constructor(registry: Registry, fields: readonly FieldDef[]) {
    this.slots = Array.from({ length: fieldCount() });
    this.hits = fields.map((def) => (this.slots[def.index] ??= new FieldHits(def)));
    this.wanted = Registry.wantedArray(fields);
    this.needed = registry.neededFor(fields);
  }

  hitsOf(def: FieldDef): FieldHits | undefined {
    return this.slots[def.index];
  }

  reset(): void {
    for (const hits of this.hits) hits.count = 0;
  }
}
