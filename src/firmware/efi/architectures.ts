/**
 * The processors that UEFI firmware runs on, and how its network boot names them: option 93 (RFC 4578 §2.1 and IANA's
 * "Processor Architecture Types") and the machine type in the head of a program (PE/COFF).
 */
export interface EfiArchitecture {
  /** As people call it; the same in every language. */
  readonly title: string;
  /** Option 93 of a PXE client. */
  readonly pxe: number;
  /** Option 93 of an HTTP client. */
  readonly http: number;
  /** `Machine` of a program for it (PE/COFF, COFF file header). */
  readonly peMachine: number;
  /** What such programs are called in `\EFI\BOOT` (UEFI §3.5.1.1). */
  readonly fileName: string;
}

export const EFI_ARCHITECTURES = {
  ia32: { title: 'IA32', pxe: 6, http: 15, peMachine: 0x14c, fileName: 'bootia32.efi' },
  x64: { title: 'x64', pxe: 7, http: 16, peMachine: 0x8664, fileName: 'bootx64.efi' },
  arm: { title: 'ARM 32', pxe: 10, http: 18, peMachine: 0x1c2, fileName: 'bootarm.efi' },
  arm64: { title: 'ARM 64', pxe: 11, http: 19, peMachine: 0xaa64, fileName: 'bootaa64.efi' },
  riscv64: { title: 'RISC-V 64', pxe: 27, http: 28, peMachine: 0x5064, fileName: 'bootriscv64.efi' },
  loongarch64: { title: 'LoongArch 64', pxe: 39, http: 40, peMachine: 0x6264, fileName: 'bootloongarch64.efi' },
} as const satisfies Record<string, EfiArchitecture>;

export type EfiArchitectureId = keyof typeof EFI_ARCHITECTURES;
