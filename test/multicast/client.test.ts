/** Our multicast client against our atftpd, which says what the real one says: from one stream everybody gets the file. */
import { describe, expect, it } from 'vitest';
import { NS_PER_MS, NS_PER_S } from '../../src/base/time/clock.ts';
import { itemAt } from '../../src/base/lists/list.ts';
import { startTask, type RunningTask } from '../../src/base/time/task.ts';
import type { Result } from '../../src/base/result.ts';
import {
  multicastGet,
  type MulticastDone,
  type MulticastFailure,
  type MulticastRequest,
} from '../../src/firmware/clients/multicast-client.ts';
import { BufferSink } from '../../src/firmware/clients/tftp-client.ts';
import { ip, TestNetwork, type TestHost } from '../../src/net/host/testing.ts';
import type { SnoopingOptions } from '../../src/net/snooping.ts';
import { decodeTftp, encodeTftp, type TftpPacket } from '../../src/protocols/tftp/codec.ts';
import { AtftpdServer, type AtftpdOptions } from '../../src/services/atftpd/atftpd-server.ts';
import { MemoryFileTree } from '../../src/services/files/file-tree.ts';

const SERVER = ip('10.0.0.1');
const GROUP = ip('239.255.0.0');
const FILE = Uint8Array.from({ length: 20_000 }, (_, i) => (i * 7 + (i >> 8)) & 255);
const WAITS_NS = [250, 500, 1000, 2000, 4000, 8000].map((ms) => ms * NS_PER_MS);
const TFTM: MulticastRequest = {
  server: SERVER,
  serverPort: 69,
  filename: 'file',
  options: [
    { name: 'blksize', value: '1000' },
    { name: 'tsize', value: '0' },
    { name: 'multicast', value: '' },
  ],
  requestTimeoutsNs: WAITS_NS,
  silenceNs: WAITS_NS,
};
const MTFTP: MulticastRequest = {
  ...TFTM,
  serverPort: 1759,
  options: [],
  group: { address: ip('239.255.1.1'), port: 1760 },
  reopens: true,
};

interface Getting {
  readonly task: RunningTask<Result<MulticastDone, MulticastFailure>>;
  readonly sink: BufferSink;
  readonly host: TestHost;
}

function lab(options: Partial<AtftpdOptions> = {}, snooping?: SnoopingOptions) {
  const net = new TestNetwork('multicast', { sw: snooping === undefined ? {} : { snooping } });
  const server = net.add('server', '10.0.0.1/24');
  const files = new MemoryFileTree();
  files.addFile('/srv/tftp/file', FILE);
  files.addFile('/srv/tftp/hidden', FILE, { mode: 0o600 });
  const base = { clock: net.clock, log: server.host.log, files, root: '/srv/tftp', groups: [GROUP], ports: [1758] };
  const mtftp = [{ file: 'file', group: '239.255.1.1', port: 1760 }];
  const more = { multicast: true, ttl: 1, retryTimeoutS: 1, switchClient: false, mtftp, mtftpPort: 1759 };
  new AtftpdServer({ ...base, ...more, ...options }).listen(server.host);
  let count = 1;
  /** A client; `hears` may lose a frame that comes to it. */
  const get = (request = TFTM, igmp = true, hears: (packet: TftpPacket) => boolean = () => true): Getting => {
    count++;
    const host = net.add(`pc${count}`, `10.0.0.${count}/24`, {
      igmp,
      wrap: (port) => ({
        name: port.name,
        get linkUp() {
          return port.linkUp;
        },
        send: (frame) => port.send(frame),
        setLinkListener: (listener) => port.setLinkListener(listener),
        setReceiver: (receiver) =>
          port.setReceiver((frame) => {
            const packet = frame[23] === 17 ? decodeTftp(frame.subarray(42)) : undefined;
            if (packet?.ok !== true || hears(packet.value)) receiver?.(frame);
          }),
      }),
    });
    const sink = new BufferSink();
    return { host, sink, task: startTask(multicastGet(net.clock, host.host, request, sink)) };
  };
  /** DATA that the server sent, by block. */
  const sent = (): number[] =>
    net.frames.flatMap(({ port, direction, frame }) => {
      const packet =
        port === 'server.eth0' && direction === 'out' && frame[23] === 17 ? decodeTftp(frame.subarray(42)) : undefined;
      return packet?.ok === true && packet.value.opcode === 'data' ? [packet.value.block] : [];
    });
  const codes = (): string[] => net.log.events.flatMap((event) => (event.kind === 'server' ? [event.code] : []));
  /** Runs until so many blocks have been sent. */
  const until = (blocks: number): void => {
    for (let i = 0; i < 100_000 && sent().length < blocks; i++) net.run(1000);
  };
  return { net, get, sent, codes, until };
}

