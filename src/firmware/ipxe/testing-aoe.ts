/** An AoE target for tests, as vblade answers, on the other end of a bench's cable. */
import { readU16 } from '../../base/bytes.ts';
import { NS_PER_S } from '../../base/time/clock.ts';
import { itemAt } from '../../base/lists/list.ts';
import {
  ATA_COMMAND,
  ATA_ERROR,
  ATA_STATUS,
  decodeAoe,
  encodeAoe,
  type AoeAta,
  type AoeMessage,
} from '../../protocols/aoe/codec.ts';
import { encodeEthernet } from '../../protocols/ethernet/codec.ts';
import { ETHERNET_HEADER_LENGTH, ETHERTYPE } from '../../protocols/ethernet/fields.ts';
import type { Bench } from './testing.ts';

const SHELF = 0;
const SLOT = 1;
const TARGET_MAC = 0x0200_0000_0a02;
const PC_MAC = 0x5254_0012_3456;
const SECTORS = 2048;

/** What the initiator has sent: seconds, and the message. */
export interface Sent {
  readonly atS: number;
  readonly message: AoeMessage;
}

export class TestAoeTarget {
  readonly disk = new Uint8Array(SECTORS * 512);
  readonly sent: Sent[] = [];
  isSilent = false;

  constructor(bench: Bench) {
    this.disk.set([0xfa, 0xf4], 0);
    this.disk.set([0x55, 0xaa], 510);
    const port = itemAt(bench.ports, 0);
    port.onSend = (frame) => {
      if (readU16(frame, 12) !== ETHERTYPE.aoe) return;
      const decoded = decodeAoe(frame.subarray(ETHERNET_HEADER_LENGTH));
      if (!decoded.ok) throw new Error(decoded.error.code);
      const { value } = decoded;
      this.sent.push({ atS: bench.queue.nowNs / NS_PER_S, message: value });
      if (this.isSilent || value.major !== SHELF || value.minor !== SLOT) return;
      const payload = encodeAoe(this.answer(value));
      const answer = encodeEthernet({
        kind: 'ethernet-ii',
        destination: PC_MAC,
        source: TARGET_MAC,
        etherType: ETHERTYPE.aoe,
        payload,
      });
      bench.clock.schedule(1000, () => port.receive(answer));
    };
  }

  private answer(asked: AoeMessage): AoeMessage {
    const { body } = asked;
    const isResponse = true;
    if (body.kind === 'config') {
      const settings = { bufferCount: 16, firmwareVersion: 0x4019, sectorCount: 2, version: 1 };
      return { ...asked, isResponse, body: { ...body, ...settings } };
    }
    if (body.kind !== 'ata') throw new Error('an ATA command');
    return { ...asked, isResponse, body: this.ata(body) };
  }

  private ata(asked: AoeAta): AoeAta {
    const done = { ...asked, sectorCount: 0, commandStatus: ATA_STATUS.ready };
    const from = asked.lba * 512;
    if (asked.commandStatus === ATA_COMMAND.identify) {
      const data = new Uint8Array(512);
      const view = new DataView(data.buffer);
      view.setUint16(2 * 83, 0x0400, true);
      view.setUint32(2 * 60, SECTORS, true);
      view.setUint32(2 * 100, SECTORS, true);
      return { ...done, data };
    }
    if (asked.lba + asked.sectorCount > SECTORS) {
      const commandStatus = ATA_STATUS.ready | ATA_STATUS.error;
      return { ...asked, errorFeature: ATA_ERROR.idNotFound, commandStatus };
    }
    if (asked.commandStatus === ATA_COMMAND.writeExt) {
      this.disk.set(asked.data.subarray(0, asked.sectorCount * 512), from);
      return { ...done, data: new Uint8Array(0) };
    }
    return { ...done, data: this.disk.slice(from, from + asked.sectorCount * 512) };
  }
}
