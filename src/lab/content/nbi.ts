/** Tagged images that the lab makes for a scenario, of kernels of the image catalogue. */
import { assert } from '../../base/result.ts';
import { makeNbi } from '../../media/nbi.ts';
import type { FileContent } from '../../scenario/schema.ts';

type Tagged = Extract<FileContent, { readonly nbi: unknown }>;

export function nbiImages({ nbi: { kernel, initrd } }: Tagged): readonly string[] {
  return [kernel, ...(initrd === undefined ? [] : [initrd])];
}

/** The images have been checked for by `neededImages`. */
export function nbiBytes({ nbi }: Tagged, images: { get(path: string): Uint8Array | undefined }): Uint8Array {
  const image = (path: string): Uint8Array => {
    const bytes = images.get(path);
    assert(bytes !== undefined, `image ${path} was fetched`);
    return bytes;
  };
  const { kernel, initrd, cmdline } = nbi;
  return makeNbi({ kernel: image(kernel), initrd: initrd === undefined ? undefined : image(initrd), cmdline });
}
