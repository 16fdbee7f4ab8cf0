/** The boot file by TFTP: UEFI firmware asks for the size alone first, then for the file (RFC 1350, 2347 to 2349, 7440). */
import { formatIpv4 } from '../../../base/address.ts';
import type { Ipv4Address } from '../../../base/address.ts';
import { NS_PER_S } from '../../../base/time/clock.ts';
import { unreachable } from '../../../base/result.ts';
import type { Result } from '../../../base/result.ts';
import type { Message } from '../../../base/sentence.ts';
import type { Task } from '../../../base/time/task.ts';
import { TFTP_ERROR } from '../../../protocols/tftp/codec.ts';
import { BufferSink, tftpGet } from '../../clients/tftp-client.ts';
import type { FileSink, TftpDone, TftpFailure } from '../../clients/tftp-client.ts';
import type { Attempt } from '../attempt.ts';
import { efiMessage } from '../messages.ts';
import type { EfiPxeErrorCode } from '../screen-texts.ts';

/** An Ethernet frame less the heads of IP, UDP and TFTP. */
const BLKSIZE = 1468;
const WINDOWSIZE = 4;
const TIMEOUTS_NS: readonly number[] = Array.from({ length: 6 }, () => 4 * NS_PER_S);
const ABORT_ERROR = { code: TFTP_ERROR.optionNegotiation, message: 'User aborted the transfer' };
/** What a machine of the lab can hold. */
const LARGEST_BYTES = 0x1000_0000;

export interface TftpPlace {
  readonly server: Ipv4Address;
  readonly file: string;
}

export interface LoadFailure {
  readonly code: EfiPxeErrorCode;
  readonly detail: Message;
}

/** The size that the server announces; without tsize the whole file is counted. */
export function* tftpSize(attempt: Attempt, place: TftpPlace): Task<Result<number, LoadFailure>> {
  const options = { tsize: true, blksize: BLKSIZE, windowsize: WINDOWSIZE };
  const done = yield* get(attempt, place, options, { begin: () => true, write: () => true }, true);
  if (!done.ok) return { ok: false, error: explain(place, done.error) };
  return { ok: true, value: done.value.announcedBytes ?? done.value.totalBytes };
}

export function* tftpLoad(attempt: Attempt, place: TftpPlace): Task<Result<Uint8Array, LoadFailure>> {
  const { file: name } = place;
  const sink = new BufferSink(LARGEST_BYTES);
  const report = (doneBytes: number, state: 'active' | 'done' | 'failed'): void => {
    attempt.platform.log.emit({ kind: 'transfer', transfer: `efi:${name}`, protocol: 'tftp', name, doneBytes, state });
  };
  report(0, 'active');
  const done = yield* get(attempt, place, { blksize: BLKSIZE, windowsize: WINDOWSIZE }, sink, false);
  report(sink.bytes.length, done.ok ? 'done' : 'failed');
  return done.ok ? { ok: true, value: sink.bytes } : { ok: false, error: explain(place, done.error) };
}

/** Each transfer has a port of its own (RFC 1350 §4). */
function* get(
  attempt: Attempt,
  { server, file: filename }: TftpPlace,
  options: { readonly tsize?: boolean; readonly blksize: number; readonly windowsize: number },
  sink: FileSink,
  sizeOnly: boolean,
): Task<Result<TftpDone, TftpFailure>> {
  const socket = attempt.host.openUdp({ interfaceName: attempt.nic.name });
  try {
    return yield* tftpGet(
      attempt.platform.clock,
      socket,
      {
        server,
        filename,
        options,
        requestTimeoutsNs: TIMEOUTS_NS,
        dataTimeoutsNs: TIMEOUTS_NS,
        failsRefused: true,
        sizeOnly,
        abortError: ABORT_ERROR,
      },
      sink,
    );
  } finally {
    socket.close();
  }
}

function explain({ server, file }: TftpPlace, failure: TftpFailure): LoadFailure {
  const from = { server: formatIpv4(server) };
  switch (failure.code) {
    case 'open-timeout':
      if (failure.refused === true) return { code: 'E99', detail: efiMessage('efi.why-failed.icmp', from) };
      return { code: 'E18', detail: efiMessage('efi.why-failed.tftp-timeout', from) };
    case 'read-timeout':
      return { code: 'E18', detail: efiMessage('efi.why-failed.tftp-timeout', from) };
    case 'server-error':
      return {
        code: 'E23',
        detail: efiMessage('efi.why-failed.tftp-error', { file, code: failure.errorCode, message: failure.message }),
      };
    case 'refused':
      return { code: 'E05', detail: efiMessage('efi.why-failed.too-big', { file }) };
    case 'bad-options':
    case 'malformed':
      return { code: 'E99', detail: efiMessage('efi.why-failed.tftp-other', { file }) };
    default:
      return unreachable(failure);
  }
}
