/**
 * One file on its way, as a thread of atftpd sends it: to one client, to a group by RFC 2090, or to a group by PXE's
 * MTFTP. One client is the master: it acknowledges blocks and so sets the pace; the others listen. When the master has
 * everything, leaves or falls silent, the next one in the order of asking becomes master and asks for what it has missed.
 * What atftpd 0.8.0 does was recorded (`test/multicast`).
 */
import { formatIpv4, type Ipv4Address } from '../../base/address.ts';
import { NS_PER_S, type Clock, type Timer } from '../../base/time/clock.ts';
import type { EventSink, Severity } from '../../base/event-log.ts';
import type { Message } from '../../base/sentence.ts';
import type { Datagram, UdpSocket } from '../../net/host/types.ts';
import { decodeTftp, encodeTftp, type TftpOption, type TftpPacket } from '../../protocols/tftp/codec.ts';
import type { OpenFile } from '../files/file-tree.ts';
import { TransferReport } from '../files/transfer-report.ts';
import type { Group } from './group-pool.ts';
import { atftpdMessage } from './messages.ts';

/** A packet is sent once more so many times before its client is given up. */
const RETRIES = 5;

export interface StreamClient {
  readonly address: Ipv4Address;
  readonly port: number;
  /** What the server grants of what it asked for, but for `multicast`. */
  readonly granted: readonly TftpOption[];
}

interface Member extends StreamClient {
  silences: number;
}

export interface StreamOptions {
  readonly clock: Clock;
  readonly log: EventSink;
  /** The file's name as it was asked for. */
  readonly name: string;
  readonly content: OpenFile;
  readonly blksize: number;
  /** `mtftp` sends no OACK, and the first block to the one who opened too. Without a group it is plain TFTP. */
  readonly kind: 'tftp' | 'mtftp';
  readonly group: Group | undefined;
  readonly ttl: number;
  readonly retryTimeoutS: number;
  /** `--mcast-switch-client`: the next client is master as soon as one is silent once. */
  readonly switchClient: boolean;
  /** A port of its own: the transfer identifier of the server (RFC 1350 §4). */
  readonly socket: UdpSocket;
  /** The address that clients asked. */
  readonly source: Ipv4Address;
  readonly onEnd: () => void;
}

export class Stream {
  private readonly options: StreamOptions;
  private readonly report: TransferReport;
  /** In the order of asking. */
  private readonly members: Member[] = [];
  /** The options of the first client, which the stream has. */
  private granted: readonly TftpOption[] = [];
  private master: Member | undefined;
  /** What the current master has acknowledged last; -1: nothing yet. Not cut to 16 bits. */
  private lastAck = -1;
  /** The number of the last block, once it has been sent. */
  private lastBlock: number | undefined;
  private reportedBlock = 0;
  private again: () => void = () => {};
  /** Since a client was heard last: the one after a silent master has one chance. */
  private retries = 0;
  private timer: Timer | undefined;
  private isOver = false;

  constructor(options: StreamOptions) {
    this.options = options;
    const { log, name, content, socket } = options;
    const id = `${name} ${socket.localPort}`;
    this.report = new TransferReport(log, { protocol: 'atftpd', id, name, totalBytes: content.size });
    socket.onDatagram = (datagram) => this.receive(datagram);
  }

  /** Whether a client with these wishes can listen: every size that it asks for must be that of the stream. */
  fits(name: string, granted: readonly TftpOption[]): boolean {
    const { options } = this;
    if (this.isOver || options.group === undefined || options.kind !== 'tftp' || options.name !== name) return false;
    const blksize = granted.find((option) => option.name === 'blksize');
    return blksize === undefined || Number(blksize.value) === options.blksize;
  }

  /** The first client is master; others are told to listen. One that asks again is told the same again. */
  join(client: StreamClient): void {
    const { name, group, kind } = this.options;
    const known = this.member(client);
    const member = known ?? { ...client, silences: 0 };
    if (known === undefined) this.members.push(member);
    const who = formatIpv4(client.address);
    if (this.members.length > 1) {
      if (known === undefined && group !== undefined) {
        const count = this.members.length;
        this.announce(
          'joined',
          atftpdMessage('atftpd.joined', { client: who, file: name, group: formatIpv4(group.address), count }),
        );
      }
      this.sendOack(member, member === this.master);
      return;
    }
    this.master = member;
    this.granted = client.granted;
    if (group === undefined) this.announce('serves', atftpdMessage('atftpd.serves', { client: who, file: name }));
    else {
      const about = { client: who, file: name, group: formatIpv4(group.address), port: group.port };
      this.announce('first', atftpdMessage('atftpd.first', about));
    }
    if (kind === 'mtftp') {
      this.sendTo(member, this.dataPacket(1));
      this.sendBlock(1);
    } else if (group === undefined && client.granted.length === 0) this.sendBlock(1);
    else this.sendAndWait(() => this.sendOack(member, true));
  }

  private member({ address, port }: { readonly address: Ipv4Address; readonly port: number }): Member | undefined {
    return this.members.find((each) => each.address === address && each.port === port);
  }

