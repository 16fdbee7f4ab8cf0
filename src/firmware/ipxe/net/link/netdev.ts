/** Network devices: `net0`, `net1`, VLAN devices, their settings, counters and error tallies. */
import { formatMac, readMac, writeMac, type MacAddress } from '../../../../base/address.ts';
import { latin1, readU32 } from '../../../../base/bytes.ts';
import { err, ok } from '../../../../base/result.ts';
import type { PlatformNic } from '../../../platform.ts';
import { Err, OK, strerror, type Status } from '../../errors.ts';
import type { Ipxe } from '../../ipxe.ts';
import { GenericBlock, SettingsBlock, type Setting, type SettingValue } from '../../settings/block.ts';
import { NvoBlock } from '../../settings/nvo-block.ts';
import { busDevFn } from '../../settings/sources.ts';
import { settingType, stringType, uint32Bytes, type Outcome, type SettingType } from '../../settings/types.ts';
import { LldpBlock } from '../../settings/lldp-block.ts';
import { FcoePort } from '../fc/fcoe.ts';
import { DevicePort } from './device-port.ts';
import { LinkProtocols } from './link-protocols.ts';

export class NetDevice {
  readonly name: string;
  readonly nic: PlatformNic;
  /** The card's own address. */
  readonly hwaddr: MacAddress;
  mac: MacAddress;
  /** Undefined for a card; what a VLAN device is made of. */
  readonly vlan: { readonly trunk: NetDevice; readonly tag: number; priority: number } | undefined;
  readonly settings: NetdevBlock;
  readonly port: DevicePort;
  private readonly link: LinkProtocols;
  private readonly fcoe: FcoePort | undefined;
  isOpen = false;
  /** The transaction number of the last DHCP, for the packets of boot programs. */
  dhcpXid = 0;
  /** What a ProxyDHCP named in the last DHCP without saying which server has it: iPXE takes neither. */
  fileWithoutServer: { readonly by: string; readonly file: string } | undefined;
  private readonly ipxe: Ipxe;

  constructor(ipxe: Ipxe, nic: PlatformNic, vlan?: { trunk: NetDevice; tag: number; priority: number }) {
    this.ipxe = ipxe;
    this.nic = nic;
    this.vlan = vlan;
    this.name = vlan === undefined ? nic.name : `${vlan.trunk.name}-${vlan.tag}`;
    this.hwaddr = vlan?.trunk.mac ?? nic.mac;
    this.mac = this.hwaddr;
    this.settings = new NetdevBlock(this);
    const lower = vlan === undefined ? nic.port : vlan.trunk.port;
    const tag = vlan === undefined ? undefined : { vid: vlan.tag, priority: () => vlan.priority };
    this.port = new DevicePort(ipxe.clock, this.name, lower, ipxe.build.features.has('NET_PROTO_IPV6'), tag);
    const lldp = new LldpBlock();
    if (ipxe.build.features.has('NET_PROTO_LLDP')) ipxe.settings.register(lldp, this.settings);
    this.link = new LinkProtocols({
      clock: ipxe.clock,
      port: this.port,
      features: ipxe.build.features,
      mac: () => this.mac,
      onLldp: (tlvs) => {
        lldp.tlvs = tlvs;
      },
    });
    if (ipxe.build.features.has('NET_PROTO_FCOE')) this.fcoe = new FcoePort(ipxe.fc, this);
  }

  get location(): string {
    const { bus } = this.nic;
    const hex = (value: number): string => value.toString(16).padStart(2, '0');
    return `0000:${hex(bus.bus)}:${hex(bus.device)}.${bus.function}`;
  }

  get linkUp(): boolean {
    return this.nic.port.linkUp;
  }

