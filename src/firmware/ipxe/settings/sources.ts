/** Settings that the machine and the build themselves have: `builtin`, `smbios`, `pci`, `cpuid`, `memmap`. */
import { latin1, writeU16, writeU32 } from '../../../base/bytes.ts';
import { NS_PER_S } from '../../../base/time/clock.ts';
import { err, ok } from '../../../base/result.ts';
import type { NicBus, Platform } from '../../platform.ts';
import { Err, OK, type Status } from '../errors.ts';
import type { Ipxe } from '../ipxe.ts';
import { directoryOf } from '../net/transfer/uri.ts';
import { SettingsBlock, type Setting, type SettingValue } from './block.ts';
import {
  defaultHexType,
  hexrawType,
  parseUuid,
  readUint,
  settingType,
  stringType,
  swapGuid,
  uint32Bytes,
  type Outcome,
} from './types.ts';

/** What the clock of every machine shows at power-on: 2026-01-01 00:00:00 UTC. A lab has no wall clock. */
export const RTC_START_S = 1_767_225_600;

export class BuiltinBlock extends SettingsBlock {
  private readonly ipxe: Ipxe;
  /** `ntp` and `set unixtime` move the clock by this much. */
  private clockOffsetS = 0;

  constructor(ipxe: Ipxe) {
    super('builtin', 'builtin');
    this.ipxe = ipxe;
  }

  get unixTimeS(): number {
    return RTC_START_S + this.clockOffsetS + Math.floor(this.ipxe.clock.nowNs / NS_PER_S);
  }

  /** What the clock would say if nobody had set it: milliseconds since 1970. */
  get untouchedClockMs(): number {
    return (this.unixTimeS - this.clockOffsetS) * 1000;
  }

  setUnixTime(seconds: number): void {
    this.clockOffsetS += seconds - this.unixTimeS;
  }

  applies(setting: Setting): boolean {
    return setting.scope === 'builtin';
  }

  fetch(setting: Setting): Outcome<SettingValue> {
    const { ipxe } = this;
    const text = (value: string | undefined): Outcome<SettingValue> =>
      value === undefined ? err(Err.settingNotFound) : ok({ raw: latin1(value), type: setting.type ?? stringType });
    const uint32 = (value: number): Outcome<SettingValue> =>
      ok({ raw: uint32Bytes(value), type: setting.type ?? settingType('uint32') });
    switch (setting.name) {
      case 'errno':
        return uint32(ipxe.errno);
      case 'buildarch':
        return text(ipxe.build.buildArch);
      case 'platform':
        return text('pcbios');
      case 'version':
        return text(ipxe.build.version);
      case 'unixtime':
        return uint32(this.unixTimeS);
      case 'cwuri':
        return text(ipxe.cwuri);
      case 'cwduri':
        return text(ipxe.cwuri === undefined ? undefined : directoryOf(ipxe.cwuri));
      case 'dmesg':
        return ipxe.build.features.has('CONSOLE_DMESG') ? text(ipxe.dmesg) : err(Err.settingNotFound);
      default:
        return err(Err.settingNotFound);
    }
  }

  store(setting: Setting, raw: Uint8Array | undefined): Status {
    if (setting.name !== 'unixtime' || raw === undefined) return Err.settingUnsupported;
    this.setUnixTime(readUint(raw));
    return OK;
  }
}

/** A structure of DMTF DSP0134 §6.1: the formatted area, then its strings, numbered from 1. */
interface SmbiosStructure {
  readonly type: number;
  readonly formatted: Uint8Array;
  readonly strings: readonly string[];
}

/** The BIOS of the emulated PCs; a bare machine stands for one of them. */
const BIOS = { vendor: 'SeaBIOS', version: '1.16.2-debian-1.16.2-1', date: '04/01/2014' } as const;

/** Types 0 to 3 (DSP0134 §7.1 to §7.4), with an entry for each text that the machine has. */
function structuresOf(platform: Platform): SmbiosStructure[] {
  const { identity } = platform;
  const build = (
    type: number,
    length: number,
    texts: readonly (readonly [offset: number, text: string])[],
  ): SmbiosStructure => {
    const formatted = new Uint8Array(length);
    formatted[0] = type;
    formatted[1] = length;
    writeU16(formatted, 2, type << 8);
    const strings: string[] = [];
    for (const [offset, text] of texts) {
      if (text === '') continue;
      strings.push(text);
      formatted[offset] = strings.length;
    }
    return { type, formatted, strings };
  };
  const system = build(1, 0x1b, [
    [4, identity.manufacturer],
    [5, identity.product],
    [7, identity.serial],
  ]);
  const uuid = parseUuid(identity.uuid);
  if (uuid !== undefined) system.formatted.set(swapGuid(uuid), 8);
  return [
    build(0, 0x18, [
      [4, BIOS.vendor],
      [5, BIOS.version],
      [8, BIOS.date],
    ]),
    system,
    build(2, 0x0f, [
      [4, identity.manufacturer],
      [7, identity.boardSerial],
    ]),
    build(3, 0x15, [
      [4, identity.manufacturer],
      [8, identity.asset],
    ]),
  ];
}

/** Tags are `[instance.]type.offset.length`. */
export class SmbiosBlock extends SettingsBlock {
  private readonly structures: readonly SmbiosStructure[];

  constructor(platform: Platform) {
    super('smbios', 'smbios');
    this.structures = structuresOf(platform);
  }

  applies(setting: Setting): boolean {
    return setting.scope === 'smbios';
  }

