/** LINKTYPE_RAW, and DLT_RAW of systems that wrote it into files as it was. */
export const LINKTYPES_RAW: readonly number[] = [101, 12, 14];
