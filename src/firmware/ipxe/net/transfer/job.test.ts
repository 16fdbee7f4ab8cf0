/** Long work: progress, idle limits, Ctrl-C, and what is left when the machine is switched off in the middle. */
import { describe, expect, it } from 'vitest';
import { itemAt } from '../../../../base/lists/list.ts';
import { runScript, type Bench } from '../../testing.ts';
import { TestServer } from '../../testing-server.ts';
import { retryTimeoutsNs } from './job.ts';

const STATIC = 'ifopen net0\nset net0/ip 10.0.0.2\nset net0/netmask 255.255.255.0\n';

/** A server that promises 100 bytes, sends some, and the rest later. */
function slowServer(bench: Bench, firstBytes: number, restAfterS: number): void {
  const { host } = new TestServer(bench, {});
  host.listenTcp(80, (connection) => {
    connection.onData = () => {
      connection.write(
        new TextEncoder().encode(`HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n${'x'.repeat(firstBytes)}`),
      );
      bench.queue.schedule(restAfterS * 1e9, () => connection.write(new Uint8Array(100 - firstBytes)));
    };
  });
}

describe('progress', () => {
  it('shows per cent in place, then ok', () => {
    const { output } = runScript(`${STATIC}imgfetch http://10.0.0.1/x`, {
      prepare: (bench) => slowServer(bench, 42, 2.5),
    });
    const back = '\b'.repeat(4);
    const wipe = `${back}    ${back}`;
    expect(output).toBe(`http://10.0.0.1/x... 42%${wipe} 42%${wipe} ok\n`);
  });

  it('gives up after a time without progress', () => {
    const { output } = runScript(`${STATIC}imgfetch --timeout 1500 http://10.0.0.1/x || echo \${errno}`, {
      prepare: (bench) => slowServer(bench, 10, 1e3),
    });
    expect(output).toContain('Connection timed out (https://ipxe.org/4c072035)\n0x4c072035\n');
  });

  it('ends at Ctrl-C', () => {
    const { output } = runScript(`${STATIC}dhcp || echo \${errno}\nsleep 100 || echo \${errno}`, {
      prepare: (bench) => {
        bench.queue.schedule(3e9, () => bench.machine.press('Ctrl-C'));
        bench.queue.schedule(5e9, () => bench.machine.press('Ctrl-C'));
      },
    });
    expect(output).toBe(
      'Configuring (net0 52:54:00:12:34:56)..... Operation canceled (https://ipxe.org/0b0720a0)\n0xb0720a0\n0xb0220a0\n',
    );
  });

  it('waits for the link, and says when it stays down', () => {
    const down = (bench: Bench): void => itemAt(bench.ports, 0).setLink(false);
    const { output } = runScript('ifstat\ndhcp || echo ${errno}', { prepare: down });
    expect(output).toBe(
      'net0: 52:54:00:12:34:56 using 82540em on 0000:00:02.0 (Ethernet) [closed]\n' +
        '  [Link:down, TX:0 TXE:0 RX:0 RXE:0]\n  [Link status: Down (https://ipxe.org/38086101)]\n' +
        `Waiting for link-up on net0.${'.'.repeat(16)} Down (https://ipxe.org/38086101)\n0x38086101\n`,
    );
    const { output: late } = runScript('iflinkwait net0', {
      prepare: (bench) => {
        down(bench);
        bench.queue.schedule(2e9, () => itemAt(bench.ports, 0).setLink(true));
      },
    });
    expect(late).toBe('Waiting for link-up on net0.... ok\n');
  });

  it('leaves no timer behind when the power goes', () => {
    const { bench } = runScript(`${STATIC}imgfetch http://10.0.0.1/x`, {
      seconds: 1,
      prepare: (each) => slowServer(each, 10, 2),
    });
    bench.machine.powerOff();
    const { output } = bench;
    bench.run(600);
    expect(bench.output).toBe(output);
    expect(bench.queue.size).toBe(0);
  });
});

describe('retries', () => {
  it('double, and stop before they pass the limit', () => {
    expect(retryTimeoutsNs(1000, 10_000)).toEqual([1e9, 2e9, 4e9, 8e9]);
    expect(retryTimeoutsNs(0, 10_000).map((ns) => ns / 1e9)).toEqual([0.25, 0.5, 1, 2, 4, 8]);
  });
});
