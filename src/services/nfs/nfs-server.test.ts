/** The server as a client meets it over TCP: port, mount, look up, read; and what it refuses. */
import { beforeEach, describe, expect, it } from 'vitest';
import { latin1, toHex } from '../../base/bytes.ts';
import { NS_PER_S } from '../../base/time/clock.ts';
import { ip, TestNetwork, type TestHost } from '../../net/host/testing.ts';
import type { TcpConnection } from '../../net/host/types.ts';
import { decodeRpc, encodeRecord, encodeRpc, RecordReader } from '../../protocols/rpc/codec.ts';
import { XdrReader, XdrWriter } from '../../protocols/rpc/xdr.ts';
import { MemoryFileTree } from '../files/file-tree.ts';
import { Portmapper } from '../rpc/portmapper.ts';
import { NfsServer } from './nfs-server.ts';

const ATTRIBUTES_BYTES = 84;
const BIG = Uint8Array.from({ length: 300_000 }, (_, i) => i & 255);
const NONE = { flavor: 0, body: new Uint8Array(0) };

class Caller {
  private readonly net: TestNetwork;
  private readonly connection: TcpConnection;
  private readonly reader = new RecordReader();
  private readonly replies: Uint8Array[] = [];
  private xid = 100;

  constructor(net: TestNetwork, client: TestHost, port: number) {
    this.net = net;
    this.connection = client.host.connectTcp(ip('10.0.0.1'), port);
    this.connection.onData = (data) => {
      const got = this.reader.push(data);
      if (got.ok) this.replies.push(...got.value);
    };
    net.run(NS_PER_S);
  }

  /** The result of a call that was accepted; its accept status otherwise. */
  call(program: number, version: number, procedure: number, body: Uint8Array, rpcVersion = 2): XdrReader | string {
    const xid = ++this.xid;
    const rest = { rpcVersion, program, version, procedure, credential: NONE, verifier: NONE };
    this.connection.write(encodeRecord(encodeRpc({ kind: 'call', xid, ...rest, body })));
    this.net.run(NS_PER_S);
    const reply = decodeRpc(this.replies.splice(0).at(0) ?? new Uint8Array(0));
    if (!reply.ok) throw new Error(`no reply: ${reply.error.code}`);
    if (reply.value.xid !== xid) throw new Error('the reply of another call');
    if (reply.value.kind === 'accepted' && reply.value.status === 0) return new XdrReader(reply.value.body);
    return `${reply.value.kind}${reply.value.kind === 'call' ? '' : reply.value.status}`;
  }

  result(program: number, version: number, procedure: number, body: Uint8Array): XdrReader {
    const reader = this.call(program, version, procedure, body);
    if (typeof reader === 'string') throw new Error(reader);
    return reader;
  }

  close(): void {
    this.connection.end();
    this.net.run(NS_PER_S);
  }
}

const portmap = (caller: Caller, ...words: readonly number[]): number =>
  caller.result(100_000, 2, 3, new XdrWriter().u32(...words).bytes).u32();
const mnt = (caller: Caller, path: string): XdrReader => caller.result(100_005, 3, 1, new XdrWriter().text(path).bytes);

