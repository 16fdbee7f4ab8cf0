/** The dissection of syslog over UDP: priority, and the parts of both forms of a message as Wireshark cuts them. */
import { fromLatin1, fromUtf8 } from '../../base/bytes.ts';
import { atLeast, itemAt } from '../../base/lists/list.ts';
import type { Dissection } from '../core/dissect.ts';
import { field } from '../core/field.ts';
import { defineProtocol } from '../core/registry.ts';
import { SYSLOG_PORT } from './codec.ts';

/** RFC 5424 §6.2.1, table 1. */
const FACILITY_NAMES = [
  'KERN - kernel messages',
  'USER - random user-level messages',
  'MAIL - mail system',
  'DAEMON - system daemons',
  'AUTH - security/authorization messages',
  'SYSLOG - messages generated internally by syslogd',
  'LPR - line printer subsystem',
  'NEWS - network news subsystem',
  'UUCP - UUCP subsystem',
  'CRON - clock daemon (BSD, Linux)',
  'AUTHPRIV - security/authorization messages (private)',
  'FTP - ftp daemon',
  'NTP - ntp subsystem',
  'LOGAUDIT - log audit',
  'LOGALERT - log alert',
  'CRON - clock daemon (Solaris)',
  ...[0, 1, 2, 3, 4, 5, 6, 7].map((number) => `LOCAL${number} - reserved for local use`),
];
/** RFC 5424 §6.2.1, table 2. */
const LEVEL_NAMES = [
  'EMERG - system is unusable',
  'ALERT - action must be taken immediately',
  'CRIT - critical conditions',
  'ERR - error conditions',
  'WARNING - warning conditions',
  'NOTICE - normal but significant condition',
  'INFO - informational',
  'DEBUG - debug-level messages',
];

const SYSLOG = {
  facility: field('syslog.facility', 'Facility', 'uint16', { values: (value) => FACILITY_NAMES.at(value) }),
  level: field('syslog.level', 'Level', 'uint8', { values: (value) => LEVEL_NAMES.at(value) }),
  message: field('syslog.msg', 'Message', 'string'),
  version: field('syslog.version', 'Syslog version', 'string'),
  timestamp: field('syslog.timestamp', 'Syslog timestamp', 'absolute-time'),
  timestamp3164: field('syslog.timestamp_rfc3164', 'Syslog timestamp (RFC3164)', 'string'),
  hostname: field('syslog.hostname', 'Syslog hostname', 'string'),
  application: field('syslog.appname', 'Syslog app name', 'string'),
  process: field('syslog.procid', 'Syslog process id', 'string'),
  messageId: field('syslog.msgid', 'Syslog message id', 'string'),
};

const LEVEL_MASK = 7;
const SHORT_NAME = /^\w+/;

function dissectSyslog(d: Dissection, start: number, end: number): number {
  // One byte per character: offsets are the bytes'.
  const text = fromLatin1(d.bytes, start, end);
  const head = /^<(\d{1,3})>/.exec(text);
  const at = start + (head === null ? 0 : head[0].length);
  const priority = head === null ? 0 : Number(head[1]);
  const [facility, level] = [priority >>> 3, priority & LEVEL_MASK];
  const shown = d.building || d.columns !== undefined ? fromUtf8(d.bytes.subarray(at, end)) : '';
  const facilityName = SHORT_NAME.exec(FACILITY_NAMES.at(facility) ?? 'UNKNOWN')?.[0] ?? '';
  const prefix = head === null ? '' : `${facilityName}.${SHORT_NAME.exec(itemAt(LEVEL_NAMES, level))?.[0] ?? ''}: `;
  if (d.columns !== undefined) {
    d.columns.protocol = 'Syslog';
    d.columns.info = prefix + shown;
  }
  d.begin(syslogProtocol.field, start, end - start);
  if (d.building) d.labelOpen(`Syslog message: ${head === null ? '(unknown): ' : prefix}${shown}`);
  if (head !== null) {
    d.add(SYSLOG.facility, start, at - start, facility);
    if (d.building) d.label(bits(priority, 3) + (FACILITY_NAMES.at(facility) ?? 'Unknown') + ` (${facility})`);
    d.add(SYSLOG.level, start, at - start, level);
    if (d.building) d.label(bits(priority, 0) + `${LEVEL_NAMES[level]} (${level})`);
  }
  d.begin(SYSLOG.message, at, end - at);
  parts(d, fromLatin1(d.bytes, at, end), at);
  d.end();
  d.end();
  return end;
}

