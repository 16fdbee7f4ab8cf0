/** FTP as a service of a server. */
import * as z from 'zod/mini';
import { _default as withDefault } from 'zod/mini';
import { defineService, reportedBy, settingParts } from '../service.ts';

export const ftpService = defineService({
  id: 'ftp',
  title: 'FTP',
  settings: z.strictObject({
    port: withDefault(settingParts.port, 21),
    root: withDefault(z.string(), '/srv/ftp'),
    /** Accounts beside `anonymous`, which is always there unless `anonymous` is false. */
    users: withDefault(z.array(z.strictObject({ user: z.string(), password: z.string() })), []),
    anonymous: withDefault(z.boolean(), true),
    bytesPerSecond: settingParts.bytesPerSecond,
    closeAfterBytes: settingParts.closeAfterBytes,
  }),
  initial: {},
  protocols: ['ftp'],
  requests: { view: 'list', isRequest: reportedBy('ftp') },
  texts: {
    'service.ftp.empty': 'Nobody has asked for a file. Each command and its answer becomes a row here.',
  },
});
