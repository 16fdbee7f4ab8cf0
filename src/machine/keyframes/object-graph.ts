/**
 * The state of an emulator's devices, as a copy of its graph of JavaScript objects. v86's own `save_state` leaves out
 * what it thinks unimportant, and its `restore_state` redraws screens and sets timers again: neither goes on exactly.
 *
 * Two emulators that were made from the same options have graphs of the same shape. So an object, or a function, is named
 * by its place in the walk over the graph of the new emulator; what has been made since is copied by its structure.
 */
import { itemAt } from '../../base/lists/list.ts';

/** An object is given by its number: one of the new emulator, or, from there on, one of the copies. */
interface Ref {
  readonly ref: number;
}
/** A function or object that belongs to the owner of the emulator. */
interface Named {
  readonly named: string;
}
type Value = undefined | null | boolean | number | string | Ref | Named;

type GraphNode = { readonly id: number } & (
  | {
      readonly kind: 'object';
      readonly like: number;
      readonly keys: readonly string[];
      readonly values: readonly Value[];
    }
  | { readonly kind: 'array'; readonly values: readonly Value[] }
  /** A long array of the new emulator: what has changed in it. */
  | {
      readonly kind: 'list';
      readonly length: number;
      readonly places: readonly number[];
      readonly values: readonly Value[];
    }
  | { readonly kind: 'set'; readonly values: readonly Value[] }
  | { readonly kind: 'map'; readonly keys: readonly Value[]; readonly values: readonly Value[] }
  | { readonly kind: 'buffer'; readonly bytes: Uint8Array }
  | {
      readonly kind: 'view';
      readonly type: ViewType;
      readonly buffer: number;
      readonly at: number;
      readonly length: number;
    }
  | { readonly kind: 'wasm-view'; readonly type: ViewType; readonly at: number; readonly length: number }
);

/** Plain data, to be kept or stored. */
export interface ObjectGraph {
  /** Number of objects that the new emulator had. */
  readonly known: number;
  readonly nodes: readonly GraphNode[];
}

const VIEW_TYPES = {
  Int8Array,
  Uint8Array,
  Uint8ClampedArray,
  Int16Array,
  Uint16Array,
  Int32Array,
  Uint32Array,
  Float32Array,
  Float64Array,
};
type ViewType = keyof typeof VIEW_TYPES;

type View = InstanceType<(typeof VIEW_TYPES)[ViewType]>;
type Bag = Record<string, unknown>;

/** Of arrays from this length on, only what changes is copied. */
const LONG_ARRAY = 1024;

/** Larger buffers are images of media, which are no state. */
const LARGEST_BUFFER = 16 * 1024 * 1024;

function isObject(value: unknown): value is object {
  return (typeof value === 'object' && value !== null) || typeof value === 'function';
}

function viewType(object: object): ViewType | undefined {
  if (!ArrayBuffer.isView(object)) return undefined;
  return (Object.keys(VIEW_TYPES) as ViewType[]).find((type) => object instanceof VIEW_TYPES[type]);
}

/**
 * A copy. When the WebAssembly memory has grown, its earlier buffer is detached, and the VGA card keeps a view of it until it
 * draws again: such a buffer is empty, and is copied as an empty one, from which no array could be made.
 */
function contentOf(buffer: ArrayBuffer, before: Uint8Array | undefined): Uint8Array {
  if (buffer.byteLength === 0) return new Uint8Array(0);
  const bytes = new Uint8Array(buffer);
  return before !== undefined && isSame(bytes, before) ? before : bytes.slice();
}

function isSame(bytes: Uint8Array, others: Uint8Array): boolean {
  if (bytes.length !== others.length) return false;
  for (let i = 0; i < bytes.length; i++) if (bytes[i] !== others[i]) return false;
  return true;
}

/** What a graph leads to, and how it is told apart from what surrounds it. */
export interface GraphRoot {
  readonly root: object;
  /** The WebAssembly memory, which is not part of the graph. */
  readonly memory: () => ArrayBuffer;
  /** What belongs to the owner, by name: neither copied nor walked through. */
  readonly named: ReadonlyMap<string, object>;
  /**
   * A list of very many objects, the same in every new emulator, of which few change: only those are copied.
   */
  readonly steady: readonly object[];
  /** Prototypes of what may be made later. */
  readonly kinds: readonly object[];
}

/** Raised for a graph that cannot be copied now, such as in the middle of an operation of a drive. */
export class NotCopyable extends Error {}

function isOpaque(object: object): boolean {
  if (typeof object === 'function') return true;
  const tag = Object.getPrototypeOf(object) as object | null;
  const maker = tag === null ? undefined : (tag.constructor as { readonly name: string } | undefined);
  return maker !== undefined && ['Memory', 'Table', 'Module', 'Instance'].includes(maker.name);
}

