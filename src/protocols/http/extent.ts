/** How far an HTTP message goes in bytes that hold at least its beginning (RFC 9112 §6.3). For the dissection. */
import { fromLatin1 } from '../../base/bytes.ts';
import { itemAt } from '../../base/lists/list.ts';
import type { HttpFraming } from './parser.ts';

const LF = 0x0a;
const CR = 0x0d;
const MAX_HEAD_BYTES = 65536;
const MAX_METHOD_BYTES = 20;
const CODING_CHARS = 'transfer-encoding:'.length;

/** Whether bytes may begin a message: `HTTP/`, or a method in capitals and a space. */
export function looksLikeHttp(bytes: Uint8Array, start: number, end: number): boolean {
  const sample = fromLatin1(bytes, start, Math.min(end, start + MAX_METHOD_BYTES));
  return /^(H|HT|HTT|HTTP|HTTP\/.*|[A-Z-]{3,19} .*|[A-Z-]{1,19})$/s.test(sample);
}

/**
 * Offset behind the empty line of a head that begins at `start`, undefined when it is not there. It is looked for from
 * `from` on.
 */
function headEnd(bytes: Uint8Array, start: number, end: number, from: number): number | undefined {
  const head = bytes.subarray(0, Math.min(end, start + MAX_HEAD_BYTES));
  for (let lf = head.indexOf(LF, from); lf >= 0; lf = head.indexOf(LF, lf + 1)) {
    const next = head[lf + 1] === CR ? lf + 2 : lf + 1;
    if (head[next] === LF) return next + 1;
  }
  return undefined;
}

export interface HeadLine {
  readonly at: number;
  /** Behind the line's end characters. */
  readonly end: number;
  /** Without them. */
  readonly text: string;
}

/** The lines of `[start, end)`; a last one without line end counts too. */
export function headLines(whole: Uint8Array, start: number, end: number): readonly HeadLine[] {
  const bytes = whole.subarray(0, end);
  const lines: HeadLine[] = [];
  let at = start;
  while (at < end) {
    const lf = bytes.indexOf(LF, at);
    const next = lf < 0 ? end : lf + 1;
    lines.push({ at, end: next, text: fromLatin1(bytes, at, next).replace(/\r?\n$/, '') });
    at = next;
  }
  return lines;
}

/** How the body of a message ends. `requestMethod` is that of the request that a response answers. */
function framingOf(lines: readonly HeadLine[], requestMethod: string | undefined): HttpFraming {
  const first = lines[0]?.text ?? '';
  const isResponse = first.startsWith('HTTP/');
  const code = isResponse ? Number(first.slice(9, 12)) : 0;
  if (isResponse && (requestMethod === 'HEAD' || code < 200 || code === 204 || code === 304)) return { kind: 'none' };
  let length: number | undefined;
  for (const { text } of lines) {
    const name = /^(?:transfer-encoding|content-length):/i.exec(text);
    if (name === null) continue;
    const value = text.slice(name[0].length).trim();
    if (value.includes('\r')) continue;
    if (name[0].length === CODING_CHARS && /chunked$/i.test(value)) return { kind: 'chunked' };
    if (/^\d{1,15}$/.test(value)) length = Number(value);
  }
  if (length !== undefined) return { kind: 'length', bytes: length };
  return isResponse ? { kind: 'close' } : { kind: 'none' };
}

export interface Chunk {
  /** Offset of the size line. */
  readonly at: number;
  /** Offset of the data, behind the size line. */
  readonly dataAt: number;
  readonly size: number;
  /** Behind the line end that follows the data; for the last chunk, behind its size line. */
  readonly end: number;
}

export interface Chunks {
  readonly list: readonly Chunk[];
  /** Behind the trailers' empty line; undefined while the body is not whole. */
  readonly end: number | undefined;
}

/** Reads the chunks of a body (RFC 9112 §7.1), going on where it stopped when more bytes have come. */
class ChunkReader {
  private readonly list: Chunk[] = [];
  /** Of the size line or trailer that comes next. */
  private at: number;
  /** No line feed stands between `at` and here. */
  private searched: number;
  private inTrailers = false;
  /** The chunk whose data are not all there. */
  private open: Pick<Chunk, 'dataAt' | 'size'> | undefined;
  private end: number | undefined;

