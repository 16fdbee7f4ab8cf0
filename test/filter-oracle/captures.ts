/** One capture with something of everything, for comparing filters with Wireshark. */
import { readFileSync } from 'node:fs';
import { latin1, utf8 } from '../../src/base/bytes.ts';
import { BootTraffic, fileContent, pc, SERVER, TcpScript } from '../../src/analysis/fixtures/boot-traffic.ts';
import type { FrameStore } from '../../src/analysis/frame-store.ts';
import { readCapture } from '../../src/analysis/pcapng/reader.ts';
import { encodeEthernet } from '../../src/protocols/ethernet/codec.ts';
import { encodeIcmp } from '../../src/protocols/icmp/codec.ts';
import { IP_PROTOCOL } from '../../src/protocols/ipv4/fields.ts';
import { TCP_FLAG } from '../../src/protocols/tcp/fields.ts';
import { insertVlanTag } from '../../src/protocols/vlan/codec.ts';
import { hexBytes } from '../support/frames.ts';

const IPXE = new URL('fixtures/ipxe-script-over-tftp.pcap', import.meta.url);

/** Boots of three PCs over TFTP and HTTP, one of them in a VLAN; errors; and a boot of real iPXE. */
export function mixedCapture(): FrameStore {
  const traffic = new BootTraffic();
  const [bios, efi, tagged] = [pc(1), pc(2), pc(3)];
  traffic.lease(bios, 'pxelinux.0');
  traffic.arp(bios, SERVER);
  traffic.tftpRead(bios, 2070, 'pxelinux.0', fileContent('pxelinux.0', 9000));
  traffic.tftp(bios, 2071, SERVER, 69, {
    opcode: 'rrq',
    filename: 'pxelinux.cfg/C0A80101',
    mode: 'octet',
    options: [],
  });
  traffic.tftp(SERVER, 20_071, bios, 2071, {
    opcode: 'error',
    code: 1,
    message: 'file /pxelinux.cfg/C0A80101 not found',
  });
  traffic.stepNs = 40_000;
  traffic.lease(efi, 'ipxe.efi', 7);
  traffic.dns(efi, 40_001, 'boot.lab', SERVER.ip);
  traffic.dns(efi, 40_002, 'nowhere.lab', undefined);
  traffic.httpGet(efi, 50_001, '/kernel', fileContent('kernel', 5000));
  traffic.httpGet(efi, 50_002, '/missing', latin1('no such file'), 404);
  const refused = new TcpScript(traffic, efi, 50_003, SERVER, 8080);
  refused.segment(0, TCP_FLAG.syn, new Uint8Array(0));
  refused.segment(1, TCP_FLAG.rst | TCP_FLAG.ack, new Uint8Array(0));
  traffic.ping(efi, SERVER, 1);
  traffic.vlan = 10;
  traffic.lease(tagged, 'undionly.kpxe');
  traffic.arp(tagged, SERVER);
  traffic.tftpRead(tagged, 3000, 'hello.ipxe', latin1('#!ipxe\necho hello\n'));
  traffic.vlan = 20;
  traffic.arp(tagged, SERVER);
  traffic.vlan = undefined;
  // An ICMP error that quotes a datagram: IP and UDP occur twice in the frame.
  traffic.tftp(bios, 2072, SERVER, 69, { opcode: 'rrq', filename: 'gone', mode: 'octet', options: [] });
  const original = traffic.store.bytes(traffic.store.length - 1).slice(14);
  traffic.ip(
    SERVER,
    bios,
    IP_PROTOCOL.icmp,
    encodeIcmp({ kind: 'destination-unreachable', code: 3, nextHopMtu: 0, original }),
  );
  // Two tags, and text that is not ASCII.
  const inner = { id: 30, priority: 5, dropEligible: true };
  traffic.vlan = 20;
  traffic.frame(bios, insertVlanTag(traffic.store.bytes(4).slice(), inner));
  traffic.vlan = undefined;
  traffic.udp(bios, 2073, SERVER, 6969, utf8('noyau-é.img'));
  const padding = new Uint8Array(46).fill(0x0a);
  traffic.frame(
    bios,
    encodeEthernet({
      kind: 'ethernet-ii',
      destination: SERVER.mac,
      source: bios.mac,
      etherType: 0x88b5,
      payload: padding,
    }),
  );
  // ARP cut off: nothing of it, a part of its first fields, and all but the end.
  for (const arp of ['', '0001', '000108000604', '000108000604000152540000000a0a0000650000']) {
    traffic.frame(bios, hexBytes(`ffffffffffff525400aa00010806${arp}`));
  }
  appendFile(traffic);
  return traffic.store;
}

function appendFile(traffic: BootTraffic): void {
  const { store, error } = readCapture(readFileSync(IPXE));
  if (error !== undefined) throw new Error(error.message.text);
  const port = traffic.store.addInterface({ name: 'qemu.net0' });
  const startNs = traffic.timeNs + 1_000_000;
  for (let i = 0; i < store.length; i++) {
    const timeNs = startNs + store.timeNs(i) - store.timeNs(0);
    traffic.store.append({ timeNs, interfaceId: port, bytes: store.bytes(i) });
  }
}
