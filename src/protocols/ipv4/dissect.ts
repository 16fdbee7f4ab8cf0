/** IPv4 with options, and datagrams put together from fragments. */
import { formatIpv4, readIpv4 } from '../../base/address.ts';
import { addChecksum, CHECKSUM_STATUS_NAMES, wantsCheck } from '../core/checksum-fields.ts';
import { internetChecksum } from '../core/checksum.ts';
import { GENERATED, HIDDEN, type Dissection } from '../core/dissect.ts';
import { ETHERTYPE } from '../ethernet/fields.ts';
import { expertField, field } from '../core/field.ts';
import { defineProtocol, REJECTED } from '../core/registry.ts';
import { IPV4, IPV4_HEADER_LENGTH, IPV4_MORE_FRAGMENTS, IPV4_OFFSET_MASK } from './fields.ts';
import { addIpv4Options, OPTION_FIELDS } from './options-dissect.ts';
import { IPV4_REASSEMBLY, type Reassembled } from './reassembly.ts';

export const IP_PROTOCOL_NAMES: Readonly<Record<number, string>> = {
  1: 'ICMP',
  2: 'IGMP',
  4: 'IPIP',
  6: 'TCP',
  17: 'UDP',
  41: 'IPv6',
  47: 'GRE',
  50: 'ESP',
  51: 'AH',
  58: 'ICMPv6',
  89: 'OSPF',
  132: 'SCTP',
};

const DSCP_NAMES = {
  0: 'Default',
  1: 'Lower Effort',
  8: 'Class Selector 1',
  10: 'Assured Forwarding 11',
  12: 'Assured Forwarding 12',
  14: 'Assured Forwarding 13',
  16: 'Class Selector 2',
  18: 'Assured Forwarding 21',
  20: 'Assured Forwarding 22',
  22: 'Assured Forwarding 23',
  24: 'Class Selector 3',
  26: 'Assured Forwarding 31',
  28: 'Assured Forwarding 32',
  30: 'Assured Forwarding 33',
  32: 'Class Selector 4',
  34: 'Assured Forwarding 41',
  36: 'Assured Forwarding 42',
  38: 'Assured Forwarding 43',
  40: 'Class Selector 5',
  44: 'Voice Admit',
  46: 'Expedited Forwarding',
  48: 'Class Selector 6',
  56: 'Class Selector 7',
};
/** RFC 3168 §5. */
const ECN_NAMES = {
  0: 'Not ECN-Capable Transport',
  1: "ECN-Capable Transport codepoint '01'",
  2: "ECN-Capable Transport codepoint '10'",
  3: 'Congestion Experienced',
};
/** Packets that will not get far are worth a note; groups on the link are meant not to. */
const LOW_TTL = 5;
const FIRST_GROUP = 224;
const ECN_SHORT = ['Not-ECT', 'ECT(1)', 'ECT(0)', 'CE'];
const SET = ['Set', 'Not set'] as const;

