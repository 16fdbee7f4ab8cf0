/** The dissection of what INQUIRY reads (SPC-4 §6.6): standard data and pages of vital product data. */
import type { Dissection } from '../core/dissect.ts';
import { field, type FieldDef } from '../core/field.ts';
import { SCSI } from './dissect-fields.ts';

function flag(name: string, label: string, mask: number, is: string, isNot: string): FieldDef {
  return field(`scsi.inquiry.${name}`, label, 'bool', { mask, trueFalse: [is, isNot] });
}

const hex = { base: 'hex' } as const;

export const INQUIRY = {
  peripheral: field('scsi.inquiry.peripheral', 'Peripheral', 'uint8', hex),
  qualifier: field('scsi.inquiry.qualifier', 'Qualifier', 'uint8', {
    base: 'hex',
    mask: 0xe0,
    values: {
      0: 'Device type is connected to logical unit',
      1: 'Device type is supported by server but is not connected to logical unit',
      3: 'Device type is not supported by server',
    },
  }),
  removableFlags: field('scsi.inquiry.rmbflags', 'Inquiry RMB Flags', 'uint8', hex),
  removable: flag('removable', 'Removable', 0x80, 'This is a REMOVABLE device', 'This device is NOT removable'),
  version: field('scsi.inquiry.version', 'Version', 'uint8', {
    base: 'hex',
    values: {
      0: 'No Compliance to any Standard',
      4: 'Compliance to SPC-2',
      5: 'Compliance to SPC-3',
      6: 'Compliance to SPC-4',
    },
  }),
  acaFlags: field('scsi.inquiry.acaflags', 'Inquiry ACA Flags', 'uint8', hex),
  normAca: flag('normaca', 'NormACA', 0x20, 'NormACA is SUPPORTED', 'Normaca is NOT supported'),
  hiSup: flag(
    'hisup',
    'HiSup',
    0x10,
    'Hierarchical Addressing Mode is SUPPORTED',
    'Hierarchical addressing mode is NOT supported',
  ),
  format: field('scsi.inquiry.rdf', 'Response Data Format', 'uint8', {
    mask: 0x0f,
    values: { 2: 'SPC-2/SPC-3/SPC-4' },
  }),
  additional: field('scsi.inquiry.add_len', 'Additional Length', 'uint8'),
  sccsFlags: field('scsi.inquiry.sccsflags', 'Inquiry SCCS Flags', 'uint8', hex),
  sccs: flag('sccs', 'SCCS', 0x80, 'SCC is SUPPORTED', 'Scc is NOT supported'),
  acc: flag('acc', 'ACC', 0x40, 'Access Control Coordinator is SUPPORTED', 'Access control coordinator NOT supported'),
  tpgs: field('scsi.inquiry.tpgs', 'TPGS', 'uint8', {
    mask: 0x30,
    values: {
      0: 'Asymmetric LU Access not supported',
      1: 'Implicit Asymmetric LU Access supported',
      2: 'Explicit LU Access supported',
      3: 'Both Implicit and Explicit LU Access supported',
    },
  }),
  copy: flag('tpc', '3PC', 0x08, 'Third Party Copy is SUPPORTED', 'Third party copy is NOT supported'),
  protect: flag(
    'protect',
    'Protect',
    0x01,
    'Protection Information is SUPPORTED',
    'Protection information NOT supported',
  ),
  queueFlags: field('scsi.inquiry.bqueflags', 'Inquiry BQue Flags', 'uint8', hex),
  bque: flag('bque', 'BQue', 0x80, 'BQUE is SUPPORTED', 'Bque is NOT supported'),
  enclosure: flag('encserv', 'EncServ', 0x40, 'Enclosed Services is SUPPORTED', 'Enclosed services is NOT supported'),
  multiPort: flag('multip', 'MultiP', 0x10, 'This is a MULTIPORT device', 'This is NOT a multiport device'),
  changer: flag('mchngr', 'MChngr', 0x08, 'This device is attached to a MEDIUMCHANGER', 'This is a normal device'),
  linkFlags: field('scsi.inquiry.reladrflags', 'Inquiry RelAdr Flags', 'uint8', hex),
  linked: flag('linked', 'Linked', 0x08, 'Linked Commands are SUPPORTED', 'Linked commands are NOT supported'),
  commandQueue: flag('cmdque', 'CmdQue', 0x02, 'Command queuing is SUPPORTED', 'Command queuing is NOT supported'),
  vendor: field('scsi.inquiry.vendor_id', 'Vendor Id', 'string'),
  product: field('scsi.inquiry.product_id', 'Product Id', 'string'),
  revision: field('scsi.inquiry.product_rev', 'Product Revision Level', 'string'),
  vendorSpecific: field('scsi.inquiry.vendor_specific', 'Vendor Specific', 'bytes'),
  standard: field('scsi.inquiry.version_desc', 'Version Description', 'uint16', {
    base: 'hex',
    values: {
      0x0000: 'Version Descriptor Not Supported or No Standard Identified',
      0x00a0: 'SAM-5 (no version claimed)',
      0x0300: 'SPC-3 (no version claimed)',
      0x0460: 'SPC-4 (no version claimed)',
      0x04c0: 'SBC-3 (no version claimed)',
      0x0960: 'iSCSI (no version claimed)',
    },
  }),
  pageLength: field('scsi.inquiry.evpd.pagelength', 'Page Length', 'uint16'),
  supportedPage: field('scsi.inquiry.evpd.supported_page', 'Supported Page', 'uint8', hex),
  serial: field('scsi.inquiry.evpd.product_serial_number', 'Product Serial Number', 'string'),
};

