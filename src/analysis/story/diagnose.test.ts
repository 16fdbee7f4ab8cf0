/** Proves each rule of the diagnosis on a boot that has the fault, and that a sound boot has no findings. */
import { describe, expect, it } from 'vitest';
import { latin1 } from '../../base/bytes.ts';
import { DHCP_OPTION } from '../../protocols/dhcp/options.ts';
import { encodeIcmp } from '../../protocols/icmp/codec.ts';
import { TCP_FLAG } from '../../protocols/tcp/fields.ts';
import { BootTraffic, bytes32, fileContent, option, pc, SERVER, TcpScript } from '../fixtures/boot-traffic.ts';
import { diagnose } from './diagnose.ts';
import type { FrameFinding } from './finding.ts';
import { BootFacts } from './facts.ts';

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

  it('takes a miss for a search when the file is found elsewhere, and for a note when the boot goes on without it', () => {
    const missed = (t: BootTraffic, port: number, filename: string): void => {
      t.tftp(pc(1), port, SERVER, 69, { opcode: 'rrq', filename, mode: 'octet', options: [] });
      t.tftp(SERVER, 9999, pc(1), port, { opcode: 'error', code: 1, message: 'file not found' });
    };
    const found = findings((t) => {
      missed(t, 2070, 'boot/libcom32.c32');
      missed(t, 2071, 'boot/extra.cfg');
      t.tftpRead(pc(1), 2072, 'lib/libcom32.c32', fileContent('a', 700));
      missed(t, 2073, 'boot/last.c32');
    });
    expect(found.map(({ severity, text }) => [severity, text])).toEqual([
      ['error', 'pc1 asks 10.0.0.1 for boot/last.c32, which is not there.'],
      ['note', 'pc1 asks 10.0.0.1 for boot/extra.cfg, which is not there.'],
    ]);
  });
});
