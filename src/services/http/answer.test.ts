/** The rules of RFC 9110 that a file server meets: what exists, ranges, conditions, directories, nothing above the root. */
import { describe, expect, it } from 'vitest';
import { fromUtf8 } from '../../base/bytes.ts';
import { httpField } from '../../protocols/http/codec.ts';
import { MemoryFileTree } from '../files/file-tree.ts';
import { answer, type HttpAnswer } from './answer.ts';
import { LAB_EPOCH_MS } from '../../base/time/calendar.ts';
import { parseQuery } from './http-server.ts';

const files = new MemoryFileTree();
files.addFile('/srv/http/boot.ipxe', '#!ipxe\necho Hello\n');
files.addFile('/srv/http/dir/a file.txt', '0123456789');
files.addFile('/srv/http/site/index.html', '<p>index</p>');
files.addFile('/etc/secret', 'secret');

function ask(target: string, fields: Record<string, string> = {}, method = 'GET'): HttpAnswer {
  const list = Object.entries({ Host: 'boot', ...fields }).map(([name, value]) => ({ name, value }));
  return answer(
    { kind: 'request', method, target, version: 'HTTP/1.1', fields: list },
    files,
    '/srv/http',
    LAB_EPOCH_MS,
  );
}

const field = (reply: HttpAnswer, name: string): string | undefined =>
  httpField({ kind: 'response', version: 'HTTP/1.1', status: reply.status, reason: '', fields: reply.fields }, name);

describe('answer', () => {
  it('gives a file with its type and validators, also by absolute form and with a query', () => {
    for (const target of ['/boot.ipxe', 'http://boot/boot.ipxe', '/boot.ipxe?mac=52:54']) {
      const reply = ask(target);
      expect(reply.status).toBe(200);
      expect(fromUtf8(reply.body)).toBe('#!ipxe\necho Hello\n');
      expect(field(reply, 'content-type')).toMatch(/^text\/plain/);
      expect(field(reply, 'etag')).toMatch(/^"[0-9a-f]{32}"$/);
    }
  });

  it.each([
    ['bytes=2-4', 206, '234', 'bytes 2-4/10'],
    ['bytes=7-', 206, '789', 'bytes 7-9/10'],
    ['bytes=-3', 206, '789', 'bytes 7-9/10'],
    ['bytes=0-999', 206, '0123456789', 'bytes 0-9/10'],
    ['bytes=4-2', 200, '0123456789', undefined],
    ['lines=1-2', 200, '0123456789', undefined],
  ])('answers Range: %s with %i', (range, status, body, contentRange) => {
    const reply = ask('/dir/a%20file.txt', { Range: range });
    expect(reply.status).toBe(status);
    expect(fromUtf8(reply.body)).toBe(body);
    expect(field(reply, 'content-range')).toBe(contentRange);
  });

  it('refuses a range behind the end with the length', () => {
    const reply = ask('/dir/a%20file.txt', { Range: 'bytes=10-' });
    expect([reply.status, field(reply, 'content-range')]).toEqual([416, 'bytes */10']);
  });

  it('obeys conditions in the order of RFC 9110 §13.2.2', () => {
    const tag = field(ask('/boot.ipxe'), 'etag') ?? '';
    expect(ask('/boot.ipxe', { 'If-None-Match': tag }).status).toBe(304);
    expect(ask('/boot.ipxe', { 'If-None-Match': '"other"' }).status).toBe(200);
    expect(ask('/boot.ipxe', { 'If-Match': '"other"' }).status).toBe(412);
    expect(ask('/boot.ipxe', { 'If-Modified-Since': 'Fri, 02 Jan 2026 00:00:00 GMT' }).status).toBe(304);
    expect(ask('/boot.ipxe', { Range: 'bytes=0-1', 'If-Range': '"other"' }).status).toBe(200);
  });

  it('lists a directory, sends a missing slash after, and prefers an index', () => {
    expect(fromUtf8(ask('/dir/').body)).toContain('<a href="a%20file.txt">a file.txt</a>');
    const moved = ask('/dir');
    expect([moved.status, field(moved, 'location')]).toEqual([301, '/dir/']);
    expect(fromUtf8(ask('/site/').body)).toBe('<p>index</p>');
  });

  it('names nothing above the root, however it is written', () => {
    for (const target of ['/../../etc/secret', '/%2e%2e/%2e%2e/etc/secret', '//../etc/secret'])
      expect(ask(target).status).toBe(404);
  });

  it('refuses methods it does not serve, and HTTP/1.1 without Host', () => {
    expect(ask('/boot.ipxe', {}, 'DELETE').status).toBe(405);
    const noHost = { kind: 'request', method: 'GET', target: '/', version: 'HTTP/1.1', fields: [] } as const;
    expect(answer(noHost, files, '/srv/http', LAB_EPOCH_MS).status).toBe(400);
  });
});

describe('parseQuery', () => {
  it('decodes names and values, and keeps what cannot be decoded', () => {
    expect(parseQuery('name=salle+B&mac=52%3A54&x=%zz')).toEqual([
      ['name', 'salle B'],
      ['mac', '52:54'],
      ['x', '%zz'],
    ]);
  });
});
