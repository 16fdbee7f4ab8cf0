/**
 * The list of images in `images/manifest.json`. A file's bytes are kept under its SHA-256, `images/blob/HASH`:
 * a name without a suffix, so no web server has a special rule for it and no cache can hold other bytes under it.
 */
import type { Message } from '../../base/sentence.ts';
import { labMessage } from '../messages.ts';
import { jsonErrorAt } from '../../base/data/json-error.ts';
import { err, ok, type Result } from '../../base/result.ts';

/** One file. The path is the name by which scenarios call it. */
export interface ImageFile {
  readonly path: string;
  readonly size: number;
  /** Lower-case hexadecimal. */
  readonly sha256: string;
  readonly package: string;
  readonly version: string;
}

/** A Debian package that files were taken from. */
export interface ImagePackage {
  readonly name: string;
  readonly version: string;
  /** The package's copyright file, below `images/`. */
  readonly licenceFile?: string;
  /** Short names of the licences in the copyright file, where it is machine-readable. */
  readonly licences?: readonly string[];
  /** Debian's source package. */
  readonly source?: { readonly name: string; readonly version: string };
}

/** A keyframe that a site ships (`lab keyframe`), packed by gzip at `images/keyframes/NAME`. */
export interface ShippedKeyframe {
  readonly name: string;
  /** Unpacked. */
  readonly bytes: number;
}

export interface ImageManifest {
  readonly schema: 2;
  readonly packages: readonly ImagePackage[];
  readonly files: readonly ImageFile[];
  readonly keyframes?: readonly ShippedKeyframe[];
}

export const MANIFEST_FILE = 'manifest.json';
export const EMPTY_MANIFEST: ImageManifest = { schema: 2, packages: [], files: [] };

/** Where the bytes of a file are, below `images/`. */
export function blobPath(sha256: string): string {
  return `blob/${sha256}`;
}

function isFile(entry: unknown): entry is ImageFile {
  if (typeof entry !== 'object' || entry === null) return false;
  const { path, size, sha256, package: from, version } = entry as Partial<Record<keyof ImageFile, unknown>>;
  return (
    typeof path === 'string' &&
    Number.isSafeInteger(size) &&
    typeof sha256 === 'string' &&
    /^[0-9a-f]{64}$/.test(sha256) &&
    typeof from === 'string' &&
    typeof version === 'string'
  );
}

function isPackage(entry: unknown): entry is ImagePackage {
  if (typeof entry !== 'object' || entry === null) return false;
  const { name, version } = entry as Partial<Record<keyof ImagePackage, unknown>>;
  return typeof name === 'string' && typeof version === 'string';
}

function notJson(text: string): Message {
  if (/^\s*</.test(text)) return labMessage('lab.manifest.html');
  const [at, { length }] = [jsonErrorAt(text), text];
  return at === undefined
    ? labMessage('lab.manifest.not-json-at-end', { length })
    : labMessage('lab.manifest.not-json', { at, length });
}

function isShipped(entry: unknown): entry is ShippedKeyframe {
  if (typeof entry !== 'object' || entry === null) return false;
  const { name, bytes } = entry as Partial<Record<keyof ShippedKeyframe, unknown>>;
  return typeof name === 'string' && Number.isSafeInteger(bytes) && Number(bytes) > 0;
}

/** Where a keyframe is, below `images/`: without a suffix that web servers have rules for. */
export function keyframePath(name: string): string {
  return `keyframes/${name}`;
}

/** Reads the text of a manifest; the error says what it is instead. */
export function parseManifest(text: string): Result<ImageManifest, Message> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return err(notJson(text));
  }
  const { schema, files, packages, keyframes = [] } = (value ?? {}) as Partial<Record<keyof ImageManifest, unknown>>;
  if (schema !== 2) return err(labMessage('lab.manifest.schema', { schema: JSON.stringify(schema) ?? '?' }));
  if (!Array.isArray(files) || !Array.isArray(packages)) return err(labMessage('lab.manifest.no-lists'));
  const wrong = files.findIndex((entry) => !isFile(entry));
  if (wrong >= 0) return err(labMessage('lab.manifest.file', { number: wrong }));
  if (!packages.every(isPackage)) return err(labMessage('lab.manifest.package'));
  if (!Array.isArray(keyframes) || !keyframes.every(isShipped)) return err(labMessage('lab.manifest.keyframe'));
  return ok(value as ImageManifest);
}
