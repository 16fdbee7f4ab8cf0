/** The dissection of HTTP/1.1 over TCP, messages put together from their segments, responses with their requests. */
import { concatBytes, fromLatin1 } from '../../base/bytes.ts';
import { atLeast, itemAt } from '../../base/lists/list.ts';
import { frameKey, StateKey } from '../core/conversation.ts';
import { GENERATED, HIDDEN, ONE_MORE_SEGMENT, UNTIL_END, type Dissection } from '../core/dissect.ts';
import type { FieldDef } from '../core/field.ts';
import { defineProtocol, REJECTED } from '../core/registry.ts';
import { HTTP_PORT, httpReason } from './codec.ts';
import { HTTP, HTTP_HEADERS } from './dissect-fields.ts';
import { ExtentReader, headLines, looksLikeHttp, type Chunks, type HeadLine } from './extent.ts';
import { escapeLine, textLinesProtocol } from './text-lines.ts';

/** Where one message lies. */
interface Message {
  readonly start: number;
  readonly bodyAt: number;
  readonly end: number;
  readonly lines: readonly HeadLine[];
  readonly chunks: Chunks | undefined;
}

function dissectHttp(d: Dissection, start: number, end: number): number {
  let at = start;
  for (let which = 0; at < end; which++) {
    if (!looksLikeHttp(d.bytes, at, end)) {
      if (at === start) return REJECTED;
      d.data(at, end);
      return end;
    }
    const message = locate(d, at, end, which);
    if (message === undefined) return end;
    oneMessage(d, message, which);
    at = message.end;
  }
  return end;
}

/** How far a message that comes in pieces has been read. */
const READER = new StateKey(() => new ExtentReader(0));

/** Undefined when the rest of the message has been asked for. */
function locate(d: Dissection, start: number, end: number, which: number): Message | undefined {
  const wait = (length: number): undefined => {
    d.desegmentOffset = start;
    d.desegmentLength = length;
    return undefined;
  };
  const reader = (start === 0 ? d.progress?.state(READER) : undefined) ?? new ExtentReader(start);
  const extent = reader.read(d.bytes, end, !d.canDesegment, () =>
    d.quoted ? undefined : d.remember(AWAITED, () => nextRequest(d)?.method, which),
  );
  if (extent === undefined) return wait(ONE_MORE_SEGMENT);
  const { bodyAt, lines, framing, chunks } = extent;
  const whole = (stop: number): Message => ({ start, bodyAt, end: stop, lines, chunks });
  switch (framing.kind) {
    case 'none':
      return whole(bodyAt);
    case 'length': {
      const stop = bodyAt + framing.bytes;
      return stop > end && d.canDesegment ? wait(stop - end) : whole(Math.min(stop, end));
    }
    case 'chunked':
      return chunks?.end === undefined && d.canDesegment ? wait(ONE_MORE_SEGMENT) : whole(chunks?.end ?? end);
    case 'close':
      return d.canDesegment && !isAtEnd(d, which) ? wait(UNTIL_END) : whole(end);
    default:
      return framing;
  }
}

