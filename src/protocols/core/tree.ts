/** The tree of one frame, as the details pane and `tshark -T pdml` show it. */
import { MALFORMED_FIELD } from './builtin.ts';
import { readFieldValue, type FieldDef, type FieldValue } from './field.ts';
import { formatLabel } from './format.ts';

/** Flag of an added field: only filters see it. */
export const HIDDEN = 1;
/** Flag: concluded, not read: Wireshark shows it in brackets. */
export const GENERATED = 2;

/** What offsets refer to: the frame (index 0) or a buffer put together from several. */
export interface DataSource {
  /** `Frame`, `Reassembled IPv4`, `Reassembled TCP`. */
  readonly name: string;
  readonly bytes: Uint8Array;
}

export class TreeItem {
  readonly field: FieldDef;
  /** Index into the frame's `sources`. */
  readonly source: number;
  readonly start: number;
  length: number;
  readonly flags: number;
  readonly children: TreeItem[] = [];
  private readonly bytes: Uint8Array;
  private readonly given: FieldValue;
  private ownText: string | undefined;
  private suffix = '';

  constructor(
    def: FieldDef,
    bytes: Uint8Array,
    source: number,
    start: number,
    length: number,
    value: FieldValue,
    flags: number,
  ) {
    this.field = def;
    this.bytes = bytes;
    this.source = source;
    this.start = start;
    this.length = length;
    this.given = value;
    this.flags = flags;
  }

  get hidden(): boolean {
    return (this.flags & HIDDEN) !== 0;
  }

  get generated(): boolean {
    return (this.flags & GENERATED) !== 0;
  }

  get value(): FieldValue {
    return this.given ?? readFieldValue(this.field, this.bytes, this.start, this.length);
  }

  /** The line as shown. Generated items come without their brackets: those are the viewer's. */
  get text(): string {
    return (this.ownText ?? formatLabel(this.field, this.value)) + this.suffix;
  }

  /** The bytes that the item stands for. */
  get span(): Uint8Array {
    return this.bytes.subarray(this.start, this.start + this.length);
  }

  setText(text: string): void {
    this.ownText = text;
    this.suffix = '';
  }

  appendText(text: string): void {
    this.suffix += text;
  }

  /** First item of that name in this subtree, in the order of the tree. */
  find(name: string): TreeItem | undefined {
    if (this.field.name === name) return this;
    for (const child of this.children) {
      const found = child.find(name);
      if (found !== undefined) return found;
    }
    return undefined;
  }
}

/** Where a `Dissection` puts its items when a tree is asked for. */
export class TreeBuilder {
  readonly roots: TreeItem[] = [];
  private readonly open: TreeItem[] = [];
  private lastItem: TreeItem | undefined;

  get depth(): number {
    return this.open.length;
  }

  /** The item added last; what `label` and `expert` are about. */
  get last(): TreeItem | undefined {
    return this.lastItem;
  }

  get top(): TreeItem | undefined {
    return this.open.at(-1);
  }

  add(item: TreeItem): void {
    const parent = this.open.at(-1);
    if (parent === undefined) this.roots.push(item);
    else parent.children.push(item);
    this.lastItem = item;
  }

  begin(item: TreeItem): void {
    this.add(item);
    this.open.push(item);
  }

  end(): void {
    this.lastItem = this.open.pop();
  }

  /** Opens an item again, the last one by default, so that what follows becomes its children. */
  reopen(item = this.lastItem): void {
    if (item !== undefined) this.open.push(item);
  }

  /** Closes items until only `depth` are open. */
  unwind(depth: number): void {
    while (this.open.length > depth) this.end();
  }

  get isMalformed(): boolean {
    return this.roots.some((item) => item.field === MALFORMED_FIELD);
  }
}
