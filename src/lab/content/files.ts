/** A server's files, made from the scenario: text, bytes, images of the catalogue, whole trees of it. */
import { assert, unreachable } from '../../base/result.ts';
import { utf8 } from '../../base/bytes.ts';
import type { FileContent, ServerNode } from '../../scenario/schema.ts';
import {
  MemoryFileTree,
  type FileOptions,
  type LazyContent,
  type TreeOptions,
} from '../../services/files/file-tree.ts';
import { chainImage } from '../nodes/personality.ts';
import { imageTree, type ImageBank } from './images.ts';
import { mediumBytes } from './medium.ts';
import { nbiBytes } from './nbi.ts';

function fromBase64(text: string): Uint8Array {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
  const digits = text.replace(/[\s=]/g, '').replace(/-/g, '+').replace(/_/g, '/');
  const out = new Uint8Array(Math.floor((digits.length * 3) / 4));
  let bits = 0;
  let value = 0;
  let at = 0;
  for (const digit of digits) {
    value = ((value << 6) | Math.max(0, alphabet.indexOf(digit))) & 0xffffff;
    bits += 6;
    if (bits >= 8) {
      bits -= 8;
      out[at++] = value >>> bits;
    }
  }
  return out;
}

/** The bytes of a file of the scenario. Images have been checked for by `neededImages`. */
export function contentBytes(content: FileContent, images: ImageBank): Uint8Array {
  if ('text' in content) return utf8(content.text);
  if ('base64' in content) return fromBase64(content.base64);
  if ('patternBytes' in content) {
    const out = new Uint8Array(content.patternBytes);
    for (let i = 0; i < out.length; i++) out[i] = i;
    return out;
  }
  if ('lab' in content) return chainImage(content);
  if ('medium' in content) return mediumBytes(content, images);
  if ('nbi' in content) return nbiBytes(content, images);
  if ('userFile' in content) {
    const bytes = images.userFile(content.sha256);
    assert(bytes !== undefined, `the file ${content.userFile} was fetched`);
    return bytes;
  }
  if ('image' in content) {
    const bytes = images.get(content.image);
    assert(bytes !== undefined, `image ${content.image} was fetched`);
    return 'truncateBytes' in content ? bytes.subarray(0, content.truncateBytes) : bytes;
  }
  return unreachable(content);
}

/** The hash of a whole image, as the catalogue has it. */
function knownHash(content: FileContent, images: ImageBank): string | undefined {
  return 'image' in content && !('truncateBytes' in content) ? images.sha256(content.image) : undefined;
}

/** A change of a file at a time of the lab. */
export interface TimedChange {
  readonly atMs: number;
  apply(): void;
}

export interface ServerFiles {
  readonly tree: MemoryFileTree;
  readonly changes: readonly TimedChange[];
}

export function serverFiles(
  { files, caseInsensitive = false, diskFull: isFull = false }: ServerNode,
  images: ImageBank,
  onChange: NonNullable<TreeOptions['onChange']>,
): ServerFiles {
  const tree = new MemoryFileTree({ caseInsensitive, isFull, onChange });
  const changes: TimedChange[] = [];
  for (const entry of files) {
    if ('link' in entry) {
      tree.addLink(entry.path, entry.link);
      continue;
    }
    const options = ownership(entry);
    if ('directory' in entry) {
      tree.addDirectory(entry.path, options);
      continue;
    }
    if ('imageTree' in entry) {
      const prefix = entry.imageTree.replace(/\/+$/, '').length + 1;
      for (const file of imageTree(images.manifest, entry.imageTree)) {
        const load = (): Uint8Array => {
          const bytes = images.get(file.path);
          assert(bytes !== undefined, `image ${file.path} was fetched`);
          return bytes;
        };
        const { size, sha256 } = file;
        tree.addFile(`${entry.path}/${file.path.slice(prefix)}`, { size, sha256, load }, options);
      }
      continue;
    }
    const { path, content, change } = entry;
    tree.addFile(path, served(content, images), options);
    if (change === undefined) continue;
    const next = { content: change.content === undefined ? undefined : served(change.content, images) };
    if ('afterBytes' in change.at) tree.changeAfter(path, change.at.afterBytes, next);
    else {
      tree.expectChange(path);
      changes.push({ atMs: change.at.ms, apply: () => tree.change(path, next) });
    }
  }
  return { tree, changes };
}

/** The content as the tree takes it, with its hash when the catalogue has it. */
function served(content: FileContent, images: ImageBank): Uint8Array | LazyContent {
  const bytes = contentBytes(content, images);
  const sha256 = knownHash(content, images);
  return sha256 === undefined ? bytes : { size: bytes.length, sha256, load: () => bytes };
}

function ownership({
  owner,
  mode,
}: {
  readonly owner?: string | undefined;
  readonly mode?: string | undefined;
}): FileOptions {
  return {
    ...(owner === undefined ? {} : { owner }),
    ...(mode === undefined ? {} : { mode: Number.parseInt(mode, 8) }),
  };
}
