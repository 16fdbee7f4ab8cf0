/**
 * Each function of the PXE API has the status of the specification, called in real mode and in 16-bit protected mode: only
 * RESTART_TFTP, whose program begins in real mode, is there in one alone.
 */
import { describe, expect, it } from 'vitest';
import { latin1 } from '../../base/bytes.ts';
import { decodeTftp, encodeTftp, encodeTftpData } from '../../protocols/tftp/codec.ts';
import { PXE_WAIT } from '../rom/hypercalls.ts';
import { SERVER } from '../testing.ts';
import { Params, type CallMode } from './params.ts';
import { PXE_FUNCTIONS, pxeFunction, type PxeFunctionName } from './table.ts';
import { Bench, BUFFER, MODE, PARAMS, pointer } from './testing.ts';

/** Selectors stand for what segments of that number do, and 64 KiB more. */
const PROTECTED: CallMode = { name: 'protected', baseOf: (selector) => selector * 16 + 0x1_0000, dataSegment: 0x28 };

type Prepare = (params: Params) => void;

const nothing: Prepare = () => undefined;
const file =
  (name: string, more: Prepare = nothing): Prepare =>
  (params) => {
    params.set('server', SERVER);
    params.setBytes('fileName', latin1(name));
    more(params);
  };
const buffer = (params: Params): void => params.setBytes('buffer', pointer(0x7000));
const whole: Prepare = (params) => {
  params.set('bufferSize', 0x1000);
  params.set('buffer', BUFFER);
};

/** In order: function, parameters, status. `protected` is that of protected mode where it is another. */
const CALLS: readonly (readonly [name: PxeFunctionName, prepare: Prepare, status: number, inProtected?: number])[] = [
  ['PXENV_START_UNDI', nothing, 0],
  ['PXENV_UNDI_STARTUP', nothing, 0],
  ['PXENV_UNDI_INITIALIZE', nothing, 0],
  ['PXENV_UNDI_INITIATE_DIAGS', nothing, 0x03],
  ['PXENV_UNDI_FORCE_INTERRUPT', nothing, 0x6a],
  ['PXENV_UNDI_SET_STATION_ADDRESS', (params) => params.setBytes('stationAddress', latin1('abcdef')), 0],
  ['PXENV_UNDI_OPEN', (params) => params.set('packetFilter', 3), 0],
  ['PXENV_UNDI_SET_STATION_ADDRESS', nothing, 0x6a],
  ['PXENV_UNDI_FORCE_INTERRUPT', nothing, 0],
  ['PXENV_UNDI_SET_MCAST_ADDRESS', nothing, 0],
  ['PXENV_UNDI_SET_PACKET_FILTER', (params) => params.set('filter', 7), 0],
  ['PXENV_UNDI_GET_INFORMATION', nothing, 0],
  ['PXENV_UNDI_GET_STATISTICS', nothing, 0],
  ['PXENV_UNDI_CLEAR_STATISTICS', nothing, 0],
  ['PXENV_UNDI_GET_MCAST_ADDRESS', nothing, 0],
  ['PXENV_UNDI_GET_NIC_TYPE', nothing, 0],
  ['PXENV_UNDI_GET_IFACE_INFO', nothing, 0],
  ['PXENV_UNDI_TRANSMIT', (params) => params.set('protocol', 9), 0x6c],
  ['PXENV_UNDI_ISR', (params) => params.set('function', 1), 0],
  ['PXENV_UNDI_ISR', (params) => params.set('function', 9), 0x6c],
  ['PXENV_UNDI_RESET_ADAPTER', nothing, 0],
  ['PXENV_UNDI_CLOSE', nothing, 0],
  ['PXENV_GET_CACHED_INFO', (params) => params.set('packetType', 2), 0],
  ['PXENV_GET_CACHED_INFO', (params) => params.set('packetType', 4), 0x03],
  ['PXENV_UDP_READ', buffer, 0x48],
  ['PXENV_UDP_WRITE', buffer, 0x48],
  ['PXENV_UDP_OPEN', nothing, 0],
  ['PXENV_UDP_OPEN', nothing, 0x49],
  ['PXENV_UDP_CLOSE', nothing, 0],
  ['PXENV_UDP_CLOSE', nothing, 0x48],
  ['PXENV_TFTP_READ', buffer, 0x4a],
  ['PXENV_TFTP_CLOSE', nothing, 0x4a],
  ['PXENV_TFTP_OPEN', file('file', (params) => params.set('packetSize', 100)), 0x3f],
  ['PXENV_TFTP_OPEN', file('missing', (params) => params.set('packetSize', 512)), 0x3b],
  ['PXENV_TFTP_OPEN', file('file', (params) => params.set('packetSize', 512)), 0],
  ['PXENV_TFTP_OPEN', file('file', (params) => params.set('packetSize', 512)), 0x4b],
  ['PXENV_TFTP_READ', buffer, 0],
  ['PXENV_TFTP_READ', buffer, 0x39],
  ['PXENV_TFTP_CLOSE', nothing, 0],
  ['PXENV_TFTP_READ_FILE', file('file', whole), 0],
  ['PXENV_TFTP_READ_FILE', file('file'), 0x06],
  ['PXENV_TFTP_READ_FILE_PMODE', file('file', whole), 0],
  ['PXENV_TFTP_GET_FSIZE', file('file'), 0],
  ['PXENV_TFTP_GET_FSIZE', file('missing'), 0x3b],
  ['PXENV_RESTART_TFTP', file('missing'), 0x3b, 0x03],
  // The ROM does not have iPXE's files.
  ['PXENV_FILE_OPEN', nothing, 0x03],
  ['PXENV_FILE_CLOSE', nothing, 0x03],
  ['PXENV_FILE_SELECT', nothing, 0x03],
  ['PXENV_FILE_READ', nothing, 0x03],
  ['PXENV_GET_FILE_SIZE', nothing, 0x03],
  ['PXENV_FILE_EXEC', nothing, 0x03],
  ['PXENV_FILE_API_CHECK', nothing, 0x03],
  ['PXENV_FILE_EXIT_HOOK', nothing, 0x03],
  ['PXENV_FILE_CMDLINE', nothing, 0x03],
  ['PXENV_UNDI_SHUTDOWN', nothing, 0],
  ['PXENV_UNDI_TRANSMIT', nothing, 0x6a],
  ['PXENV_UNDI_CLEANUP', nothing, 0],
  ['PXENV_START_BASE', nothing, 0],
  ['PXENV_STOP_BASE', nothing, 0],
  ['PXENV_UNLOAD_STACK', nothing, 0],
  ['PXENV_STOP_UNDI', nothing, 0],
];

