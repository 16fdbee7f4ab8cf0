/**
 * Writes a reply: the request's header goes back with its own fields changed, options are appended, and what
 * does not fit goes to `file` and then `sname` (RFC 2131 §4.1, option 52) where the client can be expected to
 * look there.
 */
import { writeIpv4 } from '../../../base/address.ts';
import type { Ipv4Address } from '../../../base/address.ts';
import { fromCString, latin1, readU32, writeU16 } from '../../../base/bytes.ts';
import { FILE_OFFSET, OPTION, OPTIONS_OFFSET, SNAME_OFFSET } from './request.ts';
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

export class ReplyWriter {
  readonly bytes: Uint8Array;
  /** Whether `file` and `sname` may take options. */
  allowOverload = true;
  private readonly limit: number;
  private readonly reserve: number;
  private at = OPTIONS_OFFSET;
  private overloadAt: number | undefined;
  private fileAt = FILE_OFFSET;
  private snameAt = SNAME_OFFSET;

  constructor(request: DhcpRequest, isDhcp: boolean) {
    const wish = isDhcp ? request.find(OPTION.maxMessage, 2) : undefined;
    let size = DEFAULT_REPLY_BYTES;
    if (wish !== undefined)
      size = Math.max(size, Math.min(((wish[0] << 8) | wish[1]) - HEADERS_BYTES, MAX_REPLY_BYTES));
    this.reserve = isDhcp ? OVERLOAD_BYTES : 0;
    this.limit = isDhcp ? size : OPTIONS_OFFSET + 60;
    this.bytes = new Uint8Array(Math.max(this.limit, MIN_REPLY_BYTES));
    this.bytes.set(request.bytes.subarray(0, SNAME_OFFSET));
    this.bytes.set(request.bytes.subarray(236, 240), 236);
    this.bytes[0] = 2;
    this.siaddr = 0;
  }

  set flags(value: number) {
    writeU16(this.bytes, 10, value);
  }
  get flags(): number {
    return (this.bytes[10] << 8) | this.bytes[11];
  }
  set ciaddr(value: Ipv4Address) {
    writeIpv4(this.bytes, 12, value);
  }
  get ciaddr(): Ipv4Address {
    return readU32(this.bytes, 12);
  }
  set yiaddr(value: Ipv4Address) {
    writeIpv4(this.bytes, 16, value);
  }
  get yiaddr(): Ipv4Address {
    return readU32(this.bytes, 16);
  }
  set siaddr(value: Ipv4Address) {
    writeIpv4(this.bytes, 20, value);
  }
  get siaddr(): Ipv4Address {
    return readU32(this.bytes, 20);
  }

  /** Cut to 63 characters. */
  set serverName(text: string) {
    this.bytes.fill(0, SNAME_OFFSET, FILE_OFFSET);
    this.bytes.set(latin1(text).subarray(0, 63), SNAME_OFFSET);
  }
  get serverName(): string {
    return this.usesSname ? '' : fromCString(this.bytes, SNAME_OFFSET, FILE_OFFSET);
  }
  /** Cut to 127 characters. */
  set bootFile(text: string) {
    this.bytes.fill(0, FILE_OFFSET, FILE_OFFSET + 128);
    this.bytes.set(latin1(text).subarray(0, 127), FILE_OFFSET);
  }
  get bootFile(): string {
    return this.usesFile ? '' : fromCString(this.bytes, FILE_OFFSET, FILE_OFFSET + 128);
  }

  private get usesFile(): boolean {
    return this.overloadAt !== undefined && (this.bytes[this.overloadAt + 2] & 1) !== 0;
  }
  private get usesSname(): boolean {
    return this.overloadAt !== undefined && (this.bytes[this.overloadAt + 2] & 2) !== 0;
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
    const fileFree = this.usesFile || this.bytes[FILE_OFFSET] === 0;
    const snameFree = this.usesSname || this.bytes[SNAME_OFFSET] === 0;
    if (!fileFree && !snameFree) return false;
    if (this.overloadAt === undefined) {
      this.overloadAt = this.at;
      this.at = this.write(this.at, OPTION.overload, Uint8Array.of(0));
    }
    // A field that was tried counts as used, also when the option did not fit.
    if (fileFree) {
      this.bytes[this.overloadAt + 2] |= 1;
      if (this.fileAt + data.length + 3 < FILE_OFFSET + 128) {
        this.fileAt = this.write(this.fileAt, code, data);
        return true;
      }
    }
    if (!snameFree) return false;
    this.bytes[this.overloadAt + 2] |= 2;
    if (this.snameAt + data.length + 3 >= SNAME_OFFSET + 64) return false;
    this.snameAt = this.write(this.snameAt, code, data);
    return true;
  }

  /** The finished message; option 82 goes back as it came, at the very end (RFC 3046 §2.2). */
  finish(agentInfo: Uint8Array | undefined): Uint8Array {
    if (this.usesFile) this.bytes[this.fileAt] = OPTION.end;
    if (this.usesSname) this.bytes[this.snameAt] = OPTION.end;
    let out = this.bytes;
    if (agentInfo !== undefined) {
      const needed = this.at + agentInfo.length + 3;
      if (needed > out.length) {
        out = new Uint8Array(needed);
        out.set(this.bytes);
      }
      out[this.at] = OPTION.agentInfo;
      out[this.at + 1] = agentInfo.length;
      out.set(agentInfo, this.at + 2);
      this.at += 2 + agentInfo.length;
    }
    out[this.at] = OPTION.end;
    const length = Math.max(this.at + 1, MIN_REPLY_BYTES);
    return out.subarray(0, length);
  }
}
