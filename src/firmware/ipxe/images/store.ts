/** The registered images, in the order in which they came. */
import type { Image } from './image.ts';

export class ImageStore {
  private readonly images: Image[] = [];
  /** Memory that the registered images take. */
  heldBytes = 0;
  /** `imgtrust`: only trusted images may run. */
  requireTrust = false;
  isTrustPermanent = false;

  get all(): readonly Image[] {
    return this.images;
  }

  register(image: Image): void {
    this.images.push(image);
    this.heldBytes += image.data.length;
  }

  /** False when it was not registered. */
  unregister(image: Image): boolean {
    const at = this.images.indexOf(image);
    if (at < 0) return false;
    this.images.splice(at, 1);
    this.heldBytes -= image.data.length;
    return true;
  }

  /** The image has these bytes from now on. */
  replaceData(image: Image, data: Uint8Array): void {
    if (this.images.includes(image)) this.heldBytes += data.length - image.data.length;
    image.data = data;
  }

  /** The first image of that exact name. */
  find(name: string): Image | undefined {
    return this.images.find((image) => image.name === name);
  }

  get selected(): Image | undefined {
    return this.images.find((image) => image.isSelected);
  }

  select(image: Image): void {
    for (const each of this.images) each.isSelected = each === image;
  }
}
