/** Extended link services as Wireshark shows them: logins, logouts, refusals, and answers by what they answer. */
import type { Dissection } from '../core/dissect.ts';
import type { FieldDef } from '../core/field.ts';
import { defineProtocol, REJECTED } from '../core/registry.ts';
import { currentExchange, unlisted } from '../fc/exchange.ts';
import { FC_TYPE } from '../fc/fields.ts';
import { formatFcId, formatWwn, readWwn } from '../fc/wwn.ts';
import {
  ELS_CLASS_FLAGS,
  ELS_COMMON_FLAGS,
  ELS_FCP_FLAGS,
  ELS_FIELDS,
  ELS_INITIATOR_CONTROL,
  ELS_RECIPIENT_CONTROL,
  type LoginFlag,
} from './dissect-fields.ts';
import { ELS, ELS_NAMES, LOGIN, LOGIN_CLASS, LOGIN_CLASS_LENGTH, LOGIN_CLASS_OPTION, PRLI } from './fields.ts';

const CLASS_NAMES = [1, 2, 3, 4];
const VENDOR_VERSION_BYTES = 16;
const PAGE_BYTES = 16;

function dissectEls(d: Dissection, start: number, end: number): number {
  unlisted(d);
  const command = d.u8(start);
  const { exchange } = currentExchange(d);
  const isAnswer = command === ELS.accept || command === ELS.reject;
  if (!isAnswer && !d.visited) exchange.command ??= command;
  const asked = isAnswer ? exchange.command : command;
  if (d.columns !== undefined) {
    d.columns.protocol = 'FC ELS';
    const name = ELS_NAMES[command] ?? `0x${command.toString(16)}`;
    d.columns.info = isAnswer && asked !== undefined ? `${name} (${ELS_NAMES[asked] ?? asked})` : name;
  }
  d.begin(elsProtocol.field, start, end - start);
  if (asked === ELS.rtv && command !== ELS.reject) {
    d.end();
    return REJECTED;
  }
  d.add(ELS_FIELDS.opcode, start, 1);
  if (command === ELS.reject) {
    d.add(ELS_FIELDS.reason, start + 5, 1);
    d.add(ELS_FIELDS.explanation, start + 6, 1);
    d.add(ELS_FIELDS.vendorUnique, start + 7, 1);
  } else payload(d, start, end, asked ?? 0, isAnswer);
  d.end();
  return end;
}

function payload(d: Dissection, start: number, end: number, asked: number, isAnswer: boolean): void {
  switch (asked) {
    case ELS.flogi:
    case ELS.fdisc:
      login(d, start, 'fabric');
      break;
    case ELS.plogi:
      login(d, start, 'port');
      break;
    case ELS.prli:
    case ELS.prlo:
      processLogin(d, start, asked, isAnswer);
      break;
    case ELS.adisc:
      d.add(ELS_FIELDS.hardAddress, start + 5, 3, idAt(d, start + 5));
      name(d, ELS_FIELDS.portName, start + 8);
      name(d, ELS_FIELDS.nodeName, start + 16);
      d.add(ELS_FIELDS.portId, start + 25, 3, idAt(d, start + 25));
      break;
    case ELS.logo:
      if (isAnswer) break;
      d.add(ELS_FIELDS.portId, start + 5, 3, idAt(d, start + 5));
      name(d, ELS_FIELDS.portName, start + 8);
      break;
    case ELS.rrq:
    case ELS.rec:
      if (isAnswer) break;
      d.add(ELS_FIELDS.portId, start + 5, 3, idAt(d, start + 5));
      d.add(ELS_FIELDS.oxId, start + 8, 2);
      d.add(ELS_FIELDS.rxId, start + 10, 2);
      break;
    case ELS.scr:
      if (!isAnswer) d.add(ELS_FIELDS.registration, start + 7, 1);
      break;
    case ELS.rscn:
      if (!isAnswer) stateChange(d, start, end);
      break;
    default:
  }
}

function idAt(d: Dissection, at: number): string {
  return formatFcId(d.u32(at - 1) & 0xff_ffff);
}

function name(d: Dissection, field: FieldDef, at: number): void {
  d.need(at, 8);
  d.add(field, at, 8, formatWwn(readWwn(d.bytes, at)));
}

/** Flags of which some have a meaning in logins of one kind only. */
function flags(d: Dissection, heading: FieldDef, all: readonly LoginFlag[], at: number, kind: 'fabric' | 'port'): void {
  d.begin(heading, at, 2);
  for (const one of all) if (one.only === undefined || one.only === kind) d.add(one.field, at, 2);
  d.end();
}

