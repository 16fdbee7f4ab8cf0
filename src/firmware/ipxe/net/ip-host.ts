/**
 * The one IP host under all network devices. Addresses, gateways and routes follow the settings: whatever stores
 * `net0/ip`, a DHCP answer or a `set`, takes effect at once.
 */
import { byteAt } from '../../../base/bytes.ts';
import { NS_PER_S, NS_PER_US } from '../../../base/time/clock.ts';
import { formatIpv4, prefixMask, readIpv4, type Ipv4Address } from '../../../base/address.ts';
import { HostStack } from '../../../net/host/host-stack.ts';
import type { NetInterface, TcpSettings } from '../../../net/host/types.ts';
import type { Ipxe } from '../ipxe.ts';
import { predefined } from '../settings/predefined.ts';
import { integerValue } from '../settings/types.ts';
import type { NetDevice } from './link/netdev.ts';
import { doublingNs } from './ticks.ts';

const DEFAULT_MTU = 1500;

interface StaticRoute {
  readonly destination: Ipv4Address;
  readonly mask: Ipv4Address;
  readonly gateway: Ipv4Address;
}

/** The IP configuration of one device according to its settings. */
export interface IpConfig {
  readonly address: Ipv4Address;
  readonly mask: Ipv4Address;
  /** 0: none. */
  readonly gateway: Ipv4Address;
  readonly routes: readonly StaticRoute[];
  readonly mtu: number;
}

/** RFC 791 §3.2: the default mask. */
function classMask(address: Ipv4Address): Ipv4Address {
  if (address >>> 31 === 0) return prefixMask(8);
  if (address >>> 30 === 2) return prefixMask(16);
  return prefixMask(24);
}

/** RFC 3442: prefix length, as many bytes of the destination as it needs, gateway; again and again. */
export function readStaticRoutes(raw: Uint8Array): StaticRoute[] {
  const out: StaticRoute[] = [];
  for (let at = 0; at < raw.length;) {
    const width = byteAt(raw, at);
    const bytes = Math.ceil(width / 8);
    if (width > 32 || at + 1 + bytes + 4 > raw.length) break;
    const destination = new Uint8Array(4);
    destination.set(raw.subarray(at + 1, at + 1 + bytes));
    out.push({
      destination: readIpv4(destination, 0),
      mask: prefixMask(width),
      gateway: readIpv4(raw, at + 1 + bytes),
    });
    at += 1 + bytes + 4;
  }
  return out;
}

/** TCP as iPXE speaks it. */
const TCP: TcpSettings = {
  receiveWindow: 256 * 1024,
  synWindow: 65_532,
  windowShift: 9,
  synOptions: ['timestamps', 'sack', 'scale', 'mss'],
  synRetryNs: doublingNs(256, 6),
  // What has come is acknowledged each time the card has been polled.
  delayedAckNs: 100 * NS_PER_US,
  // So a download whose server has given up ends with a reset, and not never.
  keepaliveNs: 15 * NS_PER_S,
};
/** Requests, and the wait after each. */
const ARP_RETRY_NS = doublingNs(128, 5);

export class IpHost {
  readonly host: HostStack;
  /** TCP connections that are still saying good-bye. */
  private closing = 0;
  private readonly ipxe: Ipxe;
  private readonly attached = new Map<NetDevice, { interface: NetInterface; applied: string }>();

  constructor(ipxe: Ipxe) {
    this.ipxe = ipxe;
    const { clock, log, name } = ipxe.platform;
    const { rng } = ipxe;
    // Whom ARP does not find, and what ICMP says, makes no difference to iPXE: everything goes by its own timers.
    const retries = { arpRetryNs: ARP_RETRY_NS, reportsErrors: false };
    // iPXE does not speak IGMP: it takes what comes to a group, and tells no switch that it wants it.
    const options = { igmp: false, tcp: TCP, ...retries };
    this.host = new HostStack({ name, clock, rng: rng.derive('ip'), log, ...options });
    ipxe.settings.changed.on(() => this.apply());
  }

