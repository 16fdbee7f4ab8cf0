/** syslog as a service of a server: lines that come in over UDP become the server's log. */
import * as z from 'zod/mini';
import { _default as withDefault } from 'zod/mini';
import { defineService, loggedBy, settingParts } from '../service.ts';

export const syslogService = defineService({
  id: 'syslog',
  title: 'syslog',
  settings: z.strictObject({ port: withDefault(settingParts.port, 514) }),
  initial: {},
  protocols: ['syslog'],
  requests: { view: 'log', isRequest: loggedBy('syslog') },
  texts: {
    'service.syslog.empty':
      'No machine has sent a log line. iPXE sends its messages when its syslog setting names this server.',
  },
});
