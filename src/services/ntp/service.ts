/** NTP as a service of a server. */
import * as z from 'zod/mini';
import { _default as withDefault } from 'zod/mini';
import { defineService, reportedBy } from '../service.ts';

export const ntpService = defineService({
  id: 'ntp',
  title: 'NTP',
  settings: z.strictObject({
    stratum: withDefault(z.int().check(z.gte(1), z.lte(15)), 1),
    /** How far the server's clock is ahead of the lab's date, 2026-01-01 at the start. */
    offsetS: withDefault(z.number(), 0),
    /** Refuses with this kiss code (RFC 5905 §7.4). */
    kiss: z.optional(z.enum(['DENY', 'RSTR', 'RATE'])),
  }),
  initial: {},
  protocols: ['ntp'],
  requests: { view: 'list', isRequest: reportedBy('ntp') },
  texts: { 'service.ntp.empty': 'Nobody has asked for the time.' },
});
