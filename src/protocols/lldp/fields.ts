/** TLVs of LLDP (IEEE 802.1AB-2009 §8.4 to §8.6): seven bits of type, nine of length. */

export const LLDP_TLV_HEADER_LENGTH = 2;
export const LLDP_TLV = {
  end: 0,
  chassisId: 1,
  portId: 2,
  timeToLive: 3,
  portDescription: 4,
  systemName: 5,
  systemDescription: 6,
  capabilities: 7,
  managementAddress: 8,
  organization: 127,
} as const;
