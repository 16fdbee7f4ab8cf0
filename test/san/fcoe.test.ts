/** iPXE as an FCoE initiator and the lab's forwarder: what goes over the cable, what is printed, what is read and written. */
import { describe, expect, it } from 'vitest';
import { sessionOf } from '../support/frames.ts';
import { equalBytes, readU16 } from '../../src/base/bytes.ts';
import { itemAt } from '../../src/base/lists/list.ts';
import { startTask } from '../../src/base/time/task.ts';
import { NS_PER_S } from '../../src/base/time/clock.ts';
import { ALL_OPTIONS_BUILD } from '../../src/firmware/ipxe/build.ts';
import { runScript, type Bench } from '../../src/firmware/ipxe/testing.ts';
import { ETHERTYPE } from '../../src/protocols/ethernet/fields.ts';
import { FC_PORT, joinFcoe } from './targets.ts';

const image = Uint8Array.from({ length: 1024 * 1024 }, (_, index) => (index * 7 + (index >>> 9)) & 0xff);
image.set([0xfa, 0xf4], 0);
image.set([0x55, 0xaa], 510);

interface Settings {
  readonly settings?: Parameters<typeof joinFcoe>[2];
  readonly seconds?: number;
  readonly onBench?: (bench: Bench) => void;
}

function run(
  script: string,
  { settings, seconds = 30, onBench }: Settings = {},
): {
  output: string;
  bench: Bench;
  frames: readonly Uint8Array[];
  said: readonly string[];
} {
  const frames: Uint8Array[] = [];
  const { output, bench } = runScript(script, {
    seconds,
    build: ALL_OPTIONS_BUILD,
    prepare: (made) => {
      joinFcoe(made, image, settings);
      const port = itemAt(made.ports, 0);
      const { onSend } = port;
      port.onSend = (frame) => {
        frames.push(frame);
        onSend?.(frame);
      };
      const receive = port.receive.bind(port);
      port.receive = (frame) => {
        frames.push(frame);
        receive(frame);
      };
      onBench?.(made);
    },
  });
  const said = bench.events.flatMap((event) => (event.kind === 'server' ? [event.code] : []));
  return { output, bench, frames, said };
}

const isFcoe = (frame: Uint8Array): boolean =>
  ([ETHERTYPE.fcoe, ETHERTYPE.fip] as number[]).includes(readU16(frame, 12));

/** The list of packets, as the page shows it. */
function listed(frames: readonly Uint8Array[]): readonly string[] {
  const shown = frames.filter(isFcoe);
  const session = sessionOf(shown);
  return shown.map((_, index) => session.columns(index).info);
}