  get hasPendingCloses(): boolean {
    return this.closing > 0;
  }

  closeStarted(): void {
    this.closing++;
  }

  closeEnded(): void {
    this.closing--;
  }

  attach(device: NetDevice): void {
    const { name, port, mac } = device;
    this.attached.set(device, { interface: this.host.addInterface({ name, port, mac }), applied: '' });
    this.apply();
  }

  detach(device: NetDevice): void {
    this.attached.get(device)?.interface.close();
    this.attached.delete(device);
  }

  /** Pulls the plug: nothing more is sent or received, and the cards are free for the next owner. */
  close(): void {
    this.host.close();
  }

  /** The configuration of a device, open or not; undefined when it has no address. */
  config(device: NetDevice): IpConfig | undefined {
    const read = (name: string): Uint8Array | undefined => {
      const found = this.ipxe.settings.fetch({ block: device.settings, setting: predefined(name) });
      return found.ok ? found.value.raw : undefined;
    };
    const address4 = (raw: Uint8Array | undefined): Ipv4Address =>
      raw === undefined || raw.length < 4 ? 0 : readIpv4(raw, 0);
    const address = address4(read('ip'));
    if (address === 0) return undefined;
    const mask = address4(read('netmask'));
    const routes = read('static-routes');
    const all = routes === undefined ? [] : readStaticRoutes(routes);
    const isDefault = (route: StaticRoute): boolean => route.mask === 0;
    const mtuRaw = read('mtu');
    const mtu = mtuRaw === undefined ? undefined : integerValue(mtuRaw, false);
    return {
      address,
      mask: mask === 0 ? classMask(address) : mask,
      // RFC 3442: a client that gets the routes must ignore the router option.
      gateway: routes === undefined ? address4(read('gateway')) : (all.find(isDefault)?.gateway ?? 0),
      routes: all.filter((route) => !isDefault(route)),
      mtu: mtu?.ok === true && mtu.value > 0 ? mtu.value : DEFAULT_MTU,
    };
  }

  private apply(): void {
    for (const [device, state] of this.attached) {
      const config = this.config(device);
      const wanted = config === undefined ? 'none' : JSON.stringify(config);
      if (wanted === state.applied) continue;
      state.applied = wanted;
      const { interface: nic } = state;
      const before = nic.address;
      for (const route of this.host.routes.filter((each) => each.interfaceName === nic.name)) {
        this.host.removeRoute(route.destination, route.mask, nic.name);
      }
      if (config === undefined) {
        nic.clearAddress();
        continue;
      }
      nic.mtu = config.mtu;
      nic.setAddress(config.address, config.mask);
      // The last opened device is asked first: among default routes the newest wins.
      const metric = this.ipxe.netdevs.open.indexOf(device);
      if (config.gateway !== 0) this.host.setDefaultGateway(nic.name, config.gateway, Math.max(0, metric));
      for (const { destination, mask, gateway } of config.routes) {
        this.host.addRoute({ destination, mask, interfaceName: nic.name, ...(gateway === 0 ? {} : { gateway }) });
      }
      if (before !== config.address) nic.announce();
    }
  }

  /** What `route` prints of a device. */
  describe(device: NetDevice): string {
    const config = this.config(device);
    if (config === undefined) return '';
    const own = `${device.name}: ${formatIpv4(config.address)}/`;
    const closed = device.isOpen ? '' : ' (inaccessible)';
    const gateway = config.gateway === 0 ? '' : ` gw ${formatIpv4(config.gateway)}`;
    let out = `${own}${formatIpv4(config.mask)}${gateway}${closed}\n`;
    for (const route of config.routes) {
      out += `${own}${formatIpv4(route.mask)} for ${formatIpv4(route.destination)}`;
      out += `${route.gateway === 0 ? '' : ` gw ${formatIpv4(route.gateway)}`}${closed}\n`;
    }
    return out;
  }
}
