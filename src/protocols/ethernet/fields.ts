/** Byte offsets of the Ethernet header (IEEE 802.3 §3.2), and the EtherTypes that the lab knows. */

export const ETHERNET = { destination: 0, source: 6, type: 12 } as const;
export const ETHERNET_HEADER_LENGTH = 14;
/** Shortest frame without FCS; shorter ones are padded on a real cable (IEEE 802.3 §4.2.3.3). */
export const ETHERNET_MIN_LENGTH = 60;
/** Up to this the type field is the length of an LLC frame (IEEE 802.3 §3.2.6). */
export const MAX_LENGTH_FIELD = 1500;

export const ETHERTYPE = {
  ipv4: 0x0800,
  arp: 0x0806,
  rarp: 0x8035,
  vlan: 0x8100,
  ipv6: 0x86dd,
  eapol: 0x888e,
  aoe: 0x88a2,
  serviceVlan: 0x88a8,
  lldp: 0x88cc,
  slow: 0x8809,
  fcoe: 0x8906,
  fip: 0x8914,
} as const;
