/** dnsmasq's TFTP server: read only, one port for each transfer, so many transfers at a time, files from a virtual tree. */
import { formatIpv4 } from '../../../base/address.ts';
import type { Ipv4Address, MacAddress } from '../../../base/address.ts';
import { readU16 } from '../../../base/bytes.ts';
import type { Timer } from '../../../base/time/clock.ts';
import type { ConfigLine } from '../../../base/event-log.ts';
import { encodeTftp, TFTP_ERROR, TFTP_OPCODE, TFTP_PORT } from '../../../protocols/tftp/codec.ts';
import type { TftpOption } from '../../../protocols/tftp/codec.ts';
import { parseReadRequest, toNetascii } from './request.ts';
import type { TftpReadRequest } from './request.ts';
import { ServedFiles } from './served-files.ts';
import { maxTransfers } from './limits.ts';
import type { FileAccess } from './served-files.ts';
import { Transfer } from './transfer.ts';
import type { TransferOptions, TransferOutput, TransferProgress } from './transfer.ts';
import { bytesSource, type BodySource } from '../../files/body-sender.ts';
import { rateLimit, type RateLimit } from '../../files/rate-limit.ts';
import type { Arrival, OutgoingDatagram, ServerInterface } from '../datagram.ts';
import { dnsmasqMessage } from '../messages.ts';
import { verbatim, type Message } from '../../../base/sentence.ts';

/** Ethernet's MTU less IP, UDP and TFTP headers. */
const HEADERS_BYTES = 32;
const DEFAULT_MTU = 1500;
/** What a socket's buffer holds of requests that nobody reads. */
const MAX_WAITING = 100;

export interface TftpHooks {
  readonly send: (datagram: OutgoingDatagram) => void;
  /** Makes a port for a transfer, undefined when there is none left. `wanted` is a port of tftp-port-range. */
  readonly openPort: (wanted: number | undefined) => number | undefined;
  readonly closePort: (port: number) => void;
  /** The hardware address of a station that the server has talked to. */
  readonly knownMac: (address: Ipv4Address) => MacAddress | undefined;
  readonly log: (text: string) => void;
  readonly progress: (progress: TransferProgress) => void;
  /** A request was answered, or not, because of these lines. */
  readonly decided: (code: string, message: Message, lines: readonly ConfigLine[], isFailure: boolean) => void;
}

export interface TftpOptions extends FileAccess {
  readonly interfaces: readonly ServerInterface[];
  /** RFC 7440, which real dnsmasq does not know. */
  readonly windowsize: boolean;
  readonly mtu?: number;
  /** All transfers together send no faster. */
  readonly bytesPerSecond?: number | undefined;
}

export class TftpEngine implements TransferOutput {
  private readonly options: TftpOptions;
  private readonly hooks: TftpHooks;
  private readonly files: ServedFiles;
  private readonly transfers = new Map<string, Transfer>();
  /** The same by a port of its own: the way of every ACK. */
  private readonly byPort = new Map<number, Transfer>();
  private readonly waiting: Arrival[] = [];
  private readonly netascii = new WeakMap<Uint8Array, Uint8Array>();
  private readonly rate: RateLimit | undefined;
  /** Packets that wait for their turn. */
  private readonly delayed = new Set<Timer>();
  private serial = 0;

  constructor(options: TftpOptions, hooks: TftpHooks) {
    this.options = options;
    this.hooks = hooks;
    this.rate = rateLimit(options.clock, options.bytesPerSecond);
    this.files = new ServedFiles(options, hooks.knownMac);
  }

  get activeTransfers(): number {
    return this.transfers.size;
  }

  /** Whether TFTP is on for an interface. */
  serves(interfaceName: string): boolean {
    const { config } = this.options;
    return config.flags.has('enable-tftp') || config.tftpInterfaces.includes(interfaceName);
  }

