/**
 * The HTTP/1.1 client: one idle connection a server is kept, bodies by length, in chunks or up to the close,
 * redirections, Basic and Digest authentication after a 401, POST by parameter lists, Range for block reads.
 */
import { latin1, concatBytes } from '../../../../base/bytes.ts';
import { NS_PER_S, type Timer } from '../../../../base/time/clock.ts';
import { err, ok } from '../../../../base/result.ts';
import { sleep, type Task } from '../../../../base/time/task.ts';
import {
  encodeHttpHead,
  httpField,
  HTTP_PORT,
  keepsAlive,
  type HttpField,
  type HttpResponse,
} from '../../../../protocols/http/codec.ts';
import { HTTPS_PORT } from '../../../../protocols/tls/fields.ts';
import { HttpParser, type HttpFraming } from '../../../../protocols/http/parser.ts';
import { Err, OK, type Status } from '../../errors.ts';
import type { Ipxe } from '../../ipxe.ts';
import { uriEncode, type Outcome } from '../../settings/types.ts';
import { resolveHost } from '../../net/dns.ts';
import { authorization } from './auth.ts';
import type { Progress } from '../../net/transfer/job.ts';
import type { ParameterList } from '../../net/transfer/params.ts';
import { connect, tcpStatus, TcpStream, type ByteStream } from '../../net/transfer/tcp-stream.ts';
import { TlsStream, type TlsSessions } from '../../net/transfer/tls-stream.ts';
import { Collector } from '../collector.ts';
import type { Fetched } from '../scheme.ts';
import { asWritten, parseUri, resolveUri, type Uri } from '../../net/transfer/uri.ts';

const MAX_REDIRECTS = 20;
const MAX_RETRIES = 8;
/** An idle connection is kept so long for another request. */
const IDLE_NS = 10 * NS_PER_S;

export interface HttpRange {
  readonly first: number;
  readonly last: number;
}

export interface HttpAnswer {
  readonly head: HttpResponse;
  readonly body: Uint8Array;
}

interface Request {
  readonly method: string;
  readonly uri: Uri;
  readonly extra: readonly HttpField[];
  readonly body: Uint8Array | undefined;
}

/** `/path?query` as it goes on the request line. */
export function requestTarget(uri: Uri): string {
  const path = uri.path === undefined || uri.path === '' ? '/' : asWritten(uri.path);
  return uri.query === undefined ? path : `${path}?${asWritten(uri.query)}`;
}

export class HttpClient {
  private readonly ipxe: Ipxe;
  private readonly sessions: TlsSessions = new Map();
  /** Connections that wait for another request, by scheme, host and port. */
  private readonly idle = new Map<string, { readonly stream: ByteStream; readonly expiry: Timer }>();

  constructor(ipxe: Ipxe) {
    this.ipxe = ipxe;
  }

  /** Downloads a URI. A parameter list that it names is used up. */
  *get(uri: Uri, progress: Progress): Task<Outcome<Fetched>> {
    let target = uri;
    let { method, extra, body } = this.claimParams(uri);
    let auth: string | undefined;
    for (let round = 0; round < MAX_REDIRECTS; round++) {
      const headers = auth === undefined ? extra : [{ name: 'Authorization', value: auth }, ...extra];
      const answer = yield* this.request({ method, uri: target, extra: headers, body }, progress);
      if (!answer.ok) return answer;
      const { head } = answer.value;
      const location = httpField(head, 'Location');
      if (head.status >= 300 && head.status < 400 && location !== undefined) {
        target = resolveUri(target, parseUri(location));
        const speaks = this.ipxe.transfers.check(target);
        if (!speaks.ok || !isHttp(target)) return err(Err.unsupportedScheme);
        if (head.status === 303) {
          method = 'GET';
          body = undefined;
          extra = [];
        }
        auth = undefined;
        continue;
      }
      if (head.status === 401 && auth === undefined) {
        const challenge = { method, target: requestTarget(target), head };
        const answered = authorization(this.ipxe, target, challenge);
        if (!answered.ok) return answered;
        auth = answered.value;
        continue;
      }
      const retryAfter = Number(httpField(head, 'Retry-After'));
      if (head.status === 503 && retryAfter > 0 && round < MAX_RETRIES) {
        yield* sleep(this.ipxe.clock, retryAfter * NS_PER_S);
        continue;
      }
      const status = statusOf(head.status);
      return status === OK ? ok({ data: answer.value.body, uri: target }) : err(status);
    }
    return err(Err.httpLoop);
  }

