/**
 * The settings of one iPXE: the tree of blocks, names such as `net0.dhcp/filename:string`, and `${}` expansion.
 * A lookup starts at a block and goes depth-first through its children; parents are never searched.
 */
import { Emitter } from '../../../base/emitter.ts';
import { err, ok } from '../../../base/result.ts';
import { Err, OK, type Status } from '../errors.ts';
import { GenericBlock, type Setting, type SettingsBlock, type SettingValue } from './block.ts';
import { findPredefined } from './predefined.ts';
import { findSettingType, parseInteger, stringType, type Outcome } from './types.ts';

/** A setting and the block at which to start looking for it. */
export interface SettingRef {
  readonly block: SettingsBlock;
  readonly setting: Setting;
}

export interface Found extends SettingValue {
  /** The block that had it. */
  readonly origin: SettingsBlock;
  readonly setting: Setting;
}

/** The lookups of an expansion: for the stepper and the settings panel. */
export interface Expansion {
  readonly reference: string;
  readonly value: string;
  readonly origin: string | undefined;
}

/** Replacements in one command line; real scripts have fewer than a hundred. */
const MAX_EXPANSIONS = 1000;
/** The heap of a boot ROM is not much larger. */
const MAX_EXPANDED_CHARS = 64 * 1024;
/** Characters that are read and copied for one command line: each replacement copies the whole token. */
const MAX_COPIED_CHARS = 1024 * 1024;

/**
 * The limits of expanding one command line. A value that contains a reference to itself would expand without end, and
 * names that double each other to any length: iPXE runs out of memory.
 */
export class ExpansionBudget {
  private replacements = MAX_EXPANSIONS;
  private chars = MAX_COPIED_CHARS;

  /** Number of replacements. */
  get used(): number {
    return MAX_EXPANSIONS - this.replacements;
  }

  /** Whether no more can be paid for. */
  get isSpent(): boolean {
    return this.replacements <= 0 || this.chars <= 0;
  }

  /**
   * Pays for reading a value of `valueChars` that makes a token `tokenChars` long; false when there is no memory for it.
   */
  pay(valueChars: number, tokenChars: number): boolean {
    this.replacements--;
    this.chars -= valueChars + tokenChars;
    return this.chars >= 0 && tokenChars <= MAX_EXPANDED_CHARS;
  }
}

/** Blocks in one another, as in `a.b.c/name`. */
const MAX_BLOCK_DEPTH = 64;
/** iPXE's heap. */
const HEAP_BYTES = 4 * 1024 * 1024;
/** Heap overhead of a value or a block. */
const HEAP_OVERHEAD_BYTES = 64;

/** `175.189`: each part a number of any base, eight bits a part; no digits are 0. 0 when it is not a tag. */
export function parseTag(name: string): number {
  let tag = 0;
  for (const part of name.split('.')) {
    const value = part === '' ? 0 : parseInteger(part);
    if (value === undefined) return 0;
    tag = tag * 256 + value;
  }
  return tag;
}

export class SettingsTree {
  readonly root = new GenericBlock('');
  readonly changed = new Emitter<void>();
  /** Bytes stored by scripts. */
  private heapBytes = 0;

  /** Adds a block below another, after those of equal priority. */
  register(block: SettingsBlock, parent: SettingsBlock = this.root): void {
    block.parent = parent;
    this.insert(block, parent);
    this.reprioritise(parent);
    this.changed.emit();
  }

  unregister(block: SettingsBlock): void {
    const { parent } = block;
    if (parent === undefined) return;
    parent.children.splice(parent.children.indexOf(block), 1);
    block.parent = undefined;
    if (block instanceof GenericBlock) this.heapBytes -= heldBytes(block);
    this.changed.emit();
  }

  private insert(block: SettingsBlock, parent: SettingsBlock): void {
    const { priority } = block;
    const at = parent.children.findIndex((sibling) => sibling.priority < priority);
    parent.children.splice(at < 0 ? parent.children.length : at, 0, block);
  }

  /** Puts a block and those above it in their place again after a change of its priority. */
  private reprioritise(from: SettingsBlock): void {
    for (let block = from; block.parent !== undefined; block = block.parent) {
      const siblings = block.parent.children;
      siblings.splice(siblings.indexOf(block), 1);
      this.insert(block, block.parent);
    }
  }

  /** The block at a path such as `net0.dhcp`; created when it is missing and `create` says so. */
  findBlock(path: string, create = false): SettingsBlock | undefined {
    let block: SettingsBlock = this.root;
    if (path === '') return block;
    for (const name of path.split('.')) {
      const target = block.resolve();
      const holder: SettingsBlock = target.ok ? target.value : block;
      let child = holder.children.find((each) => each.name === name);
      if (child === undefined) {
        if (!create) return undefined;
        this.heapBytes += HEAP_OVERHEAD_BYTES;
        child = new GenericBlock(name);
        this.register(child, holder);
      }
      block = child;
    }
    return block;
  }

