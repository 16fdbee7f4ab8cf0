/**
 * The unmodified Debian installer, from power-on to its first screen: SeaBIOS, our boot ROM, PXELINUX with its search
 * and its graphical menu, kernel and initrd. Twice, with the same frames, the same events and the same memory.
 */
import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readImage } from '../../src/cli/images.ts';
import { screenPng } from '../../src/cli/png.ts';
import { findVgaFont } from '../../src/machine/screen/vga-font.ts';
import { answerOf } from '../../src/lab/nodes/machine.ts';
import { checkWhole, comparePart, samples } from '../oracle/boots.ts';
import { tsharkAvailable } from '../oracle/compare-tshark.ts';
import { capturePcapng, labFindings, play, siteScenario, type Played } from '../support/lab.ts';

function sha256(bytes: Uint8Array | string): string {
  return createHash('sha256').update(bytes).digest('hex');
}

interface Outcome {
  readonly pcapng: string;
  readonly events: string;
  readonly screen: string;
  readonly state: string | undefined;
}

function outcome({ lab }: Played): Outcome {
  const machine = lab.machine('pc1');
  return {
    pcapng: sha256(capturePcapng(lab)),
    events: sha256(lab.log.events.map((event) => JSON.stringify(event)).join('\n')),
    screen: machine.screenText(),
    state: answerOf(machine, 'stateHash'),
  };
}

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
  it('boots to its first screen, twice to the same state', () => {
    const scenario = siteScenario('debian-installer');
    const first = play(scenario);
    expect(first.stop.kind).toBe('breakpoint');
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
    const second = play(scenario);
    expect(outcome(second)).toEqual(outcome(first));
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
