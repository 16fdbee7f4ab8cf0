/** The lease database: who holds which address, under which name, until when. */
import { formatIpv4, parseIpv4 } from '../../../../base/address.ts';
import type { Ipv4Address } from '../../../../base/address.ts';
import { equalBytes, fromHex, toHex } from '../../../../base/bytes.ts';
import { itemAt } from '../../../../base/lists/list.ts';
import { INFINITE_LEASE } from '../../config/model.ts';

export interface Lease {
  address: Ipv4Address;
  hardwareType: number;
  hardwareAddress: Uint8Array;
  clientId: Uint8Array | undefined;
  name: string | undefined;
  /** Name and domain, where there is one. */
  fqdn: string | undefined;
  /** The name comes from the configuration and not from the client. */
  nameIsAuthoritative: boolean;
  /** Seconds since 1970; Infinity never ends. */
  expiresS: number;
  lengthS: number;
  interfaceName: string | undefined;
  /** What the server calls itself to this client (RFC 5107). */
  override?: Ipv4Address;
}

export class LeaseDatabase {
  /** The newest first. */
  private list: Lease[] = [];
  private readonly byAddress = new Map<Ipv4Address, Lease>();

  get leases(): readonly Lease[] {
    return this.list;
  }

  clone(): LeaseDatabase {
    const copy = new LeaseDatabase();
    for (const lease of [...this.list].reverse()) copy.insert({ ...lease });
    return copy;
  }

  private insert(lease: Lease): void {
    this.list.unshift(lease);
    this.byAddress.set(lease.address, lease);
  }

  /** Reads lines of `expiry mac ip name clientid`; what has run out is dropped. */
  load(text: string, nowS: number): void {
    for (const line of text.split('\n')) {
      const [expiry = '', mac = '', ip, name, clientId] = line.trim().split(/\s+/);
      const address = ip === undefined ? undefined : parseIpv4(ip);
      if (address === undefined) continue;
      const seconds = Number(expiry);
      if (!Number.isFinite(seconds) || (seconds !== 0 && seconds <= nowS)) continue;
      const typed = /^([0-9a-f]{2})-(.*)$/i.exec(mac);
      const hardware = fromHex(typed?.[2] ?? mac) ?? new Uint8Array(0);
      this.insert({
        address,
        hardwareType: typed === null ? 1 : Number.parseInt(itemAt(typed, 1), 16),
        hardwareAddress: hardware,
        clientId: clientId === undefined || clientId === '*' ? undefined : fromHex(clientId),
        name: name === undefined || name === '*' ? undefined : name,
        fqdn: undefined,
        nameIsAuthoritative: false,
        expiresS: seconds === 0 ? Infinity : seconds,
        lengthS: 0,
        interfaceName: undefined,
      });
    }
  }

  /** The lease file, newest first; expiry 0 stands for never. */
  serialize(): string {
    return this.list
      .map((lease) => {
        const type = lease.hardwareType === 1 ? '' : `${lease.hardwareType.toString(16).padStart(2, '0')}-`;
        const expiry = lease.expiresS === Infinity ? 0 : lease.expiresS;
        const id = lease.clientId === undefined ? '*' : toHex(lease.clientId, ':');
        const mac = `${type}${toHex(lease.hardwareAddress, ':')}`;
        return `${expiry} ${mac} ${formatIpv4(lease.address)} ${lease.name ?? '*'} ${id}\n`;
      })
      .join('');
  }

  /** Takes away what has run out. Returns it. */
  expire(nowS: number): Lease[] {
    const gone = this.list.filter((lease) => lease.expiresS <= nowS);
    for (const lease of gone) this.remove(lease);
    return gone;
  }

  remove(lease: Lease): void {
    this.list = this.list.filter((other) => other !== lease);
    this.byAddress.delete(lease.address);
  }

  atAddress(address: Ipv4Address): Lease | undefined {
    return this.byAddress.get(address);
  }

  /**
   * By client identifier first; then by hardware address, where a lease and a request that both have an
   * identifier do not fit together.
   */
  ofClient(hardwareType: number, hardware: Uint8Array, clientId: Uint8Array | undefined): Lease | undefined {
    if (clientId !== undefined) {
      for (const lease of this.list) {
        if (lease.clientId !== undefined && equalBytes(lease.clientId, clientId)) return lease;
      }
    }
    for (const lease of this.list) {
      if (clientId !== undefined && lease.clientId !== undefined) continue;
      if (hardware.length === 0 || lease.hardwareType !== hardwareType) continue;
      if (equalBytes(lease.hardwareAddress, hardware)) return lease;
    }
    return undefined;
  }

  /** The highest address on lease in a span; undefined when none is. */
  highest(start: Ipv4Address, end: Ipv4Address): Ipv4Address | undefined {
    let best: Ipv4Address | undefined;
    for (const { address } of this.list) {
      if (address >= start && address <= end && (best === undefined || address > best)) best = address;
    }
    return best;
  }

  add(address: Ipv4Address): Lease {
    const lease: Lease = {
      address,
      hardwareType: 1,
      hardwareAddress: new Uint8Array(0),
      clientId: undefined,
      name: undefined,
      fqdn: undefined,
      nameIsAuthoritative: false,
      expiresS: Infinity,
      lengthS: 0,
      interfaceName: undefined,
    };
    this.insert(lease);
    return lease;
  }

  setExpiry(lease: Lease, lengthS: number, nowS: number): void {
    lease.expiresS = lengthS === INFINITE_LEASE ? Infinity : nowS + lengthS;
    lease.lengthS = lengthS;
  }

  /**
   * Gives a lease its name. Two leases never share one: the older loses it, unless its name comes from the
   * configuration and the new one's does not.
   */
  setName(lease: Lease, name: string | undefined, isAuthoritative: boolean, domain: string | undefined): void {
    if (name === undefined && lease.name === undefined) return;
    if (name !== undefined && lease.name !== undefined && sameName(lease.name, name)) {
      if (isAuthoritative) lease.nameIsAuthoritative = true;
      lease.fqdn = domain === undefined ? undefined : `${lease.name}.${domain}`;
      return;
    }
    let chosen = name;
    if (chosen !== undefined) {
      for (const other of this.list) {
        if (other === lease || other.name === undefined || !sameName(other.name, chosen)) continue;
        if (other.nameIsAuthoritative && !isAuthoritative) {
          chosen = undefined;
          break;
        }
        other.name = undefined;
        other.fqdn = undefined;
      }
    }
    lease.name = chosen;
    lease.fqdn = chosen === undefined || domain === undefined ? undefined : `${chosen}.${domain}`;
    lease.nameIsAuthoritative = chosen !== undefined && isAuthoritative;
  }
}

export function sameName(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}
