/** Fields of extended link services, with Wireshark's names. */
import { field, type FieldDef } from '../core/field.ts';
import { ELS_NAMES } from './fields.ts';

const hex = { base: 'hex' } as const;

/** A flag of a login; `only`: of logins to the fabric, or of those to a port. */
export interface LoginFlag {
  readonly field: FieldDef;
  readonly only?: 'fabric' | 'port';
}

function flag(name: string, label: string, mask: number, words: readonly [string, string]): FieldDef {
  return field(`fcels.${name}`, label, 'bool', { bits: 16, mask, trueFalse: words });
}

const SUPPORTED = ['Supported', 'Not supported'] as const;

export const ELS_COMMON_FLAGS: readonly LoginFlag[] = [
  { field: flag('cmn.cios', 'Cont. Incr. Offset Supported', 0x8000, SUPPORTED) },
  { field: flag('cmn.rro', 'RRO Supported', 0x4000, SUPPORTED) },
  { field: flag('cmn.vvv', 'Valid Vendor Version', 0x2000, ['Valid', 'Invalid']) },
  { field: flag('cmn.bbb', 'B2B Credit Mgmt', 0x0800, ['Alternate B2B Credit Mgmt', 'Normal B2B Credit Mgmt']) },
  {
    field: flag('cmn.e_d_tov', 'E_D_TOV', 0x0400, ['E_D_TOV Resolution in ns', 'E_D_TOV Resolution in ms']),
    only: 'port',
  },
  { field: flag('cmn.simplex', 'Simplex', 0x0040, SUPPORTED), only: 'port' },
  { field: flag('cmn.multicast', 'Multicast', 0x0200, SUPPORTED) },
  { field: flag('cmn.broadcast', 'Broadcast', 0x0100, SUPPORTED) },
  { field: flag('cmn.security', 'Security', 0x0020, ['Set', 'Not set']) },
  { field: flag('cmn.clk', 'Clk Sync', 0x0010, ['Capable', 'Not capable']) },
  { field: flag('cmn.dhd', 'DHD Capable', 0x0004, ['Capable', 'Not capable']) },
  {
    field: flag('cmn.seqcnt', 'SEQCNT', 0x0002, ['FC-FS SEQCNT rules', 'Normal SEQCNT rules']),
    only: 'port',
  },
  { field: flag('cmn.payload', 'Payload Len', 0x0001, ['Payload Len=256 bytes', 'Payload Len=116 bytes']) },
];

export const ELS_CLASS_FLAGS: readonly LoginFlag[] = [
  { field: flag('cls.cns', 'Class Supported', 0x8000, SUPPORTED) },
  {
    field: flag('cls.sdr', 'Delivery Mode', 0x0800, ['Seq Delivery Requested', 'Out of Order Delivery Requested']),
    only: 'fabric',
  },
  { field: flag('cls.prio', 'Priority', 0x0080, SUPPORTED) },
  {
    field: flag('cls.nzctl', 'Non-zero CS_CTL', 0x0040, [
      'Non-zero CS_CTL Tolerated',
      'Non-zero CS_CTL Maybe Tolerated',
    ]),
    only: 'fabric',
  },
];

export const ELS_INITIATOR_CONTROL: readonly LoginFlag[] = [
  {
    field: field('fcels.logi.initctl.initial_pa', 'Initial P_A', 'uint16', { ...hex, mask: 0x3000 }),
    only: 'port',
  },
  { field: flag('logi.initctl.ack0', 'ACK0 Capable', 0x0800, ['Capable', 'Not capable']), only: 'port' },
  {
    field: flag('logi.initctl.ackgaa', 'ACK GAA', 0x0200, [
      'ACK generation assistance',
      'NO ack generation assistance',
    ]),
    only: 'port',
  },
  { field: flag('logi.initctl.sync', 'Clock Sync', 0x0010, SUPPORTED) },
];

