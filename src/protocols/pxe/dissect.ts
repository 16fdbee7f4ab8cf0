/** The dissection of PXE's sub-options of DHCP option 43 (PXE 2.1 §2.2). */
import type { Dissection } from '../core/dissect.ts';
import { DHCP, DHCP_EXPERT } from '../dhcp/dissect-fields.ts';
import { HIDDEN } from '../core/tree.ts';
import type { FieldDef } from '../core/field.ts';
import { PXE } from './dissect-fields.ts';
import { PXE_OPTION } from './vendor-options.ts';

/** Adds the sub-options of `[start, end)` to the open item. */
export function dissectPxeVendorOptions(d: Dissection, start: number, end: number): void {
  let at = start;
  while (at < end) {
    const code = d.u8(at);
    if (code === 0) {
      d.add(PXE.padding, at, 1);
      at++;
      continue;
    }
    if (code === 255) {
      d.add(PXE.end, at, 1);
      at++;
      continue;
    }
    if (at + 1 >= end) return d.expert(DHCP_EXPERT.noSubLength, `Suboption ${code}: no room left for its length`);
    const length = d.u8(at + 1);
    if (at + 2 + length > end)
      return d.expert(DHCP_EXPERT.noSubValue, `Suboption ${code}: no room left for its ${length} bytes`);
    d.begin(PXE.suboption, at, 2 + length, code);
    if (d.building) {
      const names = PXE.suboption.values;
      const name = names === undefined || typeof names === 'function' ? undefined : names[code];
      d.labelOpen(`Option 43 Suboption: (${code}) ${name ?? 'Unknown'}`);
    }
    d.add(DHCP.subLength, at + 1, 1);
    const fits = (SIZES.get(code) ?? length) === length;
    d.add(DHCP.vendorValue, at + 2, length, undefined, fits && KNOWN.has(code) ? HIDDEN : 0);
    if (fits) subOption(d, code, at + 2, at + 2 + length);
    else d.expert(DHCP_EXPERT.badSubLength);
    d.end();
    at += 2 + length;
  }
  return undefined;
}

/** Sizes that a tag must have. */
const SIZES: ReadonlyMap<number, number> = new Map<number, number>([
  [PXE_OPTION.mtftpAddress, 4],
  [PXE_OPTION.mtftpClientPort, 2],
  [PXE_OPTION.mtftpServerPort, 2],
  [PXE_OPTION.mtftpTimeout, 1],
  [PXE_OPTION.mtftpDelay, 1],
  [PXE_OPTION.discoveryControl, 1],
  [PXE_OPTION.multicastAddress, 4],
  [PXE_OPTION.bootItem, 4],
]);

/** Tags whose data the fields show, so that the bytes are for filters only. */
const KNOWN: ReadonlySet<number> = new Set<number>(Object.values(PXE_OPTION));

const PLAIN: ReadonlyMap<number, FieldDef> = new Map<number, FieldDef>([
  [PXE_OPTION.mtftpAddress, PXE.mtftpIp],
  [PXE_OPTION.mtftpClientPort, PXE.mtftpClientPort],
  [PXE_OPTION.mtftpServerPort, PXE.mtftpServerPort],
  [PXE_OPTION.mtftpTimeout, PXE.mtftpTimeout],
  [PXE_OPTION.mtftpDelay, PXE.mtftpDelay],
  [PXE_OPTION.multicastAddress, PXE.multicast],
  [PXE_OPTION.multicastAlloc, PXE.multicastAlloc],
  [PXE_OPTION.credentialTypes, PXE.credentials],
]);

function subOption(d: Dissection, code: number, at: number, end: number): void {
  const length = end - at;
  const plain = PLAIN.get(code);
  if (plain !== undefined) return d.add(plain, at, length);
  if (code === PXE_OPTION.discoveryControl) return control(d, at);
  if (code === PXE_OPTION.bootServers) {
    d.begin(PXE.servers, at, length);
    bootServers(d, at, end);
    d.end();
  } else if (code === PXE_OPTION.bootMenu) {
    d.begin(PXE.menu, at, length);
    bootMenu(d, at, end);
    d.end();
  } else if (code === PXE_OPTION.menuPrompt && length > 0) {
    d.begin(PXE.prompt, at, length);
    d.add(PXE.promptTimeout, at, 1);
    d.add(PXE.promptText, at + 1, length - 1);
    d.end();
  } else if (code === PXE_OPTION.bootItem) {
    d.begin(PXE.item, at, length);
    d.add(PXE.itemType, at, 2);
    d.add(PXE.itemLayer, at + 2, 2);
    d.end();
  }
  return undefined;
}

function control(d: Dissection, at: number): void {
  const bits = [PXE.controlBroadcast, PXE.controlMulticast, PXE.controlServers, PXE.controlBootstrap];
  d.begin(PXE.control, at, 1);
  if (d.building) for (const bit of bits) if ((d.u8(at) & bit.mask) !== 0) d.appendOpen(`, ${bit.label}`);
  for (const bit of bits) d.add(bit, at, 1);
  d.end();
}

function bootServers(d: Dissection, start: number, end: number): void {
  let at = start;
  while (at + 3 <= end) {
    const count = d.u8(at + 2);
    d.add(PXE.serverType, at, 2);
    d.add(PXE.serverCount, at + 2, 1);
    at += 3;
    for (let i = 0; i < count && at + 4 <= end; i++, at += 4) d.add(PXE.serverIp, at, 4);
  }
}

function bootMenu(d: Dissection, start: number, end: number): void {
  let at = start;
  while (at + 3 <= end) {
    const length = d.u8(at + 2);
    d.add(PXE.menuType, at, 2);
    d.add(PXE.menuLength, at + 2, 1);
    at += 3;
    d.add(PXE.menuText, at, Math.min(length, end - at));
    at += length;
  }
}
