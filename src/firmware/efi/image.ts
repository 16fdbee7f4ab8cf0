/** Whether a file is an EFI program of a machine (PE/COFF; UEFI §2.1.1), as the firmware finds when it loads it. */
import { byteAt } from '../../base/bytes.ts';
import { isEfiSubsystem, readPeHead } from '../../base/data/pe-head.ts';
import type { Message } from '../../base/sentence.ts';
import { EFI_ARCHITECTURES } from './architectures.ts';
import type { EfiArchitecture } from './architectures.ts';
import { efiMessage } from './messages.ts';

/**
 * `not-found`: no PE program, the boot option has nothing to load; `unsupported`: a program, but not one for
 * this firmware; `not-started`: loaded, and refused at the start (32-bit programs on x64 firmware).
 */
export type ImageVerdict =
  | { readonly kind: 'good' }
  | { readonly kind: 'not-found' | 'unsupported' | 'not-started'; readonly code: ImageFault; readonly why: Message };

/** Stable codes, which findings go by. */
export type ImageFault = 'image-bios' | 'image-text' | 'image-short' | 'image-machine' | 'image-subsystem';

export function judgeImage(bytes: Uint8Array, architecture: EfiArchitecture): ImageVerdict {
  const head = readPeHead(bytes);
  if (head === undefined) {
    return isText(bytes)
      ? { kind: 'not-found', code: 'image-text', why: efiMessage('efi.image.text') }
      : { kind: 'not-found', code: 'image-bios', why: efiMessage('efi.image.bios') };
  }
  if (head === 'truncated') return { kind: 'not-found', code: 'image-short', why: efiMessage('efi.image.short') };
  const { machine, subsystem } = head;
  if (!isEfiSubsystem(subsystem)) {
    return { kind: 'unsupported', code: 'image-subsystem', why: efiMessage('efi.image.subsystem', { subsystem }) };
  }
  if (machine === architecture.peMachine) return { kind: 'good' };
  const found = Object.values(EFI_ARCHITECTURES).find(({ peMachine }) => peMachine === machine)?.title;
  const wanted = architecture.title;
  const why =
    found === undefined
      ? efiMessage('efi.image.unknown-machine', { found: machine.toString(16), wanted })
      : efiMessage('efi.image.machine', { found, wanted });
  const isThunked = architecture === EFI_ARCHITECTURES.x64 && machine === EFI_ARCHITECTURES.ia32.peMachine;
  return { kind: isThunked ? 'not-started' : 'unsupported', code: 'image-machine', why };
}

/** Printable ASCII and line ends alone, as far as one block goes. */
function isText(bytes: Uint8Array): boolean {
  const length = Math.min(bytes.length, 512);
  for (let at = 0; at < length; at++) {
    const byte = byteAt(bytes, at);
    if (!((byte >= 0x20 && byte < 0x7f) || (byte >= 9 && byte <= 13))) return false;
  }
  return length > 0;
}
