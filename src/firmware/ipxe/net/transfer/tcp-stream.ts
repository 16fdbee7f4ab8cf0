/** A TCP connection as tasks use it: connect, read pieces, write, close. */
import type { Ipv4Address } from '../../../../base/address.ts';
import { Inbox, type Task } from '../../../../base/time/task.ts';
import type { TcpConnection, TcpError } from '../../../../net/host/types.ts';
import { Err, OK, type Status } from '../../errors.ts';
import type { Ipxe } from '../../ipxe.ts';
import type { Progress } from './job.ts';

export type StreamEvent =
  | { readonly kind: 'connected' }
  | { readonly kind: 'data'; readonly data: Uint8Array }
  /** The peer sends no more. */
  | { readonly kind: 'end' }
  | { readonly kind: 'closed'; readonly error: TcpError | undefined };

/** What reads and writes a stream of bytes, over TCP as it is or under TLS. */
export interface ByteStream {
  readonly isOpen: boolean;
  /** Something came that nobody has looked at. */
  readonly hasNews: boolean;
  next(): Task<StreamEvent>;
  write(data: Uint8Array): void;
  close(): void;
  abort(): void;
}

export class TcpStream implements ByteStream {
  private readonly events = new Inbox<StreamEvent>();
  isOpen = true;
  /** Both directions are over. */
  private isGone = false;
  private readonly connection: TcpConnection;
  private readonly ipxe: Ipxe;
  private unsent: Uint8Array = new Uint8Array(0);

  constructor(ipxe: Ipxe, address: Ipv4Address, port: number) {
    this.ipxe = ipxe;
    this.connection = ipxe.ip.host.connectTcp(address, port);
    const { connection, events } = this;
    connection.onConnect = () => events.push({ kind: 'connected' });
    // A view of a frame may be kept: frames are never changed.
    connection.onData = (data) => events.push({ kind: 'data', data });
    connection.onEnd = () => {
      this.isOpen = false;
      events.push({ kind: 'end' });
    };
    connection.onClose = (error) => {
      this.isOpen = false;
      this.isGone = true;
      events.push({ kind: 'closed', error });
    };
    connection.onDrain = () => this.flush();
  }

  get hasNews(): boolean {
    return this.events.length > 0;
  }

  next(): Task<StreamEvent> {
    return this.events.take();
  }

  write(data: Uint8Array): void {
    const all = new Uint8Array(this.unsent.length + data.length);
    all.set(this.unsent);
    all.set(data, this.unsent.length);
    this.unsent = all;
    this.flush();
  }

  private flush(): void {
    if (this.unsent.length === 0) return;
    const taken = this.connection.write(this.unsent);
    this.unsent = this.unsent.subarray(taken);
  }

  /** Ends the stream; `sync` waits for the peer's FIN. */
  close(): void {
    const { connection, ipxe } = this;
    this.isOpen = false;
    if (this.isGone) return;
    connection.onData = undefined;
    connection.onEnd = undefined;
    ipxe.ip.closeStarted();
    let isCounted = true;
    connection.onClose = () => {
      if (isCounted) ipxe.ip.closeEnded();
      isCounted = false;
    };
    connection.end();
  }

  abort(): void {
    this.isOpen = false;
    this.connection.onClose = undefined;
    this.connection.abort();
  }
}

/** How the end of a TCP connection reads as a status. */
export function tcpStatus(error: 'refused' | 'reset' | 'timeout' | 'unreachable' | 'closed' | undefined): Status {
  switch (error) {
    case undefined:
      return OK;
    case 'refused':
    case 'reset':
    case 'closed':
      return Err.tcpReset;
    case 'timeout':
      return Err.tcpTimeout;
    case 'unreachable':
      return Err.noRoute;
  }
}

/** Waits for a connection to be there. */
export function* connect(stream: TcpStream, progress: Progress): Task<Status> {
  progress.message = 'connecting';
  try {
    const event = yield* stream.next();
    if (event.kind === 'closed') return tcpStatus(event.error ?? 'reset');
    return event.kind === 'connected' ? OK : Err.tcpReset;
  } finally {
    progress.message = '';
  }
}
