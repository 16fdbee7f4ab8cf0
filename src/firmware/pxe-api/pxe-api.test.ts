/** The PXE API on plain memory: structures as programs lay them out, through a host stack and real frames. */
import { beforeEach, describe, expect, it } from 'vitest';
import { writeMac } from '../../base/address.ts';
import { fromLatin1, latin1 } from '../../base/bytes.ts';
import { EventLog } from '../../base/event-log.ts';
import { EventQueue } from '../../base/event-queue.ts';
import { SeededRng } from '../../base/rng.ts';
import { HostStack } from '../../net/host/host-stack.ts';
import type { PlugPort } from '../../net/link.ts';
import { decodeTftp, encodeTftp, encodeTftpData } from '../../protocols/tftp/codec.ts';
import { SparseMemory } from '../bare/sparse-memory.ts';
import { PcNicPort, PcTime } from '../pc/time.ts';
import { PXE_WAIT } from '../rom/hypercalls.ts';
import { CLIENT, CLIENT_MAC, MASK, SERVER, testCard, testServer } from '../testing.ts';
import { Params } from './params.ts';
import { PxeApi } from './pxe-api.ts';
import { PXE_FUNCTIONS, pxeFunction } from './table.ts';

const PARAMS = 0x8000;
const BUFFER = 0x9_0000;

class Bench {
  readonly queue = new EventQueue();
  readonly log = new EventLog(this.queue);
  readonly memory = new SparseMemory(0x10_0000);
  readonly server: HostStack;
  readonly serverPort: PlugPort;
  readonly port: PcNicPort;
  readonly api: PxeApi;
  readonly irqs: string[] = [];
  unhooked = 0;
  ready = 0;

  constructor() {
    const { server, serverPort, plug } = testServer(this.queue, this.log);
    this.server = server;
    this.serverPort = serverPort;
    this.port = new PcNicPort(plug, new PcTime(this.queue));
    const host = new HostStack({ name: 'pc1', clock: this.queue, rng: new SeededRng('c'), log: this.log.sink('pc1') });
    host.addInterface({ name: 'net0', port: this.port, mac: CLIENT_MAC }).setAddress(CLIENT, MASK);
    this.api = new PxeApi({
      clock: this.queue,
      log: this.log.sink('pc1'),
      memory: this.memory,
      network: {
        nic: testCard(this.port),
        openUdp: (port) => host.openUdp({ port }),
        ip: CLIENT,
        mask: MASK,
        gateway: 0,
        serverIp: SERVER,
        discover: latin1('the discover'),
        ack: latin1('the ack'),
        reply: latin1('the reply'),
      },
      port: this.port,
      dataSegment: 0x9c00 - 0x2000,
      unhook: () => this.unhooked++,
      raiseIrq: (irq) => this.irqs.push(`raise ${irq}`),
      lowerIrq: (irq) => this.irqs.push(`lower ${irq}`),
    });
    this.api.onReady = () => this.ready++;
  }

  params(opcode: number): Params {
    const entry = pxeFunction(opcode);
    if (entry === undefined) throw new Error('no such function');
    return new Params(this.memory, PARAMS, entry.fields);
  }

  get status(): number {
    return this.memory.readU16(PARAMS);
  }
}

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
    params.setPointer('buffer', bufferSize === 0 ? 0 : 0x9000, 0);
    expect(bench.api.call(0x71, PARAMS)).toBe(0);
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
    expect(bench.api.call(0xe6, PARAMS)).toBe(1);
    expect(bench.status).toBe(3);
    expect(bench.log.events.at(-1)).toMatchObject({ kind: 'decision', code: 'pxe-api/unsupported' });
  });

  it('gives INT 1Ah back on UNLOAD_STACK', () => {
    expect(bench.api.call(0x70, PARAMS)).toBe(0);
    expect(bench.unhooked).toBe(1);
  });
});

