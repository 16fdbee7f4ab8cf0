/**
 * An HTTP/1.1 server (RFC 9110, RFC 9112) over the virtual files: keep-alive, ranges, conditional requests, an index
 * for directories. Each request and its query are told, because scripts use them to report: `chain http://.../?mac=...`.
 */
import type { Clock } from '../../base/clock.ts';
import { NS_PER_MS } from '../../base/clock.ts';
import { concatBytes, fromLatin1 } from '../../base/bytes.ts';
import type { EventSink } from '../../base/event-log.ts';
import type { TcpConnection } from '../../net/host/types.ts';
import {
  encodeHttpHead,
  httpReason,
  keepsAlive,
  type HttpField,
  type HttpRequest,
} from '../../protocols/http/codec.ts';
import { HttpParser } from '../../protocols/http/parser.ts';
import type { FileTree } from '../files/file-tree.ts';
import { formatIpv4 } from '../../base/address.ts';
import { answer, type HttpAnswer } from './answer.ts';
import { TransferReport } from '../files/transfer-report.ts';

/** What a client asked, for people and for lessons that wait for it. */
export interface HttpRequestRecord {
  readonly timeNs: number;
  readonly client: string;
  readonly method: string;
  readonly path: string;
  readonly query: readonly (readonly [name: string, value: string])[];
  /** Fields of a form that was posted. */
  readonly form: readonly (readonly [name: string, value: string])[];
  readonly userAgent: string;
  readonly status: number;
}

export interface HttpServerOptions {
  readonly clock: Clock;
  readonly log: EventSink;
  readonly files: FileTree;
  /** Folder of the files that `/` stands for. */
  readonly root: string;
  /** Milliseconds since 1970 at virtual time zero, for Date and Last-Modified. */
  readonly epochMs?: number;
}

/** 2026-01-01 00:00:00 UTC: a lab has no date of its own, and one that moved would change every run. */
export const LAB_EPOCH_MS = 1_767_225_600_000;
/** A posted body longer than this is refused. */
const MAX_FORM_BYTES = 1024 * 1024;

export class HttpServer {
  readonly requests: HttpRequestRecord[] = [];
  private readonly options: HttpServerOptions;

  constructor(options: HttpServerOptions) {
    this.options = options;
  }

  /** Serves a connection until either side closes it. */
  accept(connection: TcpConnection): void {
    const session = new Session(connection, this.options, (record) => this.requests.push(record));
    session.start();
  }
}

interface Pending {
  readonly request: HttpRequest;
  readonly body: Uint8Array[];
  bodyBytes: number;
}

/** One connection: requests are answered in the order in which they came (RFC 9112 §9.3.2). */
class Session {
  private readonly connection: TcpConnection;
  private readonly options: HttpServerOptions;
  private readonly record: (record: HttpRequestRecord) => void;
  private readonly waiting: Pending[] = [];
  private reading: Pending | undefined;
  private sending:
    | { readonly parts: Uint8Array[]; readonly close: boolean; readonly report?: TransferReport }
    | undefined;
  private closing = false;

  constructor(connection: TcpConnection, options: HttpServerOptions, record: (record: HttpRequestRecord) => void) {
    this.connection = connection;
    this.options = options;
    this.record = record;
  }

  start(): void {
    const { connection } = this;
    const parser = new HttpParser(
      { kind: 'request' },
      {
        onHead: (head) => {
          if (head.kind === 'request') this.reading = { request: head, body: [], bodyBytes: 0 };
        },
        onBody: (data) => {
          if (this.reading === undefined) return;
          this.reading.bodyBytes += data.length;
          if (this.reading.bodyBytes <= MAX_FORM_BYTES) this.reading.body.push(data.slice());
        },
        onEnd: () => {
          if (this.reading !== undefined) this.waiting.push(this.reading);
          this.reading = undefined;
          this.next();
        },
      },
    );
    connection.onData = (data) => {
      const failure = parser.push(data);
      if (failure !== undefined && !this.closing) this.refuse(failure.message, failure.rule);
    };
    connection.onDrain = () => this.pump();
    connection.onEnd = () => {
      this.closing = true;
      if (this.sending === undefined) connection.end();
    };
    connection.onClose = (error) => {
      if (error !== undefined) this.sending?.report?.failed();
      this.sending = undefined;
    };
  }

  private refuse(message: string, rule: string | undefined): void {
    this.closing = true;
    const { log } = this.options;
    log.emit(
      { kind: 'server', service: 'http', code: 'http.bad-request', severity: 'warn', text: message, lines: [] },
      rule === undefined ? {} : { rule },
    );
    this.send({ status: 400, fields: [], body: new Uint8Array(0), path: '' }, undefined, true);
  }

