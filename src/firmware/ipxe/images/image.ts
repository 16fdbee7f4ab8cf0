/** A downloaded file as iPXE keeps it: bytes, a name, a command line, flags. */

export type ImageTypeName =
  | 'script'
  | 'Multiboot'
  | 'bzImage'
  | 'ELF'
  | 'NBI'
  | 'DER'
  | 'PEM'
  | 'PNG'
  | 'gzip'
  | 'zlib'
  | 'MIME'
  | 'PXE-NBP'
  | 'PXE-NBP (may be EFI?)';

export class Image {
  name: string;
  /** Where it came from; the base of relative URIs while it runs. */
  readonly uri: string | undefined;
  data: Uint8Array;
  cmdline: string | undefined;
  type: ImageTypeName | undefined;
  isSelected = false;
  isCurrent = false;
  isTrusted = false;
  autofree = false;
  isHidden = false;
  /** The image that replaces this script (`chain --replace`). */
  replacement: Image | undefined;

  constructor(name: string, data: Uint8Array, uri?: string) {
    this.name = name;
    this.data = data;
    this.uri = uri;
  }

  /** The line that `imgstat` prints. */
  get description(): string {
    let out = `${this.name} : ${this.data.length} bytes`;
    if (this.type !== undefined) out += ` [${this.type}]`;
    if (this.isSelected) out += ' [SELECTED]';
    if (this.isCurrent) out += ' [CURRENT]';
    if (this.isTrusted) out += ' [TRUSTED]';
    if (this.autofree) out += ' [AUTOFREE]';
    if (this.isHidden) out += ' [HIDDEN]';
    if (this.cmdline !== undefined) out += ` "${this.cmdline}"`;
    return out;
  }
}
