/** The head of a PE/COFF program, which EFI programs are (PE/COFF, "File Headers"). */
import { fromLatin1 } from '../bytes.ts';

/** Offset of the PE head, in the DOS head. */
const PE_OFFSET_AT = 0x3c;
const MACHINE = 4;
/** Behind the signature and the COFF head, in the optional head of both formats. */
const SUBSYSTEM = 0x5c;

export interface PeHead {
  /** `Machine`: the processor it is for. */
  readonly machine: number;
  readonly subsystem: number;
}

/** EFI application, boot driver, run-time driver, ROM. */
export function isEfiSubsystem(subsystem: number): boolean {
  return subsystem >= 10 && subsystem <= 13;
}

/** Undefined for anything else; `truncated` when it begins like one and ends within its head. */
export function readPeHead(bytes: Uint8Array): PeHead | 'truncated' | undefined {
  if (fromLatin1(bytes, 0, 2) !== 'MZ') return undefined;
  if (bytes.length < PE_OFFSET_AT + 4) return 'truncated';
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const at = view.getUint32(PE_OFFSET_AT, true);
  if (at + 4 <= bytes.length && fromLatin1(bytes, at, at + 4) !== 'PE\0\0') return undefined;
  if (at + SUBSYSTEM + 2 > bytes.length) return 'truncated';
  return { machine: view.getUint16(at + MACHINE, true), subsystem: view.getUint16(at + SUBSYSTEM, true) };
}
