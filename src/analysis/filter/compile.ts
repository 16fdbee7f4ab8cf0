/**
 * Turns a checked filter into closures over the occurrences that a `FieldCollector` gathers while a frame is
 * dissected. Nothing is built for a frame: no tree, and for the common comparison (a field with a number) no array.
 */
import { fromLatin1, toHex } from '../../base/bytes.ts';
import { atLeast, itemAt } from '../../base/lists/list.ts';
import type { Pattern } from '../../base/pattern.ts';
import { assert, unreachable } from '../../base/result.ts';
import { FieldCollector } from '../../protocols/core/collector.ts';
import type { FieldHits } from '../../protocols/core/collector.ts';
import { type FieldKind, type FieldDef } from '../../protocols/core/field.ts';
import { formatValue } from '../../protocols/core/format.ts';
import type { Registry } from '../../protocols/core/registry.ts';
import type { Quantifier, RangeItem } from './ast.ts';
import type { Relation, Term, Test } from './check.ts';
import { compareValues, holds, readAs } from './operations.ts';
import { arithmetic, containsValue, negated, sliceBytes } from './operations.ts';
import type { Value } from './values.ts';

/** Reads the values that a term has in the frame at hand, into an array that is used again. */
type Reader = () => readonly Value[];
type Decider = () => boolean;

const EMPTY: readonly Value[] = [];

export interface Matcher {
  readonly collector: FieldCollector;
  /** Decides on what the collector holds. */
  readonly decide: Decider;
}

/** Every field that the test looks at. */
export function fieldsOf(test: Test): readonly FieldDef[] {
  const found = new Set<FieldDef>();
  const inTerm = (term: Term): void => {
    switch (term.node) {
      case 'field':
        found.add(term.def);
        return;
      case 'constant':
        return;
      case 'slice':
      case 'negate':
        inTerm(term.operand);
        return;
      case 'call':
        term.args.forEach(inTerm);
        return;
      case 'arithmetic':
        inTerm(term.left);
        inTerm(term.right);
        return;
      default:
        unreachable(term);
    }
  };
  const inTest = (one: Test): void => {
    switch (one.node) {
      case 'or':
      case 'xor':
      case 'and':
        inTest(one.left);
        inTest(one.right);
        return;
      case 'not':
        inTest(one.operand);
        return;
      case 'exists':
      case 'nonzero':
        inTerm(one.term);
        return;
      case 'compare':
      case 'contains':
        inTerm(one.left);
        inTerm(one.right);
        return;
      case 'matches':
        inTerm(one.left);
        return;
      case 'in':
        inTerm(one.left);
        for (const item of one.items) {
          inTerm(item.low);
          if (item.high !== undefined) inTerm(item.high);
        }
        return;
      default:
        unreachable(one);
    }
  };
  inTest(test);
  return [...found];
}

export function compileTest(test: Test, registry: Registry): Matcher {
  const collector = new FieldCollector(registry, fieldsOf(test));
  return { collector, decide: new Compiler(collector).test(test) };
}

class Compiler {
  private readonly collector: FieldCollector;

  constructor(collector: FieldCollector) {
    this.collector = collector;
  }

  private hits(def: FieldDef): FieldHits {
    const hits = this.collector.hitsOf(def);
    assert(hits !== undefined, 'every field of the filter is collected');
    return hits;
  }

  test(test: Test): Decider {
    switch (test.node) {
      case 'or': {
        const [left, right] = [this.test(test.left), this.test(test.right)];
        return () => left() || right();
      }
      case 'xor': {
        const [left, right] = [this.test(test.left), this.test(test.right)];
        return () => left() !== right();
      }
      case 'and': {
        const [left, right] = [this.test(test.left), this.test(test.right)];
        return () => left() && right();
      }
      case 'not': {
        const operand = this.test(test.operand);
        return () => !operand();
      }
      case 'exists':
        return this.exists(test.term);
      case 'nonzero': {
        const read = this.read(test.term, test.term.kind);
        return () =>
          read().some((value) =>
            value instanceof Uint8Array ? value.some((byte) => byte !== 0) : Number(value) !== 0,
          );
      }
      case 'compare':
        return this.compare(test);
      case 'contains': {
        const left = this.read(test.left, test.kind);
        const right = this.read(test.right, test.kind);
        return pairs(left, right, test.mode, containsValue);
      }
      case 'matches':
        return this.matches(test.left, test.pattern, test.mode);
      case 'in':
        return this.membership(test);
      default:
        return unreachable(test);
    }
  }

