/**
 * The DHCP client's mechanism (RFC 2131 §4.4, PXE 2.1 §2.2): messages, timeouts, which replies are ours. What to
 * ask for and which offer to take is the policy of the personality that uses it.
 */
import { IPV4_ANY, IPV4_BROADCAST, readIpv4, writeIpv4 } from '../../base/address.ts';
import type { Ipv4Address, MacAddress } from '../../base/address.ts';
import { NS_PER_S } from '../../base/time/clock.ts';
import type { Clock } from '../../base/time/clock.ts';
import { itemAt } from '../../base/lists/list.ts';
import type { Rng } from '../../base/rng.ts';
import { takeWithin } from '../../base/time/task.ts';
import type { Task } from '../../base/time/task.ts';
import type { UdpSocket } from '../../net/host/types.ts';
import {
  BOOTP_MESSAGE_BYTES,
  BOOTREPLY,
  BOOTREQUEST,
  DHCP_CLIENT_PORT,
  DHCP_SERVER_PORT,
  FLAG_BROADCAST,
  PXE_SERVER_PORT,
  chaddrOf,
  clientMac,
  collectOption,
  decodeDhcp,
  emptyDhcpMessage,
  encodeDhcp,
} from '../../protocols/dhcp/codec.ts';
import type { DhcpMessage, DhcpOption } from '../../protocols/dhcp/codec.ts';
import { DHCP_MESSAGE_TYPE, DHCP_OPTION } from '../../protocols/dhcp/options.ts';

/** A message that came back, as value and as bytes. */
export interface DhcpReply {
  readonly message: DhcpMessage;
  readonly bytes: Uint8Array;
  /** Value of option 53; undefined in a plain BOOTP reply. */
  readonly type: number | undefined;
  /** Option 54, else the sender's address. */
  readonly serverId: Ipv4Address;
  /** The sender's address and port. */
  readonly source: Ipv4Address;
  readonly sourcePort: number;
  readonly timeNs: number;
}

export interface OptionValue {
  readonly code: number;
  readonly data: Uint8Array;
}

export interface DhcpClientOptions {
  readonly clock: Clock;
  readonly rng: Rng;
  /** Bound to `localPort`. */
  readonly socket: UdpSocket;
  /** Where messages come from; default 68. */
  readonly localPort?: number;
  readonly interfaceName: string;
  readonly mac: MacAddress;
  /** Asks servers to broadcast their replies (RFC 2131 §4.1). */
  readonly broadcast: boolean;
  /** Pads messages to this size; 300 is BOOTP's. */
  readonly minimumLength?: number;
  /** The value of `secs` for the time since `start` (RFC 2131 §2); the default is whole seconds. */
  readonly secs?: (elapsedNs: number) => number;
  /**
   * Of a client that begins another transaction with each question: those whose replies it heeds. Its `secs` are always of
   * now. By default the last alone counts.
   */
  readonly xids?: readonly number[];
}

/** One request, sent again until enough has come back or the timeouts are over. */
export interface Exchange {
  readonly message: DhcpMessage;
  readonly destinations: readonly { readonly address: Ipv4Address; readonly port: number }[];
  /** How long to listen after each transmission. */
  readonly timeoutsNs: readonly number[];
  /** Which replies count, besides those that are not for us. */
  readonly accept: (reply: DhcpReply) => boolean;
  /** Whether to stop listening; otherwise a transmission's whole timeout is listened to. `elapsedNs` is since that transmission. */
  readonly enough: (replies: readonly DhcpReply[]) => boolean;
  /** Called at each transmission, the first is 0. */
  readonly onSend?: (attempt: number) => void;
  /** Also called for replies that `accept` declines. */
  readonly onReply?: (reply: DhcpReply) => void;
}

export interface ExchangeResult {
  readonly replies: readonly DhcpReply[];
  /** The bytes that were sent last. */
  readonly sent: Uint8Array;
}

export class DhcpClient {
  /** The transaction's identifier (RFC 2131 §4.1): the same from DISCOVER to ACK. */
  xid: number;
  private readonly options: DhcpClientOptions;
  private startNs: number;
  private requestSecs = 0;

  constructor(options: DhcpClientOptions) {
    this.options = options;
    this.xid = options.rng.u32();
    this.startNs = options.clock.nowNs;
  }

  /** Begins a new transaction. */
  restart(): void {
    this.xid = this.options.rng.u32();
    this.startNs = this.options.clock.nowNs;
  }

  /** A request with the fixed fields filled in and option 53 first; `options` follow in their order. */
  message(
    type: keyof typeof DHCP_MESSAGE_TYPE | undefined,
    options: readonly OptionValue[],
    fields: { readonly ciaddr?: Ipv4Address; readonly file?: Uint8Array } = {},
  ): DhcpMessage {
    const list: DhcpOption[] = [];
    if (type !== undefined) {
      list.push({ code: DHCP_OPTION.messageType, data: Uint8Array.of(DHCP_MESSAGE_TYPE[type]), area: 'options' });
    }
    for (const option of options) list.push({ ...option, area: 'options' });
    return {
      ...emptyDhcpMessage(BOOTREQUEST),
      xid: this.xid,
      flags: this.options.broadcast && (fields.ciaddr ?? IPV4_ANY) === IPV4_ANY ? FLAG_BROADCAST : 0,
      chaddr: chaddrOf(this.options.mac),
      ...fields,
      options: list,
    };
  }

