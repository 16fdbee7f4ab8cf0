/** The PXE API on plain memory: structures as programs lay them out, through a host stack and real frames. */
import { beforeEach, describe, expect, it } from 'vitest';
import { parseIpv4, writeMac } from '../../base/address.ts';
import { fromLatin1, latin1 } from '../../base/bytes.ts';
import { NS_PER_MS, NS_PER_S } from '../../base/time/clock.ts';
import { itemAt } from '../../base/lists/list.ts';
import { decodeTftp, encodeTftp, encodeTftpData } from '../../protocols/tftp/codec.ts';
import { PXE_WAIT } from '../rom/hypercalls.ts';
import { CLIENT, CLIENT_MAC, SERVER } from '../testing.ts';
import type { Params } from './params.ts';
import { PXE_FUNCTIONS, pxeFunction } from './table.ts';
import { Bench, BUFFER, PARAMS, pointer } from './testing.ts';

let bench: Bench;
beforeEach(() => {
  bench = new Bench();
});

describe('table', () => {
  it('has each opcode once, and the sizes that programs are compiled with', () => {
    expect(new Set(PXE_FUNCTIONS.map((entry) => entry.opcode)).size).toBe(PXE_FUNCTIONS.length);
    const bytes = (opcode: number): number => {
      const sizes = { u8: 1, u16: 2, port: 2, u32: 4, ip: 4, pointer: 4, flat: 4 } as const;
      const fields = pxeFunction(opcode)?.fields ?? [];
      return 2 + fields.reduce((sum, [, type]) => sum + (typeof type === 'number' ? type : sizes[type]), 0);
    };
    expect([0x71, 0x20, 0x32, 0x33, 0x0c, 0x12, 0x13, 0x14].map(bytes)).toEqual([12, 142, 20, 20, 50, 17, 42, 16]);
  });
});

describe('base functions', () => {
  /** Asks for a packet; a size of 0 asks where it lies. */
  const cached = (packetType: number, bufferSize: number): Params => {
    const params = bench.params(0x71);
    params.set('packetType', packetType);
    params.set('bufferSize', bufferSize);
    params.setBytes('buffer', pointer(bufferSize === 0 ? 0 : 0x9000));
    expect(bench.call(0x71)).toBe(0);
    return params;
  };

  it('copies a cached packet, or points to its own: always with the length of a BOOTPLAYER', () => {
    expect(cached(2, 4096).get('bufferSize')).toBe(1260);
    expect(fromLatin1(bench.memory.read(BUFFER, 8))).toBe('the ack\0');
    expect(cached(2, 100).get('bufferSize')).toBe(100);

    const params = cached(3, 0);
    expect(params.get('bufferSize')).toBe(1260);
    expect(fromLatin1(bench.memory.read(params.get('buffer'), 9))).toBe('the reply');
  });

  it('hands out what a program has written into the packet in place, also to the program that takes over', () => {
    bench.memory.write(cached(2, 0).get('buffer'), latin1('an edited ack'));
    cached(2, 4096);
    expect(fromLatin1(bench.memory.read(BUFFER, 13))).toBe('an edited ack');
    expect(fromLatin1(bench.api.network.ack.subarray(0, 13))).toBe('an edited ack');
    expect(fromLatin1(bench.api.network.reply.subarray(0, 9))).toBe('the reply');
  });

  it('says that FILE_API_CHECK is not there, and logs it as a decision', () => {
    expect(bench.call(0xe6)).toBe(1);
    expect(bench.status).toBe(3);
    expect(bench.log.events.map(({ kind }) => kind)).toEqual(['call', 'decision', 'return']);
    expect(bench.log.events[1]).toMatchObject({ code: 'pxe-api/unsupported' });
  });

  it('gives INT 1Ah back on UNLOAD_STACK', () => {
    expect(bench.call(0x70)).toBe(0);
    expect(bench.unhooked).toBe(1);
  });
});

