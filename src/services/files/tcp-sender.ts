/** Sends more than a connection's buffer holds: what is queued goes out as room comes, in order. */
import type { TcpConnection } from '../../net/host/types.ts';

interface Part {
  bytes: Uint8Array;
  /** Told how many bytes the connection has taken. */
  readonly onTaken: ((bytes: number) => void) | undefined;
  readonly onDone: (() => void) | undefined;
}

export class TcpSender {
  private readonly connection: TcpConnection;
  private readonly parts: Part[] = [];
  private isOver = false;
  private isPumping = false;

  /** Takes over the connection's `onDrain`. */
  constructor(connection: TcpConnection) {
    this.connection = connection;
    connection.onDrain = () => this.pump();
  }

  send(bytes: Uint8Array, onTaken?: (bytes: number) => void, onDone?: () => void): void {
    if (this.isOver) return;
    this.parts.push({ bytes, onTaken, onDone });
    this.pump();
  }

  /** Closes after what is queued. */
  end(): void {
    if (this.isOver) return;
    this.isOver = true;
    if (this.parts.length === 0 && !this.isPumping) this.connection.end();
  }

  /** Forgets what is queued. */
  clear(): void {
    this.isOver = true;
    this.parts.length = 0;
  }

  /** What is called back may send more or end: that is done here, not inside. */
  private pump(): void {
    if (this.isPumping || this.parts.length === 0) return;
    this.isPumping = true;
    for (let part = this.parts.at(0); part !== undefined; part = this.parts.at(0)) {
      const taken = part.bytes.length === 0 ? 0 : this.connection.write(part.bytes);
      if (taken > 0) part.onTaken?.(taken);
      if (taken < part.bytes.length) {
        part.bytes = part.bytes.subarray(taken);
        break;
      }
      this.parts.shift();
      part.onDone?.();
    }
    this.isPumping = false;
    if (this.isOver && this.parts.length === 0) this.connection.end();
  }
}
