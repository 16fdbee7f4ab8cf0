/** How far an HTTP message goes in bytes that hold at least its beginning (RFC 9112 §6.3). For the dissection. */
import { fromLatin1 } from '../../base/bytes.ts';
import type { HttpFraming } from './parser.ts';

const LF = 0x0a;
const CR = 0x0d;
const MAX_HEAD_BYTES = 65536;
const MAX_METHOD_BYTES = 20;

/** Whether bytes may begin a message: `HTTP/`, or a method in capitals and a space. */
export function looksLikeHttp(bytes: Uint8Array, start: number, end: number): boolean {
  const sample = fromLatin1(bytes, start, Math.min(end, start + MAX_METHOD_BYTES));
  return /^(H|HT|HTT|HTTP|HTTP\/.*|[A-Z-]{3,19} .*|[A-Z-]{1,19})$/s.test(sample);
}

/** Offset behind the empty line, undefined when it is not there. */
export function headEnd(bytes: Uint8Array, start: number, end: number): number | undefined {
  const stop = Math.min(end, start + MAX_HEAD_BYTES);
  for (let lf = bytes.indexOf(LF, start); lf >= 0 && lf < stop; lf = bytes.indexOf(LF, lf + 1)) {
    const next = bytes[lf + 1] === CR ? lf + 2 : lf + 1;
    if (next < stop && bytes[next] === LF) return next + 1;
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
export function headLines(bytes: Uint8Array, start: number, end: number): readonly HeadLine[] {
  const lines: HeadLine[] = [];
  let at = start;
  while (at < end) {
    const lf = bytes.indexOf(LF, at);
    const next = lf < 0 || lf >= end ? end : lf + 1;
    lines.push({ at, end: next, text: fromLatin1(bytes, at, next).replace(/\r?\n$/, '') });
    at = next;
  }
  return lines;
}

/** How the body of a message ends. `requestMethod` is that of the request that a response answers. */
export function framingOf(lines: readonly HeadLine[], requestMethod: string | undefined): HttpFraming {
  const first = lines[0]?.text ?? '';
  const isResponse = first.startsWith('HTTP/');
  const code = isResponse ? Number(first.slice(9, 12)) : 0;
  if (isResponse && (requestMethod === 'HEAD' || code < 200 || code === 204 || code === 304)) return { kind: 'none' };
  let length: number | undefined;
  for (const { text } of lines) {
    const parts = /^(transfer-encoding|content-length):\s*(.*?)\s*$/i.exec(text);
    if (parts === null) continue;
    if (parts[1].toLowerCase() === 'transfer-encoding' && /chunked$/i.test(parts[2])) return { kind: 'chunked' };
    if (/^\d{1,15}$/.test(parts[2])) length = Number(parts[2]);
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

/** The chunks that are whole (RFC 9112 §7.1). A malformed size ends the body there. */
export function readChunks(bytes: Uint8Array, start: number, end: number): Chunks {
  const list: Chunk[] = [];
  let at = start;
  for (;;) {
    const lf = bytes.indexOf(LF, at);
    if (lf < 0 || lf >= end) return { list, end: undefined };
    const size = /^([0-9a-f]{1,8})[ \t]*(?:;|\r?$)/i.exec(fromLatin1(bytes, at, lf));
    if (size === null) return { list, end: at };
    const chunk = { at, dataAt: lf + 1, size: Number.parseInt(size[1], 16) };
    if (chunk.size === 0) {
      list.push({ ...chunk, end: lf + 1 });
      return { list, end: trailersEnd(bytes, lf + 1, end) };
    }
    const dataEnd = lf + 1 + chunk.size;
    const boundary = bytes[dataEnd] === CR ? dataEnd + 2 : dataEnd + 1;
    if (boundary > end) return { list, end: undefined };
    list.push({ ...chunk, end: boundary });
    at = boundary;
  }
}

function trailersEnd(bytes: Uint8Array, start: number, end: number): number | undefined {
  let at = start;
  for (;;) {
    const lf = bytes.indexOf(LF, at);
    if (lf < 0 || lf >= end) return undefined;
    if (lf === at || (lf === at + 1 && bytes[at] === CR)) return lf + 1;
    at = lf + 1;
  }
}
