/** The client of Sun's bootparam program: who am I, and where is my root? */
import { formatIpv4, IPV4_BROADCAST, type Ipv4Address } from '../../base/address.ts';
import type { Task } from '../../base/time/task.ts';
import { readBootAddress, writeBootAddress } from '../../protocols/bootparams/codec.ts';
import { BOOTPARAM_PROCEDURE, BOOTPARAM_PROGRAM, BOOTPARAM_VERSION } from '../../protocols/bootparams/fields.ts';
import { PORTMAP_PORT, PORTMAP_PROCEDURE, PORTMAP_PROGRAM, PORTMAP_VERSION } from '../../protocols/rpc/fields.ts';
import { XdrReader, XdrWriter } from '../../protocols/rpc/xdr.ts';
import { failed, type Loaded, type LoaderCard } from '../loaders/card.ts';
import { openbootMessage } from './messages.ts';
import type { UdpRpc } from '../loaders/udp-rpc.ts';

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

export class BootparamsClient {
  private readonly card: LoaderCard;
  private readonly rpc: UdpRpc;

  constructor(card: LoaderCard, rpc: UdpRpc) {
    this.card = card;
    this.rpc = rpc;
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
    const reply = yield* this.rpc.call(portmapper, [PORTMAP_PROGRAM, PORTMAP_VERSION, callIt], body, {
      onSilence,
    });
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
    const reply = yield* this.rpc.call({ address: server, port }, program, body);
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
}
