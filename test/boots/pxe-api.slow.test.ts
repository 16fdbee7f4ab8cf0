/** The PXE API under programs on a real CPU: protected mode, the next boot program, files by HTTP, and the trace of it all. */
import { describe, expect, it } from 'vitest';
import { fromHex } from '../../src/base/bytes.ts';
import type { LabEvent } from '../../src/base/event-log.ts';
import { bootLab, DISK_FILE, grub, ipxe, type Parts } from '../support/boot-programs.ts';
import { play, type Played } from '../support/lab.ts';

/**
 * Goes into 16-bit protected mode, calls GET_CACHED_INFO by EntryPointESP with its parameters behind a selector, comes back
 * and prints whether AX, the status, the length and the selector of the answer are right.
 */
const PROTECTED_MODE = [
  '89e5 c45e04', // mov bp, sp; les bx, [bp+4]: !PXE
  '26668b4714', // mov eax, [es:bx+14h]: EntryPointESP
  '8cc6 31c9 8ed9', // mov si, es; xor cx, cx; mov ds, cx
  'a3ad7c 66c1e810', // mov [entry], ax; shr eax, 16
  '66c1e004 66a3d27c', // shl eax, 4; mov [gdt+10], eax: selector 8 is the UNDI code
  'c606d57c9a', // mov byte [gdt+13], 9Ah
  '26660fb74728', // movzx eax, word [es:bx+28h]: segment of the UNDI data
  '66c1e004 66a3da7c', // shl eax, 4; mov [gdt+18], eax: selector 10h is the UNDI data
  'c606dd7c92', // mov byte [gdt+21], 92h
  '26c747281000', // mov word [es:bx+28h], 10h
  'fa 0f0116c07c', // cli; lgdt [gdtr]
  '0f20c0 0c01 0f22c0', // mov eax, cr0; or al, 1; mov cr0, eax
  'ea507c1800', // jmp 18h:PM
  'b82000 8ed8 8ed0', // PM: mov ax, 20h; mov ds, ax; mov ss, ax
  '50 68b17c 6a71', // push ax; push params; push 71h
  'ff1ead7c 83c406', // call far [entry]; add sp, 6
  'a3bd7c', // mov [result], ax
  '0f20c0 24fe 0f22c0', // mov eax, cr0; and al, 0FEh; mov cr0, eax
  'ea747c0000', // jmp 0:REAL
  '31c0 8ed8 8ed0 fb', // REAL: xor ax, ax; mov ds, ax; mov ss, ax; sti
  'be087d', // mov si, bad
  '3b06bd7c 7518', // cmp ax, [result]; jne SAY
  '3b06b17c 7512', // cmp ax, [params]; jne SAY
  '813eb57cec04 750a', // cmp word [params+4], 1260; jne SAY
  '833eb97c10 7503', // cmp word [params+8], 10h; jne SAY
  'bef07c', // mov si, good
  'ac 84c0 7409', // SAY: lodsb; test al, al; jz STOP
  'b40e bb0700 cd10 ebf2', // mov ah, 0Eh; mov bx, 7; int 10h; jmp SAY
  'f4 ebfd', // STOP: hlt; jmp STOP
  '00000800', // entry: dw 0, 8
  'eeee02000000000000000000', // params: status, packet type 2, size 0, pointer 0, limit
  '0000 90', // result
  '2700 c87c0000 9090', // gdtr: 39, gdt
  '0000000000000000', // gdt: null
  'ffff000000000000', // 08h: UNDI code, filled in above
  'ffff000000000000', // 10h: UNDI data
  'ffff0000009a0000', // 18h: code at 0
  'ffff000000920000', // 20h: data at 0
].join(' ');

function protectedModeProgram(): { readonly base64: string } {
  const code = fromHex(PROTECTED_MODE) ?? new Uint8Array();
  expect(code).toHaveLength(0xf0);
  const texts = Buffer.from('PROTECTED MODE CALL: OK\0PROTECTED MODE CALL: FAILED\0', 'latin1');
  return { base64: Buffer.concat([code, texts]).toString('base64') };
}

function reach(parts: Parts, until: string): Played['lab'] {
  const played = play(bootLab(parts), { until, timeoutS: 30 });
  expect(played.stop.kind, played.lab.machine('pc1').screenText()).toBe('breakpoint');
  return played.lab;
}

