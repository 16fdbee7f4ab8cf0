/** NFS as a service of a server, with its portmapper (port 111) and mount server. */
import * as z from 'zod/mini';
import { _default as withDefault } from 'zod/mini';
import { defineService, reportedBy, settingParts } from '../service.ts';

export const nfsService = defineService({
  id: 'nfs',
  title: 'NFS',
  settings: z.strictObject({
    exports: withDefault(z.array(settingParts.absolutePath).check(z.minLength(1)), ['/srv/nfs']),
    /** `udp=y` in the section `[nfsd]` of nfs.conf. */
    udp: withDefault(z.boolean(), false),
    /** `vers2=y` there: version 2 too (RFC 1094). */
    vers2: withDefault(z.boolean(), false),
  }),
  initial: {},
  protocols: ['rpc'],
  requests: { view: 'list', isRequest: reportedBy('portmap', 'mount', 'nfs') },
  texts: {
    'service.nfs.empty': 'Nobody has asked for a file. Each call and its answer becomes a row here.',
  },
});
