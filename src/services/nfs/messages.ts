/**
 * English messages of the NFS server about calls that it does not answer. Its answers are described in the terms of the
 * RFCs.
 */
import { defineMessages } from '../../base/sentence.ts';

export const NFS_TEXTS = {
  'nfs.bad-record': '{client} RPC {reason}',
  'nfs.refused': '{client} {call} refused',
  'nfs.not-registered': '{client} {call} not registered',
  'nfs.program': 'program {program}',
  'nfs.version': 'version {version}',
  'nfs.procedure': 'procedure {procedure}',
} as const;

export const nfsMessage = defineMessages(NFS_TEXTS);
