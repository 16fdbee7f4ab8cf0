/** What an event says, in one sentence. */
import type { Message } from '../../../base/sentence.ts';

export interface Said {
  readonly says: Message;
  /** Such as `RFC 2131 §4.3.1`. */
  readonly rule?: string;
}
