/** Debian's atftpd as a service of a server: TFTP, multicast by RFC 2090, and PXE's MTFTP. */
import * as z from 'zod/mini';
import { _default as withDefault } from 'zod/mini';
import { defineService, reportedBy, settingParts } from '../service.ts';

export const atftpdService = defineService({
  id: 'atftpd',
  title: 'atftpd',
  settings: z.strictObject({
    root: withDefault(settingParts.absolutePath, '/srv/tftp'),
    /** False: `--no-multicast`, the option is not granted. */
    multicast: withDefault(z.boolean(), true),
    /** `--mcast-addr`: groups for streams, such as `239.255.0.0-31,128`. */
    mcastAddr: withDefault(z.string().check(z.maxLength(200)), '239.255.0.0-255'),
    /** `--mcast-port`. */
    mcastPort: withDefault(z.string().check(z.maxLength(200)), '1758'),
    /** `--mcast-ttl`. */
    mcastTtl: withDefault(z.int().check(z.gte(1), z.lte(255)), 1),
    /** `--retry-timeout`, in seconds. */
    retryTimeoutS: withDefault(z.int().check(z.gte(1), z.lte(60)), 5),
    /** `--mcast-switch-client`. */
    switchClient: withDefault(z.boolean(), false),
    /** `--mtftp`: the group of each file that MTFTP sends. */
    mtftp: withDefault(
      z.array(z.strictObject({ file: z.string(), group: z.string(), port: settingParts.port })).check(z.maxLength(100)),
      [],
    ),
    /** `--mtftp-port`. */
    mtftpPort: withDefault(settingParts.port, 1759),
  }),
  initial: {},
  protocols: ['tftp', 'igmp'],
  requests: { view: 'list', isRequest: reportedBy('atftpd') },
  texts: {
    'service.atftpd.empty':
      'Nobody has asked for a file. Who asks, who joins a stream and who sets its pace becomes a row here.',
  },
});
