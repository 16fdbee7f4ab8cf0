/** The store that OVMF left after its first boot options, byte for byte, and what the lab makes of it. */
import { describe, expect, it } from 'vitest';
import { concatBytes, fromHex, toHex } from '../../base/bytes.ts';
import { bootOrder, makeStore, readStore, STORE_BYTES, type UefiVariable } from './variables.ts';

/** Taken from a machine's memory: the two headers and the first variable, MTC (a counter). */
const HEADERS = `
  000000000000000000000000000000008d2bf1ff96768b4ca9852747075b4f5000400800000000005f465648fffe04004800afb800000002
  84000000001000000000000000000000782cf3aa7b949a43a1802e144ec37792b8ff03005afe000000000000`;
const MTC = `
  aa553f0007000000000000000000000000000000000000000000000000000000000000000800000004000000
  114070eb0214d3118e7700a0c969723b4d00540043000000 01000000`;
/** One that has been deleted since: state 3Ch. */
const DELETED = `
  aa553c00030000000000000000000000000000000000000000000000000000000000000028000000010000 00
  16d6474bd6a852459d44ccad2e0f4cf949006e0069007400690061006c0041007400740065006d00700074004f00720064006500720000 0001 ffffff`;

const hex = (text: string): Uint8Array => fromHex(text) ?? new Uint8Array(0);

function store(...parts: readonly string[]): Uint8Array {
  const bytes = new Uint8Array(STORE_BYTES).fill(0xff);
  bytes.set(concatBytes(parts.map(hex)));
  return bytes;
}

const MTC_VARIABLE: UefiVariable = {
  name: 'MTC',
  guid: 'eb704011-1402-11d3-8e77-00a0c969723b',
  attributes: 7,
  data: hex('01000000'),
};

describe('variables of UEFI firmware', () => {
  it('are read from the store that OVMF has made', () => {
    expect(readStore(store(HEADERS, MTC, DELETED, MTC.replace('01000000', '02000000')))).toEqual([
      { ...MTC_VARIABLE, data: hex('02000000') },
    ]);
  });

  it('are written as OVMF writes them', () => {
    const expected = store(HEADERS, MTC);
    expect(toHex(makeStore([MTC_VARIABLE]).subarray(0, 256))).toBe(toHex(expected.subarray(0, 256)));
  });

  it('come back the same', () => {
    const variables = [
      MTC_VARIABLE,
      { name: 'BootOrder', guid: '8be4df61-93ca-11d2-aa0d-00e098032b8c', attributes: 7, data: hex('020000000100') },
      { name: 'Empty', guid: '8be4df61-93ca-11d2-aa0d-00e098032b8c', attributes: 3, data: hex('') },
    ];
    expect(readStore(makeStore(variables))).toEqual(variables);
  });

  it('keep the old value of one that is being replaced, until the new one is there', () => {
    const old = MTC.replace('aa553f', 'aa553e');
    expect(readStore(store(HEADERS, old))).toEqual([MTC_VARIABLE]);
    expect(readStore(store(HEADERS, old, MTC.replace(' 01000000', ' 05000000')))).toEqual([
      { ...MTC_VARIABLE, data: hex('05000000') },
    ]);
  });

  it('are none where the firmware has made no store, and end where it is damaged', () => {
    expect(readStore(new Uint8Array(STORE_BYTES))).toBeUndefined();
    const damaged = store(HEADERS, MTC, MTC.replace('04000000', 'ffffffff'));
    expect(readStore(damaged)).toEqual([MTC_VARIABLE]);
  });

  it('that have no room are left out', () => {
    const large = { ...MTC_VARIABLE, name: 'Large', data: new Uint8Array(250_000) };
    expect(readStore(makeStore([large, { ...large, name: 'Larger' }, MTC_VARIABLE]))).toEqual([large, MTC_VARIABLE]);
  });
});

const GLOBAL = '8be4df61-93ca-11d2-aa0d-00e098032b8c';

function variable(name: string, hex: string, guid = GLOBAL): UefiVariable {
  return { name, guid, attributes: 7, data: fromHex(hex) ?? new Uint8Array(0) };
}

/** Attributes, length of the device paths, "PXE" or "HTTP", the end of a device path. */
const PXE = '0100000004005000580045000000 7fff0400'.replace(' ', '');
const HTTP = '01000000040048005400540050000000 7fff0400'.replace(' ', '');

describe('the boot order', () => {
  it('names the options, and those that have no variable by their number', () => {
    const variables = [variable('Boot0001', PXE), variable('Boot0002', HTTP), variable('BootOrder', '020001000a00')];
    expect(bootOrder(variables)).toEqual(['HTTP', 'PXE', 'Boot000A']);
  });

  it('reads only what is the firmware’s own, and nothing behind its end', () => {
    const OTHER = '11111111-1111-1111-1111-111111111111';
    expect(bootOrder([variable('BootOrder', '0100', OTHER)])).toEqual([]);
    expect(bootOrder([variable('Boot0001', '01000000040050'), variable('BootOrder', '010001')])).toEqual(['']);
  });
});
