/**
 * Files that crossed the wire by TFTP, HTTP or FTP, put together again, with their SHA-256: what a boot loaded, from
 * any server. Works on frames alone, so it serves imported captures as well.
 */
import { sha256 } from '@noble/hashes/sha2.js';
import type { Ipv4Address } from '../../base/address.ts';
import { formatIpv4 } from '../../base/address.ts';
import { concatBytes, toHex } from '../../base/bytes.ts';
import type { FrameSource } from '../../protocols/core/frame-source.ts';
import { HTTP_PORT, httpField } from '../../protocols/http/codec.ts';
import type { HttpHead } from '../../protocols/http/codec.ts';
import { HttpParser } from '../../protocols/http/parser.ts';
import { decodeTftp, DEFAULT_BLKSIZE, TFTP_PORT, tftpOptionNumber } from '../../protocols/tftp/codec.ts';
import type { TftpPacket } from '../../protocols/tftp/codec.ts';
import { FtpFollower, type FtpChannel } from '../ftp-follower.ts';
import { conversationKey, readHeaders } from '../headers.ts';
import type { FrameHeaders } from '../headers.ts';
import { StreamAssembler } from './follow.ts';

export interface TransferredObject {
  readonly protocol: 'tftp' | 'http' | 'ftp';
  /** As the client asked for it. */
  readonly name: string;
  /** Dotted addresses of the sender and the receiver. */
  readonly from: string;
  readonly to: string;
  /** Index of the request's frame, and of the last frame with bytes of it. */
  readonly firstFrame: number;
  readonly lastFrame: number;
  readonly bytes: Uint8Array;
  /** Whether the end was seen and nothing is missing. */
  readonly complete: boolean;
  /** Media type of an HTTP response. */
  readonly mediaType?: string;
}

/** Lower-case hexadecimal. */
export function objectSha256(object: TransferredObject): string {
  return toHex(sha256(object.bytes));
}

/** All objects of a capture, in the order of their requests. Transfers without any content are left out. */
export function transferredObjects(
  frames: Pick<FrameSource, 'length' | 'bytes' | 'timeNs'>,
): readonly TransferredObject[] {
  const collector = new ObjectCollector();
  for (let index = 0; index < frames.length; index++) {
    const frame = frames.bytes(index);
    const headers = readHeaders(frame);
    if (headers?.transport !== undefined) collector.addFrame(headers, frame, index, frames.timeNs(index));
  }
  return collector.finish();
}

interface TftpTransfer {
  readonly name: string;
  readonly isWrite: boolean;
  readonly client: Ipv4Address;
  readonly clientPort: number;
  readonly server: Ipv4Address;
  readonly firstFrame: number;
  lastFrame: number;
  blockBytes: number;
  /** Blocks in order; their numbers on the wire wrap at 65536. */
  readonly blocks: Uint8Array[];
  complete: boolean;
}

/** The connection that carries a file of FTP. */
interface FtpContent {
  readonly assembler: StreamAssembler;
  readonly pieces: Uint8Array[];
  lastFrame: number;
  hasGap: boolean;
}

interface HttpExchange {
  readonly target: string;
  readonly firstFrame: number;
}

class HttpConversation {
  readonly client: Ipv4Address;
  readonly server: Ipv4Address;
  readonly assembler = new StreamAssembler();
  readonly requests: HttpExchange[] = [];
  /** Requests that have their response. */
  answered = 0;
  request: HttpParser | undefined;
  response: HttpParser | undefined;
  head: HttpHead | undefined;
  body: Uint8Array[] = [];
  lastFrame = 0;
  /** The frame whose bytes are being parsed. */
  frame = 0;
  gap = false;

  constructor(client: Ipv4Address, server: Ipv4Address) {
    this.client = client;
    this.server = server;
  }
}

class ObjectCollector {
  private readonly found: TransferredObject[] = [];
  /** By client address and port: a client's port is one transfer (RFC 1350 §4). */
  private readonly transfers = new Map<string, TftpTransfer>();
  private readonly connections = new Map<string, HttpConversation>();
  private readonly ftp = new FtpFollower();
  private readonly ftpContents = new Map<FtpChannel, FtpContent>();

