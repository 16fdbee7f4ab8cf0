/** Initial RAM disks: all registered images one after another, those with a path wrapped in a cpio archive. */
import { concatBytes, latin1 } from '../../../base/bytes.ts';
import { parseInteger } from '../settings/types.ts';
import type { Image } from './image.ts';
import { PAGE_BYTES } from './memory.ts';

const MODE_FILE = 0o100000;
const MODE_DIRECTORY = 0o040000;
const DEFAULT_FILE_MODE = 0o644;
const DIRECTORY_MODE = 0o755;

/** The newc header of Linux's `buffer-format`: magic, 13 fields of eight hexadecimal digits, name, padding to four. */
function cpioHeader(name: string, mode: number, size: number): Uint8Array {
  const hex = (value: number): string => value.toString(16).padStart(8, '0');
  const fields = [0, mode, 0, 0, 1, 0, size, 0, 0, 0, 0, name.length + 1, 0];
  const text = `070701${fields.map(hex).join('')}${name}\0`;
  return latin1(text.padEnd(Math.ceil(text.length / 4) * 4, '\0'));
}

interface CpioRequest {
  readonly path: string;
  readonly mode: number;
  /** How many parent directories to make, from the innermost outward; -1 all. */
  readonly mkdir: number;
}

/** `/etc/file mode=755 mkdir=-1`: a command line whose first word is a path. */
function cpioRequest(cmdline: string | undefined): CpioRequest | undefined {
  const [path = '', ...rest] = (cmdline ?? '').split(' ');
  if (path === '' || path.includes('=')) return undefined;
  let mode = DEFAULT_FILE_MODE;
  let mkdir = 0;
  for (const word of rest) {
    const [key, value = ''] = word.split('=');
    if (key === 'mode' && /^[0-7]+$/.test(value)) mode = Number.parseInt(value, 8);
    if (key === 'mkdir') mkdir = (parseInteger(value) ?? 0) | 0;
  }
  return { path, mode, mkdir };
}

/** How an image is presented to the kernel: as itself, or as a file in an archive. */
export function initrdPart(image: Image): Uint8Array {
  const request = cpioRequest(image.cmdline);
  if (request === undefined) return image.data;
  const { path, mode, mkdir } = request;
  const parents = parentsOf(path);
  const made = mkdir < 0 ? parents : parents.slice(Math.max(0, parents.length - mkdir));
  const directories = made.map((name) => cpioHeader(name, MODE_DIRECTORY | DIRECTORY_MODE, 0));
  // What ends in a slash is a directory, and there is no file.
  if (path.endsWith('/')) return concatBytes([...directories, image.data]);
  const header = cpioHeader(path, (mode & 0o170000) === 0 ? MODE_FILE | mode : mode, image.data.length);
  return concatBytes([...directories, header, image.data]);
}

/** `/a` and `/a//b` of `/a//b/c`: what stands before each run of slashes, as it is written; nothing before the first. */
function parentsOf(path: string): readonly string[] {
  const parents: string[] = [];
  for (const { index } of path.matchAll(/(?<=[^/])\/+/g)) parents.push(path.slice(0, index));
  return parents;
}

/** The images that go along with a kernel, in the order in which they were registered. */
export function companions(images: readonly Image[], kernel: Image): readonly Image[] {
  return images.filter((image) => image !== kernel && !image.isHidden && image.type !== 'script');
}

/** All initial RAM disks as one, each at a page. */
export function buildInitrd(images: readonly Image[]): Uint8Array {
  const parts: Uint8Array[] = [];
  images.forEach((image, index) => {
    const part = initrdPart(image);
    parts.push(part);
    const isLast = index === images.length - 1;
    if (!isLast) parts.push(new Uint8Array((PAGE_BYTES - (part.length % PAGE_BYTES)) % PAGE_BYTES));
  });
  return concatBytes(parts);
}
