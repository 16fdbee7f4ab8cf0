/**
 * Files that are asked for by FTP (RFC 959): commands and replies on the control connection, contents on connections that
 * it announces. For the story and for files put together again. A line cut by a segment's end is passed over.
 */
import type { Ipv4Address } from '../base/address.ts';
import { fromLatin1 } from '../base/bytes.ts';
import { itemAt } from '../base/lists/list.ts';
import { decodeFtpCommand, FTP_PORT, parseHostPort } from '../protocols/ftp/codec.ts';
import type { FrameHeaders } from './headers.ts';

export interface FtpTransfer {
  /** As the client named it, below the directory that it went to. */
  readonly name: string;
  /** RETR brings a file to the client, STOR from it. */
  readonly isUpload: boolean;
  readonly client: Ipv4Address;
  readonly server: Ipv4Address;
  readonly requestFrame: number;
  outcome: 'asked' | 'active' | 'done' | 'refused';
  /** The last reply about it. */
  code: number;
  message: string;
  /** The connection for its content; undefined when none was announced. */
  readonly channel: FtpChannel | undefined;
}

/** A connection that was announced by PASV, EPSV, PORT or EPRT. */
export interface FtpChannel {
  transfer: FtpTransfer | undefined;
}

/** Longer than any path of a real server (PATH_MAX is 4096): a session that goes deeper is followed no further. */
const MAX_DIRECTORY_CHARS = 4096;

interface Session {
  readonly client: Ipv4Address;
  readonly server: Ipv4Address;
  directory: string;
  transfer: FtpTransfer | undefined;
  channel: FtpChannel | undefined;
}

export class FtpFollower {
  /** By the client's endpoint. */
  private readonly sessions = new Map<string, Session>();
  /** By the endpoint that was announced. */
  private readonly channels = new Map<string, FtpChannel>();

  /** The announced connection that a segment is of. */
  channelOf({ ip, transport }: FrameHeaders): FtpChannel | undefined {
    if (ip === undefined || transport?.kind !== 'tcp') return undefined;
    return (
      this.channels.get(`${ip.source}:${transport.sourcePort}`) ??
      this.channels.get(`${ip.destination}:${transport.destinationPort}`)
    );
  }

  /** Takes any segment; returns the transfer of which a control connection says something new. */
  add(headers: FrameHeaders, frame: Uint8Array, index: number): FtpTransfer | undefined {
    const { ip, transport, payloadStart, payloadEnd } = headers;
    if (ip === undefined || transport?.kind !== 'tcp' || payloadStart === payloadEnd) return undefined;
    const { sourcePort, destinationPort } = transport;
    if (sourcePort !== FTP_PORT && destinationPort !== FTP_PORT) return undefined;
    const isCommand = destinationPort === FTP_PORT;
    const session = isCommand
      ? this.session(ip.source, sourcePort, ip.destination)
      : this.session(ip.destination, destinationPort, ip.source);
    let about: FtpTransfer | undefined;
    const text = fromLatin1(frame, payloadStart, payloadEnd);
    for (const line of text.slice(0, text.lastIndexOf('\r\n')).split('\r\n')) {
      about = (isCommand ? this.command(session, line, index) : this.reply(session, line)) ?? about;
    }
    return about;
  }

  private session(client: Ipv4Address, port: number, server: Ipv4Address): Session {
    const key = `${client}:${port}`;
    const known = this.sessions.get(key);
    if (known?.server === server) return known;
    const session: Session = { client, server, directory: '', transfer: undefined, channel: undefined };
    this.sessions.set(key, session);
    return session;
  }

  private command(session: Session, line: string, index: number): FtpTransfer | undefined {
    const decoded = decodeFtpCommand(line);
    if (!decoded.ok) return undefined;
    const { verb, argument } = decoded.value;
    const below = argument.startsWith('/') || session.directory === '' ? argument : `${session.directory}/${argument}`;
    switch (verb) {
      case 'CWD':
        if (below.length <= MAX_DIRECTORY_CHARS) session.directory = below.replace(/\/$/, '');
        return undefined;
      case 'PORT':
      case 'EPRT':
        this.announce(session, verb === 'PORT' ? parseHostPort(argument) : extendedPort(argument, session.client));
        return undefined;
      case 'RETR':
      case 'STOR': {
        const { client, server, channel } = session;
        session.transfer = {
          name: below,
          isUpload: verb === 'STOR',
          client,
          server,
          requestFrame: index,
          outcome: 'asked',
          code: 0,
          message: '',
          channel,
        };
        if (channel !== undefined) channel.transfer = session.transfer;
        session.channel = undefined;
        return session.transfer;
      }
      default:
        return undefined;
    }
  }

  private reply(session: Session, line: string): FtpTransfer | undefined {
    const parts = /^(\d{3}) (.*)$/.exec(line);
    if (parts === null) return undefined;
    const code = Number(parts[1]);
    if (code === 227) this.announce(session, parseHostPort(itemAt(parts, 2)));
    else if (code === 229) this.announce(session, extendedPort(itemAt(parts, 2), session.server));
    const { transfer } = session;
    if (transfer === undefined) return undefined;
    transfer.code = code;
    transfer.message = itemAt(parts, 2);
    // RFC 959 §4.2: 1yz begins, 2yz completes, 4yz and 5yz refuse.
    if (code < 200) transfer.outcome = 'active';
    else {
      transfer.outcome = code < 400 ? 'done' : 'refused';
      session.transfer = undefined;
    }
    return transfer;
  }

  private announce(session: Session, at: { readonly address: Ipv4Address; readonly port: number } | undefined): void {
    if (at === undefined) return;
    session.channel = { transfer: undefined };
    this.channels.set(`${at.address}:${at.port}`, session.channel);
  }
}

/** `|||port|` of the reply to EPSV, `|1|address|port|` of EPRT (RFC 2428 §2, §3); the address is known. */
function extendedPort(
  text: string,
  address: Ipv4Address,
): { readonly address: Ipv4Address; readonly port: number } | undefined {
  const port = Number(/\|(\d{1,5})\|/.exec(text.replace(/^\|1\|[^|]*/, ''))?.[1]);
  return Number.isInteger(port) ? { address, port } : undefined;
}