/** What an object leads to, in a fixed order. */
function children(object: object): readonly unknown[] {
  if (isOpaque(object) || object instanceof ArrayBuffer) return [];
  if (ArrayBuffer.isView(object)) return [object.buffer];
  if (object instanceof Map) return [...object.keys(), ...object.values()] as unknown[];
  if (object instanceof Set) return [...object] as unknown[];
  return Object.keys(object).map((key) => (object as Bag)[key]);
}

/** The objects of a new emulator by number. */
export class GraphIndex {
  readonly objects: readonly object[];
  private readonly ids = new Map<object, number>();
  private readonly owner: GraphRoot;
  /** An object with each prototype, or, below 0, the prototype itself. */
  private readonly samples = new Map<unknown, number>();
  /** What the steady objects had in them. */
  private readonly steady: ReadonlyMap<object, readonly unknown[]>;
  /** The same of long arrays. */
  private readonly lists = new Map<object, readonly unknown[]>();

  constructor(owner: GraphRoot) {
    this.owner = owner;
    const outside = new Set<object>([owner.memory(), ...owner.named.values()]);
    const objects: object[] = [];
    const stack: unknown[] = [owner.root];
    for (let next = stack.pop(); next !== undefined || stack.length > 0; next = stack.pop()) {
      if (!isObject(next) || outside.has(next) || this.ids.has(next)) continue;
      this.ids.set(next, objects.length);
      if (!isOpaque(next)) {
        const prototype: unknown = Object.getPrototypeOf(next);
        if (!this.samples.has(prototype)) this.samples.set(prototype, objects.length);
      }
      objects.push(next);
      if (Array.isArray(next) && next.length >= LONG_ARRAY) this.lists.set(next, next.slice());
      for (const child of children(next).toReversed()) if (isObject(child) && !this.ids.has(child)) stack.push(child);
    }
    this.objects = objects;
    owner.kinds.forEach((prototype, i) => this.samples.set(prototype, -1 - i));
    this.steady = new Map(owner.steady.map((object) => [object, Object.values(object)]));
  }

  private isUnchanged(object: object): boolean {
    const before = this.steady.get(object);
    if (before === undefined) return false;
    let i = 0;
    for (const key in object) if ((object as Bag)[key] !== before[i++]) return false;
    return i === before.length;
  }

  /** The places of a long array that hold something else than at first. */
  private changesOf(list: readonly unknown[]): readonly number[] {
    const before = this.lists.get(list) ?? [];
    const places: number[] = [];
    for (let i = 0; i < list.length; i++) if (i >= before.length || !Object.is(list[i], before[i])) places.push(i);
    return places;
  }

  /** Copies the graph as it is now; buffers that are as in a copy `before` are shared with it. Throws `NotCopyable`. */
  capture(before?: ObjectGraph): ObjectGraph {
    const buffers = new Map(before?.nodes.flatMap((node) => (node.kind === 'buffer' ? [[node.id, node.bytes]] : [])));
    const memory = this.owner.memory();
    const names = new Map([...this.owner.named].map(([name, object]) => [object, name]));
    const fresh = new Map<object, number>();
    const done = new Set<object>();
    const nodes: GraphNode[] = [];
    const stack: object[] = this.objects.toReversed();
    const idOf = (object: object): number => {
      const known = this.ids.get(object) ?? fresh.get(object);
      if (known !== undefined) return known;
      if (isOpaque(object)) throw new NotCopyable('a function that was made since power-on');
      const id = this.objects.length + fresh.size;
      fresh.set(object, id);
      return id;
    };
    const valueOf = (value: unknown): Value => {
      if (!isObject(value)) {
        if (typeof value === 'symbol' || typeof value === 'bigint') throw new NotCopyable(typeof value);
        return value as Value;
      }
      const named = names.get(value);
      if (named !== undefined) return { named };
      const ref = idOf(value);
      if (ref >= this.objects.length) stack.push(value);
      return { ref };
    };
    for (let object = stack.pop(); object !== undefined; object = stack.pop()) {
      if (done.has(object) || this.isUnchanged(object) || isOpaque(object)) continue;
      done.add(object);
      const id = idOf(object);
      const type = viewType(object);
      if (type !== undefined) {
        const view = object as View;
        const { byteOffset: at, length } = view;
        if (view.buffer === memory) nodes.push({ id, kind: 'wasm-view', type, at, length });
        else {
          const buffer = idOf(view.buffer);
          if (buffer >= this.objects.length) stack.push(view.buffer);
          nodes.push({ id, kind: 'view', type, buffer, at, length });
        }
      } else if (object instanceof ArrayBuffer) {
        if (object.byteLength > LARGEST_BUFFER) throw new NotCopyable('the image of a medium');
        nodes.push({ id, kind: 'buffer', bytes: contentOf(object, buffers.get(id)) });
      } else if (object instanceof Map)
        nodes.push({
          id,
          kind: 'map',
          keys: [...object.keys()].map(valueOf),
          values: [...object.values()].map(valueOf),
        });
      else if (object instanceof Set) nodes.push({ id, kind: 'set', values: [...object].map(valueOf) });
      else if (this.lists.has(object)) {
        const list = object as readonly unknown[];
        const places = this.changesOf(list);
        if (places.length > 0 || list.length !== this.lists.get(object)?.length)
          nodes.push({ id, kind: 'list', length: list.length, places, values: places.map((i) => valueOf(list[i])) });
      } else if (Array.isArray(object)) nodes.push({ id, kind: 'array', values: Array.from(object, valueOf) });
      else {
        const like = this.samples.get(Object.getPrototypeOf(object));
        if (like === undefined) throw new NotCopyable('an object of a kind that was not there at power-on');
        const keys = Object.keys(object);
        nodes.push({ id, kind: 'object', like, keys, values: keys.map((key) => valueOf((object as Bag)[key])) });
      }
    }
    return { known: this.objects.length, nodes };
  }

