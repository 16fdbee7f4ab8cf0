/** A syslog collector (RFC 5426, UDP): each message becomes a line of the server's log, as syslogd writes it. */
import { formatIpv4 } from '../../base/address.ts';
import { NS_PER_MS, type Clock } from '../../base/time/clock.ts';
import type { EventSink } from '../../base/event-log.ts';
import type { Host } from '../../net/host/types.ts';
import { decodeSyslog, priorityName } from '../../protocols/syslog/codec.ts';

export interface SyslogServerOptions {
  readonly clock: Clock;
  readonly log: EventSink;
  /** Milliseconds since 1970 at virtual time zero. */
  readonly epochMs: number;
}

export class SyslogServer {
  private readonly options: SyslogServerOptions;

  constructor(options: SyslogServerOptions) {
    this.options = options;
  }

  listen(host: Host, port: number): void {
    const { clock, log, epochMs } = this.options;
    const socket = host.openUdp({ port });
    socket.onDatagram = ({ data, source }) => {
      const message = decodeSyslog(data);
      // Clocks of clients are not to be trusted, and many have none: the time is the collector's own.
      const time = new Date(epochMs + Math.floor(clock.nowNs / NS_PER_MS)).toISOString();
      const { tag, processId } = message;
      const program = tag === undefined ? '' : `${tag}${processId === undefined ? '' : `[${processId}]`}: `;
      const from = message.hostname ?? formatIpv4(source);
      // Control characters would let a message forge lines (RFC 5424 §8.2).
      // oxlint-disable-next-line no-control-regex
      const text = message.text.replace(/[\x00-\x1f\x7f]/g, ' ');
      log.emit({
        kind: 'log',
        service: 'syslog',
        text: `${time} ${from} ${priorityName(message)}: ${program}${text}`,
      });
    };
  }
}
