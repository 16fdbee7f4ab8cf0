/** Calls of ONC RPC over UDP (RFC 5531), sent again while nobody answers. */
import type { Ipv4Address } from '../../base/address.ts';
import { NS_PER_S } from '../../base/time/clock.ts';
import { takeWithin, type Task } from '../../base/time/task.ts';
import type { UdpSocket } from '../../net/host/types.ts';
import { decodeRpc, encodeRpc } from '../../protocols/rpc/codec.ts';
import {
  ACCEPT_STAT,
  AUTH_NONE,
  PORTMAP_PORT,
  PORTMAP_PROCEDURE,
  PORTMAP_PROGRAM,
  PORTMAP_VERSION,
  RPC_VERSION,
} from '../../protocols/rpc/fields.ts';
import { XdrReader, XdrWriter } from '../../protocols/rpc/xdr.ts';
import type { LoaderCard } from './card.ts';

/** How long each try waits; the kernels of the time said that they were still trying. */
const TIMEOUTS_NS: readonly number[] = [1, 2, 4, 8].map((seconds) => seconds * NS_PER_S);
/** RPC's own: a privileged port (RFC 5531 says nothing; Sun's servers wanted one). */
const CLIENT_PORT = 1023;
const PROTOCOL_UDP = 17;
const NO_CREDENTIAL = { flavor: AUTH_NONE, body: new Uint8Array(0) };

export interface RpcTarget {
  readonly address: Ipv4Address;
  readonly port: number;
}

export interface RpcReply {
  readonly body: XdrReader;
  readonly source: Ipv4Address;
}

export type RpcProcedure = readonly [program: number, version: number, procedure: number];

export class UdpRpc {
  private readonly card: LoaderCard;
  private readonly socket: UdpSocket;
  private xid: number;

  /** `name`: that of its random numbers. */
  constructor(card: LoaderCard, name: string) {
    this.card = card;
    const { host, nic, platform } = card;
    this.socket = host.openUdp({ port: CLIENT_PORT, interfaceName: nic.name });
    this.xid = platform.rng.derive(name).u32();
  }

  close(): void {
    this.socket.close();
  }

  /** The UDP port of a program (GETPORT, RFC 1833 §3.2): 0 when the portmapper knows none; undefined when nobody answers. */
  *portOf(address: Ipv4Address, program: number, version: number): Task<number | undefined> {
    const argument = new XdrWriter().u32(program, version, PROTOCOL_UDP, 0).bytes;
    const procedure = [PORTMAP_PROGRAM, PORTMAP_VERSION, PORTMAP_PROCEDURE.getPort] as const;
    const reply = yield* this.call({ address, port: PORTMAP_PORT }, procedure, argument);
    return reply?.body.u32();
  }

  /**
   * Undefined: nobody answered, or the call was refused. `onSilence` runs after each try that nobody answers, `onRefusal` for
   * another status than success (RFC 5531 §9, accept_stat).
   */
  *call(
    to: RpcTarget,
    [program, version, procedure]: RpcProcedure,
    body: Uint8Array,
    { credential = NO_CREDENTIAL, onSilence = nothing, onRefusal }: CallOptions = {},
  ): Task<RpcReply | undefined> {
    const { clock } = this.card.platform;
    const xid = (this.xid = (this.xid + 1) >>> 0);
    const target = { rpcVersion: RPC_VERSION, program, version, procedure, credential, verifier: NO_CREDENTIAL };
    const message = encodeRpc({ kind: 'call', xid, ...target, body });
    this.socket.inbox.clear();
    for (const timeoutNs of TIMEOUTS_NS) {
      this.socket.send(to.address, to.port, message, { interfaceName: this.card.nic.name });
      const endNs = clock.nowNs + timeoutNs;
      while (clock.nowNs < endNs) {
        const datagram = yield* takeWithin(clock, this.socket.inbox, endNs - clock.nowNs);
        if (datagram === undefined) break;
        const reply = decodeRpc(datagram.data);
        if (!reply.ok || reply.value.kind !== 'accepted' || reply.value.xid !== xid) continue;
        if (reply.value.status !== ACCEPT_STAT.success) {
          onRefusal?.(reply.value.status);
          return undefined;
        }
        return { body: new XdrReader(reply.value.body), source: datagram.source };
      }
      yield* onSilence();
    }
    return undefined;
  }
}

interface CallOptions {
  readonly credential?: { readonly flavor: number; readonly body: Uint8Array };
  readonly onSilence?: () => Task<void>;
  readonly onRefusal?: (status: number) => void;
}

// oxlint-disable-next-line no-empty-function -- nothing is printed
function* nothing(): Task<void> {}