function serve({ server }: Bench): void {
  const socket = server.openUdp({ port: 69 });
  socket.onDatagram = ({ source, sourcePort, data }) => {
    const request = decodeTftp(data);
    if (!request.ok || request.value.opcode !== 'rrq') return;
    const { filename, options } = request.value;
    const transfer = server.openUdp();
    const send = (bytes: Uint8Array): void => transfer.send(source, sourcePort, bytes);
    if (filename !== 'file') send(encodeTftp({ opcode: 'error', code: 1, message: 'not found' }));
    else if (options.length === 0) send(encodeTftpData(1, latin1('text')));
    else {
      const answers = options.map(({ name, value }) => ({ name, value: name === 'tsize' ? '4' : value }));
      send(encodeTftp({ opcode: 'oack', options: answers }));
      transfer.onDatagram = (answer) => {
        const ack = decodeTftp(answer.data);
        if (ack.ok && ack.value.opcode === 'ack' && ack.value.block === 0) send(encodeTftpData(1, latin1('text')));
      };
    }
  };
}

function statusesIn(mode: CallMode): readonly string[] {
  const bench = new Bench();
  serve(bench);
  return CALLS.map(([name, prepare]) => {
    const opcode = PXE_FUNCTIONS.find((one) => one.name === name)?.opcode ?? -1;
    bench.memory.write(PARAMS, new Uint8Array(256));
    prepare(new Params(bench.memory, PARAMS, pxeFunction(opcode)?.fields ?? [], mode));
    let exit = bench.call(opcode, PARAMS, mode);
    if (exit === PXE_WAIT) {
      bench.queue.runAll();
      exit = bench.api.ask();
    }
    // AX says whether the status is one of success.
    expect(exit, name).toBe(bench.status === 0 ? 0 : 1);
    return `${name} ${bench.status.toString(16)}`;
  });
}

describe('the functions of the PXE API', () => {
  it('are all called here', () => {
    expect(new Set(CALLS.map(([name]) => name))).toEqual(new Set(PXE_FUNCTIONS.map(({ name }) => name)));
  });

  it('have their statuses in real mode', () => {
    expect(statusesIn(MODE)).toEqual(CALLS.map(([name, , status]) => `${name} ${status.toString(16)}`));
  });

  it('have the same in protected mode', () => {
    expect(statusesIn(PROTECTED)).toEqual(
      CALLS.map(([name, , status, inProtected = status]) => `${name} ${inProtected.toString(16)}`),
    );
  });
});
