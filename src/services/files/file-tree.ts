/**
 * The virtual files that servers hand out (TFTP, HTTP and the rest): a read-only tree with owners and modes,
 * since a server's refusal often hangs on them. Content may be provided late: an image catalogue knows size
 * and hash of a file long before its bytes are there.
 */
import { utf8 } from '../../base/bytes.ts';

export interface FileStat {
  readonly kind: 'file' | 'directory';
  /** Bytes; 0 for a directory. */
  readonly size: number;
  /** User name of the owner, `root` unless said. */
  readonly owner: string;
  /** Permission bits, such as 0o644. */
  readonly mode: number;
  /** Lower-case hexadecimal SHA-256 of the content, where it is known. */
  readonly sha256?: string;
}

export interface FileTree {
  /** What is at an absolute path, symbolic links followed; undefined when nothing is. */
  stat(path: string): FileStat | undefined;
  /** The content of a file; undefined for a directory and for what is not there. Must not be changed. */
  read(path: string): Uint8Array | undefined;
  /** Names in a directory, sorted; undefined when it is not one. */
  list(path: string): readonly string[] | undefined;
  /** What the symbolic link at a path says, as readlink(2); undefined for what is none. */
  readLink(path: string): string | undefined;
  /** A file to be sent piece by piece; undefined where `read` is. */
  open(path: string): OpenFile | undefined;
}

/** A file as a process has it open: it goes on with what was removed, and sees what was written over. */
export interface OpenFile {
  /** Bytes when it was opened. */
  readonly size: number;
  /** Whether its content may change while it is read. */
  readonly mayChange: boolean;
  /** Bytes from `start` to before `end`; fewer when the file has become shorter. Must not be changed. */
  slice(start: number, end: number): Uint8Array;
}

/** How a file changes while it is there. */
export interface FileChange {
  /** Written over with this; undefined: removed. */
  readonly content: Uint8Array | LazyContent | undefined;
}

/** Content that is fetched when it is first read. */
export interface LazyContent {
  readonly size: number;
  readonly sha256?: string;
  load(): Uint8Array;
}

export interface FileOptions {
  readonly owner?: string;
  readonly mode?: number;
}

export interface TreeOptions {
  /** Names differ by more than capitals, as on a Windows server. */
  readonly caseInsensitive?: boolean;
  /** Nothing more can be written. */
  readonly isFull?: boolean;
  /** Called for each file that was written over or removed while the lab runs. */
  readonly onChange?: (path: string, change: FileChange) => void;
}

interface PendingChange extends FileChange {
  readonly afterBytes: number;
}

/** A symbolic link: where it leads, absolute or from its own directory. */
class SymbolicLink {
  readonly target: string;

  constructor(target: string) {
    this.target = target;
  }
}

/** As Linux: more on the way are taken for a circle (ELOOP). */
const MAX_LINKS = 40;

interface Entry {
  /** Undefined for a directory. */
  content: Uint8Array | LazyContent | SymbolicLink | undefined;
  readonly owner: string;
  readonly mode: number;
}

/** Makes a path absolute and resolves `.`, `..` and doubled slashes. */
export function normalizePath(path: string): string {
  const parts: string[] = [];
  for (const part of path.split('/')) {
    if (part === '' || part === '.') continue;
    if (part === '..') parts.pop();
    else parts.push(part);
  }
  return `/${parts.join('/')}`;
}

/** A tree in memory. Parents of what is added are made as directories. */
export class MemoryFileTree implements FileTree {
  readonly isFull: boolean;
  private readonly entries = new Map<string, Entry>();
  private readonly children = new Map<string, Set<string>>();
  private readonly loaded = new WeakMap<LazyContent, Uint8Array>();
  private readonly changing = new Set<string>();
  private readonly onChange: TreeOptions['onChange'];
  private readonly pending = new Map<string, PendingChange>();
  /** Paths as they were added, by path in small letters; undefined where capitals count. */
  private readonly spellings: Map<string, string> | undefined;
  private hasLinks = false;

  constructor({ caseInsensitive = false, isFull = false, onChange }: TreeOptions = {}) {
    this.isFull = isFull;
    this.onChange = onChange;
    this.spellings = caseInsensitive ? new Map() : undefined;
    this.entries.set('/', { content: undefined, owner: 'root', mode: 0o755 });
    this.children.set('/', new Set());
  }

  /** Adds or replaces a file. Text is stored as UTF-8. */
  addFile(path: string, content: Uint8Array | LazyContent | string, options: FileOptions = {}): void {
    const at = this.place(normalizePath(path));
    this.link(at);
    this.entries.set(at, {
      content: typeof content === 'string' ? utf8(content) : content,
      owner: options.owner ?? 'root',
      mode: options.mode ?? 0o644,
    });
  }

  addDirectory(path: string, options: FileOptions = {}): void {
    const at = this.place(normalizePath(path));
    if (at !== '/') this.link(at);
    this.entries.set(at, { content: undefined, owner: options.owner ?? 'root', mode: options.mode ?? 0o755 });
    if (!this.children.has(at)) this.children.set(at, new Set());
  }

