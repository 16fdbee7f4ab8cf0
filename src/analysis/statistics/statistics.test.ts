/** Proves the counts on the traffic of a boot whose frames are known. */
import { describe, expect, it } from 'vitest';
import { BootTraffic, fileContent, pc, SERVER } from '../fixtures/boot-traffic.ts';
import type { FrameStore } from '../frame-store.ts';
import { countOverTime, spanFor } from './buckets.ts';
import { ServiceTimes } from './services.ts';
import { TrafficCounts } from './traffic.ts';

function boot(): BootTraffic {
  const traffic = new BootTraffic();
  traffic.arp(pc(1), SERVER);
  traffic.lease(pc(1), 'boot.bin');
  traffic.tftpRead(pc(1), 2070, 'boot.bin', fileContent('boot.bin', 3000));
  traffic.httpGet(pc(1), 49152, '/menu.ipxe', fileContent('menu.ipxe', 600));
  traffic.httpGet(pc(1), 49153, '/none', fileContent('none', 10), 404);
  return traffic;
}

function counted(store: FrameStore): TrafficCounts {
  const counts = new TrafficCounts();
  for (let i = 0; i < store.length; i++) counts.add(store.bytes(i), store.origLen(i), store.timeNs(i));
  return counts;
}

function timed(store: FrameStore): ServiceTimes {
  const times = new ServiceTimes();
  for (let i = 0; i < store.length; i++) times.add(store.bytes(i), i + 1, store.timeNs(i));
  return times;
}

describe('conversations and endpoints', () => {
  it('count each frame and byte once in each direction', () => {
    const { store } = boot();
    const counts = counted(store);
    const frames = counts.conversations('ethernet').reduce((sum, one) => sum + one.framesAToB + one.framesBToA, 0);
    expect(frames).toBe(store.length);
    const bytes = Array.from({ length: store.length }, (_, i) => store.origLen(i)).reduce((sum, one) => sum + one, 0);
    expect(counts.endpoints('ethernet').reduce((sum, one) => sum + one.sentBytes, 0)).toBe(bytes);
    expect(counts.endpoints('ethernet').reduce((sum, one) => sum + one.receivedBytes, 0)).toBe(bytes);
  });

  it('tell transports apart by ports, and name filters for them', () => {
    const counts = counted(boot().store);
    expect(counts.conversations('tcp')).toHaveLength(2);
    expect(counts.conversations('tcp')[0]).toMatchObject({ a: '10.0.0.101:49152', b: '10.0.0.1:80' });
    expect(counts.conversations('ipv4').find(({ a }) => a === '10.0.0.101')?.filter).toBe(
      'ip.addr == 10.0.0.101 && ip.addr == 10.0.0.1',
    );
    expect(counts.endpoints('udp').map(({ address }) => address)).toContain('10.0.0.101:2070');
  });
});

describe('response times', () => {
  it('are those of each request, with errors and what was asked again', () => {
    const traffic = boot();
    const rows = new Map(timed(traffic.store).list.map((row) => [`${row.service} ${row.what}`, row]));
    expect(rows.get('dhcp Discover → Offer')).toMatchObject({ requests: 1, replies: 1, retries: 0 });
    expect(rows.get('dhcp Request → ACK')).toMatchObject({ requests: 1, replies: 1, errors: 0 });
    expect(rows.get('tftp Read request')).toMatchObject({ requests: 1, replies: 1, server: '10.0.0.1' });
    expect(rows.get('tftp Data → ACK')).toMatchObject({ requests: 3, replies: 3, minNs: traffic.stepNs });
    expect(rows.get('http GET')).toMatchObject({ requests: 2, replies: 2, errors: 1, server: '10.0.0.1:80' });
  });

  it('count a request again as a retry, and time the answer from the first', () => {
    const { store } = boot();
    const times = new ServiceTimes();
    for (let i = 0; i < store.length; i++) {
      times.add(store.bytes(i), i + 1, store.timeNs(i) * 2);
      // Every frame of the client arrives once more a moment later.
      times.add(store.bytes(i), i + 1, store.timeNs(i) * 2 + 1);
    }
    const discover = times.list.find(({ what }) => what === 'Discover → Offer');
    expect(discover).toMatchObject({ requests: 2, replies: 1, retries: 1, maxNs: 40_000 });
  });
});

describe('counts over time', () => {
  it('use round spans, few enough to draw', () => {
    expect(spanFor(0)).toBe(1000);
    expect(spanFor(4.3e9)).toBe(2e7);
    expect(spanFor(1e9)).toBe(5e6);
    for (const duration of [1e5, 1e7, 3e9, 9e11]) expect(duration / spanFor(duration)).toBeLessThanOrEqual(400);
  });

  it('put each frame into its span', () => {
    const frames = [0, 5, 10, 11, 29].map((timeNs) => ({ timeNs, length: 60 }));
    const at = (n: number) => frames[n] ?? { timeNs: 0, length: 0 };
    expect(countOverTime(5, at, 0, 10, 3)).toEqual({ frames: [2, 2, 1], bytes: [120, 120, 60] });
  });
});
