/**
 * An HTTP/1.1 server (RFC 9110, RFC 9112) over the virtual files: keep-alive, ranges, conditional requests, an index
 * for directories. Each request and its query are told, because scripts use them to report: `chain http://.../?mac=...`.
 */
import type { Clock } from '../../base/time/clock.ts';
import { NS_PER_MS } from '../../base/time/clock.ts';
import { concatBytes, fromLatin1 } from '../../base/bytes.ts';
import type { EventSink } from '../../base/event-log.ts';
import type { TcpConnection } from '../../net/host/types.ts';
import {
  encodeHttpChunk,
  encodeHttpHead,
  httpReason,
  keepsAlive,
  lastHttpChunk,
  type HttpField,
  type HttpRequest,
} from '../../protocols/http/codec.ts';
import { HttpParser } from '../../protocols/http/parser.ts';
import type { FileTree } from '../files/file-tree.ts';
import { formatIpv4 } from '../../base/address.ts';
import { LAB_EPOCH_MS } from '../../base/time/calendar.ts';
import { answer, type HttpAnswer } from './answer.ts';
import { bytesSource, sendBody } from '../files/body-sender.ts';
import { reportClosed } from '../files/messages.ts';
import { rateLimit, type RateLimit } from '../files/rate-limit.ts';
import { TcpSender } from '../files/tcp-sender.ts';
import { TransferReport } from '../files/transfer-report.ts';
import { HttpGate, type HttpAuthRule, type HttpRedirect } from './gate.ts';
import { httpMessage } from './messages.ts';
import { ocspHttpAnswer, ocspQuestion, type LabResponder } from './ocsp.ts';
import { verbatim, type Message } from '../../base/sentence.ts';

export interface HttpServerOptions {
  readonly clock: Clock;
  readonly log: EventSink;
  readonly files: FileTree;
  /** Folder of the files that `/` stands for. */
  readonly root: string;
  readonly auth?: readonly HttpAuthRule[];
  readonly redirects?: readonly HttpRedirect[];
  /** A path at which questions about certificates are answered. */
  readonly ocsp?: { readonly path: string; readonly responder: LabResponder };
  /** Sends bodies in chunks, without their length (RFC 9112 §7.1), to clients that speak HTTP/1.1. */
  readonly chunked?: boolean;
  /** All bodies together go out no faster. */
  readonly bytesPerSecond?: number | undefined;
  /** Closes the connection after so many bytes of a file. */
  readonly closeAfterBytes?: number | undefined;
  /** Milliseconds since 1970 at virtual time zero, for Date and Last-Modified. */
  readonly epochMs?: number;
}

/** A posted body longer than this is refused. */
const MAX_FORM_BYTES = 1024 * 1024;

export class HttpServer {
  private readonly options: HttpServerOptions;
  private readonly gate: HttpGate;
  private readonly rate: RateLimit | undefined;

  constructor(options: HttpServerOptions) {
    this.options = options;
    this.rate = rateLimit(options.clock, options.bytesPerSecond);
    this.gate = new HttpGate(options.clock, options.auth ?? [], options.redirects ?? []);
  }

