/**
 * Faults that PXE ROMs have had. A ROM has none unless a scenario gives it some; a network that works only with
 * perfect ROMs can be tried with the others.
 */
import { collectOption } from '../../protocols/dhcp/codec.ts';
import { DHCP_OPTION } from '../../protocols/dhcp/options.ts';
import { fromCString } from '../../base/bytes.ts';
import type { TftpHabits } from '../clients/tftp-client.ts';
import type { DhcpReply } from '../clients/dhcp-client.ts';

export const ROM_QUIRKS = [
  /** Reads option 67 up to a NUL, wherever that is: the end option (0xFF) behind it becomes part of the name. */
  'reads-past-option-67',
  /** Takes the last byte of option 67 for the NUL that should be there, and loses it when it is not. */
  'cuts-option-67',
  /** Sends no option 97 (client machine identifier), which PXE 2.1 requires. */
  'no-uuid',
  /** Never asks a boot service on port 4011: what the offers say is all that it knows. */
  'ignores-port-4011',
  /** Hangs instead of going to the next boot device, after LOCALBOOT as well. */
  'hangs-on-local-boot',
  /** Counts TFTP blocks in 32 bits, so that block 0 after block 65535 is not the next one. */
  'wide-block-numbers',
  /** Knows no blksize (RFC 2348): blocks of 512 bytes only. */
  'small-blocks',
] as const;

export type RomQuirk = (typeof ROM_QUIRKS)[number];

export function tftpHabits(quirks: readonly RomQuirk[]): TftpHabits {
  return {
    wideBlockNumbers: quirks.includes('wide-block-numbers'),
    defaultBlocks: quirks.includes('small-blocks'),
  };
}

/** The boot file of option 67 as such a ROM reads it; undefined when the reply has no option 67. */
export function bootFileOption(reply: DhcpReply, quirks: readonly RomQuirk[]): string | undefined {
  const option = collectOption(reply.message, DHCP_OPTION.bootFileName);
  if (option === undefined || option.length === 0) return undefined;
  if (quirks.includes('cuts-option-67')) return fromCString(option.subarray(0, -1));
  if (quirks.includes('reads-past-option-67')) {
    const start = offsetOfOption(reply.bytes, DHCP_OPTION.bootFileName);
    if (start !== undefined) return fromCString(reply.bytes.subarray(start));
  }
  return fromCString(option);
}

/** Behind the fixed fields and the magic cookie (RFC 2131 §2). */
const OPTIONS_OFFSET = 240;
const PAD = 0;
const END = 255;

/** Where the value of an option begins; undefined when it is not in the options field. */
function offsetOfOption(bytes: Uint8Array, wanted: number): number | undefined {
  let at = OPTIONS_OFFSET;
  for (;;) {
    const code = bytes[at];
    const length = bytes[at + 1];
    if (code === undefined || code === END || length === undefined) return undefined;
    if (code === PAD) at++;
    else if (code === wanted) return at + 2;
    else at += 2 + length;
  }
}