function login(d: Dissection, start: number, kind: 'fabric' | 'port'): void {
  d.beginText(start + 4, 16, 'Common Svc Parameters');
  d.add(ELS_FIELDS.credit, start + LOGIN.credit, 2);
  flags(d, ELS_FIELDS.commonFeatures, ELS_COMMON_FLAGS, start + LOGIN.features, kind);
  d.add(ELS_FIELDS.stateChange, start + LOGIN.receiveSize, 1);
  d.add(ELS_FIELDS.receiveSize, start + LOGIN.receiveSize, 2);
  d.add(ELS_FIELDS.sequences, start + LOGIN.sequences, 2);
  d.add(ELS_FIELDS.relativeOffset, start + LOGIN.relativeOffset, 2);
  d.add(ELS_FIELDS.edTov, start + LOGIN.edTovMs, 4);
  name(d, ELS_FIELDS.portName, start + LOGIN.portName);
  name(d, ELS_FIELDS.nodeName, start + LOGIN.nodeName);
  d.end();
  CLASS_NAMES.forEach((number, index) => {
    const at = start + LOGIN.classes + index * LOGIN_CLASS_LENGTH;
    d.beginText(at, LOGIN_CLASS_LENGTH, `Class ${number} Svc Parameters`);
    flags(d, ELS_FIELDS.classOptions, ELS_CLASS_FLAGS, at + LOGIN_CLASS.options, kind);
    if ((d.u16(at) & LOGIN_CLASS_OPTION.valid) !== 0) {
      flags(d, ELS_FIELDS.initiatorControl, ELS_INITIATOR_CONTROL, at + 2, kind);
      flags(d, ELS_FIELDS.recipientControl, ELS_RECIPIENT_CONTROL, at + 4, kind);
      d.add(ELS_FIELDS.classReceiveSize, at + LOGIN_CLASS.receiveSize, 2);
      d.add(ELS_FIELDS.totalSequences, at + LOGIN_CLASS.sequences, 2);
      d.add(ELS_FIELDS.endCredit, at + LOGIN_CLASS.credit, 2);
      d.add(ELS_FIELDS.openSequences, at + LOGIN_CLASS.openSequences - 1, 2);
    }
    d.end();
  });
  d.add(ELS_FIELDS.vendorVersion, start + LOGIN.vendorVersion, VENDOR_VERSION_BYTES);
}

function processLogin(d: Dissection, start: number, asked: number, isAnswer: boolean): void {
  const isLogin = asked === ELS.prli;
  d.add(ELS_FIELDS.pageLength, start + PRLI.pageLength, 1);
  d.add(ELS_FIELDS.payloadLength, start + PRLI.payloadLength, 2);
  const at = start + PRLI.type;
  d.beginText(at, PAGE_BYTES, 'Service Parameter Page 0');
  d.add(ELS_FIELDS.processType, at, 1);
  d.add(ELS_FIELDS.typeExtension, at + 1, 1);
  d.begin(ELS_FIELDS.processFlags, at + 2, 1);
  d.add(ELS_FIELDS.originatorValid, at + 2, 1);
  d.add(ELS_FIELDS.responderValid, at + 2, 1);
  d.add(isLogin ? ELS_FIELDS.established : ELS_FIELDS.establish, at + 2, 1);
  d.end();
  if (isAnswer) d.add(ELS_FIELDS.responseCode, at + 2, 1);
  d.add(ELS_FIELDS.originator, at + 4, 4);
  d.add(ELS_FIELDS.responder, at + 8, 4);
  if (d.u8(at) === FC_TYPE.fcp) {
    d.begin(ELS_FIELDS.fcpFlags, at + 12, 4);
    d.add(isAnswer ? ELS_FIELDS.retryIdAccepted : ELS_FIELDS.retryIdAsked, at + 12, 4);
    for (const one of ELS_FCP_FLAGS) d.add(one, at + 12, 4);
    d.end();
  }
  d.end();
}

function stateChange(d: Dissection, start: number, end: number): void {
  d.add(ELS_FIELDS.rscnPageLength, start + 1, 1);
  d.add(ELS_FIELDS.rscnLength, start + 2, 2);
  for (let at = start + 4, page = 0; at + 4 <= end; at += 4, page++) {
    d.beginText(at, 4, `Affected N_Port Page ${page}`);
    d.add(ELS_FIELDS.rscnEvent, at, 1);
    d.add(ELS_FIELDS.rscnFormat, at, 1);
    d.add(ELS_FIELDS.rscnDomain, at + 1, 1);
    d.add(ELS_FIELDS.rscnArea, at + 2, 1);
    d.add(ELS_FIELDS.rscnPort, at + 3, 1);
    d.end();
  }
}

export const elsProtocol = defineProtocol({
  id: 'fcels',
  name: 'FC Extended Link Svc',
  shortName: 'FC ELS',
  fields: [
    ELS_FIELDS,
    ...[ELS_COMMON_FLAGS, ELS_CLASS_FLAGS, ELS_INITIATOR_CONTROL, ELS_RECIPIENT_CONTROL].map((list) =>
      Object.fromEntries(list.map(({ field }) => [field.name, field])),
    ),
    Object.fromEntries(ELS_FCP_FLAGS.map((one) => [one.name, one])),
  ],
  tables: { 'fc.type': [FC_TYPE.els] },
  unlistedIn: ['fc'],
  dissect: dissectEls,
});
