/**
 * Hashes the pages of an emulator's WebAssembly memory, as fast as memory is read: what is as it was in the keyframe before is
 * found without reading the copy. Two numbers of 53 bits a page. Four lanes of 64 bits take the page's words in turn; in each a
 * step is a bijection, so that a page in which one word has changed always has another hash.
 *
 * The few instructions are assembled here (WebAssembly core specification 1.0, §5): JavaScript has no 64-bit multiplication.
 */
import { compileWasm, instantiateWasm, type CompiledWasm } from '../v86/host.ts';
import { PAGE_BYTES } from './pages.ts';

const I32 = 0x7f;
const I64 = 0x7e;
const F64 = 0x7c;
const LANES = 4;
const WORD_BYTES = 8;
/** Locals: the page and its first byte (the parameter), where it ends, and the lanes. */
const AT = 0;
const END = 1;
const LANE = 2;
const PAGE_BITS = Math.log2(PAGE_BYTES);
/** Odd multipliers with well-mixed bits (of splitmix64 and of xxHash64). */
const MULTIPLIERS = [0xbf58476d1ce4e5b9n, 0x94d049bb133111ebn, 0x9e3779b185ebca87n, 0xc2b2ae3d27d4eb4fn] as const;
const FINAL = 0x165667b19e3779f9n;

function signed(value: bigint): number[] {
  const bytes: number[] = [];
  for (let rest = BigInt.asIntN(64, value); ; rest >>= 7n) {
    const byte = Number(rest & 127n);
    const isLast = rest >> 7n === (byte & 64 ? -1n : 0n);
    bytes.push(isLast ? byte : byte | 128);
    if (isLast) return bytes;
  }
}

/** An unsigned number, as lengths and indexes are written. */
function unsigned(value: number): number[] {
  return value < 128 ? [value] : [(value & 127) | 128, ...unsigned(value >>> 7)];
}

const get = (local: number): number[] => [0x20, local];
const set = (local: number): number[] => [0x21, local];
const i32 = (value: number): number[] => [0x41, ...signed(BigInt(value))];
const i64 = (value: bigint): number[] => [0x42, ...signed(value)];
const SHL32 = 0x74;
const ADD32 = 0x6a;
const NOT_EQUAL32 = 0x47;
const XOR = 0x85;
const MULTIPLY = 0x7e;
const ADD = 0x7c;
const ROTATE = 0x89;
const SHIFT_RIGHT = 0x88;
const TO_FLOAT = 0xba;
const RETURN_END = 0x0b;

/** Of a sum of lanes the 53 upper bits of what is left after mixing, which a float holds. */
function mixed(order: readonly number[]): number[] {
  const sum = order.flatMap((lane, i) => [
    ...get(LANE + lane),
    ...i64(BigInt(7 * i + 1)),
    ROTATE,
    ...(i > 0 ? [ADD] : []),
  ]);
  return [
    ...sum,
    ...i64(FINAL),
    MULTIPLY,
    ...i64(29n),
    ROTATE,
    ...i64(MULTIPLIERS[0]),
    MULTIPLY,
    ...i64(11n),
    SHIFT_RIGHT,
    TO_FLOAT,
  ];
}

function hashCode(): number[] {
  const begin = MULTIPLIERS.flatMap((multiplier, lane) => [...i64(multiplier), ...set(LANE + lane)]);
  const step = MULTIPLIERS.flatMap((multiplier, lane) => [
    ...get(LANE + lane),
    ...get(AT),
    // i64.load of words aligned to 8 bytes
    0x29,
    3,
    ...unsigned(WORD_BYTES * lane),
    XOR,
    ...i64(multiplier),
    MULTIPLY,
    ...i64(31n),
    ROTATE,
    ...set(LANE + lane),
  ]);
  const toFirstByte = [...get(AT), ...i32(PAGE_BITS), SHL32, ...set(AT)];
  const toEnd = [...get(AT), ...i32(PAGE_BYTES), ADD32, ...set(END)];
  const advance = [...get(AT), ...i32(LANES * WORD_BYTES), ADD32, ...set(AT)];
  const again = [...get(AT), ...get(END), NOT_EQUAL32, 0x0d, 0];
  return [
    ...toFirstByte,
    ...toEnd,
    ...begin,
    // loop without a value
    0x03,
    0x40,
    ...step,
    ...advance,
    ...again,
    RETURN_END,
    // The second number, for the other function.
    ...mixed([2, 0, 3, 1]),
    0x24,
    0,
    ...mixed([0, 1, 2, 3]),
    RETURN_END,
  ];
}

function section(id: number, items: readonly number[][]): number[] {
  const body = [...unsigned(items.length), ...items.flat()];
  return [id, ...unsigned(body.length), ...body];
}

const name = (text: string): number[] => [text.length, ...new TextEncoder().encode(text)];

const MAGIC_AND_VERSION = [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0];

function moduleBytes(): Uint8Array<ArrayBuffer> {
  const locals = [2, 1, I32, LANES, I64];
  const body = (code: readonly number[]): number[] => [...unsigned(code.length), ...code];
  return Uint8Array.from([
    ...MAGIC_AND_VERSION,
    ...section(1, [
      [0x60, 1, I32, 1, F64],
      [0x60, 0, 1, F64],
    ]),
    // a memory of any size
    ...section(2, [[...name('e'), ...name('m'), 2, 0, 0]]),
    ...section(3, [[0], [1]]),
    ...section(6, [[F64, 1, 0x44, 0, 0, 0, 0, 0, 0, 0, 0, RETURN_END]]),
    ...section(7, [
      [...name('hash'), 0, 0],
      [...name('rest'), 0, 1],
    ]),
    ...section(10, [body([...locals, ...hashCode()]), body([0, 0x23, 0, RETURN_END])]),
  ]);
}

let compiled: CompiledWasm | undefined;

/** Two numbers for each page of a `WebAssembly.Memory`. */
export function hashPages(memory: { readonly buffer: ArrayBuffer }): Float64Array<ArrayBuffer> {
  compiled ??= compileWasm(moduleBytes());
  const exports = instantiateWasm(compiled, { e: { m: memory } });
  const { hash, rest } = exports as { readonly hash: (page: number) => number; readonly rest: () => number };
  const pages = memory.buffer.byteLength / PAGE_BYTES;
  const hashes = new Float64Array(2 * pages);
  for (let page = 0; page < pages; page++) {
    hashes[2 * page] = hash(page);
    hashes[2 * page + 1] = rest();
  }
  return hashes;
}
