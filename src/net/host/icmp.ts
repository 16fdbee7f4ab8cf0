/**
 * ICMP of a host (RFC 792, RFC 1122 §3.2.2): answers and sends echo requests, and passes errors to the protocol that
 * they concern.
 */
import type { Ipv4Address } from '../../base/address.ts';
import { NS_PER_S, type Clock } from '../../base/time/clock.ts';
import { err, ok, unreachable, type Result } from '../../base/result.ts';
import type { Rng } from '../../base/rng.ts';
import { Inbox, takeWithin, type Task } from '../../base/time/task.ts';
import { ETHERNET_HEADER_LENGTH } from '../../protocols/ethernet/fields.ts';
import { decodeIcmp, encodeIcmp, type IcmpMessage } from '../../protocols/icmp/codec.ts';
import { ICMP, ICMP_TYPE, ICMP_UNREACHABLE } from '../../protocols/icmp/fields.ts';
import { decodeIpv4Header, type Ipv4Header } from '../../protocols/ipv4/codec.ts';
import { IP_PROTOCOL, IPV4 } from '../../protocols/ipv4/fields.ts';
import { readU16 } from '../../base/bytes.ts';
import { isMulticastIp } from '../igmp-frame.ts';
import type { HostInterface } from './interface.ts';
import type { Path } from './routes.ts';
import type { IcmpError, PingOptions, PingReply } from './types.ts';
import { NO_PACKET_OPTIONS, PAYLOAD_ROOM, type SendFrameWithRoom } from './udp.ts';

/** What ICMP needs from the host. */
export interface IcmpHost {
  readonly clock: Clock;
  readonly rng: Rng;
  pathFor(destination: Ipv4Address, interfaceName: string | undefined): Path | undefined;
  readonly sendFrameWithRoom: SendFrameWithRoom;
  failed(bytes: Uint8Array, header: Ipv4Header, error: IcmpError): void;
}

/** IP header and the first 8 bytes behind it: what ICMP errors quote (RFC 792). */
export function quote(frame: Uint8Array, header: Ipv4Header): Uint8Array {
  const length = Math.min(header.headerLength + 8, header.totalLength);
  return frame.slice(ETHERNET_HEADER_LENGTH, ETHERNET_HEADER_LENGTH + length);
}

type EchoOutcome = Result<PingReply, IcmpError | 'timeout'>;

interface Waiting {
  readonly sentNs: number;
  readonly inbox: Inbox<EchoOutcome>;
}

export class IcmpLayer {
  private readonly host: IcmpHost;
  /** By identifier and sequence. */
  private readonly echoes = new Map<number, Waiting>();
  private nextIdentifier: number | undefined;

  constructor(host: IcmpHost) {
    this.host = host;
  }

  *ping(destination: Ipv4Address, options: PingOptions): Task<EchoOutcome> {
    const { clock } = this.host;
    const path = this.host.pathFor(destination, options.interfaceName);
    if (path === undefined) return err('network-unreachable');
    this.nextIdentifier = ((this.nextIdentifier ?? this.host.rng.below(0x1_0000)) + 1) & 0xffff;
    const identifier = this.nextIdentifier;
    const sequence = options.sequence ?? 1;
    const data = new Uint8Array(options.dataLength ?? 56).map((_, i) => i);
    const waiting: Waiting = { sentNs: clock.nowNs, inbox: new Inbox() };
    const key = identifier * 0x1_0000 + sequence;
    this.echoes.set(key, waiting);
    try {
      this.send(path, path.source, destination, { kind: 'echo-request', identifier, sequence, data }, options.ttl);
      const outcome = yield* takeWithin(clock, waiting.inbox, options.timeoutNs ?? NS_PER_S);
      return outcome ?? err('timeout');
    } finally {
      this.echoes.delete(key);
    }
  }

