/**
 * Real boot programs on real CPUs reach what they are for: local disks and those of the network, the end of the power, the
 * next program with another configuration. What kills a PC resets it, and what fails inside one leaves the others alone.
 */
import { afterEach, describe, expect, it, vi } from 'vitest';
import { NS_PER_S } from '../../src/base/time/clock.ts';
import { PxeApi } from '../../src/firmware/pxe-api/pxe-api.ts';
import { RunControl } from '../../src/lab/run-control.ts';
import { parseScenario } from '../../src/scenario/parse.ts';
import {
  bootDisk,
  bootLab,
  DISK_FILE,
  grub,
  ipxe,
  MEDIA,
  MEMTEST,
  SECOND_CONFIGURATION,
  TRIPLE_FAULT,
  type Parts,
} from '../support/boot-programs.ts';
import { play, siteScenario, type Played } from '../support/lab.ts';

function reach(parts: Parts, until: string, timeoutS = 30): Played['lab'] {
  const played = play(bootLab(parts), { until, timeoutS });
  expect(played.stop.kind, played.lab.machine('pc1').screenText()).toBe('breakpoint');
  return played.lab;
}

const stagesOf = (played: Played['lab'], node: string): readonly string[] =>
  played.log.events.flatMap((event) => (event.kind === 'stage' && event.node === node ? [event.stage] : []));
const faultsOf = (played: Played['lab']): readonly string[] =>
  played.log.events.flatMap((event) => (event.kind === 'fault' ? [`${event.node} ${event.code}`] : []));

describe('a PC with a disk (boot-01, boot-11, q2-disk-pattern)', () => {
  it.each([
    ['disk', 'SECTOR 1 OF THE DISK', 'Boot from the hard disk'],
    ['floppy', 'SECTOR 1 OF THE FLOPPY', 'Boot from the floppy disk'],
  ])('boots from its %s beside the other media, and says so', (device, text, said) => {
    const booted = reach({ pc: { media: MEDIA, bootOrder: [device, 'network'] } }, `screen:/${text}/`, 5);
    expect(stagesOf(booted, 'pc1').slice(-3)).toEqual(['disk-boot', 'boot-sector', 'boot-loader']);
    expect(booted.log.events).toContainEqual(expect.objectContaining({ stage: 'disk-boot', text: said }));
    // The sector reads the next one, and prints it.
    expect(booted.latestStage('pc1')?.text).toContain('from sector 1');
  });

  it.each(['localboot 0x80', 'kernel chain.c32\nappend hd0'])('is booted from it by PXELINUX: %s', (config) => {
    reach({ pc: { media: MEDIA, bootOrder: ['network', 'disk'] }, config }, 'screen:/SECTOR 1 OF THE DISK/');
  });
});

describe('a disk of the network (boot-04)', () => {
  it('is read by the boot sector that iPXE enters', () => {
    const booted = reach(
      { pc: ipxe('sanboot http://10.0.2.1/disk.img'), files: [DISK_FILE] },
      'screen:/SECTOR 1 OF THE DISK/',
    );
    // The read is a call, and the request that fetches the sector is made for it.
    const { events } = booted.log;
    const read = events.find((event) => event.kind === 'call' && event.api === 'int13');
    expect(read).toMatchObject({
      function: 'Read sectors',
      fields: [
        ['drive', '80h'],
        ['sector', '1'],
        ['count', '1'],
        ['bytes', '512'],
      ],
    });
    expect(events.find((event) => event.kind === 'return' && event.cause === read?.id)).toMatchObject({
      status: 'success',
    });
    expect(events.some((event) => event.kind === 'frame' && event.cause === read?.id)).toBe(true);
  });

  it('is read below a PXELINUX that was loaded meanwhile and has shut the card down', () => {
    const pc = ipxe('sanhook http://10.0.2.1/disk.img\nchain tftp://10.0.2.1/pxelinux.0');
    reach({ pc, files: [DISK_FILE], config: 'kernel chain.c32\nappend hd0' }, 'screen:/SECTOR 1 OF THE DISK/');
  });
});

describe('boot programs', () => {
  it('start Memtest86+, from PXELINUX and from GRUB (boot-06)', () => {
    reach({ config: 'linux memtest', files: [MEMTEST] }, 'screen:/Memtest86.*v6/');
    reach(grub('linux16 (tftp)/memtest\nboot'), 'screen:/Memtest86.*v6/');
  });

  it('switch the PC off: poweroff.c32, and halt in GRUB (boot-07)', () => {
    for (const parts of [{ config: 'kernel poweroff.c32' }, grub('halt')]) {
      const off = reach(parts, 'stage:power-off');
      expect(off.machine('pc1').powered).toBe(false);
      expect(stagesOf(off, 'pc1')).not.toContain('halted');
    }
  });

  it('start the next one with another configuration: pxechn.c32 -c (boot-09)', () => {
    reach(SECOND_CONFIGURATION, 'screen:/SECOND CONFIGURATION/');
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
  it('is configured by options 209 and 210 of the server (p06)', () => {
    const files = [
      { path: '/srv/tftp/other/ldlinux.c32', content: { image: 'syslinux/bios/ldlinux.c32' } },
      {
        path: '/srv/tftp/other/conf/lab.cfg',
        content: { text: 'SAY BY-PREFIX\nPROMPT 1\nTIMEOUT 0\nLABEL a\n KERNEL y\n' },
      },
    ];
    reach({ dhcp: 'dhcp-option-force=209,conf/lab.cfg\ndhcp-option-force=210,/other/\n', files }, 'screen:/BY-PREFIX/');
  });

  it('is there when the last ACK of its module is lost (menu-stage-missed)', () => {
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
