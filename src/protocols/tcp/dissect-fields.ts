/** The fields of TCP, under Wireshark's names. */
import { CHECKSUM_STATUS_NAMES } from '../core/checksum-fields.ts';
import { expertField, field, type FieldDef } from '../core/field.ts';

const SET = ['Set', 'Not set'] as const;

function flag(name: string, label: string, mask: number): FieldDef {
  return field(`tcp.flags.${name}`, label, 'bool', { bits: 12, mask, trueFalse: SET });
}

function note(name: string, text: string): FieldDef {
  return expertField(`tcp.analysis.${name}`, 'note', 'Sequence', text);
}

function warning(name: string, text: string): FieldDef {
  return expertField(`tcp.analysis.${name}`, 'warn', 'Sequence', text);
}

function chat(name: string, text: string): FieldDef {
  return expertField(name, 'chat', 'Sequence', text);
}

export const TCP_FIELDS = {
  sourcePort: field('tcp.srcport', 'Source Port', 'uint16'),
  destinationPort: field('tcp.dstport', 'Destination Port', 'uint16'),
  port: field('tcp.port', 'Source or Destination Port', 'uint16'),
  stream: field('tcp.stream', 'Stream index', 'uint32'),
  completeness: field('tcp.completeness', 'Conversation completeness', 'uint8'),
  length: field('tcp.len', 'TCP Segment Len', 'uint32'),
  sequence: field('tcp.seq', 'Sequence Number', 'uint32', { unit: '    (relative sequence number)' }),
  sequenceRaw: field('tcp.seq_raw', 'Sequence Number (raw)', 'uint32'),
  nextSequence: field('tcp.nxtseq', 'Next Sequence Number', 'uint32', { unit: '    (relative sequence number)' }),
  acknowledgment: field('tcp.ack', 'Acknowledgment Number', 'uint32', { unit: '    (relative ack number)' }),
  acknowledgmentRaw: field('tcp.ack_raw', 'Acknowledgment number (raw)', 'uint32'),
  headerLength: field('tcp.hdr_len', 'Header Length', 'uint8', { unit: ' bytes' }),
  flags: field('tcp.flags', 'Flags', 'uint16', { base: 'hex', mask: 0x0fff }),
  reserved: flag('res', 'Reserved', 0xe00),
  accurateEcn: flag('ae', 'Accurate ECN', 0x100),
  cwr: flag('cwr', 'Congestion Window Reduced', 0x80),
  ece: flag('ece', 'ECN-Echo', 0x40),
  urg: flag('urg', 'Urgent', 0x20),
  ack: flag('ack', 'Acknowledgment', 0x10),
  push: flag('push', 'Push', 0x08),
  reset: flag('reset', 'Reset', 0x04),
  syn: flag('syn', 'Syn', 0x02),
  fin: flag('fin', 'Fin', 0x01),
  flagsText: field('tcp.flags.str', 'TCP Flags', 'string'),
  windowValue: field('tcp.window_size_value', 'Window', 'uint16'),
  window: field('tcp.window_size', 'Calculated window size', 'uint32'),
  windowScale: field('tcp.window_size_scalefactor', 'Window size scaling factor', 'int32'),
  checksum: field('tcp.checksum', 'Checksum', 'uint16', { base: 'hex' }),
  status: field('tcp.checksum.status', 'Checksum Status', 'uint8', { base: 'none', values: CHECKSUM_STATUS_NAMES }),
  calculated: field('tcp.checksum_calculated', 'Calculated Checksum', 'uint16', { base: 'hex' }),
  bad: expertField('tcp.checksum_bad.expert', 'error', 'Checksum', 'Bad checksum'),
  urgentPointer: field('tcp.urgent_pointer', 'Urgent Pointer', 'uint16'),
  timeRelative: field('tcp.time_relative', 'Time since first frame in this TCP stream', 'relative-time'),
  timeDelta: field('tcp.time_delta', 'Time since previous frame in this TCP stream', 'relative-time'),
  payload: field('tcp.payload', 'TCP payload', 'bytes'),
  segmentData: field('tcp.segment_data', 'TCP segment data', 'bytes'),
  segments: field('tcp.segments', 'Reassembled TCP Segments', 'none'),
  segment: field('tcp.segment', 'TCP Segment', 'framenum'),
  segmentOverlap: field('tcp.segment.overlap', 'Segment overlap', 'bool'),
  segmentCount: field('tcp.segment.count', 'Segment count', 'uint32'),
  reassembledIn: field('tcp.reassembled_in', 'Reassembled PDU in frame', 'framenum'),
  reassembledLength: field('tcp.reassembled.length', 'Reassembled TCP length', 'uint32'),
  reassembledData: field('tcp.reassembled.data', 'Reassembled TCP Data', 'bytes'),
  analysis: field('tcp.analysis', 'SEQ/ACK analysis', 'none'),
  analysisFlags: field('tcp.analysis.flags', 'TCP Analysis Flags', 'none'),
  acksFrame: field('tcp.analysis.acks_frame', 'This is an ACK to the segment in frame', 'framenum'),
  ackRtt: field('tcp.analysis.ack_rtt', 'The RTT to ACK the segment was', 'relative-time'),
  initialRtt: field('tcp.analysis.initial_rtt', 'iRTT', 'relative-time'),
  bytesInFlight: field('tcp.analysis.bytes_in_flight', 'Bytes in flight', 'uint32'),
  pushBytes: field('tcp.analysis.push_bytes_sent', 'Bytes sent since last PSH flag', 'uint32'),
  rto: field('tcp.analysis.rto', 'The RTO for this segment was', 'relative-time'),
  rtoFrame: field('tcp.analysis.rto_frame', 'RTO based on delta from frame', 'framenum'),
  duplicateAckNumber: field('tcp.analysis.duplicate_ack_num', 'Duplicate ACK #', 'uint32'),
  duplicateAckFrame: field('tcp.analysis.duplicate_ack_frame', 'Duplicate to the ACK in frame', 'framenum'),
  synFinding: chat('tcp.connection.syn', 'Connection establish request (SYN)'),
  synAckFinding: chat('tcp.connection.synack', 'Connection establish acknowledge (SYN+ACK)'),
  finFinding: chat('tcp.connection.fin', 'Connection finish (FIN)'),
  finActive: expertField(
    'tcp.connection.fin_active',
    'note',
    'Sequence',
    'This frame initiates the connection closing',
  ),
  finPassive: expertField(
    'tcp.connection.fin_passive',
    'note',
    'Sequence',
    'This frame undergoes the connection closing',
  ),
  rstFinding: expertField('tcp.connection.rst', 'warn', 'Sequence', 'Connection reset (RST)'),
  urgentWithoutFlag: expertField(
    'tcp.urgent_pointer.non_zero',
    'note',
    'Protocol',
    'The urgent pointer field is nonzero while the URG flag is not set',
  ),
  bogusHeaderLength: expertField('tcp.bogus_header_length', 'error', 'Protocol', 'Bogus TCP Header length'),
};

