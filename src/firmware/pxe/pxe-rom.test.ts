/**
 * The PXE ROM on a bare machine against a server that answers as each test says: every message and decision is
 * reached through real frames.
 */
import { describe, expect, it } from 'vitest';
import { parseIpv4 } from '../../base/address.ts';
import type { Ipv4Address } from '../../base/address.ts';
import { EventLog } from '../../base/event-log.ts';
import { EventQueue } from '../../base/time/event-queue.ts';
import { atLeast, itemAt } from '../../base/lists/list.ts';
import { SeededRng } from '../../base/rng.ts';
import type { DhcpMessage } from '../../protocols/dhcp/codec.ts';
import { decodePxeVendorOptions } from '../../protocols/pxe/vendor-options.ts';
import type { PxeVendorValues } from '../../protocols/pxe/vendor-options.ts';
import type { TftpPacket } from '../../protocols/tftp/codec.ts';
import { BareMachine } from '../bare/bare-machine.ts';
import { messageTypeOf } from '../clients/dhcp-client.ts';
import {
  CLIENT,
  SERVER,
  serveDhcp,
  serveTftp,
  TEST_IDENTITY,
  testCard,
  testServer,
  type TestAnswer,
  type TestFile,
} from '../testing.ts';
import type { RomQuirk } from './quirks.ts';
import type { PxeRomOptions } from './attempt.ts';
import { createPxeRom } from './pxe-rom.ts';

const ip = (text: string): Ipv4Address => parseIpv4(text) ?? 0;
const second = 1_000_000_000;

/** What the server says to a request at a port; nothing is silence. */
type Script = (request: DhcpMessage, port: number) => readonly TestAnswer[];

class Bench {
  readonly queue = new EventQueue();
  readonly log = new EventLog(this.queue);
  readonly requests: { readonly port: number; readonly message: DhcpMessage; readonly timeNs: number }[] = [];
  readonly tftpRequests: ReturnType<typeof serveTftp>;
  readonly pc: BareMachine;

  constructor(
    script: Script,
    files: Record<string, TestFile> = {},
    { isConnected = true, rom = {} }: { readonly isConnected?: boolean; readonly rom?: Partial<PxeRomOptions> } = {},
  ) {
    const { server, plug } = testServer(this.queue, this.log, isConnected);
    for (const port of [67, 4011]) {
      serveDhcp(server, port, (message) => {
        this.requests.push({ port, message, timeNs: this.queue.nowNs });
        return script(message, port);
      });
    }
    this.tftpRequests = serveTftp(server, (name) => files[name]);
    this.pc = new BareMachine({
      name: 'pc1',
      clock: this.queue,
      rng: new SeededRng('1'),
      log: this.log.sink('pc1'),
      nics: [testCard(plug)],
      identity: TEST_IDENTITY,
      personalities: () => [createPxeRom(rom)],
    });
  }

  run(seconds = 200): this {
    this.pc.powerOn();
    this.queue.runUntil(this.queue.nowNs + seconds * second);
    return this;
  }

  get screen(): string {
    return this.pc.screen.text();
  }

  decisions(): readonly string[] {
    return this.log.events.flatMap((event) => (event.kind === 'decision' ? [event.code] : []));
  }

  stages(): readonly string[] {
    return this.log.events.flatMap((event) => (event.kind === 'stage' ? [event.stage] : []));
  }
}

const address: TestAnswer = { yiaddr: CLIENT };
const withFile: TestAnswer = { ...address, siaddr: SERVER, file: 'boot.bin' };
const only67 =
  (...answers: readonly TestAnswer[]): Script =>
  (_request, port) =>
    port === 67 ? answers : [];
const nbp = Uint8Array.from({ length: 40_000 }, (_, index) => index * 7);

