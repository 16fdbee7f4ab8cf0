/** ARP (RFC 826) and RARP (RFC 903) for IPv4 on Ethernet: the only pair the lab's hosts speak. */
import { readIpv4, readMac, writeIpv4, writeMac, type Ipv4Address, type MacAddress } from '../../base/address.ts';
import { readU16, writeU16 } from '../../base/bytes.ts';
import { decodeError, ok, type DecodeError, type Result } from '../../base/result.ts';
import { ETHERTYPE } from '../ethernet/fields.ts';
import { ARP, ARP_HARDWARE_ETHERNET, ARP_LENGTH } from './fields.ts';

export interface ArpPacket {
  /** See `ARP_OPERATION`. */
  readonly operation: number;
  readonly senderMac: MacAddress;
  readonly senderIp: Ipv4Address;
  readonly targetMac: MacAddress;
  readonly targetIp: Ipv4Address;
}

/** `bytes` starts behind the Ethernet header; padding after the 28 bytes is ignored. */
export function decodeArp(bytes: Uint8Array): Result<ArpPacket, DecodeError> {
  if (bytes.length < ARP_LENGTH) return decodeError('truncated', bytes.length, 'RFC 826');
  if (readU16(bytes, ARP.hardwareType) !== ARP_HARDWARE_ETHERNET || bytes[ARP.hardwareLength] !== 6) {
    return decodeError('unsupported', ARP.hardwareType, 'RFC 826');
  }
  if (readU16(bytes, ARP.protocolType) !== ETHERTYPE.ipv4 || bytes[ARP.protocolLength] !== 4) {
    return decodeError('unsupported', ARP.protocolType, 'RFC 826');
  }
  return ok({
    operation: readU16(bytes, ARP.operation),
    senderMac: readMac(bytes, ARP.senderMac),
    senderIp: readIpv4(bytes, ARP.senderIp),
    targetMac: readMac(bytes, ARP.targetMac),
    targetIp: readIpv4(bytes, ARP.targetIp),
  });
}

/** Writes the 28 bytes; returns the offset behind them. */
export function writeArp(frame: Uint8Array, offset: number, packet: ArpPacket): number {
  writeU16(frame, offset + ARP.hardwareType, ARP_HARDWARE_ETHERNET);
  writeU16(frame, offset + ARP.protocolType, ETHERTYPE.ipv4);
  frame[offset + ARP.hardwareLength] = 6;
  frame[offset + ARP.protocolLength] = 4;
  writeU16(frame, offset + ARP.operation, packet.operation);
  writeMac(frame, offset + ARP.senderMac, packet.senderMac);
  writeIpv4(frame, offset + ARP.senderIp, packet.senderIp);
  writeMac(frame, offset + ARP.targetMac, packet.targetMac);
  writeIpv4(frame, offset + ARP.targetIp, packet.targetIp);
  return offset + ARP_LENGTH;
}

/** The 28 bytes for Ethernet and IPv4 (RFC 826); the frame's padding is not among them. */
export function encodeArp(packet: ArpPacket): Uint8Array {
  const out = new Uint8Array(ARP_LENGTH);
  writeArp(out, 0, packet);
  return out;
}
