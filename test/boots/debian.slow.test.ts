/**
 * The unmodified Debian installer, from power-on to its first screen: SeaBIOS, our boot ROM, PXELINUX with its search
 * and its graphical menu, kernel and initrd. The page boots it a second time, in `debian-page.slow.test.ts`, and must come
 * to the same frames and the same memory.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readImage } from '../../src/cli/images.ts';
import { screenPng } from '../../src/cli/png.ts';
import { findVgaFont } from '../../src/machine/screen/vga-font.ts';
import { answerOf } from '../../src/lab/nodes/machine.ts';
import { checkWhole, comparePart, samples } from '../oracle/boots.ts';
import { tsharkAvailable } from '../oracle/compare-tshark.ts';
import { playToEnd } from '../support/once/in-node.ts';
import { capturePcapng, labFindings, play, siteScenario, type Played } from '../support/lab.ts';

const INSTALLER = 'screen:/Select a language/';

function keepScreen({ lab }: Played, name: string): void {
  mkdirSync('artefacts', { recursive: true });
  const font = findVgaFont(readImage('bios/vgabios-stdvga.bin') ?? new Uint8Array(0));
  for (const machine of lab.machines.values()) {
    const png = screenPng(answerOf(machine, 'screen'), font);
    if (png !== undefined) writeFileSync(`artefacts/${name}-${machine.name}.png`, png);
  }
}

/** Whose frames the two VLANs carry: PC and server. */
const TEN = new Set(['525400123401', '020000001001']);
const TWENTY = new Set(['525400123402', '020000002001']);

describe('the Debian installer over PXE, in Node', () => {
  it('boots to its first screen', () => {
    const scenario = siteScenario('debian-installer');
    const first = playToEnd(scenario, INSTALLER);
    keepScreen(first, 'debian-node');
    expect(labFindings(first.lab)).toEqual([]);
    const { lab } = first;
    const stages = lab.log.events.flatMap((event) => (event.kind === 'stage' ? [event.stage] : []));
    for (const stage of ['power-on', 'post', 'rom-init', 'dhcp-ack', 'file-done', 'nbp-entry', 'kernel-entry'])
      expect(stages, stage).toContain(stage);
    const asked = lab.log.events.flatMap((event) =>
      event.kind === 'server' && event.service === 'tftp' ? [event.text] : [],
    );
    // The whole search of PXELINUX: by MAC address, by IP address, one digit less each time, then the default.
    const search = ['01-52-54-00-12-34-01', '0A00', '0A0', '0A', '0', 'default'];
    for (const name of search)
      expect(
        asked.some((text) => text.includes(`pxelinux.cfg/${name}`)),
        name,
      ).toBe(true);
    if (tsharkAvailable()) {
      const pcapng = capturePcapng(lab);
      const { frames, goodIp, bad } = checkWhole(pcapng);
      expect(bad).toEqual([]);
      expect(frames).toBe(lab.capture.sentCount);
      expect(goodIp).toBeGreaterThan(50_000);
      expect(comparePart(pcapng, samples(frames, 1500, 300)).report).toBe('');
    }
  });

  it('boots two PCs at once on two VLANs, and neither sees a frame of the other', () => {
    const played = play(siteScenario('two-vlans'));
    expect(played.stop.kind).toBe('breakpoint');
    keepScreen(played, 'two-vlans-node');
    expect(labFindings(played.lab)).toEqual([]);
    const { store } = played.lab.capture;
    let arrivals = 0;
    const strays: string[] = [];
    for (let i = 0; i < store.length; i++) {
      if (store.direction(i) !== 'in') continue;
      arrivals++;
      const source = Buffer.from(store.bytes(i).subarray(6, 12)).toString('hex');
      const isTen = /^(pc1|boot10)\./.test(store.interfaceOf(i).name);
      if (!(isTen ? TEN : TWENTY).has(source)) strays.push(`${source} at ${store.interfaceOf(i).name}`);
    }
    expect(strays).toEqual([]);
    expect(arrivals).toBeGreaterThan(90_000);
  });
});