describe('UDP functions', () => {
  it('are closed until UDP_OPEN', () => {
    expect([bench.call(0x33), bench.status]).toEqual([1, 0x48]);
  });

  it('send, and wait for the answer to the nanosecond of its arrival', () => {
    const echo = bench.server.openUdp({ port: 7 });
    echo.onDatagram = (datagram) => {
      bench.queue.schedule(3_000_000, () => echo.send(datagram.source, datagram.sourcePort, latin1('pong')));
    };
    bench.call(0x30);
    const write = bench.params(0x33);
    bench.memory.write(BUFFER, latin1('ping'));
    write.set('destination', SERVER);
    write.set('sourcePort', 50_000);
    write.set('destinationPort', 7);
    write.set('bufferSize', 4);
    write.setBytes('buffer', pointer(0x9000, 0));
    expect(bench.call(0x33)).toBe(0);

    const read = bench.params(0x32);
    // Stale values that must not be filtered by.
    read.set('source', 0x0102_0304);
    read.set('sourcePort', 99);
    read.set('destination', CLIENT);
    read.set('destinationPort', 50_000);
    read.set('bufferSize', 2048);
    read.setBytes('buffer', pointer(0x9000, 0x100));
    expect(bench.call(0x32)).toBe(PXE_WAIT);
    expect(bench.api.ask()).toBe(PXE_WAIT);
    while (bench.ready === 0) bench.queue.step();
    expect(bench.queue.nowNs).toBeGreaterThan(3_000_000);
    expect(bench.queue.nowNs).toBeLessThan(3_100_000);
    expect(bench.api.ask()).toBe(0);
    expect([read.get('source'), read.get('sourcePort'), read.get('bufferSize')]).toEqual([SERVER, 7, 4]);
    expect(fromLatin1(bench.memory.read(BUFFER + 0x100, 4))).toBe('pong');
  });

  it('UDP_READ gives up before a BIOS tick; a call meanwhile gets its answer at once', () => {
    bench.call(0x30);
    bench.params(0x32).set('destinationPort', 50_000);
    expect(bench.call(0x32)).toBe(PXE_WAIT);
    expect(bench.call(0x32, PARAMS + 0x100)).toBe(1);
    bench.queue.runAll();
    expect(bench.queue.nowNs).toBe(50_000_000);
    expect([bench.api.ask(), bench.status]).toEqual([1, 1]);
  });
});

