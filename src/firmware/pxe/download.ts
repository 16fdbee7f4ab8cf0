/** The last half of a PXE boot: the boot file by TFTP to 0:7C00 (PXE 2.1 §2.2). */
import { formatIpv4 } from '../../base/address.ts';
import type { Ipv4Address } from '../../base/address.ts';
import { NS_PER_S } from '../../base/time/clock.ts';
import { unreachable } from '../../base/result.ts';
import { startTask } from '../../base/time/task.ts';
import type { Task } from '../../base/time/task.ts';
import { MTFTP_PORT, TFTP_ERROR } from '../../protocols/tftp/codec.ts';
import { isMulticastIp } from '../../net/igmp-frame.ts';
import type { PxeVendorOptions } from '../../protocols/pxe/vendor-options.ts';
import { multicastGet, type MulticastRequest } from '../clients/multicast-client.ts';
import { tftpGet } from '../clients/tftp-client.ts';
import type { FileSink, TftpDone, TftpFailure, TftpRequest } from '../clients/tftp-client.ts';
import { NBP_ADDRESS } from '../platform.ts';
import { decide, failed, print, stage } from './attempt.ts';
import type { Attempt, Step } from './attempt.ts';
import type { PxeError } from './errors.ts';
import { tftpHabits } from './quirks.ts';
import { pxeMessage } from './messages.ts';

const OPEN_TIMEOUTS_NS = [1, 2, 4, 8].map((seconds) => seconds * NS_PER_S);
const DATA_TIMEOUTS_NS = [1, 2, 4, 8].map((seconds) => seconds * NS_PER_S);
/** Where option 43 does not say (IANA: mtftp). */
const MTFTP_CLIENT_PORT = 1758;
const MTFTP_SILENCES = 20;
/** A dot on the screen and a transfer event for so many bytes. */
const PROGRESS_BYTES = 0x1_0000;

/**
 * Loads the file; the value is its size. As ROMs do, it first asks for the size alone, then for the file. `pxe` is option
 * 43: with a multicast address in it the file comes by MTFTP.
 */
export function* loadBootFile(
  attempt: Attempt,
  server: Ipv4Address,
  filename: string,
  pxe: PxeVendorOptions | undefined,
): Task<Step<number>> {
  // 0.0.0.0 is common there, and means that there is no MTFTP.
  if (isMulticastIp(pxe?.mtftpAddress ?? 0)) return yield* loadByMtftp(attempt, server, filename, pxe ?? {});
  const { platform, rom } = attempt;
  const limitBytes = platform.freeBaseBytes - NBP_ADDRESS;
  stage(
    attempt,
    'file-request',
    pxeMessage('pxe.file-request', { file: filename, server: formatIpv4(server) }),
    'RFC 1350 §2',
  );
  yield* print(attempt, 'TFTP.');
  const timeouts = { requestTimeoutsNs: OPEN_TIMEOUTS_NS, dataTimeoutsNs: DATA_TIMEOUTS_NS };
  const habits = tftpHabits(rom.quirks);
  const base = { server, filename, ...timeouts, failsUnresolved: true, habits };
  const size = yield* get(attempt, { ...base, options: { tsize: true }, sizeOnly: true }, nowhere);
  if (!size.ok) {
    // RFC 2347 §2: a server may refuse options by an ERROR; then the file is asked for without them.
    if (!isOptionRefusal(size.error)) return failed(explain(filename, limitBytes, size.error));
    decide(attempt, 'tftp-options-refused', pxeMessage('pxe.tftp-options-refused'), 'RFC 2347 §2', 'note');
  } else if ((size.value.announcedBytes ?? 0) > limitBytes) {
    return failed(explain(filename, limitBytes, { code: 'refused', totalBytes: size.value.announcedBytes }));
  }
  const totalBytes = size.ok ? size.value.announcedBytes : undefined;
  const options = size.ok
    ? { blksize: rom.blksize, ...(rom.windowsize > 1 ? { windowsize: rom.windowsize } : {}) }
    : {};
  const done = yield* get(attempt, { ...base, options }, memorySink(attempt, filename, totalBytes, limitBytes));
  if (!done.ok) {
    emitTransfer(attempt, filename, 0, totalBytes, 'failed');
    return failed(explain(filename, limitBytes, done.error));
  }
  emitTransfer(attempt, filename, done.value.totalBytes, done.value.totalBytes, 'done');
  stage(
    attempt,
    'file-done',
    pxeMessage('pxe.file-done', { file: filename, bytes: done.value.totalBytes }),
    'RFC 1350 §6',
  );
  yield* print(attempt, '\n');
  return { ok: true, value: done.value.totalBytes };
}

/**
 * MTFTP (PXE 2.1 §3.4): listens for a stream that is on its way, opens one when there is none, and opens it again when it
 * has stopped and blocks are missing. There is no size beforehand.
 */
