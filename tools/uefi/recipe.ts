/**
 * How OVMF (EDK II's firmware for virtual machines) is built for the lab's PCs: 32-bit, without SMM, which v86 lacks, and
 * with a few changes of the build's inputs. Each says why it is needed.
 */
import { createHash } from 'node:crypto';
import { FLASH_BASE, FLASH_VARIABLES_BYTES } from '../../src/machine/uefi/layout.ts';

/** One replacement in a file of the source. */
export interface SourceChange {
  readonly file: string;
  /** Must be there, once. */
  readonly find: string;
  readonly replace: string;
  readonly why: string;
}

function hex(value: number): string {
  return `0x${value.toString(16).toUpperCase().padStart(8, '0')}`;
}

const DEFINES = 'OvmfPkg/OvmfPkgDefines.fdf.inc';
const PLATFORM = 'OvmfPkg/OvmfPkgIa32.dsc';

export const CHANGES: readonly SourceChange[] = [
  {
    file: DEFINES,
    find: 'DEFINE FW_BASE_ADDRESS   = 0xFFC00000',
    replace: `DEFINE FW_BASE_ADDRESS   = ${hex(FLASH_BASE)}`,
    why: 'v86 runs code in RAM only: the flash chip, from which the first code runs, is linked into RAM',
  },
  {
    file: DEFINES,
    find: 'DEFINE CODE_BASE_ADDRESS = 0xFFC84000',
    replace: `DEFINE CODE_BASE_ADDRESS = ${hex(FLASH_BASE + FLASH_VARIABLES_BYTES)}`,
    why: 'the code in it follows the variables',
  },
  {
    file: PLATFORM,
    find: 'UefiCpuPkg/Library/MpInitLib/PeiMpInitLib.inf',
    replace: 'UefiCpuPkg/Library/MpInitLibUp/MpInitLibUp.inf',
    why: 'v86 has one CPU, whose APIC does not say that it is the one to boot with',
  },
  {
    file: PLATFORM,
    find: 'UefiCpuPkg/Library/MpInitLib/DxeMpInitLib.inf',
    replace: 'UefiCpuPkg/Library/MpInitLibUp/MpInitLibUp.inf',
    why: 'as above, for drivers',
  },
  {
    file: 'OvmfPkg/Library/PlatformInitLib/Platform.c',
    find: 'PciBase = PlatformInfoHob->Uc32Base;',
    replace: 'PciBase = 0xE0000000;',
    why: "v86's frame buffer is always at E0000000h: PCI's window begins there, and the largest card gets its first address",
  },
  {
    file: 'OvmfPkg/Sec/SecMain.c',
    find: 'S3Resume = IsS3Resume ();',
    replace:
      'S3Resume = IsS3Resume () ||\n' +
      '             (((EFI_FIRMWARE_VOLUME_HEADER *)(UINTN)PcdGet32 (PcdOvmfPeiMemFvBase))->Signature == EFI_FVH_SIGNATURE);',
    why: 'the machine starts with the volumes unpacked in RAM: the first code need not unpack them for 3.5 virtual seconds',
  },
];

/** Debian's patches that are taken back. */
export const REVERTED_PATCHES: readonly { readonly patch: string; readonly why: string }[] = [
  {
    patch: 'Disable-the-Shell-when-SecureBoot-is-enabled.patch',
    why: 'it makes the shell depend on a library that a build without Secure Boot does not have',
  },
];

/** PXE, HTTP and iSCSI boot over IPv4, the shell. No Secure Boot, TLS or TPM; OpenSSL is linked for iSCSI's passwords (CHAP). */
export const BUILD_OPTIONS: readonly string[] = [
  '-a',
  'IA32',
  '-t',
  'GCC5',
  '-b',
  'RELEASE',
  '-p',
  PLATFORM,
  '-DFD_SIZE_4MB',
  '-DNETWORK_HTTP_BOOT_ENABLE=TRUE',
  '-DNETWORK_ALLOW_HTTP_CONNECTIONS=TRUE',
];

/** Where the build leaves its volumes. */
export const OUTPUT = 'Build/OvmfIa32/RELEASE_GCC5/FV';

/** Changes with what is done to the source: part of the version in the manifest. */
export function recipeHash(): string {
  const text = JSON.stringify({ CHANGES, REVERTED_PATCHES, BUILD_OPTIONS });
  return createHash('sha256').update(text).digest('hex').slice(0, 8);
}
