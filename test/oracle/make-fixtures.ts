/**
 * Makes `fixtures/lower-layers.pcapng`: one frame or more of everything below UDP's and TCP's payloads that the lab
 * dissects, the odd and the broken included. Run it again after adding a case:
 *
 *     npx tsx test/oracle/make-fixtures.ts
 */
import { writeFileSync } from 'node:fs';
import { parseIpv4, parseMac } from '../../src/base/address.ts';
import { concatBytes, fromHex, utf8, writeU16 } from '../../src/base/bytes.ts';
import { itemAt } from '../../src/base/lists/list.ts';
import { FrameStore } from '../../src/analysis/frame-store.ts';
import { writePcapng } from '../../src/analysis/pcapng/writer.ts';
import { encodeArp } from '../../src/protocols/arp/codec.ts';
import { encodeEthernet } from '../../src/protocols/ethernet/codec.ts';
import { encodeIcmp } from '../../src/protocols/icmp/codec.ts';
import { encodeIpv4, type Ipv4HeaderFields } from '../../src/protocols/ipv4/codec.ts';
import { encodeEapolStart } from '../../src/protocols/eapol/codec.ts';
import { EAPOL_GROUP } from '../../src/protocols/eapol/fields.ts';
import { encodeLlc } from '../../src/protocols/llc/codec.ts';
import { encodeLacp, markerResponse } from '../../src/protocols/slow/codec.ts';
import { SLOW_GROUP } from '../../src/protocols/slow/fields.ts';
import { encodeBpdu } from '../../src/protocols/stp/codec.ts';
import { encodeTcp } from '../../src/protocols/tcp/codec.ts';
import { encodeUdp } from '../../src/protocols/udp/codec.ts';
import { insertVlanTag } from '../../src/protocols/vlan/codec.ts';

const PC = parseMac('52:54:00:aa:00:01') ?? 0;
const SERVER = parseMac('52:54:00:bb:00:02') ?? 0;
const BROADCAST = 0xffff_ffff_ffff;
const STP_GROUP = parseMac('01:80:c2:00:00:00') ?? 0;
const LLDP_GROUP = parseMac('01:80:c2:00:00:0e') ?? 0;
const PC_IP = parseIpv4('10.0.0.50') ?? 0;
const SERVER_IP = parseIpv4('10.0.0.1') ?? 0;

const frames: Uint8Array[] = [];

function ethernet(destination: number, source: number, etherType: number, payload: Uint8Array): Uint8Array {
  return encodeEthernet({ kind: 'ethernet-ii', destination, source, etherType, payload });
}

function llcFrame(payload: Uint8Array): Uint8Array {
  const length = 14 + payload.length;
  const padding = new Uint8Array(Math.max(0, 60 - length));
  return encodeEthernet({ kind: '802.3', destination: STP_GROUP, source: SERVER, payload, padding });
}

function ip(fields: Partial<Ipv4HeaderFields>, payload: Uint8Array): Uint8Array {
  return encodeIpv4({ source: PC_IP, destination: SERVER_IP, protocol: 17, ...fields, payload });
}

function fromPc(packet: Uint8Array): Uint8Array {
  return ethernet(SERVER, PC, 0x0800, packet);
}

function toPc(packet: Uint8Array): Uint8Array {
  return ethernet(PC, SERVER, 0x0800, packet);
}

function udp(text: string, destinationPort = 40_001): Uint8Array {
  return encodeUdp({ sourcePort: 40_000, destinationPort, payload: utf8(text) }, PC_IP, SERVER_IP);
}

function padded(frame: Uint8Array): Uint8Array {
  return concatBytes([frame, new Uint8Array(Math.max(0, 60 - frame.length))]);
}

function broken(frame: Uint8Array, at: number): Uint8Array {
  const copy = frame.slice();
  copy[at] = itemAt(copy, at) ^ 0x5a;
  return copy;
}

function addArp(): void {
  const ask = { operation: 1, senderMac: PC, senderIp: PC_IP, targetMac: 0, targetIp: SERVER_IP };
  frames.push(padded(ethernet(BROADCAST, PC, 0x0806, encodeArp(ask))));
  const answer = { operation: 2, senderMac: SERVER, senderIp: SERVER_IP, targetMac: PC, targetIp: PC_IP };
  frames.push(ethernet(PC, SERVER, 0x0806, encodeArp(answer)));
  frames.push(ethernet(BROADCAST, PC, 0x0806, encodeArp({ ...ask, senderIp: 0 })));
  frames.push(ethernet(BROADCAST, PC, 0x0806, encodeArp({ ...ask, targetIp: PC_IP })));
  frames.push(ethernet(BROADCAST, PC, 0x0806, encodeArp({ ...answer, targetIp: SERVER_IP })));
  const reverse = { operation: 3, senderMac: PC, senderIp: 0, targetMac: PC, targetIp: 0 };
  frames.push(ethernet(BROADCAST, PC, 0x8035, encodeArp(reverse)));
  frames.push(ethernet(PC, SERVER, 0x8035, encodeArp({ ...answer, operation: 4 })));
  // Cut short.
  frames.push(ethernet(BROADCAST, PC, 0x0806, encodeArp(ask).subarray(0, 20)));
}

