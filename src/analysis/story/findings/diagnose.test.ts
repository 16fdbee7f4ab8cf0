/** Proves each rule of the diagnosis on a boot that has the fault, and that a sound boot has no findings. */
import { describe, expect, it } from 'vitest';
import { latin1 } from '../../../base/bytes.ts';
import { DHCP_OPTION } from '../../../protocols/dhcp/options.ts';
import { encodeIcmp } from '../../../protocols/icmp/codec.ts';
import { TCP_FLAG } from '../../../protocols/tcp/fields.ts';
import { BootTraffic, bytes32, fileContent, option, pc, SERVER, TcpScript } from '../../fixtures/boot-traffic.ts';
import { diagnose } from './diagnose.ts';
import type { FrameFinding } from './finding.ts';
import { BootFacts } from '../facts.ts';

const OTHER = { name: 'rogue', mac: 0x525400cc0001, ip: 0x0a000002 };

function findings(make: (traffic: BootTraffic) => void, waitS = 0): readonly FrameFinding[] {
  const traffic = new BootTraffic();
  make(traffic);
  if (waitS > 0) {
    traffic.timeNs += waitS * 1e9;
    traffic.arp(SERVER, OTHER);
  }
  const facts = new BootFacts(traffic.store);
  facts.update();
  return diagnose(facts, (mac) => (mac === pc(1).mac ? 'pc1' : 'somebody'));
}

function codes(make: (traffic: BootTraffic) => void, waitS = 0): readonly string[] {
  return findings(make, waitS).map((one) => one.code);
}

const pxeDiscover = [option(DHCP_OPTION.vendorClass, ...latin1('PXEClient:Arch:00000:UNDI:002001'))];

