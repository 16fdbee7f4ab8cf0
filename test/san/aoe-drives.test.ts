/** AoE drives of iPXE against the lab's own target, which answers as vblade does: discovery, commands, timers, boot table. */
import { describe, expect, it } from 'vitest';
import { readU16, toHex } from '../../src/base/bytes.ts';
import { itemAt } from '../../src/base/lists/list.ts';
import { assert } from '../../src/base/result.ts';
import { NS_PER_S } from '../../src/base/time/clock.ts';
import { decodeAoe, type AoeMessage } from '../../src/protocols/aoe/codec.ts';
import { ETHERNET_HEADER_LENGTH, ETHERTYPE } from '../../src/protocols/ethernet/fields.ts';
import { runScript, type Bench, type ScriptBench } from '../../src/firmware/ipxe/testing.ts';
import { joinAoe } from './targets.ts';

/** What the initiator has sent: seconds, and the message. */
interface Sent {
  readonly atS: number;
  readonly message: AoeMessage;
}

/** A megabyte that boots: its first sector stops the CPU. */
function bootDisk(): Uint8Array {
  const disk = new Uint8Array(2048 * 512);
  disk.set([0xfa, 0xf4], 0);
  disk.set([0x55, 0xaa], 510);
  return disk;
}

function run(
  script: string,
  options: ScriptBench = {},
): { readonly output: string; readonly bench: Bench; readonly sent: readonly Sent[] } {
  const sent: Sent[] = [];
  const { output, bench } = runScript(`ifopen net0\nset net0/ip 10.0.2.15\nset net0/netmask 255.255.255.0\n${script}`, {
    ...options,
    prepare: (made) => {
      joinAoe(made, bootDisk());
      const port = itemAt(made.ports, 0);
      const { onSend } = port;
      port.onSend = (frame) => {
        if (readU16(frame, 12) === ETHERTYPE.aoe) {
          const message = decodeAoe(frame.subarray(ETHERNET_HEADER_LENGTH));
          assert(message.ok, 'iPXE sends what can be read');
          sent.push({ atS: made.queue.nowNs / NS_PER_S, message: message.value });
        }
        onSend?.(frame);
      };
      options.prepare?.(made);
    },
  });
  return { output, bench, sent };
}

/** As a frame of the reference capture would be listed. */
const shown = ({ message }: Sent): string => {
  const { body } = message;
  return body.kind === 'ata'
    ? `${body.commandStatus.toString(16)} ${body.lba.toString(16)} ${body.sectorCount}`
    : body.kind;
};

describe('AoE drives', () => {
  it('are asked for what real iPXE asks vblade for, and boot', () => {
    const { output, bench, sent } = run('sanboot aoe:e0.1');
    expect(output).toBe('Registered SAN device 0x80\nBooting from SAN device 0x80\n');
    // Volume descriptor of a CD, then the first sector: once to guess the geometry, once to boot.
    expect(sent.map(shown)).toEqual(['config', 'ec e0000000 1', '24 40 2', '24 42 2', '24 0 1', '24 0 1']);
    expect(sent.map(({ message }) => message.tag - 0x18ae_0000)).toEqual([1, 2, 3, 4, 5, 6]);
    expect(bench.machine.started).toMatchObject({ kind: 'boot-sector', entry: { registers: { edx: 0x80 } } });
  });

  it('are described by the table that real iPXE writes', () => {
    const { bench } = run('sanhook aoe:e0.1');
    const memory = bench.machine.hardware?.memory;
    // From the memory of a QEMU PC whose iPXE had hooked aoe:e0.1.
    const real = '614246542e000000012346454e53595369505845000000000000000000000000000000000000010052540012345600';
    const table = real.slice(0, 92);
    expect(toHex(memory?.read(0x9e000, 46) ?? new Uint8Array(0))).toBe(table);
    const without = run('sanhook --no-describe aoe:e0.1').bench.machine.hardware?.memory;
    expect(without?.readU32(0x9e000)).toBe(0);
  });

  it('are given up after sixteen seconds of doubling waits', () => {
    const { output, sent } = run('sanhook aoe:e0.2 ||\necho ${errno}', { seconds: 30 });
    expect(output).toBe('Could not open SAN device: Connection timed out (https://ipxe.org/4c006035)\n0x4c006035\n');
    const times = sent.map(({ atS }) => atS - (sent[0]?.atS ?? 0));
    // 0.26, 0.55, 1.04, 2.03 and 4.06 s were measured between the broadcasts of real iPXE.
    expect(times.map((time) => time.toFixed(1))).toEqual(['0.0', '0.3', '0.8', '1.9', '3.9', '8.0']);
  });

  it('are asked eleven times, and once each after the first has failed', () => {
    const { output, sent } = run('sanhook aoe:e0.1\nsleep 5\nsanboot ||', {
      seconds: 200,
      prepare: (bench) => {
        bench.clock.schedule(4 * NS_PER_S, () => {
          const port = bench.ports[0];
          if (port !== undefined)
            port.onSend = (frame) => {
              if (readU16(frame, 12) === ETHERTYPE.aoe) silent.push(frame);
            };
        });
      },
    });
    expect(output).toContain('Boot from SAN device 0x80 failed: Input/output error (https://ipxe.org/1d852039)\n');
    expect(sent.length).toBe(5);
    expect(silent.length).toBe(16);
  });
  const silent: Uint8Array[] = [];

  it('say what is wrong with a root path', () => {
    const { output } = run(
      'sanhook aoe:bad ||\nsanhook aoe:e0 ||\nsanhook aoe:e0.1.2 ||\nsanhook aoe: ||\nifclose net0\nsanhook aoe:e0.1 ||',
    );
    const invalid = 'Could not open SAN device: Invalid argument (https://ipxe.org/1c006002)\n';
    expect(output).toBe(
      `${invalid.repeat(3)}Could not open SAN device: Operation not supported (https://ipxe.org/3c092003)\n` +
        'Could not open SAN device: No such device (https://ipxe.org/2c00603b)\n',
    );
  });

  it('use the path that answers, and report a disk that is too small', () => {
    const { output } = run('sanhook aoe:e0.9 aoe:e0.1\nset net0/ip 10.0.2.15\nsanunhook');
    expect(output).toBe('Registered SAN device 0x80\nUnregistered SAN device 0x80\n');
  });
});