const IP = {
  version: field('ip.version', 'Version', 'uint8', { mask: 0xf0 }),
  headerLength: field('ip.hdr_len', 'Header Length', 'uint8', { unit: ' bytes' }),
  dsField: field('ip.dsfield', 'Differentiated Services Field', 'uint8', { base: 'hex' }),
  dscp: field('ip.dsfield.dscp', 'Differentiated Services Codepoint', 'uint8', { mask: 0xfc, values: DSCP_NAMES }),
  ecn: field('ip.dsfield.ecn', 'Explicit Congestion Notification', 'uint8', { mask: 0x03, values: ECN_NAMES }),
  length: field('ip.len', 'Total Length', 'uint16'),
  identification: field('ip.id', 'Identification', 'uint16', { base: 'hex-dec' }),
  flags: field('ip.flags', 'Flags', 'uint8', { base: 'hex', mask: 0xe0 }),
  reserved: field('ip.flags.rb', 'Reserved bit', 'bool', { mask: 0x80, trueFalse: SET }),
  dontFragment: field('ip.flags.df', "Don't fragment", 'bool', { mask: 0x40, trueFalse: SET }),
  moreFragments: field('ip.flags.mf', 'More fragments', 'bool', { mask: 0x20, trueFalse: SET }),
  fragmentOffset: field('ip.frag_offset', 'Fragment Offset', 'uint16', { mask: 0x1fff }),
  ttl: field('ip.ttl', 'Time to Live', 'uint8'),
  protocol: field('ip.proto', 'Protocol', 'uint8', { values: IP_PROTOCOL_NAMES }),
  checksum: field('ip.checksum', 'Header Checksum', 'uint16', { base: 'hex' }),
  status: field('ip.checksum.status', 'Header checksum status', 'uint8', {
    base: 'none',
    values: CHECKSUM_STATUS_NAMES,
  }),
  calculated: field('ip.checksum_calculated', 'Calculated Checksum', 'uint16', { base: 'hex' }),
  bad: expertField('ip.checksum_bad.expert', 'error', 'Checksum', 'Bad checksum'),
  source: field('ip.src', 'Source Address', 'ipv4'),
  sourceHost: field('ip.src_host', 'Source Host', 'string'),
  destination: field('ip.dst', 'Destination Address', 'ipv4'),
  destinationHost: field('ip.dst_host', 'Destination Host', 'string'),
  address: field('ip.addr', 'Source or Destination Address', 'ipv4'),
  host: field('ip.host', 'Source or Destination Host', 'string'),
  fragments: field('ip.fragments', 'IPv4 Fragments', 'bytes'),
  fragment: field('ip.fragment', 'IPv4 Fragment', 'framenum'),
  fragmentCount: field('ip.fragment.count', 'Fragment count', 'uint32'),
  reassembledIn: field('ip.reassembled_in', 'Reassembled IPv4 in frame', 'framenum'),
  reassembledLength: field('ip.reassembled.length', 'Reassembled IPv4 length', 'uint32'),
  reassembledData: field('ip.reassembled.data', 'Reassembled IPv4 data', 'bytes'),
  bogusVersion: expertField('ip.bogus_ip_version', 'error', 'Protocol', 'Bogus IP version'),
  bogusLength: expertField('ip.bogus_ip_length', 'error', 'Protocol', 'Bogus IP length'),
  bogusHeaderLength: expertField('ip.bogus_header_length', 'error', 'Protocol', 'Bogus IP header length'),
  lowTtl: expertField('ip.ttl.too_small', 'note', 'Sequence', 'Time To Live'),
  ...OPTION_FIELDS,
};

function dissectIpv4(d: Dissection, start: number, end: number): number {
  const first = d.u8(start);
  const headerLength = (first & 15) * 4;
  d.begin(ipv4Protocol.field, start, Math.min(headerLength, end - start));
  if (d.columns !== undefined) d.columns.protocol = 'IPv4';
  d.add(IP.version, start, 1);
  if (first >>> 4 !== 4) {
    d.expert(IP.bogusVersion, `Bogus IP version (${first >>> 4})`);
    d.end();
    return end;
  }
  d.add(IP.headerLength, start, 1, headerLength);
  if (d.building) {
    d.label(`.... ${(first & 15).toString(2).padStart(4, '0')} = Header Length: ${headerLength} bytes (${first & 15})`);
  }
  if (headerLength < IPV4_HEADER_LENGTH) {
    d.expert(IP.bogusHeaderLength, `Bogus IP header length (${headerLength}, must be at least 20)`);
    d.end();
    return end;
  }
  addDsField(d, start + IPV4.typeOfService);
  const totalLength = d.u16(start + IPV4.totalLength);
  d.add(IP.length, start + IPV4.totalLength, 2);
  // What follows the total length is filling of the link; a total length beyond the frame is a cut-off capture.
  let stop = Math.min(start + totalLength, end);
  if (totalLength < headerLength) {
    // Hosts whose network card cuts the segments hand over a length of 0: then the frame says where it ends.
    if (totalLength !== 0)
      d.expert(IP.bogusLength, `Bogus IP length (${totalLength}, less than header length ${headerLength})`);
    stop = end;
  }
  d.add(IP.identification, start + IPV4.identification, 2);
  const fragmentWord = d.u16(start + IPV4.flagsAndOffset);
  const fragmentOffset = (fragmentWord & IPV4_OFFSET_MASK) * 8;
  const moreFragments = (fragmentWord & IPV4_MORE_FRAGMENTS) !== 0;
  addFragmentation(d, start + IPV4.flagsAndOffset, fragmentWord, fragmentOffset);
  d.add(IP.ttl, start + IPV4.ttl, 1);
  const ttl = d.u8(start + IPV4.ttl);
  if (ttl < LOW_TTL && !d.quoted && d.u8(start + IPV4.destination) < FIRST_GROUP) {
    d.expert(IP.lowTtl, d.saysFindings ? `"Time To Live" only ${ttl}` : undefined);
  }
  const protocol = d.u8(start + IPV4.protocol);
  d.add(IP.protocol, start + IPV4.protocol, 1);
  addHeaderChecksum(d, start, headerLength);
  addAddresses(d, start);
  if (headerLength > IPV4_HEADER_LENGTH) addIpv4Options(d, start + IPV4.options, start + headerLength);
  const payload = start + headerLength;
  if (fragmentOffset > 0 || moreFragments) {
    dissectFragment(d, start, payload, stop, protocol, fragmentOffset, moreFragments);
    return stop;
  }
  d.end();
  if (d.dispatch('ip.proto', protocol, payload, stop) === REJECTED) {
    if (d.columns !== undefined)
      d.columns.info = `${IP_PROTOCOL_NAMES[protocol] ?? `protocol ${protocol}`} (${protocol})`;
    d.data(payload, stop);
  }
  return stop;
}

