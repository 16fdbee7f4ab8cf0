/** Fibre Channel frames as Wireshark shows them: header, basic link services, and what is inside. */
import { GENERATED, HIDDEN, type Dissection } from '../core/dissect.ts';
import { field, type FieldDef } from '../core/field.ts';
import { defineProtocol, REJECTED } from '../core/registry.ts';
import { exchangeOf } from './exchange.ts';
import { FC, FC_F_CTL, FC_HEADER_LENGTH, FC_R_CTL, FC_TYPE } from './fields.ts';
import { formatFcId } from './wwn.ts';

const ROUTING: Readonly<Record<number, string>> = {
  0x00: 'Device_Data',
  0x20: 'Extended Link Services',
  0x30: 'FC-4 Link_Data',
  0x40: 'Video_Data',
  0x80: 'Basic Link Services',
  0xc0: 'Link_Control',
};

const INFORMATION: Readonly<Record<number, string>> = {
  0: 'Uncategorized Data',
  1: 'Solicited Data',
  2: 'Unsolicited Control',
  3: 'Solicited Control',
  4: 'Unsolicited Data',
  5: 'Data Descriptor',
  6: 'Unsolicited Command',
  7: 'Command Status',
};
const LINK_SERVICE: Readonly<Record<number, string>> = { 1: 'Solicited Data', 2: 'Request', 3: 'Reply' };
const BASIC: Readonly<Record<number, string>> = { 0: 'NOP', 1: 'ABTS', 2: 'RMC', 4: 'BA_ACC', 5: 'BA_RJT', 6: 'PRMT' };

const TYPE_NAMES = {
  [FC_TYPE.bls]: 'Basic Link Svc',
  [FC_TYPE.els]: 'Ext Link Svc',
  [FC_TYPE.fcp]: 'FCP',
  [FC_TYPE.ct]: 'FC_CT',
};

/** Wireshark's own numbers for what a frame is. */
const FRAME_TYPE = { undefined: 0, fcp: 3, bls: 4, els: 5, ct: 7 } as const;
const FRAME_TYPE_NAMES = { 0: 'Unknown frame', 3: 'FCP', 4: 'Basic Link Svc', 5: 'ELS', 7: 'FC_CT' };

const hex = { base: 'hex' } as const;
const flag = (name: string, label: string, mask: number, isSet: string, isNot: string): FieldDef =>
  field(`fc.fctl.${name}`, label, 'bool', { bits: 24, mask, trueFalse: [isSet, isNot] });

const FIELDS = {
  rCtl: field('fc.r_ctl', 'R_CTL', 'uint8', hex),
  frameType: field('fc.ftype', 'Frame type', 'uint8', { ...hex, values: FRAME_TYPE_NAMES }),
  destination: field('fc.d_id', 'Dest Addr', 'string'),
  address: field('fc.id', 'Addr', 'string'),
  csCtl: field('fc.cs_ctl', 'CS_CTL', 'uint8', hex),
  source: field('fc.s_id', 'Src Addr', 'string'),
  type: field('fc.type', 'Type', 'uint8', { ...hex, values: TYPE_NAMES }),
  fCtl: field('fc.f_ctl', 'F_CTL', 'uint24', hex),
  seqId: field('fc.seq_id', 'SEQ_ID', 'uint8', hex),
  dfCtl: field('fc.df_ctl', 'DF_CTL', 'uint8', hex),
  seqCnt: field('fc.seq_cnt', 'SEQ_CNT', 'uint16'),
  oxId: field('fc.ox_id', 'OX_ID', 'uint16', hex),
  rxId: field('fc.rx_id', 'RX_ID', 'uint16', hex),
  parameter: field('fc.parameter', 'Parameter', 'uint32', hex),
  relativeOffset: field('fc.relative_offset', 'Relative Offset', 'uint32'),
  reassembled: field('fc.reassembled', 'Reassembled Frame', 'bool'),
  firstFrame: field('fc.exchange_first_frame', 'Exchange First In', 'framenum'),
  lastFrame: field('fc.exchange_last_frame', 'Exchange Last In', 'framenum'),
  time: field('fc.time', 'Time from Exchange First', 'relative-time'),
  seqIdValid: field('fc.bls_seqidvld', 'SEQID Valid', 'uint8', { ...hex, values: { 0: 'No', 0x80: 'Yes' } }),
  lastSeqId: field('fc.bls_lastseqid', 'Last Valid SEQID', 'uint8', hex),
  blsOxId: field('fc.bls_oxid', 'OXID', 'uint16', hex),
  blsRxId: field('fc.bls_rxid', 'RXID', 'uint16', hex),
  lowSeqCnt: field('fc.bls_lseqcnt', 'Low SEQCNT', 'uint16', hex),
  highSeqCnt: field('fc.bls_hseqcnt', 'High SEQCNT', 'uint16', hex),
  reason: field('fc.bls_reason', 'Reason', 'uint8', {
    ...hex,
    values: { 0x01: 'Invalid Cmd Code', 0x03: 'Logical Error', 0x05: 'Logical Busy', 0x09: 'Unable to Perform Cmd' },
  }),
  explanation: field('fc.bls_rjtdetail', 'Reason Explanation', 'uint8', {
    ...hex,
    values: { 0x00: 'No Additional Info', 0x03: 'Invalid OXID-RXID Combo', 0x05: 'Sequence Aborted' },
  }),
  vendorReason: field('fc.bls_vnduniq', 'Vendor Unique Reason', 'uint8', hex),
};