  /** What `ifstat` prints. */
  get description(): string {
    const { tx, rx, txErrors, rxErrors } = this.port.counters;
    const blocked = this.port.isBlocked ? ' (blocked)' : '';
    const sum = (tally: ReadonlyMap<Status, number>): number => [...tally.values()].reduce((a, b) => a + b, 0);
    let out = `${this.name}: ${formatMac(this.mac)} using ${this.nic.driver} on ${this.location} (Ethernet) [${this.isOpen ? 'open' : 'closed'}]\n`;
    out += `  [Link:${this.linkUp ? 'up' : 'down'}${blocked}, TX:${tx} TXE:${sum(txErrors)} RX:${rx} RXE:${sum(rxErrors)}]\n`;
    if (!this.linkUp) out += `  [Link status: ${strerror(Err.linkDown)}]\n`;
    for (const [status, count] of txErrors) out += `  [TXE: ${count} x "${strerror(status)}"]\n`;
    for (const [status, count] of rxErrors) out += `  [RXE: ${count} x "${strerror(status)}"]\n`;
    return out;
  }

  open(): Status {
    if (this.isOpen) return OK;
    if (this.vlan !== undefined) {
      const status = this.vlan.trunk.open();
      if (status !== OK) return status;
    }
    this.isOpen = true;
    this.port.start();
    // The cable is the trunk's affair.
    if (this.vlan === undefined) this.link.start();
    this.fcoe?.start();
    this.ipxe.ip.attach(this);
    this.ipxe.netdevs.opened(this);
    return OK;
  }

  createVlan(tag: number, priority: number): Status {
    return this.ipxe.netdevs.createVlan(this, tag, priority);
  }

  /** A new source address takes effect at once. */
  macChanged(): void {
    if (!this.isOpen) return;
    this.ipxe.ip.detach(this);
    this.ipxe.ip.attach(this);
  }

  close(): void {
    if (!this.isOpen) return;
    this.isOpen = false;
    for (const each of this.ipxe.netdevs.all) if (each.vlan?.trunk === this) each.close();
    this.ipxe.ip.detach(this);
    this.link.stop();
    this.fcoe?.stop();
    this.port.stop();
    this.ipxe.netdevs.closed(this);
    // A VLAN device takes its trunk down with it.
    this.vlan?.trunk.close();
  }
}

/** The block of one device: its own fields, and the settings stored in it. */
export class NetdevBlock extends GenericBlock {
  private readonly device: NetDevice;

  constructor(device: NetDevice) {
    super(device.name);
    this.device = device;
  }

  override fetch(setting: Setting): Outcome<SettingValue> {
    const own = this.own(setting.name);
    if (own === undefined) return super.fetch(setting);
    return ok({ raw: own.raw, type: setting.type ?? own.type });
  }

  private own(name: string): { raw: Uint8Array; type: SettingType } | undefined {
    const { device } = this;
    const { bus } = device.nic;
    const mac = (address: MacAddress): { raw: Uint8Array; type: SettingType } => {
      const raw = new Uint8Array(6);
      writeMac(raw, 0, address);
      return { raw, type: settingType('hex') };
    };
    const text = (value: string): { raw: Uint8Array; type: SettingType } => ({ raw: latin1(value), type: stringType });
    switch (name) {
      case 'mac':
        return mac(device.mac);
      case 'hwaddr':
        return mac(device.hwaddr);
      case 'bustype':
        return text('PCI');
      case 'busloc':
        return { raw: uint32Bytes(busDevFn(bus)), type: settingType('uint32') };
      case 'busid':
        return { raw: busId(device), type: settingType('hex') };
      case 'linktype':
        return text('Ethernet');
      case 'chip':
        return text(device.nic.driver);
      case 'ifname':
        return text(device.name);
      default:
        return undefined;
    }
  }

  override store(setting: Setting, raw: Uint8Array | undefined): Status {
    const { device } = this;
    if (setting.name === 'mac') {
      if (raw !== undefined && raw.length !== 6) return Err.netdevSettingInvalid;
      device.mac = raw === undefined ? device.hwaddr : readMac(raw, 0);
      device.macChanged();
      return OK;
    }
    if (this.own(setting.name) !== undefined) return Err.netdevSettingUnsupported;
    return super.store(setting, raw);
  }
}

