/**
 * Files that cannot do what they are fetched for, on emulated PCs: what the machine does with them, and what the lab
 * reports about them. Real kernels and boot programs cause no warning.
 */
import { describe, expect, it, vi } from 'vitest';
import { REMEDY_TEXTS } from '../../src/analysis/story/findings/remedies.ts';
import { readImage } from '../../src/cli/images.ts';
import { NS_PER_S } from '../../src/base/time/clock.ts';
import { RunControl } from '../../src/lab/run-control.ts';
import { checkBootProgram, checkKernel, isLinuxKernel } from '../../src/services/files/file-check.ts';
import { play, labFindings, siteScenario } from '../support/lab.ts';

describe('wrong inputs of emulated PCs', () => {
  it('wrong-nbp-too-large shows PXE-E79 and what helps', () => {
    const { lab, stop } = play(siteScenario('wrong-nbp-too-large'), { timeoutS: 60 });
    expect(stop.kind).toBe('breakpoint');
    expect(lab.machine('pc1').screenText()).toContain('PXE-E79: NBP is too big to fit in free base memory.');
    expect(labFindings(lab)).toMatchObject([
      { id: 'pxe/E79', severity: 'error', remedy: { says: { id: 'remedy.pxe/E79' } } },
    ]);
    expect(REMEDY_TEXTS['remedy.pxe/E79']).toContain('640 kB');
  });

  it('wrong-text-nbp: the server says that it handed out text, by name', () => {
    const { lab, stop } = play(siteScenario('wrong-text-nbp'), { timeoutS: 60 });
    expect(stop.kind).toBe('breakpoint');
    const reported = lab.log.events.filter((event) => event.kind === 'server' && event.service === 'files');
    expect(reported).toMatchObject([
      {
        node: 'boot',
        code: 'file.boot-program-is-text',
        text: 'pc1: The boot program readme.txt is text: the machine runs it as machine code and hangs.',
      },
    ]);
    // It rests on the end of the transfer.
    expect(lab.log.events[reported[0]?.cause ?? -1]).toMatchObject({ kind: 'transfer', state: 'done' });
    expect(labFindings(lab)).toMatchObject([{ id: 'file.boot-program-is-text' }]);
  });

  it('wrong-truncated-kernel: the server says how much is missing, and the machine that runs it is reset', () => {
    const silence = (['log', 'error', 'warn'] as const).map((name) => vi.spyOn(console, name));
    const { lab, stop } = play(siteScenario('wrong-truncated-kernel'), { timeoutS: 60 });
    expect(stop.kind).toBe('breakpoint');
    for (const spy of silence) expect(spy).not.toHaveBeenCalled();
    vi.restoreAllMocks();
    // The triple fault is what comes of the kernel that is cut off.
    expect(labFindings(lab).map(({ id }) => id)).toEqual(['file.kernel-cut-off']);
    const texts = lab.log.events.flatMap((event) => ('text' in event ? [event.text] : []));
    expect(texts).toContain('pc1: The kernel linux is cut off: it has 300000 bytes, its header says 5706240.');
    expect(lab.latestStage('pc1')?.stage).toBe('boot-failed');
    expect(lab.machine('pc1').screenText()).toContain('Loading linux... ok');
    const control = new RunControl(lab);
    control.setBreakpoints([{ condition: 'stage:nbp-entry', count: 1 }]);
    expect(control.run(60 * NS_PER_S, () => false).kind).toBe('breakpoint');
  });
});

describe('right inputs', () => {
  it.each([
    'debian-installer/debian-installer/i386/linux',
    'memtest86+/memtest86+ia32.bin',
    'ipxe/ipxe.lkrn',
    'syslinux/memdisk',
  ])('%s is a whole kernel', (path) => {
    const bytes = readImage(path) ?? new Uint8Array(0);
    expect(isLinuxKernel(bytes)).toBe(true);
    expect(checkKernel(path, bytes)).toBeUndefined();
    expect(checkKernel(path, bytes.subarray(0, bytes.length >> 1)) === undefined).toBe(path === 'syslinux/memdisk');
  });

  it.each([
    'debian-installer/pxelinux.0',
    'syslinux/lpxelinux.0',
    'ipxe/undionly.kpxe',
    'ipxe/ipxe.pxe',
    'grub/core.0',
  ])('%s is a boot program', (path) => {
    const bytes = readImage(path);
    expect(bytes === undefined ? path : checkBootProgram(path, bytes)).toBeUndefined();
  });
});