/** Findings of the sequence analysis, by their bit in what is remembered of a frame. */
export const TCP_FINDINGS = {
  retransmission: note('retransmission', 'This frame is a (suspected) retransmission'),
  fastRetransmission: note('fast_retransmission', 'This frame is a (suspected) fast retransmission'),
  spuriousRetransmission: note('spurious_retransmission', 'This frame is a (suspected) spurious retransmission'),
  outOfOrder: warning('out_of_order', 'This frame is a (suspected) out-of-order segment'),
  lostSegment: warning('lost_segment', 'Previous segment(s) not captured (common at capture start)'),
  ackLostSegment: warning('ack_lost_segment', "ACKed segment that wasn't captured (common at capture start)"),
  duplicateAck: note('duplicate_ack', 'Duplicate ACK'),
  keepAlive: note('keep_alive', 'TCP keep-alive segment'),
  keepAliveAck: note('keep_alive_ack', 'ACK to a TCP keep-alive segment'),
  zeroWindow: warning('zero_window', 'TCP Zero Window segment'),
  zeroWindowProbe: note('zero_window_probe', 'TCP Zero Window Probe'),
  zeroWindowProbeAck: note('zero_window_probe_ack', 'ACK to a TCP Zero Window Probe'),
  windowFull: warning('window_full', 'TCP window specified by the receiver is now completely full'),
  windowUpdate: chat('tcp.analysis.window_update', 'TCP window update'),
  reusedPorts: note(
    'reused_ports',
    'A new tcp session is started with the same ports as an earlier session in this trace',
  ),
};

export type TcpFinding = keyof typeof TCP_FINDINGS;