const calls = (lab: Played['lab']): (LabEvent & { kind: 'call' })[] =>
  lab.log.events.flatMap((event) => (event.kind === 'call' ? [event] : []));
const ends = (lab: Played['lab']): string[] =>
  lab.log.events.flatMap((event) => (event.kind === 'return' ? [`${event.function} ${event.status}`] : []));

describe('the PXE API', () => {
  it('is called in 16-bit protected mode by EntryPointESP', () => {
    const nbp = { path: '/srv/tftp/nbp.0', content: protectedModeProgram() };
    const lab = reach({ boots: 'nbp.0', files: [nbp] }, 'screen:/PROTECTED MODE CALL: OK/');
    expect(calls(lab)).toMatchObject([{ function: 'PXENV_GET_CACHED_INFO', mode: 'protected', caller: '0018:7C61' }]);
  });

  it('lets PXELINUX start GRUB in its place by RESTART_TFTP', () => {
    const next = grub('echo SECOND PROGRAM; sleep 100');
    const lab = reach(
      { ...next, boots: 'pxelinux.0', config: 'kernel pxechn.c32\nappend -r core.0' },
      'screen:/SECOND/',
    );
    const restart = calls(lab).find((event) => event.function === 'PXENV_RESTART_TFTP');
    expect(restart?.fields).toContainEqual(['fileName', 'core.0']);
    expect(ends(lab)).toContain('PXENV_RESTART_TFTP success');
    const started = lab.log.events.filter((event) => event.kind === 'stage' && event.stage === 'nbp-entry');
    expect(started.map((event) => ('text' in event ? event.text : ''))).toEqual(['pxelinux.0 starts', 'core.0 starts']);
  });

  it('gives PXELINUX files by HTTP when iPXE has started it', () => {
    const script = 'set 209:string my.cfg\nset 210:string http://10.0.2.1/\nchain tftp://10.0.2.1/pxelinux.0';
    const config = { path: '/srv/tftp/my.cfg', content: { text: 'say HTTP CONFIGURATION\nprompt 1\n' } };
    const lab = reach({ pc: ipxe(script), files: [config] }, 'screen:/HTTP CONFIGURATION/');
    const opened = calls(lab).filter((event) => event.function === 'PXENV_FILE_OPEN');
    expect(opened.map(({ fields }) => Object.fromEntries(fields)['fileName'])).toEqual([
      'http://10.0.2.1/ldlinux.c32',
      'http://10.0.2.1/my.cfg',
    ]);
    // The download is the firmware's, for the call of the program.
    const asked = lab.log.events.find(
      (event) => event.kind === 'stage' && 'text' in event && event.text.endsWith('my.cfg'),
    );
    expect(asked?.cause).toBe(opened[1]?.id);
  });

  it.each([
    // The prompt comes back over the beginning of the line.
    [
      'prints what PXELINUX has it say',
      'kernel gpxecmd.c32\nappend echo SAID FOR PXELINUX',
      'screen:/boot:.*PXELINUX/',
    ],
    ['boots a disk for it', 'kernel sanboot.c32\nappend http://10.0.2.1/disk.img', 'screen:/SECTOR 1 OF THE DISK/'],
  ])('FILE_EXEC of iPXE %s', (_, config, until) => {
    const pc = ipxe('chain tftp://10.0.2.1/pxelinux.0');
    const lab = reach({ pc, config, files: [DISK_FILE] }, until);
    expect(calls(lab).some((event) => event.function === 'PXENV_FILE_EXEC')).toBe(true);
  });

  it('keeps one event for a run of calls for packets', () => {
    const lab = reach({ config: 'localboot 0' }, 'stage:no-device');
    const writes = lab.log.events.flatMap((event) =>
      event.kind === 'return' && event.function === 'PXENV_UDP_WRITE' ? [event.calls] : [],
    );
    const sent = lab.log.events.filter((event) => event.kind === 'frame' && event.port === 'pc1.net0').length;
    expect(writes).toHaveLength(1);
    expect(writes[0]).toBeGreaterThan(50);
    expect(writes[0]).toBeLessThan(sent);
  });
});
