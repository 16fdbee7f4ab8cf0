/**
 * How fast servers answered, and what had to be asked again: DHCP, TFTP, HTTP and DNS. Requests wait by transaction or
 * by the two ends; a reply ends the wait, the same request again counts as a retry.
 */
import { formatIpv4 } from '../../base/address.ts';
import { byteAt, fromLatin1, readU16, readU32 } from '../../base/bytes.ts';
import { RecentMap } from '../../base/lists/recent-map.ts';
import { TFTP_PORT } from '../../protocols/tftp/codec.ts';
import { readHeaders, type FrameHeaders } from '../headers.ts';

export const SERVICE_KINDS = ['dhcp', 'tftp', 'http', 'dns'] as const;
export type ServiceKind = (typeof SERVICE_KINDS)[number];

/** One kind of request, as the table names it: `Discover → Offer`, `Read request`, `Block → ACK`, `GET`. */
export interface ResponseTimes {
  readonly service: ServiceKind;
  readonly what: string;
  readonly server: string;
  requests: number;
  replies: number;
  /** The same request of the same client again. */
  retries: number;
  errors: number;
  minNs: number;
  maxNs: number;
  sumNs: number;
  /** Number of the frame whose reply came last. */
  slowest: number;
  readonly filter: string;
}

interface Waiting {
  readonly row: ResponseTimes;
  readonly timeNs: number;
  readonly frame: number;
}

/** Requests that may wait at once. */
const REMEMBERED = 8192;
const DHCP_NAMES: Readonly<Record<number, string>> = { 1: 'Discover → Offer', 3: 'Request → ACK', 8: 'Inform → ACK' };
const DHCP_MAGIC = 0x63825363;
const HTTP_METHOD = /^(GET|HEAD|POST|PUT|OPTIONS) \S/;
const HTTP_STATUS = /^HTTP\/1\.[01] (\d{3})/;

export class ServiceTimes {
  private readonly rows = new Map<string, ResponseTimes>();
  private readonly waiting = new RecentMap<string, Waiting | undefined>(REMEMBERED);
  /** Ports of TFTP transfers: clients by address and port. */
  private readonly transfers = new RecentMap<string, true>(REMEMBERED);

  get list(): readonly ResponseTimes[] {
    return [...this.rows.values()];
  }

  /** `frame`: its number. */
  add(bytes: Uint8Array, frame: number, timeNs: number): void {
    const headers = readHeaders(bytes);
    if (headers?.ip === undefined || headers.transport === undefined) return;
    const { sourcePort, destinationPort, kind } = headers.transport;
    const payload = bytes.subarray(headers.payloadStart, headers.payloadEnd);
    if (payload.length === 0) return;
    if (kind === 'tcp') this.addHttp(headers, payload, frame, timeNs);
    else if (sourcePort === 67 || destinationPort === 67) this.addDhcp(headers, payload, frame, timeNs);
    else if (sourcePort === 53 || destinationPort === 53) this.addDns(headers, payload, frame, timeNs);
    else this.addTftp(headers, payload, frame, timeNs);
  }

  private rowOf(service: ServiceKind, what: string, server: string, filter: string): ResponseTimes {
    const key = `${service} ${what} ${server}`;
    const known = this.rows.get(key);
    if (known !== undefined) return known;
    const made = {
      service,
      what,
      server,
      requests: 0,
      replies: 0,
      retries: 0,
      errors: 0,
      minNs: Number.POSITIVE_INFINITY,
      maxNs: 0,
      sumNs: 0,
      slowest: 0,
      filter,
    };
    this.rows.set(key, made);
    return made;
  }

  private ask(key: string, row: ResponseTimes, frame: number, timeNs: number): void {
    row.requests++;
    if (this.waiting.get(key) === undefined) this.waiting.set(key, { row, timeNs, frame });
    else row.retries++;
  }

  private answer(key: string, timeNs: number, isError = false): void {
    const found = this.waiting.get(key);
    if (found === undefined) return;
    this.waiting.set(key, undefined);
    const { row, frame } = found;
    const afterNs = timeNs - found.timeNs;
    row.replies++;
    if (isError) row.errors++;
    row.sumNs += afterNs;
    row.minNs = Math.min(row.minNs, afterNs);
    if (afterNs >= row.maxNs) {
      row.maxNs = afterNs;
      row.slowest = frame;
    }
  }

