/**
 * Who sent a frame, by name. A file that the lab has written names its ports, and so its nodes. Elsewhere a client is
 * named by its hardware address, and everybody else by the IP address, the name by which people call a server.
 */
import { formatIpv4, formatMac, IPV4_ANY, type Ipv4Address, type MacAddress } from '../../base/address.ts';
import { clientMac } from '../../protocols/dhcp/codec.ts';
import type { FrameSource } from '../../protocols/core/frame-source.ts';
import type { FrameFact } from '../story/frame-fact.ts';

const LAB_PORT = /^[^.\s]+\.[^.\s]+$/;

export class Stations {
  private readonly frames: FrameSource;
  private readonly names = new Map<MacAddress, string>();
  /** By address: the client that a server gave it to, or that uses it as its own. */
  private readonly clients = new Map<Ipv4Address, MacAddress>();
  private readonly servers = new Map<Ipv4Address, string>();
  private readonly isClient = new Set<MacAddress>();

  constructor(frames: FrameSource) {
    this.frames = frames;
  }

  /** The hardware addresses of each client, by its name. */
  get cards(): readonly (readonly [mac: string, name: string])[] {
    return [...this.isClient].map((mac) => [formatMac(mac), this.nameOfMac(mac)]);
  }

  /** The node that sent the frame. */
  senderOf(index: number, fact: FrameFact): string {
    const { headers, meaning } = fact;
    this.learn(fact);
    const port = this.frames.direction(index) === 'out' ? this.frames.interfaceOf(index).name : '';
    const isOwn = meaning.kind !== 'dhcp' || !meaning.isRequest || clientMac(meaning.message) === headers.source;
    if (LAB_PORT.test(port)) {
      const name = port.slice(0, port.indexOf('.'));
      // A router sends what others wrote.
      if (isOwn) this.names.set(headers.source, name);
      if (isOwn && headers.ip !== undefined && !this.servers.has(headers.ip.source))
        this.servers.set(headers.ip.source, name);
      return name;
    }
    if (meaning.kind === 'dhcp' && meaning.isRequest && isOwn) return this.nameOfMac(headers.source);
    const address = meaning.kind === 'arp' ? meaning.sender : headers.ip?.source;
    const lessee = address === undefined ? undefined : this.clients.get(address);
    if (lessee !== undefined) return this.nameOfMac(lessee);
    if (this.isClient.has(headers.source)) return this.nameOfMac(headers.source);
    return address === undefined || address === IPV4_ANY ? this.nameOfMac(headers.source) : formatIpv4(address);
  }

  nameOfMac(mac: MacAddress): string {
    return this.names.get(mac) ?? formatMac(mac);
  }

  /** A client of the network, by the address that it has. */
  clientAt(address: Ipv4Address): string | undefined {
    const mac = this.clients.get(address);
    return mac === undefined ? undefined : this.nameOfMac(mac);
  }

  /** The name of the station with an address that is no client's. */
  serverAt(address: Ipv4Address): string {
    return this.servers.get(address) ?? formatIpv4(address);
  }

  /** A server has told a client its address. */
  leased(mac: MacAddress, address: Ipv4Address): void {
    this.isClient.add(mac);
    if (address !== IPV4_ANY) this.clients.set(address, mac);
  }

  private learn({ headers, meaning }: FrameFact): void {
    if (meaning.kind === 'dhcp') {
      const mac = clientMac(meaning.message);
      const { yiaddr, ciaddr } = meaning.message;
      this.leased(mac, meaning.isRequest ? ciaddr : yiaddr);
    } else if (meaning.kind === 'tftp' && (meaning.packet.opcode === 'rrq' || meaning.packet.opcode === 'wrq')) {
      const address = headers.ip?.source;
      // A capture may begin after DHCP.
      if (address !== undefined && !this.clients.has(address)) this.leased(headers.source, address);
    }
  }
}
