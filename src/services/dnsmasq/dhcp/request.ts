/**
 * A BOOTP or DHCP request as dnsmasq looks at it: options are searched where they stand, the first of a code
 * counts, and whatever breaks off ends the search. The strict view of a message is `protocols/dhcp`; a server
 * that wants to fail in the same way needs this one.
 */
import { readIpv4 } from '../../../base/address.ts';
import type { Ipv4Address } from '../../../base/address.ts';
import { readU16, readU32 } from '../../../base/bytes.ts';

export const OPTIONS_OFFSET = 240;
export const SNAME_OFFSET = 44;
export const FILE_OFFSET = 108;
/** RFC 951: shorter than the fixed fields and the cookie is no message. */
export const MIN_REQUEST_BYTES = 240;
export const COOKIE = 0x63825363;

export const OPTION = {
  netmask: 1,
  router: 3,
  dnsServer: 6,
  hostname: 12,
  domainName: 15,
  broadcast: 28,
  vendorEncap: 43,
  requestedAddress: 50,
  leaseTime: 51,
  overload: 52,
  messageType: 53,
  serverId: 54,
  parameterList: 55,
  message: 56,
  maxMessage: 57,
  t1: 58,
  t2: 59,
  vendorClass: 60,
  clientId: 61,
  serverName: 66,
  bootFile: 67,
  userClass: 77,
  rapidCommit: 80,
  fqdn: 81,
  agentInfo: 82,
  clientArch: 93,
  machineId: 97,
  subnetSelect: 118,
  vendorIdClass: 124,
  vendorIdOptions: 125,
  end: 255,
} as const;

export const MESSAGE_TYPE = {
  discover: 1,
  offer: 2,
  request: 3,
  decline: 4,
  ack: 5,
  nak: 6,
  release: 7,
  inform: 8,
} as const;

/** The first option of a code in an area, at least `minimum` bytes long. */
export function findInArea(area: Uint8Array, code: number, minimum: number): Uint8Array | undefined {
  let at = 0;
  while (at < area.length) {
    const found = area[at];
    if (found === OPTION.end) return undefined;
    if (found === 0) {
      at++;
      continue;
    }
    if (at + 1 >= area.length) return undefined;
    const length = area[at + 1];
    if (at + 2 + length > area.length) return undefined;
    if (found === code && length >= minimum) return area.subarray(at + 2, at + 2 + length);
    at += 2 + length;
  }
  return undefined;
}

export class DhcpRequest {
  readonly bytes: Uint8Array;
  readonly hasCookie: boolean;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
    this.hasCookie = readU32(bytes, 236) === COOKIE;
  }

  get op(): number {
    return this.bytes[0];
  }
  get htype(): number {
    return this.bytes[1];
  }
  get hlen(): number {
    return this.bytes[2];
  }
  get xid(): number {
    return readU32(this.bytes, 4);
  }
  get flags(): number {
    return readU16(this.bytes, 10);
  }
  get ciaddr(): Ipv4Address {
    return readIpv4(this.bytes, 12);
  }
  get giaddr(): Ipv4Address {
    return readIpv4(this.bytes, 24);
  }
  get hardwareAddress(): Uint8Array {
    return this.bytes.subarray(28, 28 + Math.min(this.hlen, 16));
  }

  find(code: number, minimum = 0): Uint8Array | undefined {
    const inOptions = findInArea(this.bytes.subarray(OPTIONS_OFFSET), code, minimum);
    if (inOptions !== undefined) return inOptions;
    // RFC 2131 §4.1: option 52 says that `file` and `sname` hold options too.
    const overload = findInArea(this.bytes.subarray(OPTIONS_OFFSET), OPTION.overload, 1)?.[0] ?? 0;
    if ((overload & 1) !== 0) {
      const inFile = findInArea(this.bytes.subarray(FILE_OFFSET, FILE_OFFSET + 128), code, minimum);
      if (inFile !== undefined) return inFile;
    }
    if ((overload & 2) !== 0) {
      return findInArea(this.bytes.subarray(SNAME_OFFSET, SNAME_OFFSET + 64), code, minimum);
    }
    return undefined;
  }

  findAddress(code: number): Ipv4Address | undefined {
    const data = this.find(code, 4);
    return data === undefined ? undefined : readIpv4(data, 0);
  }

  get messageType(): number | undefined {
    return this.hasCookie ? this.find(OPTION.messageType, 1)?.[0] : undefined;
  }
}
