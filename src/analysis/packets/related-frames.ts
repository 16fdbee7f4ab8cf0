/** The frames that a frame is an answer to, or that answer it: Wireshark's links from request to reply and back. */
import type { TreeItem } from '../../protocols/core/tree.ts';

export interface RelatedFrames {
  /** Numbers from 1. */
  readonly request: number | undefined;
  readonly reply: number | undefined;
}

/** Fields whose name says which way they lead. */
const REQUEST = /(?:request_in|request_frame|response_to|resp_to|reqframe|acks_frame|command-frame)$/;
const REPLY = /(?:response_in|response_frame|resp_in|repframe|command-response\.first-frame-num)$/;

/** The innermost protocol's links count. */
export function relatedFrames(items: readonly TreeItem[]): RelatedFrames {
  let request: number | undefined;
  let reply: number | undefined;
  const look = (item: TreeItem): void => {
    if (item.field.type === 'framenum' && typeof item.value === 'number') {
      if (REQUEST.test(item.field.name)) request = item.value;
      else if (REPLY.test(item.field.name)) reply = item.value;
    }
    item.children.forEach(look);
  };
  items.forEach(look);
  return { request, reply };
}
