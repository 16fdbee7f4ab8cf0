/** The data connection of one FTP session (RFC 959 §3.2): made beforehand by PASV or PORT, used for one transfer. */
import { formatIpv4, type Ipv4Address } from '../../base/address.ts';
import { NS_PER_S } from '../../base/time/clock.ts';
import type { TcpConnection, TcpListener } from '../../net/host/types.ts';
import { sendBody, type BodySource } from '../files/body-sender.ts';
import { reportClosed } from '../files/messages.ts';
import type { RateLimit } from '../files/rate-limit.ts';
import { TcpSender } from '../files/tcp-sender.ts';
import { TransferReport } from '../files/transfer-report.ts';
import type { FtpServerOptions } from './options.ts';

/** IANA's dynamic ports (RFC 6335 §6). */
const FIRST_PORT = 49_152;
const PORT_COUNT = 65_536 - FIRST_PORT;
const MAX_ATTEMPTS = 64;
/** How long the client may take to connect. */
const CONNECT_NS = 60 * NS_PER_S;

export type TransferOutcome = 'done' | 'not-opened' | 'broken';

/** A file or a listing, from a byte on. */
export interface FtpBody {
  readonly source: BodySource;
  readonly start: number;
  /** Of a file: the server may close in the middle of it. */
  readonly isFile: boolean;
}

interface Transfer {
  readonly name: string;
  readonly body: FtpBody;
  readonly onOpen: () => void;
  readonly onEnd: (outcome: TransferOutcome) => void;
  readonly timer: { cancel(): void };
  report?: TransferReport;
}

export class DataChannel {
  private readonly control: TcpConnection;
  private readonly options: FtpServerOptions;
  private readonly rate: RateLimit | undefined;
  private listener: TcpListener | undefined;
  private connection: TcpConnection | undefined;
  private isConnected = false;
  private transfer: Transfer | undefined;

  constructor(control: TcpConnection, options: FtpServerOptions, rate: RateLimit | undefined) {
    this.control = control;
    this.options = options;
    this.rate = rate;
  }

  /** PASV or PORT came before. */
  get isOpen(): boolean {
    return this.listener !== undefined || this.connection !== undefined;
  }

  get isBusy(): boolean {
    return this.transfer !== undefined;
  }

  /** Waits for the client on a port of its own; undefined when none is free. */
  listen(): number | undefined {
    this.close();
    const { host, rng } = this.options;
    for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
      const port = FIRST_PORT + rng.below(PORT_COUNT);
      const listener = host.listenTcp(port, (connection) => this.accept(connection));
      if (listener === undefined) continue;
      this.listener = listener;
      return port;
    }
    return undefined;
  }

  connectTo(address: Ipv4Address, port: number): void {
    this.close();
    const connection = this.options.host.connectTcp(address, port, { localAddress: this.control.local.address });
    this.adopt(connection);
    connection.onConnect = () => {
      this.isConnected = true;
      this.begin();
    };
  }

  /** Sends one file or listing as soon as the connection is there, and closes it. */
  send(name: string, body: FtpBody, onOpen: () => void, onEnd: (outcome: TransferOutcome) => void): void {
    const timer = this.options.clock.schedule(CONNECT_NS, () => this.finish('not-opened'));
    this.transfer = { name, body, onOpen, onEnd, timer };
    if (this.isConnected) this.begin();
  }

  /** Breaks a transfer off. */
  abort(): void {
    this.connection?.abort();
    this.finish('broken');
    this.close();
  }

  close(): void {
    const { transfer } = this;
    this.transfer = undefined;
    transfer?.timer.cancel();
    transfer?.report?.failed();
    this.release();
    this.connection?.abort();
    this.connection = undefined;
    this.isConnected = false;
  }

  private accept(connection: TcpConnection): void {
    // Only from where the commands come (RFC 2577 §5), and only once.
    if (connection.remote.address !== this.control.remote.address || this.connection !== undefined) {
      connection.abort();
      return;
    }
    this.adopt(connection);
    this.isConnected = true;
    this.release();
    this.begin();
  }

  private adopt(connection: TcpConnection): void {
    this.connection = connection;
    connection.onClose = () => {
      if (this.connection !== connection) return;
      this.connection = undefined;
      const wasConnected = this.isConnected;
      this.isConnected = false;
      this.finish(wasConnected ? 'broken' : 'not-opened');
    };
  }

  private begin(): void {
    const { transfer, connection } = this;
    if (transfer === undefined || connection === undefined) return;
    transfer.timer.cancel();
    transfer.onOpen();
    const { body, name } = transfer;
    const { source, start } = body;
    const { remote } = this.control;
    const id = `${formatIpv4(remote.address)}:${remote.port}`;
    const report = new TransferReport(this.options.log, { protocol: 'ftp', id, name, totalBytes: source.size - start });
    transfer.report = report;
    const sender = new TcpSender(connection);
    const close = (outcome: TransferOutcome): void => {
      // What the connection still has in its buffer goes out by itself.
      this.connection = undefined;
      this.isConnected = false;
      sender.end();
      this.finish(outcome);
    };
    const { clock, log, closeAfterBytes } = this.options;
    const limits = { rate: this.rate, closeAfterBytes: body.isFile ? closeAfterBytes : undefined };
    sendBody(clock, sender, source, [start, source.size], limits, {
      onTaken: (taken) => report.advance(taken),
      onDone: () => {
        report.done();
        close('done');
      },
      onCut: () => {
        if (closeAfterBytes !== undefined) reportClosed(log, formatIpv4(remote.address), name, closeAfterBytes);
        close('broken');
      },
    });
  }

  private finish(outcome: TransferOutcome): void {
    const { transfer } = this;
    if (transfer === undefined) return;
    this.transfer = undefined;
    transfer.timer.cancel();
    if (outcome !== 'done') transfer.report?.failed();
    this.release();
    transfer.onEnd(outcome);
  }

  private release(): void {
    this.listener?.close();
    this.listener = undefined;
  }
}
