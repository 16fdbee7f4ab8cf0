/** A hundred machines report themselves by a script: the HTTP server's requests are an inventory of a hundred. */
import { expect, it } from 'vitest';
import { senderOf } from '../../src/base/event-log.ts';
import { play, siteScenario } from '../support/lab.ts';

it('lists name and MAC address of each of a hundred machines, once, and who sent them', () => {
  const { lab, stop } = play(siteScenario('bare-inventory-100'));
  expect(stop.kind).toBe('breakpoint');
  const rows = lab.log.events.flatMap((event) => {
    if (event.kind !== 'server' || event.request === undefined) return [];
    const { query, status, method } = event.request;
    return [{ machine: senderOf(lab.log.events, event.id), query: Object.fromEntries(query), status, method }];
  });
  const expected = Array.from({ length: 100 }, (_, i) => ({
    machine: `pc${i + 1}`,
    query: {
      name: `poste-${String(i + 1).padStart(3, '0')}`,
      mac: `52:54:00:bb:00:${(i + 1).toString(16).padStart(2, '0')}`,
    },
    status: 200,
    method: 'GET',
  }));
  expect(rows.sort((a, b) => (a.query['name'] ?? '').localeCompare(b.query['name'] ?? ''))).toEqual(expected);
});