  /** Sends an error to the source of the packet that it quotes, unless that was an error itself (RFC 1122 §3.2.2). */
  sendError(to: Ipv4Address, message: IcmpMessage & { readonly original: Uint8Array }): void {
    if (isAboutError(message.original)) return;
    const path = this.host.pathFor(to, undefined);
    if (path !== undefined) this.send(path, path.source, to, message, undefined);
  }

  /** False when the message was damaged. */
  receive(from: HostInterface, header: Ipv4Header, bytes: Uint8Array): boolean {
    const decoded = decodeIcmp(bytes);
    if (!decoded.ok) return false;
    const message = decoded.value;
    switch (message.kind) {
      case 'echo-request': {
        // Broadcast echoes may stay without an answer (RFC 1122 §3.2.2.6), and do on today's systems.
        if (from.isBroadcast(header.destination) || isMulticastIp(header.destination)) return true;
        const path = this.host.pathFor(header.source, undefined);
        if (path !== undefined) this.send(path, header.destination, header.source, { ...message, kind: 'echo-reply' });
        return true;
      }
      case 'echo-reply': {
        const waiting = this.echoes.get(message.identifier * 0x1_0000 + message.sequence);
        waiting?.inbox.push(
          ok({
            source: header.source,
            sequence: message.sequence,
            dataLength: message.data.length,
            ttl: header.ttl,
            roundTripNs: this.host.clock.nowNs - waiting.sentNs,
          }),
        );
        return true;
      }
      case 'destination-unreachable':
        this.passError(message.original, unreachableError(message.code));
        return true;
      case 'time-exceeded':
        this.passError(message.original, 'ttl-exceeded');
        return true;
      case 'redirect':
      case 'other':
        return true;
      default:
        return unreachable(message);
    }
  }

  /** One of our echoes did not arrive; `bytes` is the ICMP message quoted. */
  failed(bytes: Uint8Array, error: IcmpError): void {
    if (bytes.length < ICMP.data || bytes[ICMP.type] !== ICMP_TYPE.echoRequest) return;
    const key = readU16(bytes, ICMP.identifier) * 0x1_0000 + readU16(bytes, ICMP.sequence);
    this.echoes.get(key)?.inbox.push(err(error));
  }

  private passError(original: Uint8Array, error: IcmpError): void {
    const header = quotedHeader(original);
    if (header !== undefined) this.host.failed(original, header, error);
  }

  private send(path: Path, source: Ipv4Address, destination: Ipv4Address, message: IcmpMessage, ttl?: number): void {
    const bytes = encodeIcmp(message);
    const frame = new Uint8Array(PAYLOAD_ROOM + bytes.length);
    frame.set(bytes, PAYLOAD_ROOM);
    this.host.sendFrameWithRoom(
      path,
      frame,
      source,
      destination,
      IP_PROTOCOL.icmp,
      ttl === undefined ? NO_PACKET_OPTIONS : { ttl },
    );
  }
}

function unreachableError(code: number): IcmpError {
  if (code === ICMP_UNREACHABLE.port || code === ICMP_UNREACHABLE.protocol) return 'port-unreachable';
  return code === ICMP_UNREACHABLE.network ? 'network-unreachable' : 'host-unreachable';
}

/** The header of a quoted packet, whose rest is cut off. */
function quotedHeader(original: Uint8Array): Ipv4Header | undefined {
  if (original.length < IPV4.options) return undefined;
  const whole = new Uint8Array(Math.max(original.length, readU16(original, IPV4.totalLength)));
  whole.set(original);
  const decoded = decodeIpv4Header(whole);
  return decoded.ok ? decoded.value : undefined;
}

function isAboutError(original: Uint8Array): boolean {
  const header = quotedHeader(original);
  if (header === undefined || header.protocol !== IP_PROTOCOL.icmp) return false;
  const type = original[header.headerLength];
  return type !== ICMP_TYPE.echoRequest && type !== ICMP_TYPE.echoReply;
}
