/**
 * What a PXE server says in DHCP option 43: where boot servers are, the menu, and which item was chosen
 * (PXE 2.1 §2.2, RFC 2132 §8.4). Sub-options that are not known here are kept.
 */
import { readIpv4, writeIpv4 } from '../../base/address.ts';
import type { Ipv4Address } from '../../base/address.ts';
import { byteAt, concatBytes, fromLatin1, latin1, readU16, writeU16 } from '../../base/bytes.ts';
import { assert, decodeError, ok } from '../../base/result.ts';
import type { DecodeError, Result } from '../../base/result.ts';
import { decodeSubOptions, encodeSubOptions } from '../dhcp/suboptions.ts';
import type { SubOption } from '../dhcp/suboptions.ts';

/** Tags of PXE 2.1, table 2-1. */
export const PXE_OPTION = {
  mtftpAddress: 1,
  mtftpClientPort: 2,
  mtftpServerPort: 3,
  mtftpTimeout: 4,
  mtftpDelay: 5,
  discoveryControl: 6,
  multicastAddress: 7,
  bootServers: 8,
  bootMenu: 9,
  menuPrompt: 10,
  multicastAlloc: 11,
  credentialTypes: 12,
  bootItem: 71,
} as const;

/** Bits of PXE_DISCOVERY_CONTROL. */
export const DISCOVERY_DISABLE_BROADCAST = 1;
export const DISCOVERY_DISABLE_MULTICAST = 2;
/** Only servers in PXE_BOOT_SERVERS may answer. */
export const DISCOVERY_SERVER_LIST_ONLY = 4;
/** Go straight to the boot file of the offer: no prompt, no menu, no discovery. */
export const DISCOVERY_BOOTSTRAP_OVERRIDE = 8;

/** PXE 2.1 table 2-1, tag 10: 255 shows prompt and menu at once and waits without limit; 0 takes the first item at once. */
export const PROMPT_WITH_MENU = 255;

export interface PxeBootServers {
  readonly type: number;
  readonly addresses: readonly Ipv4Address[];
}

export interface PxeMenuItem {
  /** The boot server type that the item stands for; 0 is local boot. */
  readonly type: number;
  readonly text: string;
}

