/** The RARP server answers as a real rarpd did, frame for frame (`tools/record/rarpd.py`). */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parseMac, prefixMask } from '../../src/base/address.ts';
import { fromHex, toHex } from '../../src/base/bytes.ts';
import { EventLog } from '../../src/base/event-log.ts';
import { EventQueue } from '../../src/base/time/event-queue.ts';
import { SeededRng } from '../../src/base/rng.ts';
import { HostStack } from '../../src/net/host/host-stack.ts';
import { ip } from '../../src/net/host/testing.ts';
import { MemoryFileTree } from '../../src/services/files/file-tree.ts';
import { startRarp } from '../../src/services/rarp/start.ts';

interface Recorded {
  readonly server: string;
  readonly cases: readonly {
    readonly name: string;
    readonly options: readonly string[];
    readonly ethers: string;
    readonly hosts: string;
    readonly boot: readonly string[];
    readonly steps: readonly { readonly what: string; readonly request: string; readonly answer: string | null }[];
  }[];
}

const recorded = JSON.parse(readFileSync(new URL('fixtures/rarpd.json', import.meta.url), 'utf8')) as Recorded;

/** A server with one card; returns what it sends for a frame. */
function server({ options, ethers, hosts, boot }: Recorded['cases'][number]): (request: string) => string | null {
  const clock = new EventQueue();
  const log = new EventLog(clock).sink('server');
  const host = new HostStack({ name: 'server', clock, rng: new SeededRng('rarp'), log });
  let receive: ((frame: Uint8Array) => void) | undefined;
  const sent: Uint8Array[] = [];
  const port = {
    name: 'server.eth0',
    linkUp: true,
    send: (frame: Uint8Array) => void sent.push(frame),
    setReceiver: (receiver: ((frame: Uint8Array) => void) | undefined) => {
      receive = receiver;
    },
    setLinkListener: () => undefined,
  };
  const mac = parseMac(recorded.server) ?? 0;
  host.addInterface({ name: 'eth0', port, mac }).setAddress(ip('192.168.1.1'), prefixMask(24));
  const files = new MemoryFileTree();
  for (const name of boot) files.addFile(`/tftpboot/${name}`, 'x');
  const settings = {
    ethers,
    hosts,
    offLink: options.includes('-o'),
    arpPackets: options.includes('-A'),
    bootFolder: options.includes('-e') ? undefined : '/tftpboot',
  };
  startRarp(settings, { log, host, files }).listen();
  return (request) => {
    sent.length = 0;
    receive?.(fromHex(request) ?? new Uint8Array(0));
    const [frame] = sent;
    return frame === undefined ? null : toHex(frame);
  };
}

describe('rarpd', () => {
  for (const one of recorded.cases) {
    it(`answers alike: ${one.name}`, () => {
      const ask = server(one);
      for (const { what, request, answer } of one.steps) expect([what, ask(request)]).toEqual([what, answer]);
    });
  }
});
