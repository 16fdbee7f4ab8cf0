/** Syslog messages (RFC 3164, RFC 5424 §6) as plain values. Whatever comes is a message: only its form is in doubt. */
import { fromUtf8, utf8 } from '../../base/bytes.ts';
import { atLeast } from '../../base/lists/list.ts';

export const SYSLOG_PORT = 514;

/** RFC 5424 §6.2.1, by number, with the names of syslog.conf(5). */
const FACILITIES =
  'kern user mail daemon auth syslog lpr news uucp cron authpriv ftp ntp audit alert clock local0 local1 local2 local3 local4 local5 local6 local7'.split(
    ' ',
  );
const SEVERITIES = ['emerg', 'alert', 'crit', 'err', 'warning', 'notice', 'info', 'debug'];
/** RFC 3164 §4.3.3: user.notice, where a message says nothing. */
const DEFAULT_PRIORITY = 13;
const BOM = '\u{feff}';

export interface SyslogMessage {
  readonly facility: number;
  readonly severity: number;
  /** 1 of RFC 5424; undefined in RFC 3164's form. */
  readonly version?: number;
  /** As it stood. */
  readonly timestamp?: string;
  readonly hostname?: string;
  /** APP-NAME, or the TAG of RFC 3164 without its end. */
  readonly tag?: string;
  readonly processId?: string;
  readonly messageId?: string;
  /** As it stood, with its brackets. */
  readonly structuredData?: string;
  readonly text: string;
}

const OLD_TIME = /^((?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) [ \d]\d \d\d:\d\d:\d\d) (?:(\S+) )?/;

/** `kern.info`. */
export function priorityName({ facility, severity }: Pick<SyslogMessage, 'facility' | 'severity'>): string {
  return `${FACILITIES.at(facility) ?? String(facility)}.${SEVERITIES[severity & 7]}`;
}

/** Never fails: what has no form that is known is text of priority user.notice (RFC 3164 §4.3.3). */
export function decodeSyslog(bytes: Uint8Array): SyslogMessage {
  const whole = fromUtf8(bytes.subarray(0, textEnd(bytes)));
  const head = /^<(\d{1,3})>/.exec(whole);
  const number = head === null ? DEFAULT_PRIORITY : Number(head[1]);
  const isValid = number < FACILITIES.length * 8;
  const priority = isValid ? number : DEFAULT_PRIORITY;
  const common = { facility: priority >>> 3, severity: priority & 7 };
  // RFC 3164 §4.3.3: without a good PRI, all of it is the text.
  if (head === null || !isValid) return { ...common, text: whole };
  const rest = whole.slice(head[0].length);
  return decode5424(common, rest) ?? decode3164(common, rest);
}

/** Offset behind the text, without the line ends and NULs that many senders add. */
function textEnd(bytes: Uint8Array): number {
  let end = bytes.length;
  while (end > 0 && (bytes[end - 1] === 0x0d || bytes[end - 1] === 0x0a || bytes[end - 1] === 0)) end--;
  return end;
}

const NIL = (text: string): string | undefined => (text === '-' ? undefined : text);

type Optional = { readonly [K in keyof SyslogMessage]?: SyslogMessage[K] | undefined };

function defined(fields: Optional): Partial<SyslogMessage> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}

function decode5424(common: { facility: number; severity: number }, rest: string): SyslogMessage | undefined {
  const data = String.raw`-|(?:\[(?:[^\]"\\]|"(?:[^"\\]|\\.)*")*\])+`;
  const parts = new RegExp(`^(1) (\\S+) (\\S+) (\\S+) (\\S+) (\\S+) (${data})(?: (.*))?$`, 's').exec(rest);
  if (parts === null) return undefined;
  const [, version, timestamp, hostname, tag, processId, messageId, structuredData] = atLeast(parts, 8);
  return {
    ...common,
    version: Number(version),
    ...defined({
      timestamp: NIL(timestamp),
      hostname: NIL(hostname),
      tag: NIL(tag),
      processId: NIL(processId),
      messageId: NIL(messageId),
      structuredData: NIL(structuredData),
    }),
    text: (parts.at(8) ?? '').replace(BOM, ''),
  };
}

function decode3164(common: { facility: number; severity: number }, rest: string): SyslogMessage {
  const time = OLD_TIME.exec(rest);
  const content = time === null ? rest : rest.slice(time[0].length);
  // iPXE leaves the time out and keeps the host's name: `name ipxe: text`.
  const tagged = /^(?:([\w.-]+) )?([\w./-]{1,32})(?:\[(\w+)\])?: ?/.exec(content);
  const hostname = time?.[2] ?? tagged?.[1];
  const fields = defined({ timestamp: time?.[1], hostname, tag: tagged?.[2], processId: tagged?.[3] });
  return { ...common, ...fields, text: tagged === null ? content : content.slice(tagged[0].length) };
}

/** In the form of RFC 5424 when `version` is given, else of RFC 3164. */
export function encodeSyslog(message: SyslogMessage): Uint8Array {
  const { facility, severity, version, timestamp, hostname, tag, processId, messageId, structuredData } = message;
  const priority = `<${facility * 8 + severity}>`;
  if (version !== undefined) {
    const fields = [timestamp, hostname, tag, processId, messageId, structuredData].map((one) => one ?? '-').join(' ');
    return utf8(`${priority}${version} ${fields} ${message.text}`);
  }
  const pid = processId === undefined ? '' : `[${processId}]`;
  const before = [timestamp, hostname].filter((one) => one !== undefined).map((one) => `${one} `);
  return utf8(`${priority}${before.join('')}${tag === undefined ? '' : `${tag}${pid}: `}${message.text}`);
}
