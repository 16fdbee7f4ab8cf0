/**
 * A push parser for HTTP/1.1: bytes go in as TCP delivers them, heads and body pieces come out. Body bytes are
 * handed through as views of what came in; only heads are buffered, up to a limit.
 */
import { concatBytes, fromLatin1 } from '../../base/bytes.ts';
import { atLeast, itemAt } from '../../base/lists/list.ts';
import { unreachable } from '../../base/result.ts';
import type { DecodeError } from '../../base/result.ts';
import type { Message } from '../../base/sentence.ts';
import { httpField, httpFieldList } from './codec.ts';
import type { HttpField, HttpHead } from './codec.ts';
import { httpSyntaxMessage } from './messages.ts';

const LF = 0x0a;
const CR = 0x0d;

export interface HttpHandlers {
  /** A head is complete. The framing of its body is known by now. */
  onHead(head: HttpHead, framing: HttpFraming): void;
  /** A piece of the body, never empty, a view of the bytes that were pushed. */
  onBody(data: Uint8Array): void;
  /** The message is complete; the next one on the connection may follow. */
  onEnd(trailers: readonly HttpField[]): void;
}

/** How the end of a body is known (RFC 9112 §6.3). */
export type HttpFraming =
  | { readonly kind: 'none' }
  | { readonly kind: 'length'; readonly bytes: number }
  | { readonly kind: 'chunked' }
  | { readonly kind: 'close' };

/** Why the bytes are no HTTP message; `offset` counts from the start of the connection. */
export type HttpSyntaxError = DecodeError & { readonly message: Message };

export interface HttpParserOptions {
  readonly kind: 'request' | 'response';
  /** A longer head, chunk line or trailer is an error. Default 65536. */
  readonly maxHeadBytes?: number;
}

type State = 'head' | 'length' | 'close' | 'chunk-size' | 'chunk-data' | 'chunk-end' | 'trailers' | 'failed' | 'closed';

export class HttpParser {
  private readonly kind: 'request' | 'response';
  private readonly maxHeadBytes: number;
  private readonly handlers: HttpHandlers;
  private state: State = 'head';
  /** Pieces of a head or line that is not whole yet. */
  private pending: Uint8Array[] = [];
  private pendingBytes = 0;
  /** Body bytes that are still to come: of the body, or of the chunk. */
  private left = 0;
  private trailers: HttpField[] = [];
  /** Bytes taken so far, for the offset of an error. */
  private taken = 0;
  private failure: HttpSyntaxError | undefined;
  /** Of the requests whose responses are to come: those from `answered` on. */
  private methods: string[] = [];
  private answered = 0;

  constructor(options: HttpParserOptions, handlers: HttpHandlers) {
    this.kind = options.kind;
    this.maxHeadBytes = options.maxHeadBytes ?? 65536;
    this.handlers = handlers;
  }

  /** Tells a response parser which request comes next: the answer to HEAD has no body (RFC 9112 §6.3). */
  expectResponseTo(method: string): void {
    this.methods.push(method);
  }

  /** True between messages: a close here loses nothing. */
  get idle(): boolean {
    return this.state === 'head' && this.pendingBytes === 0;
  }

  /** Takes bytes; returns the error that ended parsing, if there is one. After it, nothing more is taken. */
  push(data: Uint8Array): HttpSyntaxError | undefined {
    let at = 0;
    while (at < data.length && this.failure === undefined && this.state !== 'closed') {
      const from = at;
      at = this.step(data, at);
      this.taken += at - from;
    }
    return this.failure;
  }

  /** The peer closed its side. It ends a close-delimited body, and cuts any other message short. */
  end(): HttpSyntaxError | undefined {
    if (this.state === 'close') this.finish();
    else if (!this.idle && this.state !== 'closed') {
      this.fail('truncated', httpSyntaxMessage('http.syntax.closed'), 'RFC 9112 §8');
    }
    if (this.failure === undefined) this.state = 'closed';
    return this.failure;
  }

  private step(data: Uint8Array, at: number): number {
    switch (this.state) {
      case 'head':
        return this.stepHead(data, at);
      case 'length':
      case 'chunk-data': {
        const next = Math.min(data.length, at + this.left);
        this.left -= next - at;
        this.handlers.onBody(data.subarray(at, next));
        if (this.left === 0) {
          if (this.state === 'length') this.finish();
          else this.state = 'chunk-end';
        }
        return next;
      }
      case 'close':
        this.handlers.onBody(at === 0 ? data : data.subarray(at));
        return data.length;
      case 'chunk-size':
      case 'chunk-end':
      case 'trailers':
        return this.stepLine(data, at, this.state);
      case 'failed':
      case 'closed':
        return data.length;
      default:
        return unreachable(this.state);
    }
  }

