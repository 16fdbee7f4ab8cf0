/** The TFTP client against a hand-made server: loss, duplicates, windows, wrapping block numbers, refusals. */
import { describe, expect, it } from 'vitest';
import { NS_PER_S } from '../../base/time/clock.ts';
import { EventQueue } from '../../base/time/event-queue.ts';
import { Inbox, startTask } from '../../base/time/task.ts';
import type { Datagram, UdpSocket } from '../../net/host/types.ts';
import { decodeTftp, encodeTftp, encodeTftpData } from '../../protocols/tftp/codec.ts';
import type { TftpPacket } from '../../protocols/tftp/codec.ts';
import { BufferSink, tftpGet } from './tftp-client.ts';
import type { FileSink, TftpRequest } from './tftp-client.ts';

const SERVER = 0x0a00_0001;
const TID = 2000;

class FakeSocket implements UdpSocket {
  readonly localPort = 1000;
  onDatagram: ((datagram: Datagram) => void) | undefined;
  onError: UdpSocket['onError'];
  readonly inbox = new Inbox<Datagram>();
  readonly sent: { readonly port: number; readonly packet: TftpPacket }[] = [];

  send(_destination: number, destinationPort: number, data: Uint8Array): void {
    const decoded = decodeTftp(data);
    if (!decoded.ok) throw new Error(decoded.error.code);
    this.sent.push({ port: destinationPort, packet: decoded.value });
  }

  close(): void {}

  receive(data: Uint8Array, sourcePort = TID, source = SERVER): void {
    const rest = { destination: 1, destinationPort: 1000, interfaceName: 'net0', sourceMac: 0, ttl: 64 };
    this.onDatagram?.({ source, sourcePort, data, ...rest });
  }

  /** Block numbers of the ACKs so far. */
  get acks(): readonly number[] {
    return this.sent.flatMap(({ packet }) => (packet.opcode === 'ack' ? [packet.block] : []));
  }
}

function start(options: TftpRequest['options'], sink: FileSink = new BufferSink()) {
  const clock = new EventQueue();
  const socket = new FakeSocket();
  const timeouts = [1, 2, 4].map((seconds) => seconds * NS_PER_S);
  const request = { server: SERVER, filename: 'f', options, requestTimeoutsNs: timeouts, dataTimeoutsNs: timeouts };
  const task = startTask(tftpGet(clock, socket, request, sink));
  const oack = (...values: readonly (readonly [string, string])[]): void =>
    socket.receive(encodeTftp({ opcode: 'oack', options: values.map(([name, value]) => ({ name, value })) }));
  const data = (block: number, length: number): void =>
    socket.receive(encodeTftpData(block & 0xffff, new Uint8Array(length).fill(block)));
  return { clock, socket, task, oack, data };
}

describe('TFTP client', () => {
  it('takes a server without options: 512-byte blocks, a short one ends', () => {
    const sink = new BufferSink();
    const { socket, task, data } = start({ blksize: 1024, tsize: true }, sink);
    data(1, 512);
    data(2, 100);
    expect(task.result).toMatchObject({
      ok: true,
      value: { totalBytes: 612, blksize: 512, announcedBytes: undefined },
    });
    expect(socket.acks).toEqual([1, 2]);
    expect(sink.bytes.length).toBe(612);
    expect([sink.bytes[511], sink.bytes[512]]).toEqual([1, 2]);
  });

  it('acknowledges a window at its end, and a gap once', () => {
    const { socket, task, oack, data } = start({ blksize: 512, windowsize: 4 });
    oack(['blksize', '512'], ['windowsize', '4']);
    for (const block of [1, 2, 3, 4]) data(block, 512);
    // Block 6 is lost: 7 and 8 are one gap.
    for (const block of [5, 7, 8]) data(block, 512);
    for (const block of [6, 7, 8, 9]) data(block, 512);
    data(10, 0);
    expect(socket.acks).toEqual([0, 4, 5, 9, 10]);
    expect(task.result).toMatchObject({ ok: true, value: { totalBytes: 9 * 512, windowsize: 4 } });
  });

  it('repeats the request, then gives up', () => {
    const { clock, socket, task } = start({});
    clock.runAll();
    expect(socket.sent).toHaveLength(3);
    expect(clock.nowNs).toBe(7 * NS_PER_S);
    expect(task.result).toEqual({ ok: false, error: { code: 'open-timeout' } });
  });

  it('repeats the ACK in silence, then gives up; a duplicate block is acknowledged again', () => {
    const { clock, socket, task, data } = start({});
    data(1, 512);
    data(1, 512);
    expect(socket.acks).toEqual([1, 1]);
    clock.runAll();
    expect(socket.acks).toEqual([1, 1, 1, 1]);
    expect(task.result).toEqual({ ok: false, error: { code: 'read-timeout', doneBytes: 512 } });
  });

  it('goes past block 65535', () => {
    const sink: FileSink = { begin: () => true, write: () => true };
    const { task, oack, data } = start({ blksize: 8 }, sink);
    oack(['blksize', '8']);
    for (let block = 1; block <= 70_000; block++) data(block, 8);
    data(70_001, 0);
    expect(task.result).toMatchObject({ ok: true, value: { totalBytes: 560_000 } });
  });

  it('answers a stranger with error 5 and goes on (RFC 1350 §4)', () => {
    const { socket, task, data } = start({});
    data(1, 512);
    socket.receive(encodeTftpData(2, new Uint8Array(512)), TID + 1);
    expect(socket.sent.at(-1)).toMatchObject({ port: TID + 1, packet: { opcode: 'error', code: 5 } });
    data(2, 0);
    expect(task.result).toMatchObject({ ok: true });
  });

  it('refuses options that were not asked for, blocks that are too long, and what the sink does not take', () => {
    const bad = start({ blksize: 1024 });
    bad.oack(['blksize', '1428']);
    expect(bad.task.result).toEqual({ ok: false, error: { code: 'bad-options', option: 'blksize' } });
    expect(bad.socket.sent.at(-1)?.packet).toMatchObject({ opcode: 'error', code: 8 });
    const long = start({});
    long.data(1, 600);
    expect(long.task.result).toMatchObject({ ok: false, error: { code: 'malformed' } });
    const full = start({ tsize: true }, new BufferSink(100));
    full.oack(['tsize', '101']);
    expect(full.task.result).toEqual({ ok: false, error: { code: 'refused', totalBytes: 101 } });
  });

  it('takes the options that it asked for by any spelling, and no other', () => {
    const asked = start({ timeout: 5, blksize: 1468 });
    asked.oack(['Timeout', '5'], ['BLKSIZE', '1468']);
    expect(asked.socket.acks).toEqual([0]);
    for (const option of ['tsize', 'windowsize', 'constructor']) {
      const other = start({ timeout: 5, tsize: false });
      other.oack([option, '1']);
      expect(other.task.result).toEqual({ ok: false, error: { code: 'bad-options', option } });
    }
  });

  it('leaves no timer behind when it is cancelled', () => {
    const { clock, task } = start({});
    task.cancel();
    expect(clock.size).toBe(0);
  });
});