function oneMessage(d: Dissection, message: Message, which: number): void {
  const { start, lines, chunks, bodyAt, end } = message;
  const first = itemAt(lines, 0).text;
  const isResponse = first.startsWith('HTTP/');
  const target = isResponse ? '' : (first.split(' ')[1] ?? '');
  const seen = d.quoted ? undefined : d.remember(SEEN, () => match(d, first, fullUri(d, lines, target)), which);
  const type = (headerValue(lines, 'content-type') ?? '').split(';', 1).join('').trim();
  const textType = /^(text\/|application\/(json|javascript|xml|x-www-form-urlencoded))/i.test(type) ? type : undefined;
  if (d.columns !== undefined) {
    const before = d.columns.protocol === 'HTTP' ? d.columns.info : '';
    d.columns.protocol = 'HTTP';
    d.columns.info = `${before}${first} ${textType !== undefined && end > bodyAt ? ` (${textType})` : ''}`;
  }
  d.begin(httpProtocol.field, start, bodyAt - start);
  startLine(d, itemAt(lines, 0), isResponse);
  for (const line of lines.slice(1)) headerLine(d, line, isResponse);
  if (isResponse) responseReferences(d, start, seen);
  else requestReferences(d, start, seen);
  if (chunks === undefined) {
    if (end > bodyAt) fileData(d, bodyAt, end);
    d.end();
    content(d, bodyAt, end, textType);
    return;
  }
  chunkedBody(d, bodyAt, end, chunks, isResponse);
  const pieces = chunks.list.map((chunk) => d.bytes.subarray(chunk.dataAt, chunk.dataAt + chunk.size));
  const size = pieces.reduce((sum, piece) => sum + piece.length, 0);
  if (size === 0) return d.end();
  const body = concatBytes(pieces);
  d.within('De-chunked entity body', body, () => {
    fileData(d, 0, size);
    d.end();
    content(d, 0, size, textType);
  });
  return undefined;
}

function headerValue(lines: readonly HeadLine[], name: string): string | undefined {
  const line = lines.slice(1).find(({ text }) => text.toLowerCase().startsWith(`${name}:`));
  return line?.text.slice(name.length + 1).trim();
}