describe('NfsServer', () => {
  let net: TestNetwork;
  let client: TestHost;

  beforeEach(() => {
    net = new TestNetwork('nfs', { keepFrames: false });
    const { host } = net.add('server', '10.0.0.1/24');
    const files = new MemoryFileTree();
    files.addFile('/srv/nfs/linux/vmlinuz', BIG);
    files.addLink('/srv/nfs/current', 'linux/vmlinuz');
    files.addFile('/srv/nfs/empty', '');
    files.addFile('/srv/private/key', 'secret');
    new NfsServer({
      log: host.log,
      files,
      exports: ['/srv/nfs/'],
      udp: false,
      vers2: false,
      epochMs: Date.UTC(2026, 0, 1),
      portmapper: new Portmapper(host.log),
    }).listen(host);
    client = net.add('client', '10.0.0.2/24');
  });

  const nfs = (): Caller => new Caller(net, client, 2049);
  const root = (): Uint8Array => {
    const reader = mnt(new Caller(net, client, 20_048), '/srv/nfs');
    expect(reader.u32()).toBe(0);
    return reader.opaque().slice();
  };
  const lookUp = (caller: Caller, directory: Uint8Array, name: string): { status: number; handle: Uint8Array } => {
    const reader = caller.result(100_003, 3, 3, new XdrWriter().opaque(directory).text(name).bytes);
    const status = reader.u32();
    return { status, handle: status === 0 ? reader.opaque().slice() : new Uint8Array(0) };
  };
  const file = (caller: Caller, ...path: readonly string[]): Uint8Array =>
    path.reduce((directory, name) => lookUp(caller, directory, name).handle, root());

  it('gives old clients a handle of 32 bytes, which version 3 understands too', () => {
    const mount = new Caller(net, client, 20_048);
    const reader = mount.result(100_005, 1, 1, new XdrWriter().text('/srv/nfs').bytes);
    expect(reader.u32()).toBe(0);
    const handle = reader.rest().slice();
    expect(handle.length).toBe(32);
    expect(lookUp(nfs(), handle, 'linux').status).toBe(0);
    handle[31] = 1;
    expect(lookUp(nfs(), handle, 'linux').status).toBe(10_001);
    expect(nfs().call(100_003, 2, 0, new Uint8Array(0))).toBe('accepted2');
  });

  it('tells the ports of its programs over TCP, and 0 for all else', () => {
    const caller = new Caller(net, client, 111);
    expect(portmap(caller, 100_005, 3, 6, 0)).toBe(20_048);
    expect(portmap(caller, 100_003, 3, 6, 0)).toBe(2049);
    expect(portmap(caller, 100_003, 3, 17, 0)).toBe(0);
    expect(portmap(caller, 100_021, 4, 6, 0)).toBe(0);
  });

  it('answers wrong versions, programs, procedures and arguments as RFC 5531 §9 has it', () => {
    const caller = nfs();
    const nothing = new Uint8Array(0);
    expect(caller.call(100_003, 3, 0, nothing, 3)).toBe('denied0');
    expect(caller.call(100_021, 4, 0, nothing)).toBe('accepted1');
    expect(caller.call(100_003, 4, 0, nothing)).toBe('accepted2');
    expect(caller.call(100_003, 3, 22, nothing)).toBe('accepted3');
    expect(caller.call(100_003, 3, 3, nothing)).toBe('accepted4');
    expect(typeof caller.call(100_003, 3, 0, nothing)).toBe('object');
  });

  it('mounts what is exported and what is below it, and nothing else', () => {
    const caller = new Caller(net, client, 20_048);
    const status = (path: string): number => mnt(caller, path).u32();
    expect(['/srv/nfs', '/srv/nfs/linux', '/srv/nfs/../nfs'].map(status)).toEqual([0, 0, 0]);
    expect(['/srv', '/srv/private', '/srv/nfs/../private'].map(status)).toEqual([13, 13, 13]);
    expect(['/srv/nfs/none', '/srv/nfs/empty'].map(status)).toEqual([2, 20]);
    const refusals = net.log.events.filter((event) => event.kind === 'server' && event.code === 'mount.acces');
    expect(refusals.length).toBe(3);
    const list = caller.result(100_005, 3, 5, new Uint8Array(0));
    expect([list.u32(), list.text(), list.u32(), list.u32()]).toEqual([1, '/srv/nfs', 0, 0]);
  });

  it('gives attributes and the same handle for the same file', () => {
    const caller = nfs();
    const handle = file(caller, 'linux', 'vmlinuz');
    expect(toHex(file(caller, 'linux', 'vmlinuz'))).toBe(toHex(handle));
    const reader = caller.result(100_003, 3, 1, new XdrWriter().opaque(handle).bytes);
    expect([reader.u32(), reader.u32(), reader.u32(), reader.u32()]).toEqual([0, 1, 0o644, 1]);
    reader.u64();
    expect([reader.u64(), reader.u64()]).toEqual([BIG.length, BIG.length]);
  });

  it('says which names are not there, and leads nowhere above the export', () => {
    const caller = nfs();
    const top = root();
    expect(lookUp(caller, top, 'none').status).toBe(2);
    expect(lookUp(caller, file(caller, 'empty'), 'x').status).toBe(20);
    expect(lookUp(caller, top, '../private').status).toBe(13);
    expect(toHex(lookUp(caller, top, '..').handle)).toBe(toHex(top));
    expect(lookUp(caller, latin1('netboot-nfs:\0\0\0\xff'), 'x').status).toBe(10_001);
    expect(lookUp(caller, latin1('another server'), 'x').status).toBe(10_001);
  });

  it('shows links as links', () => {
    const caller = nfs();
    const link = file(caller, 'current');
    const reader = caller.result(100_003, 3, 5, new XdrWriter().opaque(link).bytes);
    expect([reader.u32(), reader.u32(), reader.u32()]).toEqual([0, 1, 5]);
    reader.offset += ATTRIBUTES_BYTES - 4;
    expect(reader.text()).toBe('linux/vmlinuz');
    const regular = caller.result(100_003, 3, 5, new XdrWriter().opaque(file(caller, 'empty')).bytes);
    expect(regular.u32()).toBe(22);
  });

  const read = (caller: Caller, handle: Uint8Array, offset: number, count: number) => {
    const reader = caller.result(100_003, 3, 6, new XdrWriter().opaque(handle).u64(offset).u32(count).bytes);
    const status = reader.u32();
    if (status !== 0) return { status };
    reader.offset += 4 + ATTRIBUTES_BYTES;
    const got = { status, count: reader.u32(), isEnd: reader.u32() === 1, data: reader.opaque().slice() };
    expect(got.data.length).toBe(got.count);
    return got;
  };

  it('reads a file in pieces to its end and reports it as a transfer', () => {
    const caller = nfs();
    const handle = file(caller, 'linux', 'vmlinuz');
    expect(read(caller, handle, 0, 200_000)).toMatchObject({ count: 200_000, isEnd: false });
    expect(read(caller, handle, 200_000, 200_000)).toMatchObject({ count: 100_000, isEnd: true });
    expect(read(caller, handle, 299_999, 10)).toMatchObject({ isEnd: true, data: BIG.slice(299_999) });
    expect(read(caller, handle, 400_000, 10)).toMatchObject({ count: 0, isEnd: true });
    expect(read(caller, root(), 0, 10)).toEqual({ status: 21 });
    const transfers = net.log.events.filter((event) => event.kind === 'transfer');
    expect(transfers.at(-1)).toMatchObject({
      protocol: 'nfs',
      name: '/srv/nfs/linux/vmlinuz',
      doneBytes: 300_000,
      state: 'done',
    });
  });

  it('counts a file as failed whose reader leaves in the middle', () => {
    const caller = nfs();
    read(caller, file(caller, 'linux', 'vmlinuz'), 0, 1000);
    caller.close();
    expect(net.log.events.findLast((event) => event.kind === 'transfer')).toMatchObject({ state: 'failed' });
  });

  it('lists a directory in as many pieces as the client wants', () => {
    const caller = nfs();
    const top = root();
    const names: string[] = [];
    let cookie = 0;
    for (let isEnd = false; !isEnd;) {
      const argument = new XdrWriter().opaque(top).u64(cookie).u64(0).u32(180).bytes;
      const reader = caller.result(100_003, 3, 16, argument);
      expect(reader.u32()).toBe(0);
      reader.offset += 4 + ATTRIBUTES_BYTES + 8;
      while (reader.u32() === 1) {
        reader.u64();
        names.push(reader.text());
        cookie = reader.u64();
      }
      isEnd = reader.u32() === 1;
      expect(names.length).toBeLessThan(10);
    }
    expect(names).toEqual(['.', '..', 'current', 'empty', 'linux']);
  });

  it('refuses all that would write', () => {
    const caller = nfs();
    const argument = new XdrWriter().opaque(root()).text('new').u32(0, 0, 0, 0, 0, 0, 0, 0).bytes;
    for (const procedure of [2, 7, 8, 9, 10, 11, 12, 13, 14, 15, 21]) {
      expect(caller.result(100_003, 3, procedure, argument).u32()).toBe(30);
    }
  });
});