  /** Serves a connection until either side closes it. */
  accept(connection: TcpConnection): void {
    new Session(connection, this.options, this.gate, this.rate).start();
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
  private readonly gate: HttpGate;
  private readonly rate: RateLimit | undefined;
  private readonly sender: TcpSender;
  private readonly waiting: Pending[] = [];
  private reading: Pending | undefined;
  private isSending = false;
  private report: TransferReport | undefined;
  private closing = false;

  constructor(connection: TcpConnection, options: HttpServerOptions, gate: HttpGate, rate: RateLimit | undefined) {
    this.connection = connection;
    this.options = options;
    this.gate = gate;
    this.rate = rate;
    this.sender = new TcpSender(connection);
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
    connection.onEnd = () => {
      this.closing = true;
      if (!this.isSending) this.sender.end();
    };
    connection.onClose = () => {
      this.closing = true;
      this.sender.clear();
      if (this.isSending) this.report?.failed();
    };
  }

  private refuse(reason: Message, rule: string | undefined): void {
    this.closing = true;
    const { log } = this.options;
    log.emit(
      {
        kind: 'server',
        service: 'http',
        code: 'http.bad-request',
        severity: 'warn',
        ...httpMessage('http.bad-request', { reason }),
        lines: [],
      },
      rule === undefined ? {} : { rule },
    );
    this.send({ status: 400, fields: [], body: new Uint8Array(0), path: '' }, undefined, true);
  }

  private next(): void {
    if (this.isSending || this.closing) return;
    const pending = this.waiting.shift();
    if (pending === undefined) return;
    const { request } = pending;
    const reply =
      pending.bodyBytes > MAX_FORM_BYTES
        ? { status: 413, fields: [], body: new Uint8Array(0), path: '' }
        : (this.askResponder(pending) ??
          this.gate.check(request) ??
          answer(request, this.options.files, this.options.root, this.options.epochMs ?? LAB_EPOCH_MS));
    this.logRequest(pending, reply);
    this.send(reply, request, !keepsAlive(request));
  }

  private askResponder({ request, body }: Pending): HttpAnswer | undefined {
    const { ocsp, log } = this.options;
    const question = ocsp && ocspQuestion(request, concatBytes(body), ocsp.path);
    if (ocsp === undefined || question === undefined) return undefined;
    const verdict = ocsp.responder.answer(question);
    const { name = '-', status } = verdict;
    const client = formatIpv4(this.connection.remote.address);
    log.emit({
      kind: 'server',
      service: 'http',
      code: `ocsp.${status}`,
      severity: 'info',
      ...httpMessage(`ocsp.${status}`, { client, name }),
      lines: [],
    });
    return ocspHttpAnswer(verdict, ocsp.path);
  }

  private logRequest({ request, body }: Pending, reply: HttpAnswer): void {
    const query = splitOnce(request.target, '?')[1] ?? '';
    const field = (name: string): string =>
      request.fields.find((known) => known.name.toLowerCase() === name)?.value ?? '';
    const client = formatIpv4(this.connection.remote.address);
    const form = field('content-type').startsWith('application/x-www-form-urlencoded')
      ? parseQuery(fromLatin1(concatBytes(body)))
      : [];
    this.options.log.emit({
      kind: 'server',
      service: 'http',
      code: `http.${reply.status}`,
      severity: reply.status >= 400 ? 'warn' : 'info',
      ...verbatim(
        `${client} "${request.method} ${request.target} ${request.version}" ${reply.status} ${reply.body.length}`,
      ),
      lines: [],
      request: {
        client,
        method: request.method,
        target: request.target,
        query: parseQuery(query),
        form,
        userAgent: field('user-agent'),
        status: reply.status,
        bytes: reply.body.length,
      },
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
    const isChunked = this.options.chunked === true && request?.version === 'HTTP/1.1' && reply.body.length > 0;
    if (isChunked) fields.push({ name: 'Transfer-Encoding', value: 'chunked' });
    else if (reply.status !== 304) fields.push({ name: 'Content-Length', value: String(reply.body.length) });
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
    this.isSending = true;
    this.report = report;
    this.sender.send(head);
    const end = (): void => {
      this.report = undefined;
      this.isSending = false;
      if (close || this.closing) this.sender.end();
      else this.next();
    };
    if (bodyless) {
      this.sender.send(new Uint8Array(0), undefined, end);
      return;
    }
    this.sendBody(
      reply,
      isChunked,
      (taken) => report?.advance(taken),
      () => {
        report?.done();
        end();
      },
    );
  }

  private sendBody(reply: HttpAnswer, isChunked: boolean, onTaken: (bytes: number) => void, onDone: () => void): void {
    const { sender, rate } = this;
    const { clock, log, closeAfterBytes } = this.options;
    const source = reply.from?.file ?? bytesSource(reply.body);
    const start = reply.from?.start ?? 0;
    const chunks: Pick<TcpSender, 'send'> = {
      send: (piece, taken, done) =>
        sender.send(encodeHttpChunk(piece), undefined, () => {
          taken?.(piece.length);
          done?.();
        }),
    };
    sendBody(
      clock,
      isChunked ? chunks : sender,
      source,
      [start, start + reply.body.length],
      {
        rate,
        closeAfterBytes: reply.from === undefined ? undefined : closeAfterBytes,
        isInPieces: isChunked,
      },
      {
        onTaken,
        onDone: () => {
          if (isChunked) sender.send(lastHttpChunk(), undefined, onDone);
          else onDone();
        },
        onCut: () => {
          this.report?.failed();
          this.closing = true;
          const client = formatIpv4(this.connection.remote.address);
          if (closeAfterBytes !== undefined) reportClosed(log, client, reply.path, closeAfterBytes);
          sender.end();
        },
      },
    );
  }
}

function splitOnce(text: string, separator: string): [string, string | undefined] {
  const at = text.indexOf(separator);
  return at < 0 ? [text, undefined] : [text.slice(0, at), text.slice(at + 1)];
}

/** `application/x-www-form-urlencoded`, also in queries. What cannot be decoded is kept unchanged. */
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
