/** Passwords by both schemes, redirections and chunks, as a client meets them. */
import { md5 } from '@noble/hashes/legacy.js';
import { describe, expect, it } from 'vitest';
import { fromLatin1, latin1, toHex, utf8 } from '../../base/bytes.ts';
import { EventQueue } from '../../base/time/event-queue.ts';
import { NS_PER_S } from '../../base/time/clock.ts';
import { ip, TestNetwork } from '../../net/host/testing.ts';
import { httpField, type HttpRequest } from '../../protocols/http/codec.ts';
import { HttpParser } from '../../protocols/http/parser.ts';
import { MemoryFileTree } from '../files/file-tree.ts';
import type { HttpAnswer } from './answer.ts';
import { HttpGate } from './gate.ts';
import { HttpServer } from './http-server.ts';

const RULES = [
  { path: '/private', user: 'anna', password: 'o:pen', scheme: 'basic', realm: 'netboot' },
  { path: '/private/more', user: 'bob', password: 'sesame', scheme: 'digest', realm: 'more "quoted"' },
] as const;
const REDIRECTS = [{ from: '/old', to: 'http://10.0.0.9/new?x=1', status: 308 }];

const request = (target: string, authorization?: string): HttpRequest => ({
  kind: 'request',
  method: 'GET',
  target,
  version: 'HTTP/1.1',
  fields: [
    { name: 'Host', value: 'boot' },
    ...(authorization === undefined ? [] : [{ name: 'Authorization', value: authorization }]),
  ],
});
const fieldOf = (answer: HttpAnswer | undefined, name: string): string =>
  httpField({ ...request('/'), fields: answer?.fields ?? [] }, name) ?? '';
const hash = (text: string): string => toHex(md5(latin1(text)));

describe('HttpGate', () => {
  const gate = (): HttpGate => new HttpGate(new EventQueue(), RULES, REDIRECTS);

  it('asks for a password below a path only, by the rule of the longest path', () => {
    const one = gate();
    expect(one.check(request('/open'))).toBeUndefined();
    expect(one.check(request('/privately'))).toBeUndefined();
    for (const target of ['/private', '/private/x?y=1', '/./private/', '/open/../private/x', '/%70rivate/x']) {
      const answer = one.check(request(target));
      expect(answer?.status).toBe(401);
      expect(fieldOf(answer, 'WWW-Authenticate')).toBe('Basic realm="netboot"');
    }
    expect(fieldOf(one.check(request('/private/more/x')), 'WWW-Authenticate')).toMatch(
      /^Digest realm="more \\"quoted\\"", qop="auth", algorithm=MD5, nonce="[0-9a-f]{32}"/,
    );
  });

  it('takes Basic (RFC 7617), with a colon in the password', () => {
    const one = gate();
    // printf anna:o:pen | base64
    expect(one.check(request('/private/x', 'Basic YW5uYTpvOnBlbg=='))).toBeUndefined();
    expect(one.check(request('/private/x', 'basic YW5uYTpvOnBlbg=='))).toBeUndefined();
    expect(one.check(request('/private/x', 'Basic YW5uYTpvcGVu'))?.status).toBe(401);
    expect(one.check(request('/private/more', 'Basic YW5uYTpvOnBlbg=='))?.status).toBe(401);
  });

  /** What a client answers (RFC 7616 §3.4.1), with what it may get wrong. */
  function digest(
    nonce: string,
    target: string,
    change: { password?: string; uri?: string; nc?: string } = {},
  ): string {
    const { password = 'sesame', uri = target, nc = '00000001' } = change;
    const secret = hash(`bob:more "quoted":${password}`);
    const response = hash(`${secret}:${nonce}:${nc}:abc:auth:${hash(`GET:${uri}`)}`);
    return `Digest username="bob", realm="more \\"quoted\\"", nonce="${nonce}", uri="${uri}", qop=auth, nc=${nc}, cnonce="abc", response="${response}"`;
  }
  const nonceOf = (answer: HttpAnswer | undefined): string =>
    /nonce="(\w+)"/.exec(fieldOf(answer, 'WWW-Authenticate'))?.[1] ?? '';

  it('takes Digest once for each count', () => {
    const one = gate();
    const target = '/private/more/x?y=1';
    const nonce = nonceOf(one.check(request(target)));
    expect(one.check(request(target, digest(nonce, target)))).toBeUndefined();
    const replayed = one.check(request(target, digest(nonce, target)));
    expect(fieldOf(replayed, 'WWW-Authenticate')).toContain('stale=true');
    expect(nonceOf(replayed)).not.toBe(nonce);
    expect(one.check(request(target, digest(nonce, target, { nc: '0000000a' })))).toBeUndefined();
  });

  it('refuses a wrong password, another target, and a nonce that it never gave', () => {
    const one = gate();
    const target = '/private/more/x';
    const nonce = nonceOf(one.check(request(target)));
    const status = (text: string): string => {
      const answer = one.check(request(target, text));
      return `${answer?.status ?? 200}${fieldOf(answer, 'WWW-Authenticate').includes('stale') ? ' stale' : ''}`;
    };
    expect(status(digest(nonce, target, { password: 'wrong' }))).toBe('401');
    expect(status(digest(nonce, target, { uri: '/private/more/y' }))).toBe('401');
    expect(status(digest('0'.repeat(32), target))).toBe('401 stale');
    expect(status('Digest nonsense')).toBe('401');
    expect(status(digest(nonce, target))).toBe('200');
  });

  it('sends on what has another place now', () => {
    const answer = gate().check(request('/old?z=2'));
    expect([answer?.status, fieldOf(answer, 'Location')]).toEqual([308, 'http://10.0.0.9/new?x=1']);
  });
});

