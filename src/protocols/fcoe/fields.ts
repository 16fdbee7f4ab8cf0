/** Byte offsets of an FCoE frame behind the Ethernet header (FC-BB-6 §7.7), and the addresses of FCoE. */

export const FCOE = { version: 0, sof: 13 } as const;
export const FCOE_HEADER_LENGTH = 14;
/** Behind the frame: its CRC, least significant byte first, the delimiter, three reserved bytes. */
export const FCOE_TRAILER = { crc: 0, eof: 4 } as const;
export const FCOE_TRAILER_LENGTH = 8;

/** Delimiters of class 3: the first frame of a sequence, others, the last one, others. */
export const FCOE_SOF = { i3: 0x2e, n3: 0x36 } as const;
export const FCOE_EOF = { n: 0x41, t: 0x42 } as const;

/** What the fabric puts in front of the address of a port, to make a MAC address of it (FC-BB-6 §7.8). */
export const DEFAULT_FC_MAP = 0x0e_fc00;
/** The address of a forwarder that does not speak FIP. */
export const DEFAULT_FCF_MAC = 0x0efc_00ff_fffe;
