/** Media that are put into the drives of a running PC and taken out again, by inputs of the scenario, as a person does. */
import { describe, expect, it } from 'vitest';
import { parseScenario } from '../../src/scenario/parse.ts';
import type { Scenario } from '../../src/scenario/schema.ts';
import { bootLab, MEDIA } from '../support/boot-programs.ts';
import { play, type Played } from '../support/lab.ts';

/** A PC that boots from one drive, and what is done to it. */
function bench(device: 'floppy' | 'cdrom', inputs: readonly object[]): Scenario {
  // The BIOS tries the network last, where there is no boot program.
  const lab = bootLab({ pc: { bootOrder: [device] }, boots: 'missing.0' });
  const parsed = parseScenario({ ...lab, inputs: inputs.map((input) => ({ machine: 'pc1', ...input })) });
  if (!parsed.ok) throw new Error(parsed.error.map(({ path, message }) => `${path}: ${message}`).join('\n'));
  return parsed.value;
}

const once = (when: string, delayMs: number, action: object): object => ({ at: { when, delayMs }, do: action });
const CTRL_ALT_DELETE = { keys: ['Ctrl-Alt-Delete'] };

const ends = ({ lab }: Played): readonly string[] =>
  lab.log.events.flatMap((event) =>
    event.kind === 'stage' && /^(?:power-on|boot-sector|boot-loader|no-device)$/.test(event.stage) ? [event.stage] : [],
  );

describe('a PC whose drives are empty', () => {
  it('boots from a floppy that is put in, after Ctrl-Alt-Del, and no more when it is taken out', () => {
    const lab = bench('floppy', [
      once('stage:no-device', 1000, { medium: { drive: 'floppy', content: MEDIA.floppy } }),
      once('stage:no-device', 2000, CTRL_ALT_DELETE),
      once('screen:/SECTOR 1 OF THE FLOPPY/', 1000, { medium: { drive: 'floppy' } }),
      once('screen:/SECTOR 1 OF THE FLOPPY/', 2000, CTRL_ALT_DELETE),
    ]);
    const booted = play(lab, { until: 'screen:/SECTOR 1 OF THE FLOPPY/', timeoutS: 60 });
    expect(booted.stop.kind, booted.lab.machine('pc1').screenText()).toBe('breakpoint');
    // The BIOS tries all again a minute after it has found nothing.
    const whole = play(lab, { timeoutS: 45 });
    expect(ends(whole).join(' ')).toBe('power-on no-device power-on boot-sector boot-loader power-on no-device');
    expect(whole.lab.log.events.flatMap((event) => (event.kind === 'input' ? [event.text] : []))).toEqual([
      'puts a medium of the lab into the floppy drive',
      'Ctrl-Alt-Delete',
      'takes the floppy disk out',
      'Ctrl-Alt-Delete',
    ]);
  });

  it('boots from a CD that is put in while it is off', () => {
    const content = { medium: 'iso', grubConfig: 'echo CD IN THE DRIVE\nsleep 100\n' };
    const lab = bench('cdrom', [
      once('stage:no-device', 1000, { power: 'off' }),
      once('stage:power-off', 1000, { medium: { drive: 'cdrom', content } }),
      once('stage:power-off', 2000, { power: 'on' }),
    ]);
    const booted = play(lab, { until: 'screen:/CD IN THE DRIVE/', timeoutS: 60 });
    expect(booted.stop.kind, booted.lab.machine('pc1').screenText()).toBe('breakpoint');
  });
});
