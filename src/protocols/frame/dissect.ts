/** The pseudo protocol `frame`: what is known about a frame besides its bytes. It hands them to the link layer. */
import { field } from '../core/field.ts';
import { GENERATED, type Dissection } from '../core/dissect.ts';
import { formatSeconds } from '../core/format.ts';
import { defineProtocol, REJECTED } from '../core/registry.ts';

const FRAME = {
  interfaceId: field('frame.interface_id', 'Interface id', 'uint32'),
  interfaceName: field('frame.interface_name', 'Interface name', 'string'),
  interfaceDescription: field('frame.interface_description', 'Interface description', 'string'),
  encapsulation: field('frame.encap_type', 'Encapsulation type', 'int16', {
    values: {
      1: 'Ethernet',
      7: 'Raw IP',
      15: 'NULL/Loopback',
      25: 'Linux cooked-mode capture v1',
      129: 'Raw IPv4',
      174: 'OpenBSD loopback',
      210: 'Linux cooked-mode capture v2',
    },
  }),
  time: field('frame.time', 'Arrival Time', 'absolute-time'),
  timeEpoch: field('frame.time_epoch', 'Epoch Time', 'relative-time'),
  timeDelta: field('frame.time_delta', 'Time delta from previous captured frame', 'relative-time'),
  timeRelative: field('frame.time_relative', 'Time since reference or first frame', 'relative-time'),
  number: field('frame.number', 'Frame Number', 'uint32'),
  length: field('frame.len', 'Frame Length', 'uint32'),
  capturedLength: field('frame.cap_len', 'Capture Length', 'uint32'),
  direction: field('frame.p2p_dir', 'Point-to-Point Direction', 'int8', { values: { 0: 'Sent', 1: 'Received' } }),
  packetFlags: field('frame.packet_flags', 'Packet flags', 'uint32', { base: 'hex' }),
  flagsDirection: field('frame.packet_flags_direction', 'Direction', 'uint32', {
    base: 'hex',
    mask: 0x0000_0003,
    values: { 0: 'Unknown', 1: 'Inbound', 2: 'Outbound' },
  }),
  protocols: field('frame.protocols', 'Protocols in frame', 'string'),
  comment: field('frame.comment', 'Comment', 'string'),
  marked: field('frame.marked', 'Frame is marked', 'bool'),
};

/** Wireshark's own numbers of link types. */
const ENCAPSULATIONS: Readonly<Record<number, number>> = {
  0: 15,
  12: 7,
  14: 7,
  101: 7,
  108: 174,
  113: 25,
  228: 129,
  276: 210,
};

function plural(length: number): string {
  return `${length} byte${length === 1 ? '' : 's'}`;
}

function bits(length: number): string {
  return `${plural(length)} (${length * 8} bits)`;
}

function dissectFrame(d: Dissection, _start: number, end: number): number {
  const { frames } = d.context;
  const index = d.index;
  const origLen = frames.origLen(index);
  const captured = frames.interfaceOf(index);
  // Ours is not one of the frame's own protocols (Wireshark leaves it out of frame.protocols).
  d.truncateLayers(0);
  d.begin(frameProtocol.field, 0, end);
  if (d.building) {
    const way = frames.direction(index);
    const towards = way === undefined ? '' : ` (${way}bound)`;
    const where =
      captured.name === '' ? '' : ` on interface ${captured.name}, id ${frames.interfaceId(index)}${towards}`;
    const onWire = `${plural(origLen)} on wire (${origLen * 8} bits)`;
    d.label(`Frame ${index + 1}: ${onWire}, ${plural(end)} captured (${end * 8} bits)${where}`);
  }
  const comment = frames.comment(index);
  if (comment !== undefined) d.add(FRAME.comment, 0, 0, comment);
  if (frames.marked?.(index) === true) d.add(FRAME.marked, 0, 0, true);
  const { name, description } = captured;
  d.add(FRAME.interfaceId, 0, 0, frames.interfaceId(index));
  if (d.building && name !== '') d.label(`Interface id: ${frames.interfaceId(index)} (${name})`);
  if (name !== '') d.add(FRAME.interfaceName, 0, 0, name);
  if (description !== undefined) d.add(FRAME.interfaceDescription, 0, 0, description);
  d.add(FRAME.encapsulation, 0, 0, ENCAPSULATIONS[captured.linkType] ?? captured.linkType);
  addTimes(d, index);
  d.add(FRAME.number, 0, 0, index + 1);
  d.add(FRAME.length, 0, 0, origLen);
  if (d.building) d.label(`Frame Length: ${bits(origLen)}`);
  d.add(FRAME.capturedLength, 0, 0, end);
  if (d.building) d.label(`Capture Length: ${bits(end)}`);
  const direction = frames.direction(index);
  if (direction !== undefined) {
    // The numbers of pcapng's flags word (epb_flags, bits 0-1).
    const flags = direction === 'out' ? 2 : 1;
    d.add(FRAME.direction, 0, 0, direction === 'out' ? 0 : 1);
    d.begin(FRAME.packetFlags, 0, 0, flags);
    d.add(FRAME.flagsDirection, 0, 0, flags);
    d.end();
  }
  const heading = d.openItem;
  d.end();
  const left = d.dispatch('wtap_encap', captured.linkType, 0, end);
  if (left === REJECTED) d.data(0, end);
  // Known only now, shown above.
  if (!d.wants(FRAME.protocols)) return end;
  d.reopen(heading);
  d.add(FRAME.protocols, 0, 0, d.layers.join(':'), GENERATED);
  d.end();
  return end;
}

function addTimes(d: Dissection, index: number): void {
  const { frames } = d.context;
  const timeNs = frames.timeNs(index);
  if (d.wants(FRAME.time) || d.wants(FRAME.timeEpoch)) {
    const epochNs = BigInt(frames.originS) * 1_000_000_000n + BigInt(Math.round(timeNs));
    d.add(FRAME.time, 0, 0, epochNs);
    d.add(FRAME.timeEpoch, 0, 0, epochNs);
    if (d.building) d.label(`Epoch Time: ${formatSeconds(epochNs)} seconds`);
  }
  d.add(FRAME.timeDelta, 0, 0, index === 0 ? 0 : timeNs - frames.timeNs(index - 1));
  d.add(FRAME.timeRelative, 0, 0, timeNs - frames.timeNs(0));
}

export const frameProtocol = defineProtocol({
  id: 'frame',
  name: 'Frame',
  shortName: 'Frame',
  fields: FRAME,
  calls: ['wtap_encap'],
  dissect: dissectFrame,
});
