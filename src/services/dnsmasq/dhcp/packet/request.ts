/**
 * A BOOTP or DHCP request as dnsmasq looks at it: options are searched where they stand, the first of a code
 * counts, and whatever breaks off ends the search. The strict view of a message is `protocols/dhcp`; a server
 * that wants to fail in the same way needs this one.
 */
import { readIpv4 } from '../../../../base/address.ts';
import type { Ipv4Address } from '../../../../base/address.ts';
import { byteAt, readU16, readU32 } from '../../../../base/bytes.ts';
import { DHCP_OPTION, OPTION_END } from '../../../../protocols/dhcp/options.ts';
import { COOKIE_BYTES, DHCP_FIELDS, DHCP_MAGIC_COOKIE, FIXED_BYTES } from '../../../../protocols/dhcp/fields.ts';

export const OPTIONS_OFFSET = FIXED_BYTES + COOKIE_BYTES;
/** RFC 951: shorter than the fixed fields and the cookie is no message. */
export const MIN_REQUEST_BYTES = FIXED_BYTES + COOKIE_BYTES;

/** The first option of a code in an area, at least `minimum` bytes long. */
export function findInArea(area: Uint8Array, code: number, minimum: number): Uint8Array | undefined {
  let at = 0;
  while (at < area.length) {
    const found = area[at];
    if (found === OPTION_END) return undefined;
    if (found === 0) {
      at++;
      continue;
    }
    if (at + 1 >= area.length) return undefined;
    const length = byteAt(area, at + 1);
    if (at + 2 + length > area.length) return undefined;
    if (found === code && length >= minimum) return area.subarray(at + 2, at + 2 + length);
    at += 2 + length;
  }
  return undefined;
}

function area(bytes: Uint8Array, { offset, length }: { readonly offset: number; readonly length: number }): Uint8Array {
  return bytes.subarray(offset, offset + length);
}

export class DhcpRequest {
  readonly bytes: Uint8Array;
  readonly hasCookie: boolean;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
    this.hasCookie = readU32(bytes, DHCP_FIELDS.cookie.offset) === DHCP_MAGIC_COOKIE;
  }

  get op(): number {
    return byteAt(this.bytes, DHCP_FIELDS.op.offset);
  }
  get htype(): number {
    return byteAt(this.bytes, DHCP_FIELDS.htype.offset);
  }
  get hlen(): number {
    return byteAt(this.bytes, DHCP_FIELDS.hlen.offset);
  }
  get xid(): number {
    return readU32(this.bytes, DHCP_FIELDS.xid.offset);
  }
  get flags(): number {
    return readU16(this.bytes, DHCP_FIELDS.flags.offset);
  }
  get ciaddr(): Ipv4Address {
    return readIpv4(this.bytes, DHCP_FIELDS.ciaddr.offset);
  }
  get giaddr(): Ipv4Address {
    return readIpv4(this.bytes, DHCP_FIELDS.giaddr.offset);
  }
  get hardwareAddress(): Uint8Array {
    const { offset, length } = DHCP_FIELDS.chaddr;
    return this.bytes.subarray(offset, offset + Math.min(this.hlen, length));
  }

  find(code: number, minimum = 0): Uint8Array | undefined {
    const inOptions = findInArea(this.bytes.subarray(OPTIONS_OFFSET), code, minimum);
    if (inOptions !== undefined) return inOptions;
    // RFC 2131 §4.1: option 52 says that `file` and `sname` hold options too.
    const overload = findInArea(this.bytes.subarray(OPTIONS_OFFSET), DHCP_OPTION.overload, 1)?.[0] ?? 0;
    if ((overload & 1) !== 0) {
      const inFile = findInArea(area(this.bytes, DHCP_FIELDS.file), code, minimum);
      if (inFile !== undefined) return inFile;
    }
    if ((overload & 2) !== 0) {
      return findInArea(area(this.bytes, DHCP_FIELDS.sname), code, minimum);
    }
    return undefined;
  }

  findAddress(code: number): Ipv4Address | undefined {
    const data = this.find(code, 4);
    return data === undefined ? undefined : readIpv4(data, 0);
  }

  get messageType(): number | undefined {
    return this.hasCookie ? this.find(DHCP_OPTION.messageType, 1)?.[0] : undefined;
  }
}