describe('PXE ROM', () => {
  it('loads the boot file to 0:7C00 and stops at its door', () => {
    const bench = new Bench(only67(withFile), { 'boot.bin': nbp }).run();
    expect(bench.screen).toContain('CLIENT MAC ADDR: 52 54 00 AA 00 01  GUID: 00112233-4455-6677-8899-AABBCCDDEEFF');
    expect(bench.screen).toContain('CLIENT IP: 10.0.0.10  MASK: 255.255.255.0  DHCP IP: 10.0.0.1');
    expect(bench.pc.hardware?.memory.read(0x7c00, nbp.length)).toEqual(nbp);
    expect(bench.pc.started).toMatchObject({ kind: 'nbp', name: 'boot.bin', pxe: { ip: CLIENT, serverIp: SERVER } });
    expect(bench.stages()).toEqual([
      'power-on',
      'rom-init',
      'rom-boot',
      'dhcp-discover',
      'dhcp-offer',
      'dhcp-request',
      'dhcp-ack',
      'file-request',
      'file-done',
      'nbp-entry',
      'halted',
    ]);
    // First the size alone, then the file in blocks of 1456 bytes.
    expect(bench.tftpRequests).toMatchObject([
      { options: [{ name: 'tsize', value: '0' }] },
      { options: [{ name: 'blksize', value: '1456' }] },
    ]);
  });

  it('sends the options of PXE 2.1, broadcast, with secs that the request repeats', () => {
    const bench = new Bench((request) => (request.secs >= 4 ? [withFile] : []), { 'boot.bin': nbp }).run();
    const [first, again, request] = atLeast(
      bench.requests.map((entry) => entry.message),
      3,
    );
    expect(first.options.map((option) => option.code)).toEqual([53, 55, 57, 97, 93, 94, 60]);
    expect(first.flags).toBe(0x8000);
    expect([first.secs, again.secs, request.secs]).toEqual([0, 4, 4]);
    expect(request.options.map((option) => option.code)).toEqual([53, 50, 54, 55, 57, 97, 93, 94, 60]);
    expect(new Set(bench.requests.map((entry) => entry.message.xid)).size).toBe(1);
  });

  it('E51 after 4, 8, 16 and 32 seconds of silence', () => {
    const bench = new Bench(() => []).run();
    expect(bench.screen).toContain('PXE-E51: No DHCP or proxyDHCP offers were received.');
    expect(bench.screen).toContain('PXE-M0F: Exiting PXE ROM.');
    const times = bench.requests.map((entry) => Math.round((entry.timeNs - itemAt(bench.requests, 0).timeNs) / second));
    expect(times).toEqual([0, 4, 12, 28]);
    expect(bench.stages().slice(-3)).toEqual(['boot-failed', 'next-device', 'halted']);
  });

  it('E52 when only a ProxyDHCP answers', () => {
    const bench = new Bench(only67({ pxeClient: true, file: 'boot.bin' })).run();
    expect(bench.screen).toContain('PXE-E52: proxyDHCP offers were received. No DHCP offers were received.');
  });

  it('E53 without a boot file', () => {
    expect(new Bench(only67(address)).run().screen).toContain('PXE-E53: No boot filename received.');
  });

  it('E55 when the ProxyDHCP is silent on port 4011', () => {
    const bench = new Bench(only67(address, { pxeClient: true, serverId: SERVER })).run();
    expect(bench.screen).toContain('PROXY IP: 10.0.0.1');
    expect(bench.screen).toContain('PXE-E55: proxyDHCP service did not reply to request on port 4011.');
    expect(bench.requests.filter((entry) => entry.port === 4011)).toHaveLength(4);
  });

  it('E61 without a cable', () => {
    expect(new Bench(() => [], {}, { isConnected: false }).run().screen).toContain(
      'PXE-E61: Media test failure, check cable.',
    );
  });

  it('E18 when the address is not confirmed', () => {
    const bench = new Bench((request) => (messageTypeOf(request) === 1 ? [withFile] : [])).run();
    expect(bench.screen).toContain('PXE-E18: Server response timeout.');
  });

  it('T01 and E3B for a file that is not there, E3C for one that may not be read, E36 for the rest', () => {
    expect(new Bench(only67(withFile)).run().screen).toContain(
      'PXE-T01: File not found\nPXE-E3B: TFTP Error - File Not Found.',
    );
    const refuse = (code: number): string =>
      new Bench(only67(withFile), { 'boot.bin': { opcode: 'error', code, message: 'No' } }).run().screen;
    expect(refuse(2)).toContain('PXE-T02: No\nPXE-E3C: TFTP Error - Access Violation.');
    expect(refuse(0)).toContain('PXE-T00: No\nPXE-E36: Error received from TFTP server.');
  });

  it('E32 when the TFTP server is silent, E3F for an option nobody asked for', () => {
    expect(new Bench(only67(withFile), { 'boot.bin': 'silent' }).run().screen).toContain('PXE-E32: TFTP open timeout.');
    const oack: TftpPacket = { opcode: 'oack', options: [{ name: 'multicast', value: '' }] };
    expect(new Bench(only67(withFile), { 'boot.bin': oack }).run().screen).toContain('PXE-E3F:');
  });

  it('E11 when no station has the address of the TFTP server', () => {
    const elsewhere = { ...withFile, siaddr: ip('10.0.0.77') };
    expect(new Bench(only67(elsewhere)).run().screen).toContain('PXE-E11: ARP timeout.');
  });

  it('E79 for a program that does not fit base memory', () => {
    const bench = new Bench(only67(withFile), { 'boot.bin': new Uint8Array(700_000) }).run();
    expect(bench.screen).toContain('PXE-E79: NBP is too big to fit in free base memory.');
    expect(bench.tftpRequests).toHaveLength(1);
  });

  it('EA0 on Escape', () => {
    const bench = new Bench(() => []).run(3);
    bench.pc.press('Escape');
    expect(bench.run(1).screen).toContain('PXE-EA0: Network boot canceled by keystroke.');
  });

  it('prefers one offer with address and PXE boot information, and says why others were passed over', () => {
    const other = { ...withFile, serverId: ip('10.0.0.3'), file: 'other.bin' };
    const bench = new Bench(only67(other, { ...withFile, pxeClient: true }), { 'boot.bin': nbp }).run();
    expect(bench.pc.started?.name).toBe('boot.bin');
    expect(bench.decisions()).toEqual(['pxe/offer-passed-over', 'pxe/offer-chosen']);
    const [passed] = atLeast(
      bench.log.events.filter((event) => event.kind === 'decision'),
      1,
    );
    expect(passed.text).toBe('The offer of 10.0.0.10 from 10.0.0.3 was passed over: the chosen one speaks PXE.');
  });

  it('asks a ProxyDHCP on port 4011 and boots what it names', () => {
    const script: Script = (request, port) => {
      if (port === 4011) return [{ pxeClient: true, siaddr: SERVER, file: 'proxy.bin' }];
      return messageTypeOf(request) === 1 ? [address, { pxeClient: true }] : [address];
    };
    const bench = new Bench(script, { 'proxy.bin': nbp }).run();
    expect(bench.pc.started?.name).toBe('proxy.bin');
    expect(bench.requests.at(-1)?.message.ciaddr).toBe(CLIENT);
  });

  const menu: PxeVendorValues = {
    discoveryControl: 3,
    bootServers: [{ type: 0x8001, addresses: [SERVER] }],
    bootMenu: [
      { type: 0x8001, text: 'Install Linux' },
      { type: 0x8002, text: 'Nothing there' },
      { type: 0, text: 'Local disk' },
    ],
    menuPrompt: { timeoutS: 5, text: 'Press F8 for menu.' },
  };
  const withMenu =
    (pxe: PxeVendorValues, bootItemType = 0x8001): Script =>
    (_request, port) =>
      port === 67
        ? [{ ...address, pxeClient: true, pxe }]
        : [{ pxeClient: true, siaddr: SERVER, file: 'linux.bin', pxe: { bootItem: { type: bootItemType, layer: 0 } } }];

  it('counts the prompt down, takes the first item, and finds its boot server by the list', () => {
    const bench = new Bench(withMenu(menu), { 'linux.bin': nbp }).run();
    expect(bench.screen).toContain('Press F8 for menu. (1)');
    expect(bench.pc.started?.name).toBe('linux.bin');
    expect(bench.decisions()).toContain('pxe/menu-timeout');
    const asked = bench.requests.at(-1);
    expect(asked?.port).toBe(4011);
    const data = asked?.message.options.find((option) => option.code === 43)?.data ?? new Uint8Array(0);
    expect(decodePxeVendorOptions(data)).toMatchObject({ ok: true, value: { bootItem: { type: 0x8001, layer: 0 } } });
  });

  it('shows the menu on F8 and goes to the next device for local boot', () => {
    const bench = new Bench(withMenu(menu)).run(2);
    bench.pc.press('F8');
    bench.run(1);
    const shown = bench.log.events.findLast((event) => event.kind === 'menu');
    expect(shown?.menu.items.map((item) => item.label)).toEqual(['Install Linux', 'Nothing there', 'Local disk']);
    expect(bench.screen).toContain(' Nothing there');
    for (const key of ['Down', 'Down']) bench.pc.press(key);
    bench.run(1);
    const moved = bench.log.events.findLast((event) => event.kind === 'menu');
    expect(moved?.menu.defaultId).toBe('2');
    bench.pc.press('Enter');
    bench.run(1);
    expect(bench.log.events.findLast((event) => event.kind === 'stage' && event.stage === 'next-device')).toMatchObject(
      {
        text: 'Local boot was chosen in the PXE menu',
      },
    );
  });

  it('E74, E76, E77 and E78 for menus and servers that are not there', () => {
    const run = (pxe: PxeVendorValues, type = 0x8001): string => new Bench(withMenu(pxe, type)).run().screen;
    expect(run({ menuPrompt: { timeoutS: 0, text: 'x' } })).toContain('PXE-E74');
    const immediate = { ...menu, menuPrompt: { timeoutS: 0, text: '' } };
    expect(run({ ...immediate, discoveryControl: 1, bootServers: [] })).toContain('PXE-E76');
    expect(run({ ...immediate, discoveryControl: 7, bootServers: [] })).toContain('PXE-E77');
    expect(run(immediate, 0x8005)).toContain('PXE-E78: Could not locate boot server.');
  });

  it('goes straight to the boot file when discovery control says so', () => {
    const pxe = { ...menu, discoveryControl: 8 };
    const bench = new Bench(only67({ ...withFile, pxeClient: true, pxe }), { 'boot.bin': nbp }).run();
    expect(bench.pc.started?.name).toBe('boot.bin');
    expect(bench.stages()).not.toContain('boot-menu');
  });

  it('looks for a boot server when discovery control prefers a file and none is named', () => {
    const script = withMenu({ ...menu, discoveryControl: 8 | 3, menuPrompt: { timeoutS: 0, text: '' } });
    expect(new Bench(script, { 'linux.bin': nbp }).run().pc.started?.name).toBe('linux.bin');
  });

  it('takes only listed servers when discovery control says so, and neither multicast nor broadcast when both are off', () => {
    const immediate = { ...menu, menuPrompt: { timeoutS: 0, text: '' } };
    const asked = (pxe: PxeVendorValues): readonly number[] =>
      new Bench(withMenu(pxe), { 'linux.bin': nbp }).run().requests.map(({ port }) => port);
    // Broadcast goes to port 67 first, where the server only has addresses: its answers name no boot item and are taken.
    expect(asked({ ...immediate, discoveryControl: 3 })).toEqual([67, 67, 4011]);
    expect(asked({ ...immediate, discoveryControl: 2 })).toEqual([67, 67, 67]);
    const elsewhere = { type: 0x8001, addresses: [ip('10.0.0.9')] };
    const bench = new Bench(withMenu({ ...immediate, discoveryControl: 4 | 2, bootServers: [elsewhere] })).run();
    expect(bench.decisions()).toContain('pxe/boot-server-not-listed');
    expect(bench.screen).toContain('PXE-E78');
  });

  it.each([
    [0, ['multicast', 'broadcast', 'list']],
    [1, ['multicast', 'list']],
    [2, ['broadcast', 'list']],
    [3, ['list']],
    [4, ['multicast', 'broadcast', 'list']],
    [7, ['list']],
    [8, ['multicast', 'broadcast', 'list']],
    [11, ['list']],
  ])('looks for a boot server as discovery control %i says: %j', (discoveryControl, methods) => {
    const [group, listed] = ['224.0.1.2', '10.0.0.1'];
    const multicastAddress = ip(group);
    const pxe = { ...menu, discoveryControl, multicastAddress, menuPrompt: { timeoutS: 0, text: '' } };
    const silent: Script = (request, port) => (request.ciaddr === 0 ? withMenu(pxe)(request, port) : []);
    const bench = new Bench(silent).run();
    const texts = bench.log.events.flatMap((event) =>
      event.kind === 'stage' && event.stage === 'boot-server' ? [event.text] : [],
    );
    const used = texts.map((text) =>
      text.includes(group)
        ? 'multicast'
        : text.includes(listed)
          ? 'list'
          : text.includes('broadcast')
            ? 'broadcast'
            : text,
    );
    expect([...new Set(used)]).toEqual(methods);
    expect(bench.screen).toContain('PXE-E78');
  });

  it('shows prompt and menu at once when the timeout is 255', () => {
    const bench = new Bench(withMenu({ ...menu, menuPrompt: { timeoutS: 255, text: 'PXE' } }), {
      'linux.bin': nbp,
    }).run(5);
    expect(bench.screen).toContain('PXE\n Install Linux');
    expect(bench.screen).toContain(' Local disk');
    bench.pc.press('Enter');
    expect(bench.run(5).pc.started?.name).toBe('linux.bin');
  });

  describe('options 60, 66 and 67 of one server', () => {
    const options: TestAnswer = { ...address, texts: { 60: 'PXEClient', 66: '10.0.0.1', 67: 'boot.bin' } };

    it('lead to port 4011, and to E55 when nobody is there', () => {
      const bench = new Bench(only67(options), { 'boot.bin': nbp }).run();
      expect(bench.requests.map(({ port }) => port)).toEqual([67, 67, 4011, 4011, 4011, 4011]);
      expect(bench.requests.at(-1)?.message).toMatchObject({ ciaddr: CLIENT });
      expect(bench.screen).toContain('PXE-E55: proxyDHCP service did not reply to request on port 4011.');
    });

    it('lead to what the service on port 4011 names', () => {
      const script: Script = (_request, port) => [port === 67 ? options : { siaddr: SERVER, file: 'wds.bin' }];
      expect(new Bench(script, { 'wds.bin': nbp }).run().pc.started?.name).toBe('wds.bin');
    });

    it('are the boot file when option 60 is left off, and its server when siaddr is 0', () => {
      const texts = { 66: '10.0.0.1', 67: 'boot.bin' };
      const elsewhere = { ...address, serverId: ip('10.0.0.3'), texts };
      const bench = new Bench(only67(elsewhere), { 'boot.bin': nbp }).run();
      expect(bench.pc.started).toMatchObject({ name: 'boot.bin', pxe: { serverIp: SERVER } });
      expect(bench.decisions()).toContain('pxe/server-by-option-66');
      const named = { ...address, texts: { 66: 'tftp.example', 67: 'boot.bin' } };
      expect(new Bench(only67(named), { 'boot.bin': nbp }).run().decisions()).toContain('pxe/no-next-server');
    });
  });

  describe('a quirk', () => {
    const withQuirk = (quirk: RomQuirk, script: Script, files: Record<string, TestFile> = { 'boot.bin': nbp }): Bench =>
      new Bench(script, files, { rom: { quirks: [quirk] } }).run();
    const text67 = (name: string): Script => only67({ ...address, siaddr: SERVER, texts: { 67: name } });
    const asked = (bench: Bench): string | undefined => bench.tftpRequests[0]?.filename;

    it('reads past option 67: 0xFF behind the name is asked for too', () => {
      expect(asked(withQuirk('reads-past-option-67', text67('boot.bin')))).toBe('boot.bin\xff');
      expect(asked(withQuirk('reads-past-option-67', text67('boot.bin\0')))).toBe('boot.bin');
    });

    it('cuts option 67 that does not end in NUL', () => {
      expect(asked(withQuirk('cuts-option-67', text67('boot.bin')))).toBe('boot.bi');
      expect(asked(withQuirk('cuts-option-67', text67('boot.bin\0')))).toBe('boot.bin');
    });

    it('sends no option 97', () => {
      const [first] = withQuirk('no-uuid', only67(withFile)).requests;
      expect(first?.message.options.map((option) => option.code)).toEqual([53, 55, 57, 93, 94, 60]);
    });

    it('ignores port 4011', () => {
      const options: TestAnswer = { ...address, texts: { 60: 'PXEClient', 66: '10.0.0.1', 67: 'boot.bin' } };
      const bench = withQuirk('ignores-port-4011', only67(options));
      expect(bench.requests.map(({ port }) => port)).toEqual([67, 67]);
      expect(bench.pc.started?.name).toBe('boot.bin');
      expect(withQuirk('ignores-port-4011', only67(address, { pxeClient: true })).screen).toContain('PXE-E53');
    });

    it('hangs on local boot, and Escape does not help', () => {
      const local = { bootMenu: [{ type: 0, text: 'Local disk' }], menuPrompt: { timeoutS: 0, text: '' } };
      const bench = withQuirk('hangs-on-local-boot', only67({ ...address, pxeClient: true, pxe: local }));
      bench.pc.press('Escape');
      bench.run(60);
      expect(bench.decisions().at(-1)).toBe('pxe/hangs');
      expect(bench.stages()).not.toContain('next-device');
    });

    it('stops after block 65535 when it counts blocks in 32 bits', () => {
      // Blocks of 8 bytes: the 65536th is in base memory's reach.
      const rom = { blksize: 8 };
      const files = { 'boot.bin': new Uint8Array(65_540 * 8) };
      expect(new Bench(only67(withFile), files, { rom }).run().pc.started?.name).toBe('boot.bin');
      const quirky = new Bench(only67(withFile), files, { rom: { ...rom, quirks: ['wide-block-numbers'] } }).run();
      expect(quirky.screen).toContain('PXE-E35: TFTP read timeout.');
      const [why] = quirky.log.events.filter((event) => event.kind === 'decision' && event.code === 'pxe/E35');
      expect(why).toMatchObject({ text: expect.stringContaining('524280 bytes') });
    });

    it('knows no blksize', () => {
      const bench = withQuirk('small-blocks', only67(withFile));
      expect(bench.pc.started?.name).toBe('boot.bin');
      expect(bench.tftpRequests[1]?.options).toEqual([]);
    });
  });

  it('gives the same events twice', () => {
    const run = (): unknown => new Bench(only67(withFile), { 'boot.bin': nbp }).run().log.events;
    expect(run()).toEqual(run());
  });
});
