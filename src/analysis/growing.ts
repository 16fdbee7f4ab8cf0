/**
 * Typed arrays that grow: a million records of a capture as objects would cost hundreds of megabytes and long
 * collector pauses; as columns they cost some thirty bytes each.
 */

type TypedArray = Uint8Array | Uint32Array | Int32Array | Float64Array;

/** Appends numbers to a typed array that doubles when it is full. `values` is longer than `length`. */
export class Column<A extends TypedArray> {
  length = 0;
  values: A;
  private readonly make: (length: number) => A;

  constructor(make: (length: number) => A, capacity = 1024) {
    this.make = make;
    this.values = make(capacity);
  }

  /** The number at an index below `length`. */
  get(index: number): number {
    const value = this.values[index];
    if (value === undefined) throw new RangeError(`There is no number ${index} in a column of ${this.length}.`);
    return value;
  }

  push(value: number): void {
    if (this.length === this.values.length) {
      const grown = this.make(this.values.length * 2);
      grown.set(this.values);
      this.values = grown;
    }
    this.values[this.length++] = value;
  }
}

export function u8Column(): Column<Uint8Array> {
  return new Column((length) => new Uint8Array(length));
}

export function u32Column(): Column<Uint32Array> {
  return new Column((length) => new Uint32Array(length));
}

export function f64Column(): Column<Float64Array> {
  return new Column((length) => new Float64Array(length));
}
