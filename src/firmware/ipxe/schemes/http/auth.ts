/** Answers to a 401: Digest (RFC 7616 §3.4, MD5 and MD5-sess, qop auth), else Basic (RFC 7617). */
import { md5 } from '@noble/hashes/legacy.js';
import { latin1, toHex } from '../../../../base/bytes.ts';
import { err, ok } from '../../../../base/result.ts';
import { authParameters } from '../../../../protocols/http/auth-parameters.ts';
import { httpFieldList, type HttpResponse } from '../../../../protocols/http/codec.ts';
import { Err } from '../../errors.ts';
import type { Ipxe } from '../../ipxe.ts';
import { toBase64 } from '../../../../base/data/base64.ts';
import type { Outcome } from '../../settings/types.ts';
import type { Uri } from '../../net/transfer/uri.ts';

interface Challenge {
  readonly method: string;
  readonly target: string;
  readonly head: HttpResponse;
}

const hash = (text: string): string => toHex(md5(latin1(text)));

/** The value of the Authorization header, or why there is none. */
export function authorization(ipxe: Ipxe, uri: Uri, challenge: Challenge): Outcome<string> {
  const offered = httpFieldList(challenge.head, 'WWW-Authenticate').join(', ');
  const { features } = ipxe.build;
  const { user, password = '' } = uri;
  if (/\bDigest\s/i.test(offered) && features.has('HTTP_AUTH_DIGEST')) {
    if (user === undefined) return err(Err.httpDigestNoUser);
    const given = authParameters(offered.slice(offered.search(/\bDigest\s/i)));
    const answer = digest(ipxe, user, password, challenge, given);
    return answer === undefined ? err(Err.httpUnauthorized) : ok(answer);
  }
  if (/\bBasic\b/i.test(offered) && features.has('HTTP_AUTH_BASIC')) {
    if (user === undefined) return err(Err.httpBasicNoUser);
    return ok(`Basic ${toBase64(latin1(`${user}:${password}`))}`);
  }
  return err(Err.httpUnauthorized);
}

function digest(
  ipxe: Ipxe,
  user: string,
  password: string,
  { method, target }: Challenge,
  given: ReadonlyMap<string, string>,
): string | undefined {
  const realm = given.get('realm') ?? '';
  const nonce = given.get('nonce') ?? '';
  const algorithm = given.get('algorithm') ?? 'MD5';
  const isSession = algorithm.toLowerCase() === 'md5-sess';
  if (!isSession && algorithm.toLowerCase() !== 'md5') return undefined;
  const hasQop = (given.get('qop') ?? '').split(/[\s,]+/).includes('auth');
  const cnonce = toHex(ipxe.rng.bytes(4));
  const nc = '00000001';
  let ha1 = hash(`${user}:${realm}:${password}`);
  if (isSession) ha1 = hash(`${ha1}:${nonce}:${cnonce}`);
  const ha2 = hash(`${method}:${target}`);
  const response = hasQop ? hash(`${ha1}:${nonce}:${nc}:${cnonce}:auth:${ha2}`) : hash(`${ha1}:${nonce}:${ha2}`);
  const quoted = (name: string, value: string): string => `${name}="${value}"`;
  const out = [quoted('realm', realm), quoted('nonce', nonce), quoted('uri', target), quoted('username', user)];
  const opaque = given.get('opaque');
  if (opaque !== undefined) out.push(quoted('opaque', opaque));
  if (hasQop) out.push('qop=auth');
  if (given.has('algorithm')) out.push(`algorithm=${algorithm}`);
  if (hasQop) out.push(quoted('cnonce', cnonce), `nc=${nc}`);
  out.push(quoted('response', response));
  return `Digest ${out.join(', ')}`;
}
