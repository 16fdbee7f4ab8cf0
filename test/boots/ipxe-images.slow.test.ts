/**
 * Programs of every kind that iPXE starts, really run by an emulated PC: what they are handed is what they print. The
 * small ones are assembled by hand and write straight into the text screen's memory.
 */
import { describe, expect, it } from 'vitest';
import { NS_PER_S } from '../../src/base/time/clock.ts';
import type { Lab } from '../../src/lab/lab.ts';
import { RunControl } from '../../src/lab/run-control.ts';
import { parseScenarioText } from '../../src/scenario/parse.ts';
import { openLab } from '../support/lab.ts';

/**
 * An ELF file with a Multiboot header. It checks the magic number in EAX, then prints its command line, that of its first
 * module, and the module.
 */
const MULTIBOOT_KERNEL =
  'f0VMRgEBAQAAAAAAAAAAAAIAAwABAAAADAAgADQAAAC4AAAAAAAAADQAIAABACgAAwACAAEAAABUAAAAAAAgAAAAIABSAAAAUgAA' +
  'AAUAAAAEAAAAArCtGwMAAAD7T1Lk/L8AgAsAPQKwrSt1IotzEOgeAAAAi1MYi3II6BMAAACLMotKBCnxrOgUAAAA4vj69Ov9rITA' +
  'dAfoBAAAAOv0sHyqsB+qwwAuc2hzdHJ0YWIALnRleHQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAL' +
  'AAAAAQAAAAYAAAAAACAAVAAAAFIAAAAAAAAAAAAAAAQAAAAAAAAAAQAAAAMAAAAAAAAAAAAAAKYAAAARAAAAAAAAAAAAAAABAAAA' +
  'AAAAAA==';

/** An ELF file of two segments; it prints `ELF runs`, and `!` when its zeroed memory is zero. */
const ELF_PROGRAM =
  'f0VMRgEBAQAAAAAAAAAAAAIAAwABAAAAAAAgADQAAAC8AAAAAAAAADQAIAACACgABAADAAEAAAB0AAAAAAAgAAAAIAAvAAAALwAA' +
  'AAUAAAABAAAAAQAAAAAAAAAAACEAAAAhAAAAAAAEAAAABgAAAAEAAAD8vwCACwC+JgAgAKyEwHQGqrAfquv1gz0AACEAAHUDxgch' +
  '+vTr/UVMRiBydW5zAAAuc2hzdHJ0YWIALnRleHQALmJzcwAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA' +
  'AAAACwAAAAEAAAAGAAAAAAAgAHQAAAAvAAAAAAAAAAAAAAABAAAAAAAAABEAAAAIAAAAAwAAAAAAIQCjAAAABAAAAAAAAAAAAAAA' +
  'AQAAAAAAAAABAAAAAwAAAAAAAAAAAAAAowAAABYAAAAAAAAAAAAAAAEAAAAAAAAA';

/** The same, as `gzip -9` packs it. */
const PACKED_ELF =
  'H4sIAAAAAAACA6t39XFjZGRkgAEmBmYGCE+BwQRI7oGKmwD5TAwaDCxQ+RKoGhDWB5IgzArEjFAMAYpQzADUx8DABpX7s5+hgZth' +
  'nxpQ65qWAyVsqzbIr3r9tdkWrLaU+Ri74q8vr/8CHaZQVJpXzMCgV5xRXFJUkpjEoFeSWlHCoJdUXMxAAuCG2ssGdXMJ1L0wAHOv' +
  'IBBzADEz1O2Loe5GV8cIVwMBIHViWNQBAExPhHRcAQAA';

/** Runs a script on a PC whose server has the programs, until a condition is met. */
function runUntil(script: string, condition: string): { readonly screen: string; readonly lab: Lab } {
  const parsed = parseScenarioText(
    JSON.stringify({
      version: 1,
      name: 'images',
      seed: 'images',
      nodes: [
        {
          kind: 'pc',
          name: 'pc1',
          nics: [{ mac: '52:54:00:c0:00:01' }],
          firmware: {
            personality: 'ipxe',
            embeddedScript: `#!ipxe\ndhcp\nset base http://10.0.6.1\n${script}\n`,
            options: { preset: 'all' },
          },
        },
        {
          kind: 'server',
          name: 'boot',
          nics: [{ mac: '02:00:00:00:00:01', address: '10.0.6.1/24' }],
          services: { dnsmasq: { config: 'dhcp-range=10.0.6.50,10.0.6.50,1h\nno-ping\n' }, http: {} },
          files: [
            { path: '/srv/http/kernel', content: { base64: MULTIBOOT_KERNEL } },
            { path: '/srv/http/elf', content: { base64: ELF_PROGRAM } },
            { path: '/srv/http/elf.gz', content: { base64: PACKED_ELF } },
            { path: '/srv/http/lpxelinux.0', content: { image: 'syslinux/lpxelinux.0' } },
            { path: '/srv/http/ldlinux.c32', content: { image: 'syslinux/bios/ldlinux.c32' } },
            { path: '/srv/http/set.cfg', content: { text: 'SAY the configuration that was set\nPROMPT 1\n' } },
            { path: '/srv/http/memtest', content: { image: 'memtest86+/memtest86+ia32.bin' } },
            { path: '/srv/http/module', content: { text: 'bytes of the module' } },
          ],
        },
      ],
      links: [{ a: 'pc1.net0', b: 'boot.eth0' }],
    }),
  );
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.error));
  const lab = openLab(parsed.value);
  const control = new RunControl(lab);
  control.setBreakpoints([{ condition, count: 1 }]);
  const stop = control.run(60 * NS_PER_S, () => false);
  const screen = lab.machine('pc1').screenText();
  expect(stop.kind, screen).toBe('breakpoint');
  return { screen, lab };
}

describe('iPXE starts', () => {
  it('a Multiboot kernel with its command line and a module', () => {
    const script = 'kernel ${base}/kernel root=/dev/ram0\nmodule --name m ${base}/module first second\nboot';
    expect(runUntil(script, 'screen:/of the module/').screen).toMatch(
      /^kernel root=\/dev\/ram0\|m first second\|bytes of the module/,
    );
  });

  it('an ELF program, and one that was packed', () => {
    expect(runUntil('chain ${base}/elf', 'screen:/ELF runs/').screen).toMatch(/^ELF runs!/);
    expect(runUntil('imgfetch ${base}/elf.gz\nimgextract elf.gz\nboot elf', 'screen:/ELF runs/').screen).toMatch(
      /^ELF runs!/,
    );
  });

  it('Memtest86+ (boot-06)', () => {
    expect(runUntil('chain ${base}/memtest', 'screen:/Memtest86.*v6/').screen).toContain('[PAE]');
  });

  it('PXELINUX, which reads the configuration that the script has set, by HTTP (boot-05, ipxe-f01)', () => {
    const script = 'set 209:string set.cfg\nset 210:string ${base}/\nchain ${base}/lpxelinux.0';
    expect(runUntil(script, 'screen:/that was set/').screen).toContain('the configuration that was set');
  });
});
