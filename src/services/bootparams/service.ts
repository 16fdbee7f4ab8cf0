/** Sun's bootparam program as a service of a server, with the portmapper over UDP in front of it. */
import * as z from 'zod/mini';
import { _default as withDefault } from 'zod/mini';
import { defineService, reportedBy, settingParts } from '../service.ts';

export const bootparamsService = defineService({
  id: 'bootparams',
  title: 'bootparams',
  settings: z.strictObject({
    /** /etc/bootparams: a machine's name, and KEY=SERVER:PATH for each thing that it may ask for. */
    bootparams: withDefault(settingParts.text, ''),
    /** /etc/hosts: the names of the machines and servers. */
    hosts: withDefault(settingParts.text, ''),
  }),
  initial: { bootparams: 'sun1 root=server:/export/root/sun1\n', hosts: '10.0.2.1 server\n10.0.2.50 sun1\n' },
  protocols: ['rpc'],
  requests: { view: 'list', isRequest: reportedBy('bootparams') },
  texts: {
    'service.bootparams.empty': 'No machine has asked for its name or its files. Each call becomes a row here.',
  },
});