/** The bits of the priority that a line is about, in its low eight. */
function bits(priority: number, shift: 0 | 3): string {
  const digits = (priority & 0xff).toString(2).padStart(8, '0');
  const masked = shift === 3 ? `${digits.slice(0, 5)}...` : `.....${digits.slice(5)}`;
  return `${masked.slice(0, 4)} ${masked.slice(4)} = ${shift === 3 ? 'Facility' : 'Level'}: `;
}

/** `text` begins at `at` and is split at single blanks. */
function parts(d: Dissection, text: string, at: number): void {
  const modern = /^(1) (\S+) (\S+) (\S+) (\S+) (.*)$/s.exec(text);
  if (modern !== null) {
    let next = at;
    const fields = [SYSLOG.version, SYSLOG.timestamp, SYSLOG.hostname, SYSLOG.application, SYSLOG.process];
    for (const [i, def] of [...fields, SYSLOG.messageId].entries()) {
      const part = itemAt(modern, i + 1);
      if (def === SYSLOG.timestamp) d.add(def, next, part.length, timeNs(part));
      else d.add(def, next, part.length);
      next += part.length + 1;
    }
    return;
  }
  // RFC 3164 §4.1.2: the time has a fixed length, the tag ends at the first character that is no letter or digit.
  const old = /^([A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d) (\S+) (\w*)(.*)$/s.exec(text);
  if (old === null) return;
  const [, time, hostname, tag, rest] = atLeast(old, 5);
  let next = at;
  d.add(SYSLOG.timestamp3164, next, time.length);
  d.add(SYSLOG.hostname, (next += time.length + 1), hostname.length);
  d.add(SYSLOG.process, (next += hostname.length + 1), tag.length);
  d.add(SYSLOG.messageId, next + tag.length, rest.length);
}

/** With what Wireshark takes besides RFC 5424 §6.2.3: no seconds, and offsets without colon or minutes. */
const TIMESTAMP = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,9}))?)?(?:Z|([+-])(\d\d)(?::?(\d\d))?)$/;

/**
 * 1970 for what is no timestamp. One without offset is none (RFC 5424 §6.2.3): which time it means would depend on where
 * it is read.
 */
function timeNs(text: string): bigint {
  const parts = TIMESTAMP.exec(text);
  if (parts === null) return 0n;
  const [year, month, day, hour, minute, second] = atLeast(
    parts.slice(1, 7).map((part: string | undefined) => Number(part ?? 0)),
    6,
  );
  const daysOfMonth = new Date(Date.UTC(year, month, 0)).getUTCDate();
  if (month < 1 || month > 12 || day < 1 || day > daysOfMonth || hour > 23 || minute > 59 || second > 60) return 0n;
  const offsetMinutes = Number(parts.at(9) ?? 0) * 60 + Number(parts.at(10) ?? 0);
  const localMs = Date.UTC(year, month - 1, day, hour, minute, second);
  const ms = localMs - (parts.at(8) === '-' ? -offsetMinutes : offsetMinutes) * 60_000;
  return BigInt(ms) * 1_000_000n + BigInt((parts.at(7) ?? '').padEnd(9, '0'));
}

export const syslogProtocol = defineProtocol({
  id: 'syslog',
  name: 'Syslog message',
  shortName: 'Syslog',
  fields: SYSLOG,
  tables: { 'udp.port': [SYSLOG_PORT] },
  dissect: dissectSyslog,
});
