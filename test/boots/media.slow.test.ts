/** Media that are put into the drives of a running PC and taken out again, by inputs of the scenario, as a person does. */
import { describe, expect, it } from 'vitest';
import { bootLab, FLOPPY_PUT_IN } from '../support/boot-programs.ts';
import { play, type Played } from '../support/lab.ts';

const once = (when: string, delayMs: number, action: object): object => ({
  machine: 'pc1',
  at: { when, delayMs },
  do: action,
});
const CTRL_ALT_DELETE = { keys: ['Ctrl-Alt-Delete'] };

const ends = ({ lab }: Played): readonly string[] =>
  lab.log.events.flatMap((event) =>
    event.kind === 'stage' && /^(?:power-on|boot-sector|boot-loader|no-device)$/.test(event.stage) ? [event.stage] : [],
  );

describe('a PC whose drives are empty', () => {
  it('boots from a floppy that is put in, after Ctrl-Alt-Del, and no more when it is taken out', () => {
    const { inputs = [], ...parts } = FLOPPY_PUT_IN;
    const lab = bootLab({
      ...parts,
      inputs: [
        ...inputs,
        once('screen:/SECTOR 1 OF THE FLOPPY/', 1000, { medium: { drive: 'floppy' } }),
        once('screen:/SECTOR 1 OF THE FLOPPY/', 2000, CTRL_ALT_DELETE),
      ],
    });
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
    const lab = bootLab({
      pc: { bootOrder: ['cdrom'] },
      boots: 'missing.0',
      inputs: [
        once('stage:no-device', 1000, { power: 'off' }),
        once('stage:power-off', 1000, { medium: { drive: 'cdrom', content } }),
        once('stage:power-off', 2000, { power: 'on' }),
      ],
    });
    const booted = play(lab, { until: 'screen:/CD IN THE DRIVE/', timeoutS: 60 });
    expect(booted.stop.kind, booted.lab.machine('pc1').screenText()).toBe('breakpoint');
  });
});