  private announce(code: string, message: Message, severity: Severity = 'info'): void {
    const { log, kind } = this.options;
    const rule = kind === 'mtftp' ? 'PXE 2.1 §3.4' : 'RFC 2090';
    log.emit({ kind: 'server', service: 'atftpd', code: `atftpd.${code}`, severity, ...message, lines: [] }, { rule });
  }

  private receive({ source, sourcePort, data }: Datagram): void {
    const member = this.member({ address: source, port: sourcePort });
    const decoded = decodeTftp(data);
    if (this.isOver || member === undefined || !decoded.ok) return;
    const packet = decoded.value;
    this.retries = 0;
    this.arm();
    if (packet.opcode === 'error') {
      const about = { client: formatIpv4(source), reason: packet.message };
      this.announce('left', atftpdMessage('atftpd.left', about), 'note');
      this.remove(member);
    } else if (packet.opcode === 'ack') this.acknowledged(member, packet.block);
  }

  private acknowledged(member: Member, block: number): void {
    member.silences = 0;
    if (member !== this.master) {
      const about = { client: formatIpv4(member.address), master: formatIpv4(this.master?.address ?? 0) };
      this.announce('not-master', atftpdMessage('atftpd.not-master', about), 'note');
      this.sendOack(member, false);
      return;
    }
    const ahead = (block - this.lastAck) & 0xffff;
    const wide = this.lastAck < 0 ? block : this.lastAck + (ahead < 0x8000 ? ahead : ahead - 0x1_0000);
    if (wide <= this.lastAck) return;
    this.lastAck = wide;
    this.advance(wide);
    if (wide === this.lastBlock) {
      const about = { client: formatIpv4(member.address), file: this.options.name };
      this.announce('done', atftpdMessage('atftpd.done', about));
      this.remove(member);
    } else this.sendBlock(wide + 1);
  }

  private advance(block: number): void {
    const { content, blksize } = this.options;
    if (block <= this.reportedBlock) return;
    const bytesOf = (number: number): number => Math.min(number * blksize, content.size);
    this.report.advance(bytesOf(block) - bytesOf(this.reportedBlock));
    this.reportedBlock = block;
  }

  private remove(member: Member): void {
    this.members.splice(this.members.indexOf(member), 1);
    if (member === this.master) this.nextMaster(this.members[0]);
  }

  private nextMaster(next: Member | undefined): void {
    this.master = next;
    if (next === undefined) {
      this.end();
      return;
    }
    this.lastAck = -1;
    const about = { client: formatIpv4(next.address), file: this.options.name };
    this.announce('master', atftpdMessage('atftpd.master', about));
    // With the sizes of the stream, whatever it has asked for itself.
    this.sendAndWait(() => this.sendOack({ ...next, granted: this.granted }, true));
  }

  private end(): void {
    this.isOver = true;
    this.timer?.cancel();
    const { content, blksize } = this.options;
    if (this.reportedBlock * blksize >= content.size) this.report.done();
    else this.report.failed();
    this.options.socket.close();
    this.options.onEnd();
  }

  /** Sends, and sends again until the master answers. */
  private sendAndWait(send: () => void): void {
    this.again = send;
    send();
    this.arm();
  }

  private arm(): void {
    this.timer?.cancel();
    this.timer = this.options.clock.schedule(this.options.retryTimeoutS * NS_PER_S, () => this.silence());
  }

  private silence(): void {
    const { master } = this;
    if (master === undefined) return;
    const isSwitched = this.options.switchClient && this.members.length > 1;
    const count = isSwitched ? ++master.silences : ++this.retries;
    if (count > RETRIES) {
      const about = { client: formatIpv4(master.address), count: RETRIES };
      this.announce('gone', atftpdMessage('atftpd.gone', about), 'warn');
      this.remove(master);
    } else if (isSwitched) {
      this.sendOack(master, false);
      this.nextMaster(this.members[(this.members.indexOf(master) + 1) % this.members.length]);
    } else {
      this.again();
      this.arm();
    }
  }

  /** Blocks beyond the end are empty. */
  private dataPacket(number: number): TftpPacket {
    const { content, blksize } = this.options;
    const start = Math.min((number - 1) * blksize, content.size);
    const data = content.slice(start, Math.min(start + blksize, content.size));
    if (data.length < blksize) this.lastBlock = number;
    return { opcode: 'data', block: number & 0xffff, data };
  }

  private sendBlock(number: number): void {
    const packet = this.dataPacket(number);
    this.sendAndWait(() => {
      const { group } = this.options;
      if (group !== undefined) this.sendTo(group, packet);
      else if (this.master !== undefined) this.sendTo(this.master, packet);
    });
  }

  private sendOack(client: StreamClient, isMaster: boolean): void {
    const { group, kind } = this.options;
    if (kind === 'mtftp') return;
    const multicast =
      group === undefined
        ? []
        : [{ name: 'multicast', value: `${formatIpv4(group.address)},${group.port},${isMaster ? 1 : 0}` }];
    this.sendTo(client, { opcode: 'oack', options: [...client.granted, ...multicast] });
  }

  private sendTo(to: { readonly address: Ipv4Address; readonly port: number }, packet: TftpPacket): void {
    const { socket, source, ttl, group } = this.options;
    const options = to === group ? { source, ttl } : { source };
    socket.send(to.address, to.port, encodeTftp(packet), options);
  }
}
