/** A connection that a server has accepted, under TLS: to what is above it, it looks like the TCP connection below. */
import type { Rng } from '../../base/rng.ts';
import type { TlsSecret } from '../../protocols/tls/key-log.ts';
import type { TcpConnection, TcpError } from '../host/types.ts';
import type { TlsFailure } from './endpoint.ts';
import { TlsServer } from './server.ts';
import type { TlsAgreement, TlsServerOptions } from './server-flow.ts';

export interface TlsServerReports {
  secret(secret: TlsSecret): void;
  agreed(agreement: TlsAgreement): void;
  failed(failure: TlsFailure): void;
}

export class TlsServerConnection implements TcpConnection {
  onConnect: (() => void) | undefined;
  onData: ((data: Uint8Array) => void) | undefined;
  onEnd: (() => void) | undefined;
  onClose: ((error: TcpError | undefined) => void) | undefined;
  onDrain: (() => void) | undefined;
  private readonly tcp: TcpConnection;
  private readonly tls: TlsServer;
  /** What TCP had no room for. */
  private unsent: Uint8Array[] = [];
  private isEnding = false;
  private hasEnded = false;

  constructor(tcp: TcpConnection, rng: Rng, options: TlsServerOptions, reports: TlsServerReports) {
    this.tcp = tcp;
    this.tls = new TlsServer(rng, options, {
      output: (bytes) => {
        this.unsent.push(bytes);
        this.flush();
      },
      ready: () => this.onDrain?.(),
      data: (data) => this.onData?.(data),
      end: () => this.ended(),
      failed: (failure) => {
        reports.failed(failure);
        this.endTcp();
      },
      secret: reports.secret,
      agreed: reports.agreed,
    });
    tcp.onData = (data) => this.tls.receive(data);
    tcp.onEnd = () => this.ended();
    tcp.onClose = (error) => this.onClose?.(error);
    tcp.onDrain = () => {
      this.flush();
      if (this.unsent.length === 0 && this.tls.isReady) this.onDrain?.();
    };
  }

  get local(): TcpConnection['local'] {
    return this.tcp.local;
  }

  get remote(): TcpConnection['remote'] {
    return this.tcp.remote;
  }

  get writable(): number {
    return this.mayWrite ? Math.max(1, this.tcp.writable) : 0;
  }

  private get mayWrite(): boolean {
    return this.tls.isReady && !this.tls.isOver && this.unsent.length === 0;
  }

  /** Record by record, until TCP has no room for the rest of one: then it says when there is room again. */
  write(data: Uint8Array): number {
    let taken = 0;
    while (taken < data.length && this.mayWrite) {
      const piece = data.subarray(taken, taken + this.tls.recordBytes);
      this.tls.send(piece);
      taken += piece.length;
    }
    return taken;
  }

  pause(): void {
    this.tcp.pause();
  }

  resume(): void {
    this.tcp.resume();
  }

  end(): void {
    this.tls.close();
    this.endTcp();
  }

  abort(): void {
    this.tcp.abort();
  }

  private ended(): void {
    if (this.hasEnded) return;
    this.hasEnded = true;
    this.onEnd?.();
    // Without an owner that could answer, nothing more is said.
    if (!this.tls.isReady) this.endTcp();
  }

  /** Ends TCP behind what is still to go out. */
  private endTcp(): void {
    this.isEnding = true;
    this.flush();
  }

  private flush(): void {
    for (let first = this.unsent[0]; first !== undefined; first = this.unsent[0]) {
      const taken = this.tcp.write(first);
      if (taken < first.length) {
        this.unsent[0] = first.subarray(taken);
        return;
      }
      this.unsent.shift();
    }
    if (!this.isEnding) return;
    this.isEnding = false;
    this.tcp.end();
  }
}
