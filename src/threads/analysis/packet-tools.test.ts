/** Proves on the traffic of a boot what the packet list is asked: order, columns, colours, notes, search, copies, links. */
import { beforeEach, describe, expect, it } from 'vitest';
import { BootTraffic, fileContent, pc, SERVER } from '../../analysis/fixtures/boot-traffic.ts';
import { readCapture } from '../../analysis/pcapng/reader.ts';
import { writePcapng } from '../../analysis/pcapng/writer.ts';
import type { Presentation } from '../api/packets-api.ts';
import { AnalysisService } from './analysis-service.ts';
import { NO_PRESENTATION } from './view.ts';

/** Frames 1 and 2 are ARP, 3 to 6 DHCP, then a file of three blocks by TFTP, then one by HTTP. */
function boot(): Uint8Array {
  const traffic = new BootTraffic();
  const client = pc(1);
  traffic.arp(client, SERVER);
  traffic.lease(client, 'boot.bin');
  traffic.tftpRead(client, 2070, 'boot.bin', fileContent('boot.bin', 3000));
  traffic.httpGet(client, 49152, '/menu.ipxe', fileContent('menu.ipxe', 600));
  return writePcapng(traffic.store);
}

let analysis: AnalysisService;

async function present(change: Partial<Presentation>): Promise<void> {
  await analysis.present({ ...NO_PRESENTATION, ...change });
}

async function rowsNow(): ReturnType<AnalysisService['rows']> {
  let counts = await analysis.counts();
  while (counts.filtering) counts = await analysis.counts();
  return await analysis.rows(0, counts.shown);
}

async function numbers(): Promise<readonly number[]> {
  return (await rowsNow()).map(({ number }) => number);
}

async function firstOf(protocol: string): Promise<number> {
  const found = (await analysis.rows(0, 999)).find((row) => row.protocol === protocol);
  if (found === undefined) throw new Error(`no ${protocol}`);
  return found.number;
}

beforeEach(async () => {
  analysis = new AnalysisService(() => Promise.resolve());
  await analysis.openCapture('a', boot());
  await analysis.showCapture('a');
});

describe('the order of the list', () => {
  it('is that of a column, equal ones as captured, and what has no value last either way', async () => {
    const all = await numbers();
    await present({ fields: ['tftp.block'], sort: { column: 'tftp.block', descending: true } });
    const down = await rowsNow();
    expect(down.map(({ cells }) => cells[0]).slice(0, 6)).toEqual(['3', '3', '2', '2', '1', '1']);
    expect(down.slice(0, 2).map(({ info }) => info.split(',')[0])).toEqual(['Data Packet', 'Acknowledgement']);
    const rest = down.slice(7).map(({ number }) => number);
    expect(rest).toEqual([...rest].sort((a, b) => a - b));
    await present({ sort: { column: 'length', descending: false } });
    const lengths = (await rowsNow()).map(({ length }) => length);
    expect(lengths).toEqual([...lengths].sort((a, b) => a - b));
    await present({});
    expect(await numbers()).toEqual(all);
  });

  it('holds for filtered lists, selections and details', async () => {
    await analysis.setFilter('tftp');
    await present({ sort: { column: 'no', descending: true } });
    const listed = await numbers();
    expect(listed).toEqual([...listed].sort((a, b) => b - a));
    for (const [row, number] of listed.entries()) {
      expect(await analysis.indexOfFrame(number)).toBe(row);
      expect((await analysis.detail(row))?.row.number).toBe(number);
    }
    expect(await analysis.indexOfFrame(1)).toBeUndefined();
  });
});

describe('columns and colours', () => {
  it('show any field by its named value, and say which fields and filters are not known', async () => {
    const problems = await analysis.present({
      ...NO_PRESENTATION,
      fields: ['dhcp.option.dhcp', 'no.such', 'ip.ttl'],
      colours: ['no.such', 'dhcp', 'ip'],
    });
    expect(problems).toEqual({ fields: ['no.such'], colours: [0] });
    const rows = await rowsNow();
    expect(rows[2]?.cells).toEqual(['Discover', '', '64']);
    expect(rows.slice(0, 3).map(({ rule }) => rule)).toEqual([undefined, undefined, 1]);
    expect(rows.at(-1)?.rule).toBe(2);
  });
});

