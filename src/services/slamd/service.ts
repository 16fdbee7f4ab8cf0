/** The SLAM server of iPXE's sources as a service of a server. */
import * as z from 'zod/mini';
import { _default as withDefault } from 'zod/mini';
import { defineService, reportedBy, settingParts } from '../service.ts';

export const slamdService = defineService({
  id: 'slamd',
  title: 'SLAM',
  settings: z.strictObject({
    /** The one file that it sends. */
    file: settingParts.absolutePath,
    port: withDefault(settingParts.port, 10_000),
    group: withDefault(z.string(), '239.255.1.1'),
    groupPort: withDefault(settingParts.port, 10_000),
    ttl: withDefault(z.int().check(z.gte(1), z.lte(255)), 1),
  }),
  initial: { file: '/srv/slam/image' },
  protocols: ['slam'],
  requests: { view: 'list', isRequest: reportedBy('slamd') },
  texts: { 'service.slamd.empty': 'Nobody has reported missing blocks.' },
});
