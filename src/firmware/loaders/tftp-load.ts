/** A file by TFTP for a small boot loader: its requests and progress in the log, and each way in which it fails. */
import { formatIpv4, sameSubnet, type Ipv4Address } from '../../base/address.ts';
import { NS_PER_S } from '../../base/time/clock.ts';
import { unreachable } from '../../base/result.ts';
import type { Task } from '../../base/time/task.ts';
import { tftpGet, type FileSink, type TftpFailure } from '../clients/tftp-client.ts';
import { failed, type Loaded, type LoaderCard, type LoaderFailure } from './card.ts';
import type { Message } from '../../base/sentence.ts';
import { loaderMessage } from './messages.ts';

export interface LoadRequest {
  readonly server: Ipv4Address;
  readonly filename: string;
  /** Options of the request; loaders from before RFC 1782 ask for none. */
  readonly options?: { readonly timeout?: number; readonly blksize?: number; readonly tsize?: boolean };
  readonly timeoutsNs?: readonly number[];
  /** Called when something is sent again because nothing came. */
  readonly onRepeat?: () => void;
  /** Takes the bytes in order; false when they do not fit. */
  readonly take: (offset: number, data: Uint8Array) => boolean;
}

const TIMEOUTS_NS: readonly number[] = [1, 2, 4, 8].map((seconds) => seconds * NS_PER_S);
/** A transfer event for so many bytes. */
const PROGRESS_BYTES = 0x1_0000;

/** The value is the length of the file in bytes. */
export function* loadByTftp(card: LoaderCard, request: LoadRequest): Task<Loaded<number>> {
  const { platform, host, nic, interface: own } = card;
  const { server, filename: file, options = {}, timeoutsNs = TIMEOUTS_NS, onRepeat } = request;
  const place = { file, server: formatIpv4(server) };
  if (!sameSubnet(server, own.address, own.mask) && host.sourceFor(server) === undefined)
    return failed('loader/no-route', loaderMessage('loader.no-route', { server: place.server }), 'RFC 1122 §3.3.1');
  card.stage('file-request', loaderMessage('loader.file-request', place), 'RFC 1350 §2');
  let shown = 0;
  const transfer = (doneBytes: number, state: 'active' | 'done' | 'failed'): void => {
    const about = { transfer: `loader:${file}`, protocol: 'tftp', name: file } as const;
    platform.log.emit({ kind: 'transfer', ...about, doneBytes, state });
  };
  const sink: FileSink = {
    begin: () => {
      transfer(0, 'active');
      return true;
    },
    write: (offset, data) => {
      const end = offset + data.length;
      if (end - shown >= PROGRESS_BYTES) {
        shown = end;
        transfer(end, 'active');
      }
      return request.take(offset, data);
    },
  };
  const socket = host.openUdp({ interfaceName: nic.name });
  const timeouts = { requestTimeoutsNs: timeoutsNs, dataTimeoutsNs: timeoutsNs };
  try {
    const done = yield* tftpGet(
      platform.clock,
      socket,
      { server, filename: file, options, ...timeouts, failsUnresolved: true, onRepeat },
      sink,
    );
    if (!done.ok) {
      transfer(shown, 'failed');
      return explain(done.error, place);
    }
    const bytes = done.value.totalBytes;
    transfer(bytes, 'done');
    card.stage('file-done', loaderMessage('loader.file-done', { file, bytes }), 'RFC 1350 §6');
    return { ok: true, value: bytes };
  } finally {
    socket.close();
  }
}

function explain(tftp: TftpFailure, place: { readonly file: string; readonly server: string }): Loaded<never> {
  return { ok: false, failure: { ...failureOf(tftp, place), tftp } };
}

function failureOf(
  failure: TftpFailure,
  place: { readonly file: string; readonly server: string },
): Omit<LoaderFailure, 'tftp'> {
  const { file, server } = place;
  switch (failure.code) {
    case 'open-timeout':
      return failure.unresolved === true
        ? { code: 'loader/unresolved', detail: loaderMessage('loader.unresolved', { server }), rule: 'RFC 826' }
        : { code: 'loader/silent', detail: loaderMessage('loader.silent', place), rule: 'RFC 1350 §2' };
    case 'read-timeout': {
      const detail = loaderMessage('loader.stalled', { file, bytes: failure.doneBytes });
      return { code: 'loader/stalled', detail, rule: 'RFC 1350 §7' };
    }
    case 'server-error': {
      const { errorCode, message } = failure;
      const detail = loaderMessage('loader.refused', { file, code: errorCode, message });
      return { code: 'loader/refused', detail, rule: 'RFC 1350 §5' };
    }
    case 'bad-options':
      return malformed(place, failure.option);
    case 'malformed':
      return malformed(place, failure.why);
    case 'refused':
      return { code: 'loader/too-big', detail: loaderMessage('loader.too-big', { file }) };
    default:
      return unreachable(failure);
  }
}

function malformed(place: { readonly file: string; readonly server: string }, reason: string | Message): LoaderFailure {
  return {
    code: 'loader/malformed',
    detail: loaderMessage('loader.malformed', { ...place, reason }),
    rule: 'RFC 1350 §5',
  };
}

/** The end of a transfer in few words, as firmware prints it. */
export function tftpWords({ tftp, detail }: LoaderFailure): string {
  switch (tftp?.code) {
    case 'server-error':
      return `TFTP error ${tftp.errorCode}: ${tftp.message}`;
    case 'open-timeout':
      return 'TFTP: no answer';
    case 'read-timeout':
      return 'TFTP: the server fell silent';
    case 'refused':
      return 'File too large';
    case 'bad-options':
    case 'malformed':
      return 'TFTP: bad answer';
    case undefined:
      return detail.text;
  }
}
