/**
 * GRUB's core image for PXE. No package ships one: `grub-mkimage` puts it together from the modules, with the
 * directory `/grub` of the server that it was loaded from as its prefix.
 */
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { err, ok, type Result } from '../src/base/result.ts';

/** What a boot by network needs; the rest is loaded from the server when a configuration asks for it. */
const MODULES =
  'pxe tftp http normal configfile minicmd ls cat echo test sleep ' +
  'linux linux16 multiboot chain pxechain boot reboot halt serial terminal';

/** What `grub-mkimage` is linked with and a small system may lack. */
export const GRUB_LIBRARIES = ['libdevmapper1.02.1'] as const;

/** `tools` is the unpacked package with `grub-mkimage`, where the image is put under `name`. */
export function makeGrubCore(tools: string, modules: string, name: string): Result<undefined, string> {
  const libraries = ['lib', 'usr/lib'].flatMap((folder) => {
    try {
      return readdirSync(join(tools, folder)).map((below) => join(tools, folder, below));
    } catch {
      return [];
    }
  });
  const done = spawnSync(
    join(tools, 'usr/bin/grub-mkimage'),
    ['-O', 'i386-pc-pxe', '-d', modules, '-p', '/grub', '-o', join(tools, name), ...MODULES.split(' ')],
    { encoding: 'utf8', env: { ...process.env, LD_LIBRARY_PATH: libraries.join(':') } },
  );
  if (done.status === 0) return ok(undefined);
  return err(`grub-mkimage: ${(done.error?.message ?? done.stderr).trim()}`);
}
