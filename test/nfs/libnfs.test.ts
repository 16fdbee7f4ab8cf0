/**
 * What libnfs 4.0 (Debian's `nfs-ls -R` and `nfs-cat`, a lookup of what is not there, a mount of what is not exported) asked the
 * lab's server, as its own words on the wire: `lab run public/scenarios/bare-sun.json --forward server:111=… --forward
 * server:2049=… --forward server:20048=…` in a network namespace. It listed the tree and read the file whole. The server must
 * give the same answers as it was content with; the data of the file is not in the record.
 */
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { fromHex, toHex } from '../../src/base/bytes.ts';
import { LAB_EPOCH_MS } from '../../src/base/time/calendar.ts';
import { NS_PER_S } from '../../src/base/time/clock.ts';
import { ip, TestNetwork } from '../../src/net/host/testing.ts';
import { MemoryFileTree } from '../../src/services/files/file-tree.ts';
import { NfsServer } from '../../src/services/nfs/nfs-server.ts';
import { Portmapper } from '../../src/services/rpc/portmapper.ts';

/** Records with their marks (RFC 5531 §11). */
interface Exchange {
  readonly port: number;
  readonly call: string;
  readonly reply: string;
}

/** Program, version and procedure of a call (RFC 5531 §9), as digits. */
const programOf = (call: string): string => call.slice(32, 56);
const MOUNT = '000186a50000000300000001';
const LOOKUP = '000186a30000000300000003';

const EXCHANGES = JSON.parse(
  readFileSync(new URL('fixtures/libnfs.json', import.meta.url), 'utf8'),
) as readonly Exchange[];

it('answers libnfs as it did when libnfs was there', () => {
  const net = new TestNetwork('libnfs', { keepFrames: false });
  const { host } = net.add('server', '192.168.1.1/24');
  const files = new MemoryFileTree();
  files.addFile('/srv/tftp/C0A80102', new Uint8Array(160_000));
  files.addFile('/export/root/sun1/platform/sun4u/kernel/unix', new Uint8Array(120_000));
  const portmapper = new Portmapper(host.log);
  const exports = ['/export/root', '/export/install'];
  new NfsServer({ log: host.log, files, exports, udp: true, vers2: false, epochMs: LAB_EPOCH_MS, portmapper }).listen(
    host,
  );
  const client = net.add('client', '192.168.1.9/24').host;
  expect(EXCHANGES.length).toBeGreaterThan(20);
  const ask = ({ port, call }: Exchange): string => {
    let answer = '';
    const connection = client.connectTcp(ip('192.168.1.1'), port);
    connection.onData = (data) => {
      answer += toHex(data);
    };
    net.run(NS_PER_S);
    connection.write(fromHex(call) ?? new Uint8Array(0));
    net.run(NS_PER_S);
    connection.end();
    net.run(NS_PER_S);
    return answer;
  };
  // Handles are numbered in the order of first use, and the workstation of the lab had come first: from its root to its kernel.
  const found = EXCHANGES.filter(
    ({ call, reply }) => [MOUNT, LOOKUP].includes(programOf(call)) && reply.slice(56, 64) === '00000000',
  );
  for (const one of found) ask(one);
  for (const one of EXCHANGES) expect(ask(one), `port ${one.port}: ${one.call}`).toBe(one.reply);
});
