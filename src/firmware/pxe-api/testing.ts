/** For tests of the PXE API: it, on plain memory, with a server at the other end of the cable. */
import { latin1 } from '../../base/bytes.ts';
import { EventLog } from '../../base/event-log.ts';
import { EventQueue } from '../../base/time/event-queue.ts';
import { SeededRng } from '../../base/rng.ts';
import { HostStack } from '../../net/host/host-stack.ts';
import type { PlugPort } from '../../net/link.ts';
import { multicastGet } from '../clients/multicast-client.ts';
import { SparseMemory } from '../bare/sparse-memory.ts';
import { PcNicPort, PcTime } from '../pc/time.ts';
import { CLIENT, CLIENT_MAC, MASK, SERVER, testCard, testServer } from '../testing.ts';
import { Params, realMode, type CallMode } from './params.ts';
import { PxeApi } from './pxe-api.ts';
import { pxeFunction } from './table.ts';

export const PARAMS = 0x8000;
export const BUFFER = 0x9_0000;
export const DATA_SEGMENT = 0x9c00 - 0x2000;
export const MODE = realMode(DATA_SEGMENT);

/** A far pointer as it lies in memory. */
export function pointer(segment: number, offset = 0): Uint8Array {
  return Uint8Array.of(offset, offset >>> 8, segment, segment >>> 8);
}

export class Bench {
  readonly queue = new EventQueue();
  readonly log = new EventLog(this.queue);
  readonly memory = new SparseMemory(0x10_0000);
  readonly server: HostStack;
  readonly serverPort: PlugPort;
  readonly port: PcNicPort;
  readonly api: PxeApi;
  readonly irqs: string[] = [];
  readonly restarts: [string, Uint8Array][] = [];
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
        multicast: (request, sink) => multicastGet(this.queue, host, request, sink),
        ip: CLIENT,
        mask: MASK,
        gateway: 0,
        serverIp: SERVER,
        discover: latin1('the discover'),
        ack: latin1('the ack'),
        reply: latin1('the reply'),
      },
      port: this.port,
      dataSegment: DATA_SEGMENT,
      onRestart: (fileName, program) => this.restarts.push([fileName, program]),
      unhook: () => this.unhooked++,
      onServed: () => this.ready++,
      raiseIrq: (irq) => this.irqs.push(`raise ${irq}`),
      lowerIrq: (irq) => this.irqs.push(`lower ${irq}`),
    });
    this.api.onReady = () => this.ready++;
  }

  params(opcode: number): Params {
    const entry = pxeFunction(opcode);
    if (entry === undefined) throw new Error('no such function');
    return new Params(this.memory, PARAMS, entry.fields, MODE);
  }

  call(opcode: number, address = PARAMS, mode: CallMode = MODE): number {
    return this.api.call(opcode, address, { mode, segment: 0x1234, offset: 0x5678 });
  }

  get status(): number {
    return this.memory.readU16(PARAMS);
  }
}
