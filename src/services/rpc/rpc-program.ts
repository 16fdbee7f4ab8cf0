/** What the programs of a server that speaks ONC RPC have in common. */
import type { XdrReader } from '../../protocols/rpc/xdr.ts';

/** What came out of a call, and what is said about it. */
export interface RpcOutcome {
  readonly result: Uint8Array;
  /** Such as `MNT /srv/nfs`. */
  readonly what: string;
  /** Such as `NFS3ERR_NOENT`; undefined when there is nothing to refuse. */
  readonly status?: string;
  readonly rule: string;
  /** Too frequent to be told one by one. */
  readonly isRoutine?: boolean;
}

export interface RpcProgram {
  /** Such as `nfs`. */
  readonly name: string;
  readonly program: number;
  /** The newest that it speaks. */
  readonly version: number;
  /** The oldest that it speaks; absent when there is one version only. */
  readonly oldest?: number;
  /** Undefined when there is no such procedure. `client` tells callers apart. */
  call(procedure: number, argument: XdrReader, client: string, version: number): RpcOutcome | undefined;
}