/** Type 1 (PCI), vendor, device: what option 175.177 sends too. */
export function busId(device: NetDevice): Uint8Array {
  const { vendorId, deviceId } = device.nic.bus;
  return Uint8Array.of(1, vendorId >>> 8, vendorId, deviceId >>> 8, deviceId);
}

/** `netX`: the device that was opened last. */
class LastOpenedBlock extends SettingsBlock {
  private readonly devices: NetDevices;

  constructor(devices: NetDevices) {
    super('netX');
    this.devices = devices;
  }

  override resolve(): Outcome<SettingsBlock> {
    const last = this.devices.lastOpened;
    return last === undefined ? err(Err.settingUnsupported) : ok(last.settings);
  }

  applies(): boolean {
    return false;
  }

  fetch(): Outcome<SettingValue> {
    return err(Err.settingNotFound);
  }

  store(): Status {
    return Err.netdevSettingUnsupported;
  }
}

/** `undionly` knows one card alone: the one whose PXE stack has loaded it. */
function cardsOf({ platform, chainedBy }: Ipxe): readonly PlatformNic[] {
  return chainedBy === undefined ? platform.nics : [{ ...chainedBy.network.nic, name: 'net0', driver: 'undionly' }];
}

export class NetDevices {
  private readonly devices: NetDevice[] = [];
  /** Open devices, the last opened first. */
  private readonly openOrder: NetDevice[] = [];
  private readonly ipxe: Ipxe;

  constructor(ipxe: Ipxe) {
    this.ipxe = ipxe;
    ipxe.settings.register(new LastOpenedBlock(this));
    for (const nic of cardsOf(ipxe)) this.add(new NetDevice(ipxe, nic));
  }

  get all(): readonly NetDevice[] {
    return this.devices;
  }

  /** By name; `netX` is the one opened last. */
  find(name: string): NetDevice | undefined {
    if (name === 'netX') return this.lastOpened;
    return this.devices.find((device) => device.name === name);
  }

  get lastOpened(): NetDevice | undefined {
    return this.openOrder[0];
  }

  get open(): readonly NetDevice[] {
    return this.openOrder;
  }

  opened(device: NetDevice): void {
    this.openOrder.unshift(device);
    this.ipxe.settings.changed.emit();
  }

  closed(device: NetDevice): void {
    this.openOrder.splice(this.openOrder.indexOf(device), 1);
    this.ipxe.settings.changed.emit();
  }

  closeAll(except?: NetDevice): void {
    for (const device of this.devices) if (device !== except) device.close();
  }

  private add(device: NetDevice): void {
    const { settings, build, platform } = this.ipxe;
    this.devices.push(device);
    settings.register(device.settings);
    const hasStore = device.vlan === undefined && build.features.has('NVS_SETTINGS');
    if (hasStore) settings.register(new NvoBlock(platform.store, device.name), device.settings);
  }

  createVlan(trunk: NetDevice, tag: number, priority: number): Status {
    if (tag > 4094 || priority > 7) return Err.vlanInvalid;
    if (trunk.vlan !== undefined) return Err.vlanNotEthernet;
    const existing = this.devices.find((device) => device.vlan?.trunk === trunk && device.vlan.tag === tag);
    if (existing?.vlan !== undefined) {
      existing.vlan.priority = priority;
      return OK;
    }
    const device = new NetDevice(this.ipxe, trunk.nic, { trunk, tag, priority });
    this.add(device);
    if (trunk.isOpen) device.open();
    return OK;
  }

  destroyVlan(device: NetDevice): Status {
    if (device.vlan === undefined) return Err.vlanNotEthernet;
    device.close();
    this.devices.splice(this.devices.indexOf(device), 1);
    this.ipxe.settings.unregister(device.settings);
    return OK;
  }
}

/** Number in an address setting of a block, 0 when absent. */
export function addressIn(raw: Uint8Array | undefined): number {
  return raw === undefined || raw.length < 4 ? 0 : readU32(raw, 0);
}
