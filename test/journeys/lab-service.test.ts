/** The lab's thread as the page meets it, with real ports: what updates carry, and a capture sent again. */
import { afterEach, expect, it } from 'vitest';
import { atLeast } from '../../src/base/lists/list.ts';
import { HandHost } from './hand-host.ts';
import { siteScenario } from '../support/lab.ts';
import type { LabNews, MessageToPage } from '../../src/threads/api/lab-api.ts';
import type { MessageToAnalysis } from '../../src/threads/api/analysis-api.ts';
import { LabService } from '../../src/threads/lab/lab-service.ts';

const ports: MessagePort[] = [];
afterEach(() => {
  for (const port of ports.splice(0)) port.close();
});

/** A port, and what comes out at its other end. */
function listen<M>(heard: M[]): { readonly port: MessagePort; readonly heard: readonly M[] } {
  const { port1, port2 } = new MessageChannel();
  port2.addEventListener('message', ({ data }: MessageEvent<M>) => heard.push(data));
  port2.start();
  ports.push(port1, port2);
  return { port: port1, heard };
}

/** Bare machines need none of these. */
const NO_FILES = {
  wasmUrl: new URL('https://lab.example/none.wasm'),
  wasmFile: { name: 'none.wasm', size: 0, sha256: '' },
  machineAddress: 'https://lab.example/none.js',
};

async function bench(generation = 0) {
  const host = new HandHost();
  const service = new LabService(NO_FILES, host);
  const page = listen<MessageToPage>([]);
  const analysis = listen<MessageToAnalysis>([]);
  // No site is there: bare machines need none of its images.
  await service.connect(page.port, analysis.port, {
    baseUrl: 'http://127.0.0.1:9/',
    cores: 1,
    generation,
    stores: true,
    takesKeyframes: true,
    memoryGiB: undefined,
  });
  const news = (): LabNews[] => page.heard.flatMap((message) => (message.kind === 'update' ? [message.news] : []));
  const frames = (heard: readonly MessageToAnalysis[]): number =>
    heard.reduce((sum, message) => sum + (message.kind === 'frames' ? message.meta.length / 5 : 0), 0);
  return { host, service, news, analysis, frames };
}

async function untilStopped({ host, news }: Awaited<ReturnType<typeof bench>>): Promise<LabNews> {
  await host.settle(() => news().at(-1)?.stopped !== undefined);
  const last = news().at(-1);
  if (last === undefined) throw new Error('nothing was told');
  return last;
}

it('tells of each event once, and of each machine and cable only when it has changed', async () => {
  const made = await bench(7);
  const { service, news } = made;
  const opened = await service.open(siteScenario('bare-storm-50'));
  expect(opened).toMatchObject({ ok: true, generation: 8 });
  await service.setMode({ kind: 'fast' });
  const last = await untilStopped(made);
  expect(last.stopped).toMatchObject({ kind: 'idle', why: 'halted' });
  const ids = news().flatMap(({ events }) => events.map(({ id }) => id));
  expect(new Set(ids).size).toBe(ids.length);
  const [first] = atLeast(news(), 1);
  expect(first.machines.changed).toHaveLength(50);
  const before = news().length;
  await service.setBreakpoints([]);
  await made.host.settle();
  const again = news().slice(before);
  expect(again).toHaveLength(1);
  expect(again[0]).toMatchObject({ events: [], machines: { length: 50, changed: [] }, links: { changed: [] } });
});

it('sends the whole capture to another analysis thread, as another generation with all lists', async () => {
  const made = await bench();
  const { service, news, analysis, frames } = made;
  await service.open(siteScenario('bare-pxe'));
  await service.setMode({ kind: 'fast' });
  await untilStopped(made);
  const sent = frames(analysis.heard);
  expect(sent).toBeGreaterThan(10);
  const other = listen<MessageToAnalysis>([]);
  expect(await service.connectAnalysis(other.port)).toBe(2);
  await made.host.settle();
  expect(other.heard[0]).toEqual({ kind: 'reset', generation: 2, interfaces: [] });
  expect(frames(other.heard)).toBe(sent);
  expect(news().at(-1)).toMatchObject({ generation: 2, events: [], machines: { changed: [[0, { name: 'pc1' }]] } });
});

it('answers a ping, and tells little while the lab only waits', async () => {
  const made = await bench();
  const { service, host, news } = made;
  expect(await service.ping()).toEqual([]);
  const scenario = siteScenario('bare-pxe');
  const nodes = scenario.nodes.map((node) =>
    node.kind === 'bare'
      ? {
          ...node,
          firmware: {
            ...node.firmware,
            personality: 'ipxe' as const,
            embeddedScript: '#!ipxe\nmenu Boot\nitem one One\nchoose x\n',
          },
        }
      : node.kind === 'switch'
        ? { ...node, stp: { ...node.stp, enabled: true } }
        : node,
  );
  await service.open({ ...scenario, nodes });
  await service.setMode({ kind: 'fast', waitAtMenus: true });
  await host.settle(() => news().at(-1)?.waits !== undefined);
  const before = news().length;
  await host.pass(10_000);
  expect(news().at(-1)?.waits).toEqual({ kind: 'menu', machine: 'pc1' });
  expect(news().length - before).toBeLessThan(25);
  await service.setMode({ kind: 'paused' });
});
