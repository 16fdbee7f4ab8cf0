/** One boot of each family of boot programs, from power-on to an end that shows it went well. */
import { bootLab, grub, MEDIA, type Parts } from './boot-programs.ts';
import { parseScenario } from '../../src/scenario/parse.ts';
import type { Scenario } from '../../src/scenario/schema.ts';
import { SeededRng } from '../../src/base/rng.ts';

export interface BootFamily {
  readonly parts: Parts;
  /** A person does something there: what is on the screen, and the key that follows. */
  readonly prompt?: readonly [screen: string, key: string];
  /** On the screen at the end. */
  readonly end: string;
}

const SECTOR_OF_DISK = 'SECTOR 1 OF THE DISK';
const DISK = { media: MEDIA, bootOrder: ['network', 'disk'] };
/** iPXE asks once more, and is told about its script. */
const IPXE_SCRIPT = 'http://10.0.2.1/own.ipxe';
const SCRIPT_FILE = { path: '/srv/tftp/own.ipxe', content: { text: '#!ipxe\necho The script has come\nprompt\n' } };
const MENU = 'say Press Enter\ntimeout 0\nprompt 1';

export const FAMILIES: Readonly<Record<string, BootFamily>> = {
  PXELINUX: {
    parts: { pc: DISK, config: `kernel chain.c32\nappend hd0\n${MENU}` },
    prompt: ['boot:', 'Enter'],
    end: SECTOR_OF_DISK,
  },
  LPXELINUX: {
    parts: {
      pc: DISK,
      boots: 'lpxelinux.0',
      config: `kernel http://10.0.2.1/chain.c32\nappend hd0\n${MENU}`,
      files: [{ path: '/srv/tftp/lpxelinux.0', content: { image: 'syslinux/lpxelinux.0' } }],
    },
    prompt: ['boot:', 'Enter'],
    end: SECTOR_OF_DISK,
  },
  GRUB: {
    parts: grub('set timeout=-1\nmenuentry "One" { false }\nmenuentry "Two" { echo The entry runs; sleep 100 }'),
    prompt: ['Two', 'Down Enter'],
    end: 'The entry runs',
  },
  'undionly.kpxe': {
    parts: {
      boots: `undionly.kpxe\ndhcp-match=set:ipxe,175\ndhcp-boot=tag:ipxe,${IPXE_SCRIPT}`,
      files: [{ path: '/srv/tftp/undionly.kpxe', content: { image: 'ipxe/undionly.kpxe' } }, SCRIPT_FILE],
    },
    end: 'The script has come',
  },
  'ipxe.lkrn': {
    parts: {
      boots: `pxelinux.0\ndhcp-match=set:ipxe,175\ndhcp-boot=tag:ipxe,${IPXE_SCRIPT}`,
      config: 'kernel ipxe.lkrn',
      files: [{ path: '/srv/tftp/ipxe.lkrn', content: { image: 'ipxe/ipxe.lkrn' } }, SCRIPT_FILE],
    },
    end: 'The script has come',
  },
  memdisk: {
    parts: {
      config: 'kernel memdisk\nappend initrd=floppy.img floppy',
      files: [
        { path: '/srv/tftp/memdisk', content: { image: 'syslinux/memdisk' } },
        { path: '/srv/tftp/floppy.img', content: MEDIA.floppy },
      ],
    },
    end: 'SECTOR 1 OF THE FLOPPY',
  },
};

/** The family's boot with times of its own: of cables, of the server's answers, and of the person at the keyboard. */
export function boot({ parts, prompt }: BootFamily, seed: string): Scenario {
  const rng = new SeededRng(seed);
  const scenario = bootLab(parts);
  const [screen, keys] = prompt ?? [];
  const at = { when: `screen:/${screen ?? ''}/`, delayMs: rng.below(3000) };
  const parsed = parseScenario({
    ...scenario,
    seed,
    links: scenario.links.map((link) => {
      const isServer = link.b === 'sw1.2';
      // A cable of a kilometre at most, and a server that takes up to four milliseconds.
      const delay = { kind: 'delay', delayUs: rng.below(2000), jitterUs: rng.below(2000), direction: 'both' };
      return { ...link, latencyUs: 1 + rng.below(500), faults: isServer ? [delay] : [] };
    }),
    inputs: keys === undefined ? [] : [{ machine: 'pc1', at, do: { keys: keys.split(' ') } }],
  });
  if (!parsed.ok) throw new Error(parsed.error.map(({ path, message }) => `${path}: ${message}`).join('\n'));
  return parsed.value;
}