  /** Looks for the empty line that ends a head; what precedes it may have come in any number of pieces. */
  private stepHead(data: Uint8Array, start: number): number {
    let at = start;
    // RFC 9112 §2.2: empty lines before a start line are to be ignored.
    if (this.pendingBytes === 0) while (at < data.length && (data[at] === CR || data[at] === LF)) at++;
    if (at === data.length) return at;
    for (let lf = data.indexOf(LF, at); lf >= 0; lf = data.indexOf(LF, lf + 1)) {
      if (!this.endsHead(data, at, lf)) continue;
      const head = this.appended(data.subarray(at, lf + 1));
      if (head !== undefined) this.readHead(fromLatin1(head));
      return lf + 1;
    }
    this.keep(data.subarray(at));
    return data.length;
  }

  /** Whether the line feed at `lf` ends an empty line, with what is pending before `start`. */
  private endsHead(data: Uint8Array, start: number, lf: number): boolean {
    const before = (n: number): number | undefined =>
      lf - n >= start ? data[lf - n] : this.pendingByte(start - lf + n);
    const previous = before(1);
    return previous === LF || (previous === CR && before(2) === LF);
  }

  /** The n-th last pending byte, from 1. */
  private pendingByte(n: number): number | undefined {
    let back = n;
    for (let i = this.pending.length - 1; i >= 0; i--) {
      const piece = itemAt(this.pending, i);
      if (back <= piece.length) return piece[piece.length - back];
      back -= piece.length;
    }
    return undefined;
  }

  private stepLine(data: Uint8Array, at: number, state: 'chunk-size' | 'chunk-end' | 'trailers'): number {
    const lf = data.indexOf(LF, at);
    if (lf < 0) {
      this.keep(data.subarray(at));
      return data.length;
    }
    const bytes = this.appended(data.subarray(at, lf + 1));
    if (bytes !== undefined) this.readLine(fromLatin1(bytes).replace(/\r?\n$/, ''), state);
    return lf + 1;
  }

  private readLine(line: string, state: 'chunk-size' | 'chunk-end' | 'trailers'): void {
    switch (state) {
      case 'chunk-size': {
        // RFC 9112 §7.1.1: extensions behind a semicolon are to be ignored.
        const size = /^([0-9a-f]{1,13})[ \t]*(;|$)/i.exec(line);
        if (size === null)
          return this.fail('malformed', httpSyntaxMessage('http.syntax.chunk-size', { line }), 'RFC 9112 §7.1');
        this.left = Number.parseInt(itemAt(size, 1), 16);
        this.state = this.left === 0 ? 'trailers' : 'chunk-data';
        return undefined;
      }
      case 'chunk-end':
        if (line !== '') return this.fail('malformed', httpSyntaxMessage('http.syntax.chunk-end'), 'RFC 9112 §7.1');
        this.state = 'chunk-size';
        return undefined;
      case 'trailers': {
        if (line === '') return this.finish();
        const field = readField(line);
        if (field === undefined)
          return this.fail('malformed', httpSyntaxMessage('http.syntax.field', { line }), 'RFC 9112 §7.1.2');
        this.trailers.push(field);
        return undefined;
      }
      default:
        return unreachable(state);
    }
  }

  private keep(data: Uint8Array): void {
    this.pendingBytes += data.length;
    if (this.pendingBytes > this.maxHeadBytes) return this.tooLong();
    this.pending.push(data);
    return undefined;
  }

  /** The pending bytes with `data` behind them. */
  private appended(data: Uint8Array): Uint8Array | undefined {
    if (this.pendingBytes + data.length > this.maxHeadBytes) {
      this.tooLong();
      return undefined;
    }
    const whole = this.pendingBytes === 0 ? data : concatBytes([...this.pending, data]);
    this.pending = [];
    this.pendingBytes = 0;
    return whole;
  }

  private tooLong(): void {
    this.fail(
      'unsupported',
      httpSyntaxMessage('http.syntax.head-too-long', { bytes: this.maxHeadBytes }),
      'RFC 9110 §15.5.20',
    );
  }

