/**
 * Files that cannot do what they are fetched for: a boot program that is none, a kernel that is cut off. A server hands
 * out whatever has the right name; the machine that gets it hangs or says something unhelpful, so the server says it.
 */
import { LINUX_SETUP, linuxSetupBytes } from '../../base/data/linux-setup.ts';
import { fromLatin1 } from '../../base/bytes.ts';
import { isEfiSubsystem, readPeHead } from '../../base/data/pe-head.ts';
import type { Message } from '../../base/sentence.ts';
import { fileMessage, type FileFlaw } from './messages.ts';

export interface FileFinding {
  readonly code: FileFlaw;
  /** One sentence: what is the matter. */
  readonly message: Message;
  readonly rule?: string;
}

/** syssize counts these. */
const PARAGRAPH_BYTES = 16;
/** Since this version of the protocol syssize has four bytes. */
const PROTOCOL_2_04 = 0x204;
/** How much of a file is looked at to tell text from a program. */
const TEXT_HEAD_BYTES = 64;
/** ECMA-119 §8.1.2: the first volume descriptor is sector 16; its standard identifier follows a type byte. */
const ISO_IDENTIFIER = 16 * 2048 + 1;

/** Whether the bytes begin as a Linux kernel (bzImage, boot protocol 2.00 or later) does. */
export function isLinuxKernel(bytes: Uint8Array): boolean {
  return (
    bytes.length >= LINUX_SETUP.version + 2 &&
    littleU16(bytes, LINUX_SETUP.bootFlag) === 0xaa55 &&
    fromLatin1(bytes, LINUX_SETUP.magic, LINUX_SETUP.magic + 4) === 'HdrS'
  );
}

/** How long the kernel's header says that it is, up to 15 bytes more. */
function kernelBytes(bytes: Uint8Array): number {
  const isWide = littleU16(bytes, LINUX_SETUP.version) >= PROTOCOL_2_04;
  const syssize = isWide ? littleU32(bytes, LINUX_SETUP.syssize) : littleU16(bytes, LINUX_SETUP.syssize);
  return linuxSetupBytes(bytes) + syssize * PARAGRAPH_BYTES;
}

/** A kernel shorter than its own header says. Undefined for a complete kernel, and for other files. */
export function checkKernel(name: string, bytes: Uint8Array): FileFinding | undefined {
  if (!isLinuxKernel(bytes)) return undefined;
  const needed = kernelBytes(bytes);
  // The last paragraph need not be full.
  if (bytes.length > needed - PARAGRAPH_BYTES) return undefined;
  return {
    code: 'file.kernel-cut-off',
    message: fileMessage('file.kernel-cut-off', { name, bytes: bytes.length, needed }),
    rule: 'Linux x86 boot protocol, syssize',
  };
}

/** What a plain PXE boot ROM of a BIOS machine is given to run. It jumps to the first byte, whatever that is. */
export function checkBootProgram(name: string, bytes: Uint8Array): FileFinding | undefined {
  const rule = 'PXE 2.1 §4.4.5';
  if (bytes.length === 0)
    return { code: 'file.boot-program-empty', message: fileMessage('file.boot-program-empty', { name }), rule };
  if (isEfi(bytes)) {
    return {
      code: 'file.boot-program-is-efi',
      message: fileMessage('file.boot-program-is-efi', { name }),
      rule,
    };
  }
  if (isLinuxKernel(bytes)) {
    return {
      code: 'file.boot-program-is-kernel',
      message: fileMessage('file.boot-program-is-kernel', { name }),
      rule,
    };
  }
  if (fromLatin1(bytes, ISO_IDENTIFIER, ISO_IDENTIFIER + 5) === 'CD001') {
    return {
      code: 'file.boot-program-is-iso',
      message: fileMessage('file.boot-program-is-iso', { name }),
      rule,
    };
  }
  if (fromLatin1(bytes, 0, 6) === '#!ipxe') {
    return {
      code: 'file.boot-program-is-script',
      message: fileMessage('file.boot-program-is-script', { name }),
      rule,
    };
  }
  if (bytes.subarray(0, TEXT_HEAD_BYTES).every(isPrintable)) {
    return {
      code: 'file.boot-program-is-text',
      message: fileMessage('file.boot-program-is-text', { name }),
      rule,
    };
  }
  return undefined;
}

function littleU16(bytes: Uint8Array, offset: number): number {
  return (bytes[offset] ?? 0) | ((bytes[offset + 1] ?? 0) << 8);
}

function littleU32(bytes: Uint8Array, offset: number): number {
  return (littleU16(bytes, offset) | (littleU16(bytes, offset + 2) << 16)) >>> 0;
}

function isPrintable(byte: number): boolean {
  return (byte >= 0x20 && byte < 0x7f) || byte === 9 || byte === 10 || byte === 13;
}

/** PE/COFF for EFI; a Linux kernel with an EFI stub is one too. */
function isEfi(bytes: Uint8Array): boolean {
  if (isLinuxKernel(bytes)) return false;
  const head = readPeHead(bytes);
  return typeof head === 'object' && isEfiSubsystem(head.subsystem);
}