  constructor(start: number) {
    this.at = start;
    this.searched = start;
  }

  /** The chunks that are whole. A malformed size ends the body there. */
  read(whole: Uint8Array, end: number): Chunks {
    const bytes = whole.subarray(0, end);
    while (this.end === undefined) {
      if (this.open !== undefined) {
        if (!this.data(bytes, this.open)) break;
        continue;
      }
      const lf = bytes.indexOf(LF, this.searched);
      if (lf < 0) {
        this.searched = Math.max(this.searched, end);
        break;
      }
      if (this.inTrailers) this.trailer(bytes, lf);
      else this.sizeLine(bytes, lf);
    }
    return { list: this.list, end: this.end };
  }

  private trailer(bytes: Uint8Array, lf: number): void {
    if (lf === this.at || (lf === this.at + 1 && bytes[this.at] === CR)) this.end = lf + 1;
    this.goTo(lf + 1);
  }

  private sizeLine(bytes: Uint8Array, lf: number): void {
    const { at } = this;
    const digits = /^([0-9a-f]{1,8})[ \t]*(?:;|\r?$)/i.exec(fromLatin1(bytes, at, lf));
    if (digits === null) {
      this.end = at;
      return;
    }
    const size = Number.parseInt(itemAt(digits, 1), 16);
    const dataAt = lf + 1;
    if (size > 0) {
      this.open = { dataAt, size };
      return;
    }
    this.list.push({ at, dataAt, size, end: dataAt });
    this.inTrailers = true;
    this.goTo(dataAt);
  }

  /** False when the data are not all there yet. */
  private data(bytes: Uint8Array, { dataAt, size }: Pick<Chunk, 'dataAt' | 'size'>): boolean {
    const dataEnd = dataAt + size;
    const boundary = bytes[dataEnd] === CR ? dataEnd + 2 : dataEnd + 1;
    if (boundary > bytes.length) return false;
    this.list.push({ at: this.at, dataAt, size, end: boundary });
    this.open = undefined;
    this.goTo(boundary);
    return true;
  }

  private goTo(at: number): void {
    this.at = at;
    this.searched = at;
  }
}

/** Where a message lies, as far as it is there. */
export interface Extent {
  readonly lines: readonly HeadLine[];
  /** Behind the head. */
  readonly bodyAt: number;
  readonly framing: HttpFraming;
  /** Of a chunked body. */
  readonly chunks: Chunks | undefined;
}

/** Reads one message, again and again as its bytes come in, without starting over each time. */
export class ExtentReader {
  private readonly start: number;
  private searched: number;
  private bodyAt: number | undefined;
  private lines: readonly HeadLine[] = [];
  private framed: { readonly method: string | undefined; readonly framing: HttpFraming } | undefined;
  private chunks: ChunkReader | undefined;

  constructor(start: number) {
    this.start = start;
    this.searched = start;
  }

  /**
   * `bytes` are those of the last call and more. Undefined while the head is not whole, unless these are all the bytes
   * that there will be. `requestMethod` is asked for when it is.
   */
  read(bytes: Uint8Array, end: number, isAll: boolean, requestMethod: () => string | undefined): Extent | undefined {
    if (this.bodyAt === undefined) {
      const found = headEnd(bytes, this.start, end, this.searched);
      // The empty line may be cut in its middle.
      this.searched = Math.max(this.start, end - 2);
      if (found === undefined && !isAll) return undefined;
      const bodyAt = found ?? end;
      this.lines = headLines(bytes, this.start, bodyAt);
      if (found !== undefined) this.bodyAt = found;
    }
    const bodyAt = this.bodyAt ?? end;
    const method = requestMethod();
    if (this.bodyAt === undefined || this.framed?.method !== method) this.framed = undefined;
    this.framed ??= { method, framing: framingOf(this.lines, method) };
    const { framing } = this.framed;
    if (framing.kind === 'chunked') this.chunks ??= new ChunkReader(bodyAt);
    const chunks = framing.kind === 'chunked' ? this.chunks?.read(bytes, end) : undefined;
    return { lines: this.lines, bodyAt, framing, chunks };
  }
}
