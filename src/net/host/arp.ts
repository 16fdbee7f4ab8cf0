/**
 * The ARP cache of one interface (RFC 826): resolves addresses, queues frames until they are resolved, and reports when
 * nobody answers, which is the symptom of a wrong address or VLAN.
 */
import {
  formatIpv4,
  formatMac,
  MAC_BROADCAST,
  writeMac,
  type Ipv4Address,
  type MacAddress,
} from '../../base/address.ts';
import { NS_PER_S, type Clock, type Timer } from '../../base/time/clock.ts';
import { decodeArp, writeArp } from '../../protocols/arp/codec.ts';
import { ARP_LENGTH, ARP_OPERATION } from '../../protocols/arp/fields.ts';
import { writeEthernetHeader } from '../../protocols/ethernet/codec.ts';
import { ETHERNET, ETHERNET_HEADER_LENGTH, ETHERTYPE } from '../../protocols/ethernet/fields.ts';
import type { Reporter } from '../reporter.ts';
import type { ArpRow } from './types.ts';
import { netMessage } from '../messages.ts';

/** One request a second and no more (RFC 1122 §2.3.2.1). */
export const DEFAULT_ARP_RETRY_NS: readonly number[] = [NS_PER_S, NS_PER_S, NS_PER_S];
/** "At least one" packet must wait (RFC 1122 §2.3.2.2); the oldest go first. */
const MAX_WAITING = 64;

interface Entry {
  mac: MacAddress | undefined;
  /** When it was asked for or learned. */
  sinceNs: number;
  requests: number;
  timer: Timer | undefined;
  readonly waiting: Uint8Array[];
}

/** What the cache needs from its interface. */
export interface ArpLink {
  readonly name: string;
  readonly mac: MacAddress;
  readonly address: Ipv4Address;
  hasAddress(address: Ipv4Address): boolean;
  /** The address to ask from, on the subnet of the target if there is one. */
  sourceToward(target: Ipv4Address): Ipv4Address;
  sendFrame(frame: Uint8Array): void;
  /** Nobody answered: the frames that waited are lost. */
  unresolved(address: Ipv4Address, frames: readonly Uint8Array[]): void;
}

export interface ArpTimes {
  readonly arpTimeoutS: number;
  /** How long each request waits for an answer. */
  readonly arpRetryNs: readonly number[];
}

export class ArpCache {
  private readonly link: ArpLink;
  private readonly clock: Clock;
  private readonly reporter: Reporter;
  private readonly timeoutNs: number;
  private readonly retryNs: readonly number[];
  private readonly entries = new Map<Ipv4Address, Entry>();

  constructor(link: ArpLink, clock: Clock, reporter: Reporter, times: ArpTimes) {
    this.link = link;
    this.clock = clock;
    this.reporter = reporter;
    this.timeoutNs = times.arpTimeoutS * NS_PER_S;
    this.retryNs = times.arpRetryNs;
  }

  /** The station of an address that is known and not too old. */
  lookup(address: Ipv4Address): MacAddress | undefined {
    const entry = this.entries.get(address);
    if (entry?.mac === undefined || this.clock.nowNs - entry.sinceNs > this.timeoutNs) return undefined;
    return entry.mac;
  }

  /** Lets a frame wait for the station of `address`, and asks for it. Only the destination is filled in later. */
  resolve(address: Ipv4Address, frame: Uint8Array): void {
    let entry = this.entries.get(address);
    if (entry === undefined || entry.mac !== undefined) {
      entry = { mac: undefined, sinceNs: this.clock.nowNs, requests: 0, timer: undefined, waiting: [] };
      this.entries.set(address, entry);
    }
    if (entry.waiting.length >= MAX_WAITING) entry.waiting.shift();
    entry.waiting.push(frame);
    if (entry.timer === undefined) this.ask(address, entry);
  }

