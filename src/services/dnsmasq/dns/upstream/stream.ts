/** A TCP connection that carries DNS messages, on either side of it (RFC 7766). */
import { NS_PER_S } from '../../../../base/time/clock.ts';
import type { Clock, Timer } from '../../../../base/time/clock.ts';
import type { TcpConnection } from '../../../../net/host/types.ts';
import { DnsStreamReader, frameDns } from '../../../../protocols/dns/stream.ts';
import { TcpSender } from '../../../files/tcp-sender.ts';

/** RFC 7766 §6.2.3: a connection on which nothing is said for some seconds is closed. */
const IDLE_NS = 10 * NS_PER_S;

export class DnsStream {
  private readonly connection: TcpConnection;
  private readonly clock: Clock;
  private readonly sender: TcpSender;
  private readonly onOver: () => void;
  private idle: Timer | undefined;
  /** Messages that have come and are not answered yet. */
  private owed = 0;
  private isEnding = false;
  private isOver = false;

  /** `onOver` is called once, when no more messages can come: the other side is done or silent, or the connection failed. */
  constructor(connection: TcpConnection, clock: Clock, onMessage: (message: Uint8Array) => void, onOver: () => void) {
    this.connection = connection;
    this.clock = clock;
    this.onOver = onOver;
    this.sender = new TcpSender(connection);
    const reader = new DnsStreamReader();
    connection.onData = (data) => {
      this.rest();
      for (const message of reader.push(data)) {
        if (this.isOver) return;
        this.owed++;
        onMessage(message);
      }
    };
    connection.onEnd = () => {
      this.isEnding = true;
      // Who has asked all it wanted still hears the answers.
      if (this.owed <= 0) this.close();
    };
    connection.onClose = () => {
      this.sender.clear();
      this.close();
    };
    this.rest();
  }

  send(message: Uint8Array): void {
    if (this.isOver) return;
    this.rest();
    this.owed--;
    this.sender.send(frameDns(message));
    if (this.isEnding && this.owed <= 0) this.close();
  }

  /** Ends it after what is queued; safe to call again. */
  close(): void {
    if (this.isOver) return;
    this.stop();
    this.sender.end();
    this.onOver();
  }

  /** Cuts it off; nobody is told. */
  abort(): void {
    this.stop();
    this.connection.abort();
  }

  private stop(): void {
    this.isOver = true;
    this.idle?.cancel();
  }

  private rest(): void {
    this.idle?.cancel();
    if (!this.isOver) this.idle = this.clock.schedule(IDLE_NS, () => this.close());
  }
}