describe('marks, comments and references', () => {
  it('are listed, filtered for, and saved in the file', async () => {
    await present({ marked: [2], comments: [[3, 'Here it asks.']], references: [4] });
    const rows = await rowsNow();
    expect(rows[1]?.notes.isMarked).toBe(true);
    expect(rows[2]?.notes.comment).toBe('Here it asks.');
    expect(rows[3]?.notes.isReference).toBe(true);
    expect(rows[5]?.referenceNs).toBe(rows[3]?.timeNs);
    expect(rows[5]?.previousNs).toBe(rows[4]?.timeNs);
    await analysis.setFilter('frame.marked == 1 || frame.comment contains "asks"');
    expect(await numbers()).toEqual([2, 3]);
    await present({ comments: [[5, 'asks again']] });
    expect(await numbers()).toEqual([5]);
    const { store } = readCapture(await analysis.exportPcapng(false), { maxFrames: 99 });
    expect(store.comment(4)).toBe('asks again');
    expect(store.comment(2)).toBeUndefined();
  });

  it('of a file are replaced by those that are written here', async () => {
    await present({ comments: [[3, 'first']] });
    const file = await analysis.exportPcapng(false);
    const again = new AnalysisService(() => Promise.resolve());
    await again.openCapture('a', file);
    await again.showCapture('a');
    expect((await again.rows(2, 3))[0]?.notes.comment).toBe('first');
    await again.present({ ...NO_PRESENTATION, comments: [[3, '']] });
    expect((await again.rows(2, 3))[0]?.notes.comment).toBeUndefined();
  });
});

describe('search', () => {
  const find = async (query: Parameters<AnalysisService['search']>[0]['query'], from?: number, back = false) =>
    await analysis.search({ query, from, back });

  it('goes on from a row, back too, and around the end', async () => {
    const query = { kind: 'text', text: 'ACKNOWLEDGEMENT', place: 'list' } as const;
    const first = await find(query);
    if (!first.ok || first.row === undefined) throw new Error('not found');
    const second = await find(query, first.row);
    expect(second).toMatchObject({ ok: true, wrapped: false });
    expect(await find(query, second.ok ? second.row : 0, true)).toMatchObject({ row: first.row, wrapped: false });
    expect(await find({ kind: 'filter', text: 'arp.opcode == 2' }, first.row)).toMatchObject({
      number: 2,
      wrapped: true,
    });
  });

  it('finds bytes, texts of the layers and of the bytes, and says what cannot be read', async () => {
    expect(await find({ kind: 'hex', text: '63 82 53 63' })).toMatchObject({ number: 3 });
    expect(await find({ kind: 'text', text: 'magic cookie', place: 'layers' })).toMatchObject({ number: 3 });
    expect(await find({ kind: 'text', text: 'GET /menu', place: 'bytes' })).toMatchObject({ ok: true });
    expect(await find({ kind: 'text', text: 'not there', place: 'bytes' })).toMatchObject({ number: undefined });
    expect(await find({ kind: 'hex', text: '6' })).toMatchObject({ ok: false });
    expect(await find({ kind: 'filter', text: 'tftp.' })).toMatchObject({ ok: false });
  });
});