  /** A datagram to port 69 or to the port of a transfer. */
  receive(arrival: Arrival): void {
    const own = this.byPort.get(arrival.destinationPort);
    if (own !== undefined && own.way.destination === arrival.source && own.way.destinationPort === arrival.sourcePort) {
      own.receive(arrival.data);
      return;
    }
    const transfer = this.transfers.get(transferKey(arrival.destinationPort, arrival.source, arrival.sourcePort));
    if (arrival.destinationPort !== TFTP_PORT) {
      if (transfer !== undefined) transfer.receive(arrival.data);
      else this.receiveStranger(arrival);
      return;
    }
    if (arrival.data.length < 2) return;
    if (transfer !== undefined && readU16(arrival.data, 0) !== TFTP_OPCODE.rrq) {
      transfer.receive(arrival.data);
      return;
    }
    if (!this.serves(arrival.interfaceName)) return;
    const max = maxTransfers(this.options.config);
    const isSinglePort = this.options.config.flags.has('tftp-single-port');
    // Requests over the limit wait until a transfer is over.
    if (isSinglePort ? this.transfers.size < max : this.transfers.size <= max) this.receiveRequest(arrival);
    else if (this.waiting.length < MAX_WAITING) this.waiting.push(arrival);
  }

  /** Drops all transfers, as a server that is switched off does. */
  stop(): void {
    for (const transfer of this.transfers.values()) transfer.cancel();
    for (const timer of this.delayed) timer.cancel();
    this.delayed.clear();
    this.transfers.clear();
    this.byPort.clear();
    this.waiting.length = 0;
  }

  // TransferOutput

  send(datagram: OutgoingDatagram): void {
    const delayNs = this.rate?.reserveNs(datagram.data.length) ?? 0;
    if (delayNs === 0) {
      this.hooks.send(datagram);
      return;
    }
    const timer = this.options.clock.schedule(delayNs, () => {
      this.delayed.delete(timer);
      this.hooks.send(datagram);
    });
    this.delayed.add(timer);
  }

  log(text: string): void {
    this.hooks.log(text);
  }

  progress(progress: TransferProgress): void {
    this.hooks.progress(progress);
  }

  ended(transfer: Transfer): void {
    const { way } = transfer;
    this.transfers.delete(transferKey(way.sourcePort, way.destination, way.destinationPort));
    if (this.byPort.get(way.sourcePort) === transfer) this.byPort.delete(way.sourcePort);
    this.releasePort(way.sourcePort);
    const next = this.waiting.shift();
    if (next !== undefined) this.receive(next);
  }

  private receiveRequest(arrival: Arrival): void {
    const { config, interfaces } = this.options;
    const face = interfaces.find((candidate) => candidate.name === arrival.interfaceName);
    if (face === undefined) return;
    for (const transfer of this.transfers.values())
      if (transfer.way.destination === arrival.source) transfer.clientAsksAgain();
    const request = parseReadRequest(arrival.data, {
      maxBlkSize: Math.min(this.options.mtu ?? DEFAULT_MTU, this.tftpMtu()) - HEADERS_BYTES,
      allowBlkSize: !config.flags.has('tftp-no-blocksize'),
      allowWindowSize: this.options.windowsize,
    });
    const sourcePort = this.choosePort();
    if (sourcePort === undefined) {
      this.hooks.log('unable to get free port for TFTP');
      this.hooks.decided(
        'tftp-no-port',
        dnsmasqMessage('tftp.no-port', { client: formatIpv4(arrival.source) }),
        [],
        true,
      );
      return;
    }
    // A request to a broadcast address is answered from the interface's own.
    const isOwn = interfaces.some((candidate) => candidate.address === arrival.destination);
    const way: Transfer['way'] = {
      source: isOwn ? arrival.destination : face.address,
      sourcePort,
      destination: arrival.source,
      destinationPort: arrival.sourcePort,
      destinationMac: undefined,
      interfaceName: face.name,
    };
    if (request === undefined) {
      const text = `unsupported request from ${formatIpv4(arrival.source)}`;
      this.hooks.send({ data: errorPacket(TFTP_ERROR.illegalOperation, text), ...way });
      this.hooks.log(text);
      this.hooks.decided('tftp-unsupported', verbatim(text), [], true);
      this.releasePort(sourcePort);
      return;
    }
    const { path, origin } = this.files.locate(request.filename, arrival.source, face.name);
    const lines = origin === undefined ? [] : [origin];
    const opened = this.files.open(path, arrival.source);
    const oack = oackPacket(request, opened.kind === 'file' ? opened.content.size : DIRECTORY_BYTES);
    if (opened.kind === 'error' && opened.isUnreadable === true && oack !== undefined) {
      const failure = { packet: errorPacket(opened.code, opened.text), text: opened.text };
      this.hooks.decided('tftp-error', verbatim(opened.text), lines, true);
      this.begin(request, bytesSource(new Uint8Array(0)), path, way, oack, failure);
      return;
    }
    if (opened.kind === 'error') {
      this.hooks.send({ data: errorPacket(opened.code, opened.text), ...way });
      if (!config.flags.has('quiet-tftp') || opened.code !== TFTP_ERROR.fileNotFound) this.hooks.log(opened.text);
      this.hooks.decided('tftp-error', verbatim(opened.text), lines, true);
      this.releasePort(sourcePort);
      return;
    }
    const client = formatIpv4(way.destination);
    this.hooks.decided('tftp-read', dnsmasqMessage('tftp.read', { path, client }), lines, false);
    this.begin(request, opened.content, path, way, oack, undefined);
  }