  /** Makes the graph what it was when the copy was made. False when the copy is of another kind of emulator. */
  restore({ known, nodes }: ObjectGraph): boolean {
    if (known !== this.objects.length) return false;
    const memory = this.owner.memory();
    const byId = new Map<number, object>();
    const buffers = new Map(nodes.flatMap((node) => (node.kind === 'buffer' ? [[node.id, node] as const] : [])));
    const bufferOf = (id: number): ArrayBuffer => {
      const there = (this.objects[id] ?? byId.get(id)) as ArrayBuffer | undefined;
      const bytes = buffers.get(id)?.bytes ?? new Uint8Array(0);
      if (there !== undefined) {
        if (buffers.delete(id)) new Uint8Array(there).set(bytes);
        return there;
      }
      const made = bytes.slice().buffer;
      byId.set(id, made);
      return made;
    };
    for (const node of nodes) {
      const { id } = node;
      if (node.kind === 'wasm-view') byId.set(id, new VIEW_TYPES[node.type](memory, node.at, node.length));
      else if (node.kind === 'buffer') bufferOf(id);
      else if (node.kind === 'view') {
        const buffer = bufferOf(node.buffer);
        // A view of the new emulator's memory stands for one of a buffer that is gone.
        if (id >= known || node.buffer >= known) byId.set(id, new VIEW_TYPES[node.type](buffer, node.at, node.length));
      } else if (id >= known) byId.set(id, this.empty(node));
    }
    const valueOf = (value: Value): unknown => {
      if (typeof value !== 'object' || value === null) return value;
      if ('named' in value) return this.owner.named.get(value.named);
      return byId.get(value.ref) ?? itemAt(this.objects, value.ref);
    };
    for (const node of nodes) {
      const object = byId.get(node.id) ?? itemAt(this.objects, node.id);
      switch (node.kind) {
        case 'object': {
          const bag = object as Bag;
          for (const key of Object.keys(bag)) if (!node.keys.includes(key)) delete bag[key];
          node.keys.forEach((key, i) => {
            const value = valueOf(node.values[i]);
            if (bag[key] !== value || !Object.hasOwn(bag, key)) bag[key] = value;
          });
          break;
        }
        case 'array': {
          const list = object as unknown[];
          list.length = node.values.length;
          node.values.forEach((value, i) => {
            list[i] = valueOf(value);
          });
          break;
        }
        case 'list': {
          const list = object as unknown[];
          list.length = node.length;
          node.places.forEach((place, i) => {
            list[place] = valueOf(node.values[i]);
          });
          break;
        }
        case 'set': {
          const set = object as Set<unknown>;
          set.clear();
          for (const value of node.values) set.add(valueOf(value));
          break;
        }
        case 'map': {
          const map = object as Map<unknown, unknown>;
          map.clear();
          node.keys.forEach((key, i) => map.set(valueOf(key), valueOf(node.values[i])));
          break;
        }
        case 'buffer':
        case 'view':
        case 'wasm-view':
      }
    }
    return true;
  }

  private empty(node: GraphNode & { readonly kind: 'object' | 'array' | 'list' | 'set' | 'map' }): object {
    switch (node.kind) {
      case 'array':
      case 'list':
        return [];
      case 'set':
        return new Set();
      case 'map':
        return new Map();
      case 'object':
        return Object.create(
          node.like < 0
            ? itemAt(this.owner.kinds, -1 - node.like)
            : (Object.getPrototypeOf(itemAt(this.objects, node.like)) as object),
        ) as object;
    }
  }
}
