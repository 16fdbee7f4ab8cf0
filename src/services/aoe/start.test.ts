/** AoE targets on the network: who is answered, on which card, and what the log says. */
import { describe, expect, it } from 'vitest';
import * as z from 'zod/mini';
import { NS_PER_S } from '../../base/time/clock.ts';
import { assert } from '../../base/result.ts';
import { TestNetwork } from '../../net/host/testing.ts';
import { ATA_COMMAND, decodeAoe, encodeAoe, type AoeBody, type AoeMessage } from '../../protocols/aoe/codec.ts';
import { AOE_ATA_FLAG } from '../../protocols/aoe/fields.ts';
import { decodeEthernet, encodeEthernet } from '../../protocols/ethernet/codec.ts';
import { ETHERTYPE } from '../../protocols/ethernet/fields.ts';
import { DiskShelf } from '../disks/disk-shelf.ts';
import { MemoryFileTree } from '../files/file-tree.ts';
import { aoeService } from './service.ts';
import { startAoe } from './start.ts';

const BROADCAST = 0xffff_ffff_ffff;

class Lab {
  readonly net = new TestNetwork('aoe', { keepFrames: false });
  readonly received: AoeMessage[] = [];

  constructor(settings: z.input<typeof aoeService.settings>) {
    const { host } = this.net.add('san', '10.0.0.1/24');
    const files = new MemoryFileTree();
    files.addFile('/disk.img', new Uint8Array(64 * 512).fill(7));
    const rest = { log: host.log, host, disks: new DiskShelf(files) };
    const service = startAoe(z.parse(aoeService.settings, settings), rest);
    assert((service.problems ?? []).length === 0, 'the disks are there');
    service.listen();
  }

  client(name: string): (major: number, minor: number, body: AoeBody) => readonly AoeMessage[] {
    const { eth0 } = this.net.add(name, '');
    eth0.onFrame = (bytes) => {
      const frame = decodeEthernet(bytes);
      const message = frame.ok && frame.value.kind === 'ethernet-ii' ? decodeAoe(frame.value.payload) : undefined;
      if (message?.ok === true && message.value.isResponse) this.received.push(message.value);
      return true;
    };
    return (major, minor, body) => {
      const message = { version: 1, isResponse: false, error: undefined, major, minor, tag: 1, body };
      const rest = { destination: BROADCAST, source: eth0.mac, etherType: ETHERTYPE.aoe } as const;
      const before = this.received.length;
      eth0.sendFrame(encodeEthernet({ kind: 'ethernet-ii', ...rest, payload: encodeAoe(message) }));
      this.net.run(NS_PER_S);
      return this.received.slice(before);
    };
  }

  get codes(): readonly string[] {
    return this.net.log.events.flatMap((event) => (event.kind === 'server' ? [event.code] : []));
  }
}

const QUERY: AoeBody = {
  kind: 'config',
  bufferCount: 0,
  firmwareVersion: 0,
  sectorCount: 0,
  version: 0,
  command: 0,
  text: new Uint8Array(0),
};

function write(lba: number): AoeBody {
  const flags = AOE_ATA_FLAG.extended | AOE_ATA_FLAG.write;
  const data = new Uint8Array(512).fill(9);
  return { kind: 'ata', flags, errorFeature: 0, sectorCount: 1, commandStatus: ATA_COMMAND.writeExt, lba, data };
}

describe('AoE targets', () => {
  const disk = { source: { file: '/disk.img' } };

  it('are all found by a query, and one by its name', () => {
    const lab = new Lab({
      targets: [
        { shelf: 1, slot: 0, ...disk },
        { shelf: 1, slot: 1, ...disk },
      ],
    });
    const ask = lab.client('a');
    expect(ask(0xffff, 0xff, QUERY).map(({ major, minor }) => `${major}.${minor}`)).toEqual(['1.0', '1.1']);
    expect(ask(1, 1, QUERY).map(({ major, minor }) => `${major}.${minor}`)).toEqual(['1.1']);
    expect(ask(2, 0, QUERY)).toEqual([]);
    expect(lab.codes).toEqual(['aoe.found', 'aoe.found']);
  });

  it('answer nobody else when they have a list, nor on other cards', () => {
    const lab = new Lab({
      targets: [
        { shelf: 1, slot: 0, macs: ['02:00:00:00:00:99'], ...disk },
        { shelf: 1, slot: 1, nic: 'eth7', ...disk },
      ],
    });
    expect(lab.client('a')(0xffff, 0xff, QUERY)).toEqual([]);
    expect(lab.codes).toEqual(['aoe.not-allowed']);
  });

  it('serve one disk under two names, and tell when two machines write to it', () => {
    const lab = new Lab({
      targets: [
        { shelf: 1, slot: 0, ...disk },
        { shelf: 1, slot: 1, ...disk },
      ],
    });
    const [a, b] = [lab.client('a'), lab.client('b')];
    expect(a(1, 0, write(3))).toMatchObject([{ body: { commandStatus: 0x40 } }]);
    const read = {
      ...write(3),
      flags: AOE_ATA_FLAG.extended,
      commandStatus: ATA_COMMAND.readExt,
      data: new Uint8Array(0),
    };
    const [answer] = b(1, 1, read);
    expect(answer?.body.kind === 'ata' ? answer.body.data[0] : undefined).toBe(9);
    expect(lab.codes).toEqual(['aoe.written', 'aoe.begun']);
    b(1, 1, write(4));
    expect(lab.codes).toContain('aoe.two-writers');
  });

  it('do not write to what is read-only', () => {
    const lab = new Lab({ targets: [{ shelf: 0, slot: 0, readOnly: true, ...disk }] });
    expect(lab.client('a')(0, 0, write(0))).toMatchObject([{ body: { commandStatus: 0x41, errorFeature: 4 } }]);
    expect(lab.codes).toEqual(['aoe.failed']);
  });
});