describe('TFTP functions', () => {
  const file = Uint8Array.from({ length: 1500 }, (_, index) => index);

  beforeEach(() => {
    bench.server.openUdp({ port: 69 }).onDatagram = (request) => {
      const rrq = decodeTftp(request.data);
      if (!rrq.ok || rrq.value.opcode !== 'rrq') return;
      const { options, filename } = rrq.value;
      const socket = bench.server.openUdp();
      const send = (bytes: Uint8Array): void => socket.send(request.source, request.sourcePort, bytes);
      const errors: Readonly<Record<string, number>> = { forbidden: 2, broken: 0 };
      if (filename === 'silent') return;
      if (filename !== 'file') return send(encodeTftp({ opcode: 'error', code: errors[filename] ?? 1, message: 'No' }));
      const size = Number(options.find((option) => option.name === 'blksize')?.value ?? 512);
      socket.onDatagram = (ack) => {
        const decoded = decodeTftp(ack.data);
        if (!decoded.ok || decoded.value.opcode !== 'ack' || decoded.value.block * size > file.length) return;
        const { block } = decoded.value;
        send(encodeTftpData(block + 1, file.subarray(block * size, (block + 1) * size)));
      };
      const agreed = options.map(({ name, value }) => ({ name, value: name === 'tsize' ? '1500' : value }));
      send(encodeTftp({ opcode: 'oack', options: agreed }));
    };
  });

  const finish = (exit: number): number => {
    if (exit !== PXE_WAIT) return exit;
    bench.queue.runAll();
    return bench.api.ask();
  };
  const name = (opcode: number, text: string): Params => {
    const params = bench.params(opcode);
    params.set('server', SERVER);
    params.setBytes('fileName', latin1(text));
    return params;
  };

  it('opens, reads block by block, closes', () => {
    const open = name(0x20, 'file');
    open.set('packetSize', 1024);
    expect(finish(bench.call(0x20))).toBe(0);
    expect(open.get('packetSize')).toBe(1024);
    const sizes: number[] = [];
    for (let index = 0; index < 2; index++) {
      const read = bench.params(0x22);
      read.setBytes('buffer', pointer(0x9000, 0));
      expect(finish(bench.call(0x22))).toBe(0);
      sizes.push(read.get('bufferSize'));
    }
    expect(sizes).toEqual([1024, 476]);
    expect(bench.call(0x21)).toBe(0);
    expect([bench.call(0x22), bench.status]).toEqual([1, 0x4a]);
  });

  it.each([
    ['other', 0x3b],
    ['forbidden', 0x3c],
    ['broken', 0x36],
    ['silent', 0x32],
  ])('TFTP_OPEN of a file that is %s fails with its status, and the next call works (boot-03)', (filename, status) => {
    name(0x20, filename).set('packetSize', 512);
    expect([finish(bench.call(0x20)), bench.status]).toEqual([1, status]);
    // Nothing is left open.
    expect([bench.call(0x22), bench.status]).toEqual([1, 0x4a]);
    name(0x20, 'file').set('packetSize', 512);
    expect([finish(bench.call(0x20)), bench.status]).toEqual([0, 0]);
  });

  it('closes what waits when the program ends, also from inside the call that is answered', () => {
    name(0x20, 'other').set('packetSize', 512);
    bench.api.onReady = () => bench.api.close();
    expect(bench.call(0x20)).toBe(PXE_WAIT);
    bench.queue.runAll();
    expect(bench.status).toBe(0x3b);
  });

  it('tells the size, reads a whole file, and says when there is none', () => {
    const size = name(0x25, 'file');
    expect(finish(bench.call(0x25))).toBe(0);
    expect(size.get('fileSize')).toBe(1500);
    const read = name(0x23, 'file');
    read.set('bufferSize', 0x1000);
    read.set('buffer', BUFFER);
    expect(finish(bench.call(0x23))).toBe(0);
    expect(bench.memory.read(BUFFER, 1500)).toEqual(file);
    name(0x25, 'other');
    expect([finish(bench.call(0x25)), bench.status]).toEqual([1, 0x3b]);
  });

  it('reads a whole file from the group that the caller names, by MTFTP', () => {
    const group = parseIpv4('224.1.1.1') ?? 0;
    const asked: string[] = [];
    const socket = bench.server.openUdp({ port: 1759 });
    socket.onDatagram = ({ source, sourcePort, data }) => {
      const decoded = decodeTftp(data);
      const packet = decoded.ok ? decoded.value : undefined;
      const send = (block: number, to: number, port: number): void =>
        socket.send(to, port, encodeTftpData(block, file.subarray(512 * (block - 1), 512 * block)));
      if (packet?.opcode === 'rrq') {
        asked.push(packet.filename);
        send(1, source, sourcePort);
      } else if (packet?.opcode === 'ack' && packet.block < 3) send(packet.block + 1, group, 1758);
    };
    const read = name(0x23, 'file');
    read.set('bufferSize', 0x1000);
    read.set('buffer', BUFFER);
    read.set('multicast', group);
    read.set('clientPort', 1758);
    read.set('serverPort', 1759);
    expect(finish(bench.call(0x23))).toBe(0);
    expect(read.get('bufferSize')).toBe(1500);
    expect(bench.memory.read(BUFFER, 1500)).toEqual(file);
    expect(asked).toEqual(['file']);
    // It listens for a stream that is on its way before it asks for one.
    expect(bench.queue.nowNs).toBeGreaterThan(1e9);
  });

  it('RESTART_TFTP fetches the next boot program, and goes on in this one when it is not there', () => {
    name(0x73, 'other');
    expect([finish(bench.call(0x73)), bench.status]).toEqual([1, 0x3b]);
    expect(bench.restarts).toEqual([]);
    name(0x73, 'file');
    expect(finish(bench.call(0x73))).toBe(0);
    expect(bench.restarts).toEqual([['file', file]]);
  });
});

describe('in protected mode', () => {
  /** Selectors stand for bases that no segment of real mode has. */
  const mode = { name: 'protected', baseOf: (selector: number) => selector * 0x1_0000, dataSegment: 0x28 } as const;

  it('takes pointers by their selectors, and names its own data by one', () => {
    const params = bench.params(0x71);
    params.set('packetType', 2);
    params.set('bufferSize', 7);
    params.setBytes('buffer', pointer(8, 0x10));
    expect(bench.call(0x71, PARAMS, mode)).toBe(0);
    expect(fromLatin1(bench.memory.read(0x8_0010, 7))).toBe('the ack');
    params.set('bufferSize', 0);
    expect(bench.call(0x71, PARAMS, mode)).toBe(0);
    expect([...params.bytes('buffer').subarray(2)]).toEqual([0x28, 0]);
  });
});

