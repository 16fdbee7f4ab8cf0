/** Where the lab knowingly differs from tshark 4.0. Short, and each with its reason. */

export interface KnownDifference {
  /** A field, or with `*` at the end all that begin so. */
  readonly field: string;
  /** What of it may differ. */
  readonly what: 'missing' | 'extra' | 'value' | 'span' | 'layers' | 'any';
  /** Only when tshark's side looks so. */
  readonly theirs?: RegExp;
  /** Only in a packet that was captured before, on the other side of a router. */
  readonly isSecondHop?: true;
  /** Only in frames in which tshark finds such layers. */
  readonly layers?: RegExp;
  readonly reason: string;
}

const SECOND_HOP = {
  isSecondHop: true,
  reason: 'the ERROR of a size probe, captured again behind a router: tshark takes the second one for a failure',
} as const;

const SHORT_ANSWER =
  'tshark ends a frame whose SCSI answer is cut to what was asked for; its status is in the same PDU';
/** What the status of a SCSI command has. */
const STATUS_FIELDS = [
  'scsi',
  'scsi.lun',
  'scsi.inquiry.devtype',
  'scsi.request_frame',
  'scsi.spc.opcode',
  'scsi.status',
  'scsi.time',
  'scsi_sbc.opcode',
];

/** Frames of SCSI over Fibre Channel. */
const FCP = {
  layers: / fcp\b/,
  reason: 'tshark 4.0 looks for an exchange under a LUN that it does not know yet, and finds none',
} as const;

/** Protocols that the lab dissects and tshark does not: their bytes are data on both sides. */
export const UNKNOWN_TO_TSHARK: readonly string[] = ['slam'];