function whole({ task, sink }: Getting): boolean {
  return task.result?.ok === true && Buffer.from(sink.bytes).equals(Buffer.from(FILE));
}

const ALL = Array.from({ length: 21 }, (_, i) => i + 1);

describe('RFC 2090', () => {
  it('ten clients that ask at once get the file of one stream', () => {
    const { net, get, sent } = lab();
    const all = Array.from({ length: 10 }, () => get());
    net.run(5 * NS_PER_S);
    expect(all.every(whole)).toBe(true);
    expect(sent()).toEqual(ALL);
    expect(all.map(({ task }) => task.result?.ok === true && task.result.value.wasMaster)).toContain(false);
  });

  it('a late joiner gets the rest, then asks for the beginning', () => {
    const { net, get, sent, codes, until } = lab();
    const first = get();
    until(9);
    const late = get();
    net.run(5 * NS_PER_S);
    expect([whole(first), whole(late)]).toEqual([true, true]);
    expect(sent().slice(0, 21)).toEqual(ALL);
    expect(sent().slice(21)).toEqual(ALL.slice(0, 10));
    expect(codes()).toEqual(['atftpd.first', 'atftpd.joined', 'atftpd.done', 'atftpd.master', 'atftpd.done']);
  });

  it('a block that the master lost is sent again, and one that a listener lost at the end', () => {
    const { net, get, sent } = lab();
    const loses = (block: number): ((packet: TftpPacket) => boolean) => {
      let left = 1;
      return (packet) => !(packet.opcode === 'data' && packet.block === block && left-- > 0);
    };
    const master = get(TFTM, true, loses(5));
    const listener = get(TFTM, true, loses(9));
    net.run(10 * NS_PER_S);
    expect([whole(master), whole(listener)]).toEqual([true, true]);
    expect(sent().filter((block) => block === 5)).toHaveLength(2);
    expect(sent().slice(-1)).toEqual([9]);
  });

  it('a master that leaves tells the server, and the next one goes on', () => {
    const { net, get, codes, until } = lab();
    const master = get({ ...TFTM, abortsWhenCancelled: () => true });
    const listener = get();
    until(5);
    master.task.cancel();
    net.run(5 * NS_PER_S);
    expect(whole(listener)).toBe(true);
    expect(codes()).toContain('atftpd.left');
  });

  it('a master that vanishes is given up after five repetitions, and the listener gets the file', () => {
    const { net, get, codes, until } = lab();
    const master = get();
    const listener = get();
    until(5);
    master.host.wire.disconnect();
    net.run(20 * NS_PER_S);
    expect(whole(listener)).toBe(true);
    expect(codes()).toContain('atftpd.gone');
    expect(master.task.result).toMatchObject({ ok: false, error: { code: 'read-timeout' } });
  });

  it('a listener that acknowledges is values that it is not the master', () => {
    const { net, get, codes } = lab();
    const master = get();
    const rude = net.add('rude', '10.0.0.99/24').host.openUdp();
    const values: string[] = [];
    rude.onDatagram = ({ source, sourcePort, data }) => {
      const packet = decodeTftp(data);
      if (packet.ok && packet.value.opcode === 'oack') values.push(itemAt(packet.value.options, 0).value);
      if (values.length < 4) rude.send(source, sourcePort, encodeTftp({ opcode: 'ack', block: 0 }));
    };
    const options = [{ name: 'multicast', value: '' }];
    rude.send(SERVER, 69, encodeTftp({ opcode: 'rrq', filename: 'file', mode: 'octet', options }));
    net.run(NS_PER_S);
    expect(whole(master)).toBe(true);
    expect(new Set(values.slice(0, 2))).toEqual(new Set(['239.255.0.0,1758,0']));
    expect(codes()).toContain('atftpd.not-master');
  });

  it('no server: the request is repeated until the waits are over', () => {
    const net = new TestNetwork('alone');
    const { host } = net.add('pc', '10.0.0.2/24');
    const task = startTask(multicastGet(net.clock, host, TFTM, new BufferSink()));
    net.run(60 * NS_PER_S);
    expect(task.result).toEqual({ ok: false, error: { code: 'open-timeout' } });
  });

  it('says why an OACK is wrong', () => {
    const answers: Record<string, unknown> = {
      '239.255.0.0': { code: 'bad-multicast', part: 'no-port' },
      '239.255.0.0,1758': { code: 'bad-multicast', part: 'no-master' },
      '239.255.0.0,1758,x': { code: 'bad-multicast', part: 'master' },
      '10.0.0.9,1758,1': { code: 'bad-multicast', part: 'address' },
      '239.255.0.0,99999,1': { code: 'bad-multicast', part: 'port' },
    };
    for (const [value, error] of Object.entries(answers)) {
      const net = new TestNetwork('wrong');
      const socket = net.add('server', '10.0.0.1/24').host.openUdp({ port: 69 });
      socket.onDatagram = ({ source, sourcePort }) =>
        socket.send(source, sourcePort, encodeTftp({ opcode: 'oack', options: [{ name: 'multicast', value }] }));
      const { host } = net.add('pc', '10.0.0.2/24');
      const task = startTask(multicastGet(net.clock, host, TFTM, new BufferSink()));
      net.run(NS_PER_S);
      expect(task.result).toEqual({ ok: false, error });
    }
  });

  it('files that are not there, and files that may not be read', () => {
    const { net, get, codes } = lab();
    const none = get({ ...TFTM, filename: 'none' });
    const hidden = get({ ...TFTM, filename: 'hidden' });
    const outside = get({ ...TFTM, filename: '../etc/passwd' });
    net.run(NS_PER_S);
    expect([none, hidden, outside].map(({ task }) => task.result)).toMatchObject([
      { error: { code: 'server-error', errorCode: 1 } },
      { error: { code: 'server-error', errorCode: 2 } },
      { error: { code: 'server-error', errorCode: 2 } },
    ]);
    expect(codes()).toEqual(Array.from({ length: 3 }, () => 'atftpd.refused'));
  });
});