describe('diagnose', () => {
  it('finds nothing in a sound boot', () => {
    const sound = (traffic: BootTraffic): void => {
      traffic.lease(pc(1), 'pxelinux.0');
      traffic.arp(pc(1), SERVER);
      traffic.tftpRead(pc(1), 2070, 'pxelinux.0', fileContent('a', 9000));
      traffic.tftp(pc(1), 2071, SERVER, 69, {
        opcode: 'rrq',
        filename: 'pxelinux.cfg/0A000065',
        mode: 'octet',
        options: [],
      });
      traffic.tftp(SERVER, 9999, pc(1), 2071, { opcode: 'error', code: 1, message: 'no' });
      traffic.tftpRead(pc(1), 2072, 'pxelinux.cfg/default', fileContent('b', 900));
      traffic.httpGet(pc(1), 50_000, '/kernel', fileContent('kernel', 9000));
    };
    expect(findings(sound, 10)).toEqual([]);
  });

  it.each<[string, (traffic: BootTraffic) => void, number]>([
    ['no-dhcp-answer', (t) => t.dhcp(pc(1), pc(1), 1, {}, pxeDiscover), 5],
    [
      'vlan-unserved',
      (t) => {
        t.vlan = 10;
        t.dhcp(pc(1), pc(1), 1);
        t.vlan = undefined;
        t.lease(pc(2), 'a.0');
      },
      5,
    ],
    [
      'two-dhcp-servers',
      (t) => {
        t.dhcp(pc(1), pc(1), 1);
        for (const server of [SERVER, OTHER]) {
          t.dhcp(server, pc(1), 2, {}, [option(DHCP_OPTION.serverIdentifier, ...bytes32(server.ip))]);
        }
      },
      0,
    ],
    [
      'late-dhcp-answer',
      (t) => {
        for (let i = 0; i < 3; i++) t.dhcp(pc(1), pc(1), 1);
        t.lease(pc(1), 'a.0');
      },
      0,
    ],
    ['dhcp-nak', (t) => t.dhcp(SERVER, pc(1), 6), 0],
    ['dhcp-decline', (t) => t.dhcp(pc(1), pc(1), 4), 0],
    [
      'address-conflict',
      (t) => {
        t.arp(pc(1), SERVER);
        t.arp({ ...OTHER, ip: pc(1).ip }, SERVER);
      },
      0,
    ],
    ['no-boot-file', (t) => t.lease(pc(1), ''), 0],
    ['wrong-firmware', (t) => t.lease(pc(1), 'boot/ipxe.efi', 0), 0],
    ['wrong-firmware', (t) => t.lease(pc(1), 'undionly.kpxe', 7), 0],
    [
      'silent-on-4011',
      (t) => {
        t.lease(pc(1), 'a.0');
        t.udp(pc(1), 68, SERVER, 4011, t.store.bytes(0).subarray(42));
      },
      5,
    ],
    [
      'tftp-no-answer',
      (t) => t.tftp(pc(1), 2070, SERVER, 69, { opcode: 'rrq', filename: 'a', mode: 'octet', options: [] }),
      5,
    ],
    [
      'tftp-missing-file',
      (t) => {
        t.tftp(pc(1), 2070, SERVER, 69, { opcode: 'rrq', filename: 'a', mode: 'octet', options: [] });
        t.tftp(SERVER, 9999, pc(1), 2070, { opcode: 'error', code: 1, message: 'file not found' });
      },
      0,
    ],
    [
      'tftp-stalled',
      (t) => {
        t.tftp(pc(1), 2070, SERVER, 69, { opcode: 'rrq', filename: 'a', mode: 'octet', options: [] });
        t.tftp(SERVER, 9999, pc(1), 2070, { opcode: 'data', block: 1, data: fileContent('a', 512) });
      },
      5,
    ],
    [
      'chainload-loop',
      (t) => {
        for (let i = 0; i < 3; i++) {
          t.lease(pc(1), 'undionly.kpxe');
          t.tftpRead(pc(1), 2070 + i, 'undionly.kpxe', fileContent('a', 3000));
        }
      },
      0,
    ],
    ['ftp-error', (t) => t.ftpGet(pc(1), 50_000, 'kernel', undefined), 0],
    ['http-error', (t) => t.httpGet(pc(1), 50_000, '/kernel', latin1('no'), 404), 0],
    [
      'connection-refused',
      (t) => {
        const script = new TcpScript(t, pc(1), 50_000, SERVER, 80);
        script.segment(0, TCP_FLAG.syn, new Uint8Array(0));
        script.segment(1, TCP_FLAG.rst | TCP_FLAG.ack, new Uint8Array(0), 0);
      },
      0,
    ],
    [
      'port-unreachable',
      (t) => {
        t.tftp(pc(1), 2070, SERVER, 69, { opcode: 'rrq', filename: 'a', mode: 'octet', options: [] });
        const original = t.store.bytes(0).slice(14, 42);
        t.ip(SERVER, pc(1), 1, encodeIcmp({ kind: 'destination-unreachable', code: 3, nextHopMtu: 0, original }));
      },
      0,
    ],
  ])('finds %s', (code, make, waitS) => {
    const found = findings(make, waitS);
    const one = found.find((each) => each.code === code);
    expect(codes(make, waitS)).toContain(code);
    expect(one?.frames.length).toBeGreaterThan(0);
  });

  it('does not take three reads after one lease for a chainload loop', () => {
    const make = (traffic: BootTraffic): void => {
      traffic.lease(pc(1), 'undionly.kpxe');
      for (let i = 0; i < 3; i++) traffic.tftpRead(pc(1), 2070 + i, 'undionly.kpxe', fileContent('a', 3000));
    };
    expect(codes(make)).toEqual([]);
  });

  it('puts the worst first', () => {
    const found = findings((traffic) => {
      for (let i = 0; i < 3; i++) traffic.dhcp(pc(1), pc(1), 1);
      traffic.lease(pc(1), '');
    });
    expect(found.map((one) => one.severity)).toEqual(['error', 'note']);
  });

  const missed = (t: BootTraffic, port: number, filename: string): void => {
    t.tftp(pc(1), port, SERVER, 69, { opcode: 'rrq', filename, mode: 'octet', options: [] });
    t.tftp(SERVER, 9999, pc(1), port, { opcode: 'error', code: 1, message: 'file not found' });
  };

  it('takes a miss for a search when the file is found elsewhere, and for none when the boot goes on without it', () => {
    const found = findings((t) => {
      missed(t, 2070, 'boot/libcom32.c32');
      missed(t, 2071, 'boot/extra.cfg');
      t.tftpRead(pc(1), 2072, 'lib/libcom32.c32', fileContent('a', 700));
      missed(t, 2073, 'boot/last.img');
    });
    expect(found.map(({ severity, text }) => [severity, text])).toEqual([
      ['error', 'pc1 asks 10.0.0.1 for boot/last.img, which is not there.'],
    ]);
  });

  it('is one finding for all places in which PXELINUX looks for a module, and for all endings of a kernel', () => {
    const found = findings((t) => {
      for (const [i, folder] of ['', '/', 'boot/isolinux/'].entries()) missed(t, 2070 + i, `${folder}ldlinux.c32`);
    });
    expect(found.map(({ code, text }) => [code, text])).toEqual([
      [
        'syslinux-module-missing',
        'PXELINUX on pc1 needs ldlinux.c32 and finds it nowhere on 10.0.0.1 (places it looked in: 3).',
      ],
    ]);
    const kernel = findings((t) => {
      for (const [i, ending] of ['', '.cbt', '.0', '.com', '.c32'].entries()) missed(t, 2070 + i, `vmlinuz${ending}`);
    });
    expect(kernel.map(({ code }) => code)).toEqual(['tftp-missing-file']);
  });

  it('does not take a failure for over when the client only loads the same files again', () => {
    const found = findings((t) => {
      t.tftpRead(pc(1), 2070, 'menu.c32', fileContent('a', 700));
      missed(t, 2071, 'kernel');
      t.tftpRead(pc(1), 2072, 'menu.c32', fileContent('a', 700));
    });
    expect(found.map(({ code }) => code)).toEqual(['tftp-missing-file']);
  });

  it('finds an option 210 without a slash in what PXELINUX asks for', () => {
    const found = findings((t) => {
      t.dhcp(SERVER, pc(1), 5, {}, [option(DHCP_OPTION.pathPrefix, ...latin1('/other'))]);
      missed(t, 2070, '/otherlab.cfg');
    });
    expect(found.map(({ code, remedy }) => [code, remedy.text])).toEqual([
      ['path-prefix-without-slash', 'Put a slash at its end: option 210 is /other/ then.'],
    ]);
  });

  describe('shim, which takes its folder from the file field of the DHCP reply', () => {
    const SHIM = 'debian/bootnetx64.efi';
    const boot = (t: BootTraffic, wanted: string, changes: Parameters<BootTraffic['dhcp']>[3] = {}): void => {
      t.lease(pc(1), SHIM, 7);
      if (changes.file !== undefined) t.dhcp(SERVER, pc(1), 5, changes);
      t.tftpRead(pc(1), 2070, SHIM, fileContent('shim', 900));
      missed(t, 2071, `${wanted.slice(0, wanted.lastIndexOf('/') + 1)}revocations_sbat.efi`);
      missed(t, 2072, wanted);
    };
    const file = Uint8Array.from({ length: 128 }, (_, i) => SHIM.charCodeAt(i) || 0);

    it('asks elsewhere for what lies beside it when the name is in option 67 alone', () => {
      expect(findings((t) => boot(t, '/grubx64.efi')).map(({ code, text }) => [code, text])).toEqual([
        [
          'shim-folder',
          'pc1 asks 10.0.0.1 for /grubx64.efi: shim looks for the folder of debian/bootnetx64.efi in the file field of the DHCP reply, and the name is in option 67 alone.',
        ],
      ]);
    });

    it('has its folder otherwise: the file is missing', () => {
      expect(codes((t) => boot(t, 'debian/grubx64.efi'))).toEqual(['tftp-missing-file']);
      expect(codes((t) => boot(t, '/grubx64.efi', { file }))).toEqual(['tftp-missing-file']);
    });
  });

  it('finds blocks that are too large for the path, and not a single lost one', () => {
    const read = (t: BootTraffic, times: number): void => {
      const options = [{ name: 'blksize', value: '1432' }];
      t.tftp(pc(1), 2070, SERVER, 69, { opcode: 'rrq', filename: 'a', mode: 'octet', options });
      t.tftp(SERVER, 9999, pc(1), 2070, { opcode: 'oack', options });
      t.tftp(pc(1), 2070, SERVER, 9999, { opcode: 'ack', block: 0 });
      for (let i = 0; i < times; i++)
        t.tftp(SERVER, 9999, pc(1), 2070, { opcode: 'data', block: 1, data: fileContent('a', 1432) });
    };
    expect(codes((t) => read(t, 3))).toEqual(['path-mtu']);
    expect(codes((t) => read(t, 2))).toEqual([]);
  });

  it('finds what hides behind a proxy: a file without a server, and the next-server of the lease', () => {
    const proxy = { name: 'proxy', mac: 0x525400cc0002, ip: 0x0a000009 };
    const ours = option(DHCP_OPTION.vendorClass, ...latin1('PXEClient'));
    const from = option(DHCP_OPTION.serverIdentifier, ...bytes32(proxy.ip));
    const file = option(DHCP_OPTION.bootFileName, ...latin1('menu.ipxe'));
    const discover = (t: BootTraffic): void =>
      t.dhcp(pc(1), pc(1), 1, {}, [...pxeDiscover, option(DHCP_OPTION.userClass, ...latin1('iPXE'))]);
    const offer = (t: BootTraffic, siaddr: number): void => {
      discover(t);
      t.dhcp(proxy, pc(1), 2, { yiaddr: 0, siaddr }, [ours, from, file]);
    };
    expect(codes((t) => offer(t, 0))).toContain('proxy-without-server');
    expect(codes((t) => offer(t, proxy.ip))).toEqual([]);
    const asks = (t: BootTraffic, siaddr: number): void => {
      offer(t, siaddr);
      t.dhcp(SERVER, pc(1), 5, { siaddr: SERVER.ip });
      missed(t, 2070, 'local.ipxe');
    };
    expect(codes((t) => asks(t, proxy.ip))).toContain('next-server-of-lease');
    expect(codes((t) => asks(t, 0))).not.toContain('next-server-of-lease');
  });
});
