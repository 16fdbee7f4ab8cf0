/** English messages of the HTTP server about requests that it cannot parse. */
import { defineMessages } from '../../base/sentence.ts';

export const HTTP_TEXTS = {
  'http.bad-request': '{reason}',
} as const;

export const httpMessage = defineMessages(HTTP_TEXTS);
