/** Where the lab knowingly differs from tshark 4.0. Short, and each with its reason. */

export interface KnownDifference {
  /** A field, or with `*` at the end all that begin so. */
  readonly field: string;
  /** What of it may differ. */
  readonly what: 'missing' | 'extra' | 'value' | 'span' | 'any';
  readonly reason: string;
}

export const KNOWN_DIFFERENCES: readonly KnownDifference[] = [
  { field: 'geninfo', what: 'missing', reason: 'PDML adds it, Wireshark has no such protocol' },
  { field: 'num', what: 'missing', reason: 'part of geninfo' },
  { field: 'len', what: 'missing', reason: 'part of geninfo' },
  { field: 'caplen', what: 'missing', reason: 'part of geninfo' },
  { field: 'timestamp', what: 'missing', reason: 'part of geninfo' },
  { field: 'frame.offset_shift', what: 'missing', reason: 'the lab cannot shift times' },
  { field: 'frame.marked', what: 'missing', reason: 'marks are no property of the capture' },
  { field: 'frame.ignored', what: 'missing', reason: 'marks are no property of the capture' },
  { field: 'frame.time_delta_displayed', what: 'missing', reason: 'the dissection knows no display filter' },
  { field: 'frame.section_number', what: 'missing', reason: 'the store joins sections' },
  { field: 'frame.interface_id', what: 'extra', reason: 'classic pcap has no interfaces; the store makes one' },
  { field: 'eth.dst.oui_resolved', what: 'missing', reason: 'no list of manufacturers' },
  { field: 'eth.src.oui_resolved', what: 'missing', reason: 'no list of manufacturers' },
  { field: 'eth.addr.oui_resolved', what: 'missing', reason: 'no list of manufacturers' },
];
