/**
 * GRUB's core images. No package ships them: `grub-mkimage` puts each together from the modules, with the directory
 * where it finds its configuration as its prefix.
 */
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { err, ok, type Result } from '../../src/base/result.ts';
import { libraryPath } from './apt.ts';

interface CoreImage {
  /** As `grub-mkimage -O` calls it. */
  readonly platform: 'i386-pc' | 'i386-pc-eltorito' | 'i386-pc-pxe' | 'i386-efi';
  readonly prefix: string;
  readonly modules: string;
  /** Commands that it runs before it looks for its configuration. */
  readonly start?: readonly string[];
}

/** What every core can do; the rest is loaded from where it came from when a configuration asks for it. */
const COMMON =
  'normal configfile minicmd ls cat echo test sleep linux linux16 multiboot chain boot reboot halt serial terminal';

/** By name. The one for floppies and CDs has the whole medium as its root, that for disks the first partition. */
const CORES: Readonly<Record<string, CoreImage>> = {
  'core.0': {
    platform: 'i386-pc-pxe',
    prefix: '/grub',
    modules:
      'pxe tftp http normal configfile minicmd ls cat echo test sleep ' +
      'linux linux16 multiboot chain pxechain boot reboot halt serial terminal',
  },
  'core-disk.img': {
    platform: 'i386-pc',
    prefix: '(,msdos1)/boot/grub',
    modules: `biosdisk part_msdos fat ext2 search ${COMMON}`,
  },
  'core-floppy.img': { platform: 'i386-pc', prefix: '/boot/grub', modules: `biosdisk fat ${COMMON}` },
  'core-cd.img': {
    platform: 'i386-pc-eltorito',
    prefix: '/boot/grub',
    modules: `biosdisk iso9660 part_msdos fat search ${COMMON}`,
  },
  // Debian's own for UEFI (signed) has no HTTP in it.
  'grubia32-http.efi': {
    platform: 'i386-efi',
    prefix: '/grub',
    modules:
      'efinet http normal configfile minicmd ls cat echo test sleep linux chain boot reboot halt ' +
      'all_video gfxterm serial terminal',
    // After HTTP boot GRUB does not know where it came from: it asks DHCP, and takes the server of the answer.
    start: [
      'net_bootp',
      'set root=http,$net_efinet0_dhcp_next_server',
      'set prefix=(http,$net_efinet0_dhcp_next_server)/grub',
    ],
  },
};

/** What `grub-mkimage` is linked with and a small system may lack. */
export const GRUB_LIBRARIES = ['libdevmapper1.02.1'] as const;

/** `tools` is the unpacked package with `grub-mkimage`, where the images `names` are put. */
export function makeGrubCores(tools: string, modules: string, names: readonly string[]): Result<undefined, string> {
  for (const name of names) {
    const core = CORES[name];
    if (core === undefined) return err(`no core image ${name} is known`);
    const options = ['-O', core.platform, '-d', modules, '-p', core.prefix, '-o', join(tools, name)];
    if (core.start !== undefined) {
      const startFile = join(tools, `${name}.cfg`);
      writeFileSync(startFile, `${core.start.join('\n')}\n`);
      options.push('-c', startFile);
    }
    const done = spawnSync(join(tools, 'usr/bin/grub-mkimage'), [...options, ...core.modules.split(' ')], {
      encoding: 'utf8',
      env: { ...process.env, LD_LIBRARY_PATH: libraryPath(tools) },
    });
    if (done.status !== 0) return err(`grub-mkimage: ${(done.error?.message ?? done.stderr).trim()}`);
  }
  return ok(undefined);
}
