/** Conversations and transferred files as the page lists them. */
import { messageText } from '../../analysis/packets/packet-text.ts';
import { followStream } from '../../analysis/streams/follow.ts';
import { objectSha256, type TransferredObject } from '../../analysis/streams/objects.ts';
import type { ObjectView, StreamView } from '../api/analysis-api.ts';
import type { View } from './view.ts';

/** What a page shows of a conversation. */
const SHOWN_TURNS = 400;
const SHOWN_TURN_BYTES = 4096;

/** The stream that a listed frame is in; `withTrees`: each turn as its protocol's tree too. */
export function followedStream(view: View, index: number, withTrees: boolean): StreamView | undefined {
  const frame = view.listedFrame(index);
  const stream = frame === undefined ? undefined : followStream(view.frames, frame);
  if (stream === undefined) return undefined;
  const { endpoints, kind, turns } = stream;
  return {
    title: `${kind.toUpperCase()} ${endpoints[0]} – ${endpoints[1]}`,
    turns: turns.slice(0, SHOWN_TURNS).map((turn) => ({
      from: endpoints[turn.side],
      timeNs: turn.timeNs,
      bytes: turn.bytes.slice(0, SHOWN_TURN_BYTES),
      index: turn.index,
      tree: withTrees ? messageText(view.capture.session.tree(turn.index)) : undefined,
    })),
    turnCount: turns.length,
  };
}

export function objectView(object: TransferredObject, id: number): ObjectView {
  return {
    id,
    protocol: object.protocol,
    name: object.name,
    sizeBytes: object.bytes.length,
    sha256: objectSha256(object),
    complete: object.complete,
    index: object.firstFrame,
  };
}
