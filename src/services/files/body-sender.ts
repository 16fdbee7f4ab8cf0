/**
 * Sends the body of a transfer over TCP as its server can: at a limited rate, up to where it closes the connection, and
 * from a file that may change on the way. What has none of these goes out in one part.
 */
import type { Clock } from '../../base/time/clock.ts';
import type { OpenFile } from './file-tree.ts';
import type { RateLimit } from './rate-limit.ts';
import type { TcpSender } from './tcp-sender.ts';

/** What a body is read from: a file, or bytes that were made for the answer. */
export type BodySource = Pick<OpenFile, 'size' | 'mayChange' | 'slice'>;

export interface BodyLimits {
  readonly rate: RateLimit | undefined;
  /** The server closes the connection after so many bytes of a body. */
  readonly closeAfterBytes: number | undefined;
  /** Sent in pieces whether or not something is limited. */
  readonly isInPieces?: boolean;
}

export interface BodyEvents {
  /** The connection has taken so many bytes more. */
  onTaken(bytes: number): void;
  /** Everything was taken. */
  onDone(): void;
  /** No more will come: the server closes, or the file has become shorter. */
  onCut(): void;
}

const PIECE_BYTES = 16 * 1024;

export function bytesSource(bytes: Uint8Array): BodySource {
  return { size: bytes.length, mayChange: false, slice: (start, end) => bytes.subarray(start, end) };
}

/** Sends the bytes from `start` to before `end`. */
export function sendBody(
  clock: Clock,
  sender: Pick<TcpSender, 'send'>,
  source: BodySource,
  [start, end]: readonly [number, number],
  { rate, closeAfterBytes, isInPieces = false }: BodyLimits,
  events: BodyEvents,
): void {
  const last = Math.min(end, start + (closeAfterBytes ?? Infinity));
  const finish = (): void => (last < end ? events.onCut() : events.onDone());
  if (rate === undefined && !source.mayChange && !isInPieces) {
    sender.send(source.slice(start, last), (taken) => events.onTaken(taken), finish);
    return;
  }
  const pieceBytes = rate?.pieceBytes ?? PIECE_BYTES;
  const sendFrom = (at: number): void => {
    if (at >= last) return finish();
    const piece = source.slice(at, Math.min(at + pieceBytes, last));
    if (piece.length === 0) return events.onCut();
    const send = (): void =>
      sender.send(
        piece,
        (taken) => events.onTaken(taken),
        () => sendFrom(at + piece.length),
      );
    const delayNs = rate?.reserveNs(piece.length) ?? 0;
    if (delayNs === 0) return send();
    clock.schedule(delayNs, send);
  };
  sendFrom(start);
}
