/** Media that the lab makes for a scenario, and what of the image catalogue they are made from. */
import { assert } from '../../base/result.ts';
import { makeBootMedium, makeIpxeMedium, type MediumKind } from '../../media/boot-medium.ts';
import { scriptedKernel } from '../../media/scripted-kernel.ts';
import type { FileContent } from '../../scenario/schema.ts';

export type Medium = Extract<FileContent, { readonly medium: string }>;

const IPXE_IMAGE = 'ipxe/ipxe.lkrn';
const BOOT_SECTOR_IMAGE = 'grub/i386-pc/boot.img';
const CORE_IMAGES: Readonly<Record<MediumKind, string>> = {
  iso: 'grub/core-cd.img',
  floppy: 'grub/core-floppy.img',
  usb: 'grub/core-disk.img',
};

export function mediumImages(content: Medium): readonly string[] {
  if (content.medium === 'lkrn') return [IPXE_IMAGE];
  return [BOOT_SECTOR_IMAGE, CORE_IMAGES[content.medium], ...('ipxeScript' in content ? [IPXE_IMAGE] : [])];
}

/** The images have been checked for by `neededImages`. */
export function mediumBytes(content: Medium, images: { get(path: string): Uint8Array | undefined }): Uint8Array {
  const image = (path: string): Uint8Array => {
    const bytes = images.get(path);
    assert(bytes !== undefined, `image ${path} was fetched`);
    return bytes;
  };
  if (content.medium === 'lkrn') return scriptedKernel(image(IPXE_IMAGE), content.ipxeScript);
  const kind = content.medium;
  const grub = { bootImg: image(BOOT_SECTOR_IMAGE), coreImg: image(CORE_IMAGES[kind]) };
  const made =
    'ipxeScript' in content
      ? makeIpxeMedium({ kind, grub, lkrn: image(IPXE_IMAGE), script: content.ipxeScript })
      : makeBootMedium({ kind, grub, config: content.grubConfig, files: [] });
  assert(made.ok, made.ok ? '' : made.error.text);
  return made.value;
}