  *exchange(exchange: Exchange): Task<ExchangeResult> {
    const { clock, socket } = this.options;
    const replies: DhcpReply[] = [];
    let sent: Uint8Array = new Uint8Array(0);
    socket.inbox.clear();
    for (let attempt = 0; attempt < exchange.timeoutsNs.length; attempt++) {
      exchange.onSend?.(attempt);
      sent = this.transmit(exchange);
      const deadlineNs = clock.nowNs + itemAt(exchange.timeoutsNs, attempt);
      while (clock.nowNs < deadlineNs) {
        const datagram = yield* takeWithin(clock, socket.inbox, deadlineNs - clock.nowNs);
        if (datagram === undefined) break;
        const reply = this.read(datagram.data, datagram.source, datagram.sourcePort);
        if (reply === undefined) continue;
        exchange.onReply?.(reply);
        if (!exchange.accept(reply)) continue;
        replies.push(reply);
        if (exchange.enough(replies)) return { replies, sent };
      }
      if (replies.length > 0) break;
    }
    return { replies, sent };
  }

  /** Sends a message that wants no answer: DHCPDECLINE, DHCPRELEASE. */
  send(message: DhcpMessage, address: Ipv4Address, port: number): void {
    this.transmit({ message, destinations: [{ address, port }] });
  }

  /** RFC 2131 §4.4.1: `secs` of the DHCPREQUEST is that of the DHCPDISCOVER. */
  private secs(message: DhcpMessage): number {
    const { clock, secs, xids } = this.options;
    const elapsedNs = clock.nowNs - this.startNs;
    if (messageTypeOf(message) === DHCP_MESSAGE_TYPE.request && message.ciaddr === IPV4_ANY && xids === undefined)
      return this.requestSecs;
    this.requestSecs = Math.min(secs === undefined ? Math.floor(elapsedNs / NS_PER_S) : secs(elapsedNs), 0xffff);
    return this.requestSecs;
  }

  private transmit({ message, destinations }: Pick<Exchange, 'message' | 'destinations'>): Uint8Array {
    const { socket, interfaceName, minimumLength, localPort = DHCP_CLIENT_PORT } = this.options;
    const bytes = encodeDhcp(
      { ...message, secs: this.secs(message) },
      { minimumLength: minimumLength ?? BOOTP_MESSAGE_BYTES },
    );
    for (const { address, port } of destinations) {
      // RFC 2131 §4.1: without an address the source is 0.0.0.0.
      socket.send(address, port, bytes, { source: message.ciaddr, sourcePort: localPort, interfaceName });
    }
    return bytes;
  }

  /** A BOOTREPLY to this client's transaction, or undefined (RFC 2131 §4.4.1). */
  private read(bytes: Uint8Array, source: Ipv4Address, sourcePort: number): DhcpReply | undefined {
    const decoded = decodeDhcp(bytes);
    if (!decoded.ok) return undefined;
    const message = decoded.value;
    const { mac, xids = [this.xid] } = this.options;
    if (message.op !== BOOTREPLY || !xids.includes(message.xid) || clientMac(message) !== mac) return undefined;
    return {
      message,
      bytes,
      type: messageTypeOf(message),
      serverId: addressOption(message, DHCP_OPTION.serverIdentifier) ?? source,
      source,
      sourcePort,
      timeNs: this.options.clock.nowNs,
    };
  }
}

/** The broadcast destination of DHCPDISCOVER and DHCPREQUEST. */
export const DHCP_BROADCAST = { address: IPV4_BROADCAST, port: DHCP_SERVER_PORT } as const;

/** Where ProxyDHCP and boot servers are asked (PXE 2.1 §2.2.3). */
export function pxeServer(address: Ipv4Address): { readonly address: Ipv4Address; readonly port: number } {
  return { address, port: PXE_SERVER_PORT };
}

export function messageTypeOf(message: DhcpMessage): number | undefined {
  const data = collectOption(message, DHCP_OPTION.messageType);
  return data?.length === 1 ? data[0] : undefined;
}

/** The (first) address in an option, or undefined. */
export function addressOption(message: DhcpMessage, code: number): Ipv4Address | undefined {
  const data = collectOption(message, code);
  return data !== undefined && data.length >= 4 ? readIpv4(data, 0) : undefined;
}

export function addressBytes(address: Ipv4Address): Uint8Array {
  const bytes = new Uint8Array(4);
  writeIpv4(bytes, 0, address);
  return bytes;
}
