/**
 * BOOTP and DHCP messages as plain values. Everything that came on the wire is kept, also options that nobody
 * here knows: servers, firmware and analysis read the same value, each with its own idea of what matters.
 */
import { IPV4_ANY, readIpv4, readMac, writeIpv4, writeMac } from '../../base/address.ts';
import type { Ipv4Address, MacAddress } from '../../base/address.ts';
import { byteAt, concatBytes, readU16, readU32, writeU16, writeU32 } from '../../base/bytes.ts';
import { assert, decodeError, ok } from '../../base/result.ts';
import type { DecodeError, Result } from '../../base/result.ts';
import { COOKIE_BYTES, DHCP_FIELDS, DHCP_MAGIC_COOKIE, FIXED_BYTES } from './fields.ts';
import { DHCP_OPTION, OPTION_END, OPTION_PAD } from './options.ts';

export const BOOTREQUEST = 1;
export const BOOTREPLY = 2;
export const DHCP_SERVER_PORT = 67;
export const DHCP_CLIENT_PORT = 68;
/** PXE 2.1 §2.2.3: proxy DHCP and boot servers listen here too. */
export const PXE_SERVER_PORT = 4011;
/** The B bit of `flags` (RFC 2131 §2). */
export const FLAG_BROADCAST = 0x8000;
/** The size of a BOOTP message (RFC 951 §3): relays and old clients drop shorter ones (RFC 1542 §2.1). */
export const BOOTP_MESSAGE_BYTES = 300;

/** Where an option stood: after the cookie, or in a header field that option 52 opened for options. */
export type OptionArea = 'options' | 'file' | 'sname';

export interface DhcpOption {
  readonly code: number;
  readonly data: Uint8Array;
  readonly area: OptionArea;
}

export interface DhcpMessage {
  /** `BOOTREQUEST` or `BOOTREPLY`. */
  readonly op: number;
  readonly htype: number;
  readonly hlen: number;
  readonly hops: number;
  readonly xid: number;
  readonly secs: number;
  readonly flags: number;
  readonly ciaddr: Ipv4Address;
  readonly yiaddr: Ipv4Address;
  readonly siaddr: Ipv4Address;
  readonly giaddr: Ipv4Address;
  /** 16 bytes, of which `hlen` are the address. */
  readonly chaddr: Uint8Array;
  /** 64 bytes. Raw, also when option 52 says that they are options. */
  readonly sname: Uint8Array;
  /** 128 bytes. Raw, also when option 52 says that they are options. */
  readonly file: Uint8Array;
  /** Whether RFC 1497's magic cookie opens the vendor area. Without it the message is plain BOOTP. */
  readonly cookie: boolean;
  /** The vendor area of a message without cookie; empty otherwise. */
  readonly vend: Uint8Array;
  /** In the order RFC 3396 §5 reads them: options area, then `file`, then `sname`. Pad and End are not options. */
  readonly options: readonly DhcpOption[];
  /** What is wrong with the options area; the options before that place are in `options`. */
  readonly flaw?: DecodeError;
}

/** A message with everything zero and a cookie, over which to spread what matters. */
export function emptyDhcpMessage(op: number): DhcpMessage {
  return {
    op,
    htype: 1,
    hlen: 6,
    hops: 0,
    xid: 0,
    secs: 0,
    flags: 0,
    ciaddr: IPV4_ANY,
    yiaddr: IPV4_ANY,
    siaddr: IPV4_ANY,
    giaddr: IPV4_ANY,
    chaddr: new Uint8Array(16),
    sname: new Uint8Array(64),
    file: new Uint8Array(128),
    cookie: true,
    vend: new Uint8Array(0),
    options: [],
  };
}

/**
 * Reads a message (RFC 2131 §2, options RFC 2132 and RFC 3396). Fails when the fixed part is cut short (`truncated`); what is
 * wrong further on is the message's `flaw`, and the options before it are there. All bytes are copies.
 */
export function decodeDhcp(bytes: Uint8Array): Result<DhcpMessage, DecodeError> {
  if (bytes.length < FIXED_BYTES) return decodeError('truncated', bytes.length, 'RFC 2131 §2');
  const field = (span: { readonly offset: number; readonly length: number }): Uint8Array =>
    bytes.slice(span.offset, span.offset + span.length);
  const cookie =
    bytes.length >= FIXED_BYTES + COOKIE_BYTES && readU32(bytes, DHCP_FIELDS.cookie.offset) === DHCP_MAGIC_COOKIE;
  const options: DhcpOption[] = [];
  const flaw = cookie ? decodeOptionAreas(bytes, options) : undefined;
  return ok({
    op: byteAt(bytes, DHCP_FIELDS.op.offset),
    htype: byteAt(bytes, DHCP_FIELDS.htype.offset),
    hlen: byteAt(bytes, DHCP_FIELDS.hlen.offset),
    hops: byteAt(bytes, DHCP_FIELDS.hops.offset),
    xid: readU32(bytes, DHCP_FIELDS.xid.offset),
    secs: readU16(bytes, DHCP_FIELDS.secs.offset),
    flags: readU16(bytes, DHCP_FIELDS.flags.offset),
    ciaddr: readIpv4(bytes, DHCP_FIELDS.ciaddr.offset),
    yiaddr: readIpv4(bytes, DHCP_FIELDS.yiaddr.offset),
    siaddr: readIpv4(bytes, DHCP_FIELDS.siaddr.offset),
    giaddr: readIpv4(bytes, DHCP_FIELDS.giaddr.offset),
    chaddr: field(DHCP_FIELDS.chaddr),
    sname: field(DHCP_FIELDS.sname),
    file: field(DHCP_FIELDS.file),
    cookie,
    vend: cookie ? new Uint8Array(0) : bytes.slice(FIXED_BYTES),
    options,
    ...(flaw === undefined ? {} : { flaw }),
  });
}

