/**
 * Programs on two PCs read a file by PXENV_TFTP_READ_FILE with a multicast address (PXE 2.1 §3.4): one opens the stream,
 * both have its bytes, and the cable of the server carries the file about once. Without a server the call says so.
 */
import { describe, expect, it } from 'vitest';
import { byteAt } from '../../src/base/bytes.ts';
import { parseScenario } from '../../src/scenario/parse.ts';
import { assembled } from '../support/assemble.ts';
import { play, type Played } from '../support/lab.ts';

const FILE_BYTES = 60_000;
const image = { patternBytes: FILE_BYTES };

/** What the program computes: the bytes in their order. */
function sum(bytes: Uint8Array): number {
  let total = 0;
  for (let i = 0; i < bytes.length; i++) total = (((total << 1) | (total >>> 31)) + byteAt(bytes, i)) >>> 0;
  return total;
}

function hex32(value: number): string {
  return value.toString(16).toUpperCase().padStart(8, '0');
}

function run(mtftp: readonly object[]): Played {
  const macs = ['52:54:00:be:00:01', '52:54:00:be:00:02'];
  const parsed = parseScenario({
    version: 1,
    name: 'MTFTP by the PXE API',
    nodes: [
      ...macs.map((mac, i) => ({
        kind: 'pc',
        name: `pc${i + 1}`,
        memMiB: 16,
        nics: [{ mac }],
        bootOrder: ['network'],
      })),
      { kind: 'switch', name: 'sw1', igmp: { snooping: true, querier: true } },
      {
        kind: 'server',
        name: 'boot',
        nics: [{ mac: '02:00:00:00:00:01', address: '10.0.2.1/24' }],
        services: {
          dnsmasq: { config: 'dhcp-range=10.0.2.50,10.0.2.99,1h\ndhcp-authoritative\nno-ping\ndhcp-boot=nbp.0\n' },
          atftpd: { retryTimeoutS: 1, mtftp },
        },
        files: [
          { path: '/srv/tftp/nbp.0', content: { base64: assembled('mtftp-read').toString('base64') } },
          { path: '/srv/tftp/image.bin', content: image },
        ],
      },
    ],
    links: [
      { a: 'pc1.net0', b: 'sw1.1' },
      { a: 'pc2.net0', b: 'sw1.2' },
      { a: 'boot.eth0', b: 'sw1.24' },
    ],
  });
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.error));
  return play(parsed.value, { until: 'pc2.screen:/SUM [0-9A-F]{8}/', timeoutS: 90 });
}

const answers = ({ lab }: Played): string[] =>
  ['pc1', 'pc2'].map((name) => /STATUS .*/.exec(lab.machine(name).screenText())?.[0].trim() ?? '');

describe('PXENV_TFTP_READ_FILE from a group', () => {
  it('gives two PCs the file by one stream', () => {
    const played = run([{ file: 'image.bin', group: '239.255.1.1', port: 1760 }]);
    // The bytes that `patternBytes` stands for.
    const bytes = Uint8Array.from({ length: FILE_BYTES }, (_, i) => i);
    expect(answers(played)).toEqual(
      Array(2).fill(`STATUS 00000000 SIZE ${hex32(FILE_BYTES)} SUM ${hex32(sum(bytes))}`),
    );
    const { store } = played.lab.capture;
    let sent = 0;
    for (let i = 0; i < store.length; i++) {
      // Frames of data to the group, on the cable of the server.
      if (store.interfaceOf(i).name === 'boot.eth0' && byteAt(store.bytes(i), 30) === 239)
        sent += store.bytes(i).length;
    }
    expect(sent).toBeGreaterThan(FILE_BYTES);
    expect(sent).toBeLessThan(1.3 * FILE_BYTES);
  });

  it('says that no server answers', () => {
    // PXENV_STATUS_TFTP_OPEN_TIMEOUT
    for (const answer of answers(run([]))) expect(answer).toContain('STATUS 00000032 SIZE 0000F000');
  });
});
