/** English messages about HTTP messages that cannot be read. */
import { defineMessages } from '../../base/sentence.ts';

export const HTTP_SYNTAX_TEXTS = {
  'http.syntax.closed': 'The connection closed inside a message.',
  'http.syntax.chunk-size': '"{line}" is no chunk size.',
  'http.syntax.chunk-end': 'A chunk does not end where its size says.',
  'http.syntax.field': '"{line}" is no field line.',
  'http.syntax.head-too-long': 'The head is longer than {bytes} bytes.',
  'http.syntax.request-line': '"{line}" is no request line.',
  'http.syntax.status-line': '"{line}" is no status line.',
  'http.syntax.no-length': 'The length of the request body cannot be known.',
  'http.syntax.content-length': 'Content-Length is "{value}".',
} as const;

export const httpSyntaxMessage = defineMessages(HTTP_SYNTAX_TEXTS);