describe('chunked answers', () => {
  it('come whole, many on one connection, and not to HTTP/1.0', () => {
    const net = new TestNetwork('http', { keepFrames: false });
    const { host } = net.add('server', '10.0.0.1/24');
    const files = new MemoryFileTree();
    const big = Uint8Array.from({ length: 100_000 }, (_, i) => i & 255);
    files.addFile('/srv/http/big', big);
    files.addFile('/srv/http/empty', '');
    const server = new HttpServer({ clock: net.clock, log: host.log, files, root: '/srv/http', chunked: true });
    host.listenTcp(80, (connection) => server.accept(connection));
    const connection = net.add('client', '10.0.0.2/24').host.connectTcp(ip('10.0.0.1'), 80);
    const bodies: number[] = [];
    const framings: string[] = [];
    let bytes = 0;
    let raw = '';
    const parser = new HttpParser(
      { kind: 'response' },
      {
        onHead: (_, framing) => framings.push(framing.kind),
        onBody: (data) => {
          bytes += data.length;
        },
        onEnd: () => {
          bodies.push(bytes);
          bytes = 0;
        },
      },
    );
    connection.onData = (data) => {
      raw += fromLatin1(data);
      expect(parser.push(data)).toBeUndefined();
    };
    for (const [target, version] of [
      ['/big', '1.1'],
      ['/empty', '1.1'],
      ['/big', '1.1'],
      ['/big', '1.0'],
    ]) {
      parser.expectResponseTo('GET');
      connection.write(utf8(`GET ${target} HTTP/${version}\r\nHost: boot\r\n\r\n`));
      net.run(NS_PER_S);
    }
    expect(bodies).toEqual([100_000, 0, 100_000, 100_000]);
    expect(framings).toEqual(['chunked', 'length', 'chunked', 'length']);
    expect(raw).toContain('\r\nTransfer-Encoding: chunked\r\n');
    expect(net.log.events.filter((event) => event.kind === 'transfer' && event.state === 'done').length).toBe(3);
  });
});
