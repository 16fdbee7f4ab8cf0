/** What goes out on the cable, held against the figures of the reference: options, their order and lengths, and when. */
import { describe, expect, it } from 'vitest';
import { formatIpv4, readIpv4, IPV4_BROADCAST } from '../../../base/address.ts';
import { byteAt, fromLatin1, latin1, readU16, readU32, toHex } from '../../../base/bytes.ts';
import { atLeast, itemAt } from '../../../base/lists/list.ts';
import {
  BOOTREPLY,
  DHCP_SERVER_PORT,
  emptyDhcpMessage,
  PXE_SERVER_PORT,
  type DhcpMessage,
} from '../../../protocols/dhcp/codec.ts';
import { TFTP_PORT } from '../../../protocols/tftp/codec.ts';
import { ALL_OPTIONS_BUILD, DEFAULT_BUILD, type IpxeBuild } from '../build.ts';
import { Bench, runScript } from '../testing.ts';
import { ip, simpleDhcp, TestServer } from '../testing-server.ts';

const MASK = [255, 255, 255, 0];

interface Sent {
  readonly atMs: number;
  readonly destination: number;
  readonly destinationPort: number;
  readonly data: Uint8Array;
}

/** Notes every UDP datagram that the machine sends. */
function watchUdp(bench: Bench): Sent[] {
  const out: Sent[] = [];
  const [port] = atLeast(bench.ports, 1);
  const before = port.onSend;
  port.onSend = (frame) => {
    before?.(frame);
    if (readU16(frame, 12) !== 0x0800 || frame[23] !== 17) return;
    out.push({
      atMs: Math.round(bench.queue.nowNs / 1e6),
      destination: readIpv4(frame, 30),
      destinationPort: readU16(frame, 36),
      data: frame.slice(42, 14 + readU16(frame, 16)),
    });
  };
  return out;
}

/** Milliseconds, to the nearest ten: the first may have waited for ARP. */
function sinceFirst(sent: readonly Sent[]): readonly number[] {
  return sent.map(({ atMs }) => Math.round((atMs - itemAt(sent, 0).atMs) / 10) * 10);
}

/** Code and data in hexadecimal of each option after the cookie. */
function optionsOf(data: Uint8Array, from = 240): readonly (readonly [code: number, hex: string])[] {
  const out: [number, string][] = [];
  for (let at = from; at < data.length && data[at] !== 255; at += 2 + byteAt(data, at + 1)) {
    out.push([byteAt(data, at), toHex(data.subarray(at + 2, at + 2 + byteAt(data, at + 1)))]);
  }
  return out;
}

/** What a bench's machine sends when a server answers so (or none is there). */
function bootBefore(
  dhcp: ((request: DhcpMessage) => DhcpMessage | undefined) | undefined,
  seconds: number,
  build: Partial<IpxeBuild> = {},
  files: Readonly<Record<string, string>> = {},
): { readonly sent: readonly Sent[]; readonly bench: Bench } {
  const bench = new Bench({ build: { ...build, romBannerTimeoutDs: 0 } });
  const server = dhcp === undefined ? undefined : new TestServer(bench, { dhcp, files });
  const sent = watchUdp(bench);
  bench.machine.powerOn();
  bench.run(seconds);
  expect(server?.requests ?? []).toEqual([]);
  return { sent, bench };
}

const lease = (more: Readonly<Record<number, readonly number[] | string>> = {}) =>
  simpleDhcp('10.0.0.9', '10.0.0.1', { 54: [10, 0, 0, 1], 1: MASK, ...more });
const NO_PROXY = { 175: [176, 1, 1] };