  fetch(setting: Setting): Outcome<SettingValue> {
    const { tag } = setting;
    const instance = Math.floor(tag / 0x1000000) & 0xff;
    const type = (tag >>> 16) & 0xff;
    const offset = (tag >>> 8) & 0xff;
    const length = tag & 0xff;
    const structure = this.structures.filter((each) => each.type === type)[instance];
    if (structure === undefined) return err(Err.smbiosMissing);
    if (offset === 0 && length === 0) return ok({ raw: structure.formatted, type: setting.type ?? defaultHexType });
    if (offset === 0 || length === 0) {
      const number = offset === 0 ? length : (structure.formatted[offset] ?? 0);
      const text = structure.strings[number - 1];
      if (text === undefined) return err(Err.smbiosMissing);
      return ok({ raw: latin1(text), type: setting.type ?? stringType });
    }
    if (offset + length > structure.formatted.length) return err(Err.smbiosMissing);
    const raw = structure.formatted.slice(offset, offset + length);
    // From version 2.6 on the first three fields are little-endian (DSP0134 §7.2.1).
    const isUuid = setting.type?.name === 'uuid' && length === 16;
    return ok({ raw: isUuid ? swapGuid(raw) : raw, type: setting.type ?? defaultHexType });
  }

  store(): Status {
    return Err.settingUnsupported;
  }
}

/** The header of a card's configuration space (PCI 3.0 §6.1), as far as the lab knows it. */
export function pciConfigSpace(bus: NicBus): Uint8Array {
  const space = new Uint8Array(256);
  const put16 = (at: number, value: number): void => {
    space[at] = value;
    space[at + 1] = value >>> 8;
  };
  put16(0x00, bus.vendorId);
  put16(0x02, bus.deviceId);
  put16(0x04, 0x0103);
  space[0x08] = bus.revision;
  space[0x09] = bus.classCode;
  space[0x0a] = bus.classCode >>> 8;
  space[0x0b] = bus.classCode >>> 16;
  put16(0x10, bus.ioBase | 1);
  put16(0x12, bus.ioBase >>> 16);
  put16(0x2c, bus.subsystemVendorId);
  put16(0x2e, bus.subsystemId);
  space[0x3c] = bus.irq;
  space[0x3d] = 1;
  return space;
}

export function busDevFn(bus: NicBus): number {
  return (bus.bus << 8) | (bus.device << 3) | bus.function;
}

/** Tags are `busdevfn.offset.length`; bytes come most significant first. */
export class PciBlock extends SettingsBlock {
  private readonly platform: Platform;

  constructor(platform: Platform) {
    super('pci', 'pci');
    this.platform = platform;
  }

  applies(setting: Setting): boolean {
    return setting.scope === 'pci';
  }

  fetch(setting: Setting): Outcome<SettingValue> {
    const { tag } = setting;
    const location = Math.floor(tag / 0x10000);
    const offset = (tag >>> 8) & 0xff;
    const length = tag & 0xff;
    const nic = this.platform.nics.find((each) => busDevFn(each.bus) === location);
    // Where no device answers, the bus reads as ones.
    const space = nic === undefined ? new Uint8Array(256).fill(0xff) : pciConfigSpace(nic.bus);
    const raw = space.slice(offset, offset + length).reverse();
    return ok({ raw, type: setting.type ?? hexrawType });
  }

  store(): Status {
    return Err.settingUnsupported;
  }
}

/** The emulated processor's CPUID, leaf 1 EDX and ECX: what every emulated PC of the lab says (Intel SDM vol. 2A, CPUID). */
export const CPUID_FEATURES = {
  vendor: 'GenuineIntel',
  model: 'Intel(R) Pentium(R) 4 CPU',
  /** FPU VME PSE TSC MSR PAE CX8 APIC SEP PGE CMOV PAT CLFSH MMX FXSR SSE SSE2. */
  edx: 0x0789_a97b | 0,
  /** SSE3, CX16. */
  ecx: 0x0000_2001,
  /** Leaf 80000001h of a processor with 64-bit mode: SYSCALL NX LM; LAHF. One of 32 bits has nothing there. */
  extended: { edx: 0x2010_0800, ecx: 0x0000_0001 },
} as const;

export class CpuidBlock extends SettingsBlock {
  constructor() {
    super('cpuid', 'cpuid');
  }

  applies(setting: Setting): boolean {
    return setting.scope === 'cpuid';
  }

  fetch(setting: Setting): Outcome<SettingValue> {
    const text =
      setting.name === 'cpuvendor'
        ? CPUID_FEATURES.vendor
        : setting.name === 'cpumodel'
          ? CPUID_FEATURES.model
          : undefined;
    if (text !== undefined) return ok({ raw: latin1(text), type: setting.type ?? stringType });
    return err(Err.settingNotFound);
  }

  store(): Status {
    return Err.settingUnsupported;
  }
}

export class MemmapBlock extends SettingsBlock {
  private readonly platform: Platform;

  constructor(platform: Platform) {
    super('memmap', 'memmap');
    this.platform = platform;
  }

  applies(setting: Setting): boolean {
    return setting.scope === 'memmap';
  }

  fetch(setting: Setting): Outcome<SettingValue> {
    if (setting.name !== 'memsize') return err(Err.memmapMissing);
    const raw = new Uint8Array(4);
    writeU32(raw, 0, Math.floor(this.platform.memory.sizeBytes / 0x100000));
    return ok({ raw, type: setting.type ?? settingType('int32') });
  }

  store(): Status {
    return Err.settingUnsupported;
  }
}
