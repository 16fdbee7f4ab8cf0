/** ROM files in the flash memory of a card: what SeaBIOS does with them is what the lab says that it does. */
import { describe, expect, it } from 'vitest';
import { romFile } from '../../src/lab/nodes/rom-firmware.ts';
import { parseScenario } from '../../src/scenario/parse.ts';
import type { Scenario } from '../../src/scenario/schema.ts';
import { play, siteScenario, type Played } from '../support/lab.ts';

const OWN = { personality: 'ipxe' as const, options: {}, embeddedScript: '#!ipxe\necho Written into the ROM\nshell\n' };

function flashed(rom: Uint8Array): Scenario {
  const parsed = parseScenario({
    version: 1,
    name: 'flash',
    seed: 'flash',
    nodes: [
      {
        kind: 'pc',
        name: 'pc1',
        memMiB: 32,
        nics: [{ mac: '52:54:00:f0:00:01' }],
        flash: { rom: { base64: Buffer.from(rom).toString('base64') } },
      },
    ],
    links: [],
  });
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.error));
  return parsed.value;
}

/** The ROM with room behind its code, and a right sum. */
function padded(rom: Uint8Array, blocks: number): Uint8Array {
  const large = new Uint8Array(blocks * 512);
  large.set(rom);
  large[2] = blocks;
  const pcir = (large[0x18] ?? 0) | ((large[0x19] ?? 0) << 8);
  large[pcir + 0x10] = blocks;
  large[pcir + 0x11] = blocks >> 8;
  large[6] = (large[6] ?? 0) - large.reduce((total, byte) => total + byte, 0);
  return large;
}

const decisionsOf = ({ lab }: Played): readonly string[] =>
  lab.log.events.flatMap((event) => (event.kind === 'decision' && event.node === 'pc1' ? [event.code] : []));

describe('a ROM file in the flash of a card', () => {
  it("is started: Debian's iPXE, with one DHCP and no TFTP, beside a PC that chainloads", () => {
    const { lab, stop } = play(siteScenario('pc-flashed-rom'), { timeoutS: 30 });
    expect(stop.kind, lab.machine('pc2').screenText()).toBe('breakpoint');
    expect(lab.machine('pc1').screenText()).toContain('flashed runs the script of the server');
    const of = (mac: string): number =>
      lab.log.events.filter(
        (event) => event.kind === 'log' && event.text.includes('DHCPACK') && event.text.includes(mac),
      ).length;
    expect([of('52:54:00:f1:00:01'), of('52:54:00:f1:00:02')]).toEqual([1, 2]);
    const asked = lab.log.events.flatMap((event) =>
      event.kind === 'transfer' && event.node === 'boot' && event.protocol === 'tftp' && event.state === 'done'
        ? [event.name]
        : [],
    );
    expect(asked).toEqual(['/srv/tftp/undionly.kpxe']);
  });

  it("is started: the lab's own, which has its script in it", () => {
    const rom = romFile(OWN, 'ne2k');
    const played = play(flashed(rom ?? new Uint8Array(0)), { until: 'screen:/Written into the ROM/', timeoutS: 10 });
    expect(played.stop.kind, played.lab.machine('pc1').screenText()).toBe('breakpoint');
    expect(decisionsOf(played)).toContain('flash.started');
  });

  it('may have 255 blocks, which is all that its header can say', () => {
    const rom = romFile(OWN, 'ne2k') ?? new Uint8Array(0);
    const stopsWith = (blocks: number): readonly [found: string | undefined, ran: boolean] => {
      const played = play(flashed(padded(rom, blocks)), { until: 'stage:rom-init', timeoutS: 1 });
      return [decisionsOf(played).find((code) => code.startsWith('flash.')), played.stop.kind === 'breakpoint'];
    };
    expect(stopsWith(255)).toEqual(['flash.started', true]);
    expect(stopsWith(256)).toEqual(['flash.too-large', false]);
  });
});
