/** The options of an IPv4 header (RFC 791 §3.1, RFC 2113). */
import type { Dissection } from '../core/dissect.ts';
import { expertField, field, valueName, type FieldDef } from '../core/field.ts';

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
  endOfList: field('ip.options.eol', 'IP Option - End of Options List (EOL)', 'bytes'),
  noOperation: field('ip.options.nop', 'IP Option - No-Operation (NOP)', 'bytes'),
  recordRoute: field('ip.options.rr', 'IP Option - Record Route', 'bytes'),
  looseRoute: field('ip.options.lsr', 'IP Option - Loose Source Route', 'bytes'),
  strictRoute: field('ip.options.ssr', 'IP Option - Strict Source Route', 'bytes'),
  timestamp: field('ip.options.timestamp', 'IP Option - Time Stamp', 'bytes'),
  alert: field('ip.options.routeralert', 'IP Option - Router Alert', 'bytes'),
  unknown: field('ip.options.unknown', 'IP Option - Unknown', 'bytes'),
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

const BY_TYPE: Readonly<Record<number, FieldDef>> = {
  7: OPTION_FIELDS.recordRoute,
  68: OPTION_FIELDS.timestamp,
  131: OPTION_FIELDS.looseRoute,
  137: OPTION_FIELDS.strictRoute,
  148: OPTION_FIELDS.alert,
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
      const def = type === 0 ? OPTION_FIELDS.endOfList : OPTION_FIELDS.noOperation;
      d.begin(def, at, 1);
      if (d.building) d.labelOpen(def.label);
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
    const def = BY_TYPE[type] ?? OPTION_FIELDS.unknown;
    d.begin(def, at, length);
    if (d.building) d.labelOpen(`IP Option - ${name} (${length} bytes)`);
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