  private readHead(text: string): void {
    const lines = text.replace(/(\r?\n){2}$/, '').split(/\r?\n/);
    const pieces: { readonly name: string; readonly values: string[] }[] = [];
    for (const line of lines.slice(1)) {
      const last = pieces.at(-1);
      // RFC 9112 §5.2: an obsolete line folding stands for spaces.
      if (/^[ \t]/.test(line) && last !== undefined) {
        last.values.push(line.trim());
        continue;
      }
      const field = readField(line);
      if (field === undefined)
        return this.fail('malformed', httpSyntaxMessage('http.syntax.field', { line }), 'RFC 9112 §5');
      pieces.push({ name: field.name, values: [field.value] });
    }
    const fields = pieces.map(({ name, values }): HttpField => {
      return { name, value: values.length === 1 ? itemAt(values, 0) : foldedValue(values) };
    });
    const firstLine = itemAt(lines, 0);
    const head = this.kind === 'request' ? readRequestLine(firstLine, fields) : readStatusLine(firstLine, fields);
    if (head === undefined) {
      const rule = this.kind === 'request' ? 'RFC 9112 §3' : 'RFC 9112 §4';
      return this.fail(
        'malformed',
        httpSyntaxMessage(this.kind === 'request' ? 'http.syntax.request-line' : 'http.syntax.status-line', {
          line: firstLine,
        }),
        rule,
      );
    }
    const framing = this.framing(head);
    if (framing === undefined) return undefined;
    this.trailers = [];
    this.left = framing.kind === 'length' ? framing.bytes : 0;
    const states = { none: 'head', length: 'length', chunked: 'chunk-size', close: 'close' } as const;
    this.state = states[framing.kind];
    this.handlers.onHead(head, framing);
    if (framing.kind === 'none' || (framing.kind === 'length' && framing.bytes === 0)) this.finish();
    return undefined;
  }

  /** RFC 9112 §6.3, its rules in order. Undefined after a failure. */
  private framing(head: HttpHead): HttpFraming | undefined {
    if (head.kind === 'response') {
      const interim = head.status >= 100 && head.status < 200;
      const method = interim ? undefined : this.nextMethod();
      if (interim || method === 'HEAD' || head.status === 204 || head.status === 304) return { kind: 'none' };
    }
    const codings = httpFieldList(head, 'Transfer-Encoding').map((coding) => coding.toLowerCase());
    if (codings.length > 0) {
      if (codings.at(-1) === 'chunked') return { kind: 'chunked' };
      if (head.kind === 'response') return { kind: 'close' };
      this.fail('malformed', httpSyntaxMessage('http.syntax.no-length'), 'RFC 9112 §6.3');
      return undefined;
    }
    const lengths = new Set(httpFieldList(head, 'Content-Length'));
    const [length] = lengths;
    if (length !== undefined) {
      if (lengths.size > 1 || !/^\d{1,15}$/.test(length)) {
        this.fail(
          'malformed',
          httpSyntaxMessage('http.syntax.content-length', { value: httpField(head, 'Content-Length') ?? '' }),
          'RFC 9112 §6.3',
        );
        return undefined;
      }
      return { kind: 'length', bytes: Number(length) };
    }
    return head.kind === 'request' ? { kind: 'none' } : { kind: 'close' };
  }

  /** The method of the request that the next response answers. */
  private nextMethod(): string | undefined {
    const method = this.methods.at(this.answered);
    if (++this.answered >= this.methods.length) {
      this.methods = [];
      this.answered = 0;
    }
    return method;
  }

  private finish(): void {
    this.state = 'head';
    this.handlers.onEnd(this.trailers);
  }

  private fail(code: DecodeError['code'], message: Message, rule: string): void {
    this.state = 'failed';
    this.failure = { code, offset: this.taken, message, rule };
  }
}

/** The lines of a folded field, with one space between them. */
function foldedValue(values: readonly string[]): string {
  return values
    .filter((value) => value !== '')
    .join(' ')
    .trim();
}

/** RFC 9112 §5: no white space between name and colon. */
function readField(line: string): HttpField | undefined {
  const name = /^([!#$%&'*+\-.^_`|~0-9A-Za-z]+):/.exec(line);
  if (name === null) return undefined;
  const value = trimBlanks(line.slice(name[0].length));
  return /[\r\0]/.test(value) ? undefined : { name: itemAt(name, 1), value };
}

function trimBlanks(text: string): string {
  const isBlank = (at: number): boolean => text[at] === ' ' || text[at] === '\t';
  let start = 0;
  let end = text.length;
  while (start < end && isBlank(start)) start++;
  while (end > start && isBlank(end - 1)) end--;
  return text.slice(start, end);
}

function readRequestLine(line: string, fields: readonly HttpField[]): HttpHead | undefined {
  // RFC 9112 §3: also with other white space and a bare CR this stays unread; the target has no blank.
  const parts = /^([!#$%&'*+\-.^_`|~0-9A-Za-z]+) ([^\s]+) (HTTP\/\d\.\d)$/.exec(line);
  if (parts === null) return undefined;
  const [, method, target, version] = atLeast(parts, 4);
  return { kind: 'request', method, target, version, fields };
}

function readStatusLine(line: string, fields: readonly HttpField[]): HttpHead | undefined {
  // RFC 9112 §4: the reason may be empty, and some servers leave out the space before it.
  const parts = /^(HTTP\/\d\.\d) (\d{3})(?: ([^\r\0]*))?$/.exec(line);
  if (parts === null) return undefined;
  return { kind: 'response', version: itemAt(parts, 1), status: Number(parts[2]), reason: parts[3] ?? '', fields };
}
