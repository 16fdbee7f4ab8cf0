/** TFTP for programs (PXE 2.1, chapter 3), by the firmware's TFTP client. */
import { NS_PER_S } from '../../base/time/clock.ts';
import { unreachable } from '../../base/result.ts';
import { startTask } from '../../base/time/task.ts';
import type { RunningTask, Task } from '../../base/time/task.ts';
import { isMulticastIp } from '../../net/igmp-frame.ts';
import { MTFTP_PORT, TFTP_ERROR } from '../../protocols/tftp/codec.ts';
import { tftpGet } from '../clients/tftp-client.ts';
import type { FileSink, TftpFailure, TftpRequest } from '../clients/tftp-client.ts';
import { NBP_ADDRESS, type PxeContext } from '../platform.ts';
import { BASE_LAYOUT } from '../rom/hypercalls.ts';
import type { PxeApiOptions, PxeHandlers } from './context.ts';
import type { Params } from './params.ts';
import { STATUS } from './table.ts';
import type { Status } from './table.ts';

const TIMEOUTS_NS = [1, 2, 4, 8].map((seconds) => seconds * NS_PER_S);
/** So often the stream of MTFTP may stop. */
const MTFTP_SILENCES = 20;
/** PXENV_TFTP_OPEN: the smallest packet size that a caller may ask for. */
const MIN_PACKET_BYTES = 512;

/** The connection of TFTP_OPEN: blocks wait here until TFTP_READ takes them. */
class Connection {
  packetBytes = MIN_PACKET_BYTES;
  failure: Status | undefined;
  isOpen = false;
  isOver = false;
  readonly blocks: Uint8Array[] = [];
  packetNumber = 0;
  task: RunningTask<void> | undefined;
  private wake: (() => void) | undefined;

  changed(): void {
    this.wake?.();
  }

  *until(condition: () => boolean): Task<void> {
    while (!condition()) {
      yield (resume) => {
        this.wake = resume;
        return () => {
          this.wake = undefined;
        };
      };
    }
  }
}

export function tftpFunctions(options: PxeApiOptions): { readonly handlers: PxeHandlers; readonly close: () => void } {
  const state: { connection?: Connection | undefined } = {};
  const close = (): void => {
    state.connection?.task?.cancel();
    state.connection = undefined;
  };

  const handlers: PxeHandlers = {
    PXENV_TFTP_OPEN: (params) => {
      if (state.connection !== undefined) return STATUS.tftpOpen;
      if (params.get('packetSize') < MIN_PACKET_BYTES) return STATUS.tftpInvalidPacketSize;
      const connection = new Connection();
      state.connection = connection;
      return openConnection(options, params, connection, close);
    },
    PXENV_TFTP_READ: (params) => {
      const { connection } = state;
      return connection === undefined ? STATUS.tftpClosed : readBlock(params, connection);
    },
    PXENV_TFTP_CLOSE: () => {
      if (state.connection === undefined) return STATUS.tftpClosed;
      close();
      return STATUS.success;
    },
    PXENV_TFTP_GET_FSIZE: function* (params) {
      const sink: FileSink = { begin: () => true, write: () => true };
      const result = yield* get(options, request(params, { tsize: true }, true), sink);
      if (typeof result === 'number') return result;
      if (result.announcedBytes === undefined) return STATUS.tftpNoFileSize;
      params.set('fileSize', result.announcedBytes);
      return STATUS.success;
    },
    PXENV_TFTP_READ_FILE: (params) => readFile(options, params),
    // The buffer's address is a physical one in both.
    PXENV_TFTP_READ_FILE_PMODE: (params) => readFile(options, params),
    PXENV_RESTART_TFTP: function* (params) {
      // The next program is entered in real mode.
      if (params.mode.name !== 'real') return STATUS.unsupported;
      const limit = options.dataSegment * 16 - BASE_LAYOUT.codeBytes - NBP_ADDRESS;
      const fileName = params.text('fileName');
      // Gathered first: what the caller still needs lies where the file goes.
      const file = new Uint8Array(limit);
      const sink: FileSink = {
        begin: () => true,
        write: (offset, data) => {
          if (offset + data.length > limit) return false;
          file.set(data, offset);
          return true;
        },
      };
      const result = yield* get(options, request(params, { blksize: 1456 }), sink);
      if (typeof result === 'number') return result;
      options.onRestart(fileName, file.subarray(0, result.totalBytes));
      return STATUS.success;
    },
  };
  return { handlers, close };
}

function request(params: Params, wanted: TftpRequest['options'], sizeOnly = false): TftpRequest {
  return {
    server: params.get('server'),
    filename: params.text('fileName'),
    options: wanted,
    requestTimeoutsNs: TIMEOUTS_NS,
    dataTimeoutsNs: TIMEOUTS_NS,
    sizeOnly,
  };
}