describe('UNDI functions', () => {
  const frameTo = (mac: number): Uint8Array => {
    const frame = new Uint8Array(60);
    writeMac(frame, 0, mac);
    frame[12] = 8;
    return frame;
  };
  const open = (filter: number): void => {
    bench.params(0x06).set('packetFilter', filter);
    expect(bench.call(0x06)).toBe(0);
  };
  const isr = (what: number): Params => {
    const params = bench.params(0x14);
    params.set('function', what);
    bench.call(0x14);
    return params;
  };

  it('raises the interrupt for a frame, lowers it at START, and hands the frame out', () => {
    open(3);
    bench.serverPort.send(frameTo(CLIENT_MAC));
    bench.serverPort.send(frameTo(0x5254_00bb_0001));
    bench.queue.runAll();
    expect(bench.irqs).toEqual(['raise 10']);
    expect(isr(1).get('function')).toBe(0);
    expect(bench.irqs).toEqual(['raise 10', 'lower 10']);
    const received = isr(2);
    expect([received.get('function'), received.get('frameLength'), received.get('headerLength')]).toEqual([3, 60, 14]);
    expect(received.get('protocol')).toBe(1);
    expect(bench.memory.read(received.get('frame'), 60)).toEqual(frameTo(CLIENT_MAC));
    expect(isr(3).get('function')).toBe(0);
  });

  it('lets a program that polls sleep until a frame comes', () => {
    open(4);
    bench.params(0x14).set('function', 1);
    expect(bench.call(0x14)).toBe(PXE_WAIT);
    bench.serverPort.send(frameTo(0x5254_00bb_0001));
    while (bench.ready === 0) bench.queue.step();
    expect(bench.queue.nowNs).toBeLessThan(10_000);
    expect(bench.api.ask()).toBe(0);
    expect(isr(1).get('function')).toBe(0);
  });

  it('lets it sleep for longer when nothing has come for ten seconds', () => {
    open(4);
    const polls: number[] = [];
    while (bench.queue.nowNs < 10.1 * NS_PER_S) {
      const [startNs, ready] = [bench.queue.nowNs, bench.ready];
      bench.params(0x14).set('function', 1);
      expect(bench.call(0x14)).toBe(PXE_WAIT);
      while (bench.ready === ready) bench.queue.step();
      expect(bench.api.ask()).toBe(0);
      polls.push((bench.queue.nowNs - startNs) / NS_PER_MS);
    }
    expect(polls.slice(0, 10_000)).toEqual(Array.from({ length: 10_000 }, () => 1));
    expect(polls.slice(10_000)).toEqual([20, 20, 20, 20, 20]);
  });

  it('sends whole frames, and builds the header for a protocol', () => {
    const frames: Uint8Array[] = [];
    bench.serverPort.setReceiver((frame) => frames.push(frame));
    const transmit = bench.params(0x08);
    const descriptor = 0x9_1000;
    bench.memory.write(BUFFER, frameTo(CLIENT_MAC));
    bench.memory.writeU16(descriptor, 60);
    bench.memory.writeU32(descriptor + 2, 0x9000_0000);
    transmit.setBytes('descriptor', pointer(0x9100, 0));
    expect(bench.call(0x08)).toBe(0);
    transmit.set('protocol', 2);
    transmit.set('transmitFlag', 1);
    bench.memory.writeU16(descriptor, 28);
    expect(bench.call(0x08)).toBe(0);
    bench.queue.runAll();
    expect(frames[0]).toEqual(frameTo(CLIENT_MAC));
    expect(itemAt(frames, 1).length).toBe(42);
    expect([...itemAt(frames, 1).subarray(0, 14)]).toEqual([
      255, 255, 255, 255, 255, 255, 0x52, 0x54, 0, 0xaa, 0, 1, 8, 6,
    ]);
  });

  it('answers what a card in that state cannot do, and what it does not know', () => {
    const address = (): number[] => [bench.call(0x0a), bench.status];
    const badProtocol = (): number[] => {
      bench.params(0x08).set('protocol', 9);
      return [bench.call(0x08), bench.status];
    };
    expect(address()).toEqual([0, 0]);
    expect([bench.call(0x10), bench.status]).toEqual([1, 0x6a]);
    open(3);
    expect(address()).toEqual([1, 0x6a]);
    expect(badProtocol()).toEqual([1, 0x6c]);
    expect([isr(9), bench.status][1]).toBe(0x6c);
    expect([bench.call(0x0f), bench.status]).toEqual([1, 3]);
    // Forced, the interrupt comes and is the card's own.
    expect([bench.call(0x10), bench.irqs]).toEqual([0, ['raise 10']]);
    expect(isr(1).get('function')).toBe(0);
    bench.call(0x05);
    expect([bench.call(0x08), bench.status]).toEqual([1, 0x6a]);
  });

  it('lets go of the card at SHUTDOWN and takes it again at STARTUP', () => {
    open(3);
    bench.call(0x05);
    bench.serverPort.send(frameTo(CLIENT_MAC));
    bench.queue.runAll();
    expect(bench.irqs).toEqual([]);
    bench.call(0x01);
    open(3);
    bench.serverPort.send(frameTo(CLIENT_MAC));
    bench.queue.runAll();
    expect(bench.irqs).toEqual(['raise 10']);
  });
});
