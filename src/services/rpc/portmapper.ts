/**
 * The portmapper of a server (RFC 1833 §3), as rpcbind is: programs of all its services register here, and clients learn at
 * which port each listens. Over UDP it also makes a call in place of a client that broadcasts it (CALLIT), from a port of
 * its own.
 */
import type { Ipv4Address } from '../../base/address.ts';
import type { EventSink } from '../../base/event-log.ts';
import type { Datagram, Host } from '../../net/host/types.ts';
import { acceptedReply, decodeRpc, encodeRpc } from '../../protocols/rpc/codec.ts';
import { PORTMAP_PORT, PORTMAP_PROCEDURE, PORTMAP_PROGRAM, PORTMAP_VERSION } from '../../protocols/rpc/fields.ts';
import { XdrReader, XdrWriter } from '../../protocols/rpc/xdr.ts';
import type { RpcOutcome, RpcProgram } from './rpc-program.ts';
import { RpcServer } from './rpc-server.ts';

const PROTOCOL = { tcp: 6, udp: 17 } as const;
const RULE = 'RFC 1833 §3.2';

export interface PortMapping {
  readonly program: number;
  readonly version: number;
  readonly protocol: keyof typeof PROTOCOL;
  readonly port: number;
  /** Answers a call that came through the portmapper; undefined for silence, as for every call that fails. */
  readonly callIt?: (procedure: number, argument: Uint8Array, source: Ipv4Address) => Uint8Array | undefined;
}

export class Portmapper implements RpcProgram {
  readonly name = 'portmap';
  readonly program = PORTMAP_PROGRAM;
  readonly version = PORTMAP_VERSION;
  private readonly mappings: PortMapping[] = [];
  private readonly server: RpcServer;
  private readonly listening = new Set<keyof typeof PROTOCOL>();

  constructor(log: EventSink) {
    this.server = new RpcServer(log, this);
  }

  /** Listens where the program does, so that a server without RPC has no portmapper. */
  register(host: Host, mapping: PortMapping): void {
    this.mappings.push(mapping);
    if (this.listening.has(mapping.protocol)) return;
    this.listening.add(mapping.protocol);
    // It is a program too, and the first: rpcinfo looks for it before it asks for the list.
    const { program, version } = this;
    this.mappings.unshift({ program, version, protocol: mapping.protocol, port: PORTMAP_PORT });
    if (mapping.protocol === 'tcp') this.server.listenTcp(host, PORTMAP_PORT);
    else this.listenUdp(host);
  }

  call(procedure: number, argument: XdrReader): RpcOutcome | undefined {
    const out = new XdrWriter();
    switch (procedure) {
      case PORTMAP_PROCEDURE.null:
        return { result: out.bytes, what: 'NULL', rule: RULE };
      case PORTMAP_PROCEDURE.getPort: {
        const [program, version, protocol] = [argument.u32(), argument.u32(), argument.u32()];
        argument.u32();
        const same = this.mappings.filter(
          (mapping) => mapping.program === program && PROTOCOL[mapping.protocol] === protocol,
        );
        // Another version of a known program has the port too: the program itself then says which it speaks.
        const port = (same.find((mapping) => mapping.version === version) ?? same.at(0))?.port ?? 0;
        const what = `GETPORT ${program} version ${version} ${protocolName(protocol)}: port ${port}`;
        return { result: out.u32(port).bytes, what, rule: RULE, ...(port === 0 ? { status: 'not registered' } : {}) };
      }
      case PORTMAP_PROCEDURE.dump:
        for (const { program, version, protocol, port } of this.mappings)
          out.u32(1, program, version, PROTOCOL[protocol], port);
        return { result: out.u32(0).bytes, what: 'DUMP', rule: RULE };
      case PORTMAP_PROCEDURE.set:
      case PORTMAP_PROCEDURE.unset:
        // RFC 1833 §3.2: false, since only programs of the host itself may register.
        return { result: out.bool(false).bytes, what: 'SET or UNSET', status: 'refused', rule: RULE };
      default:
        return undefined;
    }
  }

  private listenUdp(host: Host): void {
    const socket = host.openUdp({ port: PORTMAP_PORT });
    const indirect = host.openUdp();
    socket.onDatagram = (datagram) => {
      const { reply, isIndirect } = this.answerDatagram(datagram);
      if (reply !== undefined) (isIndirect ? indirect : socket).send(datagram.source, datagram.sourcePort, reply);
    };
  }

  /** The reply to a datagram; undefined for silence. */
  answerDatagram({ data, source }: Pick<Datagram, 'data' | 'source'>): {
    readonly reply: Uint8Array | undefined;
    readonly isIndirect: boolean;
  } {
    const decoded = decodeRpc(data);
    if (!decoded.ok || decoded.value.kind !== 'call') return { reply: undefined, isIndirect: false };
    const call = decoded.value;
    const isMine = call.program === PORTMAP_PROGRAM && call.version === PORTMAP_VERSION;
    if (!isMine) return { reply: encodeRpc(acceptedReply(call.xid, 'programUnavailable')), isIndirect: false };
    if (call.procedure !== PORTMAP_PROCEDURE.callIt)
      return { reply: encodeRpc(this.server.answer(call, source)), isIndirect: false };
    const result = this.callIndirectly(new XdrReader(call.body), source);
    const reply = result === undefined ? undefined : encodeRpc(acceptedReply(call.xid, 'success', result));
    return { reply, isIndirect: true };
  }

  /** RFC 1833 §3.2: of a call that fails nothing is heard. */
  private callIndirectly(reader: XdrReader, source: Ipv4Address): Uint8Array | undefined {
    const [program, version, procedure] = [reader.u32(), reader.u32(), reader.u32()];
    const argument = reader.opaque();
    const found = this.mappings.find(
      (mapping) => mapping.protocol === 'udp' && mapping.program === program && mapping.version === version,
    );
    if (found?.callIt === undefined || reader.isShort) return undefined;
    const result = found.callIt(procedure, argument, source);
    return result === undefined ? undefined : new XdrWriter().u32(found.port).opaque(result).bytes;
  }
}

function protocolName(protocol: number): string {
  const known = Object.entries(PROTOCOL).find(([, number]) => number === protocol);
  return known === undefined ? `protocol ${protocol}` : known[0].toUpperCase();
}
