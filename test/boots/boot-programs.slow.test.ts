/**
 * Real boot programs on real CPUs reach what they are for: local disks and those of the network, the end of the power, the
 * next program with another configuration. What kills a PC resets it, and what fails inside one leaves the others alone.
 */
import { afterEach, describe, expect, it, vi } from 'vitest';
import { fromHex } from '../../src/base/bytes.ts';
import { NS_PER_S } from '../../src/base/clock.ts';
import { PxeApi } from '../../src/firmware/pxe-api/pxe-api.ts';
import { RunControl } from '../../src/lab/run-control.ts';
import { parseScenario } from '../../src/scenario/parse.ts';
import type { Scenario } from '../../src/scenario/schema.ts';
import { play, siteScenario, type Played } from '../support/lab.ts';

const SECTOR = 512;

/** A disk whose boot sector runs code at 0:7C00, with a text in its second sector. */
function bootDisk(code: string, text = '', bytes = 64 * SECTOR): { readonly base64: string } {
  const disk = Buffer.alloc(bytes);
  disk.set(fromHex(code) ?? []);
  disk.set([0x55, 0xaa], SECTOR - 2);
  disk.write(text, SECTOR, 'latin1');
  return { base64: disk.toString('base64') };
}

/** Reads the second sector of the drive in DL by INT 13h and prints its contents. */
const PRINT_SECTOR = [
  '31c0 8ed8 8ec0 fc fb', // xor ax, ax; mov ds, ax; mov es, ax; cld; sti
  'bb007e b80102 b90200 b600 cd13', // mov bx, 7E00h; mov ax, 0201h; mov cx, 2; mov dh, 0; int 13h
  'be007e 7303 be407c bb0700', // mov si, 7E00h; jnc P; mov si, 7C40h; P: mov bx, 7
  'ac 84c0 7406 b40e cd10 ebf5', // L: lodsb; test al, al; jz H; mov ah, 0Eh; int 10h; jmp L
  'f4 ebfd', // H: hlt; jmp H
].join(' ');

/** Goes into protected mode without an interrupt table, and raises an exception. */
const TRIPLE_FAULT = [
  'fa 2e0f011e207c 2e0f0116267c', // cli; lidt cs:[7C20h]; lgdt cs:[7C26h]
  '0f20c0 0c01 0f22c0 cc', // mov eax, cr0; or al, 1; mov cr0, eax; int3
].join(' ');

const CONFIG =
  'dhcp-range=10.0.2.50,10.0.2.99,1h\ndhcp-authoritative\nno-ping\nenable-tftp\ntftp-root=/srv/tftp\ndhcp-boot=';

interface Parts {
  readonly pc?: object;
  /** The boot program; by default PXELINUX. */
  readonly boots?: string;
  /** PXELINUX's configuration. */
  readonly config?: string;
  readonly files?: readonly object[];
  readonly nodes?: readonly object[];
  readonly links?: readonly object[];
}

/** A PC and a server with PXELINUX. */
function lab({ pc = {}, boots = 'pxelinux.0', config, files = [], nodes = [], links = [] }: Parts): Scenario {
  const parsed = parseScenario({
    version: 1,
    name: 'Boot programs',
    nodes: [
      { kind: 'pc', name: 'pc1', memMiB: 64, nics: [{ mac: '52:54:00:12:34:01' }], bootOrder: ['network'], ...pc },
      { kind: 'switch', name: 'sw1' },
      {
        kind: 'server',
        name: 'boot',
        nics: [{ mac: '02:00:00:00:00:01', address: '10.0.2.1/24' }],
        services: { dnsmasq: { config: `${CONFIG}${boots}\n` }, http: { root: '/srv/tftp' } },
        files: [
          { path: '/srv/tftp', imageTree: 'syslinux/bios' },
          { path: '/srv/tftp/pxelinux.0', content: { image: 'syslinux/pxelinux.0' } },
          ...(config === undefined
            ? []
            : [{ path: '/srv/tftp/pxelinux.cfg/default', content: { text: `default l\nlabel l\n${config}\n` } }]),
          ...files,
        ],
      },
      ...nodes,
    ],
    links: [{ a: 'pc1.net0', b: 'sw1.1' }, { a: 'boot.eth0', b: 'sw1.2' }, ...links],
  });
  if (!parsed.ok) throw new Error(parsed.error.map(({ path, message }) => `${path}: ${message}`).join('\n'));
  return parsed.value;
}

function reach(parts: Parts, until: string, timeoutS = 30): Played['lab'] {
  const played = play(lab(parts), { until, timeoutS });
  expect(played.stop.kind, played.lab.machine('pc1').screenText()).toBe('breakpoint');
  return played.lab;
}

const stagesOf = (played: Played['lab'], node: string): readonly string[] =>
  played.log.events.flatMap((event) => (event.kind === 'stage' && event.node === node ? [event.stage] : []));
const faultsOf = (played: Played['lab']): readonly string[] =>
  played.log.events.flatMap((event) => (event.kind === 'fault' ? [`${event.node} ${event.code}`] : []));

const disk = bootDisk(PRINT_SECTOR, 'SECTOR 1 OF THE DISK');
const media = {
  disk,
  floppy: bootDisk(PRINT_SECTOR, 'SECTOR 1 OF THE FLOPPY', 2880 * SECTOR),
  cdrom: { patternBytes: 64 * 2048 },
};

