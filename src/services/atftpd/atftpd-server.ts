/**
 * A TFTP server after Debian's atftpd: RFC 1350 with blksize and tsize, multicast by RFC 2090, and PXE's MTFTP. Clients
 * that ask for the same file with the option `multicast` share one stream to a group.
 */
import { formatIpv4, parseIpv4, type Ipv4Address } from '../../base/address.ts';
import type { Clock } from '../../base/time/clock.ts';
import type { EventSink, Severity } from '../../base/event-log.ts';
import type { Message } from '../../base/sentence.ts';
import type { Datagram, Host } from '../../net/host/types.ts';
import {
  decodeTftp,
  DEFAULT_BLKSIZE,
  encodeTftp,
  MAX_BLKSIZE,
  MIN_BLKSIZE,
  TFTP_ERROR,
  TFTP_PORT,
  tftpOptionNumber,
  type TftpOption,
} from '../../protocols/tftp/codec.ts';
import { normalizePath, type FileTree, type OpenFile } from '../files/file-tree.ts';
import { GroupPool, type Group } from './group-pool.ts';
import { atftpdMessage } from './messages.ts';
import { Stream, type StreamClient } from './stream.ts';

/** `--maxthread`: what is asked for beyond that is not answered. */
const MAX_STREAMS = 100;
/** Readable for others: atftpd runs as nobody. */
const OTHERS_READ = 0o004;

export interface MtftpEntry {
  readonly file: string;
  readonly group: string;
  readonly port: number;
}

export interface AtftpdOptions {
  readonly clock: Clock;
  readonly log: EventSink;
  readonly files: FileTree;
  readonly root: string;
  readonly groups: readonly Ipv4Address[];
  readonly ports: readonly number[];
  readonly multicast: boolean;
  readonly ttl: number;
  readonly retryTimeoutS: number;
  readonly switchClient: boolean;
  readonly mtftp: readonly MtftpEntry[];
  readonly mtftpPort: number;
}

type Opened = { readonly content: OpenFile } | { readonly code: number; readonly text: string };

export class AtftpdServer {
  private readonly options: AtftpdOptions;
  private readonly pool: GroupPool;
  private readonly streams = new Set<Stream>();
  /** Streams of MTFTP by file: a second opener just listens. */
  private readonly opened = new Map<string, Stream>();

  constructor(options: AtftpdOptions) {
    this.options = options;
    this.pool = new GroupPool(options.groups, options.ports);
  }

  listen(host: Host): void {
    const socket = host.openUdp({ port: TFTP_PORT });
    socket.onDatagram = (datagram) => this.request(host, datagram);
    const { mtftp, mtftpPort } = this.options;
    if (mtftp.length === 0) return;
    const opener = host.openUdp({ port: mtftpPort });
    opener.onDatagram = (datagram) => this.open(host, datagram);
  }

  private request(host: Host, { data, source, sourcePort, destination }: Datagram): void {
    const decoded = decodeTftp(data);
    if (!decoded.ok) return;
    const packet = decoded.value;
    // An ERROR or a late ACK starts nothing.
    if (packet.opcode !== 'rrq' && packet.opcode !== 'wrq') return;
    const refuse = (code: number, text: string): void => {
      const about = { client: formatIpv4(source), file: packet.filename, reason: text };
      this.announce('refused', atftpdMessage('atftpd.refused', about), 'warn');
      const refusal = host.openUdp();
      refusal.send(source, sourcePort, encodeTftp({ opcode: 'error', code, message: text }), { source: destination });
      refusal.close();
    };
    if (packet.opcode === 'wrq') {
      refuse(TFTP_ERROR.accessViolation, 'Access violation');
      return;
    }
    const file = this.file(packet.filename);
    if ('code' in file) {
      refuse(file.code, file.text);
      return;
    }
    const { content } = file;
    const granted = grant(packet.options, content.size);
    const client: StreamClient = { address: source, port: sourcePort, granted };
    const wantsGroup = this.options.multicast && packet.options.some(({ name }) => name.toLowerCase() === 'multicast');
    const shared = wantsGroup ? [...this.streams].find((each) => each.fits(packet.filename, granted)) : undefined;
    if (shared !== undefined) {
      shared.join(client);
      return;
    }
    const group = wantsGroup ? this.pool.take() : undefined;
    if (wantsGroup && group === undefined) {
      const about = { client: formatIpv4(source), file: packet.filename };
      this.announce('no-address', atftpdMessage('atftpd.no-address', about), 'warn');
    }
    const returnGroup = (): void => {
      if (group !== undefined) this.pool.giveBack(group);
    };
    const blksize = tftpOptionNumber(granted, 'blksize') ?? DEFAULT_BLKSIZE;
    const about = { name: packet.filename, content, blksize, kind: 'tftp', group, source: destination } as const;
    this.start(host, about, client, returnGroup);
  }

