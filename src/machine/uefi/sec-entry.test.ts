/** Where SEC begins: in volumes put together here as the PI specification has them. */
import { expect, it } from 'vitest';
import { concatBytes, latin1 } from '../../base/bytes.ts';
import { le16, le32 } from './bytes.ts';
import { findSecEntry } from './sec-entry.ts';

const HEADER_BYTES = 0x48;
const PAD_FILE = 0xf0;
const SEC_FILE = 3;

function section(type: number, content: Uint8Array): Uint8Array {
  return concatBytes([le32((type << 24) | (4 + content.length)), content]);
}

function file(type: number, ...sections: readonly Uint8Array[]): Uint8Array {
  const content = concatBytes(sections);
  const header = new Uint8Array(24);
  header[18] = type;
  header.set(le32(24 + content.length).subarray(0, 3), 20);
  const padding = new Uint8Array((8 - ((24 + content.length) % 8)) % 8).fill(0xff);
  return concatBytes([header, content, padding]);
}

function volume(...files: readonly Uint8Array[]): Uint8Array {
  const header = new Uint8Array(HEADER_BYTES);
  header.set(latin1('_FVH'), 40);
  header.set(le16(HEADER_BYTES), 48);
  return concatBytes([header, ...files, new Uint8Array(64).fill(0xff)]);
}

/** An image of PE: at 3Ch where its header is, in that at 28h the entry point. */
function pe(entry: number): Uint8Array {
  const image = new Uint8Array(0x200);
  image.set(le32(0x80), 0x3c);
  image.set(le32(entry), 0x80 + 0x28);
  return image;
}

/** An image of TE, whose addresses count the bytes that were cut off. */
function te(entry: number, cutBytes: number): Uint8Array {
  const image = new Uint8Array(0x200);
  image.set(latin1('VZ'));
  image.set(le16(cutBytes), 6);
  image.set(le32(entry), 8);
  return image;
}

it('finds the entry of a PE image, behind a file and a section of other kinds', () => {
  const other = file(PAD_FILE, new Uint8Array(13));
  const before = section(0x19, new Uint8Array(4));
  const found = findSecEntry(volume(other, file(SEC_FILE, before, section(0x10, pe(0x123)))));
  expect(found).toEqual({ ok: true, value: HEADER_BYTES + other.length + 24 + before.length + 4 + 0x123 });
});

it('finds the entry of a TE image', () => {
  const found = findSecEntry(volume(file(SEC_FILE, section(0x12, te(0x300, 0x228)))));
  expect(found).toEqual({ ok: true, value: HEADER_BYTES + 24 + 4 + 0x300 + 40 - 0x228 });
});

it.each([
  ['no volume', new Uint8Array(256), 'it is no firmware volume'],
  ['no SEC file', volume(file(PAD_FILE, new Uint8Array(16))), 'it has no SEC file'],
  ['a SEC file without an image', volume(file(SEC_FILE, section(0x19, new Uint8Array(4)))), 'it has no SEC file'],
  ['a section without a length', volume(file(SEC_FILE, new Uint8Array(16))), 'it has no SEC file'],
  ['an entry outside', volume(file(SEC_FILE, section(0x10, pe(0x10_0000)))), 'its first code is outside of it'],
])('refuses %s', (_, bytes, error) => {
  expect(findSecEntry(bytes)).toEqual({ ok: false, error });
});
