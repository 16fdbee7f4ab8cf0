/** ProxyDHCP, PXE menus and boot servers, VLAN devices, blocked ports. */
import { describe, expect, it } from 'vitest';
import { byteAt, latin1, toHex } from '../../../base/bytes.ts';
import { atLeast, itemAt } from '../../../base/lists/list.ts';
import {
  BOOTREPLY,
  collectOption,
  decodeDhcp,
  emptyDhcpMessage,
  encodeDhcp,
  type DhcpMessage,
  type DhcpOption,
} from '../../../protocols/dhcp/codec.ts';
import { tagFrame } from '../../../net/vlan-tag.ts';
import { removeVlanTag } from '../../../protocols/vlan/codec.ts';
import { ALL_OPTIONS_BUILD } from '../build.ts';
import { Bench, runScript } from '../testing.ts';
import { packetsForProgram } from './dhcp/program-packets.ts';
import { ip, simpleDhcp, TestServer } from '../testing-server.ts';

const option = (code: number, data: Uint8Array): DhcpOption => ({ code, data, area: 'options' });
const MASK = [255, 255, 255, 0];

/** A ProxyDHCP's answer: no address, class PXEClient, server and file perhaps. */
function proxyReply(request: DhcpMessage, type: number, server: string, file: string): DhcpMessage {
  const name = new Uint8Array(128);
  name.set(latin1(file));
  return {
    ...emptyDhcpMessage(BOOTREPLY),
    xid: request.xid,
    siaddr: file === '' ? 0 : ip(server),
    chaddr: request.chaddr,
    file: name,
    options: [
      option(53, Uint8Array.of(type)),
      option(54, Uint8Array.from(server.split('.').map(Number))),
      option(60, latin1('PXEClient')),
    ],
  };
}

describe('ProxyDHCP', () => {
  it('takes its file from an offer that has one, and its own server for booting', () => {
    const bench = new Bench();
    const dhcp = simpleDhcp('10.0.0.9', '10.0.0.1', { 54: [10, 0, 0, 1], 1: MASK });
    const servers = [
      new TestServer(bench, { dhcp }),
      new TestServer(bench, {
        address: '10.0.0.3',
        mac: 0x02_0000_0000_03,
        dhcp: (request) => proxyReply(request, 2, '10.0.0.3', 'proxy.ipxe'),
        files: { 'proxy.ipxe': '#!ipxe\necho ${next-server} ${proxydhcp/next-server}\nshow filename\n' },
      }),
    ];
    expect(servers.length).toBe(2);
    bench.machine.powerOn();
    bench.run(8);
    // No wait: the proxy was there. Plain next-server still is the DHCP server's.
    expect(bench.output).toContain(
      'Configuring (net0 52:54:00:12:34:56)... ok\nnet0: 10.0.0.9/255.255.255.0\nNext server: 10.0.0.3\nFilename: proxy.ipxe\n' +
        'tftp://10.0.0.3/proxy.ipxe... ok\nproxy.ipxe : 66 bytes [script]\n10.0.0.1 10.0.0.3\nproxydhcp/filename:string = proxy.ipxe\n',
    );
  });

  it('asks on port 4011 when the offer names no file', () => {
    const bench = new Bench();
    const dhcp = simpleDhcp('10.0.0.9', '0.0.0.0', { 54: [10, 0, 0, 1], 1: MASK });
    const first = new TestServer(bench, { dhcp });
    const proxy = new TestServer(bench, {
      address: '10.0.0.3',
      mac: 0x02_0000_0000_03,
      dhcp: (request) =>
        itemAt(request.options, 0).data[0] === 1 ? proxyReply(request, 2, '10.0.0.3', '') : undefined,
      files: { 'late.0': 'x' },
    });
    const asked: number[] = [];
    const socket = proxy.host.openUdp({ port: 4011 });
    socket.onDatagram = ({ data, source, sourcePort }) => {
      asked.push(sourcePort);
      const request = emptyDhcpMessage(1);
      const view = {
        ...request,
        xid: ((byteAt(data, 4) << 24) | (byteAt(data, 5) << 16) | (byteAt(data, 6) << 8) | byteAt(data, 7)) >>> 0,
        chaddr: data.slice(28, 44),
      };
      socket.send(source, sourcePort, encodeDhcp(proxyReply(view, 5, '10.0.0.3', 'late.0')));
    };
    bench.machine.powerOn();
    bench.run(8);
    expect(first.requests).toEqual([]);
    expect(asked).toEqual([68]);
    expect(bench.output).toContain(
      'Next server: 10.0.0.3\nFilename: late.0\ntftp://10.0.0.3/late.0... ok\nlate.0 : 1 bytes [PXE-NBP]\n',
    );
    expect(bench.machine.started?.kind).toBe('nbp');
    expect(bench.machine.started?.pxe?.serverIp).toBe(ip('10.0.0.3'));
  });
});

