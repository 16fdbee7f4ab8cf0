/**
 * Writes a reply: the request's header goes back with its own fields changed, options are appended, and what
 * does not fit goes to `file` and then `sname` (RFC 2131 §4.1, option 52) where the client can be expected to
 * look there.
 */
import { writeIpv4 } from '../../../../base/address.ts';
import type { Ipv4Address } from '../../../../base/address.ts';
import { byteAt, fromCString, latin1, readU16, readU32, writeU16 } from '../../../../base/bytes.ts';
import { DHCP_FIELDS } from '../../../../protocols/dhcp/fields.ts';
import { DHCP_OPTION, OPTION_END } from '../../../../protocols/dhcp/options.ts';
import { OPTIONS_OFFSET } from './request.ts';
import type { DhcpRequest } from './request.ts';

/** RFC 951: old clients and relays drop shorter messages. */
const MIN_REPLY_BYTES = 300;
/** The size every DHCP client takes (RFC 2131 §2: 576 less the IP and UDP headers). */
export const DEFAULT_REPLY_BYTES = 548;
const MAX_REPLY_BYTES = 16_384;
/** Kept free for option 52. */
const OVERLOAD_BYTES = 3;
/** IP and UDP headers, which option 57 counts in. */
const HEADERS_BYTES = 28;

const { cookie, file, sname } = DHCP_FIELDS;
const FILE_END = file.offset + file.length;
const SNAME_END = sname.offset + sname.length;

export class ReplyWriter {
  readonly bytes: Uint8Array;
  /** Whether `file` and `sname` may take options. */
  allowOverload = true;
  private readonly limit: number;
  private readonly reserve: number;
  private at = OPTIONS_OFFSET;
  private overloadAt: number | undefined;
  private fileAt: number = file.offset;
  private snameAt: number = sname.offset;

  constructor(request: DhcpRequest, isDhcp: boolean) {
    const wish = isDhcp ? request.find(DHCP_OPTION.maxMessageSize, 2) : undefined;
    let size = DEFAULT_REPLY_BYTES;
    if (wish !== undefined) size = Math.max(size, Math.min(readU16(wish, 0) - HEADERS_BYTES, MAX_REPLY_BYTES));
    this.reserve = isDhcp ? OVERLOAD_BYTES : 0;
    this.limit = isDhcp ? size : OPTIONS_OFFSET + 60;
    this.bytes = new Uint8Array(Math.max(this.limit, MIN_REPLY_BYTES));
    this.bytes.set(request.bytes.subarray(0, sname.offset));
    this.bytes.set(request.bytes.subarray(cookie.offset, OPTIONS_OFFSET), cookie.offset);
    this.bytes[DHCP_FIELDS.op.offset] = 2;
    this.siaddr = 0;
  }

  set flags(value: number) {
    writeU16(this.bytes, DHCP_FIELDS.flags.offset, value);
  }
  get flags(): number {
    return readU16(this.bytes, DHCP_FIELDS.flags.offset);
  }
  set ciaddr(value: Ipv4Address) {
    writeIpv4(this.bytes, DHCP_FIELDS.ciaddr.offset, value);
  }
  get ciaddr(): Ipv4Address {
    return readU32(this.bytes, DHCP_FIELDS.ciaddr.offset);
  }
  set yiaddr(value: Ipv4Address) {
    writeIpv4(this.bytes, DHCP_FIELDS.yiaddr.offset, value);
  }
  get yiaddr(): Ipv4Address {
    return readU32(this.bytes, DHCP_FIELDS.yiaddr.offset);
  }
  set siaddr(value: Ipv4Address) {
    writeIpv4(this.bytes, DHCP_FIELDS.siaddr.offset, value);
  }
  get siaddr(): Ipv4Address {
    return readU32(this.bytes, DHCP_FIELDS.siaddr.offset);
  }

  /** Cut to 63 characters. */
  set serverName(text: string) {
    this.bytes.fill(0, sname.offset, SNAME_END);
    this.bytes.set(latin1(text).subarray(0, sname.length - 1), sname.offset);
  }
  get serverName(): string {
    return this.usesSname ? '' : fromCString(this.bytes, sname.offset, SNAME_END);
  }
  /** Cut to 127 characters. */
  set bootFile(text: string) {
    this.bytes.fill(0, file.offset, FILE_END);
    this.bytes.set(latin1(text).subarray(0, file.length - 1), file.offset);
  }
  get bootFile(): string {
    return this.usesFile ? '' : fromCString(this.bytes, file.offset, FILE_END);
  }

  private get usesFile(): boolean {
    return this.overloadAt !== undefined && (byteAt(this.bytes, this.overloadAt + 2) & 1) !== 0;
  }
  private get usesSname(): boolean {
    return this.overloadAt !== undefined && (byteAt(this.bytes, this.overloadAt + 2) & 2) !== 0;
  }

  /** Appends an option; false when there is no room for it anywhere. */
  put(code: number, data: Uint8Array): boolean {
    if (this.at + data.length + 3 < this.limit - this.reserve) {
      this.at = this.write(this.at, code, data);
      return true;
    }
    return this.putOverloaded(code, data);
  }

  putAddress(code: number, address: Ipv4Address): boolean {
    const data = new Uint8Array(4);
    writeIpv4(data, 0, address);
    return this.put(code, data);
  }

  private write(at: number, code: number, data: Uint8Array): number {
    this.bytes[at] = code;
    this.bytes[at + 1] = data.length;
    this.bytes.set(data, at + 2);
    return at + 2 + data.length;
  }

  private putOverloaded(code: number, data: Uint8Array): boolean {
    if (!this.allowOverload) return false;
    const fileFree = this.usesFile || this.bytes[file.offset] === 0;
    const snameFree = this.usesSname || this.bytes[sname.offset] === 0;
    if (!fileFree && !snameFree) return false;
    if (this.overloadAt === undefined) {
      this.overloadAt = this.at;
      this.at = this.write(this.at, DHCP_OPTION.overload, Uint8Array.of(0));
    }
    // A field that was tried counts as used, also when the option did not fit.
    if (fileFree) {
      this.bytes[this.overloadAt + 2] = byteAt(this.bytes, this.overloadAt + 2) | 1;
      if (this.fileAt + data.length + 3 < FILE_END) {
        this.fileAt = this.write(this.fileAt, code, data);
        return true;
      }
    }
    if (!snameFree) return false;
    this.bytes[this.overloadAt + 2] = byteAt(this.bytes, this.overloadAt + 2) | 2;
    if (this.snameAt + data.length + 3 >= SNAME_END) return false;
    this.snameAt = this.write(this.snameAt, code, data);
    return true;
  }

  /** The finished message; option 82 goes back as it came, at the very end (RFC 3046 §2.2). */
  finish(agentInfo: Uint8Array | undefined): Uint8Array {
    if (this.usesFile) this.bytes[this.fileAt] = OPTION_END;
    if (this.usesSname) this.bytes[this.snameAt] = OPTION_END;
    let out = this.bytes;
    if (agentInfo !== undefined) {
      const needed = this.at + agentInfo.length + 3;
      if (needed > out.length) {
        out = new Uint8Array(needed);
        out.set(this.bytes);
      }
      out[this.at] = DHCP_OPTION.relayAgent;
      out[this.at + 1] = agentInfo.length;
      out.set(agentInfo, this.at + 2);
      this.at += 2 + agentInfo.length;
    }
    out[this.at] = OPTION_END;
    const length = Math.max(this.at + 1, MIN_REPLY_BYTES);
    return out.subarray(0, length);
  }
}
