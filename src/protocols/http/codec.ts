/**
 * HTTP/1.1 messages (RFC 9110, RFC 9112): heads as plain values, and their text. Bodies go through the parser in
 * `parser.ts`; here is only what precedes them.
 */
import { concatBytes, latin1, utf8 } from '../../base/bytes.ts';
import { assert } from '../../base/result.ts';

export const HTTP_PORT = 80;

/** A field line as it stood: original case, value without the white space around it. */
export interface HttpField {
  readonly name: string;
  readonly value: string;
}

export interface HttpRequest {
  readonly kind: 'request';
  readonly method: string;
  /** Request target as sent: `/path?query`, an absolute URI, `host:port` or `*` (RFC 9112 §3.2). */
  readonly target: string;
  /** Such as `HTTP/1.1`. */
  readonly version: string;
  readonly fields: readonly HttpField[];
}

export interface HttpResponse {
  readonly kind: 'response';
  readonly version: string;
  readonly status: number;
  readonly reason: string;
  readonly fields: readonly HttpField[];
}

export type HttpHead = HttpRequest | HttpResponse;

/** The first value of a field, whatever case its name has; undefined when it is absent. */
export function httpField(head: HttpHead, name: string): string | undefined {
  const wanted = name.toLowerCase();
  return head.fields.find((field) => field.name.toLowerCase() === wanted)?.value;
}

/** All values of a list-based field, split at commas (RFC 9110 §5.6.1). */
export function httpFieldList(head: HttpHead, name: string): readonly string[] {
  const wanted = name.toLowerCase();
  return head.fields
    .filter((field) => field.name.toLowerCase() === wanted)
    .flatMap((field) => field.value.split(','))
    .map((value) => value.trim())
    .filter((value) => value !== '');
}

/** Whether the connection stays open after this message (RFC 9112 §9.3). */
export function keepsAlive(head: HttpHead): boolean {
  const options = httpFieldList(head, 'Connection').map((option) => option.toLowerCase());
  if (options.includes('close')) return false;
  return head.version === 'HTTP/1.1' || options.includes('keep-alive');
}

/** The bytes of a head: start line, field lines in order, empty line. Text is one byte per character. */
export function encodeHttpHead(head: HttpHead): Uint8Array {
  const lines = [
    head.kind === 'request'
      ? `${head.method} ${head.target} ${head.version}`
      : `${head.version} ${head.status} ${head.reason}`,
    ...head.fields.map((field) => `${field.name}: ${field.value}`),
  ];
  // A line break inside would let a value forge fields (RFC 9110 §5.5).
  for (const line of lines) assert(!/[\r\n\0]/.test(line), 'a header line has no line break inside');
  return latin1(`${lines.join('\r\n')}\r\n\r\n`);
}

/** One chunk of a chunked body (RFC 9112 §7.1). Empty data would end the body; use `lastHttpChunk` for that. */
export function encodeHttpChunk(data: Uint8Array): Uint8Array {
  assert(data.length > 0, 'an empty chunk ends the body');
  return concatBytes([latin1(`${data.length.toString(16)}\r\n`), data, latin1('\r\n')]);
}

/** The end of a chunked body, with its trailer fields. */
export function lastHttpChunk(trailers: readonly HttpField[] = []): Uint8Array {
  return latin1(`0\r\n${trailers.map((field) => `${field.name}: ${field.value}\r\n`).join('')}\r\n`);
}

export interface HttpResponseParts {
  readonly version?: string;
  readonly status: number;
  readonly reason?: string;
  /** Content-Length is added when it is not among them. */
  readonly fields?: readonly HttpField[];
  readonly body?: Uint8Array | string;
}

/** A whole response with its body behind it. */
export function encodeHttpResponse(parts: HttpResponseParts): Uint8Array {
  const body = typeof parts.body === 'string' ? utf8(parts.body) : (parts.body ?? new Uint8Array(0));
  const fields = [...(parts.fields ?? [])];
  if (!fields.some((field) => field.name.toLowerCase() === 'content-length')) {
    fields.push({ name: 'Content-Length', value: String(body.length) });
  }
  const head = encodeHttpHead({
    kind: 'response',
    version: parts.version ?? 'HTTP/1.1',
    status: parts.status,
    reason: parts.reason ?? httpReason(parts.status),
    fields,
  });
  return concatBytes([head, body]);
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
/** RFC 9110 §5.6.7: the form of today and the two obsolete ones; all of them are UTC. */
const DATES = [
  /^[A-Z][a-z]{2}, (?<day>\d\d) (?<month>[A-Z][a-z]{2}) (?<year>\d{4}) (?<time>\d\d:\d\d:\d\d) GMT$/,
  /^[A-Z][a-z]{5,8}, (?<day>\d\d)-(?<month>[A-Z][a-z]{2})-(?<year>\d\d) (?<time>\d\d:\d\d:\d\d) GMT$/,
  /^[A-Z][a-z]{2} (?<month>[A-Z][a-z]{2}) (?<day>[ \d]\d) (?<time>\d\d:\d\d:\d\d) (?<year>\d{4})$/,
];

/** A date of HTTP (RFC 9110 §5.6.7), milliseconds since 1970; undefined for what is none. */
export function parseHttpDate(text: string): number | undefined {
  const parts = DATES.map((form) => form.exec(text)?.groups).find((groups) => groups !== undefined);
  if (parts === undefined) return undefined;
  const month = MONTHS.indexOf(parts['month'] ?? '');
  const year = Number(parts['year']);
  const [hour = 0, minute = 0, second = 0] = parts['time']?.split(':').map(Number) ?? [];
  if (month < 0 || hour > 23 || minute > 59 || second > 60) return undefined;
  // Two digits are of the century that the web has lived in, as far as anybody still writes them.
  return Date.UTC(
    year < 70 ? year + 2000 : year < 100 ? year + 1900 : year,
    month,
    Number(parts['day']),
    hour,
    minute,
    second,
  );
}

/** RFC 9110 §15. */
const REASONS: ReadonlyMap<number, string> = new Map([
  [100, 'Continue'],
  [101, 'Switching Protocols'],
  [200, 'OK'],
  [201, 'Created'],
  [202, 'Accepted'],
  [204, 'No Content'],
  [206, 'Partial Content'],
  [301, 'Moved Permanently'],
  [302, 'Found'],
  [303, 'See Other'],
  [304, 'Not Modified'],
  [307, 'Temporary Redirect'],
  [308, 'Permanent Redirect'],
  [400, 'Bad Request'],
  [401, 'Unauthorized'],
  [403, 'Forbidden'],
  [404, 'Not Found'],
  [405, 'Method Not Allowed'],
  [408, 'Request Timeout'],
  [411, 'Length Required'],
  [412, 'Precondition Failed'],
  [413, 'Content Too Large'],
  [414, 'URI Too Long'],
  [416, 'Range Not Satisfiable'],
  [417, 'Expectation Failed'],
  [426, 'Upgrade Required'],
  [431, 'Request Header Fields Too Large'],
  [500, 'Internal Server Error'],
  [501, 'Not Implemented'],
  [502, 'Bad Gateway'],
  [503, 'Service Unavailable'],
  [504, 'Gateway Timeout'],
  [505, 'HTTP Version Not Supported'],
]);

/** The reason phrase of a status (RFC 9110 §15); `Unknown` for one that is not known. */
export function httpReason(status: number): string {
  return REASONS.get(status) ?? 'Unknown';
}