  addLink(path: string, target: string, options: FileOptions = {}): void {
    const at = this.place(normalizePath(path));
    this.link(at);
    const { owner = 'root', mode = 0o777 } = options;
    this.entries.set(at, { content: new SymbolicLink(target), owner, mode });
    this.hasLinks = true;
  }

  remove(path: string): void {
    const at = this.spell(normalizePath(path));
    this.entries.delete(at);
    this.spellings?.delete(at.toLowerCase());
    const slash = at.lastIndexOf('/');
    this.children.get(at.slice(0, slash) || '/')?.delete(at.slice(slash + 1));
  }

  /** Writes a file over, or removes it; owner and mode stay. Nothing happens to what is not there. */
  change(path: string, { content }: FileChange): void {
    const at = this.resolve(path);
    const entry = this.entries.get(at);
    if (entry === undefined) return;
    this.pending.delete(at);
    if (content === undefined) this.remove(at);
    else entry.content = content;
    this.onChange?.(at, { content });
  }

  /** Changes a file when somebody who sends it comes to this place in it. */
  changeAfter(path: string, afterBytes: number, change: FileChange): void {
    this.pending.set(this.resolve(path), { ...change, afterBytes });
  }

  stat(path: string): FileStat | undefined {
    const entry = this.entries.get(this.resolve(path));
    if (entry === undefined) return undefined;
    const { content, owner, mode } = entry;
    if (content === undefined) return { kind: 'directory', size: 0, owner, mode };
    if (content instanceof SymbolicLink) return undefined;
    if (content instanceof Uint8Array) return { kind: 'file', size: content.length, owner, mode };
    const { size, sha256 } = content;
    return { kind: 'file', size, owner, mode, ...(sha256 === undefined ? {} : { sha256 }) };
  }

  read(path: string): Uint8Array | undefined {
    return this.bytesOf(this.entries.get(this.resolve(path))?.content);
  }

  open(path: string): OpenFile | undefined {
    const at = this.resolve(path);
    const entry = this.entries.get(at);
    const size = this.bytesOf(entry?.content)?.length;
    if (entry === undefined || size === undefined) return undefined;
    return {
      size,
      mayChange: this.pending.has(at) || this.changing.has(at),
      slice: (start, end) => {
        const change = this.pending.get(at);
        if (change !== undefined && start >= change.afterBytes) this.change(at, change);
        return this.bytesOf(entry.content)?.subarray(start, end) ?? new Uint8Array(0);
      },
    };
  }

  /** It will be changed from outside at a time. */
  expectChange(path: string): void {
    this.changing.add(this.resolve(path));
  }

  private bytesOf(content: Entry['content']): Uint8Array | undefined {
    if (content === undefined || content instanceof Uint8Array) return content;
    if (content instanceof SymbolicLink) return undefined;
    let bytes = this.loaded.get(content);
    if (bytes === undefined) {
      bytes = content.load();
      this.loaded.set(content, bytes);
    }
    return bytes;
  }

  list(path: string): readonly string[] | undefined {
    const names = this.children.get(this.resolve(path));
    return names === undefined ? undefined : [...names].sort();
  }

  readLink(path: string): string | undefined {
    const at = normalizePath(path);
    const slash = at.lastIndexOf('/');
    const own = normalizePath(`${this.resolve(at.slice(0, slash))}/${at.slice(slash + 1)}`);
    const content = this.entries.get(this.spell(own))?.content;
    return content instanceof SymbolicLink ? content.target : undefined;
  }

  /** The path without symbolic links; one that leads nowhere is left as it is. */
  private resolve(path: string): string {
    if (!this.hasLinks) return this.spell(normalizePath(path));
    const left = path.split('/').reverse();
    let at = '';
    let count = 0;
    for (let part = left.pop(); part !== undefined; part = left.pop()) {
      if (part === '' || part === '.') continue;
      if (part === '..') {
        at = at.slice(0, Math.max(0, at.lastIndexOf('/')));
        continue;
      }
      const content = this.entries.get(this.spell(`${at}/${part}`))?.content;
      if (content instanceof SymbolicLink && count++ < MAX_LINKS) {
        if (content.target.startsWith('/')) at = '';
        left.push(...content.target.split('/').reverse());
      } else at = `${at}/${part}`;
    }
    return at === '' ? '/' : this.spell(at);
  }

  /** Where something is added: below its parent in the capitals that this has. */
  private place(path: string): string {
    if (this.spellings === undefined || path === '/') return path;
    const known = this.spellings.get(path.toLowerCase());
    if (known !== undefined) return known;
    const slash = path.lastIndexOf('/');
    const parent = this.place(path.slice(0, slash) || '/');
    return `${parent === '/' ? '' : parent}${path.slice(slash)}`;
  }

  /** The path in the capitals that it was added with. */
  private spell(path: string): string {
    return this.spellings?.get(path.toLowerCase()) ?? path;
  }

  private link(path: string): void {
    const slash = path.lastIndexOf('/');
    const parent = path.slice(0, slash) || '/';
    if (!this.entries.has(parent)) this.addDirectory(parent);
    this.spellings?.set(path.toLowerCase(), path);
    this.children.get(parent)?.add(path.slice(slash + 1));
  }
}
