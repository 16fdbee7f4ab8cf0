/**
 * `lab medium`: a CD, floppy or USB stick around Debian's iPXE with a script of one's own, or around GRUB with a `grub.cfg`,
 * ready to be burnt or written; that iPXE as a kernel with the script in it; or a ROM file of the lab's own iPXE, for the flash of a card in a lab. Exit code 0, or 2 when
 * the arguments or the files cannot be used.
 */
import { readOptions } from './options.ts';
import { readFileSync, writeFileSync } from 'node:fs';
import { err, ok, type Result } from '../base/result.ts';
import { mediumBytes, mediumImages, type Medium } from '../lab/content/medium.ts';
import { romFile } from '../lab/nodes/rom-firmware.ts';
import { SCENARIO_LIMITS } from '../scenario/limits.ts';
import { readImage } from './images.ts';
import type { RunIo } from './run.ts';

const KINDS = ['iso', 'floppy', 'usb', 'lkrn', 'rom'] as const;
const CARDS = ['ne2k', 'virtio'] as const;

/** Formats that iPXE's own build makes, and what leads to the same end here. */
const BUILT_BY_IPXE: Readonly<Record<string, string>> = {
  kpxe: 'a script can only be built into a .kpxe by "make bin/undionly.kpxe EMBED=SCRIPT" in iPXE\'s sources; or serve the packaged undionly.kpxe and give iPXE (user class "iPXE") the script as its boot file',
  mrom: 'a script can only be built into an .mrom by "make bin/VENDORDEVICE.mrom EMBED=SCRIPT" in iPXE\'s sources; "rom" makes a ROM of the lab\'s own iPXE',
};

interface Arguments {
  readonly kind: (typeof KINDS)[number];
  readonly card: (typeof CARDS)[number];
  readonly out: string;
  readonly source: { readonly path: string; readonly isScript: boolean };
}

function readArguments(args: readonly string[]): Result<Arguments, string> {
  const parsed = readOptions(args, {
    script: { type: 'string' },
    'grub-config': { type: 'string' },
    card: { type: 'string' },
    out: { type: 'string' },
  });
  if (!parsed.ok) return parsed;
  const { values, positionals } = parsed.value;
  const [wanted, ...extra] = positionals;
  const kind = KINDS.find((known) => known === wanted);
  const elsewhere = BUILT_BY_IPXE[wanted ?? ''];
  if (elsewhere !== undefined) return err(elsewhere);
  if (kind === undefined || extra.length > 0) return err(`expected one of ${KINDS.join(', ')}`);
  const { script, 'grub-config': config, card: wantedCard = 'ne2k', out } = values;
  const card = CARDS.find((known) => known === wantedCard);
  if (card === undefined) return err(`expected --card ${CARDS.join(' or ')}`);
  if ((kind === 'rom' || kind === 'lkrn') && config !== undefined) return err(`${kind} takes --script FILE`);
  if (out === undefined) return err('expected --out FILE');
  if (script !== undefined && config === undefined)
    return ok({ kind, card, out, source: { path: script, isScript: true } });
  if (config !== undefined && script === undefined)
    return ok({ kind, card, out, source: { path: config, isScript: false } });
  return err('expected --script FILE or --grub-config FILE');
}

export function runMedium(args: readonly string[], io: RunIo): number {
  const read = readArguments(args);
  if (!read.ok) {
    io.err(`medium: ${read.error}`);
    return 2;
  }
  const { kind, card, out, source } = read.value;
  try {
    const text = readFileSync(source.path, 'utf8');
    const limit = SCENARIO_LIMITS.maxMediumTextBytes;
    if (text.length > limit) {
      io.err(`medium: ${source.path} has ${text.length} characters; at most ${limit} go on a medium`);
      return 2;
    }
    if (kind === 'rom') {
      const rom = romFile({ personality: 'ipxe', options: {}, embeddedScript: text }, card);
      if (rom === undefined) {
        io.err(`medium: ${source.path} is too long for a ROM`);
        return 2;
      }
      writeFileSync(out, rom);
      io.out(`${out}: ${rom.length} bytes, for the flash of a ${card} card in a lab`);
      return 0;
    }
    const content: Medium =
      source.isScript || kind === 'lkrn' ? { medium: kind, ipxeScript: text } : { medium: kind, grubConfig: text };
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