  addFrame(headers: FrameHeaders, frame: Uint8Array, index: number, timeNs: number): void {
    const { transport } = headers;
    if (transport?.kind === 'udp') this.addDatagram(headers, frame, index);
    else if (transport?.sourcePort === HTTP_PORT || transport?.destinationPort === HTTP_PORT) {
      this.addSegment(headers, frame, index, timeNs);
    } else this.addFtp(headers, frame, index, timeNs);
  }

  private addFtp(headers: FrameHeaders, frame: Uint8Array, index: number, timeNs: number): void {
    this.ftp.add(headers, frame, index);
    const channel = this.ftp.channelOf(headers);
    if (channel === undefined) return;
    let content = this.ftpContents.get(channel);
    if (content === undefined) {
      const assembler = new StreamAssembler();
      const made: FtpContent = { assembler, pieces: [], lastFrame: index, hasGap: false };
      assembler.onPiece = (piece) => {
        made.pieces.push(piece.bytes);
        made.lastFrame = piece.index;
        if (piece.missing > 0) made.hasGap = true;
      };
      this.ftpContents.set(channel, made);
      content = made;
    }
    content.assembler.addFrame(headers, frame, index, timeNs);
  }

  private endFtp({ transfer }: FtpChannel, { assembler, pieces, lastFrame, hasGap }: FtpContent): void {
    assembler.flush();
    if (transfer === undefined || pieces.length === 0) return;
    const [from, to] = transfer.isUpload ? [transfer.client, transfer.server] : [transfer.server, transfer.client];
    const complete = transfer.outcome === 'done' && !hasGap;
    this.found.push({
      protocol: 'ftp',
      name: transfer.name,
      from: formatIpv4(from),
      to: formatIpv4(to),
      firstFrame: transfer.requestFrame,
      lastFrame,
      bytes: concatBytes(pieces),
      complete,
    });
  }

  finish(): readonly TransferredObject[] {
    for (const transfer of this.transfers.values()) this.endTransfer(transfer);
    for (const connection of this.connections.values()) this.endConnection(connection);
    for (const [channel, content] of this.ftpContents) this.endFtp(channel, content);
    return this.found.sort((a, b) => a.firstFrame - b.firstFrame || a.lastFrame - b.lastFrame);
  }

  private addDatagram(headers: FrameHeaders, frame: Uint8Array, index: number): void {
    const { ip, transport } = headers;
    if (ip === undefined || transport === undefined) return;
    const sender = `${ip.source}:${transport.sourcePort}`;
    const receiver = `${ip.destination}:${transport.destinationPort}`;
    const isRequest = transport.destinationPort === TFTP_PORT;
    const transfer = this.transfers.get(sender) ?? this.transfers.get(receiver);
    if (!isRequest && transfer === undefined) return;
    const decoded = decodeTftp(frame.subarray(headers.payloadStart, headers.payloadEnd));
    if (!decoded.ok) return;
    const packet = decoded.value;
    if (packet.opcode === 'rrq' || packet.opcode === 'wrq') {
      if (!isRequest) return;
      const before = this.transfers.get(sender);
      // The request again, because no answer came.
      if (before !== undefined && before.blocks.length === 0 && before.name === packet.filename) return;
      if (before !== undefined) this.endTransfer(before);
      this.transfers.set(sender, {
        name: packet.filename,
        isWrite: packet.opcode === 'wrq',
        client: ip.source,
        clientPort: transport.sourcePort,
        server: ip.destination,
        firstFrame: index,
        lastFrame: index,
        blockBytes: DEFAULT_BLKSIZE,
        blocks: [],
        complete: false,
      });
    } else if (transfer !== undefined && !transfer.complete) this.addTftp(transfer, packet, index);
  }

