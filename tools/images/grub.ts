/**
 * GRUB's core images. No package ships them: `grub-mkimage` puts each together from the modules, with the directory
 * where it finds its configuration as its prefix.
 */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { err, ok, type Result } from '../../src/base/result.ts';
import { libraryPath } from './apt.ts';

interface CoreImage {
  /** As `grub-mkimage -O` calls it. */
  readonly platform: 'i386-pc' | 'i386-pc-eltorito' | 'i386-pc-pxe';
  readonly prefix: string;
  readonly modules: string;
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
};

/** What `grub-mkimage` is linked with and a small system may lack. */
export const GRUB_LIBRARIES = ['libdevmapper1.02.1'] as const;

/** `tools` is the unpacked package with `grub-mkimage`, where the images `names` are put. */
export function makeGrubCores(tools: string, modules: string, names: readonly string[]): Result<undefined, string> {
  for (const name of names) {
    const core = CORES[name];
    if (core === undefined) return err(`no core image ${name} is known`);
    const done = spawnSync(
      join(tools, 'usr/bin/grub-mkimage'),
      ['-O', core.platform, '-d', modules, '-p', core.prefix, '-o', join(tools, name), ...core.modules.split(' ')],
      { encoding: 'utf8', env: { ...process.env, LD_LIBRARY_PATH: libraryPath(tools) } },
    );
    if (done.status !== 0) return err(`grub-mkimage: ${(done.error?.message ?? done.stderr).trim()}`);
  }
  return ok(undefined);
}
