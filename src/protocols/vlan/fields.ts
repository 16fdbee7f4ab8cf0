/** Byte offsets of an 802.1Q tag behind the tag's EtherType (IEEE 802.1Q §9.6). */

export const VLAN = { tagControl: 0, type: 2 } as const;
/** Tag control information and the type that follows. A tagged frame is this much longer. */
export const VLAN_TAG_LENGTH = 4;
/** 0 means: priority only, no VLAN (IEEE 802.1Q §9.6). */
export const VLAN_ID_NONE = 0;
export const VLAN_ID_MAX = 4094;
