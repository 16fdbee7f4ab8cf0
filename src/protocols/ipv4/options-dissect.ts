/** The options of an IPv4 header (RFC 791 §3.1, RFC 2113). */
import type { Dissection } from '../dissect.ts';
import { expertField, field, valueName } from '../field.ts';

const NUMBER_NAMES = {
  0: 'End of Option List (EOL)',
  1: 'No-Operation (NOP)',
  2: 'Security',
  3: 'Loose source route',
  4: 'Time stamp',
  7: 'Record route',
  8: 'Stream identifier',
  9: 'Strict source route',
  11: 'MTU probe',
  12: 'MTU Reply',
  18: 'Traceroute',
  20: 'Router Alert',
  25: 'Quick-Start',
};

export const OPTION_FIELDS = {
  optionType: field('ip.opt.type', 'Type', 'uint8'),
  optionCopy: field('ip.opt.type.copy', 'Copy on fragmentation', 'bool', { mask: 0x80, trueFalse: ['Yes', 'No'] }),
  optionClass: field('ip.opt.type.class', 'Class', 'uint8', {
    mask: 0x60,
    values: {
      0: 'Control',
      1: 'Reserved for future use',
      2: 'Debugging and measurement',
      3: 'Reserved for future use',
    },
  }),
  optionNumber: field('ip.opt.type.number', 'Number', 'uint8', { mask: 0x1f, values: NUMBER_NAMES }),
  optionLength: field('ip.opt.len', 'Length', 'uint8'),
  optionPointer: field('ip.opt.ptr', 'Pointer', 'uint8'),
  routerAlert: field('ip.opt.ra', 'Router Alert', 'uint16', {
    values: (value) => (value === 0 ? 'Router shall examine packet' : 'Reserved'),
  }),
  optionLengthInvalid: expertField('ip.opt.len.invalid', 'warn', 'Protocol', 'Invalid length for option'),
};

const SINGLE_BYTE = 2;
const ROUTER_ALERT = 148;

export function addIpv4Options(d: Dissection, start: number, end: number): void {
  d.need(start, end - start);
  d.beginText(start, end - start, d.building ? `Options: (${end - start} bytes)` : '');
  let at = start;
  while (at < end) {
    const type = d.u8(at);
    const name = valueName(OPTION_FIELDS.optionNumber, type & 0x1f) ?? `Unknown (0x${type.toString(16)})`;
    if (type < SINGLE_BYTE) {
      d.beginText(at, 1, d.building ? `IP Option - ${name}` : '');
      addType(d, at);
      d.end();
      if (type === 0) break;
      at++;
      continue;
    }
    const length = at + 1 < end ? d.u8(at + 1) : 0;
    if (length < 2 || at + length > end) {
      d.text(at, end - at, d.building ? `IP Option - ${name}` : '');
      d.expert(OPTION_FIELDS.optionLengthInvalid);
      break;
    }
    d.beginText(at, length, d.building ? `IP Option - ${name} (${length} bytes)` : '');
    addType(d, at);
    d.add(OPTION_FIELDS.optionLength, at + 1, 1);
    if (type === ROUTER_ALERT && length === 4) d.add(OPTION_FIELDS.routerAlert, at + 2, 2);
    d.end();
    at += length;
  }
  d.end();
}

function addType(d: Dissection, at: number): void {
  d.begin(OPTION_FIELDS.optionType, at, 1);
  d.add(OPTION_FIELDS.optionCopy, at, 1);
  d.add(OPTION_FIELDS.optionClass, at, 1);
  d.add(OPTION_FIELDS.optionNumber, at, 1);
  d.end();
}
