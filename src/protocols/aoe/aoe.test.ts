/** AoE messages as vblade 25 and a raw socket exchanged them (`test/oracle/fixtures/aoe-vblade.pcapng`). */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { sessionOf } from '../../../test/support/frames.ts';
import { readCapture } from '../../analysis/pcapng/reader.ts';
import { fromLatin1, toHex } from '../../base/bytes.ts';
import { ETHERNET_HEADER_LENGTH } from '../ethernet/fields.ts';
import {
  AOE_ALL_MAJORS,
  AOE_ALL_MINORS,
  AOE_CONFIG_COMMAND,
  AOE_ERROR,
  ATA_COMMAND,
  ATA_ERROR,
  ATA_SECTOR_BYTES,
  ATA_STATUS,
  decodeAoe,
  encodeAoe,
  type AoeMessage,
} from './codec.ts';
import { AOE_ATA_FLAG } from './fields.ts';

const { store } = readCapture(
  readFileSync(new URL('../../../test/oracle/fixtures/aoe-vblade.pcapng', import.meta.url)),
);
const payload = (number: number): Uint8Array => store.bytes(number - 1).subarray(ETHERNET_HEADER_LENGTH);

function message(number: number): AoeMessage {
  const decoded = decodeAoe(payload(number));
  if (!decoded.ok) throw new Error(`frame ${number}: ${decoded.error.code}`);
  return decoded.value;
}

describe('AoE messages', () => {
  it('come out byte for byte as they were read', () => {
    let read = 0;
    for (let number = 1; number <= store.length; number++) {
      const bytes = payload(number);
      const decoded = decodeAoe(bytes);
      if (!decoded.ok) continue;
      read++;
      // Behind a short message lies the padding of its frame.
      const encoded = encodeAoe(decoded.value);
      expect(toHex(encoded)).toBe(toHex(bytes.subarray(0, encoded.length)));
    }
    expect(read).toBe(36);
  });

  it('tell what a target is', () => {
    expect(message(3)).toEqual({
      version: 1,
      isResponse: true,
      error: undefined,
      major: 0,
      minor: 1,
      tag: 0x0102_0305,
      body: {
        kind: 'config',
        bufferCount: 16,
        firmwareVersion: 0x4019,
        sectorCount: 2,
        version: 1,
        command: AOE_CONFIG_COMMAND.read,
        text: new Uint8Array(0),
      },
    });
    expect(message(4)).toMatchObject({ isResponse: false, major: AOE_ALL_MAJORS, minor: AOE_ALL_MINORS });
    // vblade announces itself with version 0 when it starts.
    expect(message(1)).toMatchObject({ version: 0, isResponse: true, tag: 0, body: { kind: 'config' } });
  });

  it('carry the registers and the data of ATA commands', () => {
    const write = message(8).body;
    if (write.kind !== 'ata') throw new Error('an ATA command');
    expect(write).toMatchObject({
      flags: AOE_ATA_FLAG.extended | AOE_ATA_FLAG.write,
      sectorCount: 1,
      commandStatus: ATA_COMMAND.writeExt,
      lba: 5,
    });
    expect(write.data.length).toBe(ATA_SECTOR_BYTES);
    const read = message(11).body;
    expect(read).toMatchObject({ commandStatus: ATA_STATUS.ready, sectorCount: 0, data: write.data });
    expect(message(17).body).toMatchObject({
      errorFeature: ATA_ERROR.idNotFound,
      commandStatus: ATA_STATUS.ready | ATA_STATUS.error,
      lba: 0x10_0000,
    });
  });

  it('carry why they are refused, and config strings', () => {
    expect(message(31)).toMatchObject({ error: AOE_ERROR.unrecognizedCommand, body: { kind: 'other', command: 0x77 } });
    expect(message(36)).toMatchObject({ error: AOE_ERROR.configStringPresent });
    const { body } = message(35);
    expect(body.kind === 'config' ? fromLatin1(body.text) : undefined).toBe('abcd');
    expect(message(24).body).toMatchObject({ kind: 'mac-mask', command: 1, directives: [{ command: 0 }] });
    expect(message(28).body).toEqual({ kind: 'reserve', command: 0, macs: [] });
  });

  it('are refused when they are cut short', () => {
    expect(decodeAoe(payload(6).subarray(0, 21))).toMatchObject({ ok: false, error: { rule: 'AoEr11 §3.1' } });
    expect(decodeAoe(payload(33).subarray(0, 20))).toMatchObject({ ok: false, error: { rule: 'AoEr11 §3.2' } });
    expect(decodeAoe(payload(6).subarray(0, 9))).toMatchObject({ ok: false, error: { offset: 9 } });
  });

  it('are listed as Wireshark lists them', () => {
    const session = sessionOf(Array.from({ length: store.length }, (_, index) => store.bytes(index)));
    const shown = [2, 7, 8, 18, 23, 31].map((number) => session.columns(number - 1).info);
    expect(shown).toEqual([
      'Query Config Information Request',
      'Issue ATA Command Response ATA:Identify Device',
      'Issue ATA Command Request ATA:Write ext',
      'Issue ATA Command Request ATA: Unknown ATA<0xe7>',
      'Unknown command<2> Response',
      'Error:Unrecognized command code Unknown command<119> Response',
    ]);
  });
});
