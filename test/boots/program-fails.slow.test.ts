/**
 * Boot programs that fail, each in its own way, on a real CPU: a stage says what has become of the boot, and one finding
 * what helps. Programs that wait or that leave the machine in good order have none.
 */
import { describe, expect, it } from 'vitest';
import { say } from '../../src/base/sentence.ts';
import { labFr } from '../../src/page/i18n/fr/lab.ts';
import { bootDisk, bootLab, MEDIA, TRIPLE_FAULT, type Parts } from '../support/boot-programs.ts';
import { labFindings, play, type Played } from '../support/lab.ts';

/** A PC whose boot program is this machine code. */
function program(code: string, parts: Parts = {}): Parts {
  return { ...parts, boots: 'nbp.0', files: [{ path: '/srv/tftp/nbp.0', content: bootDisk(code) }] };
}

/** Calls function 99h of the PXE API by the entry point of !PXE, which has no such function, and halts. */
const UNSUPPORTED = [
  '89e5 c45e04', // mov bp, sp; les bx, [bp+4]: !PXE
  '1e 68007d 689900', // push ds; push 7D00h; push 99h
  '26ff5f10 83c406 faf4', // call far [es:bx+10h]; add sp, 6; cli; hlt
].join(' ');

interface Case {
  readonly what: string;
  readonly parts: Parts;
  /** The last stage, and its sentence. */
  readonly stage: RegExp;
  readonly findings: readonly string[];
  readonly remedy: RegExp;
}

const CASES: readonly Case[] = [
  {
    what: 'a loop with interrupts on',
    parts: program('fb ebfe'), // sti; jmp $
    stage: /^boot-failed: .* in a loop of a few bytes at 7C01h for 3 s: interrupts reach it/,
    findings: ['program/loop'],
    remedy: /Ctrl-Alt-Del/,
  },
  {
    what: 'a loop with interrupts off',
    parts: program('fa ebfe'), // cli; jmp $
    stage: /^boot-failed: .* at 7C01h for 3 s with interrupts off/,
    findings: ['program/deaf-loop'],
    remedy: /press reset/,
  },
  {
    what: 'a halt with interrupts off',
    parts: program('fa f4'), // cli; hlt
    stage: /^halted: .* halted with interrupts off/,
    findings: ['program/halted'],
    remedy: /for good/,
  },
  {
    what: 'an instruction that the CPU refuses',
    parts: program('fb 0f0b'), // sti; ud2
    stage: /^boot-failed: The CPU has refused the instruction at 7C01h/,
    findings: ['program/refused'],
    remedy: /no instructions of this CPU/,
  },
  {
    what: 'a jump into empty memory',
    parts: program('ea00000080'), // jmp 8000:0000
    stage: /^boot-failed: The CPU runs through empty memory at [89]\w{4}h/,
    findings: ['program/empty-memory'],
    remedy: /not where it believes/,
  },
  {
    what: 'a triple fault',
    parts: program(TRIPLE_FAULT),
    stage: /^boot-failed: Triple fault/,
    findings: ['machine/triple-fault'],
    remedy: /no program for it/,
  },
  {
    what: 'a return to the BIOS without a disk',
    parts: program('cb'), // retf
    stage: /^no-device: /,
    findings: ['program/exit'],
    remedy: /put one into the machine/,
  },
  {
    what: 'INT 18h without a disk',
    parts: program('cd18'),
    stage: /^no-device: /,
    findings: ['program/exit'],
    remedy: /put one into the machine/,
  },
  {
    what: 'a halt after a call that the PXE API does not have',
    parts: program(UNSUPPORTED),
    stage: /^halted: /,
    findings: ['program/halted', 'pxe-api/unsupported'],
    remedy: /for good/,
  },
];

const stagesOf = ({ lab }: Played): readonly string[] =>
  lab.log.events.flatMap((event) =>
    event.kind === 'stage' && event.node === 'pc1' ? [`${event.stage}: ${event.text}`] : [],
  );

describe('a boot program that fails', () => {
  it.each(CASES)('$what', ({ parts, stage, findings, remedy }) => {
    const played = play(bootLab(parts), { until: `stage:${/\w[-\w]+/.exec(stage.source)?.[0] ?? ''}`, timeoutS: 10 });
    expect(stagesOf(played)).toContainEqual(expect.stringMatching(stage));
    const found = labFindings(played.lab);
    expect(found.map(({ id }) => id)).toEqual(findings);
    expect(found[0]?.severity).toBe('error');
    expect(found[0]?.remedy.text).toMatch(remedy);
    // French has both sentences.
    for (const { says } of found.flatMap((one) => [one, one.remedy])) expect(say(says, labFr, 'fr')).toMatch(/\S/);
  });

  it('is none that waits for a key, nor one that hands the machine to a disk that boots', () => {
    const waits = play(bootLab(program('fb f4 ebfd')), { timeoutS: 10 }); // sti; L: hlt; jmp L
    expect(labFindings(waits.lab)).toEqual([]);
    const booted = play(bootLab(program('cd18', { pc: { media: MEDIA, bootOrder: ['network', 'disk'] } })), {
      timeoutS: 10,
    });
    expect(booted.lab.machine('pc1').screenText()).toContain('SECTOR 1 OF THE DISK');
    expect(labFindings(booted.lab)).toEqual([]);
  });
});
