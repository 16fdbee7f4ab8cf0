/** Fields of the dissection itself: plain lines, findings (expert information), undissected bytes. */
import { expertField, field, type ExpertGroup, type ExpertSeverity } from './field.ts';

/** A line of the tree without a filter name. */
export const TEXT_FIELD = field('', '', 'none');

/** Wireshark's numbers, so that filters on them mean the same. */
export const SEVERITY_VALUE: Readonly<Record<ExpertSeverity, number>> = {
  comment: 0x10_0000,
  chat: 0x20_0000,
  note: 0x40_0000,
  warn: 0x60_0000,
  error: 0x80_0000,
};
export const GROUP_VALUE: Readonly<Record<ExpertGroup, number>> = {
  Checksum: 0x0100_0000,
  Sequence: 0x0200_0000,
  Response: 0x0300_0000,
  Request: 0x0400_0000,
  Undecoded: 0x0500_0000,
  Reassemble: 0x0600_0000,
  Malformed: 0x0700_0000,
  Protocol: 0x0900_0000,
  Security: 0x0a00_0000,
  Comment: 0x0b00_0000,
  Assumption: 0x0d00_0000,
};

export const SEVERITY_NAME: Readonly<Record<ExpertSeverity, string>> = {
  comment: 'Comment',
  chat: 'Chat',
  note: 'Note',
  warn: 'Warning',
  error: 'Error',
};

function namesOf<K extends string>(numbers: Readonly<Record<K, number>>, name: (key: K) => string) {
  const names: Record<number, string> = {};
  for (const key of Object.keys(numbers) as K[]) names[numbers[key]] = name(key);
  return names;
}

export const EXPERT = {
  heading: field('_ws.expert', 'Expert Info', 'none'),
  message: field('_ws.expert.message', 'Message', 'string'),
  severity: field('_ws.expert.severity', 'Severity level', 'uint32', {
    base: 'none',
    values: namesOf(SEVERITY_VALUE, (key) => SEVERITY_NAME[key]),
  }),
  group: field('_ws.expert.group', 'Group', 'uint32', { base: 'none', values: namesOf(GROUP_VALUE, (key) => key) }),
};

export const MALFORMED_FIELD = field('_ws.malformed', 'Malformed Packet', 'protocol');
export const MALFORMED_EXPERT = expertField(
  '_ws.malformed.expert',
  'error',
  'Malformed',
  'Malformed Packet (Exception occurred)',
);
export const BUG_EXPERT = expertField('_ws.malformed.dissector_bug', 'error', 'Malformed', 'Dissector bug');
/** The capture holds less than was on the wire. */
export const SHORT_FIELD = field('_ws.short', 'Packet size limited during capture', 'protocol');

export const DATA = {
  heading: field('data', 'Data', 'protocol'),
  data: field('data.data', 'Data', 'bytes'),
  length: field('data.len', 'Length', 'uint32'),
};

export const BUILT_IN_FIELDS = [
  ...Object.values(EXPERT),
  MALFORMED_FIELD,
  MALFORMED_EXPERT,
  BUG_EXPERT,
  SHORT_FIELD,
  ...Object.values(DATA),
];