describe('PXE menu', () => {
  const menuOptions = (timeout: number): Readonly<Record<number, readonly number[] | string>> => {
    const text = (value: string): number[] => Array.from(latin1(value));
    const items = [0x80, 0, 4, ...text('Boot'), 0, 0, 5, ...text('Local')];
    const prompt = [timeout, ...text('Press F8 for boot menu')];
    const servers = [0x80, 0, 1, 10, 0, 0, 1];
    const sub = [6, 1, 3, 8, servers.length, ...servers, 9, items.length, ...items, 10, prompt.length, ...prompt, 255];
    return { 54: [10, 0, 0, 1], 1: MASK, 60: 'PXEClient', 43: sub };
  };

  function boot(timeout: number, keys: readonly (readonly [number, string])[]) {
    const bench = new Bench();
    const server = new TestServer(bench, {
      dhcp: simpleDhcp('10.0.0.9', '0.0.0.0', menuOptions(timeout)),
      files: { 'hello.0': 'x' },
    });
    const sent: string[] = [];
    const socket = server.host.openUdp({ port: 4011 });
    socket.onDatagram = ({ data, source }) => {
      sent.push(toHex(data));
      const reply: DhcpMessage = {
        ...emptyDhcpMessage(BOOTREPLY),
        siaddr: ip('10.0.0.1'),
        chaddr: data.slice(28, 44),
        options: [
          option(53, Uint8Array.of(5)),
          option(54, Uint8Array.of(10, 0, 0, 1)),
          option(60, latin1('PXEClient')),
          option(67, latin1('hello.0')),
          option(43, Uint8Array.of(71, 4, 0x80, 0, 0, 0, 255)),
        ],
      };
      socket.send(source, 68, encodeDhcp(reply));
    };
    for (const [seconds, key] of keys) bench.queue.schedule(seconds * 1e9, () => bench.machine.press(key));
    bench.machine.powerOn();
    bench.run(20);
    const menus = bench.events.flatMap((event) => (event.kind === 'menu' ? [event.menu] : []));
    return { output: bench.output, sent, menus };
  }

  const LOADED =
    'PXEBS (net0 type 128)... ok\nNext server: 10.0.0.1\nFilename: hello.0\ntftp://10.0.0.1/hello.0... ok\n';

  it('counts down at the prompt, then asks the first item’s server', () => {
    const { output, sent, menus } = boot(2, []);
    expect(output).toContain(
      'Booting from PXE menu\nPress F8 for boot menu (2)\b \b\b \b\b \b\b \b (1)\b \b\b \b\b \b\b \b\n',
    );
    expect(output).toContain(LOADED);
    // Transaction 0, own address as ciaddr, boot item 0x0080 low byte first, layer 0.
    expect(itemAt(sent, 0).slice(8, 16)).toBe('00000000');
    expect(itemAt(sent, 0).slice(24, 32)).toBe('0a000009');
    expect(sent[0]).toContain('4704800000');
    expect(menus).toMatchObject([
      {
        title: 'Press F8 for boot menu',
        openKey: 'F8',
        defaultId: '0',
        items: [{ label: 'Boot' }, { label: 'Local' }],
      },
      { items: [] },
    ]);
  });

  it('shows the list on F8 and boots locally by its letter', () => {
    const { output, menus } = boot(5, [
      [3.5, 'F8'],
      [4, 'Down'],
      [5, 'b'],
    ]);
    const listed = menus.filter(({ items, openKey }) => items.length > 0 && openKey === undefined);
    expect(listed.map(({ defaultId }) => defaultId)).toEqual(['0', '1']);
    expect(output).toContain(' A. Boot ');
    expect(output).toContain('\nNo more network devices\n');
    expect(output).not.toContain('PXEBS');
  });
});

