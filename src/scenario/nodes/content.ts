/** Files as a scenario holds them: what is in them, and where they stand on a server. */
import * as z from 'zod/mini';
import { SCENARIO_LIMITS } from '../limits.ts';
import { expects, firmwareSettings, text, timeMs } from './parts.ts';

/** What the lab's own `undionly.kpxe` is built with: as the firmware `ipxe` of a machine. */
export const chainImageSchema = z.strictObject({ embeddedScript: z.optional(text), options: firmwareSettings });

const mediumKind = z.enum(['iso', 'floppy', 'usb']);
/** `lkrn` is a kernel, for a boot loader. */
const ipxeMedium = z.enum(['iso', 'floppy', 'usb', 'lkrn']);
/** It has room on a floppy. */
const mediumText = z.string().check(z.maxLength(SCENARIO_LIMITS.maxMediumTextBytes, expects('text')));

/** Something to boot from or to serve: text here, bytes here, or a file of the image catalogue by path. */
export const fileContent = z.union(
  [
    z.strictObject({ text }),
    z.strictObject({ base64: z.string().check(z.maxLength(2 * SCENARIO_LIMITS.maxTextBytes)) }),
    /** A path in the image catalogue (`public/images/`), with the hash that is expected when one is given. */
    z.strictObject({ image: z.string(), sha256: z.optional(z.string().check(z.regex(/^[0-9a-f]{64}$/))) }),
    /** Only the first so many bytes of an image: how a truncated file looks on the wire. */
    z.strictObject({ image: z.string(), truncateBytes: z.int().check(z.gte(0)) }),
    /** A person's own file, too large for a link: named by its hash, and looked for where it was kept. */
    z.strictObject({
      userFile: z.string().check(z.minLength(1), z.maxLength(255)),
      sha256: z.string().check(z.regex(/^[0-9a-f]{64}$/, expects('sha256'))),
      sizeBytes: z.int().check(z.gte(0)),
    }),
    /** So many bytes, byte i being i mod 256: a file of a known size. */
    z.strictObject({ patternBytes: z.int().check(z.gte(0), z.lte(SCENARIO_LIMITS.maxPatternBytes)) }),
    /**
     * A medium made by the lab around Debian's GRUB: it starts `ipxe.lkrn` with this script, or follows this `grub.cfg`. A USB
     * stick is a disk to the BIOS. `lkrn` is no medium but `ipxe.lkrn` with the script in it.
     */
    z.strictObject({ medium: ipxeMedium, ipxeScript: mediumText }),
    z.strictObject({ medium: mediumKind, grubConfig: mediumText }),
    /** A kernel of the catalogue as a tagged image (NBI), which Etherboot loads. */
    z.strictObject({
      nbi: z.strictObject({ kernel: z.string(), initrd: z.optional(z.string()), cmdline: mediumText }),
    }),
    /** A boot program made by the lab: its iPXE, to be loaded by a PXE ROM as `undionly.kpxe` is. */
    z.extend(chainImageSchema, { lab: z.literal('ipxe') }),
  ],
  expects('content'),
);

/** As long as Linux lets it be (PATH_MAX), and not as deep. */
export const filePath = z.string().check(
  z.startsWith('/'),
  z.maxLength(4095),
  z.refine((path) => path.split('/').length <= SCENARIO_LIMITS.maxPathDepth, expects('path-depth')),
);

/** As on a disk; owner root and mode 644 unless said. Services run as users of their own, as on Debian. */
export const ownership = {
  owner: z.optional(z.string().check(z.regex(/^[a-z_][a-z0-9_-]{0,31}$/, expects('user-name')))),
  /** Permissions in octal, such as 640. */
  mode: z.optional(z.string().check(z.regex(/^[0-7]{3,4}$/, expects('file-mode')))),
};

/** Written over, or removed without `content`: at a time, or when a server comes to this place while it sends the file. */
export const fileChange = z.strictObject({
  at: z.union(
    [z.strictObject({ ms: timeMs }), z.strictObject({ afterBytes: z.int().check(z.gte(0)) })],
    expects('file-moment'),
  ),
  content: z.optional(fileContent),
});

export const fileEntry = z.union(
  [
    z.strictObject({ path: filePath, content: fileContent, ...ownership, change: z.optional(fileChange) }),
    /** A whole folder of the image catalogue, such as `debian-installer`. */
    z.strictObject({ path: filePath, imageTree: z.string(), ...ownership }),
    /** A directory, for an owner and permissions of its own (755 unless said); the others need not be named. */
    z.strictObject({ path: filePath, directory: z.literal(true), ...ownership }),
    /** A symbolic link, absolute or from its own folder. */
    z.strictObject({ path: filePath, link: z.string().check(z.minLength(1), z.maxLength(4095)) }),
  ],
  expects('file'),
);

export type FileContent = z.output<typeof fileContent>;
export type ChainImage = z.output<typeof chainImageSchema>;