  /** One request for a range of bytes, or only for the head. */
  *fetchRange(uri: Uri, range: HttpRange | undefined, progress: Progress): Task<Outcome<HttpAnswer>> {
    const extra = range === undefined ? [] : [{ name: 'Range', value: `bytes=${range.first}-${range.last}` }];
    const method = range === undefined ? 'HEAD' : 'GET';
    return yield* this.request({ method, uri, extra, body: undefined }, progress);
  }

  private claimParams(uri: Uri): { method: string; extra: readonly HttpField[]; body: Uint8Array | undefined } {
    const { params } = this.ipxe;
    const list = uri.params === undefined ? undefined : params.get(uri.params);
    if (list === undefined) return { method: 'GET', extra: [], body: undefined };
    params.delete(list.name);
    const extra: HttpField[] = [];
    for (const { kind, key, value } of list.items) if (kind === 'header') extra.push({ name: key, value });
    const body = formBody(list);
    if (body !== undefined) {
      extra.unshift(
        { name: 'Content-Type', value: 'application/x-www-form-urlencoded' },
        { name: 'Content-Length', value: String(body.length) },
      );
    }
    return { method: list.method ?? (body === undefined ? 'GET' : 'POST'), extra, body };
  }

  private keepIdle(key: string, stream: ByteStream): void {
    const expiry = this.ipxe.clock.schedule(IDLE_NS, () => this.takeIdle(key)?.close());
    this.idle.set(key, { stream, expiry });
  }

  /** The idle connection to a server, if it still is one. */
  private takeIdle(key: string): ByteStream | undefined {
    const entry = this.idle.get(key);
    if (entry === undefined) return undefined;
    this.idle.delete(key);
    entry.expiry.cancel();
    const { stream } = entry;
    if (stream.isOpen && !stream.hasNews) return stream;
    stream.close();
    return undefined;
  }

  /** Drops idle connections without a word: the card is no longer ours. */
  forgetIdle(): void {
    for (const { expiry } of this.idle.values()) expiry.cancel();
    this.idle.clear();
  }

  private *request(request: Request, progress: Progress): Task<Outcome<HttpAnswer>> {
    const { uri } = request;
    const isSecure = uri.scheme === 'https';
    const port = uri.port ?? (isSecure ? HTTPS_PORT : HTTP_PORT);
    const key = `${uri.scheme ?? ''}://${uri.host ?? ''}:${port}`;
    const kept = this.takeIdle(key);
    if (kept !== undefined) {
      const answer = yield* this.exchange(kept, key, request, progress);
      // A server may close an idle connection at any time: then a new one is tried.
      if (answer !== 'stale') return answer;
    }
    const address = yield* resolveHost(this.ipxe, uri.host ?? '', progress);
    if (!address.ok) return address;
    const tcp = new TcpStream(this.ipxe, address.value, port);
    const status = yield* connect(tcp, progress);
    if (status !== OK) return err(status);
    const stream = isSecure ? yield* this.secure(tcp, uri.host ?? '', key) : ok(tcp);
    if (!stream.ok) return stream;
    const answer = yield* this.exchange(stream.value, key, request, progress);
    return answer === 'stale' ? err(Err.tcpReset) : answer;
  }

  private *secure(tcp: TcpStream, host: string, key: string): Task<Outcome<ByteStream>> {
    const stream = new TlsStream(this.ipxe, tcp, host, this.sessions.get(key));
    let status: Status = Err.tcpReset;
    try {
      status = yield* stream.handshake();
    } finally {
      if (status !== OK) stream.close();
    }
    if (status !== OK) return err(status);
    const { session } = stream;
    if (session !== undefined) this.sessions.set(key, session);
    return ok(stream);
  }