describe('iPXE as an initiator of FCoE', () => {
  it('asks for the VLAN, finds the forwarder, logs in to fabric, names and disk, and boots', () => {
    const { output, frames, bench, said } = run(`ifopen net0\nsanboot fcp:${FC_PORT}:0`);
    expect(output).toBe('Registered SAN device 0x80\nBooting from SAN device 0x80\n');
    expect(bench.machine.started).toMatchObject({ kind: 'boot-sector', entry: { registers: { edx: 0x80 } } });
    // Forwarders advertise themselves again and again; the answer to the solicitation is one of them.
    const list = listed(frames).filter((info, at) => info !== 'Advertisement' || at === 4);
    expect(list.slice(0, 17)).toEqual([
      'VLAN Request',
      'VLAN Request',
      'Solicitation',
      'Advertisement',
      'FLOGI',
      'Keep-Alive',
      'ACC (FLOGI)',
      'PLOGI',
      'ACC (PLOGI)',
      'GID_PN',
      'ACC (GID_PN)',
      'PLOGI',
      'ACC (PLOGI)',
      'PRLI',
      'ACC (PRLI)',
      'SCSI: Test Unit Ready LUN: 0x00 ',
      'LUN: 0x00 SCSI: Response (Test Unit Ready) (Check Condition)',
    ]);
    expect(said).toEqual(['fcoe.discovery', 'fcoe.fabric-login', 'fcoe.login']);
  });

  it('reads and writes what is there', () => {
    const results: (boolean | undefined)[] = [];
    const written = Uint8Array.from({ length: 40 * 512 }, (_, index) => (index * 3 + 1) & 0xff);
    run(`ifopen net0\nsanhook fcp:${FC_PORT}:0\nsleep 100`, {
      seconds: 20,
      onBench: (bench) => {
        bench.clock.schedule(10 * NS_PER_S, () => {
          const disk = bench.machine.hardware?.drives.get(0x80);
          if (disk === undefined) return;
          startTask(
            (function* () {
              const read = yield* disk.read(100, 127);
              results.push(read && equalBytes(read, image.subarray(100 * 512, 227 * 512)));
              results.push(yield* disk.write(900, written));
              const again = yield* disk.read(900, 40);
              results.push(again && equalBytes(again, written));
              results.push((yield* disk.read(5000, 1)) === undefined);
            })(),
          );
        });
      },
    });
    expect(results).toEqual([true, true, true, true]);
  });

  it('falls back to the address that forwarders had before FIP', () => {
    const { output, frames } = run(`ifopen net0\nsanboot fcp:${FC_PORT}:0`, { settings: { fip: false } });
    expect(output).toBe('Registered SAN device 0x80\nBooting from SAN device 0x80\n');
    expect(listed(frames).slice(0, 6)).toEqual([
      'VLAN Request',
      'VLAN Request',
      'Solicitation',
      'Solicitation',
      'FLOGI',
      'ACC (FLOGI)',
    ]);
  });

  it('waits for a port that is not there, while the server says what is wrong', () => {
    const wrong = run(`ifopen net0\nsanboot fcp:50:01:02:03:04:05:06:08:0`, { seconds: 60 });
    expect([wrong.output, wrong.said.at(-1)]).toEqual(['', 'fcoe.no-port']);
    const zoned = run(`ifopen net0\nsanboot fcp:${FC_PORT}:0`, {
      settings: {
        targets: [{ port: FC_PORT, luns: [{ source: { file: '/disk' } }], initiators: ['20:00:00:00:00:00:00:01'] }],
      },
    });
    expect([zoned.output, zoned.said.at(-1)]).toEqual(['', 'fcoe.not-in-zone']);
  });

  it('says what is wrong with a root path, and that a LUN is missing', () => {
    const { output } = run(
      `ifopen net0\nsanhook fcp:${FC_PORT} ||\nsanhook fcp:50:01 ||\nsanhook fcp:${FC_PORT}:x ||\nsanhook fcp:50-01-02-03-04-05-06-07:0 ||\nsanhook fcp:${FC_PORT}:5 ||`,
    );
    expect(output).toBe(
      [
        'Could not open SAN device: Invalid argument (https://ipxe.org/1c2d6002)\n',
        'Could not open SAN device: Invalid argument (https://ipxe.org/1c2d6002)\n',
        'Could not open SAN device: Invalid argument (https://ipxe.org/1c704002)\n',
        'Could not open SAN device: Invalid argument (https://ipxe.org/1c2b6002)\n',
        'Could not open SAN device: Input/output error (https://ipxe.org/1d704539)\n',
      ].join(''),
    );
  });

  it('shows its ports and asks link services', () => {
    const { output } = run(
      `fcels FLOGI ||\nifopen net0\nsleep 5\nfcstat\nfcels RTV || \nfcels -i 01:01:01 PLOGI\nfcels -i 01:01:01 RTV\nfcels -p net1 RTV ||\nfcels -i x RTV ||\nfcels WHAT ||\nfcels -i ff:ff:fc echo ||`,
    );
    expect(output).toBe(
      'No ports\n' +
        'net0: 20:00:52:54:00:12:34:56 id 01:00:01 node 10:00:52:54:00:12:34:56\n' +
        '  [Link: up, 20:01:02:00:00:00:00:01 fabric node 10:00:02:00:00:00:00:01]\n' +
        'net0 RTV to ff:ff:fe... Permission denied (https://ipxe.org/022c603c)\n' +
        'net0 PLOGI to 01:01:01... ok\n' +
        'net0 RTV to 01:01:01... ok\n' +
        '"net1": no such port\n"x": invalid port ID\n"WHAT": unrecognised ELS\n' +
        'net0 ECHO to ff:ff:fc... Permission denied (https://ipxe.org/022c603c)\n',
    );
  });

  it('logs in again after the forwarder has forgotten it', () => {
    const { said, output } = run(`ifopen net0\nsanhook fcp:${FC_PORT}:0\nsleep 20\nsanboot --drive 0x80`, {
      settings: { keepAliveMs: 1000 },
      seconds: 60,
      onBench: (bench) => {
        const port = itemAt(bench.ports, 0);
        const { onSend } = port;
        // Keep-alives are lost for ten seconds.
        port.onSend = (frame) => {
          const isKeepAlive = readU16(frame, 12) === ETHERTYPE.fip && readU16(frame, 16) === 3;
          const nowS = bench.clock.nowNs / NS_PER_S;
          if (!isKeepAlive || nowS < 6 || nowS > 16) onSend?.(frame);
        };
      },
    });
    expect(said).toContain('fcoe.fabric-lost');
    expect(output).toContain('Registered SAN device 0x80\n');
  });

  it('sends nothing of it when the build has no FCoE', () => {
    const { bench } = runScript('ifopen net0\nsleep 5');
    expect(itemAt(bench.ports, 0).sent.filter(isFcoe)).toEqual([]);
  });
});