describe('UDP functions', () => {
  it('are closed until UDP_OPEN', () => {
    expect([bench.api.call(0x33, PARAMS), bench.status]).toEqual([1, 0x48]);
  });

  it('send, and wait for the answer to the nanosecond of its arrival', () => {
    const echo = bench.server.openUdp({ port: 7 });
    echo.onDatagram = (datagram) => {
      bench.queue.schedule(3_000_000, () => echo.send(datagram.source, datagram.sourcePort, latin1('pong')));
    };
    bench.api.call(0x30, PARAMS);
    const write = bench.params(0x33);
    bench.memory.write(BUFFER, latin1('ping'));
    write.set('destination', SERVER);
    write.set('sourcePort', 50_000);
    write.set('destinationPort', 7);
    write.set('bufferSize', 4);
    write.setPointer('buffer', 0x9000, 0);
    expect(bench.api.call(0x33, PARAMS)).toBe(0);

    const read = bench.params(0x32);
    // Stale values that must not be filtered by.
    read.set('source', 0x0102_0304);
    read.set('sourcePort', 99);
    read.set('destination', CLIENT);
    read.set('destinationPort', 50_000);
    read.set('bufferSize', 2048);
    read.setPointer('buffer', 0x9000, 0x100);
    expect(bench.api.call(0x32, PARAMS)).toBe(PXE_WAIT);
    expect(bench.api.ask()).toBe(PXE_WAIT);
    while (bench.ready === 0) bench.queue.step();
    expect(bench.queue.nowNs).toBeGreaterThan(3_000_000);
    expect(bench.queue.nowNs).toBeLessThan(3_100_000);
    expect(bench.api.ask()).toBe(0);
    expect([read.get('source'), read.get('sourcePort'), read.get('bufferSize')]).toEqual([SERVER, 7, 4]);
    expect(fromLatin1(bench.memory.read(BUFFER + 0x100, 4))).toBe('pong');
  });

  it('UDP_READ gives up before a BIOS tick; a call meanwhile gets its answer at once', () => {
    bench.api.call(0x30, PARAMS);
    bench.params(0x32).set('destinationPort', 50_000);
    expect(bench.api.call(0x32, PARAMS)).toBe(PXE_WAIT);
    expect(bench.api.call(0x32, PARAMS + 0x100)).toBe(1);
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
    expect(finish(bench.api.call(0x20, PARAMS))).toBe(0);
    expect(open.get('packetSize')).toBe(1024);
    const sizes: number[] = [];
    for (let index = 0; index < 2; index++) {
      const read = bench.params(0x22);
      read.setPointer('buffer', 0x9000, 0);
      expect(finish(bench.api.call(0x22, PARAMS))).toBe(0);
      sizes.push(read.get('bufferSize'));
    }
    expect(sizes).toEqual([1024, 476]);
    expect(bench.api.call(0x21, PARAMS)).toBe(0);
    expect([bench.api.call(0x22, PARAMS), bench.status]).toEqual([1, 0x4a]);
  });

  it.each([
    ['other', 0x3b],
    ['forbidden', 0x3c],
    ['broken', 0x36],
    ['silent', 0x32],
  ])('TFTP_OPEN of a file that is %s fails with its status, and the next call works', (filename, status) => {
    name(0x20, filename).set('packetSize', 512);
    expect([finish(bench.api.call(0x20, PARAMS)), bench.status]).toEqual([1, status]);
    // Nothing is left open.
    expect([bench.api.call(0x22, PARAMS), bench.status]).toEqual([1, 0x4a]);
    name(0x20, 'file').set('packetSize', 512);
    expect([finish(bench.api.call(0x20, PARAMS)), bench.status]).toEqual([0, 0]);
  });

  it('closes what waits when the program ends, also from inside the call that is answered', () => {
    name(0x20, 'other').set('packetSize', 512);
    bench.api.onReady = () => bench.api.close();
    expect(bench.api.call(0x20, PARAMS)).toBe(PXE_WAIT);
    bench.queue.runAll();
    expect(bench.status).toBe(0x3b);
  });

  it('tells the size, reads a whole file, and says when there is none', () => {
    const size = name(0x25, 'file');
    expect(finish(bench.api.call(0x25, PARAMS))).toBe(0);
    expect(size.get('fileSize')).toBe(1500);
    const read = name(0x23, 'file');
    read.set('bufferSize', 0x1000);
    read.set('buffer', BUFFER);
    expect(finish(bench.api.call(0x23, PARAMS))).toBe(0);
    expect(bench.memory.read(BUFFER, 1500)).toEqual(file);
    name(0x25, 'other');
    expect([finish(bench.api.call(0x25, PARAMS)), bench.status]).toEqual([1, 0x3b]);
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
    expect(bench.api.call(0x06, PARAMS)).toBe(0);
  };
  const isr = (what: number): Params => {
    const params = bench.params(0x14);
    params.set('function', what);
    bench.api.call(0x14, PARAMS);
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
    expect(bench.api.call(0x14, PARAMS)).toBe(PXE_WAIT);
    bench.serverPort.send(frameTo(0x5254_00bb_0001));
    while (bench.ready === 0) bench.queue.step();
    expect(bench.queue.nowNs).toBeLessThan(10_000);
    expect(bench.api.ask()).toBe(0);
    expect(isr(1).get('function')).toBe(0);
  });

  it('sends whole frames, and builds the header for a protocol', () => {
    const frames: Uint8Array[] = [];
    bench.serverPort.setReceiver((frame) => frames.push(frame));
    const transmit = bench.params(0x08);
    const descriptor = 0x9_1000;
    bench.memory.write(BUFFER, frameTo(CLIENT_MAC));
    bench.memory.writeU16(descriptor, 60);
    bench.memory.writeU32(descriptor + 2, 0x9000_0000);
    transmit.setPointer('descriptor', 0x9100, 0);
    expect(bench.api.call(0x08, PARAMS)).toBe(0);
    transmit.set('protocol', 2);
    transmit.set('transmitFlag', 1);
    bench.memory.writeU16(descriptor, 28);
    expect(bench.api.call(0x08, PARAMS)).toBe(0);
    bench.queue.runAll();
    expect(frames[0]).toEqual(frameTo(CLIENT_MAC));
    expect(frames[1].length).toBe(42);
    expect([...frames[1].subarray(0, 14)]).toEqual([255, 255, 255, 255, 255, 255, 0x52, 0x54, 0, 0xaa, 0, 1, 8, 6]);
  });

  it('lets go of the card at SHUTDOWN and takes it again at STARTUP', () => {
    open(3);
    bench.api.call(0x05, PARAMS);
    bench.serverPort.send(frameTo(CLIENT_MAC));
    bench.queue.runAll();
    expect(bench.irqs).toEqual([]);
    bench.api.call(0x01, PARAMS);
    open(3);
    bench.serverPort.send(frameTo(CLIENT_MAC));
    bench.queue.runAll();
    expect(bench.irqs).toEqual(['raise 10']);
  });
});