/** Flags with the byte that they lie in. */
const STANDARD_FLAGS: readonly (readonly [heading: FieldDef, at: number, ...flags: FieldDef[]])[] = [
  [INQUIRY.removableFlags, 1, INQUIRY.removable],
  [INQUIRY.acaFlags, 3, INQUIRY.normAca, INQUIRY.hiSup, INQUIRY.format],
  [INQUIRY.sccsFlags, 5, INQUIRY.sccs, INQUIRY.acc, INQUIRY.tpgs, INQUIRY.copy, INQUIRY.protect],
  [INQUIRY.queueFlags, 6, INQUIRY.bque, INQUIRY.enclosure, INQUIRY.multiPort, INQUIRY.changer],
  [INQUIRY.linkFlags, 7, INQUIRY.linked, INQUIRY.commandQueue],
];
const [REMOVABLE, ACA, ...OTHERS] = STANDARD_FLAGS;
/** Up to the standards; initiators often ask for less. */
const VENDOR_SPECIFIC_AT = 36;
const STANDARDS_AT = 58;
const STANDARDS_END = 74;

export function addInquiry(d: Dissection, start: number, end: number, isVpd: boolean, page: number): void {
  if (end - start < VENDOR_SPECIFIC_AT && !isVpd) return;
  if (isVpd) {
    vital(d, start, end, page);
    return;
  }
  const flags = (row: (typeof STANDARD_FLAGS)[number] | undefined): void => {
    if (row === undefined) return;
    const [heading, at, ...bits] = row;
    d.begin(heading, start + at, 1);
    for (const bit of bits) d.add(bit, start + at, 1);
    d.end();
  };
  d.begin(INQUIRY.peripheral, start, 1);
  d.add(INQUIRY.qualifier, start, 1);
  d.add(SCSI.deviceType, start, 1);
  d.end();
  flags(REMOVABLE);
  d.add(INQUIRY.version, start + 2, 1);
  flags(ACA);
  d.add(INQUIRY.additional, start + 4, 1);
  for (const row of OTHERS) flags(row);
  d.add(INQUIRY.vendor, start + 8, 8);
  d.add(INQUIRY.product, start + 16, 16);
  d.add(INQUIRY.revision, start + 32, 4);
  if (start + VENDOR_SPECIFIC_AT + 20 <= end) d.add(INQUIRY.vendorSpecific, start + VENDOR_SPECIFIC_AT, 20);
  for (let at = start + STANDARDS_AT; at + 2 <= Math.min(end, start + STANDARDS_END); at += 2) {
    d.add(INQUIRY.standard, at, 2);
  }
}

function vital(d: Dissection, start: number, end: number, page: number): void {
  if (end - start < 4) return;
  const length = Math.min(d.u16(start + 2), end - start - 4);
  d.beginText(start, 4 + length, 'Vital product data');
  d.add(INQUIRY.qualifier, start, 1);
  d.add(SCSI.deviceType, start, 1);
  d.add(SCSI.pageCode, start + 1, 1);
  d.add(INQUIRY.pageLength, start + 2, 2);
  if (page === 0x00) for (let i = 0; i < length; i++) d.add(INQUIRY.supportedPage, start + 4 + i, 1);
  else if (page === 0x80) d.add(INQUIRY.serial, start + 4, length);
  d.end();
}