function addDsField(d: Dissection, at: number): void {
  d.begin(IP.dsField, at, 1);
  if (d.building) {
    const value = d.u8(at);
    d.appendOpen(` (DSCP: ${dscpShort(value >>> 2)}, ECN: ${ECN_SHORT[value & 3]})`);
  }
  d.add(IP.dscp, at, 1);
  d.add(IP.ecn, at, 1);
  d.end();
}

function dscpShort(value: number): string {
  if (value === 46) return 'EF PHB';
  if (value % 8 === 0) return `CS${value / 8}`;
  const drop = (value & 7) >>> 1;
  if (value >= 10 && value <= 38 && value % 2 === 0) return `AF${value >>> 3}${drop}`;
  return value === 1 ? 'LE' : value === 44 ? 'VOICE-ADMIT' : 'Unknown';
}

function addFragmentation(d: Dissection, at: number, word: number, offset: number): void {
  d.begin(IP.flags, at, 1);
  if (d.building) {
    if ((word & 0x4000) !== 0) d.appendOpen(", Don't fragment");
    if ((word & 0x2000) !== 0) d.appendOpen(', More fragments');
  }
  d.add(IP.reserved, at, 1);
  d.add(IP.dontFragment, at, 1);
  d.add(IP.moreFragments, at, 1);
  d.end();
  d.add(IP.fragmentOffset, at, 2);
  if (!d.building) return;
  const bits = (word & IPV4_OFFSET_MASK).toString(2).padStart(13, '0');
  d.label(`...${bits[0]} ${bits.slice(1, 5)} ${bits.slice(5, 9)} ${bits.slice(9)} = Fragment Offset: ${offset}`);
}

function addHeaderChecksum(d: Dissection, start: number, headerLength: number): void {
  const at = start + IPV4.checksum;
  let expected: number | undefined;
  if (wantsCheck(d, IP)) {
    d.need(start, headerLength);
    // The sum over the header without the field itself.
    const sum = internetChecksum(d.bytes, start, start + headerLength);
    expected = sum === 0 ? d.u16(at) : rightChecksum(d.bytes, start, headerLength);
  }
  addChecksum(d, IP, at, expected, false);
}

function rightChecksum(bytes: Uint8Array, start: number, headerLength: number): number {
  const header = bytes.slice(start, start + headerLength);
  header[IPV4.checksum] = 0;
  header[IPV4.checksum + 1] = 0;
  return internetChecksum(header);
}