describe('DHCPDISCOVER and DHCPREQUEST', () => {
  const { sent } = bootBefore(lease(NO_PROXY), 5);
  const [discover, request] = atLeast(sent, 2);

  it('go from 0.0.0.0 to everybody, with no flag, no address and the count in secs', () => {
    for (const { destination, destinationPort, data } of [discover, request]) {
      expect(destination).toBe(IPV4_BROADCAST);
      expect(destinationPort).toBe(DHCP_SERVER_PORT);
      expect(readU16(data, 10)).toBe(0);
      expect(readU32(data, 12)).toBe(0);
    }
    expect(readU16(discover.data, 8)).toBe(1 << 2);
    // The second packet, with an offer in hand.
    expect(readU16(request.data, 8)).toBe((2 << 2) | 2);
    expect(readU32(request.data, 4)).toBe(readU32(discover.data, 4));
  });

  it('carry the options of the reference, in its order', () => {
    const common = [
      [57, '05c0'],
      [93, '0000'],
      [94, '010201'],
      [60, toHex(latin1('PXEClient:Arch:00000:UNDI:002001'))],
      [77, toHex(latin1('iPXE'))],
      [55, '010306070c0f111a2a2b3c424377798081828384858687afcb'],
      [175, 'b105018086100eeb030200001701012701012201011301011101011901011001022101011501011801011b0101120101'],
      [61, '01525400123456'],
      [97, '0000000000000000000000000000000000'],
    ];
    expect(optionsOf(discover.data)).toEqual([[53, '01'], ...common]);
    expect(optionsOf(request.data)).toEqual([[53, '03'], ...common, [54, '0a000001'], [50, '0a000009']]);
    expect(optionsOf(discover.data).find(([code]) => code === 55)?.[1].length).toBe(2 * 25);
  });

  it('say what the build is in option 175: bus, version, then a version for each feature', () => {
    const features = (build: Partial<IpxeBuild>): readonly number[] => {
      const { data } = itemAt(bootBefore(undefined, 4, build).sent, 0);
      const [, body] = optionsOf(data).find(([code]) => code === 175) ?? [0, ''];
      return optionsOf(Uint8Array.from(Buffer.from(body, 'hex')), 0).map(([code]) => code);
    };
    expect(features(DEFAULT_BUILD).slice(0, 2)).toEqual([177, 235]);
    // FTP, NFS and VLAN among them.
    expect(features(ALL_OPTIONS_BUILD)).toEqual(expect.arrayContaining([0x16, 0x29, 0x26]));
    expect(features({ features: new Set() })).toEqual([177, 235]);
  });

  it('leave option 77 out of a build without a user class, and follow the settings that replace 60 and 77', () => {
    const none = itemAt(bootBefore(undefined, 4, { userClass: undefined }).sent, 0);
    expect(optionsOf(none.data).map(([code]) => code)).not.toContain(77);
    const notes: { sent?: Sent[] } = {};
    runScript('set user-class mine\nset vendor-class theirs\ndhcp', {
      prepare: (bench) => {
        notes.sent = watchUdp(bench);
      },
    });
    const own = new Map(optionsOf(notes.sent?.[0]?.data ?? new Uint8Array(0)));
    expect(own.get(77)).toBe(toHex(latin1('mine')));
    expect(own.get(60)).toBe(toHex(latin1('theirs')));
  });

  it('are repeated at 0, 1, 3 and 7 seconds', () => {
    expect(sinceFirst(bootBefore(undefined, 40).sent)).toEqual([0, 1000, 3000, 7000]);
  });

  it('ask for the address again after 0.25 s, doubling to 8 s, and begin again a second after a refusal', () => {
    const offers = lease(NO_PROXY);
    const isDiscover = (request: DhcpMessage): boolean => itemAt(request.options, 0).data[0] === 1;
    const silent = bootBefore((each) => (isDiscover(each) ? offers(each) : undefined), 40).sent;
    expect(sinceFirst(silent.slice(1))).toEqual([0, 250, 750, 1750, 3750, 7750]);
    const nak = (request: DhcpMessage): DhcpMessage => {
      const answer = offers(request);
      const type = { code: 53, data: Uint8Array.of(6), area: 'options' } as const;
      return isDiscover(request) ? answer : { ...answer, yiaddr: 0, options: [type, ...answer.options.slice(1)] };
    };
    const { sent: packets } = bootBefore(nak, 5);
    expect(packets.slice(0, 4).map(({ data }) => data[242])).toEqual([1, 3, 1, 3]);
    expect(sinceFirst(packets.slice(0, 4))).toEqual([0, 0, 1000, 1000]);
  });

  it('do not mind the refusal of a server that was not chosen', () => {
    const offers = lease(NO_PROXY);
    const servers: TestServer[] = [];
    const { output } = runScript('dhcp\necho has ${ip} from ${dhcp-server}', {
      prepare: (bench) => {
        const refusal = { code: 53, data: Uint8Array.of(6), area: 'options' } as const;
        const id = { code: 54, data: Uint8Array.of(10, 0, 0, 3), area: 'options' } as const;
        const isDiscover = (request: DhcpMessage): boolean => request.options[0]?.data[0] === 1;
        servers.push(
          new TestServer(bench, {
            address: '10.0.0.3',
            mac: 0x02_0000_0000_03,
            dhcp: (request) =>
              isDiscover(request) ? undefined : { ...offers(request), yiaddr: 0, options: [refusal, id] },
          }),
          new TestServer(bench, { dhcp: offers }),
        );
      },
    });
    expect(servers.length).toBe(2);
    expect(output).toBe('Configuring (net0 52:54:00:12:34:56)... ok\nhas 10.0.0.9 from 10.0.0.1\n');
  });

  it('wait until more than two seconds have passed for a ProxyDHCP: the request goes out at 3 s', () => {
    const { sent: packets } = bootBefore(lease(), 8);
    expect(packets.slice(0, 3).map(({ data }) => data[242])).toEqual([1, 1, 3]);
    expect(sinceFirst(packets.slice(0, 3))).toEqual([0, 1000, 3000]);
  });
});

