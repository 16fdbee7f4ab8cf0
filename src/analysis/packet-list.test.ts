/** Proves that rows say what a person needs, that colours go by the first rule that matches, and that each frame is listed once. */
import { describe, expect, it } from 'vitest';
import { itemAt } from '../base/lists/list.ts';
import { Capture, FilteredFrames } from './capture.ts';
import { compileFilter } from './filter/filter.ts';
import { BootTraffic, fileContent, pc, SERVER } from './fixtures/boot-traffic.ts';
import { sentView } from './frame-view.ts';
import { Colouring, DEFAULT_COLOUR_RULES, packetRow } from './packet-list.ts';

function boot(): { traffic: BootTraffic; capture: Capture } {
  const traffic = new BootTraffic();
  traffic.lease(pc(1), 'pxelinux.0');
  traffic.arp(pc(1), SERVER);
  traffic.tftp(pc(1), 2070, SERVER, 69, { opcode: 'rrq', filename: 'x', mode: 'octet', options: [] });
  traffic.tftp(SERVER, 3000, pc(1), 2070, { opcode: 'error', code: 1, message: 'no' });
  traffic.httpGet(pc(1), 50_000, '/kernel', fileContent('kernel', 100));
  return { traffic, capture: new Capture(traffic.store) };
}

describe('packetRow', () => {
  it('gives the columns and the colour of a frame', () => {
    const { capture } = boot();
    const colouring = new Colouring(DEFAULT_COLOUR_RULES, capture.registry);
    expect(packetRow(capture, 0, colouring)).toEqual({
      index: 0,
      number: 1,
      timeNs: 20_000,
      port: 'pc1.net0',
      direction: 'out',
      source: '0.0.0.0',
      destination: '255.255.255.255',
      protocol: 'DHCP',
      length: capture.frames.bytes(0).length,
      info: 'DHCP Discover - Transaction ID 0x12340065',
      colour: 'dhcp',
    });
    const colours = [4, 6, 7, 8, 11].map((index) => packetRow(capture, index, colouring).colour);
    expect(colours).toEqual(['arp', 'tftp', 'refused', 'http', 'http']);
  });

  it('has default rules that all compile, with ids of their own', () => {
    const { capture } = boot();
    expect(new Colouring(DEFAULT_COLOUR_RULES, capture.registry).errors).toEqual([]);
    expect(new Set(DEFAULT_COLOUR_RULES.map((rule) => rule.id)).size).toBe(DEFAULT_COLOUR_RULES.length);
  });

  it('leaves out a rule that is not understood, and says so', () => {
    const { capture } = boot();
    const rules = [
      { id: 'bad', name: 'Bad', filter: 'dhpc' },
      { id: 'good', name: 'Good', filter: 'dhcp' },
    ];
    const colouring = new Colouring(rules, capture.registry);
    expect(colouring.errors).toMatchObject([{ rule: 'bad', error: { code: 'unknown-field' } }]);
    expect(itemAt(colouring.errors, 0).error.suggestions[0]).toBe('dhcp');
    expect(colouring.colourOf(capture, 0)).toBe('good');
  });
});

describe('sentView', () => {
  it('shows each frame once, and grows', () => {
    const { traffic } = boot();
    const { store } = traffic;
    const sent = store.length;
    const receiver = store.interfaceNamed('srv.net0');
    store.append({ timeNs: 1e9, interfaceId: receiver, direction: 'in', bytes: store.bytes(0) });
    const view = sentView(store);
    expect(view.length).toBe(sent);
    store.append({ timeNs: 2e9, interfaceId: receiver, direction: 'out', bytes: store.bytes(4) });
    expect(view.update()).toBe(sent + 1);
    expect(view.original(sent)).toBe(sent + 1);
    const capture = new Capture(view);
    const compiled = compileFilter('arp', capture.registry);
    if (!compiled.ok) throw new Error('must compile');
    const frames = new FilteredFrames(capture, compiled.value);
    frames.advance();
    expect([...frames.toArray()]).toEqual([4, 5, sent]);
  });
});
