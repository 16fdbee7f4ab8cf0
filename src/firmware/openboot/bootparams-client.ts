/** The client of Sun's bootparam program: who am I, and where is my root? */
import { formatIpv4, IPV4_BROADCAST, type Ipv4Address } from '../../base/address.ts';
import { NS_PER_S } from '../../base/time/clock.ts';
import { takeWithin, type Task } from '../../base/time/task.ts';
import type { UdpSocket } from '../../net/host/types.ts';
import { readBootAddress, writeBootAddress } from '../../protocols/bootparams/codec.ts';
import { BOOTPARAM_PROCEDURE, BOOTPARAM_PROGRAM, BOOTPARAM_VERSION } from '../../protocols/bootparams/fields.ts';
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
import { failed, type Loaded, type LoaderCard } from '../loaders/card.ts';
import { openbootMessage } from './messages.ts';

/** How long each try waits; the kernels of the time said that they were still trying. */
const TIMEOUTS_NS: readonly number[] = [1, 2, 4, 8].map((seconds) => seconds * NS_PER_S);
/** RPC's own: a privileged port (RFC 5531 says nothing; Sun's servers wanted one). */
const CLIENT_PORT = 1023;

export interface BootName {
  readonly name: string;
  readonly domain: string;
  readonly router: Ipv4Address;
  /** Who answered, and at which port its program listens. */
  readonly server: Ipv4Address;
  readonly port: number;
}

export interface BootFile {
  readonly server: string;
  readonly address: Ipv4Address;
  readonly path: string;
}

interface Reply {
  readonly body: XdrReader;
  readonly source: Ipv4Address;
}

export class BootparamsClient {
  private readonly card: LoaderCard;
  private readonly socket: UdpSocket;
  private xid: number;

  constructor(card: LoaderCard) {
    this.card = card;
    const { host, nic, platform } = card;
    this.socket = host.openUdp({ port: CLIENT_PORT, interfaceName: nic.name });
    this.xid = platform.rng.derive('bootparams').u32();
  }

  close(): void {
    this.socket.close();
  }

  *whoami(own: Ipv4Address, onSilence: () => Task<void>): Task<Loaded<BootName>> {
    const { card } = this;
    const address = formatIpv4(own);
    card.stage('bootparams', openbootMessage('openboot.whoami', { address }), 'RFC 1833 §3.2');
    const argument = writeBootAddress(new XdrWriter(), own).bytes;
    const inner = new XdrWriter().u32(BOOTPARAM_PROGRAM, BOOTPARAM_VERSION, BOOTPARAM_PROCEDURE.whoami);
    const portmapper = { address: IPV4_BROADCAST, port: PORTMAP_PORT };
    const { callIt } = PORTMAP_PROCEDURE;
    const body = inner.opaque(argument).bytes;
    const reply = yield* this.call(portmapper, [PORTMAP_PROGRAM, PORTMAP_VERSION, callIt], body, onSilence);
    if (reply === undefined) {
      const detail = openbootMessage('openboot.no-bootparams', { address });
      return failed('openboot/no-bootparams', detail, 'RFC 1833 §3.2');
    }
    const port = reply.body.u32();
    const result = new XdrReader(reply.body.opaque());
    const [name, domain] = [result.text(), result.text()];
    const router = readBootAddress(result) ?? 0;
    const server = formatIpv4(reply.source);
    card.stage('bootparams', openbootMessage('openboot.name', { name, server }));
    return { ok: true, value: { name, domain, router, server: reply.source, port } };
  }

  *getFile({ name, server, port }: BootName, key: string): Task<Loaded<BootFile>> {
    const { card } = this;
    card.stage('bootparams', openbootMessage('openboot.getfile', { key, name }));
    const { getFile } = BOOTPARAM_PROCEDURE;
    const body = new XdrWriter().text(name).text(key).bytes;
    const program = [BOOTPARAM_PROGRAM, BOOTPARAM_VERSION, getFile] as const;
    // oxlint-disable-next-line no-empty-function -- nothing is printed
    const reply = yield* this.call({ address: server, port }, program, body, function* () {});
    const about = { key, name, server: formatIpv4(server) };
    if (reply === undefined) return failed('openboot/silent', openbootMessage('openboot.silent', about));
    const host = reply.body.text();
    const address = readBootAddress(reply.body) ?? 0;
    const path = reply.body.text();
    if (host === '' || reply.body.isShort)
      return failed('openboot/no-file', openbootMessage('openboot.no-file', about));
    card.stage('bootparams', openbootMessage('openboot.file', { key, server: host, path }));
    return { ok: true, value: { server: host, address, path } };
  }

  /** Undefined: nobody answered, or the program was refused. */
  private *call(
    to: { readonly address: Ipv4Address; readonly port: number },
    [program, version, procedure]: readonly [number, number, number],
    body: Uint8Array,
    onSilence: () => Task<void>,
  ): Task<Reply | undefined> {
    const { clock } = this.card.platform;
    const xid = (this.xid = (this.xid + 1) >>> 0);
    const none = { flavor: AUTH_NONE, body: new Uint8Array(0) };
    const target = { rpcVersion: RPC_VERSION, program, version, procedure, credential: none, verifier: none };
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
        if (reply.value.status !== ACCEPT_STAT.success) return undefined;
        return { body: new XdrReader(reply.value.body), source: datagram.source };
      }
      yield* onSilence();
    }
    return undefined;
  }
}