  /** `frame` is whole, from its Ethernet header on. */
  receive(frame: Uint8Array): boolean {
    const decoded = decodeArp(frame.subarray(ETHERNET_HEADER_LENGTH));
    if (!decoded.ok) return false;
    const { operation, senderMac, senderIp, targetIp } = decoded.value;
    if (operation !== ARP_OPERATION.request && operation !== ARP_OPERATION.reply) return false;
    if (this.link.hasAddress(senderIp) && senderMac !== this.link.mac) {
      this.reporter.limited(
        `arp-conflict ${senderIp}`,
        (more) => ({
          kind: 'decision',
          code: 'arp.address-conflict',
          severity: 'warn',
          ...netMessage('arp.address-conflict', {
            mac: formatMac(senderMac),
            address: formatIpv4(senderIp),
            card: this.link.name,
            more,
          }),
        }),
        'RFC 5227 §2.4',
      );
      return true;
    }
    // The order is that of RFC 826, "Packet Reception": update known entries, add one only when the packet is addressed
    // to us.
    const isForUs = this.link.hasAddress(targetIp);
    if (senderIp !== 0 && (this.entries.has(senderIp) || isForUs)) this.learn(senderIp, senderMac);
    if (isForUs && operation === ARP_OPERATION.request) {
      this.send(senderMac, ARP_OPERATION.reply, targetIp, senderMac, senderIp);
    }
    return true;
  }

  /** A gratuitous request (RFC 5227 §3): sender and target are the same address. */
  announce(address: Ipv4Address): void {
    this.send(MAC_BROADCAST, ARP_OPERATION.request, address, 0, address);
  }

  table(): readonly ArpRow[] {
    const { nowNs } = this.clock;
    const rows: ArpRow[] = [];
    for (const [address, { mac, sinceNs }] of this.entries) {
      if (mac !== undefined && nowNs - sinceNs > this.timeoutNs) continue;
      const ageS = (nowNs - sinceNs) / NS_PER_S;
      rows.push(mac === undefined ? { address, ageS } : { address, mac, ageS });
    }
    return rows.sort((a, b) => a.address - b.address);
  }

  clear(): void {
    for (const entry of this.entries.values()) entry.timer?.cancel();
    this.entries.clear();
  }

  private learn(address: Ipv4Address, mac: MacAddress): void {
    const entry = this.entries.get(address);
    if (entry === undefined) {
      this.entries.set(address, { mac, sinceNs: this.clock.nowNs, requests: 0, timer: undefined, waiting: [] });
      return;
    }
    entry.mac = mac;
    entry.sinceNs = this.clock.nowNs;
    entry.timer?.cancel();
    entry.timer = undefined;
    for (const frame of entry.waiting.splice(0)) {
      writeMac(frame, ETHERNET.destination, mac);
      this.link.sendFrame(frame);
    }
  }

  private ask(address: Ipv4Address, entry: Entry): void {
    const waitNs = this.retryNs[entry.requests];
    if (waitNs === undefined) {
      this.entries.delete(address);
      this.reporter.limited(
        `arp ${address}`,
        (more) => ({
          kind: 'decision',
          code: 'arp.no-reply',
          severity: 'warn',
          ...netMessage('arp.no-reply', {
            card: this.link.name,
            address: formatIpv4(address),
            count: this.retryNs.length,
            more,
          }),
        }),
        'RFC 826',
      );
      this.link.unresolved(address, entry.waiting);
      return;
    }
    entry.requests++;
    entry.timer = this.clock.schedule(waitNs, () => this.ask(address, entry));
    this.send(MAC_BROADCAST, ARP_OPERATION.request, this.link.sourceToward(address), 0, address);
  }

  private send(
    destination: MacAddress,
    operation: number,
    senderIp: Ipv4Address,
    targetMac: MacAddress,
    targetIp: Ipv4Address,
  ): void {
    const frame = new Uint8Array(ETHERNET_HEADER_LENGTH + ARP_LENGTH);
    const at = writeEthernetHeader(frame, 0, destination, this.link.mac, ETHERTYPE.arp);
    writeArp(frame, at, { operation, senderMac: this.link.mac, senderIp, targetMac, targetIp });
    this.link.sendFrame(frame);
  }
}