/** The whole file into the caller's buffer, whose size and contents are replaced. */
function* readFile(options: PxeApiOptions, params: Params): Task<Status> {
  const limit = params.get('bufferSize');
  const buffer = params.get('buffer');
  const sink: FileSink = {
    begin: () => true,
    write: (offset, data) => {
      if (offset + data.length > limit) return false;
      options.memory.write(buffer + offset, data);
      return true;
    },
  };
  const { multicast } = options.network;
  const isMulticast = multicast !== undefined && isMulticastIp(params.get('multicast'));
  const result = isMulticast
    ? yield* getByMulticast(multicast, params, sink)
    : yield* get(options, request(params, { blksize: 1456 }), sink);
  if (typeof result === 'number') return result;
  params.set('bufferSize', result.totalBytes);
  return STATUS.success;
}

/** MTFTP (PXE 2.1 §3.4): to the group that the caller names. Its times are seconds; 0 stands for the default, 1. */
function* getByMulticast(
  multicast: NonNullable<PxeContext['multicast']>,
  params: Params,
  sink: FileSink,
): Task<Got | Status> {
  const secondsNs = (name: 'openTimeout' | 'reopenDelay'): number => Math.max(1, params.get(name)) * NS_PER_S;
  const port = params.get('serverPort');
  const result = yield* multicast(
    {
      server: params.get('server'),
      serverPort: port === 0 ? MTFTP_PORT : port,
      filename: params.text('fileName'),
      options: [],
      group: { address: params.get('multicast'), port: params.get('clientPort') },
      listenNs: secondsNs('openTimeout'),
      requestTimeoutsNs: TIMEOUTS_NS,
      silenceNs: Array.from({ length: MTFTP_SILENCES }, () => secondsNs('reopenDelay')),
      reopens: true,
    },
    sink,
  );
  if (result.ok) return { totalBytes: result.value.totalBytes, announcedBytes: undefined };
  return result.error.code === 'bad-multicast' ? STATUS.tftpInvalidPacketSize : statusOf(result.error);
}

interface Got {
  readonly totalBytes: number;
  readonly announcedBytes: number | undefined;
}

function* get(options: PxeApiOptions, wanted: TftpRequest, sink: FileSink): Task<Got | Status> {
  const socket = options.network.openUdp(0);
  if (socket === undefined) return STATUS.outOfResources;
  try {
    const result = yield* tftpGet(options.clock, socket, { ...wanted, habits: options.network.tftpHabits }, sink);
    return result.ok ? result.value : statusOf(result.error);
  } finally {
    socket.close();
  }
}

function* openConnection(
  options: PxeApiOptions,
  params: Params,
  connection: Connection,
  close: () => void,
): Task<Status> {
  const port = params.get('serverPort');
  const wanted: TftpRequest = {
    ...request(params, { blksize: params.get('packetSize') }),
    ...(port === 0 ? {} : { serverPort: port }),
  };
  const sink: FileSink = {
    begin: (_totalBytes, blockBytes) => {
      connection.packetBytes = blockBytes;
      connection.isOpen = true;
      connection.changed();
      return true;
    },
    write: (_offset, data) => {
      connection.blocks.push(data.slice());
      connection.changed();
      return true;
    },
  };
  const run = function* (): Task<void> {
    const result = yield* get(options, wanted, sink);
    if (typeof result === 'number') connection.failure = result;
    connection.isOver = true;
    connection.changed();
  };
  connection.task = startTask(run());
  yield* connection.until(() => connection.isOpen || connection.isOver);
  if (connection.failure !== undefined) {
    close();
    return connection.failure;
  }
  params.set('packetSize', connection.packetBytes);
  return STATUS.success;
}

function* readBlock(params: Params, connection: Connection): Task<Status> {
  yield* connection.until(() => connection.blocks.length > 0 || connection.isOver);
  const block = connection.blocks.shift();
  if (block === undefined) return connection.failure ?? STATUS.tftpCannotRead;
  connection.packetNumber = (connection.packetNumber + 1) & 0xffff;
  params.memory.write(params.get('buffer'), block);
  params.set('bufferSize', block.length);
  params.set('packetNumber', connection.packetNumber);
  return STATUS.success;
}

function statusOf(failure: TftpFailure): Status {
  switch (failure.code) {
    case 'open-timeout':
      return STATUS.tftpOpenTimeout;
    case 'read-timeout':
      return STATUS.tftpReadTimeout;
    case 'server-error':
      if (failure.errorCode === TFTP_ERROR.fileNotFound) return STATUS.tftpFileNotFound;
      return failure.errorCode === TFTP_ERROR.accessViolation ? STATUS.tftpAccessViolation : STATUS.tftpErrorOpcode;
    case 'bad-options':
      return STATUS.tftpInvalidPacketSize;
    case 'malformed':
      return STATUS.tftpCannotRead;
    case 'refused':
      return STATUS.outOfResources;
    default:
      return unreachable(failure);
  }
}
