/** Byte offsets of IGMP messages (RFC 2236 §2; version 3: RFC 3376 §4), their types, and the groups they go to. */

export const IGMP = {
  type: 0,
  /** Version 1 has a reserved byte here. */
  maxResponse: 1,
  checksum: 2,
  group: 4,
  /** Version 3 queries. */
  flags: 8,
  queryInterval: 9,
  sourceCount: 10,
  sources: 12,
  /** Version 3 reports. */
  reserved: 4,
  recordCount: 6,
  records: 8,
} as const;
export const IGMP_LENGTH = 8;
/** The fixed part of a version 3 query. */
export const IGMP_V3_QUERY_LENGTH = 12;

/** Within a group record of a version 3 report (RFC 3376 §4.2.4). */
export const IGMP_RECORD = { type: 0, auxLength: 1, sourceCount: 2, group: 4, sources: 8 } as const;

export const IGMP_TYPE = { query: 0x11, reportV1: 0x12, reportV2: 0x16, leave: 0x17, reportV3: 0x22 } as const;

/** RFC 3376 §4.2.12. */
export const IGMP_RECORD_TYPE = {
  isInclude: 1,
  isExclude: 2,
  toInclude: 3,
  toExclude: 4,
  allow: 5,
  block: 6,
} as const;

export const ALL_HOSTS_GROUP = 0xe000_0001;
export const ALL_ROUTERS_GROUP = 0xe000_0002;
