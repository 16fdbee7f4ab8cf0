/** Byte offsets of a bridge protocol data unit (IEEE 802.1D-2004 §9.3), behind its LLC header. */

export const BPDU = {
  protocol: 0,
  version: 2,
  type: 3,
  flags: 4,
  rootId: 5,
  rootPathCost: 13,
  bridgeId: 17,
  portId: 25,
  messageAge: 27,
  maxAge: 29,
  helloTime: 31,
  forwardDelay: 33,
  version1Length: 35,
} as const;
export const BPDU_TCN_LENGTH = 4;
export const BPDU_CONFIG_LENGTH = 35;
export const BPDU_RST_LENGTH = 36;

export const BPDU_TYPE = { config: 0x00, rst: 0x02, topologyChange: 0x80 } as const;

export const BPDU_FLAG = {
  topologyChange: 0x01,
  proposal: 0x02,
  /** Two bits: 1 alternate or backup, 2 root, 3 designated (IEEE 802.1D-2004 §9.3.3). */
  portRole: 0x0c,
  learning: 0x10,
  forwarding: 0x20,
  agreement: 0x40,
  topologyChangeAck: 0x80,
} as const;

/** Destination of all BPDUs (IEEE 802.1D-2004 table 7-10). */
export const STP_GROUP_ADDRESS = 0x0180_c200_0000;