function addAddresses(d: Dissection, start: number): void {
  const sourceAt = start + IPV4.source;
  const destinationAt = start + IPV4.destination;
  const source = d.ipv4(sourceAt);
  const destination = d.ipv4(destinationAt);
  d.networkSource = source;
  d.networkDestination = destination;
  if (d.columns !== undefined) {
    d.columns.source = formatIpv4(source);
    d.columns.destination = formatIpv4(destination);
  }
  if (d.building) {
    d.labelOpen(`Internet Protocol Version 4, Src: ${formatIpv4(source)}, Dst: ${formatIpv4(destination)}`);
  }
  d.add(IP.source, sourceAt, 4);
  d.add(IP.address, sourceAt, 4, undefined, HIDDEN);
  if (d.wants(IP.sourceHost)) d.add(IP.sourceHost, sourceAt, 4, formatIpv4(source), HIDDEN | GENERATED);
  if (d.wants(IP.host)) d.add(IP.host, sourceAt, 4, formatIpv4(source), HIDDEN | GENERATED);
  d.add(IP.destination, destinationAt, 4);
  d.add(IP.address, destinationAt, 4, undefined, HIDDEN);
  if (d.wants(IP.destinationHost)) {
    d.add(IP.destinationHost, destinationAt, 4, formatIpv4(destination), HIDDEN | GENERATED);
  }
  if (d.wants(IP.host)) d.add(IP.host, destinationAt, 4, formatIpv4(destination), HIDDEN | GENERATED);
}

/** Called with the heading of IPv4 still open; closes it. */
function dissectFragment(
  d: Dissection,
  start: number,
  payload: number,
  stop: number,
  protocol: number,
  offset: number,
  more: boolean,
): void {
  const reassembly = d.state(IPV4_REASSEMBLY);
  if (!d.visited && !d.quoted) {
    const source = readIpv4(d.bytes, start + IPV4.source);
    const destination = readIpv4(d.bytes, start + IPV4.destination);
    // RFC 791 §3.2: the buffer is found by source, destination, protocol and identification.
    const key = `${source}/${destination}/${protocol}/${d.u16(start + IPV4.identification)}`;
    reassembly.add(key, d.index, offset, d.bytes.subarray(payload, stop), more);
  }
  const whole = d.quoted ? undefined : reassembly.done.get(d.index);
  if (whole !== undefined && whole.frame === d.index) {
    addFragmentList(d, whole);
    d.end();
    d.within('Reassembled IPv4', whole.bytes, () => {
      if (d.dispatch('ip.proto', protocol, 0, whole.bytes.length) === REJECTED) d.data(0, whole.bytes.length);
    });
    return;
  }
  if (whole !== undefined) d.add(IP.reassembledIn, start, 0, whole.frame + 1, GENERATED);
  d.end();
  if (d.columns !== undefined) {
    const name = IP_PROTOCOL_NAMES[protocol] ?? 'Unknown';
    const id = d
      .u16(start + IPV4.identification)
      .toString(16)
      .padStart(4, '0');
    const where = whole === undefined ? '' : ` [Reassembled in #${whole.frame + 1}]`;
    d.columns.info = `Fragmented IP protocol (proto=${name} ${protocol}, off=${offset}, ID=${id})${where}`;
  }
  d.data(payload, stop);
}

function addFragmentList(d: Dissection, whole: Reassembled): void {
  const { parts, bytes } = whole;
  d.within('Reassembled IPv4', bytes, () => {
    d.begin(IP.fragments, 0, bytes.length, undefined, GENERATED);
    if (d.building) {
      const list = parts.map((part) => `#${part.frame + 1}(${part.length})`).join(', ');
      d.labelOpen(`${parts.length} IPv4 Fragments (${bytes.length} bytes): ${list}`);
    }
    for (const part of parts) {
      const length = Math.max(0, Math.min(part.length, bytes.length - part.offset));
      d.add(IP.fragment, Math.min(part.offset, bytes.length), length, part.frame + 1, GENERATED);
      if (d.building) {
        const last = part.offset + part.length - 1;
        d.label(`Frame: ${part.frame + 1}, payload: ${part.offset}-${last} (${part.length} bytes)`);
      }
    }
    d.add(IP.fragmentCount, 0, 0, parts.length, GENERATED);
    d.add(IP.reassembledLength, 0, 0, bytes.length, GENERATED);
    d.add(IP.reassembledData, 0, bytes.length, undefined, GENERATED);
    d.end();
  });
  // The payload gets the source that was just made.
  d.sources.pop();
}

export const ipv4Protocol = defineProtocol({
  id: 'ip',
  name: 'Internet Protocol Version 4',
  shortName: 'IPv4',
  fields: IP,
  // LINKTYPE_IPV4: packets without a link layer.
  tables: { ethertype: [ETHERTYPE.ipv4], 'ip.proto': [4], wtap_encap: [228] },
  calls: ['ip.proto'],
  dissect: dissectIpv4,
});