describe('what belongs to a frame', () => {
  it('is its request, its reply, and its neighbours in the conversation', async () => {
    expect(await analysis.related(1, 'reply')).toBe(2);
    expect(await analysis.related(4, 'request')).toBe(3);
    expect(await analysis.related(3, 'next')).toBe(4);
    const http = await firstOf('HTTP');
    const reply = await analysis.related(http, 'reply');
    expect(reply).toBeGreaterThan(http);
    expect(await analysis.related(reply ?? 0, 'request')).toBe(http);
    expect(await analysis.related(999, 'reply')).toBeUndefined();
  });

  it('is chosen by the filters of its cells and of its conversation', async () => {
    const tftp = await firstOf('TFTP');
    for (const column of ['no', 'time', 'source', 'destination', 'protocol', 'length', 'port', 'info', 'ip.ttl']) {
      const filter = await analysis.cellFilter(tftp, column);
      expect(filter, column).toBeDefined();
      expect(await analysis.setFilter(filter ?? ''), column).toEqual({ ok: true });
      expect(await numbers(), column).toContain(tftp);
    }
    expect(await analysis.cellFilter(1, 'source')).toBe('eth.src == 52:54:00:aa:00:01');
    expect(await analysis.cellFilter(tftp, 'protocol')).toBe('tftp');
    expect(await analysis.conversationFilter(tftp)).toMatch(/^udp\.stream == \d+$/);
    expect(await analysis.conversationFilter(1)).toContain('eth.addr == 52:54:00:aa:00:01');
  });

  it('is copied as other tools read it', async () => {
    expect(await analysis.copy(1, 'summary')).toMatch(/^1\t0\.000020000\t52:54:00:aa:00:01\t.*ARP\t/);
    expect(await analysis.copy(1, 'tree')).toMatch(/^Frame 1: .*\n {4}/);
    expect(await analysis.copy(1, 'hex')).toMatch(/^0000 {2}(?:[\da-f]{2} ){16} .{16}\n0010/);
    expect(await analysis.copy(3, 'hex-stream', { source: 0, offset: 12, length: 2 })).toBe('0800');
    expect(await analysis.copy(3, 'c', { source: 0, offset: 12, length: 2 })).toContain(
      'packet_3[] = {\n  0x08, 0x00\n};',
    );
    const json = JSON.parse((await analysis.copy(3, 'json')) ?? '') as {
      _source: { layers: { ip: { 'ip.ttl': string } } };
    };
    expect(json['_source'].layers.ip['ip.ttl']).toBe('64');
  });
});

describe('a large capture', () => {
  it('is listed from its beginning before it has been gone through, and then to its end', async () => {
    const traffic = new BootTraffic();
    for (let n = 0; n < 6000; n++) traffic.arp(pc(1 + (n % 100)), SERVER);
    // A clock by which every step has taken all the time that one call has.
    let nowMs = 0;
    const service = new AnalysisService(
      () => Promise.resolve(),
      () => (nowMs += 1000),
    );
    await service.openCapture('a', writePcapng(traffic.store));
    await service.showCapture('a');
    expect((await service.rows(0, 80)).at(-1)?.number).toBe(80);
    const steps: boolean[] = [];
    let counts = await service.counts();
    for (; counts.working; counts = await service.counts()) steps.push(counts.filtering);
    expect(counts).toMatchObject({ shown: 12_000, total: 12_000 });
    expect(steps.length).toBeGreaterThan(2);
    expect((await service.rows(11_990, 12_000)).at(-1)).toMatchObject({ number: 12_000, protocol: 'ARP' });
  });

  it('has no rows while a filter has found none', async () => {
    await analysis.setFilter('tftp');
    expect(await analysis.rows(0, 64)).toEqual([]);
    await analysis.setFilter('no_such_name_here');
    await analysis.setFilter('tcp.port == 9');
    await analysis.counts();
    expect(await analysis.rows(0, 64)).toEqual([]);
    expect(await analysis.detail(0)).toBeUndefined();
  });

  it('is counted in steps to the same sums', async () => {
    let view = await analysis.traffic('ethernet', false);
    while (!view.complete) view = await analysis.traffic('ethernet', false);
    const { total } = await analysis.counts();
    expect(view.frames).toBe(total);
    await analysis.setFilter('tftp');
    let shown = await analysis.traffic('udp', true);
    while (!shown.complete) shown = await analysis.traffic('udp', true);
    expect(shown.conversations.map(({ a }) => a).sort()).toEqual(['10.0.0.101:2070', '10.0.0.1:22070'].sort());
    const graph = await analysis.ioGraph(['', 'tftp', 'no.such']);
    const [all, tftp, bad] = graph.series;
    const sum = (one: typeof all): number =>
      one === undefined || 'problem' in one ? -1 : one.frames.reduce((before, count) => before + count, 0);
    expect(sum(all)).toBe(total);
    expect(sum(tftp)).toBe(shown.frames);
    expect(bad).toHaveProperty('problem');
    expect((await analysis.responses(false)).list.map(({ service }) => service)).toContain('http');
  });
});
