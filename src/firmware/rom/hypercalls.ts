/**
 * The protocol between the 16-bit stubs and the firmware: one I/O port a question, asked by `out PORT, al`
 * (the byte does not matter). The firmware answers inside the instruction, by registers and memory.
 */

/** Ports that neither a PC nor v86 uses. */
export const PORT = {
  /** The ROM's initialisation begins. */
  init: 0xe2,
  /** The boot vector was called. Answer: AX = data segment in base memory (0: no room), BX:CX = code to go on with. */
  boot: 0xe3,
  /**
   * What next? Answer: BP = `ACTION`. With nothing to do the CPU sleeps and the stub asks again.
   * On the stack at SP: ES, then offset and segment of the handler to call (filled in for `ACTION.call`).
   */
  poll: 0xe4,
  /** The BIOS call has come back: registers are its results, and its flags are on the stack at SP. */
  called: 0xe5,
  /** A program returned: AX is its status. Answer: AX = data segment. */
  returned: 0xe6,
  /** !PXE call: stack at SP: flags, return IP, CS, opcode, offset and segment of the parameters. Answer: AX. */
  pxe: 0xe7,
  /** PXENV+ call: BX is the opcode, ES:DI the parameters. Answer: AX. */
  pxenv: 0xe8,
  /** A waiting PXE call asks again. Answer: AX. */
  pxeWait: 0xea,
  /** INT 13h: stack at SP: all registers (PUSHAD), DS, ES, then IP, CS, flags of the caller. Answer: AX = `DISK`. */
  disk: 0xeb,
  diskWait: 0xec,
  /** A chainloaded image of the lab's asks for its personality. Answer: as for `boot`; AX = 0 when nobody listens. */
  chain: 0xef,
} as const;

/** In BP after `PORT.poll`. */
export const ACTION = {
  sleep: 0,
  /** Call the interrupt handler on the stack with the registers as they are. */
  call: 1,
  /** Enter a program in real mode; `ENTRY` is filled in. */
  enterReal: 2,
  /** Enter a program in protected mode; `ENTRY` is filled in. */
  enterProtected: 3,
  /** The firmware has finished: leave the stub. */
  leave: 4,
  /** `out dx, al`. */
  outByte: 5,
} as const;

/** AX of a PXE call that has to wait; 0 and 1 are PXENV_EXIT_SUCCESS and PXENV_EXIT_FAILURE. */
export const PXE_WAIT = 2;
/** AX of a PXE call for which the firmware uses the BIOS or starts programs: the stub serves it, then asks as for one that waits. */
export const PXE_SERVE = 3;

/** Offset of the segment of the UNDI data in !PXE: a selector once a program in protected mode has replaced it (PXE 2.1, SEGDESC). */
export const PXE_UNDI_DATA_SEGMENT = 0x28;

/** AX after `PORT.disk` and `PORT.diskWait`. */
export const DISK = { chain: 0, done: 1, wait: 2 } as const;

/** The firmware's part of base memory, from its start. Code has its page alone: writes beside it would cost the guest its compiled code. */
export const BASE_LAYOUT = {
  /** UNDI code segment: structures and stubs. */
  codeBytes: 0x1000,
  /** UNDI data segment, behind the code. */
  dataBytes: 0x3c00,
  /** Offsets in the data segment. */
  entryOffset: 0x0000,
  entryStackOffset: 0x0030,
  entryEipOffset: 0x0034,
  gdtrOffset: 0x0038,
  gdtOffset: 0x0040,
  /** For BIOS calls that want a buffer. */
  bufferOffset: 0x0080,
  bufferBytes: 0x0180,
  /** Cached packets of GET_CACHED_INFO, three of 1.5 KiB. */
  packetsOffset: 0x0400,
  packetBytes: 0x0600,
  /** The received frame that UNDI_ISR hands out. */
  frameOffset: 0x1800,
  frameBytes: 0x0800,
  /** Boot tables of network drives (iBFT, aBFT), each on a paragraph. */
  tablesOffset: 0x2000,
  tablesBytes: 0x0400,
  /** The stack grows down from here. */
  stackTop: 0x3c00,
} as const;

/** What the firmware takes off base memory, a whole number of KiB. */
export const BASE_BYTES: number = BASE_LAYOUT.codeBytes + BASE_LAYOUT.dataBytes;