describe('a PC with a disk', () => {
  it.each([
    ['disk', 'SECTOR 1 OF THE DISK', 'Boot from the hard disk'],
    ['floppy', 'SECTOR 1 OF THE FLOPPY', 'Boot from the floppy disk'],
  ])('boots from its %s beside the other media, and says so', (device, text, said) => {
    const booted = reach({ pc: { media, bootOrder: [device, 'network'] } }, `screen:/${text}/`, 5);
    expect(booted.latestStage('pc1')).toMatchObject({ stage: 'disk-boot', text: said });
  });

  it.each(['localboot 0x80', 'kernel chain.c32\nappend hd0'])('is booted from it by PXELINUX: %s', (config) => {
    reach({ pc: { media, bootOrder: ['network', 'disk'] }, config }, 'screen:/SECTOR 1 OF THE DISK/');
  });
});

describe('a disk of the network', () => {
  const files = [{ path: '/srv/tftp/disk.img', content: disk }];
  const ipxe = (script: string): object => ({
    firmware: { personality: 'ipxe', embeddedScript: `#!ipxe\ndhcp\n${script}\n` },
  });

  it('is read by the boot sector that iPXE enters', () => {
    reach({ pc: ipxe('sanboot http://10.0.2.1/disk.img'), files }, 'screen:/SECTOR 1 OF THE DISK/');
  });

  it('is read below a PXELINUX that was loaded meanwhile and has shut the card down', () => {
    const pc = ipxe('sanhook http://10.0.2.1/disk.img\nchain tftp://10.0.2.1/pxelinux.0');
    reach({ pc, files, config: 'kernel chain.c32\nappend hd0' }, 'screen:/SECTOR 1 OF THE DISK/');
  });
});

describe('boot programs', () => {
  const memtest = { path: '/srv/tftp/memtest', content: { image: 'memtest86+/memtest86+ia32.bin' } };
  const grub = (commands: string): Parts => ({
    boots: 'core.0',
    files: [
      { path: '/srv/tftp/core.0', content: { image: 'grub/core.0' } },
      { path: '/srv/tftp/grub', imageTree: 'grub' },
      { path: '/srv/tftp/grub/grub.cfg', content: { text: `${commands}\n` } },
      memtest,
    ],
  });

  it('start Memtest86+, from PXELINUX and from GRUB', () => {
    reach({ config: 'linux memtest', files: [memtest] }, 'screen:/Memtest86.*v6/');
    reach(grub('linux16 (tftp)/memtest\nboot'), 'screen:/Memtest86.*v6/');
  });

  it('switch the PC off: poweroff.c32, and halt in GRUB', () => {
    for (const parts of [{ config: 'kernel poweroff.c32' }, grub('halt')]) {
      const off = reach(parts, 'stage:power-off');
      expect(off.machine('pc1').powered).toBe(false);
      expect(stagesOf(off, 'pc1')).not.toContain('halted');
    }
  });

  it('start the next one with another configuration: pxechn.c32 -c', () => {
    const second = { path: '/srv/tftp/pxelinux.cfg/second', content: { text: 'say SECOND CONFIGURATION\nprompt 1\n' } };
    const config = 'kernel pxechn.c32\nappend 10.0.2.1::pxelinux.0 -c pxelinux.cfg/second';
    reach({ config, files: [second] }, 'screen:/SECOND CONFIGURATION/');
  });
});

describe('a PC that cannot go on', () => {
  afterEach(() => {
    vi.restoreAllMocks();
  });

  const other = {
    nodes: [{ kind: 'bare', name: 'pc2', nics: [{ mac: '52:54:00:12:34:02' }], power: { onAtMs: 6000 } }],
    links: [{ a: 'pc2.net0', b: 'sw1.3' }],
  };

  it('is reset by a triple fault, time and again, while others go on', () => {
    const nbp = { path: '/srv/tftp/nbp.0', content: bootDisk(TRIPLE_FAULT) };
    const played = reach({ boots: 'nbp.0', files: [nbp], ...other }, 'pc2.stage:halted');
    expect(faultsOf(played).slice(0, 2)).toEqual(['pc1 machine/triple-fault', 'pc1 machine/triple-fault']);
    const stages = stagesOf(played, 'pc1');
    expect(stages.filter((stage) => stage === 'power-on').length).toBeGreaterThan(2);
    expect(stages).not.toContain('halted');
  });

  it('fails alone when its firmware throws, and starts again after a reset', () => {
    vi.spyOn(PxeApi.prototype, 'call').mockImplementationOnce(() => {
      throw new RangeError('out of something');
    });
    const played = reach({ config: 'localboot 0', ...other }, 'pc2.stage:halted');
    expect(faultsOf(played)).toEqual(['pc1 machine/failed']);
    expect(stagesOf(played, 'pc1').slice(-2)).toEqual(['nbp-entry', 'halted']);
    played.machine('pc1').act({ power: 'reset' });
    const control = new RunControl(played);
    control.setBreakpoints([{ condition: 'pc1.stage:no-device', count: 1 }]);
    expect(control.run(played.queue.nowNs + 30 * NS_PER_S, () => false).kind).toBe('breakpoint');
  });
});

describe('the menu of PXELINUX', () => {
  it('is there when the last ACK of its module is lost', () => {
    const scenario = siteScenario('debian-installer');
    const fault = { kind: 'match', filter: 'tftp.opcode == 4 and tftp.block == 19', nth: 3, action: 'drop' };
    const faulty = parseScenario({
      ...scenario,
      links: scenario.links.map((link) => (link.a.startsWith('pc1.') ? { ...link, faults: [fault] } : link)),
    });
    if (!faulty.ok) throw new Error(faulty.error.map(({ path, message }) => `${path}: ${message}`).join('\n'));
    const played = play(faulty.value, { until: 'stage:menu', timeoutS: 10 });
    expect(played.stop.kind).toBe('breakpoint');
    expect(faultsOf(played.lab)).toHaveLength(1);
  });
});