function fullUri(d: Dissection, lines: readonly HeadLine[], target: string): string | undefined {
  const host = headerValue(lines, 'host');
  if (/^https?:\/\//i.test(target)) return target;
  return host === undefined ? undefined : `${d.layers.includes('tls') ? 'https' : 'http'}://${host}${target}`;
}

function startLine(d: Dissection, line: HeadLine, isResponse: boolean): void {
  const shown = escapeLine(fromLatin1(d.bytes, line.at, line.end));
  d.beginText(line.at, line.end - line.at, shown);
  d.expert(HTTP.chat, shown);
  // Words, each with where it lies.
  const words = line.text.split(' ');
  const [first, second = ''] = atLeast(words, 1);
  const secondAt = line.at + first.length + 1;
  const thirdAt = secondAt + second.length + 1;
  if (isResponse) {
    d.add(HTTP.responseVersion, line.at, first.length);
    if (words.length > 1) {
      const code = Number(second);
      d.add(HTTP.code, secondAt, second.length, Number.isInteger(code) ? code : 0);
      d.add(HTTP.codeDescription, secondAt, second.length, httpReason(code));
    }
    const phrase = words.slice(2).join(' ');
    if (phrase !== '') d.add(HTTP.phrase, thirdAt, phrase.length);
  } else {
    d.add(HTTP.method, line.at, first.length);
    if (words.length > 1) requestUri(d, secondAt, second);
    if (words.length > 2) d.add(HTTP.requestVersion, thirdAt, itemAt(words, 2).length);
  }
  d.end();
}

function requestUri(d: Dissection, at: number, uri: string): void {
  d.begin(HTTP.uri, at, uri.length);
  const mark = uri.indexOf('?');
  if (mark >= 0) {
    d.add(HTTP.uriPath, at, mark);
    d.begin(HTTP.uriQuery, at + mark + 1, uri.length - mark - 1);
    let next = mark + 1;
    for (const parameter of uri.slice(mark + 1).split('&')) {
      if (parameter !== '') d.add(HTTP.uriParameter, at + next, parameter.length);
      next += parameter.length + 1;
    }
    d.end();
  }
  d.end();
}

function headerLine(d: Dissection, line: HeadLine, isResponse: boolean): void {
  const { at, end, text } = line;
  const shown = d.building ? escapeLine(fromLatin1(d.bytes, at, end)) : '';
  const colon = text.indexOf(':');
  if (text === '' || colon <= 0) return d.text(at, end - at, shown);
  const name = text.slice(0, colon).toLowerCase();
  const value = text.slice(colon + 1).trim();
  const known = Object.hasOwn(HTTP_HEADERS, name) ? HTTP_HEADERS[name] : undefined;
  if (known !== undefined) {
    d.begin(known, at, end - at, value);
    d.labelOpen(shown);
    if (name === 'content-length' && /^\d{1,18}$/.test(value)) {
      d.add(HTTP.contentLength, at, end - at, BigInt(value), GENERATED);
    } else if (name === 'authorization' && /^basic /i.test(value)) {
      d.add(HTTP.authBasic, at, 0, decodeBase64(value.slice(6).trim()), GENERATED);
    }
    d.end();
  }
  const lineField = isResponse ? HTTP.responseLine : HTTP.requestLine;
  d.add(lineField, at, end - at, undefined, known === undefined ? 0 : HIDDEN);
  d.label(shown);
  return undefined;
}

const BASE64 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

/** RFC 4648 §4; stops at what is not of its alphabet. */
function decodeBase64(text: string): string {
  let out = '';
  let bits = 0;
  let count = 0;
  for (const char of text) {
    const value = BASE64.indexOf(char);
    if (value < 0) break;
    bits = ((bits << 6) | value) & 0xfff;
    count += 6;
    if (count < 8) continue;
    count -= 8;
    out += String.fromCharCode((bits >>> count) & 255);
  }
  return out;
}

function fileData(d: Dissection, start: number, end: number): void {
  d.add(HTTP.fileData, start, end - start);
  if (d.building) d.label(`File Data: ${end - start} bytes`);
}

function content(d: Dissection, start: number, end: number, textType: string | undefined): void {
  if (end <= start) return;
  if (textType === undefined) return d.data(start, end);
  d.call(textLinesProtocol, start, end);
  if (d.building) d.append(`: ${textType}`);
  return undefined;
}

function chunkedBody(d: Dissection, start: number, end: number, chunks: Chunks, isResponse: boolean): void {
  d.beginText(start, end - start, `HTTP chunked ${isResponse ? 'response' : 'request'}`);
  for (const { at, dataAt, size, end: chunkEnd } of chunks.list) {
    if (size === 0) d.beginText(at, end - at, 'End of chunked encoding');
    else d.beginText(at, chunkEnd - at, `Data chunk (${size} octets)`);
    d.add(HTTP.chunkSize, at, dataAt - at, size);
    if (size > 0) {
      d.add(HTTP.chunkData, dataAt, size);
      d.add(HTTP.chunkBoundary, dataAt + size, chunkEnd - dataAt - size);
    }
    d.end();
    if (size > 0) continue;
    for (const line of headLines(d.bytes, dataAt, end)) {
      if (line.text === '') d.text(line.at, line.end - line.at, escapeLine(fromLatin1(d.bytes, line.at, line.end)));
      else d.add(HTTP.trailer, line.at, line.end - line.at);
    }
  }
  d.end();
}

// ---- requests and their responses

interface Request {
  /** As shown, from 1. */
  readonly frame: number;
  readonly timeNs: number;
  readonly method: string;
  readonly uri: string | undefined;
}

/** Of a TCP conversation: responses come in the order of the requests (RFC 9112 §9.3.2). */
interface Exchange {
  readonly requests: Request[];
  readonly responseFrames: number[];
  /** The end of the stream was asked for: the next call brings it. */
  awaitsEnd: boolean;
}
const EXCHANGE = new StateKey<Exchange>(() => ({ requests: [], responseFrames: [], awaitsEnd: false }));

/** A message's place among those of its connection. What follows it is looked up when it is known. */
interface Seen {
  readonly exchange: Exchange;
  /** From 1, among the requests or the responses. */
  readonly number: number;
  readonly uri: string | undefined;
  /** The request of a response. */
  readonly request: Request | undefined;
  readonly timeNs: number;
}
const SEEN = frameKey<Seen | undefined>();
const AT_END = frameKey<boolean>();
const AWAITED = frameKey<string | undefined>();

/** False when a body without length is met, true when the same is handed in with all its bytes. */
function isAtEnd(d: Dissection, which: number): boolean {
  const exchange = d.conversation?.state(EXCHANGE);
  if (exchange === undefined) return true;
  return d.remember(
    AT_END,
    () => {
      exchange.awaitsEnd = !exchange.awaitsEnd;
      return !exchange.awaitsEnd;
    },
    which,
  );
}

/** The request that the next response answers. */
function nextRequest(d: Dissection): Request | undefined {
  const exchange = d.conversation?.state(EXCHANGE);
  return exchange?.requests[exchange.responseFrames.length];
}

function match(d: Dissection, first: string, uri: string | undefined): Seen | undefined {
  const exchange = d.conversation?.state(EXCHANGE);
  if (exchange === undefined) return undefined;
  const { requests, responseFrames } = exchange;
  const nowNs = d.context.frames.timeNs(d.index);
  if (!first.startsWith('HTTP/')) {
    requests.push({ frame: d.number, timeNs: nowNs, method: itemAt(first.split(' '), 0), uri });
    return { exchange, number: requests.length, uri, request: undefined, timeNs: 0 };
  }
  const request = nextRequest(d);
  const number = responseFrames.length + 1;
  // An interim response is not yet the answer (RFC 9110 §15.2).
  if (!/^HTTP\/\S+ 1\d\d/.test(first)) responseFrames.push(d.number);
  return { exchange, number, uri: request?.uri, request, timeNs: request === undefined ? 0 : nowNs - request.timeNs };
}

function addFrame(d: Dissection, def: FieldDef, start: number, frame: number | undefined): void {
  if (frame !== undefined) d.add(def, start, 0, frame, GENERATED);
}

function requestReferences(d: Dissection, start: number, seen: Seen | undefined): void {
  if (seen?.uri !== undefined) d.add(HTTP.fullUri, start, 0, seen.uri, GENERATED);
  d.add(HTTP.request, start, 0, true, HIDDEN);
  if (seen === undefined) return;
  const { number } = seen;
  const { requests, responseFrames } = seen.exchange;
  d.add(HTTP.requestNumber, start, 0, number, GENERATED);
  if (d.building) d.label(`HTTP request ${number}/${requests.length}`);
  addFrame(d, HTTP.prevRequestIn, start, requests[number - 2]?.frame);
  addFrame(d, HTTP.responseIn, start, responseFrames[number - 1]);
  addFrame(d, HTTP.nextRequestIn, start, requests[number]?.frame);
}

function responseReferences(d: Dissection, start: number, seen: Seen | undefined): void {
  d.add(HTTP.response, start, 0, true, HIDDEN);
  if (seen === undefined) return;
  const { number, request } = seen;
  const { requests, responseFrames } = seen.exchange;
  d.add(HTTP.responseNumber, start, 0, number, GENERATED);
  if (d.building) d.label(`HTTP response ${number}/${responseFrames.length}`);
  if (request !== undefined) d.add(HTTP.time, start, 0, seen.timeNs, GENERATED);
  addFrame(d, HTTP.prevRequestIn, start, requests[number - 2]?.frame);
  addFrame(d, HTTP.prevResponseIn, start, responseFrames[number - 2]);
  addFrame(d, HTTP.requestIn, start, request?.frame);
  addFrame(d, HTTP.nextRequestIn, start, requests[number]?.frame);
  addFrame(d, HTTP.nextResponseIn, start, responseFrames[number]);
  if (seen.uri !== undefined) d.add(HTTP.responseForUri, start, 0, seen.uri, GENERATED);
}

export const httpProtocol = defineProtocol({
  id: 'http',
  name: 'Hypertext Transfer Protocol',
  shortName: 'HTTP',
  fields: { ...HTTP, ...HTTP_HEADERS },
  tables: { 'tcp.port': [HTTP_PORT, 3128, 8080, 8088] },
  calls: ['data-text-lines'],
  dissect: dissectHttp,
});
