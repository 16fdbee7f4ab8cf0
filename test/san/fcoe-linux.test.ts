/**
 * The initiator of a real Linux (6.1, `fcoe` and `libfc`) at the lab's forwarder: discovery, logins, the scan for units, the
 * partitions, a mount with its first write. Recorded under QEMU; of the answers the data of the disk are zeros.
 */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { sessionOf } from '../support/frames.ts';
import { readCapture } from '../../src/analysis/pcapng/reader.ts';
import { toHex } from '../../src/base/bytes.ts';
import { replay } from './linux-fcoe.ts';

const { store } = readCapture(readFileSync(new URL('../oracle/fixtures/fcoe-linux.pcap', import.meta.url)));
const recorded = Array.from({ length: store.length }, (_, index) => store.bytes(index));

describe('a Linux that mounts its root by FCoE', () => {
  it('is answered as when it mounted it, frame for frame', () => {
    const said = replay(store);
    expect(said.map(({ bytes }) => toHex(bytes))).toEqual(recorded.map((bytes) => toHex(bytes)));
  });

  it('asks for what the fabric must know', () => {
    const session = sessionOf(recorded);
    const asked = new Set(recorded.map((_, index) => session.columns(index).info.replace(/ LUN.*| \(.*/, '')));
    for (const one of [
      'Solicitation',
      'FLOGI',
      'PLOGI',
      'RFT_ID',
      'RFF_ID',
      'SCR',
      'GPN_FT',
      'PRLI',
      'RTV',
      'XFER_RDY',
    ]) {
      expect(asked).toContain(one);
    }
  });
});
