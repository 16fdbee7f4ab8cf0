/** HTTP as a service of a server: its files, and what stands before them: passwords, redirections, and how bodies are framed. */
import * as z from 'zod/mini';
import { _default as withDefault } from 'zod/mini';
import { defineService, reportedBy, settingParts } from '../service.ts';

const { absolutePath, port } = settingParts;
export const HTTPS_VERSIONS = ['1.1', '1.2', '1.3'] as const;
const versions = z.enum(HTTPS_VERSIONS);
/** Whether a client must show a certificate. */
export const CLIENT_AUTH = ['none', 'request', 'require'] as const;

/** HTTPS beside HTTP: the same files under TLS, with certificates of the lab by their names. */
const https = z.strictObject({
  port: withDefault(port, 443),
  /** The first that is for the name that a client asks for, else the first. */
  certificates: z.array(z.string()).check(z.minLength(1), z.maxLength(16)),
  minVersion: withDefault(versions, '1.1'),
  maxVersion: withDefault(versions, '1.3'),
  /** Names of suites as IANA has them; absent: all that the lab speaks. */
  suites: z.optional(z.array(z.string())),
  clientAuth: withDefault(z.enum(CLIENT_AUTH), 'none'),
  /** Certificates whose owners' signatures make a client's certificate good. */
  clientAuthorities: withDefault(z.array(z.string()), []),
  /** A server that is set up wrongly sends its own certificate alone. */
  sendsIntermediates: withDefault(z.boolean(), true),
  /** Sends a responder's answer about its certificate along with it, to clients that ask for that (RFC 6066 §8). */
  stapling: withDefault(z.boolean(), false),
});
export type HttpsSettings = z.output<typeof https>;

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
    https: z.optional(https),
    /** The path at which the server answers OCSP about the certificates of the lab. */
    ocsp: z.optional(absolutePath),
    bytesPerSecond: settingParts.bytesPerSecond,
    closeAfterBytes: settingParts.closeAfterBytes,
  }),
  initial: {},
  protocols: ['http', 'tls'],
  requests: { view: 'table', isRequest: reportedBy('http') },
  texts: {
    'service.http.empty':
      'No HTTP request has come. Each one becomes a row here; what a script reports in its query, such as chain http://${next-server}/?name=${name}&mac=${mac}, gets columns of its own.',
  },
});