describe('ProxyDHCP and boot servers', () => {
  const proxyOffer = (request: DhcpMessage, more: DhcpMessage['options'] = []): DhcpMessage => ({
    ...emptyDhcpMessage(BOOTREPLY),
    xid: request.xid,
    chaddr: request.chaddr,
    options: [
      { code: 53, data: Uint8Array.of(2), area: 'options' },
      { code: 54, data: Uint8Array.of(10, 0, 0, 3), area: 'options' },
      { code: 60, data: latin1('PXEClient'), area: 'options' },
      ...more,
    ],
  });

  /** A DHCP server, and a ProxyDHCP that offers and then is silent. */
  function silentProxy(): readonly Sent[] {
    const bench = new Bench();
    const servers = [
      new TestServer(bench, { dhcp: lease() }),
      new TestServer(bench, {
        address: '10.0.0.3',
        mac: 0x02_0000_0000_03,
        dhcp: (request) => (itemAt(request.options, 0).data[0] === 1 ? proxyOffer(request) : undefined),
      }),
    ];
    const sent = watchUdp(bench);
    bench.machine.powerOn();
    bench.run(20);
    expect(servers.length).toBe(2);
    // The lease stands, though nobody says what to boot.
    expect(bench.output).toContain('... ok\nnet0: 10.0.0.9/255.255.255.0\n');
    return sent;
  }

  it('ask the proxy at port 4011 with its server identifier and the own address, for no more than some two seconds', () => {
    const asked = silentProxy().filter(({ destinationPort }) => destinationPort === PXE_SERVER_PORT);
    expect(asked.map(({ destination }) => formatIpv4(destination))).toEqual(Array(asked.length).fill('10.0.0.3'));
    const [{ data }] = atLeast(asked, 1);
    expect(readU32(data, 12)).toBe(ip('10.0.0.9'));
    const options = optionsOf(data);
    expect(options.map(([code]) => code)).toEqual([53, 57, 93, 94, 60, 77, 55, 175, 61, 97, 54]);
    expect(options.at(-1)).toEqual([54, '0a000003']);
    expect(sinceFirst(asked)).toEqual([0, 250, 750, 1750]);
  });

  it('look for a boot server with transaction 0 and option 43.71, each place for more than three seconds', () => {
    const servers = [0x80, 0, 1, 10, 0, 0, 7];
    const items = [0x80, 0, 4, ...latin1('Boot')];
    const body = [6, 1, 0, 7, 4, 224, 0, 1, 2, 8, servers.length, ...servers, 9, items.length, ...items, 10, 1, 0, 255];
    const { sent, bench } = bootBefore(lease({ ...NO_PROXY, 60: 'PXEClient', 43: body }), 60);
    const asked = sent.slice(2);
    // Multicast, broadcast, then the listed one, which does not answer ARP either: nothing of it is on the cable.
    const to = asked.map(({ destination, destinationPort }) => `${formatIpv4(destination)}:${destinationPort}`);
    expect([...new Set(to)]).toEqual(['224.0.1.2:4011', '255.255.255.255:67']);
    expect(sinceFirst(asked.slice(0, 3))).toEqual([0, 1000, 3000]);
    expect(itemAt(asked, 3).atMs - itemAt(asked, 2).atMs).toBe(4000);
    for (const { data } of asked) {
      expect(readU32(data, 4)).toBe(0);
      expect(readU32(data, 12)).toBe(ip('10.0.0.9'));
      const options = optionsOf(data);
      expect(options.map(([code]) => code)).toEqual([53, 57, 93, 94, 60, 77, 55, 175, 61, 97, 43]);
      // Type 0x0080 low byte first, layer 0.
      expect(options.at(-1)?.[1]).toMatch(/^470480000000(ff)?$/);
    }
    expect(bench.output).toMatch(/PXEBS \(net0 type 128\)\.+ Connection timed out/);
  });
});

