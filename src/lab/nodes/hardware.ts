/** What PCI and SMBIOS report about the lab's machines: the cards that v86 has, and an identity from the scenario. */
import { assert } from '../../base/result.ts';
import type { MachineIdentity, NicBus } from '../../firmware/platform.ts';

export type NicModel = 'ne2k' | 'virtio';

export function driverOf(model: NicModel): string {
  return model === 'ne2k' ? 'ne2k_pci' : 'virtio-net';
}

/** Where v86 puts the cards of a machine, by their order (`machine/devices/nic.ts`, CARD_IDS). */
const NE2K_PLACES = [
  { device: 5, ioBase: 0x300 },
  { device: 8, ioBase: 0x400 },
  { device: 10, ioBase: 0x600 },
  { device: 11, ioBase: 0x700 },
] as const;

/** Realtek's RTL8029 (NE2000 on PCI) and virtio-net, the card number `index` of a machine. */
export function busOf(model: NicModel, index: number): NicBus {
  const common = { kind: 'pci', bus: 0, function: 0, classCode: 0x020000, revision: 0 } as const;
  const place = NE2K_PLACES[index];
  assert(place !== undefined, 'a machine has four cards at most');
  return model === 'ne2k'
    ? {
        ...common,
        ...place,
        vendorId: 0x10ec,
        deviceId: 0x8029,
        subsystemVendorId: 0x1af4,
        subsystemId: 0x1100,
        irq: 10,
      }
    : {
        ...common,
        // A PC has one, a bare machine may have several.
        device: index === 0 ? 10 : 16 + index,
        vendorId: 0x1af4,
        deviceId: 0x1000,
        subsystemVendorId: 0x1af4,
        subsystemId: 1,
        ioBase: 0xc000,
        irq: 10,
      };
}

/** What a ROM in the flash of a card has to name: the ids in the configuration space of v86's cards. */
export function flashIdsOf(model: NicModel): { readonly vendorId: number; readonly deviceId: number } {
  // v86's virtio card is one of version 1.0 only.
  return model === 'ne2k' ? { vendorId: 0x10ec, deviceId: 0x8029 } : { vendorId: 0x1af4, deviceId: 0x1041 };
}

interface IdentitySource {
  readonly uuid?: string | undefined;
  readonly serial?: string | undefined;
  readonly asset?: string | undefined;
}

/** Without a UUID of its own a machine gets one from its MAC address, as version 1 UUIDs end in it (RFC 9562 §5.1). */
export function identityOf(source: IdentitySource, mac: string): MachineIdentity {
  const node = mac.replace(/[:-]/g, '').toLowerCase();
  return {
    uuid: source.uuid?.toLowerCase() ?? `4e455442-4f4f-1000-8000-${node}`,
    manufacturer: 'Netboot Lab',
    product: 'Virtual PC',
    serial: source.serial ?? '',
    asset: source.asset ?? '',
    boardSerial: '',
  };
}