  private exists(term: Term): Decider {
    if (term.node === 'field') {
      const hits = this.hits(term.def);
      const { layers } = term;
      if (layers === undefined) return () => hits.count > 0;
      return () => {
        const last = lastLayer(hits);
        for (let at = 0; at < hits.count; at++) if (isInLayers(layers, itemAt(hits.layers, at), last)) return true;
        return false;
      };
    }
    const read = this.read(term, term.kind);
    return () => read().length > 0;
  }

  private compare(test: Extract<Test, { node: 'compare' }>): Decider {
    const { left, right, relation, mode, kind } = test;
    const isNumeric = kind === 'int' || kind === 'bool' || kind === 'ether' || kind === 'ipv4';
    if (
      isNumeric &&
      left.node === 'field' &&
      left.layers === undefined &&
      right.node === 'constant' &&
      right.prefix === undefined
    ) {
      const { value } = right;
      if (typeof value === 'number') return fieldWithNumber(this.hits(left.def), value, relation, mode);
    }
    const prefix = right.node === 'constant' ? right.prefix : undefined;
    const readLeft = this.read(left, kind);
    const readRight = this.read(right, kind);
    return pairs(readLeft, readRight, mode, (a, b) => holds(relation, compareValues(a, b, prefix)));
  }

  private matches(left: Term, pattern: Pattern, mode: Quantifier): Decider {
    const read = this.read(left, left.kind === 'string' ? 'string' : 'bytes');
    const test = (value: Value): boolean =>
      pattern.test(value instanceof Uint8Array ? fromLatin1(value) : String(value));
    return () => {
      const values = read();
      if (values.length === 0) return false;
      return mode === 'any' ? values.some(test) : values.every(test);
    };
  }

  private membership(test: Extract<Test, { node: 'in' }>): Decider {
    const deciders = test.items.map((item): Decider => {
      const left = this.read(test.left, item.kind);
      const low = this.read(item.low, item.kind);
      const prefix = item.low.node === 'constant' ? item.low.prefix : undefined;
      if (item.high === undefined) return pairs(left, low, test.mode, (a, b) => compareValues(a, b, prefix) === 0);
      const high = this.read(item.high, item.kind);
      const isWithin = (value: Value): boolean =>
        low().some((bound) => compareValues(value, bound) >= 0) &&
        high().some((bound) => compareValues(value, bound) <= 0);
      return () => {
        const values = left();
        if (values.length === 0) return false;
        return test.mode === 'any' ? values.some(isWithin) : values.every(isWithin);
      };
    });
    return () => deciders.some((decide) => decide());
  }

  /** Reads a term's values as values of `kind`, which its own kind can be read as. */
  private read(term: Term, kind: FieldKind): Reader {
    switch (term.node) {
      case 'field':
        return fieldReader(this.hits(term.def), term.layers, kind);
      case 'constant': {
        const values = [term.value];
        return () => values;
      }
      case 'slice': {
        const read = this.read(term.operand, 'bytes');
        const { ranges } = term;
        return mapped(read, (value) => (value instanceof Uint8Array ? sliceBytes(value, ranges) : undefined));
      }
      case 'negate':
        return mapped(this.read(term.operand, term.kind), negated);
      case 'arithmetic': {
        const { op } = term;
        const left = this.read(term.left, term.kind);
        const right = this.read(term.right, term.kind);
        return combined(left, right, (a, b) => arithmetic(op, a, b));
      }
      case 'call':
        return this.call(term);
      default:
        return unreachable(term);
    }
  }

  private call(term: Extract<Term, { node: 'call' }>): Reader {
    const [first] = atLeast(term.args, 1);
    switch (term.name) {
      case 'len':
        return mapped(this.read(first, 'bytes'), (value) => (value instanceof Uint8Array ? value.length : undefined));
      case 'count': {
        const read = this.read(first, 'bytes');
        const out = [0];
        return () => {
          out[0] = read().length;
          return out[0] === 0 ? EMPTY : out;
        };
      }
      case 'upper':
        return mapped(this.read(first, 'string'), (value) => String(value).toUpperCase());
      case 'lower':
        return mapped(this.read(first, 'string'), (value) => String(value).toLowerCase());
      case 'string': {
        assert(first.node === 'field', 'string takes a field');
        const { def } = first;
        return mapped(this.read(first, first.kind), (value) =>
          value instanceof Uint8Array && def.type === 'bytes' ? toHex(value, ':') : formatValue(def, value),
        );
      }
      case 'abs':
        return mapped(this.read(first, term.kind), (value) => (compareValues(value, 0) < 0 ? negated(value) : value));
      case 'max':
      case 'min': {
        const readers = term.args.map((arg) => this.read(arg, term.kind));
        const sign = term.name === 'max' ? 1 : -1;
        return () => {
          let best: Value | undefined;
          for (const read of readers) {
            for (const value of read()) if (best === undefined || sign * compareValues(value, best) > 0) best = value;
          }
          return best === undefined ? EMPTY : [best];
        };
      }
      default:
        return unreachable(term.name);
    }
  }
}