describe('VLAN devices', () => {
  it('tag what they send and get what carries their tag', () => {
    const { output, bench } = runScript('vcreate --tag 23 --priority 5 net0\ndhcp net0-23\nshow ip\nroute', {
      build: { features: ALL_OPTIONS_BUILD.features },
      prepare: (each) => {
        // The server stands behind an access port of VLAN 23.
        const [pc] = atLeast(each.ports, 1);
        const server = new TestServer(each, {
          dhcp: simpleDhcp('10.0.0.9', '10.0.0.1', { 54: [10, 0, 0, 1], 1: MASK, 175: [176, 1, 1] }),
        });
        expect(server.requests).toEqual([]);
        const { onSend } = pc;
        pc.onSend = (frame) => onSend?.(removeVlanTag(frame));
        const receive = pc.receive.bind(pc);
        pc.receive = (frame) => receive(tagFrame(frame, 23));
      },
    });
    expect(output).toBe(
      'Configuring (net0-23 52:54:00:12:34:56)... ok\nnet0-23.dhcp/ip:ipv4 = 10.0.0.9\nnet0-23: 10.0.0.9/255.255.255.0\n',
    );
    expect(toHex(itemAt(itemAt(bench.ports, 0).sent, 0).subarray(12, 16))).toBe('8100a017');
  });

  it('show the card of their trunk, and take the trunk down with them', () => {
    const { output } = runScript(
      'set net0/ip 10.0.0.2\nifopen net0\nvcreate --tag 5 net0\nifstat net0-5\nifclose net0-5\nifstat net0\n' +
        'ifopen net0\nvcreate net0\nvdestroy net0-0\nimgfetch http://10.0.0.1/x',
      { build: { features: ALL_OPTIONS_BUILD.features } },
    );
    const ofCard = (name: string, state: string): string =>
      `${name}: 52:54:00:12:34:56 using 82540em on 0000:00:02.0 (Ethernet) [${state}]\n  [Link:up, TX:`;
    expect(output).toContain(ofCard('net0-5', 'open'));
    expect(output).toContain(ofCard('net0', 'closed'));
    expect(output).toContain('http://10.0.0.1/x... Network unreachable (https://ipxe.org/280a6011)\n');
  });
});

describe('spanning tree', () => {
  it('shows a blocked link and goes on discovering until the port forwards', () => {
    const bench = new Bench();
    const bpdu = (flags: number): Uint8Array => {
      const frame = new Uint8Array(60);
      frame.set([0x01, 0x80, 0xc2, 0, 0, 0, 2, 0, 0, 0, 0, 9, 0, 39, 0x42, 0x42, 3, 0, 0, 2, 2, flags]);
      return frame;
    };
    for (let second = 1; second < 40; second += 2)
      bench.queue.schedule(second * 1e9, () => itemAt(bench.ports, 0).receive(bpdu(0x0e)));
    bench.machine.powerOn();
    bench.run(30);
    expect(itemAt(bench.ipxe.netdevs.all, 0).description).toContain('[Link:up (blocked), ');
    expect(bench.output).not.toContain('No configuration methods');
    bench.run(60);
    expect(bench.output).toContain('No configuration methods');
  });
});