  private next(): void {
    if (this.sending !== undefined || this.closing) return;
    const pending = this.waiting.shift();
    if (pending === undefined) return;
    const { request } = pending;
    const reply =
      pending.bodyBytes > MAX_FORM_BYTES
        ? { status: 413, fields: [], body: new Uint8Array(0), path: '' }
        : answer(request, this.options.files, this.options.root, this.options.epochMs ?? LAB_EPOCH_MS);
    this.tell(pending, reply);
    this.send(reply, request, !keepsAlive(request));
  }

  private tell({ request, body }: Pending, reply: HttpAnswer): void {
    const { clock, log } = this.options;
    const [path, query = ''] = splitOnce(request.target, '?');
    const field = (name: string): string =>
      request.fields.find((known) => known.name.toLowerCase() === name)?.value ?? '';
    const client = formatIpv4(this.connection.remote.address);
    const form = field('content-type').startsWith('application/x-www-form-urlencoded')
      ? parseQuery(fromLatin1(concatBytes(body)))
      : [];
    this.record({
      timeNs: clock.nowNs,
      client,
      method: request.method,
      path,
      query: parseQuery(query),
      form,
      userAgent: field('user-agent'),
      status: reply.status,
    });
    log.emit({
      kind: 'server',
      service: 'http',
      code: `http.${reply.status}`,
      severity: reply.status >= 400 ? 'warn' : 'info',
      text: `${client} "${request.method} ${request.target} ${request.version}" ${reply.status} ${reply.body.length}`,
      lines: [],
    });
  }

  private send(reply: HttpAnswer, request: HttpRequest | undefined, close: boolean): void {
    const { clock, log, epochMs } = this.options;
    const date = new Date((epochMs ?? LAB_EPOCH_MS) + Math.floor(clock.nowNs / NS_PER_MS));
    const fields: HttpField[] = [
      { name: 'Date', value: date.toUTCString() },
      { name: 'Server', value: 'netboot-lab' },
      ...reply.fields,
    ];
    // RFC 9110 §8.6: no Content-Length in a 304 unless it is that of the 200.
    if (reply.status !== 304) fields.push({ name: 'Content-Length', value: String(reply.body.length) });
    fields.push({ name: 'Connection', value: close ? 'close' : 'keep-alive' });
    const head = encodeHttpHead({
      kind: 'response',
      version: 'HTTP/1.1',
      status: reply.status,
      reason: httpReason(reply.status),
      fields,
    });
    const bodyless = request?.method === 'HEAD' || reply.status === 304;
    const report =
      !bodyless && (reply.status === 200 || reply.status === 206) && reply.body.length > 0
        ? new TransferReport(log, {
            protocol: 'http',
            id: `${formatIpv4(this.connection.remote.address)}:${this.connection.remote.port}`,
            name: reply.path,
            totalBytes: reply.body.length,
          })
        : undefined;
    this.sending = {
      parts: bodyless ? [head] : [head, reply.body],
      close,
      ...(report === undefined ? {} : { report }),
    };
    this.pump();
  }

  private pump(): void {
    const { sending, connection } = this;
    if (sending === undefined) return;
    while (sending.parts.length > 0) {
      const [part] = sending.parts;
      const taken = part.length === 0 ? 0 : connection.write(part);
      if (sending.parts.length === 1) sending.report?.advance(taken);
      if (taken < part.length) {
        sending.parts[0] = part.subarray(taken);
        return;
      }
      sending.parts.shift();
    }
    sending.report?.done();
    this.sending = undefined;
    if (sending.close || this.closing) connection.end();
    else this.next();
  }
}

function splitOnce(text: string, separator: string): [string, string | undefined] {
  const at = text.indexOf(separator);
  return at < 0 ? [text, undefined] : [text.slice(0, at), text.slice(at + 1)];
}

/** `application/x-www-form-urlencoded`, also in queries. What cannot be decoded is kept as it stands. */
export function parseQuery(query: string): readonly (readonly [string, string])[] {
  const decode = (text: string): string => {
    try {
      return decodeURIComponent(text.replace(/\+/g, ' '));
    } catch {
      return text;
    }
  };
  return query
    .split('&')
    .filter((part) => part !== '')
    .map((part) => {
      const [name, value = ''] = splitOnce(part, '=');
      return [decode(name), decode(value)] as const;
    });
}
