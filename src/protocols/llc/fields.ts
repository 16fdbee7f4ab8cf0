/** Byte offsets of the LLC header (IEEE 802.2 §3.2) and of SNAP (IEEE 802 §10.3), and the SAPs that the lab knows. */

export const LLC = { dsap: 0, ssap: 1, control: 2 } as const;
/** Behind an unnumbered control field. */
export const SNAP = { oui: 3, pid: 6 } as const;
export const SNAP_HEADER_LENGTH = 8;

export const LLC_SAP = { null: 0x00, stp: 0x42, snap: 0xaa, netware: 0xe0, netbios: 0xf0 } as const;
/** Unnumbered information (IEEE 802.2 §5.4.1.1). */
export const LLC_CONTROL_UI = 0x03;