  private addTftp(transfer: TftpTransfer, packet: TftpPacket, index: number): void {
    if (packet.opcode === 'oack') {
      transfer.blockBytes = tftpOptionNumber(packet.options, 'blksize') ?? DEFAULT_BLKSIZE;
    } else if (packet.opcode === 'data') {
      // The number on the wire is the low 16 bits of the block's own; only the next one in order is new.
      if (((transfer.blocks.length + 1) & 0xffff) !== packet.block) return;
      transfer.blocks.push(packet.data);
      transfer.lastFrame = index;
      // RFC 1350 §6: a short block is the last.
      transfer.complete = packet.data.length < transfer.blockBytes;
    }
  }

  private endTransfer(transfer: TftpTransfer): void {
    if (transfer.blocks.length === 0) return;
    const [from, to] = transfer.isWrite ? [transfer.client, transfer.server] : [transfer.server, transfer.client];
    this.found.push({
      protocol: 'tftp',
      name: transfer.name,
      from: formatIpv4(from),
      to: formatIpv4(to),
      firstFrame: transfer.firstFrame,
      lastFrame: transfer.lastFrame,
      bytes: concatBytes(transfer.blocks),
      complete: transfer.complete,
    });
  }

  private addSegment(headers: FrameHeaders, frame: Uint8Array, index: number, timeNs: number): void {
    const key = conversationKey(headers);
    if (key === undefined) return;
    let connection = this.connections.get(key);
    const flags = headers.transport?.flags ?? 0;
    if (connection?.assembler.isOver === true && (flags & 0x12) === 0x02) {
      this.endConnection(connection);
      connection = undefined;
    }
    if (connection === undefined) {
      connection = this.openConnection(headers);
      this.connections.set(key, connection);
    }
    connection.assembler.addFrame(headers, frame, index, timeNs);
  }

  private openConnection(headers: FrameHeaders): HttpConversation {
    // Captures that begin in the middle may see the server first.
    const isClientFirst = headers.transport?.destinationPort === HTTP_PORT;
    const source = headers.ip?.source ?? 0;
    const destination = headers.ip?.destination ?? 0;
    const connection = isClientFirst
      ? new HttpConversation(source, destination)
      : new HttpConversation(destination, source);
    const ignore = (): void => {};
    connection.request = new HttpParser(
      { kind: 'request' },
      {
        onHead: (head) => {
          if (head.kind !== 'request') return;
          connection.requests.push({ target: head.target, firstFrame: connection.frame });
          connection.response?.expectResponseTo(head.method);
        },
        onBody: ignore,
        onEnd: ignore,
      },
    );
    connection.response = new HttpParser(
      { kind: 'response' },
      {
        onHead: (head) => {
          connection.head = head;
          connection.body = [];
        },
        onBody: (data) => {
          connection.body.push(data);
          connection.lastFrame = connection.frame;
        },
        onEnd: () => this.endResponse(connection, true),
      },
    );
    connection.assembler.onPiece = (piece) => {
      connection.frame = piece.index;
      if (piece.missing > 0) connection.gap = true;
      const isFromClient = (piece.side === 0) === isClientFirst;
      if (!connection.gap) (isFromClient ? connection.request : connection.response)?.push(piece.bytes);
    };
    return connection;
  }

  private endResponse(connection: HttpConversation, complete: boolean): void {
    const { head } = connection;
    connection.head = undefined;
    if (head?.kind !== 'response') return;
    // 1xx answers precede the real one (RFC 9110 §15.2).
    if (head.status < 200) return;
    const request = connection.requests.at(connection.answered++);
    if (connection.body.length === 0) return;
    const mediaType = httpField(head, 'Content-Type');
    this.found.push({
      protocol: 'http',
      name: request?.target ?? '',
      from: formatIpv4(connection.server),
      to: formatIpv4(connection.client),
      firstFrame: request?.firstFrame ?? connection.lastFrame,
      lastFrame: connection.lastFrame,
      bytes: concatBytes(connection.body),
      complete,
      ...(mediaType === undefined ? {} : { mediaType }),
    });
  }

  private endConnection(connection: HttpConversation): void {
    connection.assembler.flush();
    connection.response?.end();
    if (connection.head !== undefined) this.endResponse(connection, false);
  }
}