function* loadByMtftp(
  attempt: Attempt,
  server: Ipv4Address,
  filename: string,
  pxe: Partial<PxeVendorOptions>,
): Task<Step<number>> {
  const limitBytes = attempt.platform.freeBaseBytes - NBP_ADDRESS;
  const group = { address: pxe.mtftpAddress ?? 0, port: pxe.mtftpClientPort ?? MTFTP_CLIENT_PORT };
  const about = { file: filename, server: formatIpv4(server), group: formatIpv4(group.address), port: group.port };
  stage(attempt, 'file-request', pxeMessage('pxe.mtftp-request', about), 'PXE 2.1 §3.4');
  yield* print(attempt, 'MTFTP.');
  const delayNs = Math.max(1, pxe.mtftpDelayS ?? 1) * NS_PER_S;
  const request: MulticastRequest = {
    server,
    serverPort: pxe.mtftpServerPort ?? MTFTP_PORT,
    filename,
    options: [],
    group,
    listenNs: Math.max(1, pxe.mtftpTimeoutS ?? 1) * NS_PER_S,
    requestTimeoutsNs: OPEN_TIMEOUTS_NS,
    silenceNs: Array.from({ length: MTFTP_SILENCES }, () => delayNs),
    reopens: true,
  };
  const sink = memorySink(attempt, filename, undefined, limitBytes);
  const done = yield* multicastGet(attempt.platform.clock, attempt.host, request, sink);
  if (!done.ok) {
    emitTransfer(attempt, filename, 0, undefined, 'failed');
    const { error } = done;
    const failure: TftpFailure = error.code === 'bad-multicast' ? { code: 'bad-options', option: 'multicast' } : error;
    return failed(explain(filename, limitBytes, failure));
  }
  const { totalBytes } = done.value;
  emitTransfer(attempt, filename, totalBytes, totalBytes, 'done');
  stage(attempt, 'file-done', pxeMessage('pxe.file-done', { file: filename, bytes: totalBytes }), 'PXE 2.1 §3.4');
  yield* print(attempt, '\n');
  return { ok: true, value: totalBytes };
}

/** Each transfer has a port of its own (RFC 1350 §4). */
function* get(
  attempt: Attempt,
  request: TftpRequest,
  sink: FileSink,
): Task<{ readonly ok: true; readonly value: TftpDone } | { readonly ok: false; readonly error: TftpFailure }> {
  const socket = attempt.host.openUdp({ interfaceName: attempt.nic.name });
  try {
    return yield* tftpGet(attempt.platform.clock, socket, request, sink);
  } finally {
    socket.close();
  }
}

const nowhere: FileSink = { begin: () => true, write: () => true };

function memorySink(attempt: Attempt, name: string, totalBytes: number | undefined, limitBytes: number): FileSink {
  const { memory } = attempt.platform;
  let shown = 0;
  return {
    begin: () => {
      emitTransfer(attempt, name, 0, totalBytes, 'active');
      return true;
    },
    write: (offset, data) => {
      const end = offset + data.length;
      if (end > limitBytes) return false;
      memory.write(NBP_ADDRESS + offset, data);
      if (end - shown >= PROGRESS_BYTES) {
        shown = end;
        emitTransfer(attempt, name, end, totalBytes, 'active');
        startTask(print(attempt, '.'));
      }
      return true;
    },
  };
}

function emitTransfer(
  attempt: Attempt,
  name: string,
  doneBytes: number,
  totalBytes: number | undefined,
  state: 'active' | 'done' | 'failed',
): void {
  const size = totalBytes === undefined ? {} : { totalBytes };
  attempt.platform.log.emit({
    kind: 'transfer',
    transfer: `pxe:${name}`,
    protocol: 'tftp',
    name,
    doneBytes,
    ...size,
    state,
  });
}

function isOptionRefusal(failure: TftpFailure): boolean {
  return failure.code === 'server-error' && failure.errorCode === TFTP_ERROR.optionNegotiation;
}

function explain(file: string, limitBytes: number, failure: TftpFailure): PxeError {
  switch (failure.code) {
    case 'open-timeout':
      if (failure.unresolved === true) return { code: 'E11', detail: pxeMessage('pxe.why-failed.unresolved') };
      return { code: 'E32', detail: pxeMessage('pxe.why-failed.open-timeout', { file }) };
    case 'read-timeout':
      return { code: 'E35', detail: pxeMessage('pxe.why-failed.read-timeout', { bytes: failure.doneBytes, file }) };
    case 'server-error':
      return {
        code: serverError(failure.errorCode),
        serverText: `PXE-T${failure.errorCode.toString(16).toUpperCase().padStart(2, '0')}: ${failure.message}`,
        detail: pxeMessage('pxe.why-failed.server-error', { file, code: failure.errorCode, message: failure.message }),
      };
    case 'bad-options':
      return { code: 'E3F', detail: pxeMessage('pxe.why-failed.bad-options', { option: failure.option }) };
    case 'malformed':
      return { code: 'E39', detail: failure.why };
    case 'refused': {
      const bytes = failure.totalBytes;
      const about = { file, limit: limitBytes };
      return {
        code: 'E79',
        detail:
          bytes === undefined
            ? pxeMessage('pxe.why-failed.grew-too-big', about)
            : pxeMessage('pxe.why-failed.too-big', { ...about, bytes }),
      };
    }
    default:
      return unreachable(failure);
  }
}

function serverError(code: number): PxeError['code'] {
  if (code === TFTP_ERROR.fileNotFound) return 'E3B';
  return code === TFTP_ERROR.accessViolation ? 'E3C' : 'E36';
}