  private addDhcp({ ip }: FrameHeaders, payload: Uint8Array, frame: number, timeNs: number): void {
    if (ip === undefined || payload.length < 240 || readU32(payload, 236) !== DHCP_MAGIC) return;
    const type = dhcpType(payload);
    const xid = readU32(payload, 4);
    if (byteAt(payload, 0) === 1) {
      const what = DHCP_NAMES[type];
      if (what === undefined) return;
      const row = this.rowOf('dhcp', what, '', `dhcp.option.dhcp == ${type}`);
      this.ask(`dhcp ${xid} ${type}`, row, frame, timeNs);
    } else if (type === 2) this.answer(`dhcp ${xid} 1`, timeNs);
    else if (type === 5 || type === 6) {
      this.answer(`dhcp ${xid} 3`, timeNs, type === 6);
      this.answer(`dhcp ${xid} 8`, timeNs, type === 6);
    }
  }

  private addDns({ ip, transport }: FrameHeaders, payload: Uint8Array, frame: number, timeNs: number): void {
    if (ip === undefined || transport === undefined || payload.length < 12) return;
    const id = readU16(payload, 0);
    const flags = readU16(payload, 2);
    if ((flags & 0x8000) === 0) {
      const server = formatIpv4(ip.destination);
      const key = `dns ${ip.source} ${transport.sourcePort} ${ip.destination} ${id}`;
      this.ask(key, this.rowOf('dns', 'Query', server, `dns && ip.addr == ${server}`), frame, timeNs);
    } else
      this.answer(`dns ${ip.destination} ${transport.destinationPort} ${ip.source} ${id}`, timeNs, (flags & 15) !== 0);
  }

  private addTftp({ ip, transport }: FrameHeaders, payload: Uint8Array, frame: number, timeNs: number): void {
    if (ip === undefined || transport === undefined || payload.length < 4) return;
    const opcode = readU16(payload, 0);
    const { sourcePort, destinationPort } = transport;
    if (destinationPort === TFTP_PORT && (opcode === 1 || opcode === 2)) {
      const server = formatIpv4(ip.destination);
      const client = `${ip.source}:${sourcePort}`;
      this.transfers.set(client, true);
      const row = this.rowOf(
        'tftp',
        opcode === 1 ? 'Read request' : 'Write request',
        server,
        `tftp.opcode == ${opcode} && ip.dst == ${server}`,
      );
      this.ask(`tftp ${client}`, row, frame, timeNs);
      return;
    }
    const toClient = `${ip.destination}:${destinationPort}`;
    const fromClient = `${ip.source}:${sourcePort}`;
    const isToClient = this.transfers.get(toClient) === true;
    if (!isToClient && this.transfers.get(fromClient) !== true) return;
    if (isToClient) this.answer(`tftp ${toClient}`, timeNs, opcode === 5);
    const block = readU16(payload, 2);
    const client = isToClient ? toClient : fromClient;
    if (opcode === 3) {
      const server = formatIpv4(isToClient ? ip.source : ip.destination);
      const row = this.rowOf('tftp', 'Data → ACK', server, `tftp.opcode in {3, 4} && ip.addr == ${server}`);
      this.ask(`block ${client} ${block}`, row, frame, timeNs);
    } else if (opcode === 4) this.answer(`block ${client} ${block}`, timeNs);
  }

  private addHttp({ ip, transport }: FrameHeaders, payload: Uint8Array, frame: number, timeNs: number): void {
    if (ip === undefined || transport === undefined) return;
    const head = fromLatin1(payload.subarray(0, 16));
    const method = HTTP_METHOD.exec(head)?.[1];
    if (method !== undefined) {
      const server = `${formatIpv4(ip.destination)}:${transport.destinationPort}`;
      const key = `http ${ip.source}:${transport.sourcePort} ${ip.destination}:${transport.destinationPort}`;
      const filter = `http.request.method == "${method}" && ip.dst == ${formatIpv4(ip.destination)}`;
      this.ask(key, this.rowOf('http', method, server, filter), frame, timeNs);
      return;
    }
    const status = HTTP_STATUS.exec(head)?.[1];
    if (status === undefined) return;
    const key = `http ${ip.destination}:${transport.destinationPort} ${ip.source}:${transport.sourcePort}`;
    this.answer(key, timeNs, Number(status) >= 400);
  }
}

/** Option 53 (RFC 2132 §9.6); 0 when there is none. */
function dhcpType(payload: Uint8Array): number {
  for (let at = 240; at + 2 < payload.length;) {
    const code = byteAt(payload, at);
    if (code === 255) return 0;
    if (code === 0) {
      at++;
      continue;
    }
    if (code === 53) return byteAt(payload, at + 2);
    at += 2 + byteAt(payload, at + 1);
  }
  return 0;
}