const CONTROL: readonly FieldDef[] = [
  flag('exchange_responder', 'ExgRpd', FC_F_CTL.fromResponder, 'Exchange Responder', 'Exchange Originator'),
  flag('seq_recipient', 'SeqRec', FC_F_CTL.sequenceRecipient, 'Seq Recipient', 'Seq Initiator'),
  flag('exchange_first', 'ExgFst', FC_F_CTL.firstSequence, 'Exchg First', 'NOT exchg first'),
  flag('exchange_last', 'ExgLst', FC_F_CTL.lastSequence, 'Exchg Last', 'NOT exchg last'),
  flag('seq_last', 'SeqLst', FC_F_CTL.endOfSequence, 'Seq Last', 'NOT seq last'),
  flag('priority', 'Pri', 0x02_0000, 'Priority', 'CS_CTL'),
  flag(
    'transfer_seq_initiative',
    'TSI',
    FC_F_CTL.transferInitiative,
    'Transfer Seq Initiative',
    'NOT transfer seq initiative',
  ),
  field('fc.fctl.last_data_frame', 'LDF', 'uint24', { ...hex, mask: 0xc000 }),
  field('fc.fctl.ack_0_1', 'A01', 'uint24', { ...hex, mask: 0x3000 }),
  flag('rexmitted_seq', 'RetSeq', 0x0200, 'Retransmitted Sequence', 'NOT retransmitted sequence'),
  field('fc.fctl.abts_ack', 'AA', 'uint24', { ...hex, mask: 0x30 }),
  flag('rel_offset', 'RelOff', FC_F_CTL.relativeOffset, 'Rel Offset SET', 'rel offset NOT set'),
];

function frameType(rCtl: number, type: number): number {
  const routing = rCtl & 0xf0;
  if (routing === 0x80) return FRAME_TYPE.bls;
  if (routing === 0x20) return FRAME_TYPE.els;
  if (routing !== 0) return FRAME_TYPE.undefined;
  if (type === FC_TYPE.fcp) return FRAME_TYPE.fcp;
  return type === FC_TYPE.ct ? FRAME_TYPE.ct : FRAME_TYPE.undefined;
}

function routingText(rCtl: number): string {
  const low = rCtl & 0x0f;
  const routing = rCtl & 0xf0;
  const names = routing === 0x80 ? BASIC : routing === 0x20 ? LINK_SERVICE : INFORMATION;
  return `R_CTL: 0x${rCtl.toString(16)}(${ROUTING[routing] ?? `0x${routing.toString(16)}`}/${names[low] ?? `0x${low.toString(16)}`})`;
}