export const ELS_RECIPIENT_CONTROL: readonly LoginFlag[] = [
  { field: flag('logi.rcptctl.ack', 'ACK0', 0x8000, SUPPORTED), only: 'port' },
  { field: flag('logi.rcptctl.interlock', 'X_ID Interlock', 0x2000, ['Requested', 'Not Requested']), only: 'port' },
  { field: field('fcels.logi.rcptctl.policy', 'Policy', 'uint16', { ...hex, mask: 0x1800 }), only: 'port' },
  { field: field('fcels.logi.rcptctl.category', 'Category', 'uint16', { ...hex, mask: 0x0030 }), only: 'port' },
  { field: flag('logi.rcptctl.sync', 'Clock Sync', 0x0008, SUPPORTED) },
];

function fcpFlag(name: string, label: string, mask: number, words: readonly [string, string]): FieldDef {
  return field(`fcels.fcpflags.${name}`, label, 'bool', { bits: 32, mask, trueFalse: words });
}

export const ELS_FCP_FLAGS: readonly FieldDef[] = [
  fcpFlag('retry', 'Retry', 0x100, ['Retry Possible', 'Retry NOT possible']),
  fcpFlag('ccomp', 'Comp', 0x80, ['Confirmed Comp', 'Comp NOT confirmed']),
  fcpFlag('datao', 'Data Overlay', 0x40, ['Data Overlay', 'NO data overlay']),
  fcpFlag('initiator', 'Initiator', 0x20, ['Initiator', 'NOT an initiator']),
  fcpFlag('target', 'Target', 0x10, ['Target', 'NOT a target']),
  fcpFlag('rdxr', 'Rd Xfer_Rdy Dis', 0x02, ['Rd Xfer_Rdy Dis', 'NO rd xfer_rdy dis']),
  fcpFlag('wrxr', 'Wr Xfer_Rdy Dis', 0x01, ['Wr Xfer_Rdy Dis', 'NO wr xfer_rdy dis']),
];

const processFlag = (name: string, label: string, mask: number, words: readonly [string, string]): FieldDef =>
  field(`fcels.${name}`, label, 'bool', { mask, trueFalse: words });

