/** HTTP as a service of a server: its files, and what stands before them: passwords, redirections, and how bodies are framed. */
import * as z from 'zod/mini';
import { _default as withDefault } from 'zod/mini';
import { defineService, reportedBy, settingParts } from '../service.ts';

const { absolutePath, port } = settingParts;

export const httpService = defineService({
  id: 'http',
  title: 'HTTP',
  settings: z.strictObject({
    port: withDefault(port, 80),
    root: withDefault(z.string(), '/srv/http'),
    /** Who may see what lies below a path. The longest path counts. */
    auth: withDefault(
      z.array(
        z.strictObject({
          path: absolutePath,
          user: z.string(),
          password: z.string(),
          scheme: withDefault(z.enum(['basic', 'digest']), 'basic'),
          realm: withDefault(z.string(), 'netboot'),
        }),
      ),
      [],
    ),
    /** Requests for exactly this path are sent on: `to` is a URI or a path, taken as it is. */
    redirects: withDefault(
      z.array(
        z.strictObject({
          from: absolutePath,
          to: z.string().check(z.minLength(1)),
          status: withDefault(z.literal([301, 302, 303, 307, 308]), 302),
        }),
      ),
      [],
    ),
    /** Bodies come in chunks, without their length (RFC 9112 §7.1). */
    chunked: withDefault(z.boolean(), false),
    bytesPerSecond: settingParts.bytesPerSecond,
    closeAfterBytes: settingParts.closeAfterBytes,
  }),
  initial: {},
  protocols: ['http'],
  requests: { view: 'table', isRequest: reportedBy('http') },
  texts: {
    'service.http.empty':
      'No HTTP request has come. Each one becomes a row here; what a script reports in its query, such as chain http://${next-server}/?name=${name}&mac=${mac}, gets columns of its own.',
  },
});