describe('TFTP', () => {
  const STATIC = 'ifopen net0\nset net0/ip 10.0.0.2\nset net0/netmask 255.255.255.0\n';

  it('asks for blksize 1432 and then tsize 0, and again after 0.25 s, doubling', () => {
    const notes: { sent?: Sent[] } = {};
    const { output } = runScript(`${STATIC}imgfetch tftp://10.0.0.1/dir/x || echo \${errno}`, {
      prepare: (bench) => {
        const { host } = new TestServer(bench, {});
        // A server that hears and says nothing.
        const { onSend } = itemAt(bench.ports, 0);
        itemAt(bench.ports, 0).onSend = (frame) => {
          if (frame[23] !== 17) onSend?.(frame);
        };
        expect(host.interfaces.length).toBe(1);
        notes.sent = watchUdp(bench);
      },
    });
    const sent = notes.sent ?? [];
    expect(fromLatin1(itemAt(sent, 0).data)).toBe('\0\x01dir/x\0octet\0blksize\x001432\0tsize\x000\0');
    expect(sent.map(({ destinationPort }) => destinationPort)).toEqual(Array(sent.length).fill(TFTP_PORT));
    expect(sinceFirst(sent)).toEqual([0, 250, 750, 1750, 3750, 7750]);
    expect(output).toMatch(/Connection timed out \(https:\/\/ipxe.org\/4c126035\)\n0x4c126035\n$/);
  });

  it('tells the server when Ctrl-C or a limit ends a transfer, and not when the power goes', () => {
    const errors = (more: string, keyAtS: number | undefined, offAtS?: number): readonly string[] => {
      const notes: { sent?: Sent[] } = {};
      runScript(`${STATIC}imgfetch ${more} tftp://10.0.0.1/big`, {
        seconds: 12,
        prepare: (bench) => {
          // Its first blocks come, and then no more.
          const { host } = new TestServer(bench, { files: { big: 'x'.repeat(5000) } });
          let blocks = 0;
          const { receive } = itemAt(bench.ports, 0);
          itemAt(bench.ports, 0).receive = (frame): void => {
            if (frame[23] !== 17 || ++blocks <= 3) receive.call(bench.ports[0], frame);
          };
          expect(host.interfaces.length).toBe(1);
          notes.sent = watchUdp(bench);
          if (keyAtS !== undefined) bench.queue.schedule(keyAtS * 1e9, () => bench.machine.press('Ctrl-C'));
          if (offAtS !== undefined) bench.queue.schedule(offAtS * 1e9, () => bench.machine.powerOff());
        },
      });
      return (notes.sent ?? []).filter(({ data }) => readU16(data, 0) === 5).map(({ data }) => fromLatin1(data));
    };
    expect(errors('', 1)).toEqual(['\0\x05\0\0TFTP Aborted\0']);
    expect(errors('--timeout 2000', undefined)).toEqual(['\0\x05\0\0TFTP Aborted\0']);
    expect(errors('', undefined, 1)).toEqual([]);
  });

  it('waits its whole time for a name that leads nowhere', () => {
    const { output, bench } = runScript(`${STATIC}set dns 10.0.0.1\nimgfetch tftp://nosuch.test/x || echo \${errno}`, {
      prepare: (each) => expect(new TestServer(each, { names: {} }).requests).toEqual([]),
    });
    expect(output).toMatch(
      /^tftp:\/\/nosuch.test\/x\.{18,} Connection timed out \(https:\/\/ipxe.org\/4c126035\)\n0x4c126035\n$/,
    );
    expect(itemAt(bench.ports, 0).sent.some((frame) => frame[23] === 17 && readU16(frame, 36) === TFTP_PORT)).toBe(
      false,
    );
  });
});

