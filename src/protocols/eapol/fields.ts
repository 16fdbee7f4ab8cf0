/** Byte offsets of an EAPOL packet, and its types (IEEE 802.1X-2004 §7.5). */

export const EAPOL = { version: 0, type: 1, length: 2 } as const;
export const EAPOL_HEADER_LENGTH = 4;
export const EAPOL_TYPE = { start: 1 } as const;
/** The group of port access entities: bridges do not pass it on (IEEE 802.1X-2004 §7.8). */
export const EAPOL_GROUP = 0x0180_c200_0003;