function addSwitching(): void {
  const request = fromPc(ip({}, udp('in a VLAN')));
  frames.push(insertVlanTag(request, { priority: 5, dropEligible: false, id: 10 }));
  frames.push(
    insertVlanTag(insertVlanTag(request, { priority: 0, dropEligible: true, id: 20 }), {
      priority: 7,
      dropEligible: false,
      id: 4094,
    }),
  );
  const bridge = { priority: 0x800a, mac: SERVER };
  const times = { messageAge256: 256, maxAge256: 5120, helloTime256: 512, forwardDelay256: 3840 };
  const tree = { root: { priority: 0x1000, mac: PC }, rootPathCost: 20_000, bridge, portId: 0x8002, ...times };
  const bpdu = (payload: Uint8Array): Uint8Array =>
    llcFrame(encodeLlc({ dsap: 0x42, ssap: 0x42, control: 3, controlLength: 1, payload }));
  frames.push(bpdu(encodeBpdu({ kind: 'config', version: 0, flags: 0x81, ...tree })));
  frames.push(bpdu(encodeBpdu({ kind: 'rst', version: 2, flags: 0x7e, ...tree })));
  frames.push(bpdu(encodeBpdu({ kind: 'topology-change', version: 0 })));
  const payload = ip({}, udp('in SNAP'));
  const snap = { oui: 0, pid: 0x0800 };
  frames.push(llcFrame(encodeLlc({ dsap: 0xaa, ssap: 0xaa, control: 3, controlLength: 1, snap, payload })));
  frames.push(ethernet(SERVER, PC, 0x1234, utf8('nobody knows this type')));
}

/** What stations and switches say to each other about their cable. */
function addLinkProtocols(): void {
  const bytes = (hex: string): Uint8Array => fromHex(hex) ?? new Uint8Array(0);
  frames.push(ethernet(EAPOL_GROUP, PC, 0x888e, encodeEapolStart()));
  frames.push(padded(ethernet(EAPOL_GROUP, PC, 0x888e, bytes('02020000'))));
  const end = { systemPriority: 0x8000, key: 1, portPriority: 0x8000, port: 1 };
  const actor = { ...end, system: SERVER, state: 0x3d };
  const partner = { ...end, system: PC, key: 0, state: 0xc6 };
  frames.push(ethernet(SLOW_GROUP, SERVER, 0x8809, encodeLacp({ actor, partner, maxDelay: 5 })));
  const marker = concatBytes([bytes('020101100001525400aa00010000000700000000'), new Uint8Array(90)]);
  frames.push(ethernet(SLOW_GROUP, SERVER, 0x8809, marker));
  frames.push(ethernet(SLOW_GROUP, PC, 0x8809, markerResponse(marker) ?? marker));
  // Cut short.
  frames.push(ethernet(SLOW_GROUP, SERVER, 0x8809, marker.subarray(0, 12)));
  const lldp =
    '0207045254 00bb0002 040605706f727437 06020078 080a506f727420736576656e 0a03737731 0c086120737769746368 0e0400140004 ' +
    '100c05010a000001020000000700 fe060080c2010001 0000';
  frames.push(ethernet(LLDP_GROUP, SERVER, 0x88cc, bytes(lldp.replaceAll(' ', ''))));
  const local = '02080763686173736973 0407035254 00bb0002 06020000 0000';
  frames.push(ethernet(LLDP_GROUP, SERVER, 0x88cc, bytes(local.replaceAll(' ', ''))));
}

