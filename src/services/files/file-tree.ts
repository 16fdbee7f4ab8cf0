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
  /** What is at an absolute path; undefined when nothing is. Links are not modelled. */
  stat(path: string): FileStat | undefined;
  /** The content of a file; undefined for a directory and for what is not there. Must not be changed. */
  read(path: string): Uint8Array | undefined;
  /** Names in a directory, sorted; undefined when it is not one. */
  list(path: string): readonly string[] | undefined;
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

interface Entry {
  readonly content: Uint8Array | LazyContent | undefined;
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
  private readonly entries = new Map<string, Entry>();
  private readonly children = new Map<string, Set<string>>();
  private readonly loaded = new WeakMap<LazyContent, Uint8Array>();

  constructor() {
    this.entries.set('/', { content: undefined, owner: 'root', mode: 0o755 });
    this.children.set('/', new Set());
  }

  /** Adds or replaces a file. Text is stored as UTF-8. */
  addFile(path: string, content: Uint8Array | LazyContent | string, options: FileOptions = {}): void {
    const at = normalizePath(path);
    this.link(at);
    this.entries.set(at, {
      content: typeof content === 'string' ? utf8(content) : content,
      owner: options.owner ?? 'root',
      mode: options.mode ?? 0o644,
    });
  }

  addDirectory(path: string, options: FileOptions = {}): void {
    const at = normalizePath(path);
    if (at !== '/') this.link(at);
    this.entries.set(at, { content: undefined, owner: options.owner ?? 'root', mode: options.mode ?? 0o755 });
    if (!this.children.has(at)) this.children.set(at, new Set());
  }

  remove(path: string): void {
    const at = normalizePath(path);
    this.entries.delete(at);
    const slash = at.lastIndexOf('/');
    this.children.get(at.slice(0, slash) || '/')?.delete(at.slice(slash + 1));
  }

  stat(path: string): FileStat | undefined {
    const entry = this.entries.get(normalizePath(path));
    if (entry === undefined) return undefined;
    const { content, owner, mode } = entry;
    if (content === undefined) return { kind: 'directory', size: 0, owner, mode };
    if (content instanceof Uint8Array) return { kind: 'file', size: content.length, owner, mode };
    const { size, sha256 } = content;
    return { kind: 'file', size, owner, mode, ...(sha256 === undefined ? {} : { sha256 }) };
  }

  read(path: string): Uint8Array | undefined {
    const content = this.entries.get(normalizePath(path))?.content;
    if (content === undefined || content instanceof Uint8Array) return content;
    let bytes = this.loaded.get(content);
    if (bytes === undefined) {
      bytes = content.load();
      this.loaded.set(content, bytes);
    }
    return bytes;
  }

  list(path: string): readonly string[] | undefined {
    const names = this.children.get(normalizePath(path));
    return names === undefined ? undefined : [...names].sort();
  }

  private link(path: string): void {
    const slash = path.lastIndexOf('/');
    const parent = path.slice(0, slash) || '/';
    if (!this.entries.has(parent)) this.addDirectory(parent);
    this.children.get(parent)?.add(path.slice(slash + 1));
  }
}
