/** Link types of loopback interfaces, and the length of their header. */

export const LINKTYPE_NULL = 0;
export const LINKTYPE_LOOP = 108;
export const NULL_HEADER_LENGTH = 4;
