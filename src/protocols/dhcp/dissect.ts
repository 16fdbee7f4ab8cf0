/** The dissection of BOOTP and DHCP messages: the fixed part here, options in `dissect-options.ts`. */
import { FLAG_BROADCAST } from './codec.ts';
import { formatMac } from '../../base/address.ts';
import { toHex } from '../../base/bytes.ts';
import { HIDDEN, type Dissection } from '../core/dissect.ts';
import { defineProtocol } from '../core/registry.ts';
import { DHCP_CLIENT_PORT, DHCP_SERVER_PORT, PXE_SERVER_PORT } from './codec.ts';
import { DHCP_FIELDS, DHCP_MAGIC_COOKIE, FIXED_BYTES } from './fields.ts';
import { allDhcpFields, DHCP, DHCP_EXPERT } from './dissect-fields.ts';
import { dissectOptions, scanOptions, type OptionScan } from './dissect-options.ts';
import { DHCP_MESSAGE_TYPE_NAMES } from './options.ts';

const F = DHCP_FIELDS;

function dissectDhcp(d: Dissection, start: number, end: number): number {
  const scan = scanOptions(d, start, end);
  if (d.columns !== undefined) columns(d, start, scan);
  d.begin(dhcpProtocol.field, start, end - start);
  if (d.building) {
    const names = scan.messageTypes.map((type) => ` (${messageTypeName(type)})`);
    d.labelOpen(`${dhcpProtocol.name}${names.join('')}`);
  }
  fixedPart(d, start, scan);
  if (scan.messageTypes.length === 0) d.add(DHCP.bootp, start, 0, true, HIDDEN);
  const isWhole = vendorArea(d, start, end, scan);
  d.end();
  if (!isWhole) d.expert(DHCP_EXPERT.endMissing);
  return end;
}

function messageTypeName(type: number): string {
  return DHCP_MESSAGE_TYPE_NAMES.get(type) ?? `Unknown Message Type (0x${type.toString(16).padStart(2, '0')})`;
}

function hex8(value: number): string {
  return value.toString(16).padStart(8, '0');
}

function columns(d: Dissection, start: number, scan: OptionScan): void {
  if (d.columns === undefined) return;
  const type = scan.messageTypes.at(-1);
  if (type !== undefined) {
    const who = d.sourcePort === PXE_SERVER_PORT || d.destinationPort === PXE_SERVER_PORT ? 'proxyDHCP' : 'DHCP';
    d.columns.protocol = 'DHCP';
    d.columns.info = `${who} ${messageTypeName(type).padEnd(8)} - Transaction ID 0x${hex8(d.u32(start + F.xid.offset))}`;
    return;
  }
  d.columns.protocol = 'BOOTP';
  const op = d.u8(start);
  if (op === 1) {
    const known = d.u8(start + F.htype.offset) === 1 && d.u8(start + F.hlen.offset) === 6;
    const from = start + F.chaddr.offset;
    d.columns.info = known ? `Boot Request from ${formatMac(d.mac(from))}` : 'Boot Request';
  } else d.columns.info = op === 2 ? 'Boot Reply' : `Unknown BOOTP message type (${op})`;
}

function fixedPart(d: Dissection, start: number, scan: OptionScan): void {
  d.add(DHCP.type, start + F.op.offset, 1);
  d.add(DHCP.hwType, start + F.htype.offset, 1);
  d.add(DHCP.hwLen, start + F.hlen.offset, 1);
  d.add(DHCP.hops, start + F.hops.offset, 1);
  d.add(DHCP.id, start + F.xid.offset, 4);
  seconds(d, start + F.secs.offset);
  flags(d, start + F.flags.offset);
  d.add(DHCP.ciaddr, start + F.ciaddr.offset, 4);
  d.add(DHCP.yiaddr, start + F.yiaddr.offset, 4);
  d.add(DHCP.siaddr, start + F.siaddr.offset, 4);
  d.add(DHCP.giaddr, start + F.giaddr.offset, 4);
  hardwareAddress(d, start);
  const { sname, file } = F;
  if ((scan.overload & 2) !== 0) {
    d.text(start + sname.offset, sname.length, DHCP_EXPERT.snameOverloaded.label);
    d.expert(DHCP_EXPERT.snameOverloaded);
  } else {
    d.add(DHCP.server, start + sname.offset, sname.length);
    if (d.building && d.u8(start + sname.offset) === 0) d.label('Server host name not given');
  }
  if ((scan.overload & 1) !== 0) {
    d.text(start + file.offset, file.length, DHCP_EXPERT.fileOverloaded.label);
    d.expert(DHCP_EXPERT.fileOverloaded);
  } else {
    d.add(DHCP.file, start + file.offset, file.length);
    if (d.building && d.u8(start + file.offset) === 0) d.label('Boot file name not given');
  }
}

/** Some clients send their seconds with the bytes turned round. */
function seconds(d: Dissection, at: number): void {
  const value = d.u16(at);
  if (value <= 255 || (value & 255) !== 0) return d.add(DHCP.secs, at, 2);
  d.add(DHCP.secs, at, 2, value >>> 8);
  d.expert(DHCP_EXPERT.secsLittleEndian);
  return undefined;
}

function flags(d: Dissection, at: number): void {
  d.begin(DHCP.flags, at, 2);
  if (d.building) {
    d.appendOpen((d.u16(at) & FLAG_BROADCAST) === 0 ? ' (Unicast)' : ', Broadcast flag (Broadcast)');
  }
  d.add(DHCP.flagsBroadcast, at, 2);
  d.add(DHCP.flagsReserved, at, 2);
  d.end();
}

function hardwareAddress(d: Dissection, start: number): void {
  const at = start + F.chaddr.offset;
  const { length } = F.chaddr;
  const hlen = d.u8(start + F.hlen.offset);
  if (hlen === 0 || hlen > length) {
    d.text(at, length, DHCP_EXPERT.noAddress.label);
    d.expert(DHCP_EXPERT.noAddress);
    return;
  }
  const htype = d.u8(start + F.htype.offset);
  if (hlen === 6 && (htype === 1 || htype === 6)) d.add(DHCP.macAddr, at, 6);
  else {
    d.add(DHCP.hwAddr, at, length);
    if (d.building) d.label(`Client hardware address: ${toHex(d.bytes.subarray(at, at + hlen))}`);
  }
  if (hlen < length) d.add(DHCP.hwPadding, at + hlen, length - hlen);
}

/** The cookie with the options behind it, or BOOTP's vendor area. False when options lack their End. */
function vendorArea(d: Dissection, start: number, end: number, scan: OptionScan): boolean {
  const at = start + F.cookie.offset;
  if (d.u32(at) === DHCP_MAGIC_COOKIE) {
    d.add(DHCP.cookie, at, 4);
    if (d.building) d.label('Magic cookie: DHCP');
    return dissectOptions(d, start, end, scan);
  }
  d.add(DHCP.vendorArea, start + FIXED_BYTES, Math.min(64, end - start - FIXED_BYTES));
  return true;
}

export const dhcpProtocol = defineProtocol({
  id: 'dhcp',
  name: 'Dynamic Host Configuration Protocol',
  shortName: 'DHCP/BOOTP',
  fields: allDhcpFields(),
  tables: { 'udp.port': [DHCP_SERVER_PORT, DHCP_CLIENT_PORT, PXE_SERVER_PORT] },
  dissect: dissectDhcp,
});