  private tftpMtu(): number {
    const value = this.options.config.numbers.get('tftp-mtu')?.value ?? 0;
    return value === 0 ? Infinity : value;
  }

  private choosePort(): number | undefined {
    const { config } = this.options;
    if (config.flags.has('tftp-single-port')) return TFTP_PORT;
    const range = config.tftpPortRange;
    if (range === undefined) return this.hooks.openPort(undefined);
    for (let port = range[0]; port <= range[1]; port++) {
      const opened = this.hooks.openPort(port);
      if (opened !== undefined) return opened;
    }
    return undefined;
  }

  private releasePort(port: number): void {
    if (port !== TFTP_PORT) this.hooks.closePort(port);
  }

  private netasciiOf(content: Uint8Array): Uint8Array {
    let out = this.netascii.get(content);
    if (out === undefined) {
      out = toNetascii(content);
      this.netascii.set(content, out);
    }
    return out;
  }

  private begin(
    request: TftpReadRequest,
    file: BodySource,
    path: string,
    way: Transfer['way'],
    oack: Uint8Array | undefined,
    failure: TransferOptions['failure'],
  ): void {
    const transfer = new Transfer(
      this.options.clock,
      {
        id: `tftp-${++this.serial}`,
        path,
        content: request.isNetascii ? bytesSource(this.netasciiOf(file.slice(0, file.size))) : file,
        blkSize: request.blkSize,
        windowSize: request.windowSize,
        oack,
        failure,
        way,
        isQuiet: this.options.config.flags.has('quiet-tftp'),
      },
      this,
    );
    const key = transferKey(way.sourcePort, way.destination, way.destinationPort);
    this.transfers.get(key)?.cancel();
    this.transfers.set(key, transfer);
    if (way.sourcePort !== TFTP_PORT) this.byPort.set(way.sourcePort, transfer);
    transfer.start();
  }

  /** A packet of somebody else for the port of a transfer (RFC 1350 §4). */
  private receiveStranger(arrival: Arrival): void {
    const owner = [...this.transfers.values()].find(({ way }) => way.sourcePort === arrival.destinationPort);
    if (owner === undefined) return;
    const text = `ignoring packet from ${formatIpv4(arrival.source)} (TID mismatch)`;
    this.hooks.send({
      ...owner.way,
      data: errorPacket(TFTP_ERROR.unknownTransferId, text),
      destination: arrival.source,
      destinationPort: arrival.sourcePort,
    });
    this.hooks.log(text);
  }
}

/** The size of a small directory on file systems of the kind of ext4. */
const DIRECTORY_BYTES = 4096;

function transferKey(port: number, client: Ipv4Address, clientPort: number): string {
  return `${port}/${client}/${clientPort}`;
}

function errorPacket(code: number, text: string): Uint8Array {
  return encodeTftp({ opcode: 'error', code, message: text.replace(/[^\u0020-\u007e]/g, '') });
}

/** RFC 2347 §2; undefined when no option was taken. */
function oackPacket(request: TftpReadRequest, size: number): Uint8Array | undefined {
  const options: TftpOption[] = [];
  if (request.hasBlkSize) options.push({ name: 'blksize', value: String(request.blkSize) });
  if (request.hasTsize) options.push({ name: 'tsize', value: String(size) });
  if (request.hasWindowSize) options.push({ name: 'windowsize', value: String(request.windowSize) });
  return options.length === 0 ? undefined : encodeTftp({ opcode: 'oack', options });
}