export const KNOWN_DIFFERENCES: readonly KnownDifference[] = [
  { field: 'fc.exchange_first_frame', what: 'any', reason: FCP.reason },
  { field: 'fc.exchange_last_frame', what: 'any', reason: FCP.reason },
  { field: 'fc.time', what: 'any', reason: FCP.reason },
  { field: 'fcp.*', what: 'extra', ...FCP },
  { field: 'scsi*', what: 'extra', ...FCP },
  { field: 'scsi.lun', what: 'value', theirs: /^0xffff$/, ...FCP },
  { field: 'data*', what: 'missing', ...FCP },
  { field: 'frame.protocols', what: 'value', theirs: /:fc:data$/, ...FCP },
  { field: 'fcdns.rply.p*', what: 'any', reason: 'tshark reads the ports of a list 4 bytes too early' },
  { field: 'tftp.error', what: 'missing', ...SECOND_HOP },
  { field: 'tftp.likely_tsize_probe', what: 'extra', ...SECOND_HOP },
  { field: '_ws.expert.message', what: 'value', theirs: /^TFTP ERROR packet$/, ...SECOND_HOP },
  { field: '_ws.expert.group', what: 'value', theirs: /^50331648$/, ...SECOND_HOP },
  { field: '_ws.expert.severity', what: 'value', theirs: /^6291456$/, ...SECOND_HOP },
  ...STATUS_FIELDS.map((field) => ({ field, what: 'extra', reason: SHORT_ANSWER }) as const),
  { field: '_ws.short', what: 'missing', theirs: /^14\+0 $/, reason: SHORT_ANSWER },
  { field: 'layers', what: 'layers', theirs: / iscsi scsi _ws\.short$/, reason: SHORT_ANSWER },
  {
    field: 'tcp.completeness',
    what: 'value',
    theirs: /^30$/,
    reason: 'a connection to an address that SendTargets has announced: tshark does not count its SYN',
  },
  { field: 'frame.offset_shift', what: 'missing', reason: 'the lab cannot shift times' },
  { field: 'frame.marked', what: 'missing', reason: 'marks are no property of the capture' },
  { field: 'frame.ignored', what: 'missing', reason: 'marks are no property of the capture' },
  { field: 'frame.time_delta_displayed', what: 'missing', reason: 'the dissection knows no display filter' },
  { field: 'frame.section_number', what: 'missing', reason: 'the store joins sections' },
  { field: 'frame.packet_flags_*', what: 'missing', reason: 'of the flags word the store keeps the direction' },
  { field: 'frame.interface_id', what: 'extra', reason: 'classic pcap has no interfaces; the store makes one' },
  { field: 'eth.dst.oui_resolved', what: 'missing', reason: 'no list of manufacturers' },
  { field: 'eth.src.oui_resolved', what: 'missing', reason: 'no list of manufacturers' },
  { field: 'eth.addr.oui_resolved', what: 'missing', reason: 'no list of manufacturers' },
  { field: 'eth.trailer', what: 'missing', theirs: /00:00$/, reason: 'tshark shows the end of an LLDPDU once more' },
  { field: 'http.file_data', what: 'value', reason: 'tshark writes bytes that are no text as escapes' },
  { field: 'http.authbasic', what: 'span', reason: 'tshark counts the place of the header twice' },
  { field: 'rpc.programversion', what: 'span', reason: 'tshark counts the place of the RPC message twice' },
  { field: 'portmap.procedure_v2', what: 'span', reason: 'tshark counts the place of the RPC message twice' },
  { field: 'mount.procedure_v3', what: 'span', reason: 'tshark counts the place of the RPC message twice' },
  { field: 'mount.procedure_v1', what: 'span', reason: 'tshark counts the place of the RPC message twice' },
  { field: 'mount.procedure_v2', what: 'span', reason: 'tshark counts the place of the RPC message twice' },
  { field: 'nfs.procedure_v2', what: 'span', reason: 'tshark counts the place of the RPC message twice' },
  { field: 'bootparams.procedure_v1', what: 'span', reason: 'tshark counts the place of the RPC message twice' },
  { field: 'nfs.procedure_v3', what: 'span', reason: 'tshark counts the place of the RPC message twice' },
  {
    field: 'layers',
    what: 'layers',
    theirs: / rpc nfs$/,
    reason: 'a READ of U-Boot has four bytes too many: tshark counts them as data, and PDML has no layer for them',
  },
  { field: 'ntp.*', what: 'value', theirs: /^NULL$/, reason: 'a time that is not set: the lab shows it as a time' },
  { field: 'dhcp.option.ipxe.*', what: 'extra', reason: 'tshark does not know the sub-options of iPXE' },
  { field: '_ws.expert', what: 'span', reason: 'a finding stands where its item is; tshark is not consistent' },
  { field: '_ws.malformed', what: 'missing', reason: 'tshark gives the finding below it the same name' },
  { field: 'x509*', what: 'missing', reason: 'the fields of certificates are shown elsewhere' },
  { field: 'pkcs1.*', what: 'missing', reason: 'the fields of certificates are shown elsewhere' },
  { field: 'ber.*', what: 'missing', reason: 'the fields of certificates are shown elsewhere' },
  { field: 'frame.protocols', what: 'value', theirs: /:tls:x509/, reason: 'tshark counts the parts of a certificate' },
  {
    field: 'tls.app_data_proto',
    what: 'span',
    reason: 'with several records tshark counts the place of the first twice',
  },
  { field: 'tls.handshake', what: 'span', reason: 'in decrypted bytes tshark gives the place of the encrypted record' },
  {
    field: 'tls.alert_message',
    what: 'span',
    reason: 'in decrypted bytes tshark gives the place of the encrypted record',
  },
  {
    field: 'tls.segment.data',
    what: 'span',
    reason: 'in decrypted bytes tshark gives the place of the encrypted record',
  },
  {
    field: 'tls.reassembled_in',
    what: 'span',
    reason: 'in decrypted bytes tshark gives the place of the encrypted record',
  },
  {
    field: 'tls.handshake.fragments',
    what: 'span',
    reason: 'of reassembled bytes tshark gives the place of the last record',
  },
  { field: 'tls.handshake.reassembled_in', what: 'span', reason: 'tshark counts the place of the record twice' },
  { field: 'ip.fragments', what: 'span', reason: 'tshark gives the place of the last header, in another source' },
  {
    field: 'layers',
    what: 'layers',
    theirs: / icmp data$/,
    reason: 'data in a quoted packet stays in the quotation; tshark puts it beside the protocols',
  },
];