function addIpv4(): void {
  frames.push(fromPc(ip({ typeOfService: 0xb8, ttl: 1, dontFragment: true, identification: 7 }, udp('marked'))));
  const routerAlert = fromHex('94040000') ?? new Uint8Array(0);
  frames.push(fromPc(ip({ options: routerAlert }, udp('with an option'))));
  const noops = fromHex('01010100') ?? new Uint8Array(0);
  frames.push(fromPc(ip({ options: noops }, udp('with padding'))));
  frames.push(padded(fromPc(ip({}, udp('short')))));
  frames.push(broken(fromPc(ip({}, udp('bad header checksum'))), 24));
  frames.push(broken(fromPc(ip({}, udp('bad UDP checksum'))), 50));
  const none = udp('no UDP checksum');
  writeU16(none, 6, 0);
  frames.push(fromPc(ip({}, none)));
  frames.push(fromPc(ip({ protocol: 200 }, utf8('protocol 200'))));
  const whole = encodeUdp(
    { sourcePort: 40_000, destinationPort: 40_002, payload: new Uint8Array(100).fill(0x41) },
    PC_IP,
    SERVER_IP,
  );
  const part = (start: number, end: number, more: boolean): Uint8Array =>
    fromPc(ip({ identification: 99, fragmentOffset: start, moreFragments: more }, whole.subarray(start, end)));
  frames.push(part(0, 40, true), part(80, 108, false), part(40, 80, true));
  // The last fragment never comes.
  frames.push(fromPc(ip({ identification: 100, moreFragments: true }, whole.subarray(0, 64))));
}

function addIcmp(): void {
  const echo = { identifier: 1, sequence: 1, data: utf8('abcdefghijklmnop') };
  const icmp = { protocol: 1 };
  const back = { protocol: 1, source: SERVER_IP, destination: PC_IP };
  frames.push(fromPc(ip(icmp, encodeIcmp({ kind: 'echo-request', ...echo }))));
  frames.push(toPc(ip(back, encodeIcmp({ kind: 'echo-reply', ...echo }))));
  frames.push(fromPc(ip(icmp, encodeIcmp({ kind: 'echo-request', ...echo, sequence: 2 }))));
  const original = ip({}, udp('to a closed port', 9));
  frames.push(fromPc(original));
  frames.push(toPc(ip(back, encodeIcmp({ kind: 'destination-unreachable', code: 3, nextHopMtu: 0, original }))));
  const tooBig = {
    kind: 'destination-unreachable',
    code: 4,
    nextHopMtu: 1400,
    original: original.subarray(0, 28),
  } as const;
  frames.push(toPc(ip(back, encodeIcmp(tooBig))));
  frames.push(toPc(ip(back, encodeIcmp({ kind: 'time-exceeded', code: 0, original: original.subarray(0, 28) }))));
  const gateway = parseIpv4('10.0.0.254') ?? 0;
  frames.push(toPc(ip(back, encodeIcmp({ kind: 'redirect', code: 1, gateway, original: original.subarray(0, 28) }))));
  frames.push(broken(fromPc(ip(icmp, encodeIcmp({ kind: 'echo-request', ...echo, sequence: 3 }))), 45));
}

function addTcp(): void {
  const segment = (fields: Partial<Parameters<typeof encodeTcp>[0]>): Uint8Array => {
    const base = { sourcePort: 50_000, destinationPort: 50_001, sequence: 1000, acknowledgment: 0, flags: 2 };
    const bytes = encodeTcp({ ...base, window: 8192, payload: new Uint8Array(0), ...fields }, PC_IP, SERVER_IP);
    return fromPc(ip({ protocol: 6 }, bytes));
  };
  frames.push(
    segment({
      options: [
        { kind: 'mss', size: 1460 },
        { kind: 'sack-permitted' },
        { kind: 'timestamps', value: 1, echoReply: 0 },
        { kind: 'nop' },
        { kind: 'window-scale', shift: 7 },
      ],
    }),
  );
  frames.push(segment({ sequence: 1001, acknowledgment: 5001, flags: 0x18, payload: utf8('some bytes') }));
  const sack = {
    kind: 'sack',
    blocks: [
      { left: 6001, right: 7001 },
      { left: 8001, right: 9001 },
    ],
  } as const;
  frames.push(
    segment({ sequence: 1011, acknowledgment: 5001, flags: 0x10, options: [{ kind: 'nop' }, { kind: 'nop' }, sack] }),
  );
  frames.push(
    segment({ sequence: 1011, acknowledgment: 5001, flags: 0xd8, urgentPointer: 3, payload: utf8('urgent') }),
  );
  frames.push(segment({ sequence: 1017, flags: 4 }));
  frames.push(segment({ sourcePort: 50_002, options: [{ kind: 'unknown', code: 77, data: utf8('xy') }] }));
  frames.push(broken(segment({ sequence: 1001, acknowledgment: 5001, flags: 0x18, payload: utf8('bad') }), 56));
}

addArp();
addSwitching();
addIpv4();
addIcmp();
addTcp();
addLinkProtocols();

const store = new FrameStore(1_700_000_000);
const interfaceId = store.interfaceNamed('pc1.net0');
for (const [index, bytes] of frames.entries()) {
  store.append({ timeNs: index * 1_234_567, interfaceId, bytes, direction: index % 2 === 0 ? 'out' : 'in' });
}
writeFileSync(new URL('fixtures/lower-layers.pcapng', import.meta.url), writePcapng(store));
