/** The lab's own targets on the other end of the cable of an iPXE bench: what firmware and services may not import, tests join. */
import * as z from 'zod/mini';
import { SeededRng } from '../../src/base/rng.ts';
import type { Bench } from '../../src/firmware/ipxe/testing.ts';
import { TestServer } from '../../src/firmware/ipxe/testing-server.ts';
import { aoeService } from '../../src/services/aoe/service.ts';
import { startAoe } from '../../src/services/aoe/start.ts';
import { fcoeService } from '../../src/services/fcoe/service.ts';
import { startFcoe } from '../../src/services/fcoe/start.ts';
import { DiskShelf } from '../../src/services/disks/disk-shelf.ts';
import { MemoryFileTree } from '../../src/services/files/file-tree.ts';
import { IscsiServer } from '../../src/services/iscsi/iscsi-server.ts';
import { iscsiService } from '../../src/services/iscsi/service.ts';
import { makeTargets } from '../../src/services/iscsi/targets.ts';

export const TARGET = 'iqn.2026-01.lab.example:disk';

/** The port of the disk in the fabric. */
export const FC_PORT = '50:01:02:03:04:05:06:07';

function shelfOf(image: Uint8Array): DiskShelf {
  const tree = new MemoryFileTree();
  tree.addFile('/disk', image);
  return new DiskShelf(tree);
}

/** Serves the image as `aoe:e0.1`. */
export function joinAoe(bench: Bench, image: Uint8Array): void {
  const { host } = new TestServer(bench, { address: '10.0.0.1' });
  const settings = z.parse(aoeService.settings, { targets: [{ shelf: 0, slot: 1, source: { file: '/disk' } }] });
  startAoe(settings, { log: bench.log.sink('server'), host, disks: shelfOf(image) }).listen();
}

/** Serves the image as LUN 0 of `TARGET` at 10.0.0.1. */
export function joinIscsi(bench: Bench, image: Uint8Array): void {
  const { host } = new TestServer(bench, { address: '10.0.0.1' });
  const settings = { targets: [{ name: TARGET, luns: [{ source: { file: '/disk' } }] }] };
  const { targets } = makeTargets(z.parse(iscsiService.settings, settings).targets, shelfOf(image));
  new IscsiServer(bench.log.sink('server'), new SeededRng('iscsi'), targets).listen(host, 3260);
}

/** Serves the image as `fcp:FC_PORT:0`, behind a forwarder. */
export function joinFcoe(
  bench: Bench,
  image: Uint8Array,
  settings: Partial<z.input<typeof fcoeService.settings>> = {},
): void {
  const { host } = new TestServer(bench, { address: '10.0.0.1' });
  const targets = [{ port: FC_PORT, luns: [{ source: { file: '/disk' } }] }];
  const rest = { clock: bench.clock, log: bench.log.sink('server'), host, disks: shelfOf(image) };
  startFcoe(z.parse(fcoeService.settings, { targets, ...settings }), rest).listen();
}
