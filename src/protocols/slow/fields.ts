/** Byte offsets of LACP and marker PDUs, from their subtype on (IEEE 802.1AX-2008 §5.4.2.2 and §5.5.2.2). */

export const SLOW_SUBTYPE = { lacp: 1, marker: 2 } as const;
/** Group address of the slow protocols (IEEE 802.3 table 57A-1): bridges do not pass it on. */
export const SLOW_GROUP = 0x0180_c200_0002;

export const LACP = { version: 1, actor: 2, partner: 22, collector: 42, terminator: 58 } as const;
/** Within the actor's and the partner's information. */
export const LACP_PORT = {
  type: 0,
  length: 1,
  systemPriority: 2,
  system: 4,
  key: 10,
  portPriority: 12,
  port: 14,
  state: 16,
  reserved: 17,
} as const;
export const LACP_PORT_LENGTH = 20;
export const LACP_COLLECTOR_LENGTH = 16;
export const LACP_LENGTH = 110;
export const LACP_TLV = { terminator: 0, actor: 1, partner: 2, collector: 3 } as const;

export const LACP_STATE = {
  activity: 0x01,
  timeout: 0x02,
  aggregation: 0x04,
  synchronization: 0x08,
  collecting: 0x10,
  distributing: 0x20,
  defaulted: 0x40,
  expired: 0x80,
} as const;

export const MARKER = {
  version: 1,
  type: 2,
  length: 3,
  port: 4,
  system: 6,
  transaction: 12,
  pad: 16,
  terminator: 18,
  terminatorLength: 19,
  reserved: 20,
} as const;
export const MARKER_LENGTH = 110;
export const MARKER_TYPE = { information: 1, response: 2 } as const;
