/**
 * Numbers of the two capture file formats. pcapng: draft-ietf-opsawg-pcapng; pcap: draft-ietf-opsawg-pcap.
 */

export const BLOCK_SECTION_HEADER = 0x0a0d0d0a;
export const BLOCK_INTERFACE_DESCRIPTION = 1;
/** Packet Block, obsolete (pcapng appendix A), still found in old files. */
export const BLOCK_PACKET = 2;
export const BLOCK_SIMPLE_PACKET = 3;
export const BLOCK_ENHANCED_PACKET = 6;
/** Decryption Secrets Block (pcapng §4.7). */
export const BLOCK_DECRYPTION_SECRETS = 10;
/** Its type of secrets that is a TLS key log. */
export const SECRETS_TLS_KEY_LOG = 0x544c534b;

export const BYTE_ORDER_MAGIC = 0x1a2b3c4d;

export const OPT_END = 0;
export const OPT_COMMENT = 1;
export const SHB_USERAPPL = 4;
export const IF_NAME = 2;
export const IF_DESCRIPTION = 3;
export const IF_TSRESOL = 9;
export const IF_TSOFFSET = 14;
export const EPB_FLAGS = 2;

/** Bits 0 and 1 of epb_flags (pcapng §4.3.1): 0 unknown, 1 inbound, 2 outbound. */
export const EPB_FLAG_INBOUND = 1;
export const EPB_FLAG_OUTBOUND = 2;

export const PCAP_MAGIC_MICRO = 0xa1b2c3d4;
export const PCAP_MAGIC_NANO = 0xa1b23c4d;

/** Longest frame that a reader believes; Wireshark's limit for most link types. */
export const MAX_CAPTURED_LENGTH = 262_144;
/** Longest block that a reader believes. */
export const MAX_BLOCK_LENGTH = 16 * 1024 * 1024;
