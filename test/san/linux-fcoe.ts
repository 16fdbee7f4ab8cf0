/** Plays what a real initiator sent to the lab's forwarder, frame by frame at its time, and gives what both have said. */
import * as z from 'zod/mini';
import { readU16 } from '../../src/base/bytes.ts';
import { readMac } from '../../src/base/address.ts';
import { TestNetwork } from '../../src/net/host/testing.ts';
import type { FrameSource } from '../../src/protocols/core/frame-source.ts';
import { ETHERNET, ETHERTYPE } from '../../src/protocols/ethernet/fields.ts';
import { DiskShelf } from '../../src/services/disks/disk-shelf.ts';
import { fcoeService } from '../../src/services/fcoe/service.ts';
import { startFcoe } from '../../src/services/fcoe/start.ts';
import { MemoryFileTree } from '../../src/services/files/file-tree.ts';
import { FC_PORT } from './targets.ts';

/** The card of the first host of a test's network. */
const SERVER_MAC = 0x5254_0000_0001;
/** As large as the disk of the scenarios, and empty. */
const DISK_MIB = 19;

export interface Said {
  readonly timeNs: number;
  readonly bytes: Uint8Array;
  readonly isServer: boolean;
}

const isFcoe = (frame: Uint8Array): boolean => {
  const type = readU16(frame, ETHERNET.type);
  return type === ETHERTYPE.fcoe || type === ETHERTYPE.fip;
};

export function replay(recorded: FrameSource): readonly Said[] {
  const net = new TestNetwork('fcoe', { keepFrames: false });
  const { host } = net.add('san', '10.0.0.1/24');
  const settings = { targets: [{ port: FC_PORT, luns: [{ source: { emptyMiB: DISK_MIB } }] }] };
  const rest = { clock: net.clock, log: host.log, host, disks: new DiskShelf(new MemoryFileTree()) };
  startFcoe(z.parse(fcoeService.settings, settings), rest).listen();
  const { eth0 } = net.add('linux', '');
  const said: Said[] = [];
  eth0.promiscuous = true;
  eth0.onFrame = (bytes) => {
    if (isFcoe(bytes)) said.push({ timeNs: net.clock.nowNs, bytes, isServer: true });
    return true;
  };
  for (let index = 0; index < recorded.length; index++) {
    const bytes = recorded.bytes(index);
    if (readMac(bytes, ETHERNET.source) === SERVER_MAC) continue;
    const timeNs = recorded.timeNs(index);
    net.run(Math.max(0, timeNs - net.clock.nowNs));
    said.push({ timeNs: net.clock.nowNs, bytes, isServer: false });
    eth0.sendFrame(bytes);
  }
  net.run(10_000_000);
  return said;
}