export interface PxeVendorOptions {
  readonly mtftpAddress?: Ipv4Address;
  readonly mtftpClientPort?: number;
  readonly mtftpServerPort?: number;
  readonly mtftpTimeoutS?: number;
  readonly mtftpDelayS?: number;
  readonly discoveryControl?: number;
  readonly multicastAddress?: Ipv4Address;
  readonly bootServers?: readonly PxeBootServers[];
  readonly bootMenu?: readonly PxeMenuItem[];
  readonly menuPrompt?: { readonly timeoutS: number; readonly text: string };
  readonly bootItem?: { readonly type: number; readonly layer: number };
  /** In wire order; those with a code of `PXE_OPTION` above are in their own member as well. */
  readonly subOptions: readonly SubOption[];
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** Reads option 43 of a message whose option 60 begins with `PXEClient`. */
export function decodePxeVendorOptions(bytes: Uint8Array): Result<PxeVendorOptions, DecodeError> {
  const list = decodeSubOptions(bytes);
  if (!list.ok) return list;
  const out: Mutable<PxeVendorOptions> = { subOptions: list.value };
  let at = 0;
  for (const { code, data } of list.value) {
    if (!readInto(out, code, data)) return decodeError('malformed', at, 'PXE 2.1 §2.2');
    at += 2 + data.length;
  }
  return ok(out);
}

function readInto(out: Mutable<PxeVendorOptions>, code: number, data: Uint8Array): boolean {
  switch (code) {
    case PXE_OPTION.mtftpAddress:
      if (data.length !== 4) return false;
      out.mtftpAddress = readIpv4(data, 0);
      return true;
    case PXE_OPTION.mtftpClientPort:
      if (data.length !== 2) return false;
      out.mtftpClientPort = readU16Le(data);
      return true;
    case PXE_OPTION.mtftpServerPort:
      if (data.length !== 2) return false;
      out.mtftpServerPort = readU16Le(data);
      return true;
    case PXE_OPTION.mtftpTimeout:
      if (data.length !== 1) return false;
      out.mtftpTimeoutS = byteAt(data, 0);
      return true;
    case PXE_OPTION.mtftpDelay:
      if (data.length !== 1) return false;
      out.mtftpDelayS = byteAt(data, 0);
      return true;
    case PXE_OPTION.discoveryControl:
      if (data.length !== 1) return false;
      out.discoveryControl = byteAt(data, 0);
      return true;
    case PXE_OPTION.multicastAddress:
      if (data.length !== 4) return false;
      out.multicastAddress = readIpv4(data, 0);
      return true;
    case PXE_OPTION.bootServers: {
      const list = readBootServers(data);
      if (list === undefined) return false;
      out.bootServers = list;
      return true;
    }
    case PXE_OPTION.bootMenu: {
      const list = readBootMenu(data);
      if (list === undefined) return false;
      out.bootMenu = list;
      return true;
    }
    case PXE_OPTION.menuPrompt:
      if (data.length < 1) return false;
      out.menuPrompt = { timeoutS: byteAt(data, 0), text: fromLatin1(data, 1) };
      return true;
    case PXE_OPTION.bootItem:
      if (data.length !== 4) return false;
      out.bootItem = { type: readU16(data, 0), layer: readU16(data, 2) };
      return true;
    default:
      return true;
  }
}

function readBootServers(data: Uint8Array): readonly PxeBootServers[] | undefined {
  const list: PxeBootServers[] = [];
  let at = 0;
  while (at < data.length) {
    const count = data[at + 2];
    if (count === undefined || at + 3 + 4 * count > data.length) return undefined;
    const addresses: Ipv4Address[] = [];
    for (let i = 0; i < count; i++) addresses.push(readIpv4(data, at + 3 + 4 * i));
    list.push({ type: readU16(data, at), addresses });
    at += 3 + 4 * count;
  }
  return list;
}

function readBootMenu(data: Uint8Array): readonly PxeMenuItem[] | undefined {
  const list: PxeMenuItem[] = [];
  let at = 0;
  while (at < data.length) {
    const length = data[at + 2];
    if (length === undefined || at + 3 + length > data.length) return undefined;
    const end = at + 3 + length;
    list.push({ type: readU16(data, at), text: fromLatin1(data, at + 3, end) });
    at = end;
  }
  return list;
}

/** What `pxeSubOptions` takes: everything but the raw list. */
export type PxeVendorValues = Omit<PxeVendorOptions, 'subOptions'>;

/** The sub-options of typed values, in ascending order of their codes. */
export function pxeSubOptions(values: PxeVendorValues): readonly SubOption[] {
  const list: SubOption[] = [];
  const add = (code: number, data: Uint8Array | undefined): void => {
    if (data !== undefined) list.push({ code, data });
  };
  add(PXE_OPTION.mtftpAddress, ipBytes(values.mtftpAddress));
  add(PXE_OPTION.mtftpClientPort, u16LeBytes(values.mtftpClientPort));
  add(PXE_OPTION.mtftpServerPort, u16LeBytes(values.mtftpServerPort));
  add(PXE_OPTION.mtftpTimeout, u8Bytes(values.mtftpTimeoutS));
  add(PXE_OPTION.mtftpDelay, u8Bytes(values.mtftpDelayS));
  add(PXE_OPTION.discoveryControl, u8Bytes(values.discoveryControl));
  add(PXE_OPTION.multicastAddress, ipBytes(values.multicastAddress));
  add(PXE_OPTION.bootServers, values.bootServers && bootServersBytes(values.bootServers));
  add(PXE_OPTION.bootMenu, values.bootMenu && bootMenuBytes(values.bootMenu));
  if (values.menuPrompt !== undefined) {
    const { timeoutS, text } = values.menuPrompt;
    add(PXE_OPTION.menuPrompt, concatBytes([Uint8Array.of(timeoutS), latin1(text)]));
  }
  if (values.bootItem !== undefined) {
    const data = new Uint8Array(4);
    writeU16(data, 0, values.bootItem.type);
    writeU16(data, 2, values.bootItem.layer);
    add(PXE_OPTION.bootItem, data);
  }
  return list;
}

/** The data of option 43: ascending codes, closed by 255 as PXE 2.1 §2.2 asks. */
export function encodePxeVendorOptions(values: PxeVendorValues): Uint8Array {
  return encodeSubOptions(pxeSubOptions(values), true);
}

function u8Bytes(value: number | undefined): Uint8Array | undefined {
  return value === undefined ? undefined : Uint8Array.of(value);
}

/** MTFTP ports are little-endian, as Wireshark reads them. */
function u16LeBytes(value: number | undefined): Uint8Array | undefined {
  return value === undefined ? undefined : Uint8Array.of(value, value >>> 8);
}

function readU16Le(data: Uint8Array): number {
  return byteAt(data, 0) | (byteAt(data, 1) << 8);
}

function ipBytes(value: Ipv4Address | undefined): Uint8Array | undefined {
  if (value === undefined) return undefined;
  const bytes = new Uint8Array(4);
  writeIpv4(bytes, 0, value);
  return bytes;
}

function bootServersBytes(list: readonly PxeBootServers[]): Uint8Array {
  return concatBytes(
    list.map(({ type, addresses }) => {
      assert(addresses.length <= 255, 'a boot server type has at most 255 addresses');
      const bytes = new Uint8Array(3 + 4 * addresses.length);
      writeU16(bytes, 0, type);
      bytes[2] = addresses.length;
      for (const [i, address] of addresses.entries()) writeIpv4(bytes, 3 + 4 * i, address);
      return bytes;
    }),
  );
}

function bootMenuBytes(list: readonly PxeMenuItem[]): Uint8Array {
  return concatBytes(
    list.map(({ type, text }) => {
      assert(text.length <= 255, 'a menu text has at most 255 bytes');
      return concatBytes([Uint8Array.of(type >>> 8, type, text.length), latin1(text)]);
    }),
  );
}
