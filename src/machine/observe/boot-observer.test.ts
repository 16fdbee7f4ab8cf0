/** Stages are seen from outside, once a boot; DHCP counts as the operating system's only after a kernel has started. */
import { describe, expect, it } from 'vitest';
import { EventLog } from '../../base/event-log.ts';
import { EventQueue } from '../../base/time/event-queue.ts';
import { BootObserver } from './boot-observer.ts';
import { DiskBoot } from './disk-boot.ts';

/** The first bytes of a DHCPDISCOVER: Ethernet, IPv4 with a header of 20 bytes, UDP from port 68 to 67. */
const discover = new Uint8Array(342);
discover.fill(0xff, 0, 6);
discover.set([0x08, 0x00, 0x45], 12);
discover[23] = 17;
discover.set([0, 68, 0, 67], 34);

function observe(): { readonly observer: BootObserver; readonly stages: () => string[] } {
  const log = new EventLog(new EventQueue());
  return {
    observer: new BootObserver(log.sink('pc1'), new DiskBoot(log.sink('pc1'))),
    stages: () => log.events.flatMap((event) => (event.kind === 'stage' ? [`${event.stage} ${event.timeNs}`] : [])),
  };
}

describe('BootObserver', () => {
  it('reports each stage once a boot, with the time at which it was seen', () => {
    const { observer, stages } = observe();
    observer.start();
    expect(observer.awaitsText).toBe(true);
    observer.consoleText('SeaBIOS (version 1.16.2-debian-1.16.2-1)', 20);
    observer.consoleText('SeaBIOS (version 1.16.2-debian-1.16.2-1)', 30);
    observer.consoleText('[    0.000000] Linux version 6.1.0-37-686', 40);
    expect(stages()).toEqual(['post 20', 'kernel-entry 40']);
    expect(observer.awaitsText).toBe(false);
    observer.start();
    observer.consoleText('SeaBIOS (version 1.16.2-debian-1.16.2-1)', 50);
    expect(stages().at(-1)).toBe('post 50');
  });

  it('tells from which disk the BIOS boots, and what it says when it cannot', () => {
    const log = new EventLog(new EventQueue());
    const observer = new BootObserver(log.sink('pc1'), new DiskBoot(log.sink('pc1')));
    const stages = (): string[] =>
      log.events.flatMap((event) => (event.kind === 'stage' ? [`${event.stage}: ${event.text}`] : []));
    observer.start();
    const screen = ['Booting from ROM...', 'PXE-M0F: Exiting PXE ROM.', 'Booting from Hard Disk...'];
    observer.screenText(screen, 10);
    observer.screenText(screen, 20);
    expect(stages()).toEqual(['disk-boot: Boot from the hard disk']);
    // A line that is not whole yet is waited for.
    observer.screenText([...screen, 'Boot failed: not a boo', ''], 30);
    screen.push('Boot failed: not a bootable disk', '', 'Booting from Floppy...');
    observer.screenText(screen, 40);
    screen.push('Boot failed: not a bootable disk', '', 'No bootable device.');
    observer.screenText(screen, 50);
    observer.screenText([...screen.slice(0, -1), 'No bootable device.  Retrying in 60 seconds.'], 60);
    expect(stages().slice(1)).toEqual([
      'next-device: The BIOS cannot boot from the hard disk: not a bootable disk',
      'disk-boot: Boot from the floppy disk',
      'next-device: The BIOS cannot boot from the floppy disk: not a bootable disk',
      'no-device: The BIOS has found no bootable device',
    ]);
    observer.start();
    observer.screenText(['Booting from DVD/CD...'], 70);
    expect(stages().at(-1)).toBe('disk-boot: Boot from the CD');
  });

  it('tells of a boot program that gives up because a part of it is missing, once for each', () => {
    const log = new EventLog(new EventQueue());
    const observer = new BootObserver(log.sink('pc1'), new DiskBoot(log.sink('pc1')));
    observer.start();
    const screen = ['Failed to load ldlinux.c32', 'Boot failed: press a key to retry, or wait for reset...'];
    observer.screenText(screen, 10);
    observer.screenText(["error: file `/boot/grub/i386-pc/normal.mod' not found.", 'grub rescue> _', ...screen], 20);
    expect(log.events).toMatchObject([
      { stage: 'boot-failed', text: 'Syslinux goes no further without ldlinux.c32', trouble: 'program/module-missing' },
      { stage: 'boot-failed', text: 'GRUB goes no further without /boot/grub/i386-pc/normal.mod' },
      { stage: 'boot-failed', text: 'GRUB has not found its modules: it is at its rescue prompt' },
    ]);
    observer.consoleText('Linux version 6.1.0', 30);
    observer.screenText(['Failed to load x.c32'], 40);
    expect(log.events).toHaveLength(4);
  });

  it('takes paging for a kernel that prints nothing, and reports it once', () => {
    const { observer, stages } = observe();
    observer.start();
    expect(observer.awaitsKernel).toBe(true);
    observer.pagingOn(10);
    observer.pagingOn(20);
    observer.consoleText('Linux version 6.1.0', 30);
    observer.frameSent(discover, 40);
    expect(stages()).toEqual(['kernel-entry 10', 'os-dhcp 40']);
    expect(observer.awaitsKernel).toBe(false);
    observer.start();
    expect(observer.awaitsKernel).toBe(true);
  });

  it("tells the operating system's DHCP from a boot program's", () => {
    const { observer, stages } = observe();
    observer.start();
    observer.frameSent(discover, 1);
    expect(stages()).toEqual([]);
    observer.consoleText('Linux version 6.1.0', 2);
    observer.frameSent(discover.subarray(0, 40), 3);
    observer.frameSent(discover, 4);
    observer.frameSent(discover, 5);
    expect(stages()).toEqual(['kernel-entry 2', 'os-dhcp 4']);
  });
});