function mapped(read: Reader, map: (value: Value) => Value | undefined): Reader {
  const out: Value[] = [];
  return () => {
    out.length = 0;
    for (const value of read()) {
      const one = map(value);
      if (one !== undefined) out.push(one);
    }
    return out;
  };
}

/** Few values may be the same; of more, each is kept once, which no comparison can tell apart. */
const FEW_VALUES = 64;
const MAX_COMBINATIONS = 16_384;
const MAX_VALUES = 1024;

/**
 * The results of all combinations of two sides' values, as Wireshark has them. A term with too many combinations for a frame
 * to pay for has no value, as a division by zero has none.
 */
function combined(left: Reader, right: Reader, combine: (a: Value, b: Value) => Value | undefined): Reader {
  const out: Value[] = [];
  return () => {
    out.length = 0;
    const as = left();
    const bs = right();
    const count = as.length * bs.length;
    if (count > MAX_COMBINATIONS) return EMPTY;
    const known = count > FEW_VALUES ? new Set<number | bigint | string>() : undefined;
    for (const a of as) {
      for (const b of bs) {
        const value = combine(a, b);
        if (value === undefined) continue;
        const key = value instanceof Uint8Array ? toHex(value) : value;
        if (known?.has(key) === true) continue;
        known?.add(key);
        out.push(value);
      }
    }
    return out.length > MAX_VALUES ? EMPTY : out;
  };
}

/** Whether a relation holds between any, or all, values of the two sides; never when a side has none. */
function pairs(left: Reader, right: Reader, mode: Quantifier, relation: (a: Value, b: Value) => boolean): Decider {
  const wanted = mode === 'any';
  return () => {
    const a = left();
    if (a.length === 0) return false;
    const b = right();
    if (b.length === 0) return false;
    for (const left of a) {
      for (const right of b) if (relation(left, right) === wanted) return wanted;
    }
    return !wanted;
  };
}

function fieldReader(hits: FieldHits, layers: readonly RangeItem[] | undefined, kind: FieldKind): Reader {
  const out: Value[] = [];
  return () => {
    if (hits.count === 0) return EMPTY;
    out.length = 0;
    const last = layers === undefined ? 0 : lastLayer(hits);
    for (let at = 0; at < hits.count; at++) {
      if (layers !== undefined && !isInLayers(layers, itemAt(hits.layers, at), last)) continue;
      const value = readAs(kind, hits, at);
      if (value !== undefined) out.push(value);
    }
    return out;
  };
}

function lastLayer(hits: FieldHits): number {
  let last = 0;
  for (let i = 0; i < hits.count; i++) last = Math.max(last, itemAt(hits.layers, i));
  return last;
}

/** Layers count from 1, and from the end when negative. */
function isInLayers(layers: readonly RangeItem[], layer: number, last: number): boolean {
  const place = (n: number): number => (n < 0 ? last + 1 + n : n);
  return layers.some((item) => {
    const first = place(item.first);
    switch (item.kind) {
      case 'rest':
        return layer >= first;
      case 'last':
        return layer >= first && layer <= place(item.last);
      case 'length':
        return layer >= first && layer < first + item.length;
      default:
        return unreachable(item);
    }
  });
}

function fieldWithNumber(hits: FieldHits, constant: number, relation: Relation, mode: Quantifier): Decider {
  const wanted = mode === 'any';
  const test = (value: number | bigint): boolean => {
    switch (relation) {
      case '=':
        return typeof value === 'number' ? value === constant : value === BigInt(constant);
      case '!=':
        return typeof value === 'number' ? value !== constant : value !== BigInt(constant);
      case '<':
        return value < constant;
      case '<=':
        return value <= constant;
      case '>':
        return value > constant;
      case '>=':
        return value >= constant;
      default:
        return unreachable(relation);
    }
  };
  return () => {
    const { count } = hits;
    if (count === 0) return false;
    for (let at = 0; at < count; at++) {
      const value = hits.value(at);
      const number = typeof value === 'boolean' ? Number(value) : value;
      if (typeof number !== 'number' && typeof number !== 'bigint') continue;
      if (test(number) === wanted) return wanted;
    }
    return !wanted;
  };
}
