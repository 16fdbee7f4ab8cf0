/** What iPXE's schemes of TFTP have in common: where the bytes go, block size, waits, and error numbers. */
import { unreachable } from '../../../../base/result.ts';
import { TFTP_ERROR } from '../../../../protocols/tftp/codec.ts';
import type { MulticastFailure } from '../../../clients/multicast-client.ts';
import { BufferSink, type FileSink } from '../../../clients/tftp-client.ts';
import { Err, type Status } from '../../errors.ts';
import type { Progress } from '../../net/transfer/job.ts';

/** What fits in an Ethernet frame with room to spare for tunnels. */
export const BLKSIZE = 1432;
export const RETRY_LIMIT_MS = 10_000;

/** Shows how far the download is. */
export class ProgressSink implements FileSink {
  private readonly buffer = new BufferSink();
  private readonly progress: Progress;

  constructor(progress: Progress) {
    this.progress = progress;
  }

  get bytes(): Uint8Array {
    return this.buffer.bytes;
  }

  begin(totalBytes: number | undefined): boolean {
    this.progress.totalBytes = totalBytes ?? 0;
    this.progress.doneBytes = 0;
    return this.buffer.begin(totalBytes);
  }

  write(offset: number, data: Uint8Array): boolean {
    // Blocks of a group come in any order.
    this.progress.doneBytes += data.length;
    return this.buffer.write(offset, data);
  }
}

const SERVER_ERRORS: ReadonlyMap<number, Status> = new Map([
  [TFTP_ERROR.fileNotFound, Err.tftpNotFound],
  [TFTP_ERROR.accessViolation, Err.tftpDenied],
  [TFTP_ERROR.illegalOperation, Err.tftpIllegal],
]);

const BAD_MULTICAST = {
  'no-port': Err.tftpMulticastNoPort,
  'no-master': Err.tftpMulticastNoMaster,
  master: Err.tftpMulticastMaster,
  address: Err.tftpMulticastAddress,
  port: Err.tftpMulticastPort,
} as const;

export function statusOf(failure: MulticastFailure): Status {
  switch (failure.code) {
    case 'open-timeout':
    case 'read-timeout':
      return Err.tftpTimeout;
    case 'server-error':
      return SERVER_ERRORS.get(failure.errorCode) ?? Err.tftpUnsupported;
    case 'bad-options':
      return failure.option === 'tsize' ? Err.tftpTsize : Err.tftpBlksize;
    case 'bad-multicast':
      return BAD_MULTICAST[failure.part];
    case 'malformed':
    case 'refused':
      return Err.tftpInvalid;
    default:
      return unreachable(failure);
  }
}
