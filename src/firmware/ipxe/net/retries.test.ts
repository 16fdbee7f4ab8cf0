/** How long iPXE tries, and when: hosts that answer no ARP, servers that say nothing, no route. Times of real iPXE. */
import { describe, expect, it } from 'vitest';
import { decodeTcp } from '../../../protocols/tcp/codec.ts';
import { TCP_FLAG } from '../../../protocols/tcp/fields.ts';
import { decodeDns } from '../../../protocols/dns/codec.ts';
import { readIpv4 } from '../../../base/address.ts';
import { readU16 } from '../../../base/bytes.ts';
import { itemAt } from '../../../base/lists/list.ts';
import { runScript } from '../testing.ts';
import { TestServer, type ServerOptions } from '../testing-server.ts';

const STATIC = 'ifopen net0\nset net0/ip 10.0.0.2\nset net0/netmask 255.255.255.0\nset dns 10.0.0.1\n';
const ARP = 0x0806;

interface Sent {
  /** Seconds since the first frame of this list. */
  readonly at: number;
  readonly frame: Uint8Array;
}

function run(
  script: string,
  options: ServerOptions & { isSilent?: boolean } = {},
): { output: string; sent: readonly { timeNs: number; frame: Uint8Array }[] } {
  const sent: { timeNs: number; frame: Uint8Array }[] = [];
  const { output } = runScript(STATIC + script, {
    prepare: (bench) => {
      const joined = [new TestServer(bench, options)];
      const port = itemAt(bench.ports, 0);
      const { onSend } = port;
      port.onSend = (frame) => {
        sent.push({ timeNs: bench.queue.nowNs, frame });
        const isTcp = readU16(frame, 12) === 0x0800 && frame[23] === 6;
        if (options.isSilent !== true || !isTcp) onSend?.(frame);
      };
      expect(joined.length).toBe(1);
    },
  });
  return { output, sent };
}

function since(all: readonly { timeNs: number; frame: Uint8Array }[], is: (frame: Uint8Array) => boolean): Sent[] {
  const some = all.filter(({ frame }) => is(frame));
  return some.map(({ timeNs, frame }) => ({ at: (timeNs - (some[0]?.timeNs ?? 0)) / 1e9, frame }));
}
const rounded = (list: readonly Sent[]): number[] => list.map(({ at }) => Math.round(at * 100) / 100);
const asksFor = (last: number) => (frame: Uint8Array) =>
  readU16(frame, 12) === ARP && frame[41] === last && frame[31] !== last;

describe('what does not answer', () => {
  it('is asked for by ARP five times, and again by the SYN that comes later; HTTP goes by its own timer', () => {
    const { output, sent } = run('imgfetch http://10.0.0.99/x');
    expect(output).toMatch(/\[connecting\].* Connection timed out \(https:\/\/ipxe\.org\/4c0a6035\)\n$/s);
    const requests = rounded(since(sent, asksFor(99)));
    // 0, .16, .43, .98, 2.03 s, and the same again from 7.96 s on.
    expect(requests).toEqual([0, 0.16, 0.44, 0.99, 2.03, 7.96, 8.13, 8.4, 8.95, 10]);
  });

  it('gets six SYNs, and 16 s', () => {
    const { output, sent } = run('imgfetch http://10.0.0.1/x', { isSilent: true, http: () => '' });
    expect(output).toContain('Connection timed out (https://ipxe.org/4c0a6035)');
    const segments = since(sent, (frame) => readU16(frame, 12) === 0x0800 && frame[23] === 6);
    expect(rounded(segments)).toEqual([0, 0.27, 0.82, 1.87, 3.9, 7.96]);
    const { frame } = itemAt(segments, 0);
    const syn = decodeTcp(frame.subarray(34), readIpv4(frame, 26), readIpv4(frame, 30));
    if (!syn.ok) throw new Error('no TCP');
    expect(syn.value.flags).toBe(TCP_FLAG.syn);
    expect(syn.value.window).toBe(65_532);
    expect(syn.value.options.map(({ kind }) => kind)).toEqual(
      'nop nop timestamps nop nop sack-permitted nop window-scale mss'.split(' '),
    );
    expect(frame.length).toBe(78);
  });

  it('gets the error of the time limit while it is connecting', () => {
    expect(run('imgfetch --timeout 500 http://10.0.0.99/x').output).toBe(
      'http://10.0.0.99/x... Connection timed out (https://ipxe.org/4c072035)\n',
    );
  });

  it('has no route: at once for TCP, after its retries for TFTP', () => {
    expect(run('imgfetch http://10.9.9.9/x').output).toBe(
      'http://10.9.9.9/x... Network unreachable (https://ipxe.org/280a6011)\n',
    );
    expect(run('imgfetch tftp://10.9.9.9/x').output).toMatch(
      /Connection timed out \(https:\/\/ipxe\.org\/4c126035\)\n$/,
    );
    // RFC 3442: with option 121 the router of option 3 does not count.
    const routes = 'set net0/gateway 10.0.0.1\nset net0/static-routes:hex 18:0a:01:01:0a:00:00:01\n';
    expect(run(`${routes}imgfetch http://10.9.9.9/x`).output).toContain('ipxe.org/280a6011)');
  });
});

describe('DNS', () => {
  it('takes a number of its own for each query', () => {
    const { sent } = run('imgfetch http://nowhere.test/x');
    const queries = since(
      sent,
      (frame) => readU16(frame, 12) === 0x0800 && frame[23] === 17 && readU16(frame, 36) === 53,
    );
    const ids = queries.map(({ frame }) => {
      const message = decodeDns(frame.subarray(42));
      return message.ok ? message.value.id : undefined;
    });
    expect(rounded(queries)).toEqual([0, 0.25, 0.75, 1.75, 3.75, 7.75]);
    expect(new Set(ids).size).toBe(6);
  });
});
