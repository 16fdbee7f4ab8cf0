/** Hostile captures of UDP and of what lies below. */
import { IPV4_BROADCAST } from '../../src/base/address.ts';
import { concatBytes, latin1 } from '../../src/base/bytes.ts';
import { fileContent, pc, SERVER } from '../../src/analysis/fixtures/boot-traffic.ts';
import { FrameStore } from '../../src/analysis/frame-store.ts';
import { encodeArp } from '../../src/protocols/arp/codec.ts';
import { ETHERTYPE } from '../../src/protocols/ethernet/fields.ts';
import { IP_PROTOCOL } from '../../src/protocols/ipv4/fields.ts';
import { type HostileFamily, ethernet, fragment, traffic, repeated, manyPcs } from './family.ts';

export const PACKET_FAMILIES: readonly HostileFamily[] = [
  // ---- UDP
  {
    name: 'TFTP requests answered by errors',
    size: 4000,
    make: traffic((made, n) =>
      repeated(n, (i) => {
        const port = 1024 + (i % 60_000);
        made.tftp(pc(1), port, SERVER, 69, {
          opcode: 'rrq',
          filename: `pxelinux.cfg/${i}`,
          mode: 'octet',
          options: [],
        });
        made.tftp(SERVER, 69, pc(1), port, { opcode: 'error', code: i % 2 === 0 ? 1 : 8, message: 'no' });
      }),
    ),
  },
  {
    name: 'the same file over and over',
    size: 1000,
    make: traffic((made, n) =>
      repeated(n, (i) => {
        made.lease(pc(1), 'undionly.kpxe');
        made.tftpRead(pc(1), 1024 + (i % 60_000), 'undionly.kpxe', fileContent('undionly.kpxe', 100));
      }),
    ),
  },
  {
    name: 'TFTP requests from one port',
    size: 4000,
    make: traffic((made, n) =>
      repeated(n, (i) =>
        made.tftp(pc(1), 2070, SERVER, 69, { opcode: 'rrq', filename: String(i), mode: 'octet', options: [] }),
      ),
    ),
  },
  {
    name: 'TFTP options',
    size: 8000,
    make: traffic((made, n) =>
      made.udp(pc(1), 2070, SERVER, 69, latin1(`\0\x01a\0octet\0${'b\x001\0'.repeat(Math.min(n, 16_000))}`)),
    ),
  },
  {
    name: 'DHCP clients',
    size: 1000,
    make: traffic((made, n) => repeated(n, (i) => made.dhcp(manyPcs(i), manyPcs(i), 1))),
  },
  {
    name: 'DHCP options',
    size: 8000,
    make: traffic((made, n) =>
      made.dhcp(
        pc(1),
        pc(1),
        1,
        {},
        Array.from({ length: Math.min(n, 16_000) }, () => ({
          code: 12,
          data: Uint8Array.of(0x61),
          area: 'options' as const,
        })),
      ),
    ),
  },
  {
    name: 'DHCP search lists',
    size: 8000,
    make: traffic((made, n) =>
      made.dhcp(
        pc(1),
        pc(1),
        1,
        {},
        Array.from({ length: Math.min(n, 16_000) }, () => ({
          code: 119,
          data: Uint8Array.of(0),
          area: 'options' as const,
        })),
      ),
    ),
  },
  {
    name: 'syslog newlines',
    size: 16_000,
    make: traffic((made, n) => made.udp(pc(1), 514, SERVER, 514, latin1(`<13>${'\n'.repeat(Math.min(n, 60_000))}x`))),
  },
  // ---- below
  {
    name: 'ARP conflicts',
    size: 8000,
    make: traffic((made, n) =>
      repeated(n, (i) => {
        for (const other of [1, 2]) {
          const from = { ...manyPcs(i), mac: 0x5254_0000_0000 + 2 * i + other };
          const payload = encodeArp({
            operation: 2,
            senderMac: from.mac,
            senderIp: from.ip,
            targetMac: SERVER.mac,
            targetIp: SERVER.ip,
          });
          made.frame(from, ethernet(from, ETHERTYPE.arp, payload));
        }
      }),
    ),
  },
  {
    name: 'fragments behind a gap',
    size: 4000,
    make: traffic((made, n) =>
      repeated(n, (i) =>
        made.frame(
          pc(1),
          ethernet(pc(1), ETHERTYPE.ipv4, fragment(1, 8 * (i === 0 ? 8000 : 1 + (i % 7990)), i > 0, new Uint8Array(8))),
        ),
      ),
    ),
  },
  {
    name: 'the same fragment again',
    size: 4000,
    make: traffic((made, n) =>
      repeated(n, (i) =>
        made.frame(pc(1), ethernet(pc(1), ETHERTYPE.ipv4, fragment(1, i === 0 ? 64 : 8, i > 0, new Uint8Array(8)))),
      ),
    ),
  },
  {
    name: 'many datagrams in fragments',
    size: 2000,
    make: traffic((made, n) =>
      repeated(n, (i) => {
        made.frame(pc(1), ethernet(pc(1), ETHERTYPE.ipv4, fragment(i & 0xffff, 8, false, new Uint8Array(8))));
        made.frame(pc(1), ethernet(pc(1), ETHERTYPE.ipv4, fragment(i & 0xffff, 0, true, new Uint8Array(8))));
      }),
    ),
  },
  {
    name: 'VLAN tags',
    size: 8000,
    make: traffic((made, n) => {
      const tags = new Uint8Array(4 * n);
      for (let i = 0; i < n; i++) tags.set([0, i & 255, 0x81, 0], 4 * i);
      made.frame(pc(1), ethernet(pc(1), ETHERTYPE.vlan, tags));
    }),
  },
  {
    name: 'ICMP quotes',
    size: 1000,
    make: traffic((made, n) => {
      const out = new Uint8Array(28 * n + 8);
      for (let i = 0; i < n; i++) {
        const length = Math.min(0xffff, out.length - 28 * i);
        out.set(
          [0x45, 0, length >>> 8, length & 255, 0, 0, 0, 0, 64, 1, 0, 0, 10, 0, 0, 101, 10, 0, 0, 1, 3, 3],
          28 * i,
        );
      }
      made.frame(pc(1), ethernet(pc(1), ETHERTYPE.ipv4, out));
    }),
  },
  {
    name: 'IP in IP',
    size: 1000,
    make: traffic((made, n) => {
      const out = new Uint8Array(20 * n);
      for (let i = 0; i < n; i++) {
        const length = Math.min(0xffff, out.length - 20 * i);
        out.set([0x45, 0, length >>> 8, length & 255, 0, 0, 0, 0, 64, 4, 0, 0, 10, 0, 0, 101, 10, 0, 0, 1], 20 * i);
      }
      made.frame(pc(1), ethernet(pc(1), ETHERTYPE.ipv4, out));
    }),
  },
  {
    name: 'refused ports',
    size: 4000,
    make: traffic((made, n) =>
      repeated(n, (i) => {
        const quoted = fragment(i & 0xffff, 0, false, Uint8Array.of(8, 1, 0, 69, 0, 8, 0, 0));
        made.ip(SERVER, pc(1), IP_PROTOCOL.icmp, concatBytes([Uint8Array.of(3, 3, 0, 0, 0, 0, 0, 0), quoted]));
      }),
    ),
  },
  {
    name: 'broken frames',
    size: 4000,
    make: traffic((made, n, rng) =>
      repeated(n, () => {
        const etherType = [ETHERTYPE.arp, ETHERTYPE.ipv4, ETHERTYPE.vlan, 0x20][rng.below(4)] ?? 0;
        made.frame(pc(1), ethernet(pc(1), etherType, new Uint8Array(0)).subarray(0, 14 + rng.below(30)));
      }),
    ),
  },
  {
    name: 'interfaces',
    size: 4000,
    make: (n) => {
      const store = new FrameStore();
      for (let i = 0; i < n; i++) {
        const interfaceId = store.addInterface({ name: `if${i}` });
        store.append({ timeNs: i, interfaceId, direction: 'out', bytes: ethernet(pc(1), 0x88b5, new Uint8Array(46)) });
      }
      return store;
    },
  },
  {
    name: 'broadcast storm',
    size: 4000,
    make: traffic((made, n) =>
      repeated(n, (i) => made.udp(manyPcs(i), 1024, SERVER, 9, new Uint8Array(8), 0, IPV4_BROADCAST)),
    ),
  },
];
