/** The boot tables that iPXE leaves in memory, read back by what shows the memory of a PC. */
import { describe, expect, it } from 'vitest';
import { runScript } from '../../src/firmware/ipxe/testing.ts';
import { LOW_MEMORY_BYTES, mapLowMemory, type MemoryRegion } from '../../src/lab/observe/memory/low-memory.ts';
import { joinAoe, joinIscsi, TARGET } from './targets.ts';

const DISK = new Uint8Array(64 * 512);

function tablesAfter(join: typeof joinAoe, ...script: readonly string[]): readonly MemoryRegion[] {
  const first = ['ifopen net0', 'set net0/ip 10.0.0.2', 'set net0/netmask 255.255.255.0'];
  const { bench } = runScript([...first, ...script].join('\n'), { prepare: (made) => join(made, DISK) });
  const memory = bench.machine.hardware?.memory.read(0, LOW_MEMORY_BYTES) ?? new Uint8Array(0);
  return mapLowMemory(memory).filter(({ kind }) => kind === 'boot-table');
}

const shown = ({ fields }: MemoryRegion): Readonly<Record<string, string>> =>
  Object.fromEntries(fields.map(({ name, value }) => [name, value]));

describe('boot tables', () => {
  it('of iSCSI name initiator, card and target, each at its place', () => {
    const [table, ...others] = tablesAfter(
      joinIscsi,
      'set initiator-iqn iqn.2026-01.lab.example:pc1',
      'set username pc1',
      'set password right',
      `sanhook iscsi:10.0.0.1::::${TARGET}`,
    );
    expect(others).toEqual([]);
    if (table === undefined) throw new Error('a table');
    expect(table).toMatchObject({ name: 'iBFT', isSumRight: true });
    expect(shown(table)).toMatchObject({
      'OEM table ID': 'iPXE',
      'Initiator: name': 'iqn.2026-01.lab.example:pc1',
      'NIC 0: IP address': '10.0.0.2',
      'NIC 0: subnet prefix': '/24',
      'NIC 0: origin': 'manual',
      'NIC 0: MAC address': '52:54:00:12:34:56',
      'NIC 0: PCI bus:device.function': '00:02.0',
      'Target 0: flags': '03 valid, boot selected',
      'Target 0: IP address': '10.0.0.1',
      'Target 0: port': '3260',
      'Target 0: boot LUN': '0000000000000000',
      'Target 0: CHAP type': 'CHAP',
      'Target 0: name': TARGET,
      'Target 0: CHAP name': 'pc1',
      'Target 0: CHAP secret': 'right',
    });
    for (const { address, lengthBytes } of table.fields) {
      expect(address).toBeGreaterThanOrEqual(table.start);
      expect(address + lengthBytes).toBeLessThanOrEqual(table.start + table.lengthBytes);
    }
  });

  it('of AoE name shelf, slot and card', () => {
    const [table] = tablesAfter(joinAoe, 'sanhook aoe:e0.1');
    expect(table === undefined ? {} : shown(table)).toMatchObject({
      Signature: 'aBFT',
      Shelf: '0',
      Slot: '1',
      Card: '52:54:00:12:34:56',
    });
  });
});
