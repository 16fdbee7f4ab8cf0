/** Says why bytes cannot be read as a message of their protocol, and where. */
import type { DecodeError } from './result.ts';
import { defineMessages, type Message } from './sentence.ts';

export const UNREADABLE_TEXTS = {
  'unreadable.truncated': 'it ends too early, after {offset} bytes',
  'unreadable.malformed': 'what stands at byte {offset} is not allowed',
  'unreadable.unsupported': 'what stands at byte {offset} is not known here',
  'unreadable.rule': '{why} ({rule})',
} as const;

const message = defineMessages(UNREADABLE_TEXTS);

export function whyUnreadable({ code, offset, rule }: DecodeError): Message {
  const why = message(`unreadable.${code}`, { offset });
  return rule === undefined ? why : message('unreadable.rule', { why, rule });
}