  /** Reads `[block/]name[:type]`. */
  parse(text: string, create = false): Outcome<SettingRef> {
    const slash = text.indexOf('/');
    const blockPath = slash < 0 ? '' : text.slice(0, slash);
    const rest = slash < 0 ? text : text.slice(slash + 1);
    const colon = rest.indexOf(':');
    const name = colon < 0 ? rest : rest.slice(0, colon);
    if (create && (this.heapBytes >= HEAP_BYTES || blockPath.split('.').length > MAX_BLOCK_DEPTH)) {
      return err(Err.settingNoMemory);
    }
    const block = this.findBlock(blockPath, create);
    if (block === undefined) return err(Err.settingNoBlock);
    const type = colon < 0 ? undefined : findSettingType(rest.slice(colon + 1));
    if (colon >= 0 && type === undefined) return err(Err.settingUnsupported);
    return ok({ block, setting: this.named(name, block, type) });
  }

  private named(name: string, block: SettingsBlock, type: Setting['type']): Setting {
    const tag = parseTag(name);
    const known = findPredefined(name, tag, block.defaultScope);
    if (known !== undefined) return { name: known.name, tag: known.tag, scope: known.scope, type: type ?? known.type };
    return { name, tag, scope: block.defaultScope, type };
  }

  /** Looks for a setting in a block and below it. */
  fetch(ref: SettingRef): Outcome<Found> {
    const target = ref.block.resolve();
    if (!target.ok) return target;
    const block = target.value;
    if (block.applies(ref.setting)) {
      const value = block.fetch(ref.setting);
      if (value.ok) return ok({ ...value.value, origin: block, setting: ref.setting });
    }
    for (const child of block.children) {
      const found = this.fetch({ block: child, setting: ref.setting });
      if (found.ok) return found;
    }
    return err(Err.settingNotFound);
  }

  /** A setting by name, from the root unless the name says another block. */
  get(name: string): Found | undefined {
    const ref = this.parse(name);
    if (!ref.ok) return undefined;
    const found = this.fetch(ref.value);
    return found.ok ? found.value : undefined;
  }

  /** The text of a setting; undefined when it is not set or has no text. */
  getText(name: string): string | undefined {
    const found = this.get(name);
    if (found === undefined) return undefined;
    const text = found.type.format(found.raw);
    return text.ok ? text.value : undefined;
  }

  /** The number in a setting; `fallback` when it is not set or not a number. */
  getNumber(name: string, fallback = 0): number {
    const found = this.get(name);
    const value = found?.type.numeric?.value(found.raw);
    return value?.ok === true ? value.value : fallback;
  }

  store(ref: SettingRef, raw: Uint8Array | undefined): Status {
    const target = ref.block.resolve();
    if (!target.ok) return target.error;
    const block = target.value;
    if (!block.applies(ref.setting)) return Err.settingNoTag;
    const size = block instanceof GenericBlock ? heldBytes(block) : 0;
    if (raw !== undefined && this.heapBytes + raw.length > HEAP_BYTES) return Err.settingNoMemory;
    const status = block.store(ref.setting, raw);
    if (status !== OK) return status;
    if (block instanceof GenericBlock) this.heapBytes += heldBytes(block) - size;
    if (ref.setting.name === 'priority') this.reprioritise(block);
    this.changed.emit();
    return OK;
  }

  /** Stores text by the setting's type; an empty text deletes. */
  storeText(ref: SettingRef, text: string): Status {
    const type = ref.setting.type ?? stringType;
    if (text === '') return this.store(ref, undefined);
    const raw = type.parse(text);
    if (!raw.ok) return raw.error;
    return this.store({ block: ref.block, setting: { ...ref.setting, type } }, raw.value);
  }

  /** Stores by name, for the program's own use. */
  set(name: string, text: string): Status {
    const ref = this.parse(name, true);
    return ref.ok ? this.storeText(ref.value, text) : ref.error;
  }

  /**
   * Replaces `${name}` by values, innermost first: the first `}` that closes something, with the `${` nearest
   * before it. Values are looked at again, so that names may be built from values. Undefined when memory runs out.
   */
  expand(text: string, budget = new ExpansionBudget(), seen?: Expansion[]): string | undefined {
    let out = text;
    for (;;) {
      const first = out.indexOf('${');
      if (first < 0) return out;
      const close = out.indexOf('}', first + 2);
      if (close < 0) return out;
      const open = out.lastIndexOf('${', close);
      const reference = out.slice(open + 2, close);
      if (budget.isSpent) return undefined;
      const value = this.getText(reference) ?? '';
      if (!budget.pay(value.length, out.length - (close + 1 - open) + value.length)) return undefined;
      seen?.push({ reference, value, origin: this.get(reference)?.origin.path });
      out = out.slice(0, open) + value + out.slice(close + 1);
    }
  }
}

function heldBytes(block: GenericBlock): number {
  return block.heldBytes + HEAP_OVERHEAD_BYTES * block.entries.length;
}
