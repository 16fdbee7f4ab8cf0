/** What the HTTP server says of requests that it cannot read, in English. */
import { defineMessages } from '../../base/sentence.ts';

export const HTTP_TEXTS = {
  'http.bad-request': '{reason}',
} as const;

export const httpMessage = defineMessages(HTTP_TEXTS);
