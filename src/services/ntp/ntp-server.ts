/** An NTP server (RFC 5905): tells the lab's virtual time to clients in mode 3. */
import { formatIpv4 } from '../../base/address.ts';
import { NS_PER_S, type Clock } from '../../base/time/clock.ts';
import type { EventSink } from '../../base/event-log.ts';
import type { Datagram, Host } from '../../net/host/types.ts';
import {
  decodeNtp,
  encodeNtp,
  NTP_MODE,
  NTP_PORT,
  ntpTimestamp,
  type NtpTimestamp,
} from '../../protocols/ntp/codec.ts';
import { ntpMessage } from './messages.ts';

export interface NtpServerOptions {
  readonly clock: Clock;
  readonly log: EventSink;
  /** Milliseconds since 1970 at virtual time zero. */
  readonly epochMs: number;
  /** 1 to 15. */
  readonly stratum: number;
  /** How far this clock is ahead. */
  readonly offsetS: number;
  /** Refuses with this kiss code (RFC 5905 §7.4). */
  readonly kiss?: string;
}

/** 2^-30 s: the lab counts nanoseconds. */
const PRECISION = -30;
const NOT_SYNCHRONISED = 3;
const ZERO: NtpTimestamp = { seconds: 0, fraction: 0 };

export class NtpServer {
  private readonly options: NtpServerOptions;

  constructor(options: NtpServerOptions) {
    this.options = options;
  }

  listen(host: Host): void {
    const socket = host.openUdp({ port: NTP_PORT });
    socket.onDatagram = (datagram) => {
      const reply = this.answer(datagram);
      if (reply === undefined) return;
      socket.send(datagram.source, datagram.sourcePort, reply, { source: datagram.destination });
    };
  }

  /** The answer to a datagram; undefined for what no server answers. */
  private answer({ data, source }: Datagram): Uint8Array | undefined {
    const { log, kiss } = this.options;
    const request = decodeNtp(data);
    // RFC 5905 §9.2: of the other modes none is for a server.
    if (!request.ok || request.value.mode !== NTP_MODE.client || request.value.version === 0) return undefined;
    const { version, poll, transmit } = request.value;
    const now = this.now();
    const client = formatIpv4(source);
    const message =
      kiss === undefined
        ? ntpMessage('ntp.told', { client, date: this.date() })
        : ntpMessage('ntp.refused', { client, kiss });
    log.emit(
      {
        kind: 'server',
        service: 'ntp',
        code: kiss === undefined ? 'ntp.time' : `ntp.kiss-${kiss.toLowerCase()}`,
        severity: kiss === undefined ? 'info' : 'warn',
        ...message,
        lines: [],
      },
      { rule: kiss === undefined ? 'RFC 5905 §9.2' : 'RFC 5905 §7.4' },
    );
    const common = { version, mode: NTP_MODE.server, poll, precision: PRECISION, rootDelay: 0, origin: transmit };
    if (kiss !== undefined) {
      const refusal = { leap: NOT_SYNCHRONISED, stratum: 0, rootDispersion: 0, referenceId: kiss };
      return encodeNtp({ ...common, ...refusal, reference: ZERO, receive: now, transmit: now });
    }
    const { stratum, epochMs, offsetS } = this.options;
    // A clock of stratum 1 names its source, one further away the server that it follows: here itself.
    const referenceId = stratum === 1 ? 'LOCL' : '\x7f\x7f\x01\x00';
    const reference = ntpTimestamp(Math.floor(epochMs / 1000 + offsetS), 0);
    return encodeNtp({
      ...common,
      leap: 0,
      stratum,
      rootDispersion: 0,
      referenceId,
      reference,
      receive: now,
      transmit: now,
    });
  }

  private now(): NtpTimestamp {
    const { clock, epochMs, offsetS } = this.options;
    const ns = clock.nowNs + Math.round((offsetS - Math.floor(offsetS)) * NS_PER_S);
    const seconds = Math.floor(epochMs / 1000) + Math.floor(offsetS) + Math.floor(ns / NS_PER_S);
    return ntpTimestamp(seconds, ns % NS_PER_S);
  }

  private date(): string {
    const { clock, epochMs, offsetS } = this.options;
    const ms = epochMs + offsetS * 1000 + Math.floor(clock.nowNs / 1_000_000);
    return new Date(ms).toISOString();
  }
}
