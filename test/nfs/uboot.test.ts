/**
 * What a real U-Boot 2023.01 (Debian's `u-boot-qemu`, `qemu_arm64` in QEMU) asked the lab's NFS server over UDP, by `nfs ADDRESS
 * SERVER:PATH`: a file, one that is not there, and a folder that is not exported. It loaded the file whole (its `crc32` was right).
 * QEMU's user network led it to `lab run … --forward server:111/udp=127.0.0.1:111`, and the same of ports 2049 and 20048. A
 * server with version 2 is asked by it; one without says which it has, and U-Boot begins again with version 3, on the handle that
 * the old mount protocol gave it. The server must give the same answers again.
 */
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { readCapture } from '../../src/analysis/pcapng/reader.ts';
import { readU16, toHex } from '../../src/base/bytes.ts';
import { LAB_EPOCH_MS } from '../../src/base/time/calendar.ts';
import { NS_PER_S } from '../../src/base/time/clock.ts';
import { ip, TestNetwork } from '../../src/net/host/testing.ts';
import { MemoryFileTree } from '../../src/services/files/file-tree.ts';
import { NfsServer } from '../../src/services/nfs/nfs-server.ts';
import { Portmapper } from '../../src/services/rpc/portmapper.ts';

/** Ethernet, IPv4 without options, UDP. */
const UDP_AT = 34;
const DATA_AT = 42;
const SERVER_PORTS: readonly number[] = [111, 2049, 20_048];

interface Message {
  readonly from: number;
  readonly to: number;
  readonly data: Uint8Array;
}

function recorded(name: string): readonly Message[] {
  const path = new URL(`../oracle/fixtures/${name}.pcapng`, import.meta.url);
  const { store } = readCapture(new Uint8Array(readFileSync(path)));
  return [...Array(store.length).keys()].flatMap((i) => {
    const frame = store.bytes(i);
    if (readU16(frame, 12) !== 0x0800 || frame[23] !== 17) return [];
    return [{ from: readU16(frame, UDP_AT), to: readU16(frame, UDP_AT + 2), data: frame.subarray(DATA_AT) }];
  });
}

it.each([
  ['nfs2-uboot', true, 18],
  ['nfs3-uboot', false, 23],
])('answers U-Boot as it did when U-Boot was there (%s)', (name, vers2, calls) => {
  const messages = recorded(name);
  const net = new TestNetwork('uboot', { keepFrames: false });
  const { host } = net.add('server', '169.254.77.1/30');
  const files = new MemoryFileTree();
  files.addFile(
    '/export/root/boot/hello.img',
    Uint8Array.from({ length: 5000 }, (_, i) => i & 0xff),
  );
  const portmapper = new Portmapper(host.log);
  const exports = ['/export/root', '/export/install'];
  const options = { log: host.log, files, exports, udp: true, vers2, epochMs: LAB_EPOCH_MS, portmapper };
  new NfsServer(options).listen(host);
  const client = net.add('client', '169.254.77.2/30').host.openUdp();
  const asked = messages.filter(({ to }) => SERVER_PORTS.includes(to));
  const answers = messages.filter(({ from }) => SERVER_PORTS.includes(from));
  expect(asked.length).toBeGreaterThanOrEqual(calls);
  const got: string[] = [];
  client.onDatagram = ({ data }) => void got.push(toHex(data));
  for (const { to, data } of asked) {
    client.send(ip('169.254.77.1'), to, data);
    net.run(NS_PER_S);
  }
  // An answer has the transaction of its call, and two calls were under way at once in one place.
  expect(got.toSorted()).toEqual(answers.map(({ data }) => toHex(data)).toSorted());
});