describe('a switch between', () => {
  const querier = { mac: 0x0200_0500_0001, querier: true };

  it('that snoops brings the stream to those who report, and to nobody else', () => {
    const { net, get } = lab({}, querier);
    const other = net.add('other', '10.0.0.200/24');
    const first = get();
    const second = get();
    net.run(5 * NS_PER_S);
    expect([whole(first), whole(second)]).toEqual([true, true]);
    expect(other.eth0.counters.bytesIn).toBeLessThan(2000);
  });

  it('that snoops keeps it from a client without IGMP, and says so', () => {
    const { net, get } = lab({}, querier);
    const mute = get(TFTM, false);
    net.run(40 * NS_PER_S);
    expect(mute.task.result).toMatchObject({ ok: false, error: { code: 'read-timeout' } });
    expect(net.codes()).toContain('switch.group-unwanted');
  });

  it('that does not snoop floods it', () => {
    const { net, get } = lab();
    const other = net.add('other', '10.0.0.200/24');
    const mute = get(TFTM, false);
    net.run(5 * NS_PER_S);
    expect(whole(mute)).toBe(true);
    expect(other.eth0.counters.bytesIn).toBeGreaterThan(FILE.length);
  });
});

describe('MTFTP', () => {
  it('the one who opens is master; another who listens gets the same stream', () => {
    const { net, get, sent } = lab();
    const listener = get({ ...MTFTP, listenNs: NS_PER_S });
    const opener = get(MTFTP);
    net.run(5 * NS_PER_S);
    expect([whole(opener), whole(listener)]).toEqual([true, true]);
    // The first block comes twice: to the opener alone, and to the group.
    expect(sent()).toHaveLength(Math.ceil(FILE.length / 512) + 1);
    expect(listener.task.result).toMatchObject({ value: { wasMaster: false } });
  });

  it('one who joins late hears the rest, and opens again for the beginning', () => {
    const { net, get, sent, until } = lab();
    const opener = get(MTFTP);
    until(15);
    const late = get({ ...MTFTP, listenNs: NS_PER_S });
    net.run(20 * NS_PER_S);
    expect([whole(opener), whole(late)]).toEqual([true, true]);
    expect(sent().length).toBeLessThan((2 * FILE.length) / 512);
  });

  it('nobody answers for a file without a group', () => {
    const { net, get, codes } = lab();
    const lost = get({ ...MTFTP, filename: 'hidden' });
    net.run(60 * NS_PER_S);
    expect(lost.task.result).toEqual({ ok: false, error: { code: 'open-timeout' } });
    expect(codes()).toContain('atftpd.no-group');
  });
});
