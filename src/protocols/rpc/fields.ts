/** Numbers of ONC RPC (RFC 5531) and of its portmapper (RFC 1833). */

export const RPC_VERSION = 2;
export const RPC_CALL = 0;
export const RPC_REPLY = 1;

/** RFC 5531 §8.2. */
export const AUTH_NONE = 0;
export const AUTH_SYS = 1;

/** RFC 5531 §9, accept_stat. */
export const ACCEPT_STAT = {
  success: 0,
  programUnavailable: 1,
  programMismatch: 2,
  procedureUnavailable: 3,
  garbageArguments: 4,
  systemError: 5,
} as const;

/** RFC 5531 §9, reject_stat. */
export const REJECT_STAT = { rpcMismatch: 0, authError: 1 } as const;

/** RFC 5531 §11: the high bit of a record mark ends the record, the others are the fragment's length. */
export const LAST_FRAGMENT = 0x8000_0000;

export const PORTMAP_PORT = 111;
export const PORTMAP_PROGRAM = 100_000;
export const PORTMAP_VERSION = 2;
/** RFC 1833 §3.2. */
export const PORTMAP_PROCEDURE = { null: 0, set: 1, unset: 2, getPort: 3, dump: 4, callIt: 5 } as const;