describe('DNS', () => {
  const asked = (uri: string, more = ''): { readonly questions: readonly string[]; readonly output: string } => {
    const notes: { sent?: Sent[] } = {};
    const script = `ifopen net0\nset net0/ip 10.0.0.2\nset net0/netmask 255.255.255.0\nset dns 10.0.0.1\n${more}`;
    const { output } = runScript(`${script}\nimgfetch ${uri} || echo \${errno}`, {
      prepare: (bench) => {
        const names = { 'alias.test': 'web.test', 'web.test': '10.0.0.1' };
        expect(
          new TestServer(bench, { names, http: () => 'HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n' }).requests,
        ).toEqual([]);
        notes.sent = watchUdp(bench);
      },
    });
    const questions = (notes.sent ?? []).map(({ data }) => {
      const labels: string[] = [];
      let at = 12;
      for (; data[at] !== 0; at += 1 + byteAt(data, at))
        labels.push(fromLatin1(data, at + 1, at + 1 + byteAt(data, at)));
      return `${labels.join('.')} ${readU16(data, at + 1)}`;
    });
    return { questions, output };
  };

  it('asks for the address, and for an alias when there is none', () => {
    expect(asked('http://web.test/').questions).toEqual(['web.test 1']);
    expect(asked('http://nosuch.test/').questions).toEqual(['nosuch.test 1', 'nosuch.test 5']);
    expect(asked('http://nosuch.test/').output).toContain('Error 0x3e11613b (https://ipxe.org/3e11613b)\n0x3e11613b\n');
  });

  it('follows an alias to the name that it stands for', () => {
    const { questions, output } = asked('http://alias.test/');
    expect(questions).toEqual(['alias.test 1', 'web.test 1']);
    expect(output).toBe('http://alias.test/... ok\n');
  });

  it('completes a short name by the domain, and then tries it as it is', () => {
    expect(asked('http://web/', 'set domain test').questions).toEqual(['web.test 1']);
    expect(asked('http://no/', 'set domain test').questions).toEqual(['no.test 1', 'no.test 5', 'no 1', 'no 5']);
    expect(asked('http://:80/', 'set domain test').questions).toEqual(['test 1', 'test 5', ' 1', ' 5']);
  });

  it('refuses what is no name', () => {
    expect(asked('http://a..b/').output).toContain('Invalid argument (https://ipxe.org/1c116002)');
    expect(asked(`http://${'x'.repeat(64)}.test/`).output).toContain('Invalid argument (https://ipxe.org/1c116002)');
    expect(asked('http://a..b/').questions).toEqual([]);
  });
});

describe('an HTTP connection', () => {
  /** Ports of the SYN and of the FIN segments, with the time since the first SYN in tenths of a second. */
  const ends = (script: string, seconds: number): readonly string[] => {
    const out: string[] = [];
    runScript(`ifopen net0\nset net0/ip 10.0.0.2\nset net0/netmask 255.255.255.0\n${script}`, {
      seconds,
      prepare: (bench) => {
        const http = (): string => 'HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nx';
        expect(new TestServer(bench, { http }).requests).toEqual([]);
        const { onSend } = itemAt(bench.ports, 0);
        let startNs: number | undefined;
        itemAt(bench.ports, 0).onSend = (frame) => {
          onSend?.(frame);
          const flags = frame[23] === 6 ? byteAt(frame, 47) & 7 : 0;
          if (flags === 0) return;
          startNs ??= bench.queue.nowNs;
          out.push(`${['', 'FIN', 'SYN', '', 'RST'][flags]} ${Math.round((bench.queue.nowNs - startNs) / 1e8)}`);
        };
      },
    });
    return out;
  };

  it('is used again, and closed when it was idle for ten seconds', () => {
    const [fetch, wait] = ['imgfetch http://10.0.0.1/x\n', (seconds: number) => `sleep ${seconds}\n`];
    expect(ends(`${fetch}${wait(9)}${fetch}${wait(30)}`, 60)).toEqual(['SYN 0', 'FIN 190']);
    expect(ends(`${fetch}${wait(11)}${fetch}${wait(5)}`, 60)).toEqual(['SYN 0', 'FIN 100', 'SYN 110']);
  });

  it('is dropped silently when iPXE ends, and no timer stays behind', () => {
    expect(ends('imgfetch http://10.0.0.1/x', 60)).toEqual(['SYN 0']);
  });
});