  /** An open request of MTFTP: the groups are those of the configuration, which clients know from DHCP. */
  private open(host: Host, { data, source, sourcePort, destination }: Datagram): void {
    const decoded = decodeTftp(data);
    if (!decoded.ok || decoded.value.opcode !== 'rrq') return;
    const { filename } = decoded.value;
    const { mtftp } = this.options;
    const entry = mtftp.find((each) => normalizePath(each.file) === normalizePath(filename));
    const address = parseIpv4(entry?.group ?? '');
    const file = this.file(filename);
    if (entry === undefined || address === undefined || 'code' in file) {
      const about = { client: formatIpv4(source), file: filename };
      this.announce('no-group', atftpdMessage('atftpd.no-group', about), 'warn');
      return;
    }
    if (this.opened.has(filename)) return;
    const group = { address, port: entry.port };
    const { content } = file;
    const about = {
      name: filename,
      content,
      blksize: DEFAULT_BLKSIZE,
      kind: 'mtftp',
      group,
      source: destination,
    } as const;
    const client: StreamClient = { address: source, port: sourcePort, granted: [] };
    const stream = this.start(host, about, client, () => this.opened.delete(filename));
    if (stream !== undefined) this.opened.set(filename, stream);
  }

  private start(
    host: Host,
    about: {
      readonly name: string;
      readonly content: OpenFile;
      readonly blksize: number;
      readonly kind: 'tftp' | 'mtftp';
      readonly group: Group | undefined;
      readonly source: Ipv4Address;
    },
    client: StreamClient,
    onEnd: () => void,
  ): Stream | undefined {
    if (this.streams.size >= MAX_STREAMS) {
      onEnd();
      return undefined;
    }
    const { clock, log, ttl, retryTimeoutS, switchClient } = this.options;
    const stream: Stream = new Stream({
      ...about,
      clock,
      log,
      ttl,
      retryTimeoutS,
      switchClient,
      socket: host.openUdp(),
      onEnd: () => {
        this.streams.delete(stream);
        onEnd();
      },
    });
    this.streams.add(stream);
    stream.join(client);
    return stream;
  }

  private announce(code: string, message: Message, severity: Severity): void {
    const { log } = this.options;
    log.emit({ kind: 'server', service: 'atftpd', code: `atftpd.${code}`, severity, ...message, lines: [] });
  }

  private file(filename: string): Opened {
    const { files, root } = this.options;
    const name = filename.replaceAll('\\', '/');
    const base = normalizePath(root);
    const path = normalizePath(name.startsWith(`${base}/`) ? name : `${base}/${name}`);
    if (name.split('/').includes('..')) return { code: TFTP_ERROR.accessViolation, text: 'Access violation' };
    const stat = files.stat(path);
    const content = files.open(path);
    if (stat?.kind !== 'file' || content === undefined) {
      return { code: TFTP_ERROR.fileNotFound, text: 'File not found' };
    }
    if ((stat.mode & OTHERS_READ) === 0) return { code: TFTP_ERROR.accessViolation, text: 'Access violation' };
    return { content };
  }
}

/** What is granted of the options, in atftpd's order: tsize, then blksize. */
function grant(asked: readonly TftpOption[], size: number): readonly TftpOption[] {
  const granted: TftpOption[] = [];
  if (asked.some(({ name }) => name.toLowerCase() === 'tsize')) granted.push({ name: 'tsize', value: String(size) });
  const blksize = tftpOptionNumber(asked, 'blksize');
  if (blksize !== undefined && blksize >= MIN_BLKSIZE && blksize <= MAX_BLKSIZE) {
    granted.push({ name: 'blksize', value: String(blksize) });
  }
  return granted;
}