describe('the packets of boot programs', () => {
  /** What a program would find after a script, in a lab with one DHCP server. */
  function packetsAfter(script: string): {
    discover: DhcpMessage;
    ack: DhcpMessage;
    bytes: Uint8Array;
    reply: Uint8Array;
  } {
    const dhcp = simpleDhcp('10.0.0.9', '10.0.0.1', { 54: [10, 0, 0, 1], 1: MASK, 3: [10, 0, 0, 1] });
    const { bench } = runScript(`dhcp\n${script}\nsleep 100`, {
      seconds: 20,
      prepare: (each) => new TestServer(each, { dhcp }),
    });
    const { discover, ack, reply } = packetsForProgram(bench.ipxe, itemAt(bench.ipxe.netdevs.all, 0));
    const read = (bytes: Uint8Array): DhcpMessage => {
      const message = decodeDhcp(bytes);
      if (!message.ok) throw new Error(JSON.stringify(message.error));
      return message.value;
    };
    return { discover: read(discover), ack: read(ack), bytes: ack, reply };
  }
  const textOf = (message: DhcpMessage, code: number): string =>
    String.fromCharCode(...(collectOption(message, code) ?? []));

  it('have what the script set: options, the next server and the file, and those of the device first', () => {
    const { ack, discover, bytes, reply } = packetsAfter(
      'set 209:string other.cfg\nset 210:string http://10.0.0.1/\nset 175.8:int8 1\nset filename a/b.0\n' +
        'set next-server 10.0.0.7\nset net0/210:string tftp://10.0.0.1/\nset free text',
    );
    expect(textOf(ack, 209)).toBe('other.cfg');
    expect(textOf(ack, 210)).toBe('tftp://10.0.0.1/');
    expect(collectOption(ack, 53)).toEqual(Uint8Array.of(5));
    expect(collectOption(ack, 54)).toEqual(Uint8Array.of(10, 0, 0, 1));
    expect(collectOption(ack, 1)).toEqual(Uint8Array.from(MASK));
    expect(collectOption(ack, 175)).toEqual(Uint8Array.of(8, 1, 1));
    expect(String.fromCharCode(...ack.file).replaceAll('\0', '')).toBe('a/b.0');
    expect({ ...ack, siaddr: 0 }).toMatchObject({ op: 2, secs: 0, flags: 0x8000, ciaddr: 0, yiaddr: ip('10.0.0.9') });
    // The lease of the device wins over what is set for all.
    expect(ack.siaddr).toBe(ip('10.0.0.1'));
    expect(ack.xid).toBe(discover.xid);
    expect(ack.xid).not.toBe(0);
    expect(ack.options.map(({ code }) => code)).toEqual([53, 1, 3, 54, 175, 209, 210]);
    expect(collectOption(discover, 53)).toEqual(Uint8Array.of(1));
    // Without a ProxyDHCP or a boot server the third packet is the second.
    expect(reply).toEqual(bytes);
  });

  it('leave out what has no room, and say so once', () => {
    const { bench } = runScript(`set net0/ip 10.0.0.2\nset filename ${'x'.repeat(200)}\nset 209:string y\nsleep 100`, {
      seconds: 5,
    });
    const ack = decodeDhcp(packetsForProgram(bench.ipxe, itemAt(bench.ipxe.netdevs.all, 0)).ack);
    if (!ack.ok) throw new Error('no DHCP');
    expect(textOf(ack.value, 209)).toBe('y');
    expect(ack.value.file.every((byte) => byte === 0)).toBe(true);
    expect(
      bench.events.filter((event) => event.kind === 'decision' && event.code === 'option-without-room').length,
    ).toBe(1);
  });
});