export const ELS_FIELDS = {
  opcode: field('fcels.opcode', 'Cmd Code', 'uint8', { ...hex, values: ELS_NAMES }),
  reason: field('fcels.rjt.reason', 'Reason Code', 'uint8', {
    ...hex,
    values: {
      0x01: 'Invalid Cmd Code',
      0x03: 'Logical Error',
      0x05: 'Logical Busy',
      0x07: 'Protocol Error',
      0x09: 'Unable to Perform Cmd',
      0x0b: 'Command Not Supported',
    },
  }),
  explanation: field('fcels.rjt.detail', 'Reason Explanation', 'uint8', {
    ...hex,
    values: {
      0x00: 'No further details',
      0x17: 'Invalid OXID-RXID Combo',
      0x1e: 'N_Port Not Logged In',
      0x2a: 'Unable to Supply Reqd Data',
      0x2c: 'Command Not Supported',
    },
  }),
  vendorUnique: field('fcels.rjt.vnduniq', 'Vendor Unique', 'uint8', hex),
  credit: field('fcels.logi.b2b', 'B2B Credit', 'uint16'),
  commonFeatures: field('fcels.logi.cmnfeatures', 'Common Svc Parameters', 'uint16', hex),
  stateChange: field('fcels.logi.bbscnum', 'BB_SC Number', 'uint8', { mask: 0xf0 }),
  receiveSize: field('fcels.logi.rcvsize', 'Receive Size', 'uint16', { mask: 0x0fff }),
  sequences: field('fcels.logi.maxconseq', 'Max Concurrent Seq', 'uint16'),
  relativeOffset: field('fcels.logi.reloff', 'Relative Offset By Info Cat', 'uint16'),
  edTov: field('fcels.edtov', 'E_D_TOV', 'uint32'),
  portName: field('fcels.npname', 'N_Port Port_Name', 'string'),
  nodeName: field('fcels.fnname', 'Fabric/Node Name', 'string'),
  classOptions: field('fcels.logi.clsflags', 'Service Options', 'uint16', hex),
  initiatorControl: field('fcels.logi.initctl', 'Initiator Ctl', 'uint16', hex),
  recipientControl: field('fcels.logi.rcptctl', 'Recipient Ctl', 'uint16', hex),
  classReceiveSize: field('fcels.logi.clsrcvsize', 'Class Recv Size', 'uint16'),
  totalSequences: field('fcels.logi.totconseq', 'Total Concurrent Seq', 'uint16'),
  endCredit: field('fcels.logi.e2e', 'End2End Credit', 'uint16'),
  openSequences: field('fcels.logi.openseq', 'Open Seq Per Exchg', 'uint16'),
  vendorVersion: field('fcels.logi.vendvers', 'Vendor Version', 'bytes'),
  portId: field('fcels.portid', 'Originator S_ID', 'string'),
  oxId: field('fcels.oxid', 'OXID', 'uint16', hex),
  rxId: field('fcels.rxid', 'RXID', 'uint16', hex),
  hardAddress: field('fcels.hrdaddr', 'Hard Address of Originator', 'string'),
  registration: field('fcels.scr.regn', 'Registration Function', 'uint8', {
    ...hex,
    values: { 1: 'Fabric Detected Regn', 2: 'N_Port Detected Regn', 3: 'Full Regn', 0xff: 'Clear All Regn' },
  }),
  pageLength: field('fcels.prlilo.page_length', 'Page Length', 'uint8'),
  payloadLength: field('fcels.prlilo.payload_length', 'Payload Length', 'uint16'),
  processType: field('fcels.prlilo.type', 'TYPE', 'uint8', { values: { 8: 'FCP' } }),
  typeExtension: field('fcels.prlilo.type_code_extension', 'TYPE Code Extension', 'uint8'),
  processFlags: field('fcels.prliloflags', 'PRLILO Flags', 'uint8', hex),
  originatorValid: processFlag('prliloflags.opav', 'Orig PA Valid', 0x80, ['Valid', 'Not Valid']),
  responderValid: processFlag('tprloflags.rpav', 'Resp PA Valid', 0x40, ['Valid', 'Not Valid']),
  established: processFlag('prliloflags.ipe', 'Image Pair Estd', 0x20, ['Image Pair Estd', 'Image Pair NOT estd']),
  establish: processFlag('prliloflags.eip', 'Est Image Pair', 0x20, ['Est Image Pair', 'Exchange Svc Param Only']),
  responseCode: field('fcels.prlilo.response_code', 'Response Code', 'uint8', hex),
  originator: field('fcels.prlilo.originator_pa', 'Originator PA', 'uint32', hex),
  responder: field('fcels.prlilo.responder_pa', 'Responder PA', 'uint32', hex),
  fcpFlags: field('fcels.fcpflags', 'FCP Flags', 'uint32', hex),
  retryIdAsked: fcpFlag('trireq', 'Task Retry Ident', 0x200, ['Requested', 'Not Requested']),
  retryIdAccepted: fcpFlag('trirep', 'Task Retry Ident', 0x200, ['Accepted', 'Not Accepted']),
  rscnPageLength: field('fcels.rscn.page_len', 'Page Len', 'uint8'),
  rscnLength: field('fcels.rscn.payload_len', 'Payload Len', 'uint16'),
  rscnEvent: field('fcels.rscn.evqual', 'Event Qualifier', 'uint8', { ...hex, mask: 0x3c }),
  rscnFormat: field('fcels.rscn.addrfmt', 'Address Format', 'uint8', { ...hex, mask: 0x03 }),
  rscnDomain: field('fcels.rscn.domain', 'Affected Domain', 'uint8', hex),
  rscnArea: field('fcels.rscn.area', 'Affected Area', 'uint8', hex),
  rscnPort: field('fcels.rscn.port', 'Affected Port', 'uint8', hex),
};