/** RFC 2131 §4.1: the options field first, then `file`, then `sname`, as option 52 says. */
function decodeOptionAreas(bytes: Uint8Array, options: DhcpOption[]): DecodeError | undefined {
  let flaw = decodeOptionArea(bytes, FIXED_BYTES + COOKIE_BYTES, bytes.length, 'options', options);
  const overload = options.find((option) => option.code === DHCP_OPTION.overload)?.data[0] ?? 0;
  const { file, sname } = DHCP_FIELDS;
  if ((overload & 1) !== 0) {
    flaw ??= decodeOptionArea(bytes, file.offset, file.offset + file.length, 'file', options);
  }
  if ((overload & 2) !== 0) {
    flaw ??= decodeOptionArea(bytes, sname.offset, sname.offset + sname.length, 'sname', options);
  }
  return flaw;
}

function decodeOptionArea(
  bytes: Uint8Array,
  start: number,
  end: number,
  area: OptionArea,
  options: DhcpOption[],
): DecodeError | undefined {
  let at = start;
  while (at < end) {
    const code = byteAt(bytes, at);
    if (code === OPTION_END) return undefined;
    if (code === OPTION_PAD) {
      at++;
      continue;
    }
    // A lone code at the very end, or a length that points past it.
    if (at + 1 >= end || at + 2 + byteAt(bytes, at + 1) > end) {
      return { code: 'truncated', offset: at, rule: 'RFC 2132 §2' };
    }
    const dataAt = at + 2;
    at = dataAt + byteAt(bytes, at + 1);
    options.push({ code, data: bytes.slice(dataAt, at), area });
  }
  // RFC 2132 §3.2 wants an End; BOOTP-era senders leave it out, and nothing is lost without it.
  return undefined;
}

export interface EncodeDhcpOptions {
  /** Pads with zero bytes up to this size, for instance `BOOTP_MESSAGE_BYTES`. */
  readonly minimumLength?: number;
}

/**
 * Writes the options in the order given, each in its area, each area closed by End. Data of more than 255 bytes
 * is split (RFC 3396 §5). Options for `file` or `sname` replace those fields; option 52 is the caller's to give.
 */
export function encodeDhcp(message: DhcpMessage, how: EncodeDhcpOptions = {}): Uint8Array {
  const tail = message.cookie ? encodeOptionArea(message.options, 'options') : message.vend;
  const used = FIXED_BYTES + (message.cookie ? COOKIE_BYTES : 0) + tail.length;
  const out = new Uint8Array(Math.max(used, how.minimumLength ?? 0));
  out[DHCP_FIELDS.op.offset] = message.op;
  out[DHCP_FIELDS.htype.offset] = message.htype;
  out[DHCP_FIELDS.hlen.offset] = message.hlen;
  out[DHCP_FIELDS.hops.offset] = message.hops;
  writeU32(out, DHCP_FIELDS.xid.offset, message.xid);
  writeU16(out, DHCP_FIELDS.secs.offset, message.secs);
  writeU16(out, DHCP_FIELDS.flags.offset, message.flags);
  writeIpv4(out, DHCP_FIELDS.ciaddr.offset, message.ciaddr);
  writeIpv4(out, DHCP_FIELDS.yiaddr.offset, message.yiaddr);
  writeIpv4(out, DHCP_FIELDS.siaddr.offset, message.siaddr);
  writeIpv4(out, DHCP_FIELDS.giaddr.offset, message.giaddr);
  const put = (span: { readonly offset: number; readonly length: number }, data: Uint8Array, name: string): void => {
    assert(data.length <= span.length, `${name} holds ${span.length} bytes, not ${data.length}`);
    out.set(data, span.offset);
  };
  put(DHCP_FIELDS.chaddr, message.chaddr, 'chaddr');
  put(DHCP_FIELDS.sname, areaOrField(message, 'sname'), 'sname');
  put(DHCP_FIELDS.file, areaOrField(message, 'file'), 'file');
  if (message.cookie) writeU32(out, DHCP_FIELDS.cookie.offset, DHCP_MAGIC_COOKIE);
  out.set(tail, used - tail.length);
  return out;
}

function areaOrField(message: DhcpMessage, area: 'file' | 'sname'): Uint8Array {
  const overloaded = message.options.some((option) => option.area === area);
  return overloaded ? encodeOptionArea(message.options, area) : message[area];
}

function encodeOptionArea(options: readonly DhcpOption[], area: OptionArea): Uint8Array {
  const parts: Uint8Array[] = [];
  for (const option of options) {
    if (option.area !== area) continue;
    let from = 0;
    do {
      const data = option.data.subarray(from, from + 255);
      parts.push(Uint8Array.of(option.code, data.length), data);
      from += 255;
    } while (from < option.data.length);
  }
  parts.push(Uint8Array.of(OPTION_END));
  return concatBytes(parts);
}

/** All data of one option: what was sent in pieces is one value (RFC 3396 §5). Undefined when it is absent. */
export function collectOption(message: DhcpMessage, code: number): Uint8Array | undefined {
  const pieces = message.options.filter((option) => option.code === code);
  const [first] = pieces;
  if (first === undefined) return undefined;
  return pieces.length === 1 ? first.data : concatBytes(pieces.map((piece) => piece.data));
}

/** The Ethernet address in `chaddr`. */
export function clientMac(message: DhcpMessage): MacAddress {
  return readMac(message.chaddr, 0);
}

/** `chaddr` of an Ethernet address. */
export function chaddrOf(mac: MacAddress): Uint8Array {
  const chaddr = new Uint8Array(16);
  writeMac(chaddr, 0, mac);
  return chaddr;
}
