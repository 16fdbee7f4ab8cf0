/**
 * `lab medium`: a CD, floppy or USB stick around Debian's iPXE with a script of one's own, or around GRUB with a `grub.cfg`,
 * ready to be burnt or written. Exit code 0, or 2 when the arguments or the files cannot be used.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { err, ok, type Result } from '../base/result.ts';
import { mediumBytes, mediumImages, type Medium } from '../lab/content/medium.ts';
import { SCENARIO_LIMITS } from '../scenario/limits.ts';
import { readImage } from './images.ts';
import type { RunIo } from './run.ts';

const KINDS = ['iso', 'floppy', 'usb'] as const;

interface Arguments {
  readonly kind: Medium['medium'];
  readonly out: string;
  readonly source: { readonly path: string; readonly isScript: boolean };
}

function readArguments(args: readonly string[]): Result<Arguments, string> {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { script: { type: 'string' }, 'grub-config': { type: 'string' }, out: { type: 'string' } },
    });
    const [wanted, ...extra] = positionals;
    const kind = KINDS.find((known) => known === wanted);
    if (kind === undefined || extra.length > 0) return err(`expected one of ${KINDS.join(', ')}`);
    const { script, 'grub-config': config, out } = values;
    if (out === undefined) return err('expected --out FILE');
    if (script !== undefined && config === undefined)
      return ok({ kind, out, source: { path: script, isScript: true } });
    if (config !== undefined && script === undefined)
      return ok({ kind, out, source: { path: config, isScript: false } });
    return err('expected --script FILE or --grub-config FILE');
  } catch (error) {
    return err((error as Error).message);
  }
}

export function runMedium(args: readonly string[], io: RunIo): number {
  const read = readArguments(args);
  if (!read.ok) {
    io.err(`medium: ${read.error}`);
    return 2;
  }
  const { kind, out, source } = read.value;
  try {
    const text = readFileSync(source.path, 'utf8');
    const limit = SCENARIO_LIMITS.maxMediumTextBytes;
    if (text.length > limit) {
      io.err(`medium: ${source.path} has ${text.length} characters; at most ${limit} go on a medium`);
      return 2;
    }
    const content = source.isScript ? { medium: kind, ipxeScript: text } : { medium: kind, grubConfig: text };
    const images = new Map<string, Uint8Array>();
    for (const path of mediumImages(content)) {
      const bytes = readImage(path);
      if (bytes === undefined) {
        io.err(`medium: ${path} is not in public/images; run "npm run images"`);
        return 2;
      }
      images.set(path, bytes);
    }
    const medium = mediumBytes(content, images);
    writeFileSync(out, medium);
    io.out(`${out}: ${medium.length} bytes`);
    return 0;
  } catch (error) {
    io.err(`medium: ${(error as Error).message}`);
    return 2;
  }
}