function dissectFc(d: Dissection, start: number, end: number): number {
  d.begin(fcProtocol.field, start, Math.min(FC_HEADER_LENGTH, end - start));
  if (d.building) d.labelOpen('Fibre Channel');
  d.need(start, FC_HEADER_LENGTH);
  const rCtl = d.u8(start + FC.rCtl);
  const type = d.u8(start + FC.type);
  const what = frameType(rCtl, type);
  const control = d.u32(start + FC.fCtl - 1) & 0xff_ffff;
  const to = formatFcId(d.u32(start + FC.destination - 1) & 0xff_ffff);
  const from = formatFcId(d.u32(start + FC.source - 1) & 0xff_ffff);
  const exchange = exchangeOf(d, start);
  if (d.columns !== undefined) {
    d.columns.source = from;
    d.columns.destination = to;
    d.columns.protocol = 'FC';
    d.columns.info = FRAME_TYPE_NAMES[what as keyof typeof FRAME_TYPE_NAMES];
  }
  d.add(FIELDS.rCtl, start + FC.rCtl, 1);
  if (d.building) d.label(routingText(rCtl));
  d.add(FIELDS.frameType, start, 1, what, HIDDEN);
  d.add(FIELDS.destination, start + FC.destination, 3, to);
  d.add(FIELDS.address, start + FC.destination, 3, to, HIDDEN);
  d.add(FIELDS.csCtl, start + FC.csCtl, 1);
  d.add(FIELDS.source, start + FC.source, 3, from);
  d.add(FIELDS.address, start + FC.source, 3, from, HIDDEN);
  d.add(FIELDS.type, start + FC.type, 1);
  d.begin(FIELDS.fCtl, start + FC.fCtl, 3);
  for (const one of CONTROL) d.add(one, start + FC.fCtl, 3);
  d.end();
  d.add(FIELDS.seqId, start + FC.seqId, 1);
  d.add(FIELDS.dfCtl, start + FC.dfCtl, 1);
  d.add(FIELDS.seqCnt, start + FC.seqCnt, 2);
  d.add(FIELDS.oxId, start + FC.oxId, 2);
  d.add(FIELDS.rxId, start + FC.rxId, 2);
  const hasOffset = what === FRAME_TYPE.fcp && (control & FC_F_CTL.relativeOffset) !== 0;
  d.add(hasOffset ? FIELDS.relativeOffset : FIELDS.parameter, start + FC.parameter, 4);
  if (d.building && rCtl === FC_R_CTL.abts) {
    d.label(
      `Parameter: 0x${d.u32(start + FC.parameter).toString(16)}(Abort ${(d.u8(start + FC.parameter + 3) & 1) === 1 ? 'Sequence' : 'Exchange'})`,
    );
  }
  d.add(FIELDS.reassembled, start + FC.fCtl, 1, false, HIDDEN);
  if (exchange.firstFrame !== d.number) {
    d.add(FIELDS.firstFrame, start, 0, exchange.firstFrame, GENERATED);
    d.add(FIELDS.time, start, 0, d.context.frames.timeNs(d.index) - exchange.firstNs, GENERATED);
  }
  const { lastFrame } = exchange;
  if (lastFrame !== undefined && lastFrame !== d.number) d.add(FIELDS.lastFrame, start, 0, lastFrame, GENERATED);
  d.end();
  const payload = start + FC_HEADER_LENGTH;
  if (what === FRAME_TYPE.bls) {
    basicLinkService(d, payload, end, rCtl);
    return end;
  }
  // Of data in several frames the first is read; the others are the data.
  const isLater = (hasOffset && d.u32(start + FC.parameter) > 0) || d.u16(start + FC.seqCnt) > 0;
  const key = what === FRAME_TYPE.els ? FC_TYPE.els : type;
  if (what === FRAME_TYPE.undefined || isLater || d.dispatch('fc.type', key, payload, end, rCtl) === REJECTED) {
    d.data(payload, end);
  }
  return end;
}

function basicLinkService(d: Dissection, start: number, end: number, rCtl: number): void {
  const name = BASIC[rCtl & 0x0f] ?? 'Unknown';
  if (d.columns !== undefined) {
    d.columns.protocol = 'BLS';
    d.columns.info = name;
  }
  if (rCtl !== FC_R_CTL.baAcc && rCtl !== FC_R_CTL.baRjt) return;
  d.beginText(start, end - start, 'Basic Link Svc');
  if (rCtl === FC_R_CTL.baAcc) {
    d.add(FIELDS.seqIdValid, start, 1);
    d.add(FIELDS.lastSeqId, start + 1, 1);
    d.add(FIELDS.blsOxId, start + 4, 2);
    d.add(FIELDS.blsRxId, start + 6, 2);
    d.add(FIELDS.lowSeqCnt, start + 8, 2);
    d.add(FIELDS.highSeqCnt, start + 10, 2);
  } else {
    d.add(FIELDS.reason, start + 1, 1);
    d.add(FIELDS.explanation, start + 2, 1);
    d.add(FIELDS.vendorReason, start + 3, 1);
  }
  d.end();
}

export const fcProtocol = defineProtocol({
  id: 'fc',
  name: 'Fibre Channel',
  shortName: 'FC',
  fields: [FIELDS, Object.fromEntries(CONTROL.map((one) => [one.name, one]))],
  calls: ['fc.type'],
  dissect: dissectFc,
});