  private *exchange(
    stream: ByteStream,
    key: string,
    request: Request,
    progress: Progress,
  ): Task<Outcome<HttpAnswer> | 'stale'> {
    const { uri, method, extra, body } = request;
    const reader = new ResponseReader(method, progress);
    const fields: HttpField[] = [
      { name: 'Connection', value: 'keep-alive' },
      { name: 'User-Agent', value: `iPXE/${this.ipxe.build.version}` },
      { name: 'Host', value: uri.port === undefined ? (uri.host ?? '') : `${uri.host ?? ''}:${uri.port}` },
      ...extra,
    ];
    const head = encodeHttpHead({ kind: 'request', method, target: requestTarget(uri), version: 'HTTP/1.1', fields });
    let isDone = false;
    try {
      stream.write(body === undefined ? head : concatBytes([head, body]));
      for (;;) {
        const event = yield* stream.next();
        let failure: Status = OK;
        switch (event.kind) {
          case 'connected':
            break;
          case 'data':
            failure = reader.push(event.data);
            break;
          case 'end':
          case 'closed':
            if (!reader.hasBegun && !(event.kind === 'closed' && event.error === 'timeout')) return 'stale';
            failure = event.kind === 'closed' && event.error !== undefined ? tcpStatus(event.error) : reader.end();
            if (failure === OK && !reader.isComplete) failure = Err.httpLengthMismatch;
            break;
        }
        if (failure !== OK) return err(failure);
        const answer = reader.answer;
        if (answer === undefined) continue;
        isDone = true;
        if (reader.keepsAlive && stream.isOpen) this.keepIdle(key, stream);
        else stream.close();
        return ok(answer);
      }
    } finally {
      if (!isDone) stream.abort();
    }
  }
}

function isHttp({ scheme }: Uri): boolean {
  return scheme === 'http' || scheme === 'https';
}

function formBody(list: ParameterList): Uint8Array | undefined {
  const forms = list.items.filter(({ kind }) => kind === 'form');
  if (forms.length === 0) return undefined;
  return latin1(forms.map(({ key, value }) => `${uriEncode(key)}=${uriEncode(value)}`).join('&'));
}

class ResponseReader {
  private readonly parser: HttpParser;
  private readonly collector: Collector;
  private head: HttpResponse | undefined;
  hasBegun = false;
  isComplete = false;
  keepsAlive = false;

  constructor(method: string, progress: Progress) {
    progress.doneBytes = 0;
    progress.totalBytes = 0;
    this.collector = new Collector(progress);
    this.parser = new HttpParser(
      { kind: 'response' },
      {
        onHead: (head, framing: HttpFraming) => {
          if (head.kind !== 'response') return;
          this.head = head;
          if (framing.kind === 'length') {
            progress.totalBytes = framing.bytes;
            this.collector.expect(framing.bytes);
          }
          this.keepsAlive = framing.kind !== 'close' && keepsAlive(head);
        },
        onBody: (data) => this.collector.add(data),
        onEnd: () => {
          // An interim response (RFC 9110 §15.2) is not the answer.
          const isInterim = this.head !== undefined && this.head.status >= 100 && this.head.status < 200;
          this.isComplete = !isInterim;
        },
      },
    );
    this.parser.expectResponseTo(method);
  }

  push(data: Uint8Array): Status {
    this.hasBegun = true;
    const error = this.parser.push(data);
    return error === undefined ? OK : this.statusOf(error.rule);
  }

  end(): Status {
    const error = this.parser.end();
    if (error === undefined) return OK;
    return error.code === 'truncated' ? Err.httpLengthMismatch : this.statusOf(error.rule);
  }

  private statusOf(rule: string | undefined): Status {
    if (rule?.includes('§7.1') === true) return Err.httpChunkLength;
    if (rule?.includes('§4') === true) return Err.httpStatusLine;
    if (rule?.includes('§6.1') === true) return Err.httpTransferEncoding;
    return rule?.includes('§6') === true ? Err.httpContentLength : Err.httpHeader;
  }

  get answer(): HttpAnswer | undefined {
    return this.isComplete && this.head !== undefined ? { head: this.head, body: this.collector.bytes } : undefined;
  }
}

/** What an HTTP status means to a download. */
export function statusOf(status: number): Status {
  if (status >= 200 && status < 300) return OK;
  switch (status) {
    case 401:
      return Err.httpUnauthorized;
    case 403:
      return Err.httpForbidden;
    case 404:
      return Err.httpNotFound;
    default:
      if (status >= 400 && status < 500) return Err.httpClientError;
      return status >= 500 && status < 600 ? Err.httpServerError : Err.httpOther;
  }
}
