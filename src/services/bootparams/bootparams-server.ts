/** Sun's boot parameter server as Linux's rpc.bootparamd answers. Clients find it through the portmapper. */
import { formatIpv4, type Ipv4Address } from '../../base/address.ts';
import type { ConfigLine, EventSink, Severity } from '../../base/event-log.ts';
import type { Message } from '../../base/sentence.ts';
import type { Datagram, Host } from '../../net/host/types.ts';
import { readBootAddress, writeBootAddress } from '../../protocols/bootparams/codec.ts';
import { BOOTPARAM_PROCEDURE, BOOTPARAM_PROGRAM, BOOTPARAM_VERSION } from '../../protocols/bootparams/fields.ts';
import {
  acceptedReply,
  decodeRpc,
  encodeRpc,
  versionMismatch,
  type RpcCall,
  type RpcReply,
} from '../../protocols/rpc/codec.ts';
import { RPC_VERSION } from '../../protocols/rpc/fields.ts';
import { XdrReader, XdrWriter } from '../../protocols/rpc/xdr.ts';
import type { Portmapper } from '../rpc/portmapper.ts';
import { bootparamsMessage } from './messages.ts';
import { readTables, type BootTables } from './tables.ts';

/** What bootparamd says where no NIS domain is set. */
const NO_DOMAIN = '(none)';
/** RFC 6335 §6: of the dynamic ports, where the program is found through the portmapper. */
export const BOOTPARAM_PORT = 49_152;

export interface BootparamsOptions {
  readonly log: EventSink;
  readonly bootparams: string;
  readonly hosts: string;
  /** The server's own address towards a client: what machines without another take for their router. */
  readonly router: (client: Ipv4Address) => Ipv4Address;
  readonly portmapper: Portmapper;
}

/** Undefined: the program is silent. */
type Outcome = Uint8Array | 'no procedure' | 'garbage' | undefined;

export class BootparamsServer {
  private readonly options: BootparamsOptions;
  private readonly tables: BootTables;

  constructor(options: BootparamsOptions) {
    this.options = options;
    this.tables = readTables(options.bootparams, options.hosts);
  }

  listen(host: Host): void {
    const program = host.openUdp({ port: BOOTPARAM_PORT });
    program.onDatagram = (datagram) => {
      const reply = this.answer(datagram);
      if (reply !== undefined) program.send(datagram.source, datagram.sourcePort, reply);
    };
    this.register(host);
  }

  /** With the portmapper, which also passes on what clients broadcast. */
  register(host: Host): void {
    this.options.portmapper.register(host, {
      program: BOOTPARAM_PROGRAM,
      version: BOOTPARAM_VERSION,
      protocol: 'udp',
      port: BOOTPARAM_PORT,
      callIt: (procedure, argument, source) => {
        const outcome = this.call(procedure, argument, source);
        return outcome instanceof Uint8Array ? outcome : undefined;
      },
    });
  }

  /** The program's reply to a datagram; undefined for silence. */
  answer({ data, source }: Pick<Datagram, 'data' | 'source'>): Uint8Array | undefined {
    const call = callOf(data);
    if (call === undefined) return undefined;
    if (call.rpcVersion !== RPC_VERSION) return encodeRpc(versionMismatch(call.xid));
    if (call.program !== BOOTPARAM_PROGRAM) return encodeRpc(acceptedReply(call.xid, 'programUnavailable'));
    if (call.version !== BOOTPARAM_VERSION) {
      const range = new XdrWriter().u32(BOOTPARAM_VERSION, BOOTPARAM_VERSION).bytes;
      return encodeRpc(acceptedReply(call.xid, 'programMismatch', range));
    }
    const outcome = this.call(call.procedure, call.body, source);
    return outcome === undefined ? undefined : encodeRpc(replyOf(call.xid, outcome));
  }

  private call(procedure: number, argument: Uint8Array, source: Ipv4Address): Outcome {
    const reader = new XdrReader(argument);
    switch (procedure) {
      case BOOTPARAM_PROCEDURE.null:
        return new Uint8Array(0);
      case BOOTPARAM_PROCEDURE.whoami: {
        const address = readBootAddress(reader);
        return address === undefined || reader.isShort ? 'garbage' : this.whoami(address, source);
      }
      case BOOTPARAM_PROCEDURE.getFile: {
        const [name, key] = [reader.text(), reader.text()];
        return reader.isShort ? 'garbage' : this.getFile(name, key);
      }
      default:
        return 'no procedure';
    }
  }

  private whoami(address: Ipv4Address, source: Ipv4Address): Outcome {
    const client = formatIpv4(address);
    const names = this.tables.namesOf.get(address) ?? [];
    const entry = this.tables.entries.find(({ name }) => names.includes(name));
    if (entry === undefined) {
      this.report('unknown', 'warn', bootparamsMessage('bootparams.unknown', { client }));
      return undefined;
    }
    const { name, line } = entry;
    this.report('whoami', 'info', bootparamsMessage('bootparams.whoami', { client, name }), [line]);
    return writeBootAddress(new XdrWriter().text(name).text(NO_DOMAIN), this.options.router(source)).bytes;
  }

  private getFile(name: string, key: string): Outcome {
    const entry = this.tables.entries.find((one) => one.name === name);
    if (entry === undefined) {
      this.report('unknown', 'warn', bootparamsMessage('bootparams.unknown', { client: name }));
      return undefined;
    }
    const lines = [entry.line];
    const [, server = '', path = ''] = /^([^:]*):(.*)$/.exec(entry.values.get(key) ?? '') ?? [];
    if (server === '') {
      this.report('no-file', 'note', bootparamsMessage('bootparams.no-file', { name, key }), lines);
      return writeBootAddress(new XdrWriter().text(''), 0).text('').bytes;
    }
    const address = this.tables.addressOf.get(server);
    if (address === undefined) {
      this.report('no-server', 'warn', bootparamsMessage('bootparams.no-server', { name, key, server }), lines);
      return undefined;
    }
    this.report('file', 'info', bootparamsMessage('bootparams.file', { name, key, server, path }), lines);
    return writeBootAddress(new XdrWriter().text(server), address).text(path).bytes;
  }

  private report(code: string, severity: Severity, message: Message, lines: readonly ConfigLine[] = []): void {
    const event = { kind: 'server', service: 'bootparams', code: `bootparams.${code}`, severity } as const;
    this.options.log.emit({ ...event, ...message, lines });
  }
}

function callOf(data: Uint8Array): RpcCall | undefined {
  const message = decodeRpc(data);
  return message.ok && message.value.kind === 'call' ? message.value : undefined;
}

function replyOf(xid: number, outcome: Exclude<Outcome, undefined>): RpcReply {
  if (outcome === 'no procedure') return acceptedReply(xid, 'procedureUnavailable');
  return outcome === 'garbage' ? acceptedReply(xid, 'garbageArguments') : acceptedReply(xid, 'success', outcome);
}
