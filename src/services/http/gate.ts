/**
 * What stands before the files: redirections, then passwords by Basic (RFC 7617) or Digest (RFC 7616). Digest's nonces
 * are each good for one connection's use in order: a count that does not grow is a replay.
 */
import { md5 } from '@noble/hashes/legacy.js';
import { toBase64 } from '../../base/data/base64.ts';
import { latin1, toHex, utf8 } from '../../base/bytes.ts';
import type { Clock } from '../../base/time/clock.ts';
import { authParameters, unquote } from '../../protocols/http/auth-parameters.ts';
import { httpField, type HttpField, type HttpRequest } from '../../protocols/http/codec.ts';
import { normalizePath } from '../files/file-tree.ts';
import { targetPath, textAnswer, type HttpAnswer } from './answer.ts';

/** Who may see what lies below a path. */
export interface HttpAuthRule {
  readonly path: string;
  readonly user: string;
  readonly password: string;
  readonly scheme: 'basic' | 'digest';
  readonly realm: string;
}

export interface HttpRedirect {
  /** The whole path. */
  readonly from: string;
  /** A URI or a path, taken as it is. */
  readonly to: string;
  /** 301, 302, 303, 307 or 308. */
  readonly status: number;
}

/** A nonce that was forgotten is answered as a stale one is: the client asks again with a new one. */
const MAX_NONCES = 1000;

const hash = (text: string): string => toHex(md5(latin1(text)));

export class HttpGate {
  private readonly clock: Clock;
  private readonly rules: readonly HttpAuthRule[];
  private readonly redirects: readonly HttpRedirect[];
  /** The last nonce count of each of the newest nonces, oldest first. */
  private readonly nonces = new Map<string, number>();
  private noncesMade = 0;

  constructor(clock: Clock, rules: readonly HttpAuthRule[], redirects: readonly HttpRedirect[]) {
    this.clock = clock;
    // The longest path first.
    this.rules = [...rules].sort((a, b) => b.path.length - a.path.length);
    this.redirects = redirects;
  }

  /** The answer to a request that does not get through; undefined when it does. */
  check(request: HttpRequest): HttpAnswer | undefined {
    const target = targetPath(request.target);
    if (target === undefined) return undefined;
    const path = normalizePath(target);
    const redirect = this.redirects.find(({ from }) => from === target);
    if (redirect !== undefined) {
      return textAnswer(redirect.status, redirect.to, path, [{ name: 'Location', value: redirect.to }]);
    }
    const rule = this.rules.find((one) => {
      const below = normalizePath(one.path);
      return below === '/' || path === below || path.startsWith(`${below}/`);
    });
    if (rule === undefined) return undefined;
    const verdict = this.verdict(rule, request);
    if (verdict === 'good') return undefined;
    return textAnswer(401, `${path} needs a user name and its password.`, path, [
      this.challenge(rule, verdict === 'stale'),
    ]);
  }

  private verdict(rule: HttpAuthRule, request: HttpRequest): 'good' | 'bad' | 'stale' {
    const given = /^(\w+)\s+(.*)$/s.exec(httpField(request, 'Authorization') ?? '');
    const [, scheme = '', parameters = ''] = given ?? [];
    if (scheme.toLowerCase() !== rule.scheme) return 'bad';
    if (rule.scheme === 'basic') {
      return parameters.trim() === toBase64(utf8(`${rule.user}:${rule.password}`)) ? 'good' : 'bad';
    }
    return this.digestVerdict(rule, request, authParameters(parameters));
  }

  /** RFC 7616 §3.4.1 with MD5; without qop as RFC 2069. */
  private digestVerdict(
    rule: HttpAuthRule,
    request: HttpRequest,
    given: ReadonlyMap<string, string>,
  ): 'good' | 'bad' | 'stale' {
    const field = (name: string): string => unquote(given.get(name) ?? '');
    if (field('username') !== rule.user || field('realm') !== rule.realm) return 'bad';
    // RFC 7616 §3.4.6: the target that was asked for must be the one that was signed.
    if (field('uri') !== request.target) return 'bad';
    const [nonce, qop, nc] = [field('nonce'), field('qop'), field('nc')];
    const secret = hash(`${rule.user}:${rule.realm}:${rule.password}`);
    const subject = hash(`${request.method}:${request.target}`);
    const middle = qop === '' ? nonce : `${nonce}:${nc}:${field('cnonce')}:${qop}`;
    if (field('response').toLowerCase() !== hash(`${secret}:${middle}:${subject}`)) return 'bad';
    const last = this.nonces.get(nonce);
    const count = qop === '' ? (last ?? 0) + 1 : Number.parseInt(nc, 16);
    if (last === undefined || !(count > last)) return 'stale';
    this.nonces.set(nonce, count);
    return 'good';
  }

  private challenge(rule: HttpAuthRule, isStale: boolean): HttpField {
    const realm = `realm="${rule.realm.replace(/["\\]/g, '\\$&')}"`;
    if (rule.scheme === 'basic') return { name: 'WWW-Authenticate', value: `Basic ${realm}` };
    const nonce = hash(`${this.clock.nowNs}:${this.noncesMade++}:${rule.realm}`);
    this.nonces.set(nonce, 0);
    if (this.nonces.size > MAX_NONCES) {
      const [oldest] = this.nonces.keys();
      if (oldest !== undefined) this.nonces.delete(oldest);
    }
    const stale = isStale ? ', stale=true' : '';
    const opaque = hash(rule.path).slice(0, 16);
    const value = `Digest ${realm}, qop="auth", algorithm=MD5, nonce="${nonce}", opaque="${opaque}"${stale}`;
    return { name: 'WWW-Authenticate', value };
  }
}
