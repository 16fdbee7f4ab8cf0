/** What the NFS server says of calls that it does not answer, in English. What it answers is told in words of the RFCs. */
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
