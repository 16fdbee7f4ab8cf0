/** Text files of a site, from hosts that have them and hosts that answer with something else. */
import { describe, expect, it } from 'vitest';
import { fetchJson, fetchText, looksLikeHtml } from './site-text.ts';

const said = async (reply: () => Response | Promise<Response>): Promise<string> => {
  const read = await fetchText('scenarios/a.json', 'https://labs.example/x/', async (url) => {
    expect(url.href).toBe('https://labs.example/x/scenarios/a.json');
    return await reply();
  });
  return read.ok ? read.value : `${read.error.path}: ${read.error.message}`;
};

describe('a text of the site', () => {
  it('is what the server has, or says what came', async () => {
    expect(await said(() => new Response('{}'))).toBe('{}');
    expect(await said(() => new Response('', { status: 404 }))).toMatch(/^scenarios\/a\.json: .*\(HTTP 404\)/);
    expect(await said(() => new Response('\n<!DOCTYPE html>'))).toMatch(/^scenarios\/a\.json: .*web page/);
    expect(await said(() => Promise.reject(new TypeError('offline')))).toMatch(/is the network there\?/);
  });

  it('is read as JSON, or says that it is none', async () => {
    const read = async (text: string): ReturnType<typeof fetchJson> =>
      await fetchJson('a.json', 'https://labs.example/', () => Promise.resolve(new Response(text)));
    expect(await read('[1]')).toEqual({ ok: true, value: [1] });
    expect(await read('[1')).toMatchObject({
      ok: false,
      error: { path: 'a.json', says: { id: 'scenario.not-json' } },
    });
  });

  it.each(['<!doctype html>', '  <html lang="en">', '\uFEFF<!DOCTYPE HTML>', '<head>', '<!-- page -->'])(
    '%j is a page',
    (start) => {
      expect(looksLikeHtml(start)).toBe(true);
    },
  );

  it.each(['{"a":"<html>"}', '<svg>', '', 'html'])('%j is none', (start) => {
    expect(looksLikeHtml(start)).toBe(false);
  });
});
